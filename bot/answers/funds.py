"""Answers on the other funds: an attribute of one, of several, or of all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.answers.teller import Teller
from bot.french.shapes import Shape
from bot.programme.attributes import Attribute
from bot.programme.models import Fund
from bot.questions.acts import Operation, Query
from bot.results import Answer, Reason, Refusal, Statement
from bot.words import funds as told


@dataclass(frozen=True)
class Funds(Teller):
    """Answers on the funds that stood beside the FAST."""

    def answer(self, attribute: Attribute, query: Query, *, plain: bool = False) -> Answer | Refusal:
        """Return an attribute of the funds named, of all when none is; `plain`: the question holds no negation."""
        known = [one for one in self.programme.funds if any(s.date <= self.today for s in one.sources)]
        years = {fund.year for fund in known}
        asked_years = set(query.scope.years)
        funds = [one for one in known if one.id in query.scope.funds] if query.scope.funds else known
        if not funds or (asked_years and not asked_years & years):
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                told.missing(attribute.label or attribute.about, sorted(years)),
                attribute.name,
            )
        if query.operation is Operation.CHECK and plain and query.scope.funds:
            said = {getattr(fund, attribute.facts[0], None) for fund in funds}
            leads_of_all = (told.verdict(said == {True}),) if said in ({True}, {False}) else ()
        else:
            leads_of_all = ()
        leads, lines = self._lines(attribute, query, self._of_premise(attribute, query, funds))
        leads = leads or leads_of_all
        if query.of_fast and not query.scope.funds and attribute.facts[0] == "minimum":
            leads = (told.none_of_the_fast(attribute.label or attribute.about), *leads)
        if not lines:
            names = [fund.name for fund in funds]
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                told.missing_of(attribute.label or attribute.about, names),
                attribute.name,
            )
        cited = tuple(self.cited(source for fund in funds for source in fund.sources))
        notes = (told.of_the_year(min(years)),) if self.today.year > max(years) else ()
        return Answer((Statement(told.joined(lines), cited),), self.today, attribute.name, None, leads, notes=notes)

    def share(self, fund: Fund, cost: Decimal) -> Answer:
        """Return what a fund would finance of a project that costs so much (euros), by its rate and its bounds."""
        part = cost * fund.rate / 100
        granted = None if fund.minimum is not None and part < fund.minimum else min(part, fund.maximum or part)
        cited = tuple(self.cited(fund.sources))
        notes = (told.of_the_year(fund.year),) if self.today.year > fund.year else ()
        said = Statement(told.share(fund, cost, part, granted), cited)
        return Answer((said,), self.today, "fund_rate", notes=notes)

    @staticmethod
    def _of_premise(attribute: Attribute, query: Query, funds: Sequence[Fund]) -> Sequence[Fund]:
        """Return, of the funds that a question does not name, those that have the value it states, if any has."""
        stated = {one.number for one in query.premises}
        if query.scope.funds or query.operation is Operation.CHECK or not stated:
            return funds
        return [fund for fund in funds if getattr(fund, attribute.facts[0], None) in stated] or funds

    def _lines(self, attribute: Attribute, query: Query, funds: Sequence[Fund]) -> tuple[tuple[str, ...], list[str]]:
        name = attribute.facts[0]
        beside = _beside(name, query) if len(funds) == 1 else ()
        said = [(fund, told.several(fund, (name, *beside))) for fund in funds]
        known = [(fund, words) for fund, words in said if words]
        leads: tuple[str, ...] = ()
        numbers = [
            (fund, value)
            for fund in funds
            if (value := getattr(fund, name, None)) is not None and not isinstance(value, tuple | str | bool)
        ]
        if query.operation in (Operation.MOST, Operation.LEAST, Operation.COMPARE) and len(numbers) > 1:
            leads = (told.extreme(numbers, name, least=query.operation is Operation.LEAST),)
        if query.operation is Operation.CHECK and len(funds) == 1:
            for premise in query.premises:
                value = getattr(funds[0], name, None)
                if premise.number is not None and value is not None and not isinstance(value, tuple | str | bool):
                    leads = (told.verdict(premise.number == value),)
        return leads, [told.line(fund, words, alone=len(funds) == 1) for fund, words in known]


def _beside(name: str, query: Query) -> tuple[str, ...]:
    """Return the amounts of a fund that a question wants beside one: « il a combien, et le minimum ? »."""
    ends = {Shape.CAP, Shape.FLOOR} & set(query.shapes)
    if Shape.BOTH not in query.shapes or not ends:
        return ()
    if name == "envelope":
        return ("maximum",)
    return ("envelope",) if name in ("minimum", "maximum") and query.asks == "number" and len(ends) == 1 else ()


__all__ = ["Funds"]
