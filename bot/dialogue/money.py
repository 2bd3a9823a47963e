"""The amounts of a turn, with what each is: the year's budget, the partner's money, what is left out of it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.documents import french
from bot.programme.amounts import FoundAmount, Period, find_amounts


class Role(StrEnum):
    """What an amount is in the sum; the values are the fields of `Inputs`."""

    AGENT_TIME = "agent_time"
    ALREADY_SPENT = "already_spent"
    ALREADY_GRANTED = "already_granted"
    PARTNER = "partner"
    BUDGET = "budget"


@dataclass(frozen=True)
class Money:
    """An amount in euros, exact; `role` and `period` are None when the words around do not say them."""

    value: Decimal
    role: Role | None = None
    period: Period | None = None
    approx: bool = False

    @property
    def a_year(self) -> Decimal:
        """The amount over twelve months."""
        return self.value * 12 if self.period == "month" else self.value


# The words before (or just after) an amount that say what it is; the nearest decides.
_ROLES: Final = (
    (
        Role.AGENT_TIME,
        r"temps[- ](?:des |d')?agents?|temps passe|salaires?|masse salariale|fonctionnaires?|titulaires?|\bagents?\b|\betp\b",
    ),
    (
        Role.ALREADY_SPENT,
        r"deja (?:ete )?(?:depens|consomm|utilis|paye|engag|claqu|crame)\w*|depense[rs]?\b|depenses (?!prevues)|consomme",
    ),
    (
        Role.ALREADY_GRANTED,
        r"deja (?:eu|recu|obtenu|touche|percu|beneficie|ete accorde)\w*|deja accorde\w*|(?:le fast|la dinum) (?:nous |m')?a deja"
        r"|(?:du|par le) fast (?:deja )?(?:eus?|recus?|obtenus?|touches?|percus?|accordes?|verses?)\b|(?:deja )?(?:recus?|obtenus?|touches?|percus?) (?:du fast|de la dinum|cette annee)",
    ),
    (
        Role.PARTNER,
        r"partenaires?\b|sponsors?\b|administration|ministere|direction|region\b|departement|collectivite|prefecture|mairie|commune|agence\b|operateur|on met|nous mettons"
        r"|\bmet(?:s|tent|tre|tait)?\b|nous (?:donn|vers|apport|accord)\w+|\bapport\w*|convention|cote admin|de notre cote|on a reuni|on dispose",
    ),
    (Role.BUDGET, r"\bbudget\w*|\bbudjet|couts?\b|\bcout(?:e|ent|erai\w*)\b|total|depenses prevues"),
)
# « On a 450 k » : said of a budget more often than not, but it does not say so.
_WEAK: Final = r"projet|produit|\bon a\b|nous avons|besoin"
_PATTERNS: Final = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_FOLLOWS: Final = tuple(
    (role, re.compile(rf"\W*+(?:(?!et\b|ou\b)\w++\W++){{0,4}}?(?:d'|du |de |l'|la |le )?(?:{pattern})"))
    for role, pattern in _ROLES
)
_NOTHING: Final = tuple(
    (
        role,
        re.compile(
            rf"(?:{pattern})[^.?!]{{0,15}}\b(?:rien|zero|0 ?€?(?=[ ?!.]*$))|\bsans (?:le |la |l')?(?:{pattern})"
        ),
    )
    for role, pattern in _ROLES[3:]
)
_HAD_NOTHING: Final = tuple(
    (
        role,
        re.compile(
            rf"\brien (?:n'(?:est|etait|a|avait) |d'|de )?(?:encore |deja |ete )*(?:{verbs})|\bn(?:e |')?(?:\w+ )?(?:a|avait|avons|avions|ai|ont|est|etait) (?:encore |deja |jamais )*rien (?:{verbs})"
        ),
    )
    for role, verbs in (
        (Role.ALREADY_SPENT, r"depens|consomm|engag|utilis"),
        (Role.ALREADY_GRANTED, r"eu\b|recu|touche|obtenu|percu|demande"),
    )
)
_DENIED: Final = tuple(
    (
        role,
        re.compile(
            rf"\b(?:sans|pas d[e']|aucune?|zero|hors|enleve[rz]?|retire[rz]?)[ ']?(?:le |du |d'|l')?(?:{pattern})"
        ),
    )
    for role, pattern in _ROLES[:3]
)


def amounts_of(text: str) -> tuple[Money, ...]:
    """Return the amounts of a text, in order, each with the role and period that the words around it say."""
    text = _in_thousands(text)
    return tuple(_read(text, find_amounts(text)))


_THOUSANDS: Final = re.compile(r"\d ?k(?:€|\b)", re.IGNORECASE)
_AMOUNT_END: Final = (
    r"(?![\d.,]*\d| ?(?:%|€|k\w*|m\b|m€|mill|euros?|mois|ans?\b|jours?|fois|pages?|personnes?|produits?))"
)
_ALSO_IN_THOUSANDS: Final = re.compile(
    rf"\b((?:met\w*|apport\w*|donn\w*|vers\w*|ajout\w*|dont|passe a|avec|de|est) )(\d{{2,3}}){_AMOUNT_END}"
    r"(?=\W*$|[,;.?!]| (?:dont|de temps|du|de la|deja|pour l))",
    re.IGNORECASE,
)
_NAMED_IN_THOUSANDS: Final = re.compile(
    r"\b((?:budget|apport|partenaire|sponsor)\w*(?: (?:annuel|du \w+|est|de|a|passe|monte|c|c'est|serait|etait|:|=|partenaire)){0,6} ?)"
    rf"(\d{{2,3}}){_AMOUNT_END}",
    re.IGNORECASE,
)


def _in_thousands(text: str) -> str:
    """Write « 250 » as « 250k » in « budget 540 apport 270 », or after another amount in thousands.

    Nobody has a budget of 540 € a year: who leaves the unit out counts in thousands.
    """
    text = _NAMED_IN_THOUSANDS.sub(r"\1\2k", text)
    return _ALSO_IN_THOUSANDS.sub(r"\1\2k", text) if _THOUSANDS.search(text) else text


def role_in(text: str) -> Role | None:
    """Return the role that a text without amount speaks of, the last one named; None when it names none."""
    folded = french.fold(text)
    named = ((match.end(), role) for role, pattern in _PATTERNS for match in pattern.finditer(folded))
    return max(named, default=(0, None))[1]


def denied_roles(text: str) -> tuple[Role, ...]:
    """Return the roles that a text says there is nothing of: « sans temps d'agents »."""
    folded = french.fold(text)
    return tuple(role for role, pattern in (*_DENIED, *_HAD_NOTHING) if pattern.search(folded))


