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
        """The least and the greatest number that sources give, but for roundings of another; None without a number."""
        numbers = {Decimal(row.value) for row in self.rows if isinstance(row.value, Decimal | int)}
        exact = [one for one in numbers if not any(_is_rounded(one, other) for other in numbers - {one})]
        return (min(exact), max(exact)) if exact else None


def _is_rounded(value: Decimal, exact: Decimal) -> bool:
    """Whether a value is another with fewer digits: « 1,5 million », of 1 537 000 €."""
    own, other = value.normalize(), exact.normalize()
    if own.adjusted() < _LARGE or len(own.as_tuple().digits) >= len(other.as_tuple().digits):
        return False
    return other.quantize(Decimal(1).scaleb(int(own.as_tuple().exponent)), ROUND_HALF_UP) == own


_LARGE = 4  # of tens of thousands and more: 20 candidates are not 21


def rounded(value: Decimal) -> Decimal:
    """Return a computed value without digits that mean nothing."""
    step = Decimal(1) if value >= 100 else Decimal("0.1")
    found = value.quantize(step, ROUND_HALF_UP)
    return found.to_integral_value() if found == found.to_integral_value() else found
