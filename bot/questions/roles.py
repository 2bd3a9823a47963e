"""What the amounts of a turn are: read by the heads trained on written sentences; unsure, no role at all. Pure."""

from typing import Final

from bot.programme.amounts import FoundAmount
from bot.questions.acts import Amount, Role
from bot.questions.reading import Models
from bot.questions.spans import Kind, Scan
from bot.questions.sums import amounts_in, features

SURE: Final = 0.65
_LIKELY: Final = 0.5
_MARGIN: Final = 0.35  # over the next role
_SHORT: Final = 7  # words
_IN_THOUSANDS: Final = 10_000  # « et avec 300 ? », after « 450 k »: no product costs 300 €
_CHANGES: Final = {"+": "add", "-": "subtract", "=": "correct", "set": "set"}


def amounts_of(
    scan: Scan, models: Models, asked: str = "", last: str = "", *, bare: bool = False, silent: bool = False
) -> tuple[Amount, ...]:
    """Return the amounts of a turn with their roles.

    `asked` is the role that the bot has just asked for, `last` that of the amount said last: a short turn with one
    amount answers the first, or replaces the second, above all when nothing else is said (`silent`). With `bare`, a
    number without unit is one too, in thousands.
    """
    spans = amounts_in(scan, bare=bare)
    places = [(span.start, span.end) for span in spans]
    found = []
    for index, span in enumerate(spans):
        seen = features(scan.text, places, index, asked)
        roles = models.roles.probabilities(seen)
        best = max(roles, key=lambda name: roles[name])
        second = max((p for name, p in roles.items() if name != best), default=0.0)
        sure = roles[best] >= SURE or (roles[best] >= _LIKELY and roles[best] - second >= _MARGIN)
        hangs_on = (asked or last) if len(spans) == 1 and len(scan.text.split()) <= _SHORT else ""
        role = Role(hangs_on) if hangs_on and (asked or silent or not sure) else Role(best) if sure else None
        changes = models.changes.probabilities(seen)
        change = _CHANGES[max(changes, key=lambda name: changes[name])]
        amount: FoundAmount | None = span.value if span.kind is Kind.AMOUNT else None
        value = amount.value if amount else span.value * 1000 if span.value < _IN_THOUSANDS else span.value
        found.append(
            Amount(value=value, role=role, change=change, period=amount.period if amount else None, bare=amount is None)
        )
    return tuple(found)