def role_with_nothing(folded: str) -> Role | None:
    """Return the role that a folded turn says to be nothing at all: « et si le sponsor met rien ? »."""
    return next((role for role, pattern in _NOTHING if pattern.search(folded)), None)


def _read(text: str, found: tuple[FoundAmount, ...]) -> Iterator[Money]:
    previous = 0
    taken: set[Role] = set()
    for position, amount in enumerate(found):
        until = found[position + 1].start if position + 1 < len(found) else len(text)
        before, after = text[previous : amount.start], text[amount.end : until]
        previous = amount.end
        if len(found) > 1 and _WANTED.search(french.fold(before)):
            continue  # « avec 120 k€, peut-on demander 200 k€ ? »: what one would have is no part of the sum
        if _FOREIGN.match(after) or before.rstrip().endswith(("$", "£")):
            continue
        role = _role(french.fold(before), french.fold(after[:40]), taken)
        taken |= {role} - {Role.PARTNER} if role else set()  # partners may be several
        yield Money(amount.value, role, amount.period, amount.approx)


_WANTED: Final = re.compile(
    r"\b(?:demander|obtenir|toucher|recevoir|esperer|decrocher|avoir)(?: les| jusqu'a| plus de)? *$"
)
_FOREIGN: Final = re.compile(r"\W{0,2}(?:[$£¥]|(?:dollars?|livres?|francs?|usd|gbp|chf|yens?)\b)", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[,;.!?]|\b(?:et|dont|mais|puis|avec)\b")


def _role(before: str, after: str, taken: set[Role]) -> Role | None:
    """Return what is said of an amount: in its own clause, else just after it, else since the amount before."""
    follows = next((role for role, pattern in _FOLLOWS if pattern.match(after)), None)
    named = (role_in(_CLAUSE.split(before)[-1]), follows, role_in(before))
    return next((role for role in named if role is not None and role not in taken), None)


_FACTORS: Final = (
    (Decimal(2), re.compile(r"\b(?:le double|\bdoubl(?:e|ait|er|ons)\b|(?:deux|2) fois (?:plus|ca|cette somme))")),
    (Decimal(3), re.compile(r"\b(?:le triple|(?:trois|3) fois (?:plus|ca))")),
    (Decimal("0.5"), re.compile(r"\b(?:la moitie|(?:deux|2) fois moins)\b(?! (?:du budget|des))")),
)


def factor_in(folded: str) -> Decimal | None:
    """Return by how much a folded turn multiplies the amount said before it: « et le double ? »; None when it does not."""
    return next((factor for factor, pattern in _FACTORS if pattern.search(folded)), None)


_BARE: Final = re.compile(r"(?<![\w.,])(\d{1,4}(?:[.,]\d{1,2})?)(?![\w%]|[.,]\d| ?(?:%|ans?\b|mois\b|fois\b))")


def bare_number(folded: str) -> Decimal | None:
    """Return the one number without unit in a folded turn (« et avec 900 ? »); None when there is none, or several."""
    found = _BARE.findall(folded)
    return Decimal(found[0].replace(",", ".")) if len(found) == 1 else None


def bare_pair(folded: str) -> tuple[Decimal, ...]:
    """Return the two numbers without unit of a folded turn that is nothing else: « non, 740 et 370 »; () otherwise."""
    found = re.fullmatch(r"(\d{2,3}) (?:et|/|puis) (\d{2,3})[ .!]*", folded)
    return (Decimal(found[1]) * 1_000, Decimal(found[2]) * 1_000) if found else ()


def is_without_unit(folded: str) -> bool:
    """Whether the number of a folded turn has neither a unit nor its thousands apart: « 1200 »."""
    return bare_number(folded) is not None and not re.search(r"\d ?(?:€|euro|k\b|m\b|mill)|\d[ .]\d", folded)


def in_euros(number: Decimal) -> tuple[Decimal, ...]:
    """Return what a number without sign or unit may mean, in euros, where budgets are spoken of: one reading or two."""
    thousand, million = Decimal(1_000), Decimal(1_000_000)
    if number == 0:
        return (number,)
    if number < 10:
        return (number * million,) if number != number.to_integral_value() else (number * million, number * thousand)
    if number < 1_000:
        return (number * thousand,)
    return (number * thousand, number)
