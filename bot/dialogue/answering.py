"""From a question to an answer: understand, then facts, then passages, then refuse."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from bot import talk_texts, texts
from bot.dialogue import ambiguity, extraction, funds, simulation, smalltalk, talking
from bot.dialogue.certain import asks_for_awards_together, certain_topic, is_about_incubators_selected
from bot.dialogue.conversation import Conversation
from bot.dialogue.evidence import Evidence, first_of, quote
from bot.dialogue.extraction import Asks, Unit
from bot.dialogue.factual import FIGURES, Factual
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.moments import is_after, periods_ahead, relative_years
from bot.dialogue.neighbours import NEGATIVE, Placed
from bot.dialogue.placing import Placer
from bot.dialogue.reading import Reader, groups_of, is_enough, shows
from bot.dialogue.slots import phases
from bot.dialogue.strangers import stranger_in
from bot.dialogue.telling import since_replaced
from bot.dialogue.understanding import Request, as_read, questions_in, understand
from bot.documents import french
from bot.documents.index import Index
from bot.programme.criteria import Criteria
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, Laureate
from bot.programme.names import squash, windows
from bot.results import Answer, Clarification, Reason, Refusal, Result, SmallTalk

_LAUREATE_WORDS: Final = frozenset(map(french.stem, ("produit", "service", "startup", "laureat", "projet", "fast")))
_LAST: Final = re.compile(
    r"\bdernier(?:e|s|es)? (?:fast|edition|appel|promotion|cru|session)|plus recente? (?:edition|promotion)"
)
_NEAR: Final = 0.5  # from here on, the nearest topic decides
_SAID_OTHERWISE: Final = 0.65  # a section this near says what the facts do not
_INFO: Final = 0.4
_CLOSE: Final = 0.05
_STRANGER: Final = 0.4
_CLEARLY: Final = 0.1
_DETAILS: Final = 8  # sentences of the sections cited
_QUESTIONS_IN_ONE: Final = 3
_ONE_QUESTION: Final = 400  # characters of a question among several
_KEPT: Final = 16  # questions understood that are remembered
_LONG_WORD: Final = 6  # letters from which a word alone may name a product, beside its edition
_DOUBT: Final = 0.1  # for each word of the question that is known nowhere


@dataclass(frozen=True)
class Answerer:
    """Answers questions from an open index and the programme's facts; holds no state of a conversation."""

    index: Index
    lexicon: Lexicon
    programme: Programme
    placer: Placer
    criteria: tuple[Criteria, ...] = ()

    def reply(self, question: str, conversation: Conversation, today: date) -> tuple[Result, Conversation]:
        """Return what there is to say to a turn, and the conversation as it then stands."""
        return talking.reply(self, question, conversation, today)

    def topic(self, request: Request) -> str | None:
        """Return the topic of the facts that a question is about; None for the fiches, or for nothing known."""
        return self._topic(request, self.placer.place(request))

    def nearness(self, request: Request) -> float:
        """Return how near, from 0 to 1, the nearest question known to have an answer is."""
        return max((float(one.score) for one in self.placer.place(request) if one.label not in NEGATIVE), default=0.0)

    def subject(self, document: str) -> str:
        """Return what a fiche is about, in a few words: « comité d'investissement d'un produit numérique »."""
        title = next((one.info.title for one in self.index.passages if one.info.document == document), "")
        return re.sub(r"^(?:Les? |La |L')", "", re.split(r" ?[:(,]", title)[0])

    def detailed(self, result: Answer | Refusal) -> Answer | None:
        """Return all that the sections cited say; None when they say no more."""
        cited = dict.fromkeys((one.document, one.section) for said in result.statements for one in said.citations)
        units = [
            unit for document, section in cited for unit in self._evidence.units_of(document, section.split(" › ")[-1])
        ]
        statements = first_of(quote(unit) for unit in units[:_DETAILS])
        if not set(statements) - set(result.statements):
            return None
        edition = result.edition
        return Answer(statements, result.as_of, result.topic, edition, leads=(talk_texts.FROM_THE_FICHE,))

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to `question` on the day `today` (Europe/Paris)."""
        question = as_read(question)
        kind = smalltalk.kind_of(question)
        if kind is not None:
            return SmallTalk(kind, today)
        understood = self.understand(question)
        request = self._on(understood, today)
        unknown = [number for number in request.editions if self.programme.edition(number) is None]
        if unknown and not request.about_consolidation:
            return Refusal(Reason.UNKNOWN_EDITION, today, missing=f"FAST {unknown[0]}", edition=unknown[0])
        if request.about_consolidation and "fast " not in request.folded and self._later_consolidation(request):
            return Refusal(Reason.IN_THE_FUTURE, today, texts.missing_consolidation(request.editions[0]))
        if request.funds and "fast" not in request.folded.replace("ftap", "").split():
            return funds.answer(request.funds, request, self._evidence, today)
        others = funds.all_of_them(self.programme, request, today) if funds.asks_for_all(request) else None
        if others is not None:
            return others
        stranger = None if request.laureates else stranger_in(request.text, self.placer.is_known)
        if stranger is not None:
            return Refusal(Reason.NOT_IN_DOCUMENTS, today, texts.missing_laureate(stranger), "laureate")
        vague = ambiguity.vague_readings(request)
        if vague:
            return Clarification(vague, today)
        placed = self.placer.place(request)
        found = (
            self._each_in_turn(request, today)
            or self._from_facts(request, placed, today)
            or self._told_of_laureates(request, placed, today)
            # « L'an dernier » is a moment of those who ask, not one that a passage would name.
            or self._from_passages(replace(request, years=understood.years), placed, today)
        )
        return self._of_which_edition(request, placed, today) or found if isinstance(found, Refusal) else found

    def _of_which_edition(self, request: Request, placed: Sequence[Placed], today: date) -> Clarification | None:
        """Ask for the edition where the figure asked for is known by edition only."""
        topic = self._topic(request, placed)
        named = request.editions or request.years or request.about_consolidation
        if topic not in ambiguity.OF_AN_EDITION or named or request.asks is Asks.DURATION:
            return None
        dated = [one.number for one in self.programme.editions() if one.month and one.month.first <= today]
        readings = ambiguity.edition_readings(request.text, self.programme, dated[-1] if dated else None)
        return Clarification(readings, today, topic, talk_texts.WHICH_EDITION)

    def _each_in_turn(self, request: Request, today: date) -> Answer | None:
        """Answer from facts each of the questions asked one after the other; None unless two at least have one."""
        parts = [part for part in questions_in(request.folded) if len(part) <= _ONE_QUESTION][:_QUESTIONS_IN_ONE]
        if len(parts) < 2 or request.amounts or asks_for_awards_together(request):
            return None
        asked = [self._within(request, self._on(self.understand(part), today)) for part in parts]
        found = [self._from_facts(one, self.placer.place(one), today) for one in asked]
        answers = [one for one in found if isinstance(one, Answer)]
        if len(answers) < 2 or len({one.topic for one in answers}) < 2:
            return None
        leads = tuple(dict.fromkeys(lead for one in answers for lead in one.leads))
        notes = tuple(dict.fromkeys(note for one in answers for note in one.notes))
        statements = first_of(statement for one in answers for statement in one.statements)
        return Answer(statements, today, answers[0].topic, answers[0].edition, leads, notes=notes)

    @staticmethod
    def _within(whole: Request, part: Request) -> Request:
        """Return a part of a question with what the whole names, where it names nothing itself."""
        if part.editions or part.years or part.laureates or part.funds:
            return part
        return replace(
            part, editions=whole.editions, years=whole.years, laureates=whole.laureates, periods=whole.periods
        )

    def _on(self, request: Request, today: date) -> Request:
        """Name the year that « l'an dernier » means on that day, the edition that « la dernière édition » does."""
        years = tuple(dict.fromkeys((*request.years, *relative_years(request.folded, today))))
        periods = request.periods or (() if request.editions else periods_ahead(request.folded, today))
        return self._with_last_edition(replace(request, years=years, periods=periods), today)

    def _with_last_edition(self, request: Request, today: date) -> Request:
        if request.editions or request.about_consolidation:
            return request
        dated = [(one.number, one.month) for one in self.programme.editions() if one.month and one.month.first <= today]
        of_the_month = tuple(number for number, month in dated if texts.month(month) in request.text.lower())
        if of_the_month:
            return replace(request, editions=of_the_month)
        last = dated[-1:] if _LAST.search(request.folded) else []
        return replace(request, editions=tuple(number for number, _ in last))

    def _later_consolidation(self, request: Request) -> bool:
        return any(self.programme.edition(one, programme=CONSOLIDATION) is None for one in request.editions)

    def understand(self, question: str) -> Request:
        """Return the question understood, with the laureates and the fund that it names."""
        return self._understood(as_read(question))

    @cached_property
    def _understood(self) -> Callable[[str], Request]:
        """What understands a question, and keeps the last ones: a turn is understood for each thing that it may be."""
        return lru_cache(maxsize=_KEPT)(self._read)

    def _read(self, question: str) -> Request:
        request = understand(question, self.lexicon, self._corrected)
        return replace(
            request,
            laureates=self._laureates(request.text, request),
            funds=funds.funds_in(request.folded, self.programme),
        )

    def _laureates(self, question: str, request: Request) -> tuple[Laureate, ...]:
        named = self.programme.laureates_in(question)
        if named:
            return named
        if not request.editions:
            return tuple(one for one, spelled in self._spelled if spelled.search(question))
        # With its edition beside it, a name that is also a common word is a name: « eva au FAST 7 ».
        runs = {run for _, _, run in windows(question)}
        candidates = (one for number in request.editions for one in self.programme.laureates(number))
        named = tuple(one for one in candidates if runs & {squash(name) for name in (one.name, *one.aliases)})
        return named or self._with_a_word_of_its_own(request)

    @cached_property
    def _spelled(self) -> list[tuple[Laureate, re.Pattern[str]]]:
        """The products that spell themselves with capitals inside, « CarbuRe », « LaSuite », and that spelling."""
        exact = (one for one in self.programme.laureates() if any(c.isupper() for c in one.name[1:].split(" ")[0]))
        return [(one, re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)")) for one in exact]

    def _with_a_word_of_its_own(self, request: Request) -> tuple[Laureate, ...]:
        """Return the laureates of the editions named of whose names a question has a word that asks nothing."""
        asked = {word for word in french.words(request.folded) if len(word) >= _LONG_WORD}
        asked = {word for word in asked if min(self.lexicon.group(word)) not in self.placer.topic_words}
        candidates = [one for number in request.editions for one in self.programme.laureates(number)]
        return tuple(one for one in candidates if asked & set(french.words(french.fold(one.name))))

    def _corrected(self, word: str) -> str:
        return word if min(self.lexicon.group(word)) in self.placer.vocabulary else self.index.lexical.corrected(word)

    def _from_facts(self, request: Request, placed: Sequence[Placed], today: date) -> Result | None:
        if placed and placed[0].score >= _NEAR and placed[0].label in NEGATIVE:
            return self._told_of_laureates(request, placed, today) or Refusal(Reason(placed[0].label), today)
        topic = self._topic(request, placed)
        if topic == simulation.TOPIC:
            return simulation.simulate(request, self.programme, today)
        if topic == "budget_for_maximum":
            return simulation.maximum(request, self.programme, today)
        if topic is None:
            return None
        return self._explained(self._factual(today).answer(topic, request), request, placed, today)

    def _topic(self, request: Request, placed: Sequence[Placed]) -> str | None:
        """Return the topic that is near enough for the facts to speak; None when the passages should."""
        certain = certain_topic(request)
        if certain is not None:
            return certain
        if not placed or placed[0].score < _NEAR or placed[0].label in NEGATIVE:
            return None
        first = placed[0]
        doubt = _DOUBT * self.placer.foreign(request)
        # A section and a topic that are as near as each other say the same thing: the facts know the day.
        topic = next((one for one in placed if "#" not in one.label and one.label not in NEGATIVE), None)
        if topic is not None and topic.label != "incubator_cap" and is_about_incubators_selected(request):
            return None  # the fiche of the incubators knows them all
        margin, near = 0.02, _NEAR
        if topic is not None and topic.label == "cap_change":
            margin = 0.2
        if topic is not None and topic.label == "open_now" and "aujourd'hui" in first.label.lower():
            near = _INFO  # the calendar knows what is open on that day
        if "aujourd'hui" in first.label.lower() or (
            request.laureates and topic is not None and topic.label.startswith("laureate_")
        ):
            margin = 0.3
        elif topic is not None and topic.label in FIGURES and (request.periods or request.each_edition):
            margin = 0.2  # a section may speak of the year, or of all; the facts know the day, and each edition
        elif topic is not None and topic.label in FIGURES and first.label.partition("#")[0] not in self.programme.cited:
            margin = _STRANGER  # a document that no fact cites does not speak before the facts
        elif first.label.startswith(("calendrier.md", "candidater.md")):
            margin = 0.15  # these fiches say what held; the calendar says what holds on that day
        against = max((one.score for one in placed if one.label in NEGATIVE), default=0.0)
        if topic is not None and doubt and topic.score - doubt < against + _CLEARLY:
            return None
        if topic is None or topic.score - doubt < near or topic.score < first.score - margin:
            return None
        if topic.label.startswith("laureate_") and request.laureates and self.placer.asks_more_of_a_laureate(request):
            return None  # what is asked is no question on laureates: only a sentence that says it answers
        return topic.label

    def _explained(
        self, result: Result | None, request: Request, placed: Sequence[Placed], today: date
    ) -> Result | None:
        """Add to a bare refusal what the fiches say of the gap, or what they say instead."""
        if not isinstance(result, Refusal) or result.statements or result.reason is not Reason.NOT_IN_DOCUMENTS:
            return result
        reading = self.reader.read(request, placed, lambda unit: self._may_speak(unit, request, today))
        if not is_enough(reading, 0) or reading.near < _SAID_OTHERWISE:
            return result
        if reading.says_it_is_absent:
            return replace(result, statements=first_of(quote(unit) for unit in reading.units[:1]))
        return result if request.editions else None

    def _told_of_laureates(self, request: Request, placed: Sequence[Placed], today: date) -> Result | None:
        """Return what is said of the laureates named, when it speaks of the rest of the question."""
        names = {t for one in request.laureates for name in (one.name, *one.aliases) for t in french.tokens(name)}
        groups = [group for group in groups_of(request) if not group & names and not group & _LAUREATE_WORDS]
        if not request.laureates or request.asks is Asks.NAME:
            return None
        if not groups or (self._is_about_a_laureate(placed) and not self.placer.asks_more_of_a_laureate(request)):
            return self._factual(today).laureates.info(request)
        weight = self.index.lexical.weight
        total = sum(min(map(weight, group)) for group in groups)

        def told(text: str) -> bool:
            if not shows(text, request):
                return False
            stems = frozenset(french.tokens(text))
            related = [group | {r for term in group for r in self.index.lexical.relatives(term)} for group in groups]
            return sum(min(map(weight, g)) for g, r in zip(groups, related, strict=True) if r & stems) >= 0.4 * total

        return self._factual(today).laureates.told_of(request, told)

    @staticmethod
    def _is_about_a_laureate(placed: Sequence[Placed]) -> bool:
        """Whether asking what a product does is as near as anything that has no answer."""
        info = max((one.score for one in placed if one.label in {"laureate_info", "laureate_does"}), default=0.0)
        against = max((one.score for one in placed if one.label in NEGATIVE), default=0.0)
        return info >= _INFO and info >= against - _CLOSE

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.index.passages)

    def _factual(self, today: date) -> Factual:
        return Factual(self.programme, self._evidence, today)

    def _may_speak(self, unit: Unit, request: Request, today: date) -> bool:
        """Whether a unit may speak of what is asked; one that names no edition must be of the edition's years."""
        if not _may_speak(unit, request, today):
            return False
        named = extraction.editions_in(unit.text) or extraction.editions_in(unit.passage.section)
        about = extraction.years_in(unit.text)
        if not request.editions or request.about_consolidation or named or not about:
            return True
        editions = [self.programme.edition(number) for number in request.editions]
        years = {
            y
            for e in editions
            if e
            for y in (e.month.year if e.month else None, e.year, e.announced_on and e.announced_on.year)
        }
        return bool(about & {year for year in years if year})

    @cached_property
    def reader(self) -> Reader:
        """What reads the passages."""
        return Reader(self.index)

    def _from_passages(self, request: Request, placed: Sequence[Placed], today: date) -> Result:
        reading = self.reader.read(request, placed, lambda unit: self._may_speak(unit, request, today))
        if not is_enough(reading, self.placer.foreign(request)):
            off_topic = any(one.label == "out_of_scope" and one.score >= 0.4 for one in placed[:1])
            reason = Reason.OUT_OF_SCOPE if off_topic or reading.covered < 0.25 else Reason.NOT_IN_DOCUMENTS
            return Refusal(reason, today)
        statements = first_of(quote(unit) for unit in reading.units)
        if reading.says_it_is_absent:
            return Refusal(Reason.NOT_IN_DOCUMENTS, today, statements=statements[:1])
        edition = request.editions[0] if len(request.editions) == 1 else None
        return Answer(statements, today, edition=edition, notes=self._since_replaced(request, reading.units, today))

    def _since_replaced(self, request: Request, units: Sequence[Unit], today: date) -> tuple[str, ...]:
        """Say that the FAST was replaced, beside what held under it and is told as if it still did."""
        dated = request.editions or request.years or request.laureates or request.periods or request.about_consolidation
        of_the_fast = any("FAST" in unit.text for unit in units) and not any("onsolidation" in u.text for u in units)
        return since_replaced(self.programme, today) if of_the_fast and not dated else ()


def _may_speak(unit: Unit, request: Request, today: date) -> bool:
    """Whether a unit may speak of what is asked: an edition or a programme that is named must be the unit's."""
    info = unit.passage.info
    if info.valid_from is not None and info.valid_from > today:
        return False
    if "aujourd'hui" in unit.passage.section.lower() and is_after(french.fold(unit.passage.text), today):
        return False  # that day is not yet the one that the section speaks of
    if request.about_consolidation and "consolid" not in french.fold(
        f"{unit.text} {info.title} {unit.passage.section}"
    ):
        return False
    if request.phases and not set(request.phases) & set(
        phases(french.fold(f"{info.title} {unit.passage.section} {unit.text}"))
    ):
        return False
    if request.years and not request.editions:
        about = extraction.years_in(unit.text) or extraction.years_in(unit.passage.section)
        if about and not about & set(request.years):
            return False
    if not request.editions or request.about_consolidation:
        return True
    named = extraction.editions_of(unit)
    asked = set(request.editions)
    return asked <= named if len(asked) == 1 else bool(named & asked)
