"""A value is the same however it is written, and is never found inside another."""

import pytest

from bot.evaluation.values import Kind, comparable, contains, only_value, values_in


@pytest.mark.parametrize(
    "written",
    [
        "300 000 €",
        "300\u202f000\u00a0€",
        "300.000 €",
        "300000€",
        "300 000 euros",
        "300 000 d'euros",
        "300k€",
        "300 k€",
        "300 K€",
        "0,3 M€",
        "0.3 M€",
        "0,3 million d'euros",
        "0,3 million d’euros",
        "**300 000 €** par an",
        "200 000 € puis 300 000 €.",
        "de 30 à 300 k€",
        "300 000 €/an",
        "(300 000 €)",
    ],
)
def test_a_sum_is_found_however_it_is_written(written):
    assert contains(f"Le plafond est de {written}", "300 000 €")
    assert contains(f"Le plafond est de {written}", "300 k€")
    assert contains(f"Le plafond est de {written}", "0,3 M€")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("130 000 €", "30 000 €"),
        ("1 030 000 €", "30 000 €"),
        ("1.200.000 €", "200 000 €"),
        ("30 000 000 €", "30 000 €"),
        ("30 000 000 €", "3 M€"),
        ("3 000 000 €", "300 k€"),
        ("3,5 M€", "5 M€"),
        ("30 000", "30 000 €"),
        ("300 000 km", "300 000 €"),
        ("150 %", "50 %"),
        ("0,5 %", "5 %"),
        ("2,50 %", "50 %"),
        ("16 mois", "6 mois"),
        ("15 mai 2024", "5 mai 2024"),
        ("FAST 13", "FAST 1"),
        ("FAST 13", "AST 13"),
        ("en 2011", "11"),
        ("110", "11"),
        ("11,5", "11"),
        ("1,11", "11"),
        ("accélération", "célération"),
        ("", "11"),
    ],
)
def test_nothing_is_found_inside_another_number_or_word(text, wanted):
    assert not contains(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Il y en a 11.", "11"),
        ("11 lauréats, 11", "11"),
        ("50 pour cent", "50 %"),
        ("50%", "50 %"),
        ("0,5 %", "0.5 %"),
        ("le 1er décembre 2024", "1er décembre 2024"),
        ("Le cœur de l’Élan", "coeur de l'elan"),
        ("les *lauréats*", "laureat"),
        ("fonds\nd'accélération", "Fonds d’accélération"),
        ("10,6 millions d'euros", "10,6 M€"),
        ("3 millions d'euros", "3 million"),
        ("2 milliards d'euros", "2 Md€"),
        ("écrire à fast@beta.gouv.fr.", "fast@beta.gouv.fr"),
    ],
)
def test_the_same_thing_written_otherwise_is_found(text, wanted):
    assert contains(text, wanted)


def test_a_text_made_comparable_stays_the_same_when_it_is_again():
    for text in ("300 k€ et 50 %", "L’été : 1,2 M€, *dont* 30 000 €", "FAST 13"):
        assert comparable(comparable(text)) == comparable(text)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("300 k€", Kind.SUM, "300000"),
        ("1,5 million d'euros", Kind.SUM, "1500000"),
        ("2,5 M€", Kind.SUM, "2500000"),
        ("50 pour cent", Kind.SHARE, "50"),
        ("le 29 mai 2024", Kind.DATE, "2024-05-29"),
        ("2024-05-29", Kind.DATE, "2024-05-29"),
        ("29/05/2024", Kind.DATE, "2024-05-29"),
        ("1er décembre", Kind.DATE, "--12-01"),
        ("septembre 2025", Kind.DATE, "2025-09"),
        ("six mois", Kind.DURATION, "6 mois"),
        ("un mois", Kind.DURATION, "1 mois"),
        ("FAST 13", Kind.EDITION, "13"),
        ("la 13e promotion", Kind.EDITION, "13"),
        ("2024", Kind.YEAR, "2024"),
        ("huit lauréats", Kind.COUNT, "8"),
        ("une trentaine de dossiers", Kind.COUNT, "30"),
    ],
)
def test_each_kind_of_value_is_read(text, kind, key):
    [value] = values_in(text)
    assert (value.kind, value.key) == (kind, key)


def test_the_number_of_a_programme_or_of_a_question_counts_nothing():
    assert values_in("Le programme 352, question 2") == ()


def test_a_date_without_its_year_states_that_of_the_other_and_a_month_is_stated_by_its_day():
    day, month, no_year = (only_value(text) for text in ("29 mai 2024", "mai 2024", "29 mai"))
    assert no_year.same_as(day)
    assert month.covers(day)
    assert not day.covers(month)


def test_a_text_that_says_more_than_a_value_is_none():
    assert only_value("au plus 300 000 €") is None
