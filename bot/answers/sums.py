"""The sum in a conversation: what has been said of it so far, what is asked next, and what it gives. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from bot import talk_texts
from bot.answers import ledger
from bot.answers.evidence import cite_source
from bot.answers.ledger import INPUTS, Entry, Ledger
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Rules, budget_for_maximum, estimate, rules_for
from bot.programme.lookup import Programme
from bot.programme.models import Population, Source
from bot.questions.acts import Amount, Change, Role, Scope
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Statement
from bot.words import sums as words

TOPIC: Final = "simulate"
MAXIMUM: Final = "budget_for_maximum"
_NEEDED: Final = (Role.BUDGET,)  # without it, what reaches the cap is told
Sought = Literal["ceiling", "rest"]


@dataclass(frozen=True)
class Draft:
    """What is known of a sum: its account, in euros for one year.

    `edition` and `year` are those named, None for the last edition. `unknown` are the roles answered « je ne sais
    pas ». `hoped` is the amount that the person expects: a premise to check, never an input. `unsure` are amounts of
    which it is being asked what they are, or, when their `unsure_role` is known, what they change. `sought` is what the
    person wants to know: what the FAST gives, or what is left to pay.
    """

    entries: Ledger = ()
    edition: int | None = None
    year: int | None = None
    population: Population = "product"
    unknown: tuple[Role, ...] = ()
    hoped: Decimal | None = None
    unsure: tuple[Decimal, ...] = ()
    unsure_role: Role | None = None
    sought: Sought = "ceiling"

    @property
    def inputs(self) -> Inputs:
        """What goes into the sum."""
        return ledger.totals(self.entries)

    @property
    def has_amounts(self) -> bool:
        """Whether the sum can be done."""
        return any(one.role in (Role.BUDGET, Role.PARTNER) for one in self.entries)

    @property
    def last(self) -> Role | None:
        """The role of the amount said last, which a bare figure replaces."""
        if self.entries:
            return self.entries[-1].role
        return Role.BUDGET if self.unknown else None

    @property
    def asked(self) -> Role | None:
        """The role to ask for next; None when the sum can be done, or nothing is left to ask."""
        if self.inputs.budget is not None or (self.has_amounts and self.sought == "ceiling"):
            return None
        return next((role for role in _NEEDED if role not in self.unknown), None)

    def given(self, amounts: Sequence[Amount]) -> "Draft":
        """Return the draft with amounts whose roles are known, in order. Raises UnusableInput for one not of a year."""
        draft = replace(self, unsure=(), unsure_role=None)
        said: Ledger = ()
        for one in amounts:
            monthly = one.period == "month" or (one.period is None and one.bare and draft.is_monthly(one.role))
            value = one.value * 12 if monthly and one.period is None else _of_a_year(one)
            if one.role is Role.HOPED:
                draft = replace(draft, hoped=value)
            elif one.role in INPUTS:
                entry = Entry(one.role, value, one.label, monthly)
                draft = draft._with_entry(entry, one, said, _instead(draft.entries, amounts))
                said = (*said, entry)
        return draft

    def is_monthly(self, role: Role | None) -> bool:
        """Whether the amount of a role was said of a month: « 20 k par mois… et si c'est 30 ? »."""
        own = [one for one in self.entries if one.role is role]
        return len(own) == 1 and own[0].monthly

    def _with_entry(self, entry: Entry, one: Amount, said: Ledger, instead: Decimal | None) -> "Draft":
        both = one.period == "month" and bool(ledger.of_role(said, entry.role))  # « par mois 14k de dev, 6k de design »
        change: Change = "add" if both else one.change
        after = ledger.changed(self.entries, entry, change, sure=one.change_sure, said=said, instead=instead)
        if after is None:
            return replace(self, unsure=(*self.unsure, entry.value), unsure_role=entry.role)
        return replace(self, entries=after, unknown=tuple(role for role in self.unknown if role != entry.role))

    def about(self, scope: Scope) -> "Draft":
        """Return the draft for the edition, the year or the population that a scope names."""
        draft = self
        if scope.editions:
            draft = replace(draft, edition=scope.editions[-1], year=None)
        elif scope.years:
            draft = replace(draft, year=scope.years[-1], edition=None)
        return replace(draft, population=scope.population) if scope.population else draft


def _of_a_year(one: Amount) -> Decimal:
    if one.period == "other" and (one.role in INPUTS or one.role is Role.HOPED):
        raise UnusableInput(talk_texts.A_WHOLE_YEAR)
    return one.value * 12 if one.period == "month" else one.value


def _instead(entries: Ledger, amounts: Sequence[Amount]) -> Decimal | None:
    """Return which amount of the account « 90 000, pas 50 » replaces: the one that another amount names."""
    named = {value for one in amounts if one.role is Role.OTHER for value in (one.value, one.value * 1000)}
    return next((one.value for one in entries if one.value in named), None)


def holds_together(inputs: Inputs) -> bool:
    """Whether the partner brings no more than the budget of the year."""
    return inputs.budget is None or inputs.partner is None or inputs.partner <= inputs.budget


def result_of(draft: Draft, programme: Programme, today: date) -> Answer | Refusal | Clarification:
    """Return what a draft gives: the ceiling, the next thing to say, or why neither can be had."""
    if draft.unsure:
        return Clarification((), today, TOPIC, _asked_back(draft))
    if draft.asked is not None:
        again = bool(draft.unknown or draft.entries)
        return Clarification((), today, TOPIC, talk_texts.asked(draft.asked, again=again))
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
    # What changes the meaning of the figure is heard before it.
    leads = tuple(one.text for one in result.warnings if one.id == "ended")
    return replace(_answer(talk_texts.estimate_explained(result, rules), result, rules, today), leads=leads)


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


def _asked_back(draft: Draft) -> str:
    if draft.unsure_role is None:
        return words.which_role(draft.unsure)
    return words.which_change(draft.unsure, ledger.total(draft.entries, draft.unsure_role))


def recap(draft: Draft, today: date) -> Answer | Clarification:
    """Return the account as it stands."""
    if draft.unsure or not draft.entries:
        return Clarification((), today, TOPIC, _asked_back(draft) if draft.unsure else talk_texts.GIVE_AN_AMOUNT)
    return Answer((Statement(words.account(draft.entries), ()),), today, TOPIC, draft.edition)


def _told(draft: Draft, result: Estimate, rules: Rules, today: date) -> Answer:
    """Say an estimate; first of all, that nothing can be had any more, and whether the amount hoped for is right."""
    leads: list[str] = []
    later = draft.year is None or (rules.ended is not None and draft.year >= rules.ended.year)
    of_the_day = draft.edition is None and later
    has_ended = any(one.id == "ended" for one in result.warnings)
    if has_ended and of_the_day:
        leads.append(words.nothing_any_more(rules))
    rest = result.partner_share if draft.sought == "rest" and draft.inputs.budget is not None else None
    if draft.hoped is not None and rest is not None:
        leads.append(words.hoped_rest(draft.hoped, rest, rules))
    elif draft.hoped is not None and result.amount is not None:
        leads.append(words.hoped(draft.hoped, result.amount, rules))
    told = words.estimate(result, rules, draft.entries)
    if rest is not None:
        told = f"{words.rest(result, rest, rules)}\n{told}"
    if has_ended and not of_the_day:
        told = words.only_of_the_past(told)
    return replace(_answer(told, result, rules, today), leads=tuple(leads), notes=words.to_be_heard(result))


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
