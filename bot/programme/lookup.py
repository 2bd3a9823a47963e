"""The programme's facts, looked up: by key, edition, population and day; laureates and funds by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.programme.models import FAST, Edition, Fact, Fund, Key, Laureate, Population, Scheme
from bot.programme.names import NameIndex, fold, squash, windows


@dataclass(frozen=True)
class Programme:
    """All that the knowledge files state. Nothing here depends on a clock."""

    keys: Mapping[str, Key]
    schemes: Mapping[str, Scheme]
    all_editions: tuple[Edition, ...]
    all_facts: tuple[Fact, ...]
    all_laureates: tuple[Laureate, ...]
    funds: tuple[Fund, ...]

    def known_on(self, day: date) -> "Programme":
        """Return the programme as its sources told it on a day: what was published later is not there.

        The amount of an award is on the latest of its pages. Schemes stay: their replacement is dated.
        """
        if day >= self._last_published:
            return self
        editions = tuple(
            edition.model_copy(
                update={"month": edition.month if edition.month and edition.month.first <= day else None}
            )
            for edition in self.all_editions
            if _first_seen(edition) <= day
        )
        facts = tuple(
            fact.model_copy(update={"sources": tuple(source for source in fact.sources if source.date <= day)})
            for fact in self.all_facts
            if any(source.date <= day for source in fact.sources)
        )
        promoted = {(one.programme, one.number) for one in editions if one.month}
        laureates = tuple(
            one if all(source.date <= day for source in one.sources) else one.model_copy(update={"amount": None})
            for one in self.all_laureates
            if (one.programme, one.edition) in promoted
        )
        funds = tuple(fund for fund in self.funds if any(source.date <= day for source in fund.sources))
        return Programme(self.keys, self.schemes, editions, facts, laureates, funds)

    @cached_property
    def _last_published(self) -> date:
        records = (self.all_facts, self.all_laureates, self.funds, self.all_editions)
        cited = [one.sources for each in records for one in each]
        return max((source.date for sources in cited for source in sources), default=date.min)

    def facts(
        self,
        key: str,
        *,
        edition: int | None = None,
        population: Population | None = None,
        on: date | None = None,
        year: int | None = None,
        programme: str = FAST,
    ) -> tuple[Fact, ...]:
        """Return every value stated, alternatives included; () when nothing is known, which is never zero.

        A fact without population holds for both. `on` wants an interval (or a year) that covers the day; `year` wants
        that year, or an interval that touches it. KeyError for a key that keys.toml does not declare.
        """
        return tuple(
            fact
            for fact in self._by_key[self.keys[key].name]
            if fact.programme == programme
            and (edition is None or edition in fact.editions)
            and (population is None or fact.population in (population, None))
            and (on is None or fact.holds_on(on))
            and (year is None or fact.holds_in(year))
        )

    def series(self, key: str, population: Population | None = None, *, programme: str = FAST) -> tuple[Fact, ...]:
        """Return the facts of a key in time order: by start of the interval, year, or month of the first edition."""
        return tuple(sorted(self.facts(key, population=population, programme=programme), key=self.starts_on))

    def starts_on(self, fact: Fact) -> date:
        """Return the first day that the fact is about, to sort by; date.min when nothing dates it."""
        if fact.valid_from:
            return fact.valid_from
        if fact.year is not None:
            return date(fact.year, 1, 1)
        edition = self.edition(min(fact.editions), programme=fact.programme) if fact.editions else None
        if edition is None:
            return date.min
        return edition.month.first if edition.month else edition.announced_on or date.min

    def edition(self, number: int, *, programme: str = FAST) -> Edition | None:
        """Return the edition of that number; None when there is none."""
        return self._by_number.get((programme, number))

    def editions(self, *, programme: str = FAST) -> tuple[Edition, ...]:
        """Return the editions of a programme, first to last."""
        return tuple(sorted((e for e in self.all_editions if e.programme == programme), key=lambda e: e.number))

    def editions_of_year(self, year: int, *, programme: str = FAST) -> tuple[Edition, ...]:
        """Return the editions whose promotion (or, failing that, whose call) is of that year."""
        return tuple(e for e in self.editions(programme=programme) if e.year == year)

    def laureates(self, edition: int | None = None, *, programme: str = FAST) -> tuple[Laureate, ...]:
        """Return the laureates of an edition, or all, in the order of the files."""
        return tuple(one for one in self.all_laureates if one.programme == programme and edition in (None, one.edition))

    def laureate_places(self, text: str, folded: str) -> Iterator[tuple[int, int, tuple[Laureate, ...]]]:
        """Yield where a sentence names laureates: first word, word after the last (of `folded`), and whom.

        `text` is the sentence as typed, whose capitals tell a name from an ordinary word; `folded` the same, folded.
        """
        taken: set[int] = set()
        perhaps: list[tuple[int, int, str]] = []
        sure: list[tuple[int, int, str]] = []
        for start, end, run in windows(folded):
            name = self._laureate_index.find_squashed(run)
            if name is None or not taken.isdisjoint(range(start, end)):
                continue
            if self._is_named(name, run, text):
                taken.update(range(start, end))
                sure.append((start, end, name))
            else:
                perhaps.append((start, end, name))
        words = fold(folded).split()
        for start, end, name in perhaps:
            beside = {start - 1 - (words[start - 1 : start] == ["et"]), end + (words[end : end + 1] == ["et"])}
            if beside & taken and taken.isdisjoint(range(start, end)):
                sure.append((start, end, name))
        for start, end, name in sorted(sure):
            yield start, end, tuple(self.all_laureates[position] for position in self._laureate_names[name])

    @cached_property
    def fund_names(self) -> tuple[tuple[tuple[str, ...], tuple[Fund, ...]], ...]:
        """The names of the funds as words, longest first, each with the funds that bear it."""
        named: dict[tuple[str, ...], list[Fund]] = defaultdict(list)
        for fund in self.funds:
            for name in dict.fromkeys(fold(one) for one in (fund.name, fund.full_name, *fund.aliases)):
                named[tuple(name.split())].append(fund)
        return tuple((name, tuple(funds)) for name, funds in sorted(named.items(), key=lambda one: -len(one[0])))

    def fund(self, name: str) -> Fund | None:
        """Return the fund of that name or alias, spelling mistakes allowed; None when there is none."""
        found = NameIndex(self._fund_names, self._fund_names).find(name)
        return self.funds[self._fund_names[found][0]] if found else None

    @cached_property
    def cited(self) -> frozenset[str]:
        """The documents that the facts, the laureates and the funds cite."""
        records: tuple[Fact | Laureate | Fund, ...] = (*self.all_facts, *self.all_laureates, *self.funds)
        return frozenset(source.document for record in records for source in record.sources)

    def _is_named(self, name: str, run: str, text: str) -> bool:
        if name not in self._common_names or squash(text) == run:
            return True
        records = (self.all_laureates[position] for position in self._laureate_names[name])
        if re.search(
            rf"\b(?:sur|recu|touche|obtenu|produit|startup|service|projet|appli|application) {run}$", fold(text)
        ):
            return True
        written = {spelling for record in records for spelling in (record.name, *record.aliases)}
        inside = [one for one in written if one[1:] != one[1:].lower()]  # « DiaLog » is no word, even at the start
        return any(spelling in text for spelling in inside) or any(
            spelling in text[1:] or f"« {fold(spelling)} »" in text.casefold() for spelling in written
        )

    @cached_property
    def _by_key(self) -> Mapping[str, list[Fact]]:
        facts: dict[str, list[Fact]] = {name: [] for name in self.keys}
        for fact in self.all_facts:
            facts[fact.key].append(fact)
        return facts

    @cached_property
    def _by_number(self) -> Mapping[tuple[str, int], Edition]:
        return {(edition.programme, edition.number): edition for edition in self.all_editions}

    @cached_property
    def _laureate_names(self) -> Mapping[str, tuple[int, ...]]:
        return _positions(self.all_laureates)

    @cached_property
    def _common_names(self) -> frozenset[str]:
        common = (one for one in self.all_laureates if one.common_word)
        return frozenset(squash(name) for one in common for name in (one.name, *one.aliases))

    @cached_property
    def _laureate_index(self) -> NameIndex:
        others = (squash(word) for one in self.all_laureates for word in one.not_to_confuse)
        return NameIndex(self._laureate_names, self._laureate_names.keys() - self._common_names, others)

    @cached_property
    def _fund_names(self) -> Mapping[str, tuple[int, ...]]:
        return _positions(self.funds)


def _first_seen(edition: Edition) -> date:
    days = (edition.month.first if edition.month else None, edition.announced_on)
    rolling = date(edition.rolling_year, 1, 1) if edition.rolling_year else date.max
    return min((day for day in days if day), default=rolling)


def _positions(records: Iterable[Laureate | Fund]) -> dict[str, tuple[int, ...]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        for name in dict.fromkeys(squash(name) for name in (record.name, *record.aliases)):
            positions[name].append(position)
    return {name: tuple(found) for name, found in positions.items()}
