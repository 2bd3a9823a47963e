"""A made-up corpus of PDF, PPTX, XLSX, CSV and EML with the faults of real files: nothing lost, nothing wrong.

Of every document, each sentence put in comes out in a passage or is told as not read; no figure comes out that was
struck, hidden, raised or glued.
"""

import csv
import io
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from pdf_pages import Draw, draw_pdf
from pptx import Presentation
from pptx.util import Inches, Pt
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bot.documents.passages import Document, load_document

LANGUAGES = {
    "fr": (
        "Le comité siège à Noël, où l'œuvre est reçue,",
        "à l'été dès qu'un îlot naît.",
        "Où l'aïeul a dû être logé.",
    ),
    "de": (
        "Die Förderung für größere Träger beträgt",
        "für jedes Jahr im Süden.",
        "Später prüft das Gremium die Anträge.",
    ),
    "es": ("El comité de selección concederá", "cada año a la región de Aragón.", "Después se examinará la petición."),
}
HELD, WITHDRAWN = "180 000", "317 459"
FORMATS = ("pdf", "pptx", "xlsx", "csv", "eml")
WORDS = "été naïf reçue où à dès größer Träger garçon région año selección œuvre commune projet avis".split()


def folded(text: str) -> str:
    return " ".join(re.sub(r"[\xa0\u202f]", " ", text).split())


def told(document: Document) -> str:
    headings = (heading for passage in document.passages for heading in (*passage.section.split(" › "), passage.text))
    return folded(" ".join(dict.fromkeys([document.passages[0].info.title, *headings])))


def read(path: Path) -> Document:
    return load_document(path, path.parent)


# A sentence with a figure that is struck and one that holds, with a raised call after it; and another sentence.


def in_pdf(path: Path, start: str, end: str, other: str, way: str) -> Path:
    def draw(canvas: Canvas) -> None:
        x, y = 60.0, 700.0
        for text, look in [(f"{start} ", ""), (WITHDRAWN, way), (f" {HELD}", ""), ("1", "raised"), (" euros", "")]:
            size = 7 if look == "raised" else 11
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y + (4 if look == "raised" else 0), text)
            width = stringWidth(text, "Helvetica", size)
            if look == "line":
                canvas.line(x, y + 3.2, x + width, y + 3.2)
            elif look == "bar":
                canvas.rect(x, y + 2.8, width, 0.8, stroke=0, fill=1)
            elif look == "two lines":
                canvas.line(x, y + 2.4, x + width, y + 2.4)
                canvas.line(x, y + 4.2, x + width, y + 4.2)
            x += width
        canvas.setFont("Helvetica", 11)
        canvas.drawString(60, 686, end)
        canvas.drawString(60, 650, other)

    return draw_pdf(path, draw)


def in_pptx(path: Path, start: str, end: str, other: str, way: str) -> Path:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Bilan"
    frame = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame
    looks = [(f"{start} ", {}), (WITHDRAWN, {"strike": way}), (f" {HELD}", {}), ("1", {"baseline": "30000"})]
    for text, look in [*looks, (f" euros {end}", {})]:
        run = frame.paragraphs[0].add_run()
        run.text, run.font.size = text, Pt(40)
        for name, value in look.items():
            run._r.get_or_add_rPr().set(name, value)
    frame.add_paragraph().text = other
    presentation.save(str(path))
    return path


def in_xlsx(path: Path, start: str, end: str, other: str, way: str) -> Path:
    book = Workbook()
    struck, plain = InlineFont(strike=True), InlineFont()
    value = CellRichText(TextBlock(plain, f"{start} "), TextBlock(struck, WITHDRAWN), TextBlock(plain, f" {HELD}"))
    value += [TextBlock(InlineFont(vertAlign=way), "1"), TextBlock(plain, f" euros {end}")]
    for row in (["Nom", "Avis"], ["Alizé", value], ["Bora", other]):
        book.active.append(row)
    book.save(path)
    return path


MAKERS = {"pdf": in_pdf, "pptx": in_pptx, "xlsx": in_xlsx}
WAYS = [
    *(("pdf", way) for way in ("line", "bar", "two lines")),
    *(("pptx", way) for way in ("sngStrike", "dblStrike")),
    ("xlsx", "superscript"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "way"), WAYS)
def test_no_figure_comes_out_that_was_struck_raised_or_glued(tmp_path, name, way, language):
    start, end, other = LANGUAGES[language]

    said = told(read(MAKERS[name](tmp_path / f"note.{name}", start, end, other, way)))

    assert f"{start} {HELD} euros {end}" in said
    assert other in said
    assert re.findall(r"\d(?:[\d ]*\d)?", said) == [HELD]


