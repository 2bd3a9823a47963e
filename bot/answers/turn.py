"""What a turn is answered from: what is known, what was read, and the conversation before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from bot.answers.beside import Place, named
from bot.answers.evidence import Evidence
from bot.answers.sections import Section, sections_of
from bot.answers.state import Conversation
from bot.answers.units import Unit
from bot.documents.index import Index
from bot.programme.attributes import Attributes
from bot.programme.criteria import Criteria
from bot.programme.lookup import Programme
from bot.programme.models import FAST
from bot.questions import following
from bot.questions.acts import Query
from bot.questions.reading import Reader, Reading
from bot.questions.situations import Situation
from bot.questions.spans import as_read
from bot.questions.splitting import asked_part
from bot.results import Result

Replied = tuple[Result, Conversation]
BEGINNING: Final = 40  # characters by which a sentence that is told is found again
ANSWERED: Final = 2 / 3  # an answer to what was not asked costs twice a refusal too many


@dataclass(frozen=True)
class Known:
    """All that answers are made from: an open index, the programme's facts, and what reads questions."""

    index: Index
    programme: Programme
    attributes: Attributes
    reader: Reader
    criteria: tuple[Criteria, ...] = ()

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self.index.passages)

    @cached_property
    def sections(self) -> Mapping[str, tuple[Section, ...]]:
        return sections_of(self.index.passages, self.attributes, self.programme.schemes[FAST].replaced_on)

    @cached_property
    def sentence_names(self) -> Mapping[Place, str]:
        """The names under which questions were written for sentences, by where these stand."""
        return named(self._units, self.reader.ranker.matcher.rows_of_sentences)

    @cached_property
    def sentences(self) -> Mapping[str, tuple[Unit, ...]]:
        """The sentences of the fiches, by their beginning."""
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in self._units:
            found[unit.text[:BEGINNING]] = (*found.get(unit.text[:BEGINNING], ()), unit)
        return found

    @cached_property
    def _units(self) -> tuple[Unit, ...]:
        every = dict.fromkeys(one for listed in self.sections.values() for one in listed)
        return tuple(unit for section in every for unit in section.units)

    @cached_property
    def has_unprepared(self) -> bool:
        """Whether the index holds documents that nobody checked as fiches."""
        return any(one.info.verified is None for one in self.index.passages)

    @cached_property
    def known_on(self) -> Callable[[date], Programme]:
        """The programme as it was known on a day."""
        return lru_cache(maxsize=8)(self.programme.known_on)

    def read(self, text: str, today: date) -> Reading:
        """Return what a text says by itself, on a day, without the context said around what it asks."""
        asked = asked_part(as_read(text), self.reader, today)
        return self.reader.read(asked, today, self.possible_on(today).__contains__)

    @cached_property
    def possible_on(self) -> Callable[[date], frozenset[str]]:
        """The attributes of which something is known on a day."""
        return lru_cache(maxsize=8)(self._possible_on)

    def _possible_on(self, day: date) -> frozenset[str]:
        programme = self.known_on(day)
        known = set()
        for one in self.attributes.all:
            told = [s for s in self.sections.get(one.name, ()) if s.known_from is None or s.known_from <= day]
            stated = one.of in ("task", "laureate", "fund") or any(
                key == "month" or (key in programme.keys and programme.facts(key)) for key in one.facts
            )
            if told or stated:
                known.add(one.name)
        return frozenset(known)

    def alike(self, stem: str) -> frozenset[str]:
        """Return the stems that mean the same as a stem."""
        return self.reader.lexicon.alike(stem)


@dataclass(frozen=True)
class Turn:
    """A message, on the day `today` (Europe/Paris), after the conversation `kept`."""

    bot: Known
    original: str
    kept: Conversation
    today: date

    def read_as(self, original: str, reading: Reading, act: str) -> "Turn":
        """Return a turn whose reading and act are known."""
        turn = replace(self, original=original)
        turn.__dict__.update(reading=reading, act=act)
        return turn

    def after(self, kept: Conversation) -> "Turn":
        """Return the same turn after another conversation."""
        turn = replace(self, kept=kept)
        turn.__dict__["reading"] = self.reading
        return turn

    @cached_property
    def reading(self) -> Reading:
        return self.bot.read(self.original, self.today)

    def after_focus(self, focus: Query) -> Reading:
        """Return the turn read as hanging on what was spoken of."""
        lead = self.bot.reader.scanned(following.names_of(focus.scope, self.programme), self.today)
        return self.bot.reader.after(self.reading, self.act, lead, focus.attribute, self.is_possible)

    def is_possible(self, name: str) -> bool:
        """Whether anything is known of an attribute on the day."""
        return name in self.bot.possible_on(self.today)

    @cached_property
    def acts(self) -> Mapping[str, float]:
        """The probability of each act, where the turn comes."""
        return self.bot.reader.acts(self.reading, self.situation)

    @cached_property
    def wishes(self) -> Mapping[str, float]:
        """The probability of each thing that a turn of a sum may want."""
        return self.bot.reader.wishes(self.reading)

    @cached_property
    def act(self) -> str:
        return following.act_in(self.acts, self.situation)

    @property
    def situation(self) -> Situation:
        kept = self.kept
        spoken_of = self.bot.attributes.by_name.get(kept.focus.attribute) if kept.focus else None
        return Situation(
            kept.said or "nothing",
            spoken_of.of if spoken_of else "none",
            bool(kept.shown),
            kept.task,
            kept.parked is not None,
            bool(kept.choices),
        )

    @cached_property
    def programme(self) -> Programme:
        return self.bot.known_on(self.today)

    @cached_property
    def query(self) -> Query:
        return self.bot.reader.query(self.reading, self.reading.best)
