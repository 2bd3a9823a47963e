"""What the amounts of a turn are: read by the heads trained on written sentences; unsure, no role at all. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from bot.programme.amounts import FoundAmount
from bot.questions.acts import Amount, Change, Role
from bot.questions.reading import Floats, Models
from bot.questions.spans import Kind, Scan, Span
from bot.questions.sums import amounts_in, features, label_of, worth

# A sum that is wrong costs as much as four questions back too many, since it says which amounts it counts.
SURE: Final = 4 / 5
_CHANGES: Final[Mapping[str, Change]] = {"+": "add", "-": "subtract", "=": "correct", "set": "set"}
_REPLACING: Final = ("=", "set")  # either puts an amount in the place of another


def amounts_of(
    scan: Scan,
    vector: Floats,
    models: Models,
    asked: str = "",
    last: str = "",
    *,
    bare: bool = False,
    possible: Callable[[Role, Decimal], bool] = lambda *_: True,
) -> tuple[Amount, ...]:
    """Return the amounts of a turn, whose sentence vector is given, with their roles, None for one that is not sure.

    `asked` is the role that the bot has just asked for, `last` that of the amount said last. With `bare`, a number
    without unit is one too, in thousands. `possible` tells which roles an amount said alone may have in the account.
    """
    spans = amounts_in(scan, bare=bare)
    found = []
    for index, span in enumerate(spans):
        seen = features(scan.text, spans, index, asked, last)
        roles: Mapping[str, float] = models.roles.probabilities(seen, vector)
        changes = models.changes.probabilities(seen)
        if len(spans) == 1:
            roles = _among(roles, partial(_with_value, possible, worth(span)))
        likely = models.roles_right.probability(certainty(roles, spans, index, len(scan.text.split()), asked or last))
        amount: FoundAmount | None = span.value if span.kind is Kind.AMOUNT else None
        found.append(
            Amount(
                value=worth(span),
                role=Role(likeliest(roles)) if likely >= SURE else None,
                guess=Role(likeliest(roles)),
                change=_CHANGES[likeliest(changes)],
                change_sure=_is_sure(changes),
                period=amount.period if amount else None,
                bare=amount is None,
                label=label_of(scan.text, spans, index, models.roles.vocabulary),
            )
        )
    return tuple(found)


def likeliest(probabilities: Mapping[str, float]) -> str:
    """Return the likeliest name."""
    return max(probabilities, key=lambda name: probabilities[name])


def _among(roles: Mapping[str, float], possible: Callable[[Role], bool]) -> Mapping[str, float]:
    """Return the probabilities of the roles that are possible, as if there were no others."""
    kept = {name: p if possible(Role(name)) else 0.0 for name, p in roles.items()}
    total = sum(kept.values())
    return {name: p / total for name, p in kept.items()} if total else roles


def _with_value(possible: Callable[[Role, Decimal], bool], value: Decimal, role: Role) -> bool:
    return possible(role, value)


def _is_sure(changes: Mapping[str, float]) -> bool:
    """Whether it is sure that an amount replaces what was said, or is added to it, or taken away."""
    read = likeliest(changes)
    surely = sum(changes.get(one, 0.0) for one in _REPLACING) if read in _REPLACING else changes[read]
    return surely >= SURE


def certainty(
    roles: Mapping[str, float], spans: Sequence[Span], index: int, words: int, before: str
) -> tuple[float, ...]:
    """Return the numbers from which it is told how surely the role of an amount is read right."""
    first, second, *_ = [*sorted(roles.values(), reverse=True), 0.0]
    return (
        _log_odds(first),
        first - second,
        math.log1p(len(spans)),
        math.log1p(words),
        float(spans[index].kind is Kind.NUMBER),
        float(before == likeliest(roles)),
        float(before != ""),
    )


def _log_odds(probability: float) -> float:
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))
