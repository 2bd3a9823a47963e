"""From bytes to clean text: the encodings that French documents come in, told apart even in a single sentence."""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from bot.documents.content import Unusable

NOT_TEXT = "ce n'est pas du texte : vérifiez le fichier, ou donnez-lui l'extension qui correspond à son contenu"
UNKNOWN_ENCODING = "encodage du texte non reconnu : enregistrez le fichier en UTF-8"

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# PDF, ZIP (DOCX, ODT), OLE (DOC), PNG, JPEG, GIF, gzip, RTF
OTHER_CONTENTS = (
    *(b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG"),
    *(b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf"),
)
CONTROLS = bytes(sorted({*range(32), 127} - set(b"\t\n\r\f\x0b\x1a\x1b")))

# Each with its handicap. Windows-1252 holds every character of Latin-1, and is by far the most likely.
SINGLE_BYTE = {"cp1252": 0.0, "iso8859_15": 0.05, "mac_roman": 0.25, "cp850": 0.25}
FRENCH = frozenset("àâçéèêëîïôœùûüÀÇÉÈÊÔŒ€«»‹›“”‘’„…–—•·°§²³©®™½¼¾×÷±µ\xa0\xad")
SELDOM = frozenset("æäöÿÂÄÆËÎÏÖÙÛÜŸ")
# An accented capital or a sign inside a word: Latin-1 read as Mac Roman, or Latin-9 read as Latin-1 (c½ur).
MISREAD = re.compile(r"(?<=[a-z])[À-ÖØ-ÞŒŸ…„§®©™°•·²³µ×÷±](?=[a-z])|(?<=[a-z])[À-ÖØ-ÞŒŸ](?=\s)|[½¼¾](?=[a-z])")
ALLOWED_DECLARED = re.compile(
    r"(?:iso-?8859-?\d+|latin-?\d+|windows-?\d+|cp-?\d+|macintosh|mac-?roman|koi8-[ru]"
    r"|shift[_-]jis|euc-(?:jp|kr)|gbk|gb2312|gb18030|big5)"
)

LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# The joiner stays between two emoji, which it makes one.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x80-\x9f\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
    r"|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
# Word and PDF files draw bullets with private-use characters (Symbol, Wingdings); 0x7F is a bullet in PDF's WinAnsi.
REPLACED = (
    dict(zip("\uf0fe\uf0fd\uf06f", "☑☒☐", strict=True))
    | dict.fromkeys("\x7f\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf076\uf02d", "•")
    | dict(zip("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
)
REPLACEABLE = re.compile(f"[{''.join(REPLACED)}]")
PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")


def decode(data: bytes, declared: str = "") -> str:
    """Return `data` as clean text; `declared` is the charset that the file claims. Raise Unusable if it is not text."""
    return clean(_decode(data, declared))


def clean(text: str) -> str:
    """Return `text` in NFC, with `\\n` line ends, plain letters for ligatures, and no invisible characters."""
    text = LINE_BREAKS.sub("\n", text)
    text = REPLACEABLE.sub(lambda character: REPLACED[character.group()], text)
    return unicodedata.normalize("NFC", PRIVATE_USE.sub("", INVISIBLE.sub("", text)))


def _decode(data: bytes, declared: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _wide_text(data[len(mark) :], encoding)
    if encoding := _unmarked_utf16(data):
        return _wide_text(data, encoding)
    if data.startswith(OTHER_CONTENTS) or _looks_binary(data):
        raise Unusable(NOT_TEXT)
    # Text in another encoding is almost never valid UTF-8, so this outranks what the file declares.
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _nearly_utf8(data) or _from_declared(data, declared) or _from_single_byte(data)


def _nearly_utf8(data: bytes) -> str:
    """Return UTF-8 that a few bytes spoil, those shown as unreadable; "" when it is rather another encoding."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data)
    spoilt = text.count("\ufffd")
    accented = len(text) - spoilt - len(text.encode("ascii", "ignore"))
    return text if accented > 4 * spoilt else ""


def _wide_text(data: bytes, encoding: str) -> str:
    try:
        # A character begun and not ended, at the very end, is nothing that a viewer minds.
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        raise Unusable("texte abîmé ou tronqué : enregistrez-le de nouveau, en UTF-8") from None
    sample = "".join(text[:5000].split())
    strange = sum(unicodedata.category(character) in ("Cc", "Cn", "Co") for character in sample)
    if strange * 20 > len(sample):
        raise Unusable(NOT_TEXT)
    return text


def _unmarked_utf16(data: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, else "": in French every second byte is nearly always zero."""
    if len(data) < 2 or 0 not in data[:1000]:
        return ""
    sample = data[:20_000]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 2 > half and even * 20 <= half:
        return "utf-16-le"
    if even * 2 > half and odd * 20 <= half:
        return "utf-16-be"
    return ""


def _looks_binary(data: bytes) -> bool:
    if 0 in data:
        return True
    controls = len(data) - len(data.translate(None, CONTROLS))
    return controls > max(2, len(data) // 200)


def _from_declared(data: bytes, declared: str) -> str:
    name = declared.strip().lower()
    if not ALLOWED_DECLARED.fullmatch(name):
        return ""
    # Browsers read a declared Latin-1 as Windows-1252, and pages are written for browsers.
    name = "cp1252" if re.fullmatch(r"iso-?8859-?1|latin-?1", name) else name
    try:
        return data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return ""


def _from_single_byte(data: bytes) -> str:
    strangeness, text = min(_single_byte_readings(data), key=lambda reading: reading[0], default=(1.0, ""))
    if strangeness > 0.5:
        text = _other_script(data) or (text if strangeness < 0.9 else "")
    if not text:
        raise Unusable(UNKNOWN_ENCODING)
    return text


def _single_byte_readings(data: bytes) -> Iterator[tuple[float, str]]:
    for encoding, handicap in SINGLE_BYTE.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield _strangeness(text) + handicap, text


def _strangeness(text: str) -> float:
    """Return how unlike French the characters beyond ASCII are, from 0 (all expected) to about 1 (none is)."""
    beyond_ascii = [character for character in text[:200_000] if character > "\x7f"]
    strange = sum(map(_character_strangeness, beyond_ascii)) + len(MISREAD.findall(text[:200_000]))
    return strange / max(1, len(beyond_ascii))


def _character_strangeness(character: str) -> float:
    if character in FRENCH:
        return 0.0
    if character in SELDOM:
        return 0.2
    return 0.5 if character.isalpha() and character < "\u0180" else 1.0


def _other_script(data: bytes) -> str:
    from charset_normalizer import from_bytes

    if data.isascii() or len(data) < 32:
        return ""  # too short for statistics
    best = from_bytes(data[:65_536]).best()
    if best is None:
        return ""
    try:
        return data.decode(best.encoding)
    except (LookupError, UnicodeDecodeError):
        return ""
