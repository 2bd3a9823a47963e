"""The values of facts: what each unit takes from TOML, to the last digit, and what it refuses."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.programme.values import (
    Day,
    Flag,
    Month,
    Number,
    Numbers,
    Range,
    Text,
    Texts,
    Url,
    Year,
    first_day,
    last_day,
    parse_money,
    parse_month,
    parse_value,
)

LEAP_MONTH = Month(2024, 2)


@pytest.mark.parametrize(
    ("unit", "raw", "value"),
    [
        ("eur", 0, Decimal(0)),
        ("eur", 10**12, Decimal(10**12)),
        ("eur", "1234.50", Decimal("1234.50")),
        ("eur", 101, Decimal(101)),
        ("percent", 100, Decimal(100)),
        ("ratio", "0.5", Decimal("0.5")),
        ("count", 0, 0),
        ("count", 10**12, 10**12),
        ("weeks", 3, 3),
        ("date", date(2000, 1, 1), date(2000, 1, 1)),
        ("date", date(2099, 12, 31), date(2099, 12, 31)),
        ("date", "2024-02", LEAP_MONTH),
        ("month", "2000-01", Month(2000, 1)),
        ("month", "2099-12", Month(2099, 12)),
        ("text", "dix-huit", "dix-huit"),
        ("count", {"min": 4, "max": 5}, Range(4, 5)),
        ("date", {"min": "2024-02", "max": "2024-03"}, Range(LEAP_MONTH, Month(2024, 3))),
    ],
)
def test_a_value_is_typed_by_its_unit(unit: str, raw: object, value: object) -> None:
    found = parse_value(unit, raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("unit", "raw"),
    [
        ("eur", -1),
        ("eur", 10**12 + 1),
        ("eur", 12.5),
        ("eur", True),
        ("eur", "1 234"),
        ("percent", 101),
        ("percent", "100.1"),
        ("count", -1),
        ("count", 10**12 + 1),
        ("count", True),
        ("count", "18"),
        ("date", date(1999, 12, 31)),
        ("date", date(2100, 1, 1)),
        ("date", datetime(2024, 2, 29, 12)),
        ("date", 20240229),
        ("month", "2024-00"),
        ("month", "2024-13"),
        ("month", "1999-12"),
        ("month", "2100-01"),
        ("month", date(2024, 2, 1)),
        ("text", " "),
        ("text", 18),
        ("text", {"min": "a", "max": "b"}),
        ("count", {"min": 4}),
        ("count", {"min": 4, "max": 4}),
        ("count", {"min": 5, "max": 4}),
        ("date", {"min": date(2024, 1, 1), "max": "2024-02"}),
    ],
)
def test_a_value_that_its_unit_does_not_take_is_refused(unit: str, raw: object) -> None:
    with pytest.raises(ValueError, match=r"attendu|hors des années|à l'envers"):
        parse_value(unit, raw)


def test_money_is_read_from_a_whole_number_or_an_exact_text() -> None:
    assert parse_money(0) == 0
    assert parse_money("0.000001") == Decimal("0.000001")


def test_a_month_already_read_is_left_as_it_is() -> None:
    assert parse_month(LEAP_MONTH) is LEAP_MONTH


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Number, 1),
        (Number, 999),
        (Year, 2000),
        (Year, 2099),
        (Flag, True),
        (Day, date(2024, 2, 29)),
        (Text, "a"),
        (Texts, ("a", "b")),
        (Numbers, (1, 2)),
        (Url, "https://beta.gouv.fr"),
    ],
)
def test_a_field_takes_what_is_within_its_bounds(kind: Any, raw: object) -> None:
    assert TypeAdapter(kind).validate_python(raw) == raw


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Number, 0),
        (Number, 1000),
        (Number, "1"),
        (Year, 1999),
        (Year, 2100),
        (Year, "2024"),
        (Flag, "true"),
        (Flag, 1),
        (Day, "2024-02-29"),
        (Day, date(1999, 12, 31)),
        (Text, "  "),
        (Texts, ("a", "b", "a")),
        (Numbers, (1, 1)),
        (Url, "http://beta.gouv.fr"),
    ],
)
def test_a_field_refuses_what_is_not(kind: Any, raw: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(raw)


def test_a_month_holds_its_days_from_the_first_to_the_last() -> None:
    assert (LEAP_MONTH.first, LEAP_MONTH.last) == (date(2024, 2, 1), date(2024, 2, 29))
    days = [date(2024, 1, 31), LEAP_MONTH.first, date(2024, 2, 15), LEAP_MONTH.last, date(2024, 3, 1)]
    assert [day in LEAP_MONTH for day in days] == [False, True, True, True, False]
    assert str(LEAP_MONTH) == "2024-02"


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        (date(2024, 2, 10), date(2024, 2, 10), date(2024, 2, 10)),
        (LEAP_MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (Range(LEAP_MONTH, Month(2024, 4)), date(2024, 2, 1), date(2024, 4, 30)),
        (Range(4, 8), None, None),
        ("février", None, None),
    ],
)
def test_a_value_begins_and_ends_on_a_day_when_it_is_one(value: Any, first: date | None, last: date | None) -> None:
    assert (first_day(value), last_day(value)) == (first, last)
