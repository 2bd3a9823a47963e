"""PPTX to plain Markdown, a slide each: titles, texts, tables, charts as figures, diagrams, the notes below."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.slide import Slide

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import checked_archive
from bot.documents.formats.grid import Cell
from bot.documents.formats.number_formats import shown
from bot.documents.formats.typography import lowered, raised, settled
from bot.documents.formats.writer import Writer
from bot.documents.losses import Losses
from bot.documents.places import Place

NOT_SLIDES = "ce n'est pas une présentation PowerPoint (PPTX) : vérifiez le fichier ou son extension"
CORE = "docProps/core.xml"
TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE})
FURNITURE = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER})
LONGEST_TITLE = 150


def read_pptx(data: bytes, limits: Limits) -> Content:
    """Return the slides of a presentation, each under its title. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="PPTX")
    names = set(archive.namelist())
    try:
        presentation = Presentation(BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError):
        raise Unusable(NOT_SLIDES) from None
    reader = _Reader()
    for number, slide in enumerate(presentation.slides, start=1):
        reader.slide(slide, number)
    told = presentation.core_properties
    title = clean(told.title or "").strip() if CORE in names else ""
    moment = (told.modified or told.created) if CORE in names else None
    published: date | None = moment.date() if moment else None
    writer = reader.writer
    return Content(
        writer.text(),
        title=title,
        published=published,
        headers=writer.headers,
        losses=reader.losses.found(),
        places=writer.places(),
    )


class _Reader:
    def __init__(self) -> None:
        self.writer = Writer()
        self.losses = Losses()
        self._titled = False

    def slide(self, slide: Slide, number: int) -> None:
        shapes = list(_flat(slide.shapes))
        if slide.element.get("show") == "0":
            self.losses.add("hidden slide", " ".join(_text(each.text_frame) for each in shapes if each.has_text_frame))
            return
        self.writer.at(Place("slide", number))
        title = next((each for each in shapes if _placeholder(each) in TITLES and each.has_text_frame), None)
        if title is not None:
            self._title(" ".join(_text(title.text_frame).split()))
        for shape in sorted((each for each in shapes if each is not title), key=_position):
            if _placeholder(shape) not in FURNITURE:
                self._shape(shape, slide, number)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self._text(slide.notes_slide.notes_text_frame)
        for part in slide.part.rels.values():
            if part.reltype.endswith("/comments") and not part.is_external:
                self.losses.add("comment")

    def _title(self, text: str) -> None:
        if not text:
            return
        if len(text) > LONGEST_TITLE or text.endswith((".", ";", "!")):
            self.writer.paragraph(text)
            return
        self.writer.heading(2 if self._titled else 1, text)
        self._titled = True

    def _shape(self, shape: Any, slide: Slide, number: int) -> None:
        if shape.has_text_frame:
            self._text(shape.text_frame)
        elif getattr(shape, "has_table", False) and shape.has_table:
            self._table(shape.table)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            self._chart(shape.chart, number)
        elif shape.shape_type == MSO_SHAPE_TYPE.EMBEDDED_OLE_OBJECT:
            self.losses.add("object")
        elif diagram := shape.element.find(f".//{qn('a:graphicData')}//*[@{qn('r:dm')}]"):
            self._diagram(slide, diagram.get(qn("r:dm")))

    def _text(self, frame: Any) -> None:
        for paragraph in frame.paragraphs:
            text = settled(_paragraph(paragraph))
            for line in text.split("\v"):
                if _is_item(paragraph):
                    self.writer.item(line, paragraph.level)
                else:
                    self.writer.line(line)
            if not _is_item(paragraph):
                self.writer.end_paragraph()
        self.writer.end_paragraph()

    def _table(self, table: Any) -> None:
        rows = [
            [
                Cell(" ".join(_text(cell.text_frame).split()), cell.span_width, cell.span_height)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        self.writer.table(rows, int(bool(table.first_row)))

    def _chart(self, chart: Any, number: int) -> None:
        """Tell the figures that a chart draws, a category a line."""
        try:
            plot = chart.plots[0]
            categories = [str(each.label if hasattr(each, "label") else each) for each in plot.categories]
            series = [(each.name or "", list(each.values)) for each in plot.series]
        except (IndexError, KeyError, ValueError, AttributeError, NotImplementedError):
            self.losses.add("chart")
            return
        if chart.has_title and chart.chart_title.has_text_frame:
            self.writer.paragraph(" ".join(_text(chart.chart_title.text_frame).split()))
        for place, category in enumerate(categories):
            values = [(name, data[place]) for name, data in series if place < len(data) and data[place] is not None]
            told = " ; ".join(
                f"{clean(name)} : {shown(value, '')}" if name else shown(value, "") for name, value in values
            )
            if told:
                self.writer.item(f"{clean(category)} ; {told}" if " : " in told else f"{clean(category)} : {told}")
        if not categories:
            self.losses.add("chart")
        self.writer.end_paragraph()

    def _diagram(self, slide: Slide, relation: str | None) -> None:
        if relation is None or relation not in slide.part.rels:
            self.losses.add("diagram")
            return
        for paragraph in parse_xml(slide.part.rels[relation].target_part.blob).iter(qn("a:p")):
            self.writer.item("".join(text.text or "" for text in paragraph.iter(qn("a:t"))))
        self.writer.end_paragraph()


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _flat(shape.shapes)
        elif not _is_hidden(shape):
            yield shape


def _is_hidden(shape: Any) -> bool:
    return any(each.get("hidden") == "1" for each in shape.element.iter(qn("p:cNvPr")))


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _position(shape: Any) -> tuple[int, int]:
    """Return where a shape stands, in bands from top to bottom, then from left to right."""
    return ((shape.top or 0) // 300_000, shape.left or 0)  # a band is a third of an inch


def _text(frame: Any) -> str:
    return settled("\n".join(_paragraph(paragraph) for paragraph in frame.paragraphs)).replace("\v", "\n")


def _paragraph(paragraph: Any) -> str:
    """Return the text of a paragraph as it is shown: without what is struck, with what is raised marked."""
    pieces = []
    for element in paragraph._p:
        if element.tag in (qn("a:r"), qn("a:fld")):
            pieces.append(_run(element))
        elif element.tag == qn("a:br"):
            pieces.append("\v")
        else:
            # Equations stand in a choice of their own.
            pieces += [
                text.text or ""
                for text in element.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
            ]
    return "".join(pieces)


def _run(element: Any) -> str:
    text = clean("".join(part.text or "" for part in element.iter(qn("a:t"))))
    look = element.find(qn("a:rPr"))
    if look is None:
        return text
    if look.get("strike", "noStrike") != "noStrike":
        return " "
    shift = look.get("baseline", "0").rstrip("%")
    if shift.startswith("-") and shift.strip("-0"):
        return lowered(text)
    return raised(text) if shift.strip("0") else text


def _is_item(paragraph: Any) -> bool:
    look = paragraph._p.find(qn("a:pPr"))
    has_bullet = look is not None and any(look.find(qn(name)) is not None for name in ("a:buChar", "a:buAutoNum"))
    return bool(has_bullet or paragraph.level)
