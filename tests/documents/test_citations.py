"""Citations name what exists: the document's own title and day, the page, the slide or the row."""

from datetime import date
from pathlib import Path

import pytest
from making import make_docx
from pdf_pages import draw_pdf, lines, together

from bot import texts
from bot.documents.content import Content
from bot.documents.passages import load_passages
from bot.documents.places import Place
from bot.documents.titles import title_of
from bot.results import Answer, Statement, cite

PAGE = ("Le comité examine chaque dossier avant la", "fin du mois.")
PLACEHOLDERS = [
    *("Microsoft Word - note.docx", "Word Document", "Document1", "Titre du document", "PowerPoint Presentation"),
    *("Présentation PowerPoint", "untitled", "Sans titre", "(anonymous)", "note finale v2.docx", "Classeur1"),
    *(
        "Modèle de présentation",
        "Template Corporate",
        "Microsoft PowerPoint - Comité.pptx",
        "Cliquez pour modifier",
        "",
    ),
]


@pytest.mark.parametrize("declared", PLACEHOLDERS)
def test_a_title_that_nobody_chose_is_none(declared):
    assert title_of(Content("Texte.", title=declared)) == ""


@pytest.mark.parametrize("declared", ["Charte du FAST", "Rapport d'activité 2024", "Le plafond", "Documents utiles"])
def test_a_title_that_somebody_chose_is_told(declared):
    assert title_of(Content("Texte.", title=declared)) == declared


@pytest.mark.parametrize("declared", [*PLACEHOLDERS, "Offre commerciale Dupont"])
def test_what_the_first_page_shows_is_the_title_of_a_pdf(tmp_path, declared):
    cover = together(lines("Bilan du fonds Libeccio", size=24), lines(*PAGE, top=600))
    later = together(lines("Le plafond est de deux cents euros", size=36), lines(*PAGE, top=600))
    path = draw_pdf(tmp_path / "a.pdf", cover, later, title=declared)

    assert load_passages(path, tmp_path)[0].info.title == "Bilan du fonds Libeccio"


def test_a_later_page_never_gives_the_title(tmp_path):
    path = draw_pdf(tmp_path / "bilan.pdf", lines(*PAGE), together(lines("Annexe", size=24), lines(*PAGE, top=700)))

    assert load_passages(path, tmp_path)[0].info.title == "bilan"


def test_the_declared_title_is_told_where_no_heading_opens_the_text(tmp_path):
    path = draw_pdf(tmp_path / "a.pdf", lines(*PAGE), title="Règlement du fonds Bora")

    assert load_passages(path, tmp_path)[0].info.title == "Règlement du fonds Bora"


def test_the_line_of_a_cover_is_the_title_when_all_is_in_one_size(tmp_path):
    path = draw_pdf(tmp_path / "a.pdf", together(lines("Règlement du fonds Bora"), lines(*PAGE, top=600)))

    assert load_passages(path, tmp_path)[0].info.title == "Règlement du fonds Bora"


def test_a_quote_is_cited_with_its_page(tmp_path):
    pages = [lines(f"Au point {letter}, le comité rend un avis favorable.") for letter in "abc"]
    path = draw_pdf(tmp_path / "a.pdf", *pages, title="Avis du comité")
    passage = next(one for one in load_passages(path, tmp_path) if "point b" in one.text)
    cited = cite(passage, "Au point b, le comité rend un avis favorable.")

    assert cited[0].place == "page 2"
    assert "Avis du comité, page 2" in texts.render(Answer((Statement("Favorable.", cited),), date(2026, 1, 1)))


def test_pages_of_one_document_are_told_together(tmp_path):
    pages = [lines(f"Au point {letter}, le comité rend un avis favorable.") for letter in "abc"]
    path = draw_pdf(tmp_path / "a.pdf", *pages, title="Avis du comité")
    passage = load_passages(path, tmp_path)[0]
    statements = tuple(
        Statement("Favorable.", cite(passage, f"Au point {letter}, le comité rend un avis favorable."))
        for letter in "ac"
    )

    assert "Avis du comité, page 1 et page 3" in texts.render(Answer(statements, date(2026, 1, 1)))
    assert passage.place_of(passage.text) == "pages 1 à 3"


def test_a_document_without_pages_has_no_place(tmp_path):
    assert load_passages(make_docx(tmp_path / "a.docx"), tmp_path)[0].place_of("Le FAST") == ""


def test_a_row_is_named_with_its_sheet():
    from bot.documents.places import told

    places = ((0, Place("row", 2, "Aides")), (10, Place("row", 5, "Aides")), (20, Place("row", 2, "Autre")))

    assert told(places, 0, 5) == "feuille « Aides », ligne 2"
    assert told(places, 0, 15) == "feuille « Aides », lignes 2 à 5"
    assert told(places, 0, 25) == "feuille « Aides », ligne 2 à feuille « Autre », ligne 2"


def test_the_day_of_a_document_is_never_the_day_of_its_reading(tmp_path: Path):
    import zipfile

    from openpyxl import Workbook

    book = Workbook()
    for row in (["Nom", "Avis"], ["Alizé", "favorable"]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as old, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                continue
            if name in ("_rels/.rels", "[Content_Types].xml"):
                data = data.replace(b"docProps/core.xml", b"docProps/none.xml")
            new.writestr(name, data)

    assert load_passages(tmp_path / "a.xlsx", tmp_path)[0].info.source.date is None
