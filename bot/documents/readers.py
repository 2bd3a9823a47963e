"""Reading one file as text, whatever its format, encoding or state."""

import errno
import os
import stat
from pathlib import Path

from bot.documents.content import Content, Limits, Unusable
from bot.documents.formats.parsing import KINDS, is_harmless, parse
from bot.documents.sandbox import SANDBOX
from bot.errors import UnreadableDocument
from bot.refusals import system_reason

__all__ = ["Limits", "os_reason", "read_bytes", "read_content", "read_document"]

DEFAULT_LIMITS = Limits()


def read_document(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> str:
    """Return the text of a file: headings (`# `), list items and table rows (`- `), paragraphs on one line.

    Front matter is left out. Raise UnreadableDocument with the reason; memory and time stay within `limits`.
    """
    return read_content(path, path.name, limits=limits).text


def read_content(path: Path, name: str, *, limits: Limits = DEFAULT_LIMITS) -> Content:
    """Return the text of a file and what it says of itself; `name` is what UnreadableDocument calls it."""
    try:
        kind = _kind(path)
        data = read_bytes(path, limits.file_size)
        read = parse if is_harmless(kind, data) else SANDBOX.parse
        return read(kind, data, limits)
    except Unusable as unusable:
        raise UnreadableDocument(name, str(unusable)) from None


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes. Raise Unusable for anything else."""
    try:
        return _read_regular_file(path, limit)
    except OSError as error:
        raise Unusable(os_reason(path, error)) from None


def _kind(path: Path) -> str:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        ending = f"extension {path.suffix}" if path.suffix else "sans extension"
        raise Unusable(f"type de fichier non pris en charge ({ending}) : convertissez-le en PDF, DOCX, XLSX ou PPTX")
    return kind


def _read_regular_file(path: Path, limit: int) -> bytes:
    # Looked at before it is opened: opening a pipe waits for a writer, and opening a device may act on it.
    _refuse_other_than_file(path.stat().st_mode)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _refuse_other_than_file(status.st_mode)
        if status.st_size > limit:
            raise Unusable(_too_big(status.st_size, limit))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Unusable(_too_big(len(data), limit))
    return data


def _refuse_other_than_file(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise Unusable("c'est un dossier qui porte le nom d'un document : renommez-le")
    if not stat.S_ISREG(mode):
        raise Unusable("ce n'est pas un fichier ordinaire (tube, périphérique…) : retirez-le du dossier")


def _too_big(size: int, limit: int) -> str:
    return f"fichier trop gros ({_megabytes(size)} ; limite {_megabytes(limit)}) : découpez-le ou allégez-le"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",").replace(",0 ", " ")


def os_reason(path: Path, error: OSError) -> str:
    """Return why the system does not let a document be read, as a French clause."""
    if isinstance(error, PermissionError):
        return "lecture refusée : donnez au programme le droit de lire ce fichier"
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return "lien symbolique brisé : supprimez-le ou faites-le pointer vers un fichier"
    if isinstance(error, FileNotFoundError):
        return "fichier introuvable : vérifiez son nom"
    if error.errno == errno.ELOOP:
        return "lien symbolique qui tourne en rond : supprimez-le"
    return f"lecture impossible ({system_reason(error)}) : copiez de nouveau le fichier"
