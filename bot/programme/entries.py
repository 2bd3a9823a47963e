"""Entries: the values of something in one scope, as operators and sentences take them. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.programme.models import Fact, Source
from bot.programme.values import Value


@dataclass(frozen=True)
class Row:
    """A value of an attribute with its unit and sources; `fact` is None for what an edition's record states."""

    value: Value
    unit: str
    sources: tuple[Source, ...]
    fact: Fact | None = None


@dataclass(frozen=True)
class Entry:
    """The rows of one scope (an edition, a year, an interval), several when sources disagree; none: not known."""

    programme: str
    editions: tuple[int, ...]
    year: int | None
    rows: tuple[Row, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(row.fact for row in self.rows if row.fact)

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """The least and the greatest number that sources give; None when they give none."""
        numbers = [Decimal(row.value) for row in self.rows if isinstance(row.value, Decimal | int)]
        return (min(numbers), max(numbers)) if numbers else None


def rounded(value: Decimal) -> Decimal:
    """Return a computed value without digits that mean nothing."""
    step = Decimal(1) if value >= 100 else Decimal("0.1")
    found = value.quantize(step, ROUND_HALF_UP)
    return found.to_integral_value() if found == found.to_integral_value() else found
