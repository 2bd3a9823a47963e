"""The sum in a conversation: what has been said of it so far, what is asked next, and what it gives. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bot import talk_texts
from bot.answers.evidence import cite_source
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Rules, budget_for_maximum, estimate, rules_for
from bot.programme.lookup import Programme
from bot.programme.models import Population, Source
from bot.questions.acts import Amount, Role, Scope
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Statement
from bot.words import sums as words

TOPIC: Final = "simulate"
MAXIMUM: Final = "budget_for_maximum"
INPUTS: Final = (Role.BUDGET, Role.PARTNER, Role.AGENT_TIME, Role.ALREADY_SPENT, Role.ALREADY_GRANTED)
_NEEDED: Final = (Role.BUDGET,)  # without it, what reaches the cap is told


@dataclass(frozen=True)
class Draft:
    """What is known of a sum: amounts in euros for one year.

    `edition` and `year` are those named, None for the last edition. `last` is the role of the amount said last, which a
    bare figure replaces. `unknown` are the roles answered « je ne sais pas ». `hoped` is the amount that the person
    expects: a premise to check, never an input. `unsure` are amounts whose role is being asked, `parts` what each
    partner brings, in the order said.
    """

    inputs: Inputs = field(default_factory=Inputs)
    edition: int | None = None
    year: int | None = None
    population: Population = "product"
    last: Role | None = None
    unknown: tuple[Role, ...] = ()
    hoped: Decimal | None = None
    unsure: tuple[Decimal, ...] = ()
    parts: tuple[tuple[Role, Decimal], ...] = ()

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

    def given(self, amounts: Sequence[Amount]) -> "Draft":
        """Return the draft with amounts whose roles are known, in order. Raises UnusableInput for one not of a year."""
        draft = self
        replaced = _corrected(self.parts, amounts)
        fresh = True
        for one in amounts:
            if one.period == "other":
                raise UnusableInput(talk_texts.A_WHOLE_YEAR)
            value = one.value * 12 if one.period == "month" else one.value
            if one.role is Role.HOPED:
                draft = replace(draft, hoped=value)
            elif one.role is Role.PARTNER:
                draft = draft._with_part(one.change, value, replaced, fresh=fresh)
                fresh = False
            elif one.role in INPUTS:
                draft = draft.set(one.role, value)
        return draft

    def _with_part(self, change: str, value: Decimal, replaced: int | None, *, fresh: bool) -> "Draft":
        """Return the draft with what a partner brings: more, less, another amount for one, or all of it anew."""
        parts = list(self.parts)
        if change == "add" or (not fresh and change == "set"):
            parts.append((Role.PARTNER, value))
        elif change == "subtract":
            parts.append((Role.PARTNER, -value))
        elif change == "correct" and parts:
            parts[replaced if replaced is not None else -1] = (Role.PARTNER, value)
        else:
            parts = [(Role.PARTNER, value)]
        total = max(sum((amount for _, amount in parts), Decimal(0)), Decimal(0))
        return replace(self.set(Role.PARTNER, total), parts=tuple(parts))

    def set(self, role: Role, value: Decimal) -> "Draft":
        """Return the draft with one amount said."""
        inputs = replace(self.inputs, **{str(role): value})
        return replace(self, inputs=inputs, last=role, unknown=tuple(one for one in self.unknown if one != role))

    def about(self, scope: Scope) -> "Draft":
        """Return the draft for the edition, the year or the population that a scope names."""
        draft = self
        if scope.editions:
            draft = replace(draft, edition=scope.editions[-1], year=None)
        elif scope.years:
            draft = replace(draft, year=scope.years[-1], edition=None)
        return replace(draft, population=scope.population) if scope.population else draft


def _corrected(parts: Sequence[tuple[Role, Decimal]], amounts: Sequence[Amount]) -> int | None:
    """Return which part « 90 000, pas 50 » corrects: the one that another amount of the message names."""
    named = [one.value for one in amounts if one.role is Role.OTHER]
    for place, (_, amount) in enumerate(parts):
        if any(amount in (value, value * 1000) for value in named):
            return place
    return None


def holds_together(draft: Draft) -> bool:
    """Whether the partner brings no more than the budget of the year."""
    budget, partner = draft.inputs.budget, draft.inputs.partner
    return budget is None or partner is None or partner <= budget


def result_of(draft: Draft, programme: Programme, today: date) -> Answer | Refusal | Clarification:
    """Return what a draft gives: the ceiling, the next thing to say, or why neither can be had."""
    if draft.asked is not None:
        return Clarification((), today, TOPIC, talk_texts.asked(draft.asked, again=bool(draft.unknown)))
    try:
        rules = rules_of(draft, programme, today)
        if not draft.has_amounts:
            best = budget_for_maximum(rules, draft.inputs.already_granted)
            told = _answer(words.budget_for_maximum(best, rules), best, rules, today, MAXIMUM)
            return replace(told, notes=(talk_texts.GIVE_AN_AMOUNT,))
        result = estimate(rules, draft.inputs, today=today)
    except (NoRuleInForce, UnusableInput) as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC, draft.edition)
    return _told(draft, result, rules, today)


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
    """Say an estimate; first of all, that nothing can be had any more, and whether the amount hoped for is right."""
    leads: list[str] = []
    if rules.ended and today >= rules.ended and draft.edition is None and draft.year is None:
        leads.append(words.nothing_any_more(rules))
    if draft.hoped is not None and result.amount is not None:
        leads.append(words.hoped(draft.hoped, result.amount, rules))
    return replace(_answer(words.estimate(result, rules), result, rules, today), leads=tuple(leads))


def wanted(amount: Decimal, scope: Scope, programme: Programme, today: date) -> Answer | Refusal:
    """Return what it takes to have an amount: the budget and the partner money."""
    try:
        rules = rules_of(Draft().about(scope), programme, today)
    except NoRuleInForce as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), MAXIMUM)
    if amount > rules.cap:
        best = budget_for_maximum(rules)
        return _answer(talk_texts.above_the_cap(amount, best, rules), best, rules, today, MAXIMUM)
    best = budget_for_maximum(replace(rules, cap=amount))
    return _answer(talk_texts.for_an_amount(best, rules), best, rules, today, MAXIMUM)


def _answer(words: str, result: Estimate | Maximum, rules: Rules, today: date, topic: str = TOPIC) -> Answer:
    citations = _citations([step.citation for step in result.steps])
    return Answer((Statement(words, citations),), today, topic, rules.edition)


def _citations(sources: list[Source | None]) -> tuple[Citation, ...]:
    known = dict.fromkeys(source for source in sources if source is not None)
    return tuple(map(cite_source, known))
