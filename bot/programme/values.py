"""The values of facts: amounts, counts, days, months and ranges of them, as TOML gives them."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

Unit = Literal["eur", "percent", "ratio", "count", "minutes", "days", "weeks", "months", "date", "month", "text"]
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DECIMAL_UNITS = frozenset({"eur", "percent", "ratio"})


@dataclass(frozen=True, order=True)
class Month:
    """A month, when no source gives the day."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


Scalar = Decimal | int | date | Month | str


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included."""

    low: Scalar
    high: Scalar


Value = Scalar | Range


def parse_month(raw: object) -> Month:
    """Return the month written « 2023-09 »; ValueError otherwise."""
    if isinstance(raw, Month):
        return raw
    found = _MONTH.fullmatch(raw) if isinstance(raw, str) else None
    if not found or not 1 <= int(found[2]) <= 12:
        raise ValueError(f"mois attendu, écrit « 2023-09 », et non {raw!r}")
    return Month(int(found[1]), int(found[2]))


def parse_money(raw: object) -> Decimal:
    """Return an exact number, zero or more; ValueError in French for a float, a negative or anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError(f"nombre exact attendu (entier, ou décimal entre guillemets), et non {raw!r}")
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise ValueError(f"nombre attendu, et non {raw!r}") from None
    if not number.is_finite() or number < 0:
        raise ValueError(f"nombre positif ou nul attendu, et non {raw!r}")
    return number


def _integer(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise ValueError(f"nombre entier positif ou nul attendu, et non {raw!r}")
    return raw


def _day(raw: object) -> date | Month:
    if isinstance(raw, str):
        return parse_month(raw)
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError(f"date attendue, écrite 2023-12-01 sans guillemets, et non {raw!r}")
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f"texte attendu, et non {raw!r}")
    return raw


def _scalar(unit: str, raw: object) -> Scalar:
    if unit in _DECIMAL_UNITS:
        number = parse_money(raw)
        if unit == "percent" and number > 100:
            raise ValueError(f"pourcentage entre 0 et 100 attendu, et non {raw!r}")
        return number
    if unit == "date":
        return _day(raw)
    if unit == "month":
        return parse_month(raw)
    return _text(raw) if unit == "text" else _integer(raw)


def parse_value(unit: str, raw: object) -> Value:
    """Return what TOML holds, typed by its unit; a table with `min` and `max` is a range. ValueError in French."""
    if not isinstance(raw, Mapping):
        return _scalar(unit, raw)
    if set(raw) != {"min", "max"} or unit == "text":
        raise ValueError("fourchette attendue, écrite { min = 4, max = 8 }")
    low, high = _scalar(unit, raw["min"]), _scalar(unit, raw["max"])
    if not low < high:  # type: ignore[operator]
        raise ValueError(f"fourchette à l'envers : {raw['min']!r} n'est pas avant {raw['max']!r}")
    return Range(low, high)


def first_day(value: Value) -> date | None:
    """Return the first day that a date, a month or a range of them may mean; None for another value."""
    if isinstance(value, Range):
        return first_day(value.low)
    if isinstance(value, Month):
        return value.first
    return value if isinstance(value, date) else None


def last_day(value: Value) -> date | None:
    """Return the last day that a date, a month or a range of them may mean; None for another value."""
    if isinstance(value, Range):
        return last_day(value.high)
    if isinstance(value, Month):
        return value.last
    return value if isinstance(value, date) else None
