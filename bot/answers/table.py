"""The one table that operators read: entries of an attribute, each a scope and its values, as known on a day. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.french.moments import Period
from bot.programme.attributes import Attribute
from bot.programme.calendar import CallState, status_of
from bot.programme.entries import Entry, Row
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Edition, Fact
from bot.programme.values import first_day, last_day
from bot.questions.acts import Scope


@dataclass(frozen=True)
class Table:
    """The programme's facts as they were known on `today` (Europe/Paris): what was published later is not there."""

    programme: Programme
    today: date

    def known(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Keep the facts that a source of that day or before states."""
        return tuple(fact for fact in facts if any(source.date <= self.today for source in fact.sources))

    def editions(self, programme: str = FAST) -> list[Edition]:
        """Return the editions that were known on the day, first to last."""
        return [one for one in self.programme.editions(programme=programme) if _seen(one) <= self.today]

    def entries(self, attribute: Attribute, key: str, scope: Scope) -> list[Entry]:
        """Return one entry for each edition, year or interval that the scope means, in time order.

        A scope that names none means: of a day's attribute what is in force, else what held last; of an edition's, all
        that is known, edition by edition.
        """
        programme = scope.programme or FAST
        if attribute.of == "year":
            return self._by_year(key, scope, programme)
        numbers = self.numbers(scope, programme)
        if key == "deadline" and not scope.editions and scope.has_moment:
            numbers = self.deadlines_in(scope, programme)
        if attribute.of == "day" and not scope.editions:
            numbers = []
        if numbers:
            return [self.of_edition(key, number, attribute, scope) for number in numbers]
        if attribute.of == "edition":
            if scope.years or scope.periods:
                return []
            return [e for e in self.each_edition(attribute, key, scope) if e.rows]
        return self._by_day(key, scope, attribute, programme)

    def of_edition(self, key: str, number: int, attribute: Attribute, scope: Scope) -> Entry:
        """Return what is known of an attribute for an edition."""
        programme = scope.programme or FAST
        edition = self.programme.edition(number, programme=programme)
        if key == "month":
            known = edition is not None and edition.month is not None and edition.month.first <= self.today
            rows = (Row(edition.month, "month", edition.sources),) if known and edition and edition.month else ()
            return Entry(programme, (number,), None, rows)
        population = scope.population or attribute.population
        facts = self.programme.facts(key, edition=number, programme=programme, population=population)
        return Entry(programme, (number,), None, _rows(self.known(facts), number))

    def each_edition(self, attribute: Attribute, key: str, scope: Scope) -> list[Entry]:
        """Return the entries of every edition known on the day."""
        programme = scope.programme or FAST
        return [self.of_edition(key, one.number, attribute, scope) for one in self.editions(programme)]

    def intervals(self, attribute: Attribute, key: str, scope: Scope) -> list[Entry]:
        """Return the values that followed each other, in time order, each with the editions it held for."""
        programme = scope.programme or FAST
        population = scope.population or attribute.population
        facts = self.known(self.programme.series(key, population, programme=programme))
        facts = tuple(fact for fact in facts if self.programme.starts_on(fact) <= self.today)
        return list(_grouped(facts, programme))

    def numbers(self, scope: Scope, programme: str) -> list[int]:
        """Return the editions that a scope names, by number, year or period."""
        if scope.editions:
            return list(scope.editions)
        found: list[int] = []
        for period in (*(_year(year) for year in scope.years), *scope.periods):
            found += [e.number for e in self.editions(programme) if self._is_of(e, period) and e.number not in found]
        return sorted(found)

    def deadlines_in(self, scope: Scope, programme: str) -> list[int]:
        """Return the editions whose deadline is in the years or periods of a scope."""
        periods = [*(_year(year) for year in scope.years), *scope.periods]
        found = []
        for edition in self.editions(programme):
            facts = self.known(self.programme.facts("deadline", edition=edition.number, programme=programme))
            days = [(first_day(fact.value), last_day(fact.value)) for fact in facts]
            if any(a and b and a <= one.last and one.first <= b for a, b in days for one in periods):
                found.append(edition.number)
        return found

    def of_years(self, key: str, scope: Scope) -> list[Entry]:
        """Return the figures that sources give for the years of a scope as such; [] unless they do for each."""
        if scope.editions or scope.periods:
            return []
        found = [self._of_year(key, year, scope.programme or FAST) for year in scope.years]
        return found if all(one.rows for one in found) else []

    def _is_of(self, edition: Edition, period: Period) -> bool:
        """Whether an edition's promotion is in a period, or its call when the promotion is not known."""
        if edition.month is not None and edition.month.first <= self.today:
            return edition.month.first <= period.last and period.first <= edition.month.last
        status = status_of(self.programme, edition.number, self.today, scheme=edition.programme)
        if status is None or status.state is CallState.NOT_ANNOUNCED:
            return False
        first, last = status.opens or edition.announced_on, status.latest
        return bool(first and last and first <= period.last and period.first <= last)

    def _by_year(self, key: str, scope: Scope, programme: str) -> list[Entry]:
        years = list(scope.years) or [period.first.year for period in scope.periods if period.first != date.min]
        if not years and scope.editions:
            dated = [self.programme.edition(number, programme=programme) for number in scope.editions]
            years = [one.year for one in dated if one and one.year]
        if years:
            return [self._of_year(key, year, programme) for year in dict.fromkeys(years)]
        known = self.known(self.programme.series(key, programme=programme))
        return list(_grouped(known, programme))

    def _of_year(self, key: str, year: int, programme: str) -> Entry:
        facts = self.known(self.programme.facts(key, year=year, programme=programme))
        return Entry(programme, (), year, _rows(facts))

    def _by_day(self, key: str, scope: Scope, attribute: Attribute, programme: str) -> list[Entry]:
        population = scope.population or attribute.population
        series = self.known(self.programme.series(key, population, programme=programme))
        moments = [*(_year(year) for year in scope.years), *scope.periods]
        if moments:
            held = [fact for fact in series if any(_held(fact, period) for period in moments)]
            return list(_grouped(held, programme))
        now = [fact for fact in series if fact.holds_on(self.today)] or _last(
            [fact for fact in series if self.programme.starts_on(fact) <= self.today]
        )
        return list(_grouped(now, programme))


def _seen(edition: Edition) -> date:
    days = (edition.month.first if edition.month else None, edition.announced_on)
    return min((day for day in days if day), default=date(edition.rolling_year or 9999, 1, 1))


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def _held(fact: Fact, period: Period) -> bool:
    if fact.valid_from is None:
        return fact.year is not None and period.first.year <= fact.year <= period.last.year
    end = period.last if period.first == date.min else period.first
    return fact.valid_from <= period.last and (fact.valid_to or date.max) >= end


def _last(facts: Sequence[Fact]) -> list[Fact]:
    """Return the last fact with the alternatives that stand beside it."""
    if not facts:
        return []
    last = facts[-1]
    scope = (last.editions, last.year, last.valid_from)
    return [fact for fact in facts if (fact.editions, fact.year, fact.valid_from) == scope]


def _rows(facts: Iterable[Fact], edition: int | None = None) -> tuple[Row, ...]:
    return tuple(Row(fact.value, fact.unit, fact.sources_for(edition), fact) for fact in facts)


def _grouped(facts: Iterable[Fact], programme: str) -> Iterator[Entry]:
    for (editions, year, _), run in groupby(facts, key=lambda fact: (fact.editions, fact.year, fact.valid_from)):
        yield Entry(programme, editions, year, _rows(run))


__all__ = ["Entry", "Row", "Table", "first_day", "last_day"]
