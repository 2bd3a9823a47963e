"""The sum in a conversation: what has been said of it so far, what is asked next, and what it gives. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bot import talk_texts, texts
from bot.dialogue.evidence import cite_source
from bot.dialogue.money import Money, Role
from bot.dialogue.understanding import Request
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.amounts import Period, find_amounts
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Rules, budget_for_maximum, estimate, rules_for
from bot.programme.lookup import Programme
from bot.programme.models import Population, Source
from bot.programme.sums import refuse_unusable
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Statement

TOPIC: Final = "simulate"
MAXIMUM: Final = "budget_for_maximum"
_NEEDED: Final = (Role.BUDGET,)  # without it, what reaches the cap is told


@dataclass(frozen=True)
class Draft:
    """What is known of a sum: amounts in euros for one year.

    `edition` and `year` are those named, None for the last edition. `last` is the role of the amount said last, which a
    bare figure replaces; `assumed` says that its role, or its unit, was not said. `unknown` are the roles answered
    « je ne sais pas ». `monthly`: the amount said last was one of a month, and so is a bare figure after it.
    """

    inputs: Inputs = field(default_factory=Inputs)
    edition: int | None = None
    year: int | None = None
    population: Population = "product"
    last: Role | None = None
    assumed: bool = False
    unknown: tuple[Role, ...] = ()
    monthly: bool = False

    @property
    def has_amounts(self) -> bool:
        """Whether the sum can be done."""
        return self.inputs.budget is not None or self.inputs.partner is not None

    @property
    def asked(self) -> Role | None:
        """The role to ask for next; None when the sum can be done, or nothing is left to ask."""
        if self.has_amounts:
            return None
        return next((role for role in _NEEDED if role not in self.unknown), None)

    def with_money(self, amounts: Iterable[Money], *, assumed: bool = False) -> "Draft":
        """Return the draft with these amounts; one without a role takes the place of what was said last, or asked.

        Raises UnusableInput for an amount that is not one of a year.
        """
        draft = self
        for one in amounts:
            if one.period == "other":
                raise UnusableInput(talk_texts.A_WHOLE_YEAR)
            role = one.role or self.last or Role.BUDGET
            monthly = one.period == "month" or (one.period is None and self.monthly and role is self.last)
            draft = draft.set(role, one.value * 12 if monthly else one.value, assumed=assumed)
            draft = replace(draft, monthly=monthly)
        return draft

    def set(self, role: Role, value: Decimal, *, assumed: bool = False) -> "Draft":
        """Return the draft with one amount said."""
        inputs = replace(self.inputs, **{str(role): value})
        return replace(
            self, inputs=inputs, last=role, assumed=assumed, unknown=tuple(one for one in self.unknown if one != role)
        )

    def without(self, roles: Iterable[Role]) -> "Draft":
        """Return the draft without these amounts: « sans temps d'agents »."""
        removed = set(roles)
        last = None if self.last in removed else self.last
        return replace(self, inputs=replace(self.inputs, **{str(role): None for role in removed}), last=last)

    def multiplied(self, factor: Decimal, named: Role | None) -> "Draft":
        """Return the draft with an amount multiplied, that named or the last: « et s'il mettait le double ? »."""
        said = [role for role in (named, self.last) if role is not None and getattr(self.inputs, role) is not None]
        return self.set(said[0], getattr(self.inputs, said[0]) * factor) if said else self

    def moved_to(self, role: Role) -> "Draft":
        """Return the draft with the amount said last in another role: « non, c'est l'apport »."""
        if self.last is None or self.last is role:
            return self
        value = getattr(self.inputs, self.last)
        return replace(self, inputs=replace(self.inputs, **{str(self.last): None})).set(role, value)


def draft_of(request: Request) -> Draft:
    """Return the sum that a question asks for. Raises UnusableInput for an amount that is not one of a year."""
    draft = about(Draft(), request)
    for one in _added_up(request):
        # In one question, an amount without a role is another than the budget said before it.
        role = one.role or (Role.BUDGET if draft.inputs.budget is None else Role.PARTNER)
        before = draft.inputs.partner
        draft = draft.with_money([replace(one, role=role)], assumed=one.role is None)
        if role is Role.PARTNER and before is not None and draft.inputs.partner is not None:
            # « 80 k€ de la région et 70 k€ du ministère »: partners add up.
            draft = draft.set(role, before + draft.inputs.partner)
    return draft


