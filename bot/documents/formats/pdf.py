"""PDF to plain Markdown: text runs with their place and size, made into lines; see `layout.py` for what follows."""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from bot.documents.content import Content, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.layout import Line, to_markdown

ENCRYPTED = "PDF protégé par un mot de passe : enregistrez-en une copie sans mot de passe"
TRUNCATED = "PDF tronqué (la fin du fichier manque) : copiez ou téléchargez-le de nouveau"
SCANNED = "PDF sans texte (numérisé ?) : passez-le à la reconnaissance de caractères"
UNREADABLE_FONTS = "PDF dont les polices ne disent pas leurs caractères : passez-le à la reconnaissance de caractères"
# What office programs write when nobody chose a title.
NO_TITLE = re.compile(
    r"^(?:untitled|sans (?:nom|titre)|\(?anonymous\)?|microsoft word.*|.*\.(?:docx?|odt|pdf|indd|pptx?))$", re.I
)


def read_pdf(data: bytes) -> Content:
    """Return the text of a PDF, its headings found by their size. Raise Unusable with the reason."""
    if b"%PDF-" not in data[:1024]:
        raise Unusable("ce n'est pas un PDF : vérifiez le fichier ou son extension")
    if b"%%EOF" not in data[-4096:]:
        raise Unusable(TRUNCATED)
    reader = _opened(data)
    pages = [_lines(page) for page in reader.pages]
    _refuse_without_text("".join(line.text for lines in pages for line in lines))
    title, published = _properties(reader)
    return Content(to_markdown(pages), title=title, published=published)


def _opened(data: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(data))
    try:
        # Many PDF files are encrypted with no password to open them, only to forbid printing.
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Unusable(ENCRYPTED)
    except (DependencyError, NotImplementedError, FileNotDecryptedError):
        raise Unusable(ENCRYPTED) from None
    return reader


def _lines(page: PageObject) -> list[Line]:
    """Return the lines of a page; pypdf ends them, and tells where each run of text begins and how large it is."""
    collector = _LineCollector()
    page.extract_text(visitor_text=collector.visit)
    return collector.finish()


class _LineCollector:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = ""
        self._x = self._y = self._size = 0.0
        self._bold_length = 0

    def visit(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, font_size: float) -> None:
        for index, part in enumerate(text.split("\n")):
            if index:
                self._end_line()
            self._add(part, cm, tm, font, font_size)

    def _add(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, font_size: float) -> None:
        if text.strip():
            if not self._text.strip():
                self._x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                self._y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
            self._size = max(self._size, round(abs(font_size) * scale, 1))
            self._bold_length += len(text) if _is_bold(font) else 0
        self._text += text

    def _end_line(self) -> None:
        if text := clean(self._text).strip():
            bold = self._bold_length * 10 >= len(self._text.strip()) * 9
            self._lines.append(Line(text, self._x, self._y, self._size, bold))
        elif self._text.strip("\n "):
            self._lines.append(Line("", self._x, self._y, self._size, False))
        self._text, self._size, self._bold_length = "", 0.0, 0

    def finish(self) -> list[Line]:
        self._end_line()
        return [line for line in self._lines if line.text]


def _is_bold(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")).lower() if hasattr(font, "get") else ""
    return any(word in name for word in ("bold", "black", "heavy", "semibold", "-bd", "cmbx"))


def _refuse_without_text(text: str) -> None:
    letters = sum(character.isalpha() for character in text)
    if letters < 3:
        raise Unusable(SCANNED)
    # Fonts without a table of characters give glyph numbers, or the replacement character.
    if (
        text.count("\ufffd") * 5 > letters
        or len(re.findall(r"/(?:g|G|C|cid|uni)?\d{1,5}(?=/|\s|$)", text)) * 10 > letters
    ):
        raise Unusable(UNREADABLE_FONTS)


def _properties(reader: PdfReader) -> tuple[str, date | None]:
    metadata = reader.metadata
    if metadata is None:
        return "", None
    title = clean(str(metadata.get("/Title", ""))).strip()
    published = _day(str(metadata.get("/ModDate", ""))) or _day(str(metadata.get("/CreationDate", "")))
    return ("" if NO_TITLE.match(title) else title), published


def _day(stamp: str) -> date | None:
    found = re.match(r"(?:D:)?(\d{8})", stamp)
    try:
        return datetime.strptime(found.group(1), "%Y%m%d").date() if found else None
    except ValueError:
        return None
