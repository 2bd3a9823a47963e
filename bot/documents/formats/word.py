"""DOCX to plain Markdown, through python-docx: headings by style or outline level, items by numbering."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.styles.style import BaseStyle
from docx.text.paragraph import Paragraph

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import checked_archive
from bot.documents.formats.writer import Writer

HEADING_STYLE = re.compile(r"^(?:heading|titre) (\d)$", re.IGNORECASE)
# What is not read: deleted text, field codes, the copy of a drawing for older programs.
UNREAD = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:delText")}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# The empty document that python-docx starts from, dated so.
TEMPLATE_DAY = date(2013, 12, 23)


def read_docx(data: bytes, limits: Limits) -> Content:
    """Return the text of a Word document and its properties. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="DOCX")
    archive.close()
    try:
        document = docx.Document(BytesIO(data))
    except ValueError:
        raise Unusable("ce n'est pas un document Word : vérifiez le fichier ou son extension") from None
    writer = Writer()
    _Body(document, writer).write(document.element.body)
    properties = document.core_properties
    return Content(
        clean(writer.text()),
        title=clean(properties.title or "").strip(),
        published=_day(properties.modified) or _day(properties.created),
    )


class _Body:
    def __init__(self, document: Document, writer: Writer) -> None:
        self._document = document
        self._writer = writer
        self._has_title = False

    def write(self, container: Any) -> None:
        """Write paragraphs and tables in order, those in content controls (w:sdt) included."""
        for element in container.iterchildren():
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._table(element)
            elif element.tag == qn("w:sdt") and not _is_contents(element):
                for content in element.iterchildren(qn("w:sdtContent")):
                    self.write(content)
            elif element.tag in (qn("w:ins"), qn("w:moveTo"), qn("w:customXml"), qn("w:smartTag")):
                self.write(element)

    def _paragraph(self, element: Any) -> None:
        style = Paragraph(element, self._document._body).style
        name = (style.name or "") if style else ""
        text = _text(element)
        if re.match(r"^(?:toc|table of figures|tm) ?\d?", name, re.IGNORECASE):
            return
        if name in ("Title", "Titre"):
            self._has_title = self._has_title or bool(text.strip())
            self._writer.heading(1, text)
        elif level := _heading_level(element, style):
            self._writer.heading(level + self._has_title, text)
        elif (depth := _item_depth(element, style)) is not None:
            self._writer.item(text, depth)
        else:
            self._writer.paragraph(text)

    def _table(self, table: Any) -> None:
        for row in table.iter(qn("w:tr")):
            if row.getparent() is not table and next(row.iterancestors(qn("w:tbl"))) is not table:
                continue  # of a table inside a cell, whose text is read with the cell
            cells = [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]
            self._writer.row([" ".join(_text(paragraph) for paragraph in cell.iter(qn("w:p"))) for cell in cells])
        self._writer.end_paragraph()


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text of a paragraph, insertions, links and content controls included, hidden text left out."""
    for child in element.iterchildren():
        tag = child.tag
        if tag == qn("w:t"):
            yield child.text or ""
        elif tag in (qn("w:br"), qn("w:cr")):
            yield " " if child.get(qn("w:type")) == "page" else "\n"
        elif tag in (qn("w:tab"), qn("w:ptab")):
            yield " "
        elif tag == qn("w:noBreakHyphen"):
            yield "-"
        elif tag in UNREAD or tag == FALLBACK or not isinstance(tag, str) or _is_hidden(child):
            continue
        else:
            yield from _pieces(child)
            if tag == qn("w:p"):
                yield "\n"  # a paragraph of a text box


def _is_hidden(run: Any) -> bool:
    if run.tag != qn("w:r"):
        return False
    vanish = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return vanish is not None and vanish.get(qn("w:val")) not in ("0", "false")


def _is_contents(control: Any) -> bool:
    gallery = next(control.iter(qn("w:docPartGallery")), None)
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"


def _styles(style: BaseStyle | None) -> Iterator[Any]:
    """Yield a style and those it is based on; a file may have them turn in circles."""
    seen: set[str | None] = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        yield style
        style = getattr(style, "base_style", None)


def _heading_level(paragraph: Any, style: BaseStyle | None) -> int:
    for each in _styles(style):
        if found := HEADING_STYLE.match(each.name or ""):
            return int(found.group(1))
    for element in (paragraph, *(each.element for each in _styles(style))):
        level = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if level is not None:
            value = int(level.get(qn("w:val"), "9"))
            return value + 1 if value < 9 else 0
    return 0


def _item_depth(paragraph: Any, style: BaseStyle | None) -> int | None:
    for element in (paragraph, *(each.element for each in _styles(style))):
        numbering = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is not None:
            number, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
            if number is not None and number.get(qn("w:val")) == "0":
                return None  # numbering taken off
            return int(level.get(qn("w:val"), "0")) if level is not None else 0
    names = [each.name or "" for each in _styles(style)]
    if any(name.startswith(("List Bullet", "List Number", "List Paragraph Bullet")) for name in names):
        return 0
    return None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment and moment.date() != TEMPLATE_DAY else None
