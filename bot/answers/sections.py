"""Answers from sections of the fiches: those of an attribute, the scope and the day; their best sentences. Pure."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Final

from bot.answers.beside import Beside, place_of
from bot.answers.evidence import first_of, quote
from bot.answers.teller import Teller
from bot.answers.units import Unit, editions_in, joined, units, years_in
from bot.documents import french
from bot.documents.passages import Passage
from bot.french import present
from bot.french.asking import held
from bot.french.moments import Period, is_ahead
from bot.programme.attributes import Attribute, Attributes
from bot.programme.models import CONSOLIDATION, FAST
from bot.questions.acts import Operation, Query
from bot.results import Answer, Reason, Refusal, Statement
from bot.words import answers as say

_TODAY: Final = re.compile(r"aujourd'hui|\bencore\b|\bconsolidation\b")
_SHORT: Final = 380  # characters of an answer on a phone, before its sources
_MOST_UNITS: Final = 3
_LIKELY: Final = 2.0  # the weight of how likely a sentence answers, beside that of the words that it holds
_LEAST: Final = 1e-4
_TODAY_FIRST: Final = 6.0  # what holds now is told before what held, unless the past is asked about


@dataclass(frozen=True)
class Section:
    """A section of a fiche: what it says, and what it is about.

    `editions` and `years` are those that its heading names (empty: it speaks of all); `known_from` is the day of its
    first source, None for a page without date; `of_today`: it speaks of the present, since the fund was replaced.
    """

    document: str
    heading: str
    units: tuple[Unit, ...]
    editions: frozenset[int]
    years: frozenset[int]
    known_from: date | None
    of_today: bool
    consolidation: bool


def sections_of(
    passages: Sequence[Passage], attributes: Attributes, since: date | None = None
) -> Mapping[str, tuple[Section, ...]]:
    """Return the sections of each attribute, in the order of the documents.

    `since` is the day on which the fund was replaced: a section of a document that holds from then on is of today.
    """
    found: dict[str, list[Section]] = {}
    for (document, heading), run in groupby(passages, key=lambda p: (p.info.document, p.section.split(" › ")[-1])):
        section = _section(document, heading, list(run), since)
        for attribute in attributes.of_section(document, heading):
            found.setdefault(attribute.name, []).append(section)
    return {name: tuple(listed) for name, listed in found.items()}


def stems_of(sections: Mapping[str, tuple[Section, ...]], attributes: Attributes) -> dict[str, frozenset[str]]:
    """Return, by attribute, the stems of its sections, and marks (« =date ») of the kinds of things that they hold."""
    return {one.name: frozenset(_stems(sections.get(one.name, ()))) for one in attributes.all}


def _stems(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        text = f"{section.heading} {' '.join(unit.text for unit in section.units)}"
        yield from french.tokens(text)
        yield from (f"={kind}" for unit in section.units for kind in held(french.fold(unit.text)))


def _section(document: str, heading: str, passages: Sequence[Passage], since: date | None) -> Section:
    folded = french.fold(heading)
    info = passages[0].info
    dates = [source.date for source in passages[0].sources if source.date]
    editions = editions_in(heading) or (frozenset(info.editions) if len(info.editions) == 1 else frozenset())
    return Section(
        document,
        heading,
        tuple(joined([unit for passage in passages for unit in units(passage)])),
        editions,
        years_in(heading),
        min(dates, default=None) if info.valid_from else None,
        bool(_TODAY.search(folded))
        or "consolidation" in document
        or bool(since and info.valid_from and info.valid_from >= since),
        "consolidation" in document or "consolidation" in folded,
    )


@dataclass(frozen=True)
class Sections(Teller):
    """Answers on the attributes that fiches tell in prose; `weight` gives a stem's inverse document frequency."""

    sections: Mapping[str, tuple[Section, ...]]
    weight: Callable[[str], float]
    alike: Callable[[str], frozenset[str]]
    beside: Beside | None = None

    def answer(self, attribute: Attribute, query: Query) -> Answer | Refusal | None:
        """Return the sentences that answer; a refusal when none is of the scope asked; None for no section at all."""
        known = [one for one in self.sections.get(attribute.name, ()) if self._is_known(one)]
        if not known:
            return None
        fitting = self._of_scope(known, query)
        units_left = [unit for one in fitting for unit in one.units if not self._conflicts(unit, query)]
        if not units_left:
            label = attribute.label or known[0].heading
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                say.missing(say.about(label), query.scope, self.programme),
                attribute.name,
            )
        chosen = self._units(fitting, query)
        if not chosen:
            return None
        statements = first_of(self._told(narrowed(unit, query, self.alike, self.weight), unit) for unit in chosen)
        edition = query.scope.editions[0] if len(query.scope.editions) == 1 else None
        leads = () if any(one.of_today for one in fitting) else self._of_another_time(query, chosen)
        return Answer(statements, self.today, attribute.name, edition, leads, notes=self._notes(query, chosen))

    def _of_another_time(self, query: Query, chosen: Sequence[Unit]) -> tuple[str, ...]:
        """Say that nothing is known of today, where it is asked of and the documents speak of a year that is past."""
        ends = [unit.passage.info.valid_to for unit in chosen]
        past = [end.year for end in ends if end is not None and end.year < self.today.year]
        present = query.now or (query.operation is Operation.WHO and not query.past and not query.scope.has_moment)
        return (say.not_of_today(max(past)),) if present and len(past) == len(ends) else ()

    def _as_told(self, text: str) -> str | None:
        """Return a text as it could be told on the day; None when it tells what came later."""
        return present.told_on(text, self.today) if not self.is_over else self._ahead_in_present(text)

    def _ahead_in_present(self, text: str) -> str:
        """Return what is to come, of a time whose end is not known either, in the present."""
        return present.present(text) if is_ahead(french.fold(text), self.today) else text

    def _told(self, statement: Statement, unit: Unit) -> Statement:
        """Return a statement as it is told on the day, with the sources that were out."""
        text = self._as_told(statement.text) or statement.text
        known = tuple(one for one in statement.citations if one.date is None or one.date <= self.today)
        dated = unit.passage.info.valid_from is not None
        return Statement(text, known if dated and known else statement.citations)

    @cached_property
    def _names_of_today(self) -> str:
        return self.programme.schemes[CONSOLIDATION].name if CONSOLIDATION in self.programme.schemes else ""

    def _is_known(self, section: Section) -> bool:
        if section.known_from is not None and section.known_from > self.today:
            return False
        return self.is_over or not section.of_today or "onsolidation" not in section.units[0].text

    def _of_scope(self, known: Sequence[Section], query: Query) -> list[Section]:
        """Keep the sections of the editions, moment or programme asked; the general ones when they speak of it."""
        scope = query.scope
        if scope.programme == CONSOLIDATION:
            return [one for one in known if one.consolidation]
        numbers = set(self.table.numbers(scope, FAST))
        if numbers:
            own = [one for one in known if one.editions & numbers]
            own = own or [one for one in known if one.years & set(scope.years)]
            return own or [one for one in known if not one.editions and not one.of_today]
        if scope.years or scope.periods:
            years = set(scope.years) | {one.first.year for one in scope.periods if one.first.year > 1}
            if years and min(years) >= self.today.year and self.is_over:
                return [one for one in known if one.of_today] or list(known)
            own = [one for one in known if one.years & years]
            return own or [one for one in known if not one.years and not one.of_today]
        if self.is_over:
            if query.operation is Operation.STATE:
                return [one for one in known if one.of_today] or list(known)
            if query.past:
                return [one for one in known if not one.of_today] or list(known)
            return list(known)
        past = [one for one in known if not one.of_today]
        dated = [one for one in past if one.editions or one.years]
        return [one for one in past if one not in dated] + self._in_force(dated)

    def _in_force(self, dated: Sequence[Section]) -> list[Section]:
        """Return, of sections that followed each other, those published last by the day."""
        latest = max((one.known_from or date.min for one in dated), default=None)
        return [one for one in dated if (one.known_from or date.min) == latest]

    def _conflicts(self, unit: Unit, query: Query) -> bool:
        """Whether a sentence names editions or years, and none of those asked."""
        scope = query.scope
        if not scope.has_moment or scope.programme == CONSOLIDATION:
            return False
        numbers = set(self.table.numbers(scope, FAST))
        years = set(scope.years) | {year for one in scope.periods for year in _years_of(one)}
        editions = [self.programme.edition(number) for number in numbers]
        years |= {
            year for one in editions if one for year in (one.year, one.announced_on and one.announced_on.year) if year
        }
        named = editions_in(unit.text)
        if named:
            return not named & numbers
        about = years_in(unit.text)
        return bool(about) and not about & years

    def _units(self, found: Sequence[Section], query: Query) -> list[Unit]:
        scored = [
            (self._score(unit, section, query, position) + told, -order, -position, unit)
            for order, section in enumerate(found)
            for position, (unit, told) in enumerate(zip(section.units, self._likely(section.units), strict=True))
            if self._as_told(unit.text) is not None and not self._conflicts(unit, query)
        ]
        scored.sort(key=lambda one: one[:3], reverse=True)
        if not scored:
            return []
        chosen = [scored[0][3]]
        size = len(chosen[0].text)
        covered = self._covered(chosen[0], query)
        for score, _, _, unit in scored[1:]:
            new = self._covered(unit, query) - covered
            same = unit.passage.section == chosen[0].passage.section
            useful = bool(new) or (same and score >= scored[0][0] * 0.5)
            if len(chosen) < _MOST_UNITS and useful and size + len(unit.text) <= _SHORT:
                chosen.append(unit)
                covered |= new
                size += len(unit.text)
        return chosen

    def _likely(self, found: Sequence[Unit]) -> list[float]:
        """Return how likely each sentence answers, as what is added to the score of its words."""
        if self.beside is None:
            return [0.0] * len(found)
        told = [self.beside.told(place_of(unit)) for unit in found]
        return [_LIKELY * math.log(max(one.told if one else 0.0, _LEAST)) for one in told]

    def _score(self, unit: Unit, section: Section, query: Query, position: int) -> float:
        inside = frozenset(french.tokens(unit.text))
        around = frozenset(french.tokens(f"{unit.passage.info.title} {section.heading}"))
        score = 0.0
        for word in query.words:
            group = self.alike(word)
            if group & inside:
                score += self.weight(word)
            elif group & around:
                score += 0.5 * self.weight(word)
        if query.operation in (Operation.LIST, Operation.WHO):
            score += 3.0 * unit.is_list
        if self.is_over and section.of_today and not query.past and not query.scope.has_moment:
            score += _TODAY_FIRST
        return score + (1.0 if position == 0 else 0.0)

    def _covered(self, unit: Unit, query: Query) -> frozenset[str]:
        inside = frozenset(french.tokens(unit.text))
        return frozenset(word for word in query.words if self.alike(word) & inside)

    def _notes(self, query: Query, chosen: Iterable[Unit]) -> tuple[str, ...]:
        """Say that the FAST is gone, beside what held under it and is told as if it still did."""
        told = " ".join(unit.text for unit in chosen)
        if not self.is_over or query.scope.has_moment or "FAST" not in told or self._names_of_today in told:
            return ()
        return (say.held_until(self.programme),)


