"""Presentations (PPTX): every text of a slide, its tables, charts and notes, with the number of the slide."""

from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from bot.documents.content import Content, Limits, Unusable
from bot.documents.formats.parsing import parse
from bot.documents.passages import load_document, load_passages

SENTENCE = "Le produit a touché trois mille agents en un an, dans quatre régions."


def read(presentation, folder: Path) -> Content:
    presentation.save(str(folder / "a.pptx"))
    return parse("pptx", (folder / "a.pptx").read_bytes(), Limits())


def slide_of(presentation, title: str = "", *, layout: int = 5):
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def box_on(slide, text: str, *, size: int = 18, top: float = 2):
    box = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(6), Inches(1))
    box.text_frame.text = text
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    return box


def test_sentences_in_large_type_titles_tables_and_notes_are_read(tmp_path):
    presentation = Presentation()
    slide = slide_of(presentation, "Bilan 2024")
    box_on(slide, SENTENCE, size=40)
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for row, cells in enumerate([("Année", "Montant"), ("2024", "120 000 €")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Dire que le plafond change en mai."
    text = read(presentation, tmp_path).text

    assert text.startswith("# Bilan 2024\n")
    assert SENTENCE in text
    assert "- Année ; Montant\n- 2024 ; 120 000 €" in text
    assert "Dire que le plafond change en mai." in text


def test_each_sentence_of_every_slide_reaches_a_passage_that_names_the_slide(tmp_path):
    presentation = Presentation()
    for number in range(1, 5):
        slide = slide_of(presentation, f"Étape {'abcd'[number - 1]}" if number % 2 else "")
        box_on(slide, f"Le jalon {number} est atteint depuis le mois de mai.", size=44)
        box_on(slide, f"Titre seul {number}", size=60, top=4)
    presentation.save(str(tmp_path / "a.pptx"))
    passages = load_passages(tmp_path / "a.pptx", tmp_path)

    for number in range(1, 5):
        sentence = f"Le jalon {number} est atteint depuis le mois de mai."
        assert [one.place_of(sentence) for one in passages if sentence in one.text] == [f"diapositive {number}"]
        assert any(f"Titre seul {number}" in one.text for one in passages)


def test_a_slide_that_only_has_a_title_is_read(tmp_path):
    presentation = Presentation()
    slide_of(presentation, "Le plafond passe à deux cents")
    box_on(slide_of(presentation, "Suite"), SENTENCE)
    presentation.save(str(tmp_path / "a.pptx"))
    passages = load_passages(tmp_path / "a.pptx", tmp_path)

    assert any("Le plafond passe" in f"{one.info.title} {one.section} {one.text}" for one in passages)


def test_struck_runs_are_left_out_and_calls_of_notes_set_apart(tmp_path):
    presentation = Presentation()
    frame = box_on(slide_of(presentation, "Plafond"), "Le plafond est de ").text_frame
    for text, look in (
        (" 300 000 €", {"strike": "sngStrike"}),
        (" 180 000", {}),
        ("2", {"baseline": "30000"}),
        (" € depuis le 1", {}),
        ("er", {"baseline": "30000"}),
        (" mai.", {}),
    ):
        run = frame.paragraphs[0].add_run()
        run.text = text
        for name, value in look.items():
            run._r.get_or_add_rPr().set(name, value)
    text = " ".join(read(presentation, tmp_path).text.split())

    assert "Le plafond est de 180 000 € depuis le 1er mai." in text


def test_groups_charts_and_items_are_read(tmp_path):
    presentation = Presentation()
    slide = slide_of(presentation, "Résultats", layout=1)
    slide.placeholders[1].text_frame.text = "Un premier point"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
    inner.text_frame.text = "Dans un groupe."
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Lauréats", (12, 15))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(2), data)
    text = read(presentation, tmp_path).text

    assert "Un premier point" in text
    assert "Dans un groupe." in text
    assert "- 2024 ; Lauréats : 15" in text


def test_a_hidden_slide_is_counted_and_not_read(tmp_path):
    presentation = Presentation()
    box_on(slide_of(presentation, "Visible"), SENTENCE)
    hidden = slide_of(presentation, "Brouillon")
    hidden.element.set("show", "0")
    presentation.save(str(tmp_path / "a.pptx"))
    document = load_document(tmp_path / "a.pptx", tmp_path)

    assert not any("Brouillon" in f"{one.section} {one.text}" for one in document.passages)
    assert "1 diapositive masquée non lue" in document.shortfall


@pytest.mark.parametrize(
    "declared", ["PowerPoint Presentation", "Présentation PowerPoint", "Modèle de diaporama", "a.pptx", ""]
)
def test_the_title_is_that_of_the_first_slide(tmp_path, declared):
    presentation = Presentation()
    presentation.core_properties.title = declared
    box_on(slide_of(presentation, "Le fonds Libeccio"), SENTENCE)
    presentation.save(str(tmp_path / "a.pptx"))

    assert load_passages(tmp_path / "a.pptx", tmp_path)[0].info.title == "Le fonds Libeccio"


def test_a_file_that_is_no_presentation_is_refused(tmp_path):
    from making import make_docx

    with pytest.raises(Unusable, match="PowerPoint"):
        parse("pptx", make_docx(tmp_path / "a.docx").read_bytes(), Limits())
