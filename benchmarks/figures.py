"""What a benchmark gives back: a table of figures, the bounds that some of them have, and notes. Pure."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """What the figure of one column has to stay under, or reach when `at_least`."""

    column: str
    limit: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether a figure is within the bound."""
        return value >= self.limit if self.at_least else value < self.limit


@dataclass(frozen=True)
class Row:
    """One line of figures by column, and the bound of one of them."""

    name: str
    figures: Mapping[str, float]
    bound: Bound | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the bound holds; None when there is none."""
        return None if self.bound is None else self.bound.holds(self.figures[self.bound.column])


@dataclass(frozen=True)
class Table:
    """The outcome of one benchmark, in `unit` (ms, s, Mo, or empty for a share)."""

    title: str
    unit: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """The columns of all rows, in order of appearance."""
        return list(dict.fromkeys(column for row in self.rows for column in row.figures))


@dataclass(frozen=True)
class Outcome:
    """A table with the load averages of the machine (one minute) before and after it was measured."""

    table: Table
    load: tuple[float, float]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def latencies(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return p50, p95 and max, each the median of what it is in every round; 0 when nothing was measured."""
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {name: statistics.median([percentile(times, share) for times in rounds]) for name, share in shares.items()}