def _added_up(request: Request) -> Sequence[Money]:
    """Return the amounts of a question; « par mois : 14k de dev, 6k de design, 5k de déploiement » are one budget."""
    period: Period | None = "month" if _MONTHLY.search(request.folded) else None
    amounts = [replace(one, period=one.period or period) for one in request.amounts]
    costs = [one for one in amounts if one.role in (None, Role.BUDGET)]
    if len(costs) < len(amounts) or len(amounts) < _COSTS or len({one.period for one in costs}) > 1:
        return amounts
    return [Money(sum((one.value for one in costs), Decimal(0)), Role.BUDGET, costs[0].period)]


_WITH: Final = re.compile(r"(?:et |mais |donc |bonjour |slt |salut |ok )*avec\b")
_COSTS: Final = 3  # amounts from which a list without another word is one of costs
_MONTHLY: Final = re.compile(r"\bpar mois\b[^,;?]{0,25}:|\bmensuel\w*|\bchaque mois\b")


def is_a_sum(request: Request) -> bool:
    """Whether the amounts of a question, by what they are, can only be those of one's own sum."""
    roles = {one.role for one in request.amounts if one.role is not None}
    ours = bool(roles & {Role.BUDGET, Role.PARTNER}) and not request.laureates and not request.funds
    costs = len(request.amounts) >= _COSTS and bool(_MONTHLY.search(request.folded))
    return (ours and (len(roles) > 1 or bool(_WITH.match(request.folded)))) or costs


def about(draft: Draft, request: Request) -> Draft:
    """Return the draft for the edition, the year or the population that a turn names."""
    if request.editions:
        draft = replace(draft, edition=request.editions[-1], year=None)
    elif request.years:
        draft = replace(draft, year=request.years[-1], edition=None)
    return replace(draft, population=request.population) if request.population else draft


def simulate(request: Request, programme: Programme, today: date) -> Answer | Refusal | Clarification | None:
    """Return the estimate for the amounts of a question, or what must be said first; None when it wants no sum."""
    try:
        draft = draft_of(request)
    except UnusableInput as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC)
    return None if is_of_a_rule(draft) else result_of(draft, programme, today)


def is_of_a_rule(draft: Draft) -> bool:
    """Whether only what the rule leaves out is named: « on a déjà dépensé 50k, ça compte ? » is no sum."""
    return draft.last is not None and not draft.has_amounts


def result_of(draft: Draft, programme: Programme, today: date) -> Answer | Refusal | Clarification:
    """Return what a draft gives: the ceiling, the next thing to say, or why neither can be had."""
    if draft.asked is not None:
        return Clarification((), today, TOPIC, talk_texts.asked(draft.asked, again=bool(draft.unknown)))
    try:
        rules = rules_of(draft, programme, today)
        if not draft.has_amounts:
            best = budget_for_maximum(rules, draft.inputs.already_granted)
            told = _answer(texts.budget_for_maximum(best, rules), best, rules, today, MAXIMUM)
            return replace(told, notes=(talk_texts.GIVE_AN_AMOUNT,))
        result = estimate(rules, draft.inputs, today=today)
    except (NoRuleInForce, UnusableInput) as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC, draft.edition)
    return _told(draft, result, rules, today)


def is_usable(draft: Draft) -> bool:
    """Whether the amounts of a draft can be put in a sum."""
    try:
        refuse_unusable(draft.inputs)
    except UnusableInput:
        return False
    return True


def explained(draft: Draft, programme: Programme, today: date) -> Answer | Refusal | Clarification:
    """Return why a sum gives what it gives, step by step, with everything that must be heard with it."""
    try:
        rules = rules_of(draft, programme, today)
        if not draft.has_amounts:
            best = budget_for_maximum(rules, draft.inputs.already_granted)
            return _answer(talk_texts.maximum_explained(best, rules), best, rules, today, MAXIMUM)
        result = estimate(rules, draft.inputs, today=today)
    except (NoRuleInForce, UnusableInput) as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC)
    return _answer(talk_texts.estimate_explained(result, rules), result, rules, today)


