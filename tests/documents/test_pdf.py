"""PDF files as their readers see them: what is struck, raised, drawn in columns, repeated on pages, filled in."""

from pathlib import Path

import pytest
import reportlab
from making import make_pdf, make_pdf_lines, make_pdf_with_content, make_scanned_pdf
from pdf_pages import as_dynamic_form, at, draw_pdf, lines, together, with_annotation, with_fields, with_struck_line
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from bot.documents.content import Unusable
from bot.documents.formats.pdf import read_pdf
from bot.documents.losses import shortfall

PAGE = ["Le comité se réunit chaque mois pour examiner les dossiers que les", "équipes ont déposés."]


def text_of(path: Path) -> str:
    return read_pdf(path.read_bytes()).text


def told(path: Path) -> str:
    """The text as one line."""
    return " ".join(text_of(path).split())


# Faults that nobody minds


@pytest.mark.parametrize("after", [b"\0" * 9000, b"\r\n" * 4000, b"<!-- html -->" * 600, b"%%EOF\n"])
@pytest.mark.parametrize("before", [b"", b"\n\n", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 3000])
def test_bytes_before_and_after_a_pdf_are_no_matter(tmp_path, before, after):
    data = make_pdf_lines(tmp_path / "a.pdf", PAGE).read_bytes()

    assert "examiner les dossiers" in read_pdf(before + data + after).text


def test_a_pdf_without_its_last_word_is_whole(tmp_path):
    data = make_pdf_lines(tmp_path / "a.pdf", PAGE).read_bytes()

    assert "examiner les dossiers" in read_pdf(data[: data.rindex(b"%%EOF")]).text


def test_a_pdf_whose_table_of_objects_is_wrong_is_read_all_the_same(tmp_path):
    data = make_pdf_lines(tmp_path / "a.pdf", PAGE).read_bytes()
    start = data.rindex(b"startxref")

    assert "examiner les dossiers" in read_pdf(data[:start] + b"startxref\n7\n%%EOF\n").text


