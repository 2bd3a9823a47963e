"""Operations on entries: functions that name no attribute. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bot.answers.table import Entry, first_day, last_day
from bot.french.shapes import Shape
from bot.programme.entries import Row, rounded
from bot.programme.models import Qualifier
from bot.questions.acts import Operation, Premise, Query
from bot.texts import value_of
from bot.words import figures as words

_IN_ORDER: Final = frozenset({Operation.CHECK, Operation.COMPARE})


@dataclass(frozen=True)
class Outcome:
    """What an operation gives: words that come first, and the entries to show, in order."""

    leads: tuple[str, ...]
    entries: tuple[Entry, ...]
    as_list: bool = False


def checked(query: Query, entries: Sequence[Entry]) -> Operation:
    """Return the operation on entries: a value that is stated, where none is asked for, is checked."""
    if Shape.MEAN in query.shapes and query.operation in (Operation.VALUE, Operation.COUNT, Operation.LIST):
        return Operation.MEAN
    states = query.operation is Operation.VALUE and query.asks == "any" and len(entries) == 1
    rows = [row for one in entries for row in one.rows]
    same = any(
        one.number is not None and _same_kind(one, row.value, row.unit) for one in query.premises for row in rows
    )
    return Operation.CHECK if states and same else query.operation


def apply(
    operation: Operation,
    label: str,
    entries: Sequence[Entry],
    premises: Sequence[Premise],
    today: date,
    shapes: Collection[Shape] = (),
) -> Outcome:
    """Return what an operation gives on entries that have a value."""
    known = [one for one in entries if one.rows]
    numeric = [one for one in known if one.bounds]
    ordered = _ordered(numeric, shapes) if operation in _IN_ORDER and not premises else None
    if ordered is not None:
        return ordered
    if operation in (Operation.MOST, Operation.LEAST) and len(numeric) > 1:
        return _extreme(operation, label, numeric)
    if operation is Operation.RANK and len(numeric) > 1:
        return Outcome((), tuple(sorted(numeric, key=lambda one: one.bounds or (0, 0), reverse=True)), as_list=True)
    if operation is Operation.TOTAL and len(numeric) > 1 and _adds_up(numeric):
        return _total(label, entries, numeric)
    if operation is Operation.MEAN and len(numeric) > 1 and _adds_up(numeric):
        return _mean(label, entries, numeric)
    if operation in (Operation.COMPARE, Operation.DIFFERENCE) and len(numeric) == 2:
        return _compared(numeric)
    if operation is Operation.COUNT and len(numeric) > 1 and numeric[0].rows[0].unit == "count" and _adds_up(numeric):
        return _total(label, entries, numeric)
    if premises and known and operation is Operation.CHECK:
        return Outcome(verdict(premises, known), tuple(known), as_list=len(known) > 2)
    return Outcome((), tuple(known), as_list=len(known) > 2 or (operation is Operation.LIST and len(known) > 1))


def verdict(premises: Sequence[Premise], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return whether the value that a question states is that of the only entry; () when it states none of its kind."""
    if len(entries) != 1:
        return ()
    rows = entries[0].rows
    for premise in premises:
        comparable = [row for row in rows if _same_kind(premise, row.value, row.unit)]
        if not comparable:
            continue
        agreeing = [row for row in comparable if _agrees(premise, row.value)]
        said = words.claim(premise)
        round_ones = _nearly(premise, comparable)
        if round_ones:
            return round_ones
        disputed = len({row.value for row in rows}) > 1
        return (words.agreed(said, disputed=disputed) if agreeing else words.denied(said),)
    return ()


