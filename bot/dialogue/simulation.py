"""What the FAST may add to the money that a question speaks of. Pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from bot import texts
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.amounts import FoundAmount, find_amounts
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Rules, budget_for_maximum, estimate, rules_for, yearly
from bot.programme.lookup import Programme
from bot.programme.models import Population, Source
from bot.results import Answer, Citation, Reason, Refusal, Statement

# The words before (or just after) an amount that say what it is; the nearest decides.
_ROLES: Final = (
    (
        "agent_time",
        r"temps[- ](?:des )?agents?|temps passe|salaires?|masse salariale|fonctionnaires?|titulaires?|\betp\b|agents?",
    ),
    ("already_spent", r"deja (?:ete )?(?:depens|consomm|utilis|paye|engag)|depense[rs]?|consomme"),
    ("already_granted", r"deja (?:eu|recu|obtenu|touche|beneficie|ete accorde)|deja accorde"),
    (
        "partner",
        r"partenaire|sponsor|administration|ministere|direction|region|departement|collectivite|prefecture|mairie|commune|agence|operateur|on met|nous mettons|met(?:s|tent|tre)?\b|apport|apporte|convention"
        r"|cote admin|de notre cote|on a reuni|on dispose",
    ),
    ("budget", r"budget|cout|coute|total|projet|produit|depenses prevues|on a\b|nous avons|besoin"),
)


def simulate(request: Request, programme: Programme, today: date) -> Answer | Refusal | None:
    """Return the estimate for the amounts of a question; None when it has none."""
    found = find_amounts(request.text)
    if not found:
        return None
    try:
        rules = _rules(request, programme, today)
        result = estimate(rules, _inputs(request.text, found), today=today)
    except NoRuleInForce as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), "simulate")
    except UnusableInput as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), "simulate")
    if result.amount is None:
        return None
    return _told(result, rules, today)


def maximum(request: Request, programme: Programme, today: date) -> Answer | Refusal:
    """Return the budget and partner money that reach the cap."""
    try:
        rules = _rules(request, programme, today)
    except NoRuleInForce as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), "budget_for_maximum")
    best: Maximum = budget_for_maximum(rules)
    citations = _citations([step.citation for step in best.steps])
    return Answer(
        (Statement(texts.budget_for_maximum(best, rules), citations),), today, "budget_for_maximum", rules.edition
    )


def _rules(request: Request, programme: Programme, today: date) -> Rules:
    population: Population = "incubator" if "incubateur" in request.folded else "product"
    if request.editions:
        return rules_for(programme, edition=request.editions[-1], population=population)
    of_the_year = [one.number for year in request.years for one in programme.editions_of_year(year)]
    if of_the_year:
        return rules_for(programme, edition=of_the_year[-1], population=population)
    try:
        return rules_for(programme, on=today, population=population)
    except NoRuleInForce:
        # Nothing is open any more: what the last edition would have given, said to be so.
        last = [one.number for one in programme.editions() if one.month and one.month.first <= today]
        if not last:
            raise
        return rules_for(programme, edition=last[-1], population=population)


def _inputs(text: str, found: tuple[FoundAmount, ...]) -> Inputs:
    values: dict[str, Decimal] = {}
    previous = 0
    for amount in found:
        if amount.period == "other":
            raise UnusableInput("Donnez le montant pour une année entière.")
        value = yearly(amount.value) if amount.per_month else amount.value
        role = _role(text, previous, amount, values)
        # « 80 k€ de la région et 70 k€ du ministère »: partners add up; of anything else, the first amount counts.
        values[role] = values.get(role, Decimal(0)) + value if role == "partner" else values.get(role, value)
        previous = amount.end
    return Inputs(**values)


def _role(text: str, previous: int, amount: FoundAmount, taken: dict[str, Decimal]) -> str:
    before = french.fold(text[previous : amount.start])
    after = french.fold(text[amount.end : amount.end + 30])
    nearest = max(
        ((match.end(), role) for role, pattern in _ROLES for match in re.finditer(pattern, before)), default=None
    )
    if nearest is not None and (nearest[1] not in taken or nearest[1] == "partner"):
        return nearest[1]
    follows = next(
        (
            role
            for role, pattern in _ROLES
            if re.match(rf"\W*(?:[\w']+\W+){{0,3}}?(?:d'|du |de |l')?(?:{pattern})", after)
        ),
        None,
    )
    return (
        follows
        if follows and (follows not in taken or follows == "partner")
        else "partner"
        if "budget" in taken
        else "budget"
    )


def _told(result: Estimate, rules: Rules, today: date) -> Answer:
    citations = _citations([step.citation for step in result.steps])
    return Answer((Statement(texts.estimate(result, rules), citations),), today, "simulate", rules.edition)


def _citations(sources: list[Source | None]) -> tuple[Citation, ...]:
    known = dict.fromkeys(source for source in sources if source is not None)
    return tuple(Citation(s.document, s.section, s.title, s.publisher, s.url, s.date, "") for s in known)