def test_a_pdf_that_was_revised_and_then_cut_is_refused(tmp_path):
    path = make_pdf_lines(tmp_path / "a.pdf", PAGE)
    writer = PdfWriter(PdfReader(path), incremental=True)
    writer.add_metadata({"/Title": "x" * 500})
    writer.write(tmp_path / "b.pdf")
    data = (tmp_path / "b.pdf").read_bytes()
    end = data.index(b"%%EOF") + 5

    with pytest.raises(Unusable, match="tronqué"):
        read_pdf(data[: (end + data.rindex(b"startxref")) // 2])


@pytest.mark.parametrize("rendering", [True, False])
def test_a_form_that_asks_to_wait_is_refused_by_name(tmp_path, rendering):
    wait = "Veuillez patienter... Si ce message n'est pas remplacé par le contenu du document, votre visionneuse"
    page = make_pdf_lines(tmp_path / "a.pdf", [wait, "ne peut pas l'afficher."])

    with pytest.raises(Unusable, match=r"XFA.*imprimez-le"):
        read_pdf(as_dynamic_form(page, tmp_path / "b.pdf", rendering=rendering).read_bytes())


def test_a_static_form_that_also_holds_xfa_is_read(tmp_path):
    page = make_pdf_lines(tmp_path / "a.pdf", PAGE)

    assert "examiner" in text_of(as_dynamic_form(page, tmp_path / "b.pdf", rendering=False))


# Forms


def test_the_values_of_a_form_are_read_beside_their_labels(tmp_path):
    page = draw_pdf(tmp_path / "a.pdf", at((60, 700, "Montant demandé :"), (60, 670, "Porteur :"), (90, 640, "Étude")))
    form = with_fields(
        page,
        tmp_path / "b.pdf",
        ("montant", "95 000 euros", (160, 695, 300, 712)),
        ("porteur", "Ville de Nérac", (160, 665, 300, 682)),
        ("etude", "☑ Oui", (70, 637, 82, 649)),
        ("autre", "rien d'écrit à côté", (60, 560, 300, 577)),
    )
    text = told(form)

    assert "Montant demandé : 95 000 euros" in text
    assert "Porteur : Ville de Nérac" in text
    assert "☑ Étude" in text
    assert "autre : rien d'écrit à côté" in text


def test_a_box_that_is_not_ticked_is_told_as_such(tmp_path):
    page = draw_pdf(tmp_path / "a.pdf", at((90, 640, "Étude déjà financée"), (90, 620, "Projet en construction")))
    boxes = [("etude", "☐ Oui", (70, 637, 82, 649)), ("projet", "☑ Oui", (70, 617, 82, 629))]
    text = told(with_fields(page, tmp_path / "b.pdf", *boxes))

    assert "☐ Étude déjà financée" in text
    assert "☑ Projet en construction" in text


def test_a_note_written_on_the_page_is_read_and_a_comment_is_counted(tmp_path):
    page = make_pdf_lines(tmp_path / "a.pdf", PAGE)
    written = with_annotation(page, tmp_path / "b.pdf", "FreeText", (60, 600, 400, 620), "Report au 12 mai.")
    content = read_pdf(with_annotation(page, tmp_path / "c.pdf", "Text", (60, 600, 80, 620), "à revoir").read_bytes())

    assert "Report au 12 mai." in text_of(written)
    assert "à revoir" not in content.text
    assert "1 commentaire non lu" in shortfall(content.losses, len(content.text))


# Struck and raised


def test_what_a_line_is_drawn_through_is_not_told(tmp_path):
    path = draw_pdf(tmp_path / "a.pdf", with_struck_line("Le plafond est de ", "300 000 €", " 180 000 € par projet."))

    assert told(path) == "Le plafond est de 180 000 € par projet."


def test_a_thin_rectangle_strikes_as_a_line_does(tmp_path):
    def draw(canvas):
        canvas.drawString(60, 700, "Avance : 40 000 euros 25 000 euros")
        start = 60 + canvas.stringWidth("Avance : ")
        canvas.rect(start, 702.6, canvas.stringWidth("40 000 euros"), 0.7, stroke=0, fill=1)

    assert told(draw_pdf(tmp_path / "a.pdf", draw)) == "Avance : 25 000 euros"


def test_what_is_struck_by_an_annotation_is_not_told(tmp_path):
    page = draw_pdf(tmp_path / "a.pdf", at((60, 700, "Taux :"), (120, 700, "60 %"), (160, 700, "50 %")))

    assert told(with_annotation(page, tmp_path / "b.pdf", "StrikeOut", (119, 697, 146, 710))) == "Taux : 50 %"


def test_what_is_underlined_or_stands_between_the_lines_of_a_table_is_told(tmp_path):
    def draw(canvas):
        for number, text in enumerate(["Plafond", "300 000 euros", "Fin"]):
            canvas.drawString(60, 700 - 16 * number, text)
            canvas.line(55, 700 - 16 * number - 2, 300, 700 - 16 * number - 2)
            canvas.line(55, 700 - 16 * number + 12, 300, 700 - 16 * number + 12)

    assert "300 000 euros" in told(draw_pdf(tmp_path / "a.pdf", draw))


def test_a_raised_call_of_note_is_set_apart_from_its_figure(tmp_path):
    content = (
        b"BT 60 700 Td /F1 11 Tf (Le plafond est de 450 000) Tj 5 Ts /F1 7 Tf (1) Tj 0 Ts /F1 11 Tf ( euros) Tj ET"
    )
    moved = b"BT /F1 11 Tf 60 600 Td (Il y avait 37) Tj /F1 6 Tf 67 4.5 Td (2) Tj /F1 11 Tf 6 -4.5 Td (projets.) Tj ET"
    text = text_of(make_pdf_with_content(tmp_path / "a.pdf", content + b" " + moved))

    assert "450 000 euros" in text
    assert "4500001" not in text.replace(" ", "")
    assert "37 projets" in text


def test_ordinals_and_units_keep_what_is_raised(tmp_path):
    content = (
        b"BT 60 700 Td /F1 11 Tf (Le 1) Tj 4 Ts /F1 7 Tf (er) Tj 0 Ts /F1 11 Tf ( mai, 40 m) Tj "
        b"4 Ts /F1 7 Tf (2) Tj 0 Ts /F1 11 Tf ( au 13) Tj 4 Ts /F1 7 Tf (e) Tj 0 Ts /F1 11 Tf ( jour) Tj ET"
    )

    assert text_of(make_pdf_with_content(tmp_path / "a.pdf", content)) == "Le 1er mai, 40 m² au 13e jour"


# Put together


LEFT = [
    "Le comité de sélection examine chaque",
    "dossier avant la fin du mois et rend",
    "son avis aux porteurs de projet.",
]
RIGHT = ["Le plafond de la subvention atteint", "120 000 euros pour les communes et", "reste le même toute une année."]


def columns(left, right):
    return at(
        *(
            each
            for n, (a, b) in enumerate(zip(left, right, strict=True))
            for each in ((60, 700 - 14 * n, a), (320, 700 - 14 * n, b))
        )
    )


@pytest.mark.parametrize("rows", [2, 3])
def test_two_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path, rows):
    path = draw_pdf(
        tmp_path / "a.pdf", together(lines("Bilan de la campagne", size=18), columns(LEFT[:rows], RIGHT[:rows]))
    )

    assert " ".join(LEFT[:rows]) in told(path)
    assert " ".join(RIGHT[:rows]) in told(path)


def test_columns_whose_lines_are_not_level_are_read_one_after_the_other(tmp_path):
    drawn = [(60, 700 - 14 * n, text) for n, text in enumerate(LEFT)] + [
        (320, 694 - 14 * n, text) for n, text in enumerate(RIGHT)
    ]
    path = draw_pdf(tmp_path / "a.pdf", at(*sorted(drawn, key=lambda each: -each[1])))

    assert " ".join(LEFT) in told(path)
    assert " ".join(RIGHT) in told(path)


def test_a_table_keeps_its_rows(tmp_path):
    rows = [("Année", "Montant", "Lauréats"), ("2023", "90 000 euros", "12"), ("2024", "120 000 euros", "15")]
    drawn = [
        (60 + 140 * column, 700 - 16 * row, text) for row, cells in enumerate(rows) for column, text in enumerate(cells)
    ]
    text = text_of(
        draw_pdf(tmp_path / "a.pdf", together(lines(*PAGE), at(*drawn), lines("La suite du texte est là.", top=600)))
    )

    assert "- Année ; Montant ; Lauréats\n- 2023 ; 90 000 euros ; 12\n- 2024 ; 120 000 euros ; 15" in text
    assert "La suite du texte est là." in text


def test_a_cell_on_several_lines_stays_in_its_row(tmp_path):
    def draw(canvas):
        for y, cells in [
            (700, ("Construction", "Développement du produit, par une")),
            (687, ("", "équipe de quatre personnes")),
            (664, ("Accélération", "Déploiement du produit dans au")),
            (651, ("", "moins deux régions")),
        ]:
            for x, text in zip((60, 200), cells, strict=True):
                canvas.drawString(x, y, text)

    text = text_of(draw_pdf(tmp_path / "a.pdf", draw))

    assert "- Construction ; Développement du produit, par une équipe de quatre personnes" in text
    assert "- Accélération ; Déploiement du produit dans au moins deux régions" in text


def spread_out(canvas, words, y, width=480.0):
    """A line whose words fill the width, each drawn for itself."""
    gap = (width - sum(canvas.stringWidth(word) for word in words)) / max(1, len(words) - 1)
    x = 60.0
    for word in words:
        canvas.drawString(x, y, word)
        x += canvas.stringWidth(word) + gap


@pytest.mark.parametrize("per_line", [7, 11])
def test_justified_text_drawn_word_by_word_is_one_sentence(tmp_path, per_line):
    sentence = (
        "Le Service est ouvert aux agents et aux élus des communes de plus de mille habitants depuis le mois de mai"
    )
    words = sentence.split()

    def draw(canvas):
        for number, start in enumerate(range(0, len(words), per_line)):
            spread_out(canvas, words[start : start + per_line], 700 - 14 * number)

    assert told(draw_pdf(tmp_path / "a.pdf", draw)) == sentence


@pytest.mark.parametrize("pitch", [0.0, 6.5])
def test_text_drawn_letter_by_letter_on_a_page_upside_down_is_one_sentence(tmp_path, pitch):
    letters, x = [], 72.0
    for letter in "Le Service est ouvert aux agents":
        if letter != " ":
            letters.append(f"1 0 0 -1 {x:.2f} 120 Tm ({letter}) Tj")
        x += pitch or stringWidth(letter, "Helvetica", 11)
    content = f"1 0 0 -1 0 800 cm BT /F1 11 Tf {' '.join(letters)} ET".encode()

    assert told(make_pdf_with_content(tmp_path / "a.pdf", content)) == "Le Service est ouvert aux agents"


def test_a_page_on_its_side_is_read(tmp_path):
    def draw(canvas):
        canvas.rotate(90)
        canvas.setFont("Helvetica", 11)
        for number, text in enumerate(LEFT):
            canvas.drawString(60, -100 - 14 * number, text)

    assert " ".join(LEFT) in told(draw_pdf(tmp_path / "a.pdf", draw))


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("pr´elev´ee le 10 aoˆut au cr´edit", "prélevée le 10 août au crédit"),
        ("pre´leve´e en franc¸ais, de´ja` paye´e", "prélevée en français, déjà payée"),
    ],
)
def test_accents_beside_their_letters_are_put_on_them(tmp_path, drawn, read):
    font = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    pdfmetrics.registerFont(TTFont("Vera", str(font)))

    def draw(canvas):
        canvas.setFont("Vera", 11)
        canvas.drawString(60, 700, drawn)

    assert told(draw_pdf(tmp_path / "a.pdf", draw)) == read


