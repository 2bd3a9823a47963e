"""When a question is about, read from its words."""

from datetime import date

import pytest

from bot.documents import french
from bot.french.moments import Period, is_after, period_spans, periods_in, relative_spans, spelled_out

FEBRUARY = Period(date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("le 22 février 2024", date(2024, 2, 22), date(2024, 2, 22)),
        ("le 1er décembre 2023", date(2023, 12, 1), date(2023, 12, 1)),
        ("en février 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("début 2024", date(2024, 1, 1), date(2024, 3, 31)),
        ("fin 2023", date(2023, 10, 1), date(2023, 12, 31)),
        ("au printemps 2024", date(2024, 3, 1), date(2024, 6, 30)),
        ("à l'automne de 2024", date(2024, 9, 1), date(2024, 12, 31)),
        ("au premier semestre 2025", date(2025, 1, 1), date(2025, 6, 30)),
        ("avant 2024", date.min, date(2023, 12, 31)),
        ("avant février 2024", date.min, date(2024, 1, 31)),
        ("après le 23 février 2024", date(2024, 2, 24), date.max),
        ("depuis 2024", date(2024, 1, 1), date.max),
    ],
)
def test_a_period_is_read_from_its_words(said: str, first: date, last: date) -> None:
    assert periods_in(french.fold(f"quel était le plafond {said} ?")) == (Period(first, last),)


@pytest.mark.parametrize("said", ["en 2024", "au FAST 13", "le 31 février 2024", "en mars", "300 000 €"])
def test_a_year_alone_or_no_date_is_no_period(said: str) -> None:
    assert periods_in(french.fold(f"quel plafond {said} ?")) == ()


def test_a_date_in_figures_is_written_in_words() -> None:
    assert spelled_out("le 23/02/2024 ou le 1.3.24") == "le 23 fevrier 2024 ou le 1er mars 2024"
    assert spelled_out("le 23/13/2024") == "le 23/13/2024"


def test_years_named_from_the_present_one_depend_on_the_day() -> None:
    day = date(2024, 3, 1)
    assert list(relative_spans("le plafond de l'an dernier", day)) == [(14, 26, 2023)]
    assert list(relative_spans("et l'annee prochaine ?", day)) == [(3, 20, 2025)]
    assert list(relative_spans("il y a deux ans", day)) == [(0, 15, 2022)]
    assert list(relative_spans("quel plafond ?", day)) == []


def test_the_wording_of_a_question_does_not_depend_on_its_day() -> None:
    def wording(said: str) -> str:
        ((start, end, _),) = period_spans(said)
        return said[:start] + said[end:]

    assert wording("plafond le 22 fevrier 2024") == wording("plafond le 3 mars 2024") == "plafond le "


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("depuis le 23 fevrier 2024", True),
        ("en 2025", True),
        ("en mai 2023", False),
        ("au plus 2024 €", False),
        ("au plus 300 000 €", False),
    ],
)
def test_a_text_speaks_of_a_time_after_a_day_or_not(text: str, after: bool) -> None:
    assert is_after(text, date(2024, 2, 1)) is after
