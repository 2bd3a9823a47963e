"""Amounts of money as French people type them: reading them, finding them in a sentence, writing them."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.errors import UnusableInput
from bot.programme.quantities import WORDS, Quantity, fold, scan

Period = Literal["month", "year", "other"]


@dataclass(frozen=True)
class FoundAmount:
    """An amount in euros found at text[start:end].

    `period` is what the text says it covers: "month" (« par mois »), "year" (« par an »), "other" (« par jour »,
    « sur 18 mois », « x 12 »: not an amount for a year as it stands), None when nothing is said.
    `approx` is set by « environ », « une centaine de milliers », « entre … et … ».
    """

    value: Decimal
    start: int
    end: int
    period: Period | None = None
    approx: bool = False


def parse_amount(text: str) -> Decimal:
    """Return the one amount, in euros, that `text` is; its sign is kept, nothing is rounded.

    Raises UnusableInput when it is not one amount, not in euros, or a cost per month, per day, over 18 months…
    """
    shown, folded = " ".join(text.split())[:60], fold(text)
    if _OTHER_CURRENCY.search(folded):
        raise UnusableInput(f"« {shown} » n'est pas en euros : donnez le montant en euros.")
    lead = _LEAD.match(folded)
    quantities = list(scan(folded, lead.end() if lead else 0))
    if len(quantities) != 1 or (lead and folded[lead.end() : quantities[0].start].strip()):
        raise UnusableInput(f"« {shown} » n'est pas un montant : écrivez par exemple 450 000, 450k€ ou 1,2 M€.")
    period, end = _period_after(folded, quantities[0].end)
    if period in ("month", "other"):
        raise UnusableInput(f"« {shown} » n'est pas un montant pour l'année : donnez le total sur 12 mois.")
    if not _TRAIL.fullmatch(folded, end):
        raise UnusableInput(f"« {shown} » n'est pas un montant : écrivez par exemple 450 000, 450k€ ou 1,2 M€.")
    return -quantities[0].value if lead and lead["minus"] else quantities[0].value


# A sentence is read for what it asks, then for its wording, then for its sum.
@lru_cache(maxsize=32)
def find_amounts(text: str) -> tuple[FoundAmount, ...]:
    """Return the amounts of a sentence, in order; () when there is none.

    Editions, dates, years, percentages and counted things are left out. A bare number is an amount from 1 000 on.
    """
    folded = _NOT_AMOUNTS.sub(lambda match: "·" * len(match[0]), fold(text))
    found: list[FoundAmount] = []
    after_last = 0
    for quantity in _complete_ranges(folded, list(scan(folded))):
        period, end = _period_after(folded, quantity.end)
        if not _is_money(folded, quantity, has_period=period is not None):
            continue
        value, period, end = _over_months(folded, quantity.value, period, end)
        before = folded[after_last : quantity.start]
        approx = quantity.approximate or _is_approximate(before, folded[quantity.end :])
        found.append(FoundAmount(value, quantity.start, quantity.end, period or _period_before(before), approx))
        after_last = end
    return tuple(found)


_OVER = re.compile(r"[ ]?(?:sur|pendant|pour|durant)[ ]([0-9]{1,2})[ ]mois\b")


def _over_months(folded: str, value: Decimal, period: Period | None, end: int) -> tuple[Decimal, Period | None, int]:
    """Sum up « 15 k€ par mois pendant 6 mois »: what is paid over a year at most is an amount of that year."""
    over = _OVER.match(folded, end) if period == "month" else None
    if over is None or not 1 <= int(over[1]) <= 12:
        return value, period, end
    return value * int(over[1]), "year", over.end()


def format_amount(amount: Decimal) -> str:
    """Return « 450 000 € », with plain spaces; cents only when there are some (« 1 234,50 € »)."""
    cents = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, _, fraction = f"{cents:,.2f}".partition(".")
    return whole.replace(",", " ") + ("" if fraction == "00" else f",{fraction}") + " €"


_OTHER_CURRENCY = re.compile(r"[$£¥]|\b(?:dollars?|livres?|francs?|usd|gbp|chf|yens?|bitcoins?)\b")
_ABOUT = (
    r"(?:environ|approximativement|presque|autour de|pr[eè]s de|aux alentours de|de l'ordre de|[aà] peu pr[eè]s|"
    r"plus ou moins|grosso modo|plus de|plus d'|moins de|moins d'|about|around|[~≈±])"
)
_LEAD = re.compile(rf"[ \n]*(?:{_ABOUT}[ ]?)*(?P<minus>moins (?!de |d')|- )?(?:{_ABOUT}[ ]?)*")
_TRAIL = re.compile(r"(?:[ ]?(?:ht|ttc|max|maximum|environ|[aà] peu pr[eè]s)\b)*[ .!?;\n]*")

_MONTHS = "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre"
_NOT_AMOUNTS = re.compile(
    rf"""
    \b(?:fast|[ée]dition|promotion|promo|session)s?[ ]?(?:n°|num[ée]ro)?[ ]?\#?[0-9]{{1,2}}(?![0-9])(?![.,][0-9])
      (?:(?:[ ]?,|[ ]et|[ ]ou|[ ][aà])[ ]1[0-9]\b(?![.,][0-9])(?![ ]?[kM€]))*
    | \b(?:le|du|au)[ ]1[1-7](?=[ ][1-9][0-9]{{2}}(?:[ ][0-9]{{3}}(?![ ]?[0-9])|[ ]?k))
    | \b[0-9]{{1,2}}(?:er)?[ ](?:{_MONTHS})(?:[ ](?:19|20)[0-9]{{2}})?\b
    | \b(?:19|20)[0-9]{{2}}[-/.][0-9]{{1,2}}(?:[-/.][0-9]{{1,2}})?\b
    | \b[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.](?:[0-9]{{4}}|[0-9]{{2}})\b
    | \b(?:[lrd]\.|iso|rgaa|article|loi|d[ée]cret|programme|siret|siren|t[ée]l\.?|n°|num[ée]ro)[ ]?:?[ ]?[0-9][0-9. -]*
    | (?<![0-9])-?[0-9]{{1,15}}(?:[.,][0-9]{{1,15}})?[ ]?(?:%|pour[ ]?cents?\b|p\.[ ]?100)
    | {WORDS}[ ]pour[ ]?cents?\b
    | (?<![\w.,])0[0-9](?:[ .-]?[0-9]{{2}}){{4}}(?![0-9])
    | \b(?:quelques|plusieurs|des)[ ](?:dizaines|centaines|milliers|millions|milliards)
      (?:[ ]de[ ](?:milliers|millions|mille))?
    """,
    re.VERBOSE,
)
_COUNTED = re.compile(r"[ ](?:d'|de )?(?P<noun>[a-zà-ÿœ]{3,}[sx])\b")
# Words that may follow an amount, and end like the plural of something counted.
_NOT_COUNTED = """
mais alors dans sans sous vous nous ils elles les des nos vos mes ses tes leurs ces plus moins puis depuis après apres
pas tous toutes hors vers chez sinon peux veux suis très tres temps mois jours toujours autres divers taxes annuels
annuelles mensuels mensuelles nets bruts fonds crédits credits subventions dépenses depenses frais charges recettes
financements cofinancements partenaires sponsors acquis promis investis prévus prevus obtenus reçus recus dépensés
engagés engages versés verses budgétés alloués accordés consommés apportés validés payés demandés mobilisés sécurisés
salaires charges conventionnés confirmés disponibles supplémentaires restants respectivement
"""
_NOT_COUNTED_WORDS = frozenset(_NOT_COUNTED.split())
_APPROXIMATE_BEFORE = re.compile(rf"(?:(?<!\w){_ABOUT}|\b(?:vers|dans les|entre))[ ]?(?:une? )?$")
_APPROXIMATE_AFTER = re.compile(r"[ ]?,?[ ]?\(?(?:environ|[aà] peu pr[eè]s|ou presque|[aà] la louche|grosso modo)\b")


def _is_money(folded: str, quantity: Quantity, *, has_period: bool) -> bool:
    if quantity.unit:
        return True
    counted = _COUNTED.match(folded, quantity.end)
    if counted and counted["noun"] not in _NOT_COUNTED_WORDS:
        return False
    written = folded[quantity.start : quantity.end]
    if quantity.size_word == "m" and not re.search("[.,]", written):
        return False  # « 12 m » may be metres or months
    if written == "mille":
        return False
    return abs(quantity.value) >= 1000 and (has_period or not _reads_as_year(quantity))


def _reads_as_year(quantity: Quantity) -> bool:
    whole = quantity.value == quantity.value.to_integral_value()
    return whole and 1900 <= quantity.value <= 2100 and not quantity.grouped and quantity.size_word in ("", "mille")


def _complete_ranges(folded: str, quantities: list[Quantity]) -> list[Quantity]:
    """« entre 200 et 300 k€ », « 200-300k »: the first number takes the magnitude and the unit of the second."""
    result = list(quantities)
    for index, (low, high) in enumerate(pairwise(quantities)):
        if not _is_range(folded, low, high):
            continue
        size = high.size if low.size == 1 and low.value < 1000 and low.value * high.size < high.value else Decimal(1)
        word = low.size_word if size == 1 else high.size_word
        result[index] = replace(
            low, value=low.value * size, size_word=word, unit=low.unit or high.unit, approximate=True
        )
        result[index + 1] = replace(high, approximate=True)
    return result


def _is_range(folded: str, low: Quantity, high: Quantity) -> bool:
    between = folded[low.end : high.start]
    joined = re.fullmatch(r" ?(?:-|à|a|ou|to) ?", between)
    enclosed = between == " et " and folded[: low.start].endswith("entre ")
    return bool(joined or enclosed) and (high.unit or high.size > 1) and not _reads_as_year(low)


def _is_approximate(before: str, after: str) -> bool:
    return bool(_APPROXIMATE_BEFORE.search(before) or _APPROXIMATE_AFTER.match(after))


_SOME = rf"(?:[0-9]+|{WORDS})"
_PERIOD_AFTER = re.compile(
    rf"""
    (?:[ ]?(?:ht|ttc|net|bruts?|en[ ]moyenne|environ|max|maximum
       |de[ ](?:budget|co[uû]ts?|d[ée]penses?|frais|charges?|financement|prestations?))\b)*,?[ ]?\(?
    (?: (?P<year>/[ ]?(?:ans?|ann[ée]e|year)\b|par[ ](?:ans?|ann[ée]e)\b|(?:pour|de|sur|dans|[aà])[ ]l'ann[ée]e\b
          |l'an\b|chaque[ ]ann[ée]e|tous[ ]les[ ]ans|annuel\w*|(?:per|a|each)[ ]year|yearly
          |(?:sur|pour)[ ](?:un|1)[ ]an\b|(?:sur|pour)[ ](?:12|douze)[ ]mois)
      | (?P<month>/[ ]?(?:mois\b|month\b|m(?!\w))|(?:par|chaque|tous[ ]les|le|au)[ ]mois\b|mensuel\w*
          |(?:per|a|each)[ ]month|monthly)
      | (?P<other>/[ ]?(?:jours?|j|semaines?|heures?|h|trimestres?|semestres?|days?|weeks?)\b
          |par[ ](?:jours?|semaine|heure|trimestre|semestre|sprint|tjm)\b|(?:per|a)[ ](?:day|week|quarter)\b
          |(?:trimestriel|semestriel|hebdomadaire|journali|quotidien)\w*
          |(?:sur|pour|pendant|for|over)[ ]{_SOME}[ ](?:mois|ans|ann[ée]es|semaines|trimestres|jours|months|years)\b
          |[x*×][ ]?[0-9]) )
    """,
    re.VERBOSE,
)
_PERIOD_BEFORE = re.compile(
    r"\b(?:(?P<month>mensuel\w*|(?:par|chaque|tous les) mois|monthly)"
    r"|(?P<year>annuel\w*|par an|chaque ann[ée]e|yearly)"
    r"|(?P<other>tjm|par jour|journali\w+|trimestriel\w*))\b(?!.{0,30} (?:et|ou|mais) )[^.;!?\n]{0,30}$"
    r"|(?P<times>[0-9][ ]?[x*×][ ]?$)"
)


def _period_after(folded: str, end: int) -> tuple[Period | None, int]:
    """Return the period named just after, and where its words end."""
    match = _PERIOD_AFTER.match(folded, end)
    return (_period(match), match.end()) if match else (None, end)


def _period_before(before: str) -> Period | None:
    match = _PERIOD_BEFORE.search(before)
    return _period(match) if match else None


def _period(match: re.Match[str]) -> Period:
    if match["month"]:
        return "month"
    return "year" if match["year"] else "other"