def test_an_accent_drawn_over_a_letter_is_put_on_it(tmp_path):
    def draw(canvas):
        x = 60.0
        for piece in ("sera pr", "´e", "lev", "´e", "e le 10"):
            if piece[0] == "´":
                letter = stringWidth(piece[1], "Helvetica", 11)
                canvas.drawString(x + (letter - stringWidth("´", "Helvetica", 11)) / 2, 700, "´")
                piece = piece[1]
            canvas.drawString(x, 700, piece)
            x += stringWidth(piece, "Helvetica", 11)

    assert told(draw_pdf(tmp_path / "a.pdf", draw)) == "sera prélevée le 10"


# Pages


def page_of(number, total, *, footer="Page {} | {}"):
    body = lines(*(f"Au point {number}.{n}, la commission rend un avis sur le dossier déposé." for n in range(1, 9)))
    return together(body, at((500, 40, footer.format(number, total)), size=9))


@pytest.mark.parametrize(
    "footer",
    [
        "Page {} | {}",
        "{}",
        "- {} -",
        "{}/{}",
        "MARCHE25_044 Page {} | {}",
        "M A R C H E 2 5 _ 0 4 4 P a g e {} | {}",
        "Rapport 2024, p. {}",
    ],
)
@pytest.mark.parametrize("total", [2, 3, 6])
def test_a_line_that_numbers_the_pages_goes_from_all_of_them(tmp_path, footer, total):
    path = draw_pdf(tmp_path / "a.pdf", *(page_of(number, total, footer=footer) for number in range(1, total + 1)))
    text = text_of(path)

    assert text.count("Au point") == 8 * total
    assert "Page" not in text
    assert "P a g e" not in text
    assert "MARCHE25" not in text
    assert all("point" in line for line in text.split("\n") if line)


