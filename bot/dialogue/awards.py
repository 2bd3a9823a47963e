"""Which awards a question on sums asks for: the greatest, the least, those of a sum, or all of them ranked. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from bot.programme.amounts import find_amounts
from bot.programme.models import Laureate

Kind = Literal["most", "least", "exact", "ranked"]
_LEAST: Final = re.compile(
    r"\bmoins\b(?! de)|plus (?:petite?s?|faibles?|bas(?:se)?s?|modestes?)|minim|least|smallest|lowest"
)
_MOST: Final = re.compile(
    r"\bplus\b(?! (?:petit|faible|bas|modeste))|mieux|record|maxim|\btop\b|en tete|most|largest|biggest|highest"
)
_RANKED: Final = re.compile(
    r"classement|\bclass[ee]s?\b|\btop\b|\bchacun|\bdetail|\bpalmares|\btrie|ordre|repartition|\brang"
)


@dataclass(frozen=True)
class Awards:
    """The laureates of one sum in euros; for `ranked`, one such group a sum, greatest first."""

    kind: Kind
    amount: Decimal
    laureates: tuple[Laureate, ...]


def chosen_awards(laureates: Iterable[Laureate], text: str, folded: str) -> list[Awards]:
    """Return the awards made public that a question asks for; [] when there is none."""
    by_amount: dict[Decimal, list[Laureate]] = {}
    for one in laureates:
        if one.amount is not None:
            by_amount.setdefault(one.amount, []).append(one)
    amounts = sorted(by_amount, reverse=True)
    if _SUPPORT_ALONE.search(folded):
        alone = {one.amount for group in by_amount.values() for one in group if one.support_only}
        return [Awards("exact", amount, tuple(by_amount[amount])) for amount in amounts if amount in alone]
    wanted = _wanted(text, folded, amounts)
    return [Awards(kind, amount, tuple(by_amount[amount])) for kind, amount in wanted if amount in by_amount]


_SUPPORT_ALONE: Final = re.compile(
    r"(?:seulement|uniquement|juste|simplement|que|rien que) (?:de )?l'accompagnement|l'accompagnement (?:seul|seulement|uniquement)\b|accompagnement.{0,20}sans (?:argent|cofinancement|euros?|sous)"
)


def _wanted(text: str, folded: str, amounts: Sequence[Decimal]) -> list[tuple[Kind, Decimal]]:
    stated = find_amounts(text)
    if stated:
        return [("exact", one.value) for one in stated]
    if not amounts:
        return []
    if _RANKED.search(folded):
        return [("ranked", amount) for amount in amounts]
    least, most = _LEAST.search(folded), _MOST.search(folded)
    found: list[tuple[Kind, Decimal]] = [("most", amounts[0])] if most or not least else []
    return [*found, ("least", amounts[-1])] if least else found