# Sentences laid out in every way


def wrapped(sentence: str, width: float) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for word in sentence.split():
        if lines[-1] and stringWidth(" ".join([*lines[-1], word]), "Helvetica", 11) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def set_line(canvas: Canvas, words: list[str], x: float, y: float, width: float, way: str, *, last: bool) -> None:
    """Draw a line as programs do: at once, a word each, spread over the width, or a letter each."""
    if way == "at once":
        canvas.drawString(x, y, " ".join(words))
        return
    gap = stringWidth(" ", "Helvetica", 11)
    if way == "justified" and not last and len(words) > 1:
        gap = (width - sum(stringWidth(word, "Helvetica", 11) for word in words)) / (len(words) - 1)
    for word in words:
        if way == "letters":
            for place, letter in enumerate(word):
                canvas.drawString(x + stringWidth(word[:place], "Helvetica", 11), y, letter)
        else:
            canvas.drawString(x, y, word)
        x += stringWidth(word, "Helvetica", 11) + gap


def page_in(sentences: list[str], columns: int, way: str, footer: str) -> Draw:
    width = (480.0 - 24 * (columns - 1)) / columns

    def draw(canvas: Canvas) -> None:
        share = -(-len(sentences) // columns)
        drawn = []
        for column in range(columns):
            y = 760.0
            for sentence in sentences[column * share : (column + 1) * share]:
                lines = wrapped(sentence, width)
                for number, words in enumerate(lines):
                    drawn.append((y, 60 + column * (width + 24), words, number == len(lines) - 1))
                    y -= 14
                y -= 8
        for y, x, words, last in sorted(drawn, key=lambda each: (-each[0], each[1])):
            set_line(canvas, words, x, y, width, way, last=last)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(480, 36, footer)

    return draw


SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=9, max_size=30), min_size=2, max_size=10)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pages=st.lists(SENTENCES, min_size=2, max_size=4),
    columns=st.sampled_from([1, 2]),
    way=st.sampled_from(["at once", "words", "justified", "letters"]),
)
def test_of_every_page_each_sentence_comes_out_whole(tmp_path, pages, columns, way):
    whole = [
        [f"{'ABCDEFGHIJKLM'[number]} {' '.join(words)} fin." for number, words in enumerate(page)] for page in pages
    ]
    drawn = [page_in(page, columns, way, f"Page {number} | {len(pages)}") for number, page in enumerate(whole, start=1)]

    said = told(read(draw_pdf(tmp_path / "note.pdf", *drawn)))

    for page in whole:
        for sentence in page:
            assert sentence in said
    assert not re.findall(r"\d", said)


def build(path: Path, sentences: list[str]) -> Path:
    """A document of these sentences, in the places where its format has them."""
    ending = path.suffix[1:]
    if ending == "pdf":
        return draw_pdf(path, page_in(sentences, 1, "at once", ""))
    if ending == "csv":
        rows = io.StringIO()
        csv.writer(rows, delimiter=";").writerows([["Nom", "Avis"], *(["Alizé", sentence] for sentence in sentences)])
        path.write_text(rows.getvalue(), encoding="utf-8")
    elif ending == "eml":
        message = EmailMessage()
        message["Subject"], message["From"] = "Avis rendus", "a@exemple.fr"
        message.set_content("\n\n".join(sentences))
        path.write_bytes(bytes(message))
    elif ending == "xlsx":
        book = Workbook()
        for row in [["Nom", "Avis"], *(["Alizé", sentence] for sentence in sentences)]:
            book.active.append(row)
        book.save(path)
    else:
        presentation = Presentation()
        for number, sentence in enumerate(sentences):
            slide = presentation.slides.add_slide(presentation.slide_layouts[5])
            slide.shapes.title.text = sentence if number % 3 == 2 else "Avis"
            box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame
            box.text = "Suite." if number % 3 == 2 else sentence
            box.paragraphs[0].runs[0].font.size = Pt(12 + 16 * (number % 3))
        presentation.save(str(path))
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FORMATS), several=SENTENCES)
def test_of_every_document_each_sentence_comes_out(tmp_path, name, several):
    sentences = [f"{'ABCDEFGHIJKLM'[number]} {' '.join(words)} fin." for number, words in enumerate(several)]

    said = told(read(build(tmp_path / f"note.{name}", sentences)))

    for sentence in sentences:
        assert sentence in said
