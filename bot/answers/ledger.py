"""The account of a sum: what was said, amount after amount, and what it comes to by role. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.programme.cofinancing import Inputs
from bot.questions.acts import Change, Role

INPUTS: Final = (Role.BUDGET, Role.PARTNER, Role.AGENT_TIME, Role.ALREADY_SPENT, Role.ALREADY_GRANTED)


@dataclass(frozen=True)
class Entry:
    """An amount in euros for one year, below zero when it was taken away; `label` are stems of who or what it is.

    `monthly`: it was said of a month, twelve of which make `value`.
    """

    role: Role
    value: Decimal
    label: tuple[str, ...] = ()
    monthly: bool = False


Ledger = tuple[Entry, ...]


def of_role(ledger: Iterable[Entry], role: Role) -> Ledger:
    """Return the entries of a role."""
    return tuple(one for one in ledger if one.role is role)


def total(ledger: Iterable[Entry], role: Role) -> Decimal | None:
    """Return what the entries of a role come to; None when there is none."""
    found = of_role(ledger, role)
    return sum((one.value for one in found), Decimal(0)) if found else None


def totals(ledger: Iterable[Entry]) -> Inputs:
    """Return what goes into the sum."""
    entries = tuple(ledger)
    return Inputs(**{str(role): total(entries, role) for role in INPUTS})


def added(ledger: Ledger, entry: Entry) -> Ledger:
    """Return the account with one more amount; one taken away that stands in it by itself is taken back."""
    if entry.value < 0:
        for place in reversed(range(len(ledger))):
            if (ledger[place].role, ledger[place].value) == (entry.role, -entry.value):
                return taken_back(ledger, place)
    return (*ledger, entry)


def put(ledger: Ledger, entry: Entry) -> Ledger:
    """Return the account with one amount in the place of all those of its role."""
    return (*(one for one in ledger if one.role is not entry.role), entry)


def taken_back(ledger: Ledger, place: int) -> Ledger:
    """Return the account without the amount at `place`."""
    return (*ledger[:place], *ledger[place + 1 :])


def corrected(ledger: Ledger, place: int, entry: Entry) -> Ledger:
    """Return the account with an amount in the place of another; it is then the one said last."""
    return (*taken_back(ledger, place), entry)


def named(ledger: Ledger, role: Role, words: Iterable[str]) -> tuple[int, ...]:
    """Return the places of the amounts of a role whose label holds one of these stems."""
    said = frozenset(words)
    return tuple(i for i, one in enumerate(ledger) if one.role is role and said & frozenset(one.label))


_DEDUCTED: Final = (Role.AGENT_TIME, Role.ALREADY_SPENT, Role.ALREADY_GRANTED)


def changed(
    ledger: Ledger,
    entry: Entry,
    change: Change,
    *,
    sure: bool = True,
    said: Ledger = (),
    instead: Decimal | None = None,
) -> Ledger | None:
    """Return the account after an amount; None when its place in it is not clear.

    `sure` tells whether `change` is. `said` are the entries of the same message before it, `instead` the amount that it
    names as the one it replaces.
    """
    own, beside = of_role(ledger, entry.role), of_role(said, entry.role)
    if own and not beside and not (sure or _agrees(own, entry, change)):
        return None
    if change == "subtract":
        return _less(ledger, entry, own)
    if change == "add":
        return added(ledger, entry)
    return _beside(ledger, entry, beside) if beside and change == "set" else _instead(ledger, entry, own, instead)


def _instead(ledger: Ledger, entry: Entry, own: Ledger, instead: Decimal | None) -> Ledger | None:
    """Put an amount in the place of one of its role: the only one, or that which it names."""
    if instead is None and len(own) == 1 and _is_another(own[0], entry):
        return None
    places = _replaced(ledger, entry, own, instead)
    if len(own) > 1:
        return corrected(ledger, places[0], entry) if len(places) == 1 else None
    return put(ledger, entry)


def _agrees(own: Ledger, entry: Entry, change: Change) -> bool:
    """Whether who an amount is said of bears out what it does: more is of another partner, a correction of the same."""
    if entry.role is not Role.PARTNER or not entry.label:
        return False
    same = bool(frozenset(stem for one in own for stem in one.label) & frozenset(entry.label))
    return same if change in ("set", "correct") else not same and change == "add"


def _less(ledger: Ledger, entry: Entry, own: Ledger) -> Ledger | None:
    """« Enlève 15 000 de temps agent » counts them; said again, takes them back."""
    taken = Entry(entry.role, -entry.value, entry.label)
    if entry.role not in _DEDUCTED or any(one.value == entry.value for one in own):
        return added(ledger, taken)
    return None if own else added(ledger, entry)


def _beside(ledger: Ledger, entry: Entry, beside: Ledger) -> Ledger | None:
    """One more of a role in the same message: another partner, or the total of those; never a second budget."""
    if entry.value == total(beside, entry.role):
        return ledger
    return None if entry.role is Role.BUDGET else added(ledger, entry)


def _is_another(before: Entry, entry: Entry) -> bool:
    """Whether a partner is somebody else than the one in the account: « la mairie met 50 » after « la région »."""
    both = before.label and entry.label and entry.role is Role.PARTNER
    return bool(both) and not frozenset(before.label) & frozenset(entry.label)


def _replaced(ledger: Ledger, entry: Entry, own: Ledger, instead: Decimal | None) -> tuple[int, ...]:
    """Return the places of what one may replace: what its amount or its label names, else the amount said last."""
    by_value = tuple(i for i, one in enumerate(ledger) if one in own and one.value == instead)
    if by_value or entry.label:
        return by_value or named(ledger, entry.role, entry.label)
    return (len(ledger) - 1,) if ledger and ledger[-1].role is entry.role else ()
