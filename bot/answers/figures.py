"""Answers from facts: an attribute, an operation and a scope become a verdict or a figure, then its sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import operators
from bot.answers.table import Entry
from bot.answers.teller import Teller
from bot.french.shapes import Shape
from bot.programme.attributes import Attribute
from bot.programme.models import CONSOLIDATION, FAST
from bot.questions.acts import Operation, Query, Scope
from bot.results import Answer, Reason, Refusal, Statement
from bot.words import answers as say
from bot.words import figures as words

_SINCE_THE_START = frozenset({"services_financed", "invested"})
_MONEY = frozenset({"cap", "rate", "envelope", "call_money", "total", "invested", "support_value"})
_OF_A_YEAR = (Operation.VALUE, Operation.TOTAL, Operation.COUNT, Operation.CHECK, Operation.MEAN)
_OF_ALL = (Operation.MOST, Operation.LEAST, Operation.RANK, Operation.TOTAL, Operation.MEAN, Operation.LIST)


@dataclass(frozen=True)
class Figures(Teller):
    """Answers on the attributes that facts hold."""

    def answer(self, attribute: Attribute, query: Query) -> Answer | Refusal | None:
        """Return what the facts say; a refusal that names what they do not; None when documents should be tried."""
        if query.operation is Operation.WHY:
            return None
        if attribute.name in ("success_rate", "mean_award"):
            return self._ratio(attribute, query)
        found: list[operators.Outcome] = []
        missing: list[str] = []
        asked = 0
        for key in self._keys(attribute, query):
            entries = self._entries(attribute, key, query)
            asked += bool(entries)
            if any(one.rows for one in entries):
                label = attribute.label or attribute.about
                operation = operators.checked(query, entries)
                found.append(
                    operators.apply(operation, label, entries, query.premises, self.today, shapes=query.shapes)
                )
                named = self.table.numbers(query.scope, query.scope.programme or FAST)
                missing += [words.scope_name(one) for one in entries if not one.rows and set(one.editions) & set(named)]
        if not found:
            if self.is_ahead(query) and self.is_over and attribute.name in _MONEY:
                return self.nothing_ahead(attribute.name)
            return self.unknown(attribute, query.scope)
        outcomes = found[:1]
        leads = tuple(lead for one in outcomes for lead in one.leads)
        statements = tuple(
            statement
            for one in outcomes
            for statement in (
                (self.listed(attribute, one.entries),)
                if one.as_list or self._is_series(attribute, query, one)
                else self.stated(attribute, one.entries)
            )
        )
        leads += self._held_elsewhere(attribute, query, outcomes)
        if missing and len(attribute.facts) == 1:
            leads += (words.not_known(attribute.label or attribute.about, missing),)
        if self.is_ahead(query) and self.is_over:
            return self.nothing_ahead(attribute.name)
        leads, notes = self._today_first(attribute, query, leads)
        editions = {number for one in outcomes for entry in one.entries for number in entry.editions}
        edition = editions.pop() if len(editions) == 1 else None
        return Answer(tuple(dict.fromkeys(statements)), self.today, attribute.name, edition, leads, notes=notes)

    def _held_elsewhere(
        self, attribute: Attribute, query: Query, outcomes: Sequence[operators.Outcome]
    ) -> tuple[str, ...]:
        """Say for which scopes a value that is denied held: « 300 000 €, c'était du FAST 11 au FAST 14 »."""
        stated = [one for one in query.premises if one.number is not None]
        if not stated or len(attribute.facts) != 1:
            return ()
        if not any(words.denied(words.claim(stated[0])) in one.leads for one in outcomes):
            return ()
        key = attribute.facts[0]
        every = (
            self.table.intervals(attribute, key, Scope())
            if attribute.of == "day"
            else self.table.each_edition(attribute, key, Scope())
        )
        shown = {entry for one in outcomes for entry in one.entries}
        held = [one for one in every if one not in shown and any(row.value == stated[0].number for row in one.rows)]
        unit = next((row.unit for one in held for row in one.rows), "")
        return (
            (words.held_for(words.claim(stated[0]), held),)
            if held and unit == stated[0].unit and len(held) <= 3
            else ()
        )

    def agreement(self, attributes: Sequence[Attribute], query: Query) -> Answer | None:
        """Say whether sources agree on attributes of the editions asked, and what each says where they do not."""
        numbers = query.scope.editions
        seen: dict[str, Attribute] = {key: one for one in reversed(attributes) for key in one.facts if one.label}
        told = [
            (one, entry)
            for key, one in seen.items()
            for number in numbers
            if (entry := self.table.of_edition(key, number, one, query.scope)).rows
        ]
        if not told:
            return None
        disputed = [(one, entry) for one, entry in told if len({words.row_value(row) for row in entry.rows}) > 1]
        shown = told if len(seen) == 1 else disputed or told
        lines = [words.line(one.label or one.about, entry, self.today) for one, entry in shown]
        cited = self.cited(source for _, entry in shown for row in entry.rows for source in row.sources)
        lead = words.sources_agree(
            [words.scope_name(entry) for _, entry in disputed], differ=Shape.DIFFER in query.shapes
        )
        topic = attributes[0].name if len(seen) == 1 else "conflicts"
        return Answer((Statement("\n".join(lines), tuple(cited)),), self.today, topic, leads=(lead,))

    def unknown(self, attribute: Attribute, scope: Scope) -> Refusal:
        """Say that the documents known that day do not give an attribute for a scope."""
        later = bool(scope.years) and min(scope.years) > self.today.year
        reason = Reason.IN_THE_FUTURE if later else Reason.NOT_IN_DOCUMENTS
        label = attribute.label or attribute.about
        return Refusal(reason, self.today, say.missing(label, scope, self.programme), attribute.name)

    @staticmethod
    def _is_series(attribute: Attribute, query: Query, outcome: operators.Outcome) -> bool:
        """Whether what is wanted is how a value went from one scope to the next."""
        changes = query.operation is Operation.CHANGE or attribute.name.endswith("_change")
        told_with_days = attribute.of == "day" and query.asks == "date"
        return changes and len(outcome.entries) > 1 and not told_with_days

    def _keys(self, attribute: Attribute, query: Query) -> Sequence[str]:
        """Return the keys in the order in which they answer: a date first where a date is asked for."""
        if query.asks != "date":
            return attribute.facts
        units = {
            key: self.programme.keys[key].unit if key in self.programme.keys else "month" for key in attribute.facts
        }
        return sorted(attribute.facts, key=lambda key: units[key] not in ("date", "month"))

    def _entries(self, attribute: Attribute, key: str, query: Query) -> list[Entry]:
        scope = query.scope
        over_all = (
            query.operation in _OF_ALL or query.operation is Operation.CHANGE or attribute.name.endswith("_change")
        )
        of_a_year = attribute.of == "edition" and key in self.programme.keys and Shape.EACH not in query.shapes
        if of_a_year and query.operation in _OF_A_YEAR:
            of_years = self.table.of_years(key, scope)
            if of_years:
                return of_years
        if not scope.has_moment and over_all and scope.programme != CONSOLIDATION:
            if attribute.of == "edition":
                return self.table.each_edition(attribute, key, scope)
            return self.table.intervals(attribute, key, scope)
        return self.table.entries(attribute, key, scope)

    def is_ahead(self, query: Query) -> bool:
        """Whether the moment asked is to come: it then has no figure, whatever held before."""
        scope = query.scope
        starts = [*scope.years, *(one.first.year for one in scope.periods if one.first.year > 1)]
        return (bool(starts) and min(starts) > self.today.year) or any(one.first > self.today for one in scope.periods)

    def nothing_ahead(self, topic: str) -> Answer:
        """Say that there is nothing to expect, from the sources of what replaced the fund."""
        after = self.programme.schemes[CONSOLIDATION]
        text = say.nothing_ahead(self.programme)
        return Answer((Statement(text, tuple(self.cited(after.sources))),), self.today, topic)

    def _today_first(
        self, attribute: Attribute, query: Query, leads: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Put the truth of the day first where the asker plans ahead, after where they do not say when."""
        if attribute.of != "day" or not self.is_over or query.scope.programme == CONSOLIDATION:
            return leads, ()
        if attribute.name in _SINCE_THE_START:
            return leads, ()
        ahead = any(year >= self.today.year for year in query.scope.years) or any(
            period.last >= self.today for period in query.scope.periods if period.first.year > 1
        )
        if query.operation is Operation.STATE or ahead or (query.now and not query.scope.has_moment):
            return (say.nothing_any_more(self.programme),), ()
        if query.scope.has_moment:
            return leads, ()
        return leads, (say.held_until(self.programme),)

    def _ratio(self, attribute: Attribute, query: Query) -> Answer | Refusal:
        """Work out a share or a mean from two figures of the same edition."""
        first, second = attribute.facts
        over, under = (self._entries(attribute, key, query) for key in (first, second))
        pairs = [
            (one, other)
            for one in over
            for other in under
            if one.editions == other.editions and one.bounds and other.bounds and one.bounds[0] >= 0
        ]
        if not pairs:
            return self.unknown(attribute, query.scope)
        lines = [say.ratio(attribute.name, one, other) for one, other in pairs]
        cited = self.cited(s for pair in pairs for one in pair for row in one.rows for s in row.sources)
        return Answer((say.computed(lines, cited),), self.today, attribute.name, _only(pairs))


def _only(pairs: Sequence[tuple[Entry, Entry]]) -> int | None:
    return next(iter(pairs[0][0].editions), None) if len(pairs) == 1 else None
