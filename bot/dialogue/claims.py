"""What a question takes for granted (« le plafond est bien de 500 000 € ? »), held against the values known. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from bot.programme.amounts import find_amounts
from bot.programme.values import Month, Range, Value

_MONTHS: Final = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)
_SHARE: Final = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?) ?(?:%|pour ?cents?\b|pourcents?\b)")
_DAY: Final = re.compile(rf"\b(1er|\d{{1,2}}) ({'|'.join(_MONTHS)})\b(?: (20\d\d))?")
_MONTHS_LONG: Final = re.compile(r"(?<![\d.,])(\d{1,2}) mois\b")
_COUNT: Final = re.compile(
    r"(?<![\d.,])(?<!fast )(\d{1,3}) (?:laureats?|candidatures?|candidats?|dossiers?|projets?|produits?|equipes?|services?)\b"
)
# « Au moins 100 000 € », « 200 ou 300 ? », « passer de 300 000 à 200 000 € »: not one value that is taken for granted.
_CHECKS: Final = re.compile(
    r"\bbien\b|c'est (?:bien )?(?:vrai|ca|exact|correct|juste)|\b(?:vrai|exact|correct)\b|\bconfirm|n'est-ce pas|\bhein\b|\bnon ?\?"
    r"|\bon m'a dit|\bil parait|\bj'ai (?:lu|vu|entendu)|\b(?:est|etait|sont|etaient|reste|restait|fait|faisait|vaut|valait) (?:de |a |toujours |encore |le |d'une? )*(?=\d)"
    r"|\b(?:y a eu|a (?:recu|touche|eu|obtenu|retenu|selectionne|dure|ferme)|ferm(?:e|ait)|clos|puisque|comme|vu que|sachant que)\b"
)


_EITHER: Final = re.compile(r"\d ?(?:k€?|€|euros?|%)? (?:ou|plutot que) (?:deja |encore |plutot |bien )*\d")


@dataclass(frozen=True)
class Claim:
    """A value that a question states, by unit: `value` is euros, percent, a number, or (day, month, year or None)."""

    unit: str
    value: Decimal | tuple[int, int, int | None]


def claim_in(text: str, folded: str, unit: str) -> Claim | None:
    """Return the one value of that unit that a question takes for granted; None when there is none, or several."""
    if not _CHECKS.search(folded) or _EITHER.search(folded):
        return None
    found = list(dict.fromkeys(_values(text, folded, unit)))
    return found[0] if len(found) == 1 else None


def agrees(claim: Claim, values: Sequence[Value]) -> bool:
    """Whether one of the values is the one claimed."""
    return any(_same(claim.value, value) for value in values)


def _values(text: str, folded: str, unit: str) -> Iterable[Claim]:
    if unit == "eur":
        for amount in find_amounts(text):
            yield Claim(unit, amount.value)
    elif unit == "date":
        for day, month, year in _DAY.findall(folded):
            number = 1 if day == "1er" else int(day)
            yield Claim(unit, (number, _MONTHS.index(month) + 1, int(year) if year else None))
    else:
        pattern = {"percent": _SHARE, "months": _MONTHS_LONG, "count": _COUNT}.get(unit)
        for match in pattern.finditer(folded) if pattern else ():
            yield Claim(unit, Decimal(match[1].replace(",", ".")))


def _same(claimed: Decimal | tuple[int, int, int | None], value: Value) -> bool:
    if isinstance(value, Range):
        return _same(claimed, value.low) or _same(claimed, value.high) or _between(claimed, value)
    if isinstance(claimed, tuple):
        day, month, year = claimed
        if isinstance(value, Month):
            return (month, year or value.year) == (value.month, value.year)
        return isinstance(value, date) and (day, month, year or value.year) == (value.day, value.month, value.year)
    return isinstance(value, Decimal | int) and claimed == value


def _between(claimed: Decimal | tuple[int, int, int | None], value: Range) -> bool:
    bounds = (value.low, value.high)
    if isinstance(claimed, tuple) or not all(isinstance(bound, Decimal | int) for bound in bounds):
        return False
    return Decimal(str(value.low)) <= claimed <= Decimal(str(value.high))