def test_figures_that_do_not_follow_the_pages_stay(tmp_path):
    budgets = [100, 250, 175, 300]
    pages = [together(lines(f"Plafond : {budget} 000 euros", *PAGE * 4)) for budget in budgets]
    text = text_of(draw_pdf(tmp_path / "a.pdf", *pages))

    assert all(f"{budget} 000 euros" in text for budget in budgets)


def test_a_large_number_belongs_to_what_it_counts(tmp_path):
    page = together(
        lines("42", top=700, size=36), lines("lauréats du fonds Libeccio", top=672, size=12), lines(*PAGE, top=600)
    )

    assert "42 lauréats du fonds Libeccio" in told(draw_pdf(tmp_path / "a.pdf", page))


def test_a_heading_that_is_only_a_number_stays(tmp_path):
    pages = [together(lines(year, size=20), lines(*PAGE, top=700)) for year in ("2023", "2024", "2025")]
    text = text_of(draw_pdf(tmp_path / "a.pdf", *pages))

    assert all(year in text for year in ("2023", "2024", "2025"))


def test_a_page_with_one_number_in_small_type_keeps_it(tmp_path):
    path = draw_pdf(tmp_path / "a.pdf", lines("17", *PAGE))

    assert told(path).startswith("17")


def test_pages_in_images_are_counted(tmp_path):
    writer = PdfWriter()
    for source in (
        make_pdf_lines(tmp_path / "a.pdf", PAGE),
        image_page(tmp_path / "b.pdf"),
        image_page(tmp_path / "c.pdf"),
    ):
        writer.append(PdfReader(source))
    writer.write(tmp_path / "d.pdf")
    content = read_pdf((tmp_path / "d.pdf").read_bytes())

    assert "2 pages en image non lues" in shortfall(content.losses, len(content.text))


def image_page(path):
    return draw_pdf(path, lambda canvas: canvas.drawImage(ImageReader(Image.new("RGB", (20, 20))), 60, 60, 400, 600))


def test_a_pdf_of_drawings_alone_is_refused(tmp_path):
    with pytest.raises(Unusable, match="numérisé"):
        text_of(make_scanned_pdf(tmp_path / "a.pdf"))


def test_sentences_in_large_type_are_text(tmp_path):
    slide = together(
        lines(
            "Le produit a touché trois mille agents en un an.", "L'équipe compte cinq personnes à plein temps.", size=18
        ),
        lines("Source : enquête", "Montants hors taxes", "Chiffres provisoires", top=300, size=9),
    )
    text = text_of(draw_pdf(tmp_path / "a.pdf", slide))

    assert not any(line.startswith("#") for line in text.split("\n") if "agents" in line or "équipe" in line)


def test_each_line_knows_its_page(tmp_path):
    content = read_pdf(draw_pdf(tmp_path / "a.pdf", lines("Le premier point."), lines("Le second point.")).read_bytes())
    at_line = content.text.split("\n").index("Le second point.")

    assert [place.number for line, place in content.places if line <= at_line][-1] == 2
    assert make_pdf(tmp_path / "b.pdf")
