"""What the facts say edition by edition, as one list. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final

from bot import texts
from bot.dialogue.evidence import Evidence
from bot.programme.calendar import CallState, status_on
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Edition, Fact, Laureate, Population
from bot.results import Citation, Statement

_LEAST: Final = re.compile(r"\bmoins\b|plus (?:petite?|faible|basse?)|minim")
_MOST: Final = re.compile(r"\bplus\b(?! (?:petit|faible|bas))|record|maxim")


@dataclass(frozen=True)
class Series:
    """Lists facts over the editions known on a day, from the edition `since` on."""

    programme: Programme
    evidence: Evidence
    since: int = 1

    def of_keys(self, keys: Iterable[str], population: Population, today: date) -> tuple[Statement, ...]:
        """Return one list for each kind of fact; () when none is known on that day."""
        found = (self._of_key(key, population, today) for key in keys)
        return tuple(statement for statement in found if statement is not None)

    def of_calls(self, today: date) -> Statement:
        """List the deadlines of every call announced by that day, those of the consolidation programme last."""
        calls = [one for one in status_on(self.programme, today) if one.deadlines or one.rolling]
        calls = [one for one in calls if one.state is not CallState.NOT_ANNOUNCED]
        calls = [one for one in calls if one.programme != FAST or one.edition.number >= self.since]
        lines = [texts.call_line(one, _written(one.edition.number, one.deadlines)) for one in calls]
        facts = dict.fromkeys(fact for one in calls for fact in one.deadlines)
        return Statement(_listed(texts.ALL_CALLS, lines), tuple(self._citations(facts)))

    def of_months(self, today: date) -> Statement:
        """List the editions with the month of their promotion."""
        lines = [texts.edition_month(e.number, e.month) for e in self._editions(today) if e.month]
        return Statement(_listed(texts.EDITION_MONTHS, lines), tuple(_of_sources(self._editions(today))))

    def of_laureates(self, today: date) -> Statement:
        """List the laureates' names, an edition a line."""
        listed = [(e.number, self.programme.laureates(e.number)) for e in self._editions(today)]
        lines = [texts.edition_laureates(number, [one.name for one in found]) for number, found in listed if found]
        citations = tuple(_of_sources(one for _, found in listed for one in found[:1]))
        return Statement(_listed(texts.EDITION_LAUREATES, lines), citations)

    def extremes(self, keys: Iterable[str], folded: str, today: date) -> tuple[str, ...]:
        """Return which editions have the most or the least, when that is asked and the sources leave no doubt."""
        least, most = _LEAST.search(folded), _MOST.search(folded)
        if bool(least) == bool(most):
            return ()
        return tuple(said for key in keys if (said := self._extreme(key, least=bool(least), today=today)))

    def _extreme(self, key: str, *, least: bool, today: date) -> str | None:
        known = {e.number: _bounds(self.programme.facts(key, edition=e.number)) for e in self._editions(today)}
        spans = {number: span for number, span in known.items() if span is not None}
        if not spans:
            return None
        best = min(high for _, high in spans.values()) if least else max(low for low, _ in spans.values())
        rivals = [number for number, (low, high) in spans.items() if low <= best <= high or (low < best) == least]
        if any(spans[number] != (best, best) for number in rivals if spans[number][0] != spans[number][1]):
            return None  # sources that disagree leave more than one possible
        first = [number for number, span in spans.items() if span == (best, best)]
        return texts.extreme_editions(first, texts.value_of(best, self.programme.keys[key].unit), least=least)

    def _editions(self, today: date) -> list[Edition]:
        return [one for one in self.programme.editions() if one.number >= self.since and _first_day(one) <= today]

    def _of_key(self, key: str, population: Population, today: date) -> Statement | None:
        editions = [one.number for one in self._editions(today)]
        rows = [(number, self.programme.facts(key, edition=number, population=population)) for number in editions]
        if not any(facts for _, facts in rows):
            return None
        runs = groupby(rows, key=lambda row: _written(*row))
        lines = [texts.edition_line([number for number, _ in run], values) for values, run in runs]
        title = texts.edition_list(self.programme.keys[key].label, population)
        facts = dict.fromkeys(fact for _, found in rows for fact in found)
        return Statement(_listed(title, lines), tuple(self._citations(facts)))

    def _citations(self, facts: Iterable[Fact]) -> Iterable[Citation]:
        for fact in facts:
            said = self.evidence.statement([fact], fact.editions[0] if len(fact.editions) == 1 else None)
            yield from said.citations if said else ()


def _bounds(facts: Sequence[Fact]) -> tuple[Decimal, Decimal] | None:
    """Return the least and the greatest of the numbers that sources give; None when there is none."""
    values = [Decimal(fact.value) for fact in facts if isinstance(fact.value, Decimal | int)]
    return (min(values), max(values)) if values else None


def _listed(title: str, lines: Iterable[str]) -> str:
    return "\n".join((title, "", *lines))


def _written(number: int, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Return the values of an edition as they are read, each with its source when there are several."""
    if len({(fact.value, fact.qualifier) for fact in facts}) < 2:
        return tuple(dict.fromkeys(texts.fact_value(fact) for fact in facts))
    return tuple(texts.value_according_to(fact, fact.sources_for(number)) for fact in facts)


def _first_day(edition: Edition) -> date:
    days = (edition.month.first if edition.month else None, edition.announced_on)
    return min((day for day in days if day), default=date.max)


def _of_sources(records: Iterable[Edition | Laureate]) -> Iterable[Citation]:
    for source in dict.fromkeys(source for record in records for source in record.sources):
        yield Citation(source.document, source.section, source.title, source.publisher, source.url, source.date, "")
