"""Sheets (XLSX, CSV): a row is a sentence under the names of its columns, values as they are shown."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from making import with_part
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from bot.documents.content import Content, Limits, Unusable
from bot.documents.formats.number_formats import shown
from bot.documents.formats.parsing import parse
from bot.documents.losses import shortfall
from bot.documents.passages import load_passages

EURO = '#,##0\\ "€"'
ACCOUNTING = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'
HEADS = ["Produit", "Édition", "Montant", "Versé le"]
ROWS = [["Alizé", 12, 120000, date(2024, 3, 12)], ["Bora", 13, 85000.5, date(2025, 10, 1)]]


def workbook(**sheets: list[list[object]]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def read(book: Workbook, folder: Path) -> Content:
    book.save(folder / "a.xlsx")
    return parse("xlsx", (folder / "a.xlsx").read_bytes(), Limits())


def read_csv(text: str | bytes) -> str:
    return parse("csv", text if isinstance(text, bytes) else text.encode(), Limits()).text


def test_a_row_is_a_sentence_with_values_as_the_sheet_shows_them(tmp_path):
    book = workbook(Aides=[HEADS, *ROWS])
    for row in (2, 3):
        book["Aides"].cell(row, 3).number_format = EURO
        book["Aides"].cell(row, 4).number_format = "dd/mm/yyyy"

    assert read(book, tmp_path).text == (
        "## Aides\n\n- Produit : Alizé ; Édition : 12 ; Montant : 120 000 € ; Versé le : 12/03/2024\n"
        "- Produit : Bora ; Édition : 13 ; Montant : 85 001 € ; Versé le : 01/10/2025"
    )


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (300000, EURO, "300 000 €"),
        (-1234.5, ACCOUNTING, "-1 234,50 €"),
        (0, ACCOUNTING, "- €"),
        (12.345, "#,##0.00 [$€-40C]", "12,35 €"),
        (0.125, "0%", "13%"),
        (0.5, "0.0%", "50,0%"),
        (1234567, '0.0,,"M€"', "1,2M€"),
        (-3.2, "0.0;[Red](0.0)", "(3,2)"),
        (44, "000", "044"),
        (612345678, "00 00 00 00 00", "06 12 34 56 78"),
        (150, '[>100]"au-dessus";"au-dessous"', "au-dessus"),
        (2024, "General", "2024"),
        (0.1 + 0.2, "General", "0,3"),
        (1234567.5, "General", "1 234 567,5"),
        (0, "#,##0;-#,##0;", ""),
        (True, "General", "VRAI"),
        (datetime(2024, 3, 12), "mm-dd-yy", "12/03/2024"),
        (datetime(2024, 3, 12), "[$-40C]d mmmm yyyy;@", "12 mars 2024"),
        (datetime(2024, 3, 1), "mmmm yyyy", "mars 2024"),
        (datetime(2024, 3, 12, 14, 5), "dd/mm/yyyy hh:mm", "12/03/2024 14:05"),
        (datetime(2024, 3, 12), "yyyy-mm-dd", "2024-03-12"),
        (time(9, 30), "h:mm", "9:30"),
        (datetime(2024, 3, 12), "General", "12/03/2024"),
        (None, "General", ""),
    ],
)
def test_a_value_is_told_as_its_format_shows_it(value, number_format, text):
    assert shown(value, number_format) == text


def test_what_a_sheet_hides_is_counted_and_not_read(tmp_path):
    book = workbook(Vu=[HEADS, *ROWS, ["Caché", 14, 1, date(2026, 1, 1)]], Brouillon=[["Secret", 999]])
    book["Brouillon"].sheet_state = "hidden"
    book["Vu"].row_dimensions[4].hidden = True
    book["Vu"].column_dimensions["B"].hidden = True
    content = read(book, tmp_path)

    assert "Secret" not in content.text
    assert "Caché" not in content.text
    assert "Édition" not in content.text
    told = shortfall(content.losses, len(content.text))
    assert "1 feuille masquée non lue" in told
    assert "1 ligne masquée non lue" in told
    assert "1 colonne masquée non lue" in told


def test_a_formula_is_told_by_the_result_that_was_kept(tmp_path):
    book = workbook(Aides=[["Poste", "Montant"], ["Total", "=SUM(B3:B4)"]])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    kept = (
        xml.replace(b"</f><v></v>", b"</f><v>205000</v>")
        .replace(b"</f><v/>", b"</f><v>205000</v>")
        .replace(b"</f><v />", b"</f><v>205000</v>")
    )
    assert kept != xml
    path = with_part(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", kept)
    unkept = parse("xlsx", (tmp_path / "a.xlsx").read_bytes(), Limits())

    assert "Poste : Total ; Montant : 205 000" in parse("xlsx", path.read_bytes(), Limits()).text
    assert "SUM" not in unkept.text
    assert "1 formule dont le résultat n'est pas enregistré" in shortfall(unkept.losses, 100)


def test_struck_cells_and_runs_are_left_out_and_raised_ones_set_apart(tmp_path):
    book = workbook(Aides=[["Poste", "Plafond", "Note"], ["Étude", "300 000 €", "x"], ["Suite", "100 €", "y"]])
    sheet = book["Aides"]
    sheet["B2"].font = Font(strike=True)
    sheet["C2"] = CellRichText(TextBlock(InlineFont(strike=True), "60 %"), TextBlock(InlineFont(), " 50 %"))
    sheet["B3"] = CellRichText(
        TextBlock(InlineFont(), "450 000"),
        TextBlock(InlineFont(vertAlign="superscript"), "1"),
        TextBlock(InlineFont(), " €"),
    )
    text = read(book, tmp_path).text

    assert "300 000" not in text
    assert "60 %" not in text
    assert "Note : 50 %" in text
    assert "Plafond : 450 000 €" in text


def test_merged_cells_are_told_in_each_row_and_column_that_they_cover(tmp_path):
    book = workbook(Budget=[["Phase", "Budget", None], [None, 2023, 2024], ["Construction", 90, 120], [None, 10, 20]])
    for area in ("A1:A2", "B1:C1", "A3:A4"):
        book["Budget"].merge_cells(area)

    assert "Phase : Construction ; Budget 2023 : 10 ; Budget 2024 : 20" in read(book, tmp_path).text


def test_names_beside_their_values_are_no_columns(tmp_path):
    book = workbook(Fiche=[["Porteur", "Ville de Nérac"], ["Montant", 120000], ["Début", date(2024, 1, 2)]])

    assert (
        read(book, tmp_path).text == "## Fiche\n\n- Porteur : Ville de Nérac\n- Montant : 120 000\n- Début : 2024-01-02"
    )


def test_a_title_above_a_table_and_a_second_table_below_are_read(tmp_path):
    book = workbook(
        Bilan=[
            ["Bilan de la campagne 2024"],
            [],
            HEADS[:3],
            *[row[:3] for row in ROWS],
            [],
            ["Région", "Projets"],
            ["Occitanie", 4],
        ]
    )
    text = read(book, tmp_path).text

    assert "Bilan de la campagne 2024" in text
    assert "- Produit : Alizé ; Édition : 12 ; Montant : 120 000" in text
    assert "- Région : Occitanie ; Projets : 4" in text


def test_comments_of_cells_are_counted(tmp_path):
    book = workbook(Aides=[HEADS, *ROWS])
    book["Aides"]["A2"].comment = Comment("à vérifier", "moi")

    assert "1 commentaire non lu" in shortfall(read(book, tmp_path).losses, 100)


def test_a_passage_of_a_sheet_names_the_sheet_and_the_row(tmp_path):
    workbook(Aides=[HEADS, *ROWS], Autre=[["Clé", "Valeur"], ["a", "b"]]).save(tmp_path / "a.xlsx")
    passages = load_passages(tmp_path / "a.xlsx", tmp_path)
    quoted = next(one for one in passages if "Bora" in one.text)

    assert (
        quoted.place_of(next(line for line in quoted.text.split("\n") if "Bora" in line))
        == "feuille « Aides », ligne 3"
    )
    assert quoted.place_of(quoted.text) == "feuille « Aides », lignes 2 et 3"


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("bonjour.txt", "bonjour")

    with pytest.raises(Unusable, match="Excel"):
        parse("xlsx", (tmp_path / "a.xlsx").read_bytes(), Limits())


# CSV

LINES = ["Produit;Édition;Montant", "Alizé;12;120 000,50 €", "Bora;13;85 000 €"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_exports_of_every_program_are_read(separator, encoding, end):
    data = end.join(LINES).replace(";", separator).encode(encoding)

    assert read_csv(data).split("\n") == [
        "- Produit : Alizé ; Édition : 12 ; Montant : 120 000,50 €",
        "- Produit : Bora ; Édition : 13 ; Montant : 85 000 €",
    ]


def test_commas_between_quotes_do_not_cut():
    text = 'nom,montant,note\n"Alizé","120 000,50","un ""bon"" projet, utile\nà tous"\nBora,85,x\n'

    assert read_csv(text).split("\n") == [
        '- nom : Alizé ; montant : 120 000,50 ; note : un "bon" projet, utile à tous',
        "- nom : Bora ; montant : 85 ; note : x",
    ]


@pytest.mark.parametrize("above", ["sep=;\n", "Export du 12/03/2024\n\n", "Campagne 2024;;\n"])
def test_what_stands_above_the_names_of_the_columns_is_no_record(above):
    text = read_csv(above + "\n".join(LINES))

    assert "- Produit : Alizé ; Édition : 12 ; Montant : 120 000,50 €" in text
    assert ("2024" in text) == ("2024" in above)


def test_lines_without_names_are_told_as_they_are():
    assert (
        read_csv("12/03/2024;Alizé;120\n13/03/2024;Bora;85\n") == "- 12/03/2024 ; Alizé ; 120\n- 13/03/2024 ; Bora ; 85"
    )


def test_the_row_of_a_csv_is_named(tmp_path):
    (tmp_path / "aides.csv").write_text('Produit;Note\nAlizé;"sur\ndeux lignes"\nBora;simple\n', encoding="utf-8")
    passage = load_passages(tmp_path / "aides.csv", tmp_path)[0]

    assert passage.place_of("Produit : Bora") == "ligne 4"
