"""The records of the facts: when each holds, which of its pages to cite, and which cannot be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from records import DAY, content, fact, fund, laureate, page, scheme

from bot.programme.models import Edition, Fact, Source
from bot.programme.values import Month


@pytest.mark.parametrize(
    "scope",
    [{"editions": (13,)}, {"year": 2024}, {"valid_from": DAY}, {"undated": True}, {"valid_from": DAY, "valid_to": DAY}],
)
def test_a_fact_says_when_it_holds_or_that_it_is_undated(scope: dict[str, Any]) -> None:
    assert Fact(**content(key="cap", unit="eur", value=1, **scope)).amount == 1


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"editions": (13,), "undated": True},
        {"year": 2024, "undated": True},
        {"editions": (13,), "valid_to": DAY},
        {"valid_from": DAY, "valid_to": date(2024, 2, 9)},
    ],
)
def test_a_fact_without_scope_or_with_two_that_contradict_is_refused(scope: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Fact(**content(key="cap", unit="eur", value=1, **scope))


@pytest.mark.parametrize(("value", "qualifier"), [(0, "exact"), (1, "none")])
def test_no_euro_and_the_word_none_go_together(value: int, qualifier: str) -> None:
    assert fact(value=0, qualifier="none").amount == 0
    with pytest.raises(ValidationError):
        fact(value=value, qualifier=qualifier)


def test_a_count_of_nothing_is_not_an_absence_of_money() -> None:
    assert fact(unit="count", value=0).number == 0


def test_only_money_gives_an_amount_and_only_a_count_a_number() -> None:
    assert fact().amount == Decimal(1000)
    assert fact(unit="count", value=3).number == 3
    with pytest.raises(TypeError):
        _ = fact(unit="count", value=3).amount
    with pytest.raises(TypeError):
        _ = fact().number


@pytest.mark.parametrize(
    ("scope", "holding"),
    [
        ({"valid_from": DAY, "valid_to": date(2024, 2, 12)}, [date(2024, 2, 10), date(2024, 2, 12)]),
        ({"valid_from": DAY}, [date(2024, 2, 10), date(2024, 2, 12), date(2024, 2, 13), date(2025, 1, 1)]),
        ({"year": 2024}, [date(2024, 2, 9), date(2024, 2, 10), date(2024, 2, 12), date(2024, 2, 13)]),
        ({"year": 2025, "valid_from": DAY, "valid_to": DAY}, [DAY]),
        ({"editions": (13,)}, []),
    ],
)
def test_a_fact_holds_on_the_days_of_its_interval_else_of_its_year(scope: dict[str, Any], holding: list[date]) -> None:
    days = [date(2024, 2, 9), DAY, date(2024, 2, 12), date(2024, 2, 13), date(2025, 1, 1)]
    assert [day for day in days if fact(**scope).holds_on(day)] == holding


@pytest.mark.parametrize(
    ("scope", "holding"),
    [
        ({"year": 2024}, [2024]),
        ({"year": 2023, "valid_from": DAY}, [2023]),
        ({"valid_from": DAY, "valid_to": date(2025, 1, 1)}, [2024, 2025]),
        ({"valid_from": DAY}, [2024, 2025, 2026]),
        ({"editions": (13,)}, []),
    ],
)
def test_a_fact_holds_in_its_year_else_in_those_that_its_interval_touches(
    scope: dict[str, Any], holding: list[int]
) -> None:
    assert [year for year in (2023, 2024, 2025, 2026) if fact(**scope).holds_in(year)] == holding


def test_the_pages_of_an_edition_are_cited_before_those_that_speak_of_all() -> None:
    of_13, of_all = page("b", editions=(13,)), page("c")
    several = fact(editions=(13, 14), sources=(of_13, of_all))
    assert [source.id for source in several.sources_for(13)] == ["b"]
    assert [source.id for source in several.sources_for(14)] == ["c"]
    assert [source.id for source in several.sources_for()] == ["c"]
    assert [source.id for source in fact(editions=(13, 14), sources=(of_13,)).sources_for(14)] == ["b"]


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ({"month": "2024-09", "announced": page("a")}, 2024),
        ({"month": "2025-01", "announced": page("a"), "rolling_year": 2022}, 2025),
        ({"announced": page("a"), "rolling_year": 2022}, 2024),
        ({"rolling_year": 2022}, 2022),
        ({}, None),
    ],
)
def test_the_year_of_an_edition_is_that_of_its_promotion_else_of_its_announcement(
    given: dict[str, Any], year: int | None
) -> None:
    edition = Edition(**content(number=1, **given))
    assert edition.year == year
    assert edition.announced_on == (DAY if "announced" in given else None)
    assert edition.month == (Month(*map(int, given["month"].split("-"))) if "month" in given else None)


def test_a_programme_is_replaced_by_another_on_a_day_or_not_at_all() -> None:
    assert scheme(replaced_by="suite", replaced_on=DAY).replaced_on == DAY
    for half in ({"replaced_by": "suite"}, {"replaced_on": DAY}):
        with pytest.raises(ValidationError):
            scheme(**half)


def test_a_laureate_is_a_product_unless_it_is_an_incubator() -> None:
    plain = laureate("A")
    assert (plain.population, plain.support_only, plain.common_word) == ("product", False, False)
    assert laureate("A", is_incubator=True).population == "incubator"


@pytest.mark.parametrize(
    "bounds",
    [
        {},
        {"unlimited": True},
        {"minimum": 500, "maximum": 500},
        {"minimum": 2000},
        {"maximum": 1000},
        {"minimum": 0, "maximum": 1},
    ],
)
def test_the_bounds_of_a_fund_may_meet_and_its_rate_may_be_all(bounds: dict[str, Any]) -> None:
    assert fund(**bounds).rate == 100


@pytest.mark.parametrize(
    "bounds",
    [
        {"unlimited": True, "minimum": 0},
        {"unlimited": True, "maximum": 1},
        {"minimum": 501, "maximum": 500},
        {"maximum": 1001},
        {"rate": 101},
        {"phases": ()},
        {"mode": ()},
        {"mode": ("projet", "projet")},
        {"sources": ()},
        {"sources": (page("a"), page("a"))},
    ],
)
def test_a_fund_upside_down_or_without_what_it_needs_is_refused(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fund(**bounds)


def test_a_record_refuses_a_key_that_it_does_not_know_and_never_changes() -> None:
    source = Source(**page("a"))
    with pytest.raises(ValidationError):
        Source(**page("a", titel="A"))
    with pytest.raises(ValidationError):
        source.title = "B"
