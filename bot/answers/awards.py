"""What is worked out on the amounts of laureates: order, sum, mean, shares, equality. Names no question. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from bot.french.shapes import Shape
from bot.programme.amounts import format_amount
from bot.programme.entries import rounded
from bot.programme.models import Laureate
from bot.questions.acts import Operation, Query
from bot.words import figures as words
from bot.words import laureates as told

Pair = tuple[Laureate, Decimal]


@dataclass(frozen=True)
class Awards:
    """Laureates in the order of their lists: those whose amount is public, those whose amount is not.

    `unnamed` counts, by edition, the laureates that no document names.
    """

    known: tuple[Pair, ...]
    unknown: tuple[Laureate, ...] = ()
    unnamed: tuple[tuple[int, int], ...] = ()

    @property
    def amounts(self) -> list[Decimal]:
        return [amount for _, amount in self.known]

    @property
    def hidden(self) -> int:
        """How many laureates have an amount that is not known."""
        return len(self.unknown) + sum(count for _, count in self.unnamed)

    def among(self, kept: Iterable[Laureate]) -> "Awards":
        """Return the same, of some laureates only."""
        chosen = list(kept)
        return Awards(
            tuple(pair for pair in self.known if pair[0] in chosen), tuple(o for o in self.unknown if o in chosen)
        )


@dataclass(frozen=True)
class Outcome:
    """What comes first, the amounts to list under it, and whether they are in the order of their amounts."""

    leads: tuple[str, ...]
    shown: tuple[Pair, ...]
    ranked: bool = True


def worked_out(query: Query, rows: Awards, part: Awards) -> Outcome:
    """Return what an operation gives on the amounts of `part`, the laureates that a question keeps of `rows`."""
    if query.places:
        return _placed(query, rows)
    if Shape.ALIKE in query.shapes:
        return Outcome((alike(part),), _ordered(part.known))
    if query.operation is Operation.SHARE:
        return Outcome((told.share_of(len(part.known), len(rows.known), rows.hidden),), _ordered(part.known))
    if query.operation in (Operation.MOST, Operation.LEAST):
        return _extreme(query, part)
    ordered = _ordered(part.known)
    if query.first:
        return Outcome((), _first(ordered, query.first))
    return Outcome(_led(query, part, whole=part is rows), ordered)


def _led(query: Query, part: Awards, *, whole: bool) -> tuple[str, ...]:
    amounts = part.amounts
    if query.operation is Operation.TOTAL:
        return (told.total(sum(amounts, Decimal(0)), len(amounts)),)
    if query.operation is Operation.MEAN and Shape.MEDIAN in query.shapes:
        return (told.median(Decimal(median(amounts)), len(amounts)),)
    if query.operation is Operation.MEAN:
        return (words.mean(format_amount(mean(amounts)), len(amounts), []),)
    if query.operation is Operation.COUNT:
        return (told.count(len(amounts)),)
    if whole and len(amounts) > 1 and len(set(amounts)) == 1 and not part.hidden:
        return (told.each(amounts[0]),)
    return ()


def alike(rows: Awards) -> str:
    """Say whether all the amounts are the same, as far as they are known."""
    low, high = min(rows.amounts), max(rows.amounts)
    if low != high:
        return told.not_alike(low, high)
    return told.alike(low) if not rows.hidden else told.alike_as_far_as_known(low, len(rows.known), rows.hidden)


def _placed(query: Query, rows: Awards) -> Outcome:
    """What stands at a place: by amount where the most or the least is spoken of, else in the list."""
    if query.operation in (Operation.RANK, Operation.LEAST):
        amounts = sorted(set(rows.amounts), reverse=query.operation is Operation.RANK)
        wanted = {amounts[place] for place in query.places if place < len(amounts)}
        shown = tuple(pair for pair in rows.known if pair[1] in wanted)
        return Outcome(
            tuple(told.at_place(place, amounts[place]) for place in query.places if place < len(amounts)), shown
        )
    count = len(rows.known) + len(rows.unknown)
    return Outcome(
        (), tuple(rows.known[place] for place in query.places if place < count and not rows.unknown), ranked=False
    )


def _extreme(query: Query, rows: Awards) -> Outcome:
    least = query.operation is Operation.LEAST
    ordered = _ordered(rows.known, least=least)
    if query.first:
        return Outcome((), _first(ordered, query.first))
    best = ordered[0][1]
    first = tuple(pair for pair in ordered if pair[1] == best)
    if len(first) == len(ordered) > 1 and not rows.hidden:
        return Outcome((told.no_extreme(best),), first)
    return Outcome((told.extreme(best, [told.named(one) for one, _ in first], least=least),), ())


def _ordered(pairs: Sequence[Pair], *, least: bool = False) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: pair[1] if least else -pair[1]))


def _first(ordered: Sequence[Pair], count: int) -> tuple[Pair, ...]:
    """Return the first of a list, and those that have as much as the last of them."""
    last = ordered[min(count, len(ordered)) - 1][1]
    return tuple(pair for place, pair in enumerate(ordered) if place < count or pair[1] == last)


def mean(amounts: Sequence[Decimal]) -> Decimal:
    """Return the mean of amounts."""
    return rounded(sum(amounts, Decimal(0)) / len(amounts))


def compared(query: Query, rows: Awards) -> tuple[str, ...]:
    """Say what is worked out on laureates that are named: their sum, which has most, by how much, whether as much."""
    amounts = rows.amounts
    if Shape.ALIKE in query.shapes and len(amounts) > 1:
        return (alike(rows),)
    if len(amounts) < 2:
        return ()
    if query.operation is Operation.TOTAL:
        return (told.together(amounts),)
    if query.operation is Operation.MEAN:
        return (words.mean(format_amount(mean(amounts)), len(amounts), []),)
    if query.operation is Operation.DIFFERENCE and len(amounts) == 2:
        return (told.apart(*_ordered(rows.known)),)
    if query.operation in (Operation.COMPARE, Operation.MOST, Operation.LEAST, Operation.DIFFERENCE):
        return (told.ordered(rows.known, least=query.operation is Operation.LEAST),)
    return ()