def _nearly(premise: Premise, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the verdict where the claim, or the source, gives a round number; () where both are exact."""
    if premise.number is None or len({row.value for row in rows}) != 1 or not isinstance(rows[0].value, Decimal | int):
        return ()
    said, told, value = words.claim(premise), words.row_value(rows[0]), Decimal(rows[0].value)
    near = abs(value - premise.number) <= premise.number / 10
    about = rows[0].fact is not None and rows[0].fact.qualifier is Qualifier.ABOUT
    if about and near and not (premise.about and value == premise.number):
        return (words.nearly(told),)
    if premise.about and near:
        return (words.agreed_nearly(said, told),)
    return ()


def _ordered(entries: Sequence[Entry], shapes: Collection[Shape]) -> Outcome | None:
    """Return the verdict on « plus … que » or « moins … que » of two scopes; None where nothing of the kind is said."""
    if len(entries) != 2 or not {Shape.MORE, Shape.LESS} & set(shapes):
        return None
    (low1, high1), (low2, high2) = ((one.bounds or (Decimal(0), Decimal(0))) for one in entries)
    unit = entries[0].rows[0].unit
    first = f"{words.scope_name(entries[0])}, {words.between(value_of(low1, unit), value_of(high1, unit))}"
    last = f"{words.between(value_of(low2, unit), value_of(high2, unit))} pour {words.scope_name(entries[1])}"
    less = Shape.LESS in shapes
    holds = high1 < low2 if less else low1 > high2
    fails = low1 >= high2 if less else high1 <= low2
    if not holds and not fails:
        return Outcome((words.not_comparable(),), tuple(entries), as_list=True)
    return Outcome((words.more_or_less(first, last, holds=holds),), tuple(entries))


def _same_kind(premise: Premise, value: object, unit: str) -> bool:
    if premise.period is not None:
        return first_day(value) is not None  # type: ignore[arg-type]
    return isinstance(value, Decimal | int) and (premise.unit == unit or (premise.unit == "count" and unit != "eur"))


def _agrees(premise: Premise, value: object) -> bool:
    if premise.period is not None:
        first, last = first_day(value), last_day(value)  # type: ignore[arg-type]
        if first is None or last is None:
            return False
        if premise.period.first.year == 1:  # « le 5 décembre », no year said
            return (first.month, first.day) == (premise.period.first.month, premise.period.first.day)
        return first <= premise.period.last and premise.period.first <= last
    return isinstance(value, Decimal | int) and Decimal(value) == premise.number


def _extreme(operation: Operation, label: str, entries: Sequence[Entry]) -> Outcome:
    least = operation is Operation.LEAST
    spans = [(one, bounds) for one in entries if (bounds := one.bounds)]
    best = min(high for _, (_, high) in spans) if least else max(low for _, (low, _) in spans)
    first = [(one, low, high) for one, (low, high) in spans if (low <= best if least else high >= best)]
    shown = tuple(one for one, _, _ in first)
    if len(first) > 1 and any(low != high for _, low, high in first):
        return Outcome((words.not_comparable(),), shown, as_list=True)
    _, low, high = first[0]
    unit = shown[0].rows[0].unit
    value = words.between(value_of(low, unit), value_of(high, unit))
    return Outcome((words.extreme(label, [words.scope_name(one) for one in shown], value, least=least),), shown)


def _sums(entries: Sequence[Entry]) -> tuple[Decimal, Decimal]:
    bounds = [one.bounds for one in entries if one.bounds]
    return sum((low for low, _ in bounds), Decimal(0)), sum((high for _, high in bounds), Decimal(0))


def _adds_up(entries: Sequence[Entry]) -> bool:
    """Whether each value is that of one edition alone: those of successive days or years are not added up."""
    return all(len(one.editions) == 1 for one in entries)


def _nearly_all(said: str, numeric: Sequence[Entry]) -> str:
    """Return a value that was worked out, said to be round where one of those it comes from is."""
    return f"environ {said}" if any(words.is_round(one) for one in numeric) else said


def _total(label: str, entries: Sequence[Entry], numeric: Sequence[Entry]) -> Outcome:
    low, high = _sums(numeric)
    unit = numeric[0].rows[0].unit
    said = words.between(value_of(low, unit), value_of(high, unit))
    unknown = [words.scope_name(one) for one in entries if not one.bounds]
    said = _nearly_all(said, numeric)
    return Outcome((words.total(label, said, len(numeric), unknown),), tuple(numeric), as_list=True)


def _mean(label: str, entries: Sequence[Entry], numeric: Sequence[Entry]) -> Outcome:
    low, high = (one / len(numeric) for one in _sums(numeric))
    unit = numeric[0].rows[0].unit
    said = words.between(value_of(rounded(low), unit), value_of(rounded(high), unit))
    unknown = [words.scope_name(one) for one in entries if not one.bounds]
    said = _nearly_all(said, numeric)
    return Outcome((words.mean(said, len(numeric), unknown),), tuple(numeric), as_list=True)


def _compared(entries: Sequence[Entry]) -> Outcome:
    one, other = entries
    (low1, high1), (low2, high2) = one.bounds or (0, 0), other.bounds or (0, 0)
    names = words.scope_name(one), words.scope_name(other)
    unit = one.rows[0].unit
    if low1 == high1 == low2 == high2:
        return Outcome((words.compared(*names, "", same=True),), tuple(entries))
    if low1 > high2:
        gap = words.between(value_of(low1 - high2, unit), value_of(high1 - low2, unit))
        return Outcome((words.compared(*names, gap, same=False),), tuple(entries))
    if low2 > high1:
        gap = words.between(value_of(low2 - high1, unit), value_of(high2 - low1, unit))
        return Outcome((words.compared(names[1], names[0], gap, same=False),), tuple(entries))
    return Outcome((words.not_comparable(),), tuple(entries), as_list=True)
