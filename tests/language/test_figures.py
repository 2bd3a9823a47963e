"""Figures are read however they are written, and nothing that looks like one goes unread."""

import pytest

from bot.language.figures import editions_named, figures_in, plain


def read(text: str) -> list[tuple[str, object, object]]:
    return [(one.kind, one.value, one.high) for one in figures_in(plain(text))]


@pytest.mark.parametrize(
    "text",
    [
        "300 000 €",
        "300\u202f000\u00a0€",
        "300k€",
        "300 K€",
        "0,3 M€",
        "trois cent mille euros",
        "300.000 €",
        "300000 euros",
    ],
)
def test_a_sum_is_read_however_it_is_written(text):
    assert read(text) == [("money", 300_000, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 %", ("percent", 50, None)),
        ("cinquante pour cent", ("percent", 50, None)),
        ("la moitié", ("percent", 50, None)),
        ("5 points", ("points", 5, None)),
        ("4 à 8 mois", ("duration", 4, 8)),
        ("de quatre à huit mois", ("duration", 4, 8)),
        ("un an", ("duration", 12, None)),
        ("un an et demi", ("duration", 18, None)),
        ("trois semaines", ("duration", 3, None)),
        ("entre 50 000 € et 100 000 €", ("money", 50_000, 100_000)),
        ("200-300 k€", ("money", 200_000, 300_000)),
        ("le 1er décembre 2023", ("date", (2023, 12, 1, ""), None)),
        ("le premier décembre", ("date", (None, 12, 1, ""), None)),
        ("01/12/2023", ("date", (2023, 12, 1, ""), None)),
        ("2023-12-01", ("date", (2023, 12, 1, ""), None)),
        ("fin mai 2024", ("date", (2024, 5, None, "fin"), None)),
        ("en 2024", ("date", (2024, None, None, ""), None)),
        ("du 3 au 14 novembre 2023", ("date", (2023, 11, 3, ""), (2023, 11, 14, ""))),
        ("à 23 h 59", ("time", (23, 59), None)),
        ("17 lauréats", ("count", 17, None)),
        ("dix-sept lauréats", ("count", 17, None)),
        ("la 2e phase", ("ordinal", 2, None)),
        ("le double", ("fraction", "doubl", None)),
        ("deux tiers", ("fraction", "2 tiers", None)),
        ("trois fois", ("fraction", "3 fois", None)),
        ("des milliers", ("unread", "millier", None)),
        ("la règle a11y", ("unread", "a11y", None)),
    ],
)
def test_a_figure_is_read_as_what_it_is(text, expected):
    assert read(text) == [expected]


def test_two_months_share_the_year_said_once():
    assert [one[1] for one in read("en avril et septembre 2023")] == [(2023, 4, None, ""), (2023, 9, None, "")]


def test_a_change_is_no_range():
    assert read("de 300 000 € à 200 000 €") == [("money", 300_000, None), ("money", 200_000, None)]


@pytest.mark.parametrize("text", ["environ 300 k€", "près de 20 candidatures", "300 000 € environ", "~300 000 €"])
def test_about_is_part_of_a_figure(text):
    assert [one.approximate for one in figures_in(plain(text))] == [True]


@pytest.mark.parametrize("text", ["un produit", "une fois", "fast@beta.gouv.fr", "https://beta.gouv.fr/fast/2023/13"])
def test_articles_and_addresses_are_no_figures(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "editions"),
    [
        ("FAST 13", {13}),
        ("le FAST n°13", {13}),
        ("la treizième édition", {13}),
        ("la 13e promotion", {13}),
        ("FAST treize", {13}),
        ("édition 13", {13}),
        ("FAST 11 à 14", {11, 12, 13, 14}),
        ("du FAST 11 au FAST 14", {11, 12, 13, 14}),
        ("FAST 15 et suivants", {15, 16, 17}),
        ("les FAST 11, 12 et 13", {11, 12, 13}),
        ("la 1re édition du programme de consolidation", set()),
        ("13 candidatures", set()),
    ],
)
def test_editions_are_read_however_they_are_named(text, editions):
    assert editions_named(plain(text)) == editions