def compared(sections: Iterable[Section], words: Sequence[str], today: date) -> tuple[Unit, tuple[str, ...]] | None:
    """Return a list that compares things of which a question names two, and the lines of those that it names."""
    for section in sections:
        if _COMPARED not in french.fold(section.heading) or (section.known_from or today) > today:
            continue
        for unit in section.units:
            lines = [line for line in unit.text.split("\n") if _ITEM.match(line)]
            named = tuple(line for line in lines if set(french.tokens(line.partition(" : ")[0])) & set(words))
            if len(named) >= _TWO:
                return unit, named
    return None


_COMPARED: Final = "comparee"
_TWO: Final = 2


def _years_of(period: Period) -> range:
    first = max(period.first.year, _FIRST_YEAR)
    return range(first, min(period.last.year, first + 15) + 1)


_FIRST_YEAR: Final = 2018


def narrowed(
    unit: Unit, query: Query, alike: Callable[[str], frozenset[str]], weight: Callable[[str], float]
) -> Statement:
    """Return a unit as a statement; of a list, only the items that hold a word which the others do not, if one does."""
    whole = quote(unit)
    if not unit.is_list or query.operation in (Operation.LIST, Operation.COUNT, Operation.TOTAL):
        return whole
    lines = unit.text.split("\n")
    items = [line for line in lines if _ITEM.match(line)]
    intro = [line for line in lines[: lines.index(items[0])] if line.strip()] if items else []
    told = frozenset(french.tokens(" ".join(intro)))
    held = {line: frozenset(french.tokens(line)) for line in items}
    asked = [word for word in query.words if not alike(word) & told]
    counts = [(word, [line for line in items if alike(word) & held[line]]) for word in asked]
    telling = [lines_of for _, lines_of in counts if 0 < len(lines_of) <= max(1, len(items) // 4)]
    known = sum(weight(word) for word, lines_of in counts if lines_of or len(word) > 3)
    told_by = sum(weight(word) for word, lines_of in counts if lines_of in telling)
    if len(items) < _LONG_LIST or not telling or told_by < _TELLING * known:
        return whole
    kept = [line for line in items if any(line in lines_of for lines_of in telling)]
    return Statement("\n".join([*intro[-1:], *kept, say.others_of(len(items) - len(kept))]), whole.citations)


_ITEM: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
_LONG_LIST: Final = 4  # items
_TELLING: Final = 0.5  # of what a question asks beside the heading, the share that an item must hold to stand alone
