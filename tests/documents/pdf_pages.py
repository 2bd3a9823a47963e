"""PDF files drawn letter by letter, with the faults that the world's PDF files have."""

from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], None]


def draw_pdf(path: Path, *pages: Draw, title: str = "") -> Path:
    """A file of pages that are drawn by functions, each on a canvas in 11 points."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(*texts: str, top: float = 760, left: float = 60, size: float = 11) -> Draw:
    """Lines one under the other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for number, text in enumerate(texts):
            canvas.drawString(left, top - 1.25 * size * number, text)

    return draw


def at(*places: tuple[float, float, str], size: float = 11) -> Draw:
    """Texts, each at its place, in this order."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for x, y, text in places:
            canvas.drawString(x, y, text)

    return draw


def together(*drawings: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for each in drawings:
            each(canvas)

    return draw


def with_struck_line(text: str, struck: str, after: str, y: float = 700) -> Draw:
    """A line of which a part has a line drawn through it."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        start = 60 + canvas.stringWidth(text)
        end = start + canvas.stringWidth(struck)
        canvas.drawString(60, y, text + struck + after)
        canvas.setLineWidth(0.6)
        canvas.line(start, y + 3, end, y + 3)

    return draw


def with_fields(source: Path, target: Path, *fields: tuple[str, str, tuple[float, float, float, float]]) -> Path:
    """A copy with form fields on the first page: name, value (« ☑ Oui » and « ☐ Oui » for boxes), place."""
    writer = PdfWriter(clone_from=PdfReader(source))
    references = ArrayObject()
    for name, value, place in fields:
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/T"): TextStringObject(name),
                NameObject("/Rect"): ArrayObject([FloatObject(each) for each in place]),
            }
        )
        if value[0] in "☑☐":
            state = NameObject("/" + value[2:])
            looks = {each: writer._add_object(StreamObject()) for each in (state, NameObject("/Off"))}
            field[NameObject("/FT")] = NameObject("/Btn")
            field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): DictionaryObject(looks)})
            field[NameObject("/AS")] = field[NameObject("/V")] = state if value[0] == "☑" else NameObject("/Off")
        else:
            field[NameObject("/FT")] = NameObject("/Tx")
            field[NameObject("/V")] = TextStringObject(value)
        references.append(writer._add_object(field))
    writer.pages[0][NameObject("/Annots")] = references
    form = DictionaryObject({NameObject("/Fields"): references})
    writer._root_object[NameObject("/AcroForm")] = writer._add_object(form)
    writer.write(target)
    return target


def with_annotation(
    source: Path, target: Path, kind: str, place: tuple[float, float, float, float], text: str = ""
) -> Path:
    """A copy with an annotation on the first page: its kind (« StrikeOut »), its place, what it says."""
    writer = PdfWriter(clone_from=PdfReader(source))
    left, bottom, right, top = map(FloatObject, place)
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(f"/{kind}"),
            NameObject("/Rect"): ArrayObject([left, bottom, right, top]),
            NameObject("/QuadPoints"): ArrayObject([left, top, right, top, left, bottom, right, bottom]),
            NameObject("/Contents"): TextStringObject(text),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    writer.write(target)
    return target


def as_dynamic_form(source: Path, target: Path, *, rendering: bool = True) -> Path:
    """A copy that says to be an XFA form, as LiveCycle Designer writes it."""
    writer = PdfWriter(clone_from=PdfReader(source))
    template = StreamObject()
    template.set_data(b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"></xdp:xdp>')
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): writer._add_object(template)})
    writer._root_object[NameObject("/AcroForm")] = writer._add_object(form)
    if rendering:
        writer._root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    writer.write(target)
    return target