def for_the_maximum(request: Request) -> Draft:
    """Return the draft of what it takes to reach the cap: no amount is known, and none is asked for."""
    return about(Draft(unknown=_NEEDED), request)


def at_the_maximum(draft: Draft, programme: Programme, today: date) -> Draft:
    """Return a draft without amount with the budget that reaches the cap. Raises NoRuleInForce."""
    best = budget_for_maximum(rules_of(draft, programme, today), draft.inputs.already_granted)
    return draft.set(Role.BUDGET, best.budget)


def maximum(request: Request, programme: Programme, today: date) -> Answer | Refusal | Clarification:
    """Return the budget and partner money that reach the cap, or the amount that the question wants to have."""
    wanted = wanted_in(request.folded)
    if wanted is None:
        return result_of(for_the_maximum(request), programme, today)
    try:
        rules = rules_of(about(Draft(), request), programme, today)
    except NoRuleInForce as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), MAXIMUM)
    if wanted > rules.cap:
        best = budget_for_maximum(rules)
        return _answer(talk_texts.above_the_cap(wanted, best, rules), best, rules, today, MAXIMUM)
    best = budget_for_maximum(replace(rules, cap=wanted))
    return _answer(talk_texts.for_an_amount(best, rules), best, rules, today, MAXIMUM)


_WANTED: Final = re.compile(
    r"\b(?:pour (?:avoir|obtenir|toucher|recevoir|decrocher|esperer)|(?:on|nous|je) (?:veut|veux|voulons|vise|visons|voudrai\w*|voudrions|souhait\w*"
    r"|aimerai\w*|demand\w*)(?: avoir| obtenir| toucher| demander| recevoir)?) (?:les |environ )?(?=\d|[a-z]+ (?:cent|mille))"
)
_WHAT_IT_TAKES: Final = re.compile(
    r"^(?=.*\b(?:combien|quel\w*|faut|doit|devons|devrait|minimum)\b).*"
    r"\b(?:apport\w*|mettre|met|budget|partenaire|sponsor|ministere|administration)\b"
)


def asks_what_it_takes(request: Request) -> bool:
    """Whether a question names what it wants to have, and asks what it takes: « on veut 300k, quel apport ? »."""
    return (
        wanted_in(request.folded) is not None
        and len(request.amounts) < 2
        and bool(_WHAT_IT_TAKES.search(request.folded))
    )


def wanted_in(folded: str) -> Decimal | None:
    """Return the amount that a folded question wants to have: « pour avoir 150 000 €, il faut combien ? »."""
    found = _WANTED.search(folded)
    amounts = [one.value for one in find_amounts(folded) if one.start == found.end()] if found else []
    return amounts[0] if amounts else None


def rules_of(draft: Draft, programme: Programme, today: date) -> Rules:
    """Return the rules that a draft is about; those of the last edition when it names none and none is in force.

    Raises NoRuleInForce when the facts hold no rule for it.
    """
    if draft.edition is not None:
        return rules_for(programme, edition=draft.edition, population=draft.population)
    of_the_year = [one.number for one in programme.editions_of_year(draft.year)] if draft.year else []
    if of_the_year:
        return rules_for(programme, edition=of_the_year[-1], population=draft.population)
    try:
        return rules_for(programme, on=today, population=draft.population)
    except NoRuleInForce:
        # Nothing is open any more: what the last edition would have given, said to be so.
        last = [one.number for one in programme.editions() if one.month and one.month.first <= today]
        if not last:
            raise
        return rules_for(programme, edition=last[-1], population=draft.population)


def _told(draft: Draft, result: Estimate, rules: Rules, today: date) -> Answer:
    reading: tuple[str, ...] = ()
    if draft.assumed and draft.last is not None:
        reading = (talk_texts.reading_of(draft.last, getattr(draft.inputs, draft.last), monthly=draft.monthly),)
    return replace(_answer(texts.estimate(result, rules), result, rules, today), notes=reading)


def _answer(words: str, result: Estimate | Maximum, rules: Rules, today: date, topic: str = TOPIC) -> Answer:
    citations = _citations([step.citation for step in result.steps])
    return Answer((Statement(words, citations),), today, topic, rules.edition)


def _citations(sources: list[Source | None]) -> tuple[Citation, ...]:
    known = dict.fromkeys(source for source in sources if source is not None)
    return tuple(map(cite_source, known))
