"""The values of facts: amounts, counts, days, months and ranges of them, as TOML gives them."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from bot.refusals import shown

Unit = Literal["eur", "percent", "ratio", "count", "minutes", "days", "weeks", "months", "date", "month", "text"]
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_EXACT = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)
_DECIMAL_UNITS = frozenset({"eur", "percent", "ratio"})
_LARGEST = 10**12  # no sum nor count of the programme comes near
_YEARS = range(2000, 2100)
T = TypeVar("T")


def _text(raw: str) -> str:
    if not raw.strip():
        raise ValueError("texte attendu, et non un texte vide")
    return raw


def _day_of_our_time(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError(f"date hors des années {_YEARS[0]} à {_YEARS[-1]} : {day}")
    return day


def _each_once(items: tuple[T, ...]) -> tuple[T, ...]:
    twice = next((one for position, one in enumerate(items) if one in items[:position]), None)
    if twice is not None:
        raise ValueError(f"cité deux fois : {shown(twice) if isinstance(twice, str | int) else 'la même source'}")
    return items


# What TOML gives is taken as it is: `true` is no number, « 3 » between quotes neither, and a day has no hour.
Text = Annotated[str, AfterValidator(_text)]
Texts = Annotated[tuple[Text, ...], AfterValidator(_each_once)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[int, Field(strict=True, ge=1, le=999)]
Numbers = Annotated[tuple[Number, ...], AfterValidator(_each_once)]
Year = Annotated[int, Field(strict=True, ge=_YEARS[0], le=_YEARS[-1])]
Day = Annotated[date, Field(strict=True), AfterValidator(_day_of_our_time)]
Url = Annotated[str, Field(pattern=r"^https://[^\s/]+\.\S+$")]
EachOnce = AfterValidator(_each_once)


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
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) not in _YEARS:
        raise ValueError(f"mois attendu, écrit « 2023-09 », et non {shown(raw)}")
    return Month(int(found[1]), int(found[2]))


def parse_money(raw: object) -> Decimal:
    """Return an exact number, zero or more; ValueError in French for a float, a negative or anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError(f"nombre exact attendu (entier, ou décimal entre guillemets), et non {shown(raw)}")
    if isinstance(raw, str) and not _EXACT.fullmatch(raw):
        raise ValueError(f'nombre attendu, écrit "1234.50", et non {shown(raw)}')
    number = Decimal(raw)
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"nombre entre 0 et {_LARGEST} attendu, et non {shown(raw)}")
    return number


def _integer(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= _LARGEST:
        raise ValueError(f"nombre entier entre 0 et {_LARGEST} attendu, et non {shown(raw)}")
    return raw


def _day(raw: object) -> date | Month:
    if isinstance(raw, str):
        return parse_month(raw)
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError(f"date attendue, écrite 2023-12-01 sans guillemets, et non {shown(raw)}")
    return _day_of_our_time(raw)


def _words(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"texte attendu, et non {shown(raw)}")
    return _text(raw)


def _scalar(unit: str, raw: object) -> Scalar:
    if unit in _DECIMAL_UNITS:
        number = parse_money(raw)
        if unit == "percent" and number > 100:
            raise ValueError(f"pourcentage entre 0 et 100 attendu, et non {shown(raw)}")
        return number
    if unit == "date":
        return _day(raw)
    if unit == "month":
        return parse_month(raw)
    return _words(raw) if unit == "text" else _integer(raw)


def parse_value(unit: str, raw: object) -> Value:
    """Return what TOML holds, typed by its unit; a table with `min` and `max` is a range. ValueError in French."""
    if not isinstance(raw, Mapping):
        return _scalar(unit, raw)
    if set(raw) != {"min", "max"} or unit == "text":
        raise ValueError("fourchette attendue, écrite { min = 4, max = 8 }")
    low, high = _scalar(unit, raw["min"]), _scalar(unit, raw["max"])
    if type(low) is not type(high):
        raise ValueError("fourchette attendue entre deux jours, ou entre deux mois")
    if not low < high:  # type: ignore[operator]
        raise ValueError(f"fourchette à l'envers : {shown(raw['min'])} n'est pas avant {shown(raw['max'])}")
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
