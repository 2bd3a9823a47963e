"""What stays on one line, and what no client takes for an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.rendering import render_parts
from bot.matrix.typography import no_address, unbroken

NARROW, WIDE, JOINER = "\u202f", "\u00a0", "\u2060"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("200 000 €", "200_000~€"),
        ("1 234 567,50 €", "1_234_567,50~€"),
        ("50 % du budget", "50~% du budget"),
        ("1,2 M€ ou 450 k€", "1,2~M€ ou 450~k€"),
        ("1er décembre 2023", "1er~décembre~2023"),
        ("lundi 15 mai, en mai 2024", "lundi~15~mai, en mai~2024"),
        ("du 3 au 15 mai 2024", "du 3 au 15~mai~2024"),
        ("n° 13, FAST 13, 2e édition", "n°~13, FAST~13, 2e~édition"),
        ("4 à 8 mois, 3 semaines, 1 an", "4 à 8~mois, 3~semaines, 1~an"),
        ("à 23 h 59", "à 23~h~59"),
        ("450 000 € × 50 % = 225 000 €", "450_000~€ ×~50~% =~225_000~€"),
        ("« oui » : non ; si ? là !", "«~oui~»~: non_; si_? là_!"),
        ("en 2023 300 000 € de plus", "en 2023 300_000~€ de plus"),
        ("3 lauréats sur 10", "3 lauréats sur 10"),
        ("5 ansérines, 3 maisons", "5 ansérines, 3 maisons"),
    ],
)
def test_no_line_ends_inside_a_number_a_date_a_unit_or_before_a_french_mark(written: str, shown: str):
    assert unbroken(written).replace(NARROW, "_").replace(WIDE, "~") == shown


def test_both_bodies_have_the_same_spaces():
    [part] = render_parts(
        "- au plus **200 000 €** par an : c'est le plafond du FAST 13 ?\n\n| Somme |\n|---|\n| 5 000 € |"
    )

    for body in (part.plain, part.html):
        assert all(
            said in body for said in ("200\u202f000\u00a0€", "FAST\u00a013\u202f?", "Somme\u00a0: 5\u202f000\u00a0€")
        )


def test_what_belongs_together_stays_so_across_emphasis_and_links():
    [part] = render_parts("le **15** mai, « [page](https://x.fr/a) », **Éligible** : oui")

    assert "le <strong>15</strong>\u00a0mai" in part.html
    assert '«\u00a0<a href="https://x.fr/a">page</a>\u00a0»' in part.html
    assert "</strong>\u00a0: oui" in part.html


def test_what_is_to_be_copied_is_left_alone():
    [part] = render_parts("`!fast rappels lundi 9h : 200 000 € ?` et\n\n```\nbeta.gouv.fr ?\n```")

    assert "<code>!fast rappels lundi 9h : 200 000 € ?</code>" in part.html
    assert "beta.gouv.fr ?" in part.plain


@pytest.mark.parametrize("name", ["Réfugiés.info", "Data.Subvention", "beta.gouv.fr", "doc.incubateur.net"])
def test_a_name_with_a_dot_is_no_address(name: str):
    [part] = render_parts(f"Le lauréat {name}, et [selon {name}](https://x.gouv.fr/page.html).")

    for body in (part.plain, part.html):
        assert name not in body
        assert body.replace(JOINER, "").count(name) == 2
        assert "https://x.gouv.fr/page.html" in body


@pytest.mark.parametrize(
    "address", ["https://beta.gouv.fr/fast/lauréats.html", "fast@beta.gouv.fr", "@fast-1:agent.tchap.gouv.fr"]
)
def test_an_address_that_was_written_stays_one(address: str):
    assert no_address(f"voir {address}.") == f"voir {address}."


@given(st.text(max_size=200))
def test_only_spaces_change_and_a_second_time_nothing_does(text: str):
    once = unbroken(text)

    assert once.replace(NARROW, " ").replace(WIDE, " ") == text.replace(NARROW, " ").replace(WIDE, " ")
    assert unbroken(once) == once
    assert no_address(text).replace(JOINER, "") == text.replace(JOINER, "")
