"""PDF to plain Markdown: what its pages show, in reading order. PDFium reads the file as a browser does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import pypdfium2.raw as pdfium

from bot.documents.accents import recomposed
from bot.documents.content import Content, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.columns import lines_of
from bot.documents.formats.glyphs import Rule, Shown, shown_on, wide_text
from bot.documents.formats.layout import write_pages
from bot.documents.formats.rows import Row, rows_of
from bot.documents.formats.running import without_running_lines
from bot.documents.formats.writer import Writer
from bot.documents.losses import Losses

NOT_A_PDF = "ce n'est pas un PDF : vérifiez le fichier ou son extension"
ENCRYPTED = "PDF protégé par un mot de passe : enregistrez-en une copie sans mot de passe"
TRUNCATED = "PDF tronqué (la fin du fichier manque) : copiez ou téléchargez-le de nouveau"
DAMAGED = "fichier abîmé ou tronqué : copiez ou téléchargez-le de nouveau"
SCANNED = "PDF sans texte (numérisé ?) : passez-le à la reconnaissance de caractères"
UNREADABLE_FONTS = "PDF dont les polices ne disent pas leurs caractères : passez-le à la reconnaissance de caractères"
DYNAMIC_FORM = "formulaire dynamique (XFA) : imprimez-le en PDF"

HEADER = b"%PDF-"
END = re.compile(rb"startxref\s+\d+")
OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
# What programs that cannot show a dynamic form are given to show.
PLEASE_WAIT = re.compile(
    r"veuillez patienter|please wait|si ce message n['’]est pas remplacé|if this message is not eventually replaced",
    re.I,
)
SHORT = 2000
MOST_PAGES = 20_000


@dataclass
class _Pages:
    rows: list[list[Row]] = field(default_factory=list)
    rules: list[list[Rule]] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)
    letters: int = 0
    unnamed: int = 0


def read_pdf(data: bytes) -> Content:
    """Return the text of a PDF, its headings found by their size. Raise Unusable with the reason."""
    with _opened(_within(data)) as document:
        pages = _read(document)
        _refuse_forms(document, pages)
        _refuse_without_text(pages)
        title, published = _properties(document)
    writer = Writer()
    kept = without_running_lines(pages.rows)
    _recompose(kept)
    write_pages([lines_of(rows, rules) for rows, rules in zip(kept, pages.rules, strict=True)], writer)
    return Content(
        writer.text(),
        title=title,
        published=published,
        headers=writer.headers,
        losses=pages.losses.found(),
        places=writer.places(),
    )


def _within(data: bytes) -> bytes:
    """Return a file without what stands before it, whatever follows it; refuse one that is cut."""
    start = data.find(HEADER)
    if start < 0 or (start > 1024 and END.search(data, start) is None):
        raise Unusable(NOT_A_PDF)
    data = data[start:]
    end = data.rfind(b"startxref")
    if end < 0 or not END.match(data, end) or OBJECT.search(data, end):
        raise Unusable(TRUNCATED)
    return data


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.FPDF_DOCUMENT]:
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))
    # Many PDF files are encrypted with no password to open them, only to forbid printing: PDFium tries none.
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        error = pdfium.FPDF_GetLastError()
        raise Unusable(ENCRYPTED if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) else DAMAGED)
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def _form_of(document: pdfium.FPDF_DOCUMENT) -> Iterator[pdfium.FPDF_FORMHANDLE | None]:
    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_NONE:
        yield None
        return
    settings = pdfium.FPDF_FORMFILLINFO(version=2)
    form = pdfium.FPDFDOC_InitFormFillEnvironment(document, settings)
    try:
        yield form or None
    finally:
        if form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(form)


def _read(document: pdfium.FPDF_DOCUMENT) -> _Pages:
    pages = _Pages()
    with _form_of(document) as form:
        for number in range(min(pdfium.FPDF_GetPageCount(document), MOST_PAGES)):
            page = pdfium.FPDF_LoadPage(document, number)
            if not page:
                pages.losses.add("page")
                pages.rows.append([])
                pages.rules.append([])
                continue
            try:
                _note(shown_on(page, form), pages)
            finally:
                pdfium.FPDF_ClosePage(page)
    return pages


def _note(shown: Shown, pages: _Pages) -> None:
    rows = [row for view in shown.views for row in rows_of(view)]
    pages.rows.append(rows)
    pages.rules.append(shown.views[0].rules if shown.views else [])
    pages.letters += sum(len(view.glyphs) for view in shown.views)
    pages.unnamed += shown.unnamed
    if shown.unnamed:
        pages.losses.add("letter", " " * shown.unnamed, count=shown.unnamed)
    if shown.has_image and not rows:
        pages.losses.add("image page")
    for comment in shown.comments:
        pages.losses.add("comment", comment)


def _refuse_forms(document: pdfium.FPDF_DOCUMENT, pages: _Pages) -> None:
    text = "\n".join(row.text for page in pages.rows for row in page)
    kind = pdfium.FPDF_GetFormType(document)
    is_placeholder = len(text) < SHORT and PLEASE_WAIT.search(" ".join(text.split()))
    is_dynamic = kind == pdfium.FORMTYPE_XFA_FULL or (kind == pdfium.FORMTYPE_XFA_FOREGROUND and len(text) < 3)
    if is_dynamic or is_placeholder:
        raise Unusable(DYNAMIC_FORM)


def _refuse_without_text(pages: _Pages) -> None:
    text = "".join(row.text for page in pages.rows for row in page)
    letters = sum(map(str.isalpha, text))
    # Fonts without a table of characters give nothing, or glyph numbers.
    if pages.unnamed * 5 > letters + pages.unnamed:
        raise Unusable(UNREADABLE_FONTS)
    if letters < 3 and not any(map(str.isdigit, text)):
        raise Unusable(SCANNED)


def _recompose(pages: list[list[Row]]) -> None:
    """Put on their letters the accents that stand beside them; the whole document shows on which side that is."""
    words = [word for rows in pages for row in rows for word in row.words]
    texts = recomposed("\n".join(word.text for word in words), drawn=True).split("\n")
    for word, text in zip(words, texts, strict=True):
        word.text = text


def _properties(document: pdfium.FPDF_DOCUMENT) -> tuple[str, date | None]:
    def told(key: bytes) -> str:
        return clean(wide_text(lambda buffer, size: pdfium.FPDF_GetMetaText(document, key, buffer, size))).strip()

    return told(b"Title"), _day(told(b"ModDate")) or _day(told(b"CreationDate"))


def _day(stamp: str) -> date | None:
    found = re.match(r"(?:D:)?(\d{8})", stamp)
    try:
        return datetime.strptime(found.group(1), "%Y%m%d").date() if found else None
    except ValueError:
        return None
