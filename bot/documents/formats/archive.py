"""ZIP containers (DOCX, ODT), checked by what they really hold before a library opens them."""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.documents.content import Limits, Unusable

CHUNK = 1 << 16
ENTRIES = 5000
LOCAL_HEADER = 30
ALWAYS_ALLOWED = 5_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "document protégé par un mot de passe : enregistrez-en une copie sans mot de passe"
BOMB = "archive piégée (elle se décompresse en bien plus que sa taille) : demandez un autre fichier"
ENTITIES = "document piégé (il définit des entités XML) : demandez un autre fichier"
DAMAGED = "fichier abîmé ou tronqué : copiez ou téléchargez-le de nouveau"
# Also in UTF-16, where every second byte is zero.
ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")


def checked_archive(data: bytes, limits: Limits, *, kind: str) -> ZipFile:
    """Open the archive once every entry has been unpacked and counted. `kind` is what it should be, for the message.

    The sizes that an archive declares are not believed. Raise Unusable for a bomb, a password, or damage.
    """
    if data.startswith(OLE):
        raise Unusable(_ole_reason(data))
    if not data.startswith(b"PK"):
        raise Unusable(f"ce n'est pas un fichier {kind} : vérifiez le fichier ou son extension")
    try:
        archive = ZipFile(BytesIO(data))
        _refuse_odd_entries(archive.infolist())
        _unpack_all(archive, min(limits.unpacked_size, max(ALWAYS_ALLOWED, limits.unpacked_ratio * len(data))))
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise Unusable(DAMAGED) from None
    return archive


def _ole_reason(data: bytes) -> str:
    # An encrypted DOCX is an OLE file with this stream; without it, it is a file of Word 97 to 2003.
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ENCRYPTED
    return "ancien format de Word (.doc) : ouvrez-le et enregistrez-le en DOCX"


def _refuse_odd_entries(entries: list[ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise Unusable(BOMB)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unusable(ENCRYPTED)
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise Unusable(DAMAGED)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        # Entries that share their bytes unpack to far more than the file holds.
        if entry.header_offset < end:
            raise Unusable(BOMB)
        end = entry.header_offset + LOCAL_HEADER + entry.compress_size


def _unpack_all(archive: ZipFile, allowed: int) -> None:
    unpacked = 0
    for entry in archive.infolist():
        is_xml = entry.filename.endswith((".xml", ".rels"))
        tail = b""
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > allowed:
                    raise Unusable(BOMB)
                if is_xml and ENTITY.search(tail + chunk):
                    raise Unusable(ENTITIES)
                tail = chunk[-32:]
