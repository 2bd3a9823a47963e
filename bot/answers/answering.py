"""From a turn to what is said: read, resolve, find, say. The one place that lists the steps."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from bot import talk_texts, texts
from bot.answers import interview, sums
from bot.answers.calls import Calls
from bot.answers.composition import presented
from bot.answers.evidence import Evidence
from bot.answers.figures import Figures
from bot.answers.funds import Funds
from bot.answers.interview import Interview
from bot.answers.laureates import Laureates
from bot.answers.passages import Passages
from bot.answers.sections import Section, Sections, sections_of
from bot.answers.state import Conversation
from bot.answers.sums import Draft
from bot.documents import french
from bot.documents.index import Index
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.attributes import Attribute, Attributes
from bot.programme.criteria import Criteria
from bot.programme.eligibility import Answer as Given
from bot.programme.eligibility import Question, Verdict, parse_answer
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST
from bot.questions import following
from bot.questions.acts import Amount, Operation, Query, Role, Scope
from bot.questions.following import Situation
from bot.questions.reading import Candidate, Reader, Reading, scope_of
from bot.questions.roles import amounts_of
from bot.questions.spans import Kind, as_read
from bot.results import Answer, Clarification, Reason, Refusal, Result, SmallTalk, Statement, Understood
from bot.words import answers as say
from bot.words import sums as sum_words
from bot.words.echo import question_in

ANSWERED: Final = 2 / 3  # an answer to what was not asked costs twice a refusal too many
_PERHAPS: Final = 0.25
_MOST_LIKELY: Final = 0.5  # likelier than all else together
Turn = tuple[Result, Conversation]
_SOCIAL: Final[Mapping[str, str]] = {
    "greeting": "greeting",
    "thanks": "thanks",
    "bye": "goodbye",
    "who_are_you": "abilities",
    "capabilities": "abilities",
    "how_are_you": "how_are_you",
    "insult": "insult",
    "praise": "praise",
    "test": "greeting",
    "robot": "robot",
    "write_for_me": "write_for_me",
    "ok": "agreement",
}


@dataclass(frozen=True)
class Answerer:
    """Answers turns from an open index and the programme's facts; holds no state of a conversation."""

    index: Index
    programme: Programme
    attributes: Attributes
    reader: Reader
    criteria: tuple[Criteria, ...] = ()

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to a question that stands alone, on the day `today` (Europe/Paris)."""
        return self.reply(question, Conversation(), today)[0]

    def reply(self, text: str, conversation: Conversation, today: date) -> Turn:
        """Return what there is to say to a turn, and the conversation as it then stands."""
        return _Turn(self, text, conversation, today).reply()

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self.index.passages)

    @cached_property
    def sections(self) -> Mapping[str, tuple[Section, ...]]:
        return sections_of(self.index.passages, self.attributes, self.programme.schemes[FAST].replaced_on)

    @cached_property
    def has_unprepared(self) -> bool:
        """Whether the index holds documents that nobody checked as fiches."""
        return any(one.info.verified is None for one in self.index.passages)

    @cached_property
    def known_on(self) -> Callable[[date], Programme]:
        """The programme as it was known on a day."""
        return lru_cache(maxsize=8)(self.programme.known_on)

    def read(self, text: str, today: date) -> Reading:
        """Return what a text says by itself, on a day."""
        return self.reader.read(as_read(text), today, self.possible_on(today).__contains__)

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
        return self.reader.lexicon.group(stem)


@dataclass(frozen=True)
class _Turn:
    bot: Answerer
    original: str
    kept: Conversation
    today: date

    def reply(self) -> Turn:
        text = as_read(self.original)
        if not french.fold(text):
            return SmallTalk("empty", self.today), self.kept
        if not any(character.isalnum() for character in text):
            return SmallTalk("abilities" if "?" in text else "unreadable", self.today), self.kept
        result, after = self._step_by_step()
        return self._with_what_waits(result, after), after

    def _step_by_step(self) -> Turn:
        for step in (self._choice, self._amount, self._social, self._about_the_last, self._interview, self._sum):
            found = step()
            if found is not None:
                return found
        return self._question()

    def _with_what_waits(self, result: Result, after: Conversation) -> Result:
        """Add what the open task asks once more, and that only the beginning of a long message was read."""
        if isinstance(result, Answer) and as_read(self.original) != self.original.strip():
            result = replace(result, notes=(*result.notes, talk_texts.ONLY_THE_BEGINNING))
        if result.then or after.task is None or isinstance(result, Clarification):
            return result
        again = self._put_again(after)
        return replace(result, then=again.prompt) if isinstance(again, Clarification) else result

    # ---- what was read ---------------------------------------------------------------------------------------------

    @cached_property
    def reading(self) -> Reading:
        return self.bot.reader.read(as_read(self.original), self.today, self._is_possible)

    def _is_possible(self, name: str) -> bool:
        return name in self.bot.possible_on(self.today)

    @cached_property
    def act(self) -> str:
        return following.act_in(self.reading, self._situation)

    @property
    def _situation(self) -> Situation:
        kept = self.kept
        return Situation(
            has_focus=kept.said is not None,
            has_shown=bool(kept.shown),
            interview=kept.task == "interview",
            sum_open=kept.task == "simulation",
            parked=kept.parked is not None or kept.task is not None,
        )

    @cached_property
    def programme(self) -> Programme:
        return self.bot.known_on(self.today)

    @cached_property
    def query(self) -> Query:
        return self.bot.reader.query(self.reading, self.reading.best)

    # ---- choices and courtesies ------------------------------------------------------------------------------------

    def _choice(self) -> Turn | None:
        """A choice among the readings of the last question back; anything else drops them."""
        choices = self.kept.choices
        if not choices:
            return None
        places = following.positions(self.reading.scan.text, len(choices)) or _number(self.reading, len(choices))
        rest = replace(self.kept, choices=())
        if places and len(self.reading.scan.text.split()) <= 5:
            chosen = choices[places[0]]
            return replace(self, kept=rest)._chosen(chosen)
        return replace(self, kept=rest).reply()

    def _chosen(self, query: Query) -> Turn:
        """Answer a reading that was chosen; that of a sum begins it, with the amounts whose roles are asked."""
        if query.attribute == "eligibility_check":
            return self._open_interview()
        if query.attribute not in ("simulate", "budget_for_maximum"):
            return self._found(query, self.kept, sure=True)
        draft = Draft().about(query.scope)
        amounts = tuple(one.number for one in query.premises if one.number is not None)
        if not amounts:
            return self._counted(draft)
        kept = replace(self.kept, task="simulation", account=replace(draft, unsure=amounts))
        return Clarification((), self.today, sums.TOPIC, sum_words.which_role(amounts)), kept

    def _social(self) -> Turn | None:
        act = self.act
        if self.kept.said is None and self.reading.acts["source"] >= _CLEARLY:
            return self._then_again(SmallTalk("sources", self.today))
        if act == "restart":
            return SmallTalk("conversation", self.today, talk_texts.FORGOTTEN), Conversation()
        if act == "stop":
            return self._stopped()
        if act == "resume":
            return self._resumed()
        if act == "off_topic" and self._is_off_topic:
            told = self._from_documents(self.query)
            if told:
                return told, replace(self.kept, focus=self.query, said="question")
            return Refusal(Reason.OUT_OF_SCOPE, self.today), self.kept
        asks = self.reading.best.probability >= ANSWERED and self.reading.best.answered >= ANSWERED
        asks = asks and self.reading.acts[act] < _CLEARLY
        if act in _SOCIAL and not asks and not self.reading.scan.has(*_NAMES):
            return self._then_again(SmallTalk(_SOCIAL[act], self.today))
        return None

    @property
    def _is_off_topic(self) -> bool:
        alone = self.kept.task is None and self.kept.said is None
        sure = self.reading.acts["off_topic"] >= (_MOST_LIKELY if alone else ANSWERED)
        names = self.reading.scan.has(*_NAMES, Kind.AMOUNT)
        return sure and self.reading.best.answered < ANSWERED and not names

    def _stopped(self) -> Turn:
        kept = self.kept
        if kept.task == "interview" and kept.interview is not None:
            said = talk_texts.interview_parked(len(kept.interview.given))
            return SmallTalk("conversation", self.today, said), replace(kept, task=None, parked="interview")
        if kept.task == "simulation":
            said = talk_texts.SIMULATION_PARKED
            return SmallTalk("conversation", self.today, said), replace(kept, task=None, parked="simulation")
        return SmallTalk("conversation", self.today, talk_texts.NOTHING_OPEN), kept

    def _resumed(self) -> Turn:
        kept = replace(self.kept, task=self.kept.parked or self.kept.task, parked=None)
        again = self._put_again(kept)
        if again is None and kept.task == "interview":
            return SmallTalk("conversation", self.today, talk_texts.CRITERIA_GONE), replace(
                kept, task=None, interview=None
            )
        return (again, kept) if again else (SmallTalk("conversation", self.today, talk_texts.NOTHING_PARKED), self.kept)

    def _then_again(self, result: Result) -> Turn:
        """Return a result, then what the open task asks once more."""
        again = self._put_again(self.kept)
        if isinstance(again, Clarification):
            result = replace(result, then=again.prompt)
        return result, self.kept

    def _put_again(self, kept: Conversation) -> Result | None:
        if kept.task == "interview" and kept.interview is not None:
            step = self._step(kept.interview)
            return interview.asked(step, self.today) if isinstance(step, Question) else None
        if kept.task == "simulation" and kept.account is not None:
            return sums.result_of(kept.account, self.programme, self.today)
        return None

    # ---- what was said last ----------------------------------------------------------------------------------------

    def _about_the_last(self) -> Turn | None:
        if self.act not in following.ABOUT_THE_LAST or self.kept.said is None or self.kept.task == "interview":
            return None
        if self.kept.said == "simulation" and self.reading.scan.has(Kind.AMOUNT):
            return None  # an amount said in a sum is never passed over
        last = self._last()
        if self.act == "doubt" and not self.query.premises and not self.query.scope.is_empty:
            return None  # « non, le 15 » asks of another edition
        if self.act == "doubt":
            return self._doubted(last)
        if self.act == "why":
            return self._why(last), self.kept
        if self.act == "source":
            return _with_sources(last), self.kept
        if self.act == "detail" and isinstance(last, Answer):
            return self._detailed(last), self.kept
        return last, self.kept

    def _last(self) -> Result:
        kept = self.kept
        if kept.said == "simulation" and kept.account is not None:
            return sums.result_of(kept.account, self.programme, self.today)
        if kept.said == "interview" and kept.interview is not None:
            step = self._step(kept.interview)
            if isinstance(step, Verdict):
                return interview.concluded(step, self.programme, self.today)
        return self._again(kept.focus) if kept.focus else SmallTalk("conversation", self.today, talk_texts.NOTHING_SAID)

    def _again(self, focus: Query) -> Result:
        return replace(self._answered(focus), understood=(understood(focus),))

    def _doubted(self, last: Result) -> Turn:
        kept = self.kept
        premises = self.query.premises
        if premises and kept.said == "question" and kept.focus is not None:
            asked = kept.focus.model_copy(update={"premises": premises, "operation": Operation.CHECK})
            return self._answered(asked), kept
        if isinstance(last, Answer):
            return replace(last, notes=(*last.notes, talk_texts.SOURCES_DISAGREE)), kept
        return last, kept

    def _why(self, last: Result) -> Result:
        if self.kept.said == "simulation" and self.kept.account is not None:
            return sums.explained(self.kept.account, self.programme, self.today)
        if isinstance(last, Refusal):
            return replace(last, then=talk_texts.why_refused(str(last.reason)))
        if isinstance(last, Answer):
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, say.NO_REASON, last.topic, statements=last.statements)
        return last

    def _detailed(self, last: Answer) -> Result:
        cited = dict.fromkeys(
            (one.document, one.section.split(" › ")[-1]) for s in last.statements for one in s.citations
        )
        from bot.answers.evidence import first_of, quote

        units = [unit for document, section in cited for unit in self.bot.evidence.units_of(document, section)]
        statements = first_of(quote(unit) for unit in units[:8])
        return replace(last, statements=statements or last.statements, leads=(), notes=())

    # ---- the interview ---------------------------------------------------------------------------------------------

    def _step(self, held: Interview) -> Question | Verdict | None:
        try:
            return interview.step_of(held, self.bot.criteria)
        except NoRuleInForce:
            return None

    def _interview(self) -> Turn | None:
        kept = self.kept
        if kept.task == "interview" and kept.interview is not None:
            step = self._step(kept.interview)
            if not isinstance(step, Question):
                return None
            if self.act == "back":
                return self._back()
            if self.act in ("why", "detail", "source"):
                return replace(interview.explanation(step, self.today), then=talk_texts.interview_question(step)), kept
            given = self._given(step)
            if given is not None:
                return self._next(kept.interview.answered(step.criterion.id, given), kept)
            if self.act in ("tell", *_GIVEN) or self.reading.best.answered < ANSWERED:
                return interview.asked(step, self.today, talk_texts.NOT_AN_ANSWER), kept
            return None
        starts = self.act == "open_interview" or (
            self.reading.best.attribute == "eligibility_check" and self.act != "open_sum"
        )
        if starts and self.reading.best.attribute in _ELIGIBILITY:
            return self._open_interview()
        return None

    def _given(self, step: Question) -> Given | None:
        plain = parse_answer(self.original)
        if plain is not None:
            return plain
        if self.act == "tell" or (self.act not in _GIVEN and "?" not in self.original and self.act != "off_topic"):
            return interview.said_again(self.reading.terms, step, self.bot.alike)
        return _GIVEN.get(self.act)

    def _next(self, held: Interview, kept: Conversation) -> Turn:
        step = self._step(held)
        if step is None:
            return SmallTalk("conversation", self.today, talk_texts.CRITERIA_GONE), replace(
                kept, task=None, interview=None
            )
        if isinstance(step, Verdict):
            done = replace(kept, interview=held, task=None, parked=None, said="interview")
            return interview.concluded(step, self.programme, self.today), done
        return interview.asked(step, self.today), replace(kept, interview=held, task="interview", parked=None)

    def _back(self) -> Turn:
        kept, held = self.kept, self.kept.interview
        if held is None or not held.given:
            step = self._step(held) if held else None
            if isinstance(step, Question):
                return interview.asked(step, self.today, talk_texts.NOTHING_BEFORE), kept
            return SmallTalk("conversation", self.today, talk_texts.NOTHING_BEFORE), kept
        earlier = held.back()
        step = self._step(earlier)
        if not isinstance(step, Question):
            return SmallTalk("conversation", self.today, talk_texts.CRITERIA_GONE), replace(
                kept, task=None, interview=None
            )
        words = talk_texts.changed(held.given[-1][1])
        return interview.asked(step, self.today, words), replace(kept, interview=earlier, task="interview")

    def _open_interview(self) -> Turn:
        scope = self.query.scope
        try:
            criteria = interview.chosen(
                self.bot.criteria,
                scope.editions[-1] if scope.editions else None,
                self.today,
                consolidation=scope.programme == CONSOLIDATION,
            )
        except NoRuleInForce as error:
            return interview.no_criteria(error, self.today), self.kept
        held = Interview(criteria.id)
        result, after = self._next(held, self.kept)
        if isinstance(result, Clarification):
            result = replace(result, prompt=f"{talk_texts.interview_opens(criteria, self.today)}\n\n{result.prompt}")
        return result, after

    # ---- the sum ---------------------------------------------------------------------------------------------------

    def _amount(self) -> Turn | None:
        """A bare amount in a sum: « 320 », « non, 540 »."""
        kept, scan = self.kept, self.reading.scan
        going_on = kept.said == "simulation" or kept.task == "simulation"
        if not going_on or kept.task == "interview" or not scan.has(Kind.AMOUNT, Kind.NUMBER) or scan.has(*_NAMES):
            return None
        return self._with_amounts(kept.account or Draft()) if len(scan.text.split()) <= _FEW_WORDS else None

    def _sum(self) -> Turn | None:
        kept = self.kept
        scan = self.reading.scan
        waiting = kept.task == "simulation"
        best = self.reading.best.attribute
        going_on = kept.said == "simulation" or waiting
        short = len(scan.text.split()) <= _SHORT_TURN
        likely = going_on or self.reading.best.answered >= _PERHAPS
        about_sums = (best in ("simulate", "budget_for_maximum") and likely) or self.act == "open_sum"
        amounts = scan.has(Kind.AMOUNT) or ((about_sums or (going_on and short)) and scan.has(Kind.NUMBER))
        if best == "budget_for_maximum" and not amounts:
            before = (
                Draft(edition=kept.account.edition, year=kept.account.year) if going_on and kept.account else Draft()
            )
            return self._counted(replace(before, unknown=(Role.BUDGET,)).about(self.query.scope))
        wanted = scan.values(Kind.AMOUNT)
        if best == "budget_for_maximum" and len(wanted) == 1 and not self._gives_a_role:
            return sums.wanted(wanted[0].value, self.query.scope, self.programme, self.today), kept
        names = scan.has(Kind.LAUREATE, Kind.FUND)
        if about_sums and self._is_ahead:
            return Figures(self.programme, self.bot.evidence, self.today).nothing_ahead("simulate"), kept
        given = going_on and (short or self.act != "question" or self._gives_a_role)
        if amounts and not names and (about_sums or given):
            return self._with_amounts(kept.account if going_on and kept.account else Draft())
        if about_sums and not amounts:
            return self._counted((kept.account if going_on and kept.account else Draft()).about(self.query.scope))
        if waiting and self.act == "unknown" and kept.account and kept.account.asked:
            return self._counted(replace(kept.account, unknown=(*kept.account.unknown, kept.account.asked)))
        only_moves = self.act == "follow_scope" and kept.said == "simulation" and self.query.scope.has_moment
        if only_moves and kept.account and kept.account.unsure:
            moved = kept.account.about(self.query.scope)
            return Clarification((), self.today, sums.TOPIC, sum_words.which_role(moved.unsure)), replace(
                kept, account=moved
            )
        if only_moves and kept.account:
            return self._counted(kept.account.about(self.query.scope))
        return None

    @property
    def _is_over(self) -> bool:
        return Figures(self.programme, self.bot.evidence, self.today).is_over

    @property
    def _is_ahead(self) -> bool:
        """Whether a sum is asked for a time to come, when there is no fund any more."""
        figures = Figures(self.programme, self.bot.evidence, self.today)
        return figures.is_over and figures.is_ahead(self.query)

    @property
    def _gives_a_role(self) -> bool:
        """Whether the words say what an amount is in the sum."""
        found = amounts_of(self.reading.scan, self.bot.reader.models)
        return any(one.role in sums.INPUTS for one in found)

    def _with_amounts(self, draft: Draft) -> Turn | None:
        asked = str(draft.asked or "") if self.kept.task == "simulation" else ""
        last = str(draft.last or (Role.BUDGET if draft.unknown else ""))
        silent = not self.reading.terms.content  # nothing but the amount is said: it is that of which was spoken
        amounts = amounts_of(self.reading.scan, self.bot.reader.models, asked, last, bare=True, silent=silent)
        named = draft.about(self.query.scope)
        if draft.unsure:
            named = replace(named, unsure=())
        useful = [one for one in amounts if one.role in sums.INPUTS or one.role is Role.HOPED]
        # « 90 000, pas 50 »: a number without unit beside an amount that is sure says what that one replaces.
        unsure = [one.value for one in amounts if one.role is None and not (useful and one.bare)]
        amounts = tuple(one if one.role else one.model_copy(update={"role": Role.OTHER}) for one in amounts)
        if unsure:
            kept = replace(self.kept, task="simulation", account=replace(named, unsure=tuple(unsure)))
            return Clarification((), self.today, sums.TOPIC, sum_words.which_role(unsure)), kept
        try:
            after = named.given(amounts)
            if draft.has_amounts and not sums.holds_together(after):
                # One amount cannot be what it was read as: « on monte à 600 000 », of a budget of 300 000.
                said = tuple(one.value for one in amounts)
                kept = replace(self.kept, task="simulation", account=replace(named, unsure=said))
                return Clarification((), self.today, sums.TOPIC, sum_words.which_role(said)), kept
            return self._counted(after)
        except UnusableInput as error:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, str(error), sums.TOPIC), self.kept

    def _counted(self, draft: Draft) -> Turn:
        result = sums.result_of(draft, self.programme, self.today)
        waits = isinstance(result, Clarification)
        done = replace(self.kept, account=draft, task="simulation" if waits else None, said="simulation", parked=None)
        return presented(result, result.topic if self.kept.said == "simulation" else None), done

    # ---- questions -------------------------------------------------------------------------------------------------

    def _question(self) -> Turn:
        kept, act = self.kept, self.act
        query = self.query
        text = self.reading.scan.text
        places = following.positions(text, len(kept.shown))
        points = bool(places) and following.points(text, query.scope)
        if act == "filter_shown" or points or (act == "pick" and kept.shown):
            picked = self._picked(query)
            if picked is not None:
                return picked
        stepped = query.scope.is_empty and following.steps(self.reading)
        only_names = not query.scope.is_empty and len(self.reading.terms.content) <= 1 and act != "question"
        if kept.focus is not None and (act == "follow_scope" or stepped or only_names):
            return self._found(following.moved(kept.focus, query.scope, self.reading), kept)
        over_several = query.operation in _OVER_SEVERAL and query.scope.is_empty and len(kept.trail) > 1
        if kept.focus is not None and over_several and following.leans(self.reading, query):
            return self._found(query.model_copy(update={"scope": Scope(editions=kept.trail)}), kept, sure=True)
        if kept.focus is not None and (act == "follow_attribute" or following.leans(self.reading, query)):
            turn = self._with_names(kept.focus)
            return turn._found(following.filled(turn.query, kept.focus), kept)
        return self._asked(query)

    def _with_names(self, focus: Query) -> "_Turn":
        """Return the turn read with the names that were spoken of before it: « DomiFa : il sert à quoi ? »."""
        lead = self.bot.reader.scanned(say.names_of(focus.scope, self.programme), self.today)
        if not lead.spans:
            return self
        turn = replace(self)
        turn.__dict__["reading"] = self.bot.reader.read_scan(self.reading.scan.after(lead), self._is_possible)
        turn.__dict__["act"] = self.act
        return turn

    def _picked(self, query: Query) -> Turn | None:
        kept = self.kept
        places = following.positions(self.reading.scan.text, len(kept.shown))
        of_laureates = [c for c in self.reading.candidates if c.attribute in _OF_LAUREATES]
        attribute = of_laureates[0].attribute if of_laureates else "laureate_edition"
        if places:
            names = tuple(kept.shown[place][0] for place in places)
            editions = tuple(dict.fromkeys(kept.shown[place][1] for place in places))
            scope = Scope(laureates=names, editions=editions)
            return self._found(
                query.model_copy(update={"attribute": attribute, "scope": scope, "rest": ()}), kept, sure=True
            )
        if kept.focus is not None and (query.premises or query.above or query.below or query.operation in _OVER_ROWS):
            changes = {
                "premises": query.premises,
                "above": query.above,
                "below": query.below,
                "operation": query.operation,
            }
            return self._found(kept.focus.model_copy(update={**changes, "rest": ()}), kept, sure=True)
        return None

    def _asked(self, query: Query) -> Turn:
        parts = self._parts()
        if len(parts) > 1:
            return self._each(parts)
        return self._found(query, self.kept)

    def _found(self, query: Query, kept: Conversation, *, sure: bool = False) -> Turn:
        """Answer a query, or refuse, and note what was understood."""
        result, after = self._told(query, kept, sure=sure)
        return replace(result, understood=(understood(query),)), after

    def _told(self, query: Query, kept: Conversation, *, sure: bool) -> Turn:
        """Answer a query, or refuse when nothing accounts for a part of it."""
        best = self.reading.best
        if not sure and query.attribute == best.attribute and self.act not in following.FOLLOWS[:1]:
            refused = self._unanswered(query, best)
            if isinstance(refused, Clarification) and (told := self._from_documents(query)):
                return told, replace(kept, focus=query, said="question")
            if isinstance(refused, Clarification):
                offered = self.reading.candidates[: len(refused.readings)]
                choices = tuple(self.bot.reader.query(self.reading, one) for one in offered)
                return refused, replace(kept, choices=choices)
            if refused is not None:
                alone = self._question_alone()
                if alone is not None:
                    whole = query.scope
                    asked = alone.query
                    scope = (
                        asked.scope if asked.scope.has_moment or asked.scope.laureates or asked.scope.funds else whole
                    )
                    return alone._found(asked.model_copy(update={"scope": scope}), kept)
                told = self._from_documents(query)
                return (told, replace(kept, focus=query, said="question")) if told else (refused, kept)
        result = self._of_what_is_named(query, self._answered(query))
        if isinstance(result, Answer) and (told := self._from_documents(query, beside=result)):
            result = told
        if isinstance(result, Refusal) and result.reason is Reason.NOT_IN_DOCUMENTS:
            result = self._from_documents(query) or self._next_best(query) or result
        after = kept
        if isinstance(result, Answer | Refusal):
            trail = tuple(dict.fromkeys((*kept.trail, *query.scope.editions)))[-_TRAIL:]
            shown = _shown(result, self.programme) or kept.shown
            if isinstance(result, Answer) or query.attribute != "call_status":
                after = replace(kept, focus=query, said="question", shown=shown, trail=trail)
        return self._with_task(result), after

    def _of_what_is_named(self, query: Query, result: Result) -> Result:
        """Keep an answer that speaks of the laureates and funds that the question names; find or refuse another."""
        kinds = ["laureate"] * bool(query.scope.laureates) + ["fund"] * bool(query.scope.funds)
        by_name = self.bot.attributes.by_name
        if not isinstance(result, Answer) or not kinds or by_name[query.attribute].of in kinds:
            return result
        said = french.tokens(" ".join(one.text for one in result.statements))
        if query.scope.funds or any(set(french.tokens(name)) <= set(said) for name in query.scope.laureates):
            return result
        for other in self.reading.candidates[1:]:
            if by_name[other.attribute].of in kinds and other.answered >= ANSWERED:
                summed = {"operation": Operation.TOTAL} if query.attribute == "total" else {}
                return self._answered(query.model_copy(update={"attribute": other.attribute, **summed}))
        label = by_name[query.attribute].label or by_name[query.attribute].about
        missing = say.missing(label, query.scope, self.programme)
        return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, query.attribute)

    def _next_best(self, query: Query) -> Answer | None:
        """Return what the next likely attribute says, where the likeliest has nothing of the scope asked."""
        if not query.scope.has_moment or query.attribute != self.reading.best.attribute:
            return None
        for other in self.reading.candidates[1:]:
            if other.probability >= _NEXT and other.answered >= ANSWERED:
                found = self._answered(self.bot.reader.query(self.reading, other))
                if isinstance(found, Answer):
                    return found
        return None

    def _question_alone(self) -> "_Turn | None":
        """Return the last sentence that asks as a turn of its own, when more was said around it."""
        asking = [part.strip() for part in _SENTENCES.findall(self.original) if part.strip().endswith("?")]
        if not asking or asking[-1] == self.original.strip() or len(asking[-1].split()) < _FEW_WORDS - 1:
            return None
        turn = replace(self, original=asking[-1])
        best = turn.reading.best
        return turn if best.answered >= ANSWERED and best.probability >= ANSWERED else None

    def _from_documents(self, query: Query, beside: Answer | None = None) -> Answer | None:
        """Return what a document that nobody prepared says, where the facts and the fiches are silent.

        `beside` is what they say: a document takes its place when it holds all that is asked, and they do not.
        """
        if query.operation is Operation.WHY or not self.bot.has_unprepared:
            return None
        passages = Passages(self.programme, self.bot.evidence, self.today, self.bot.index, self.bot.alike)
        if beside is not None and passages.holds_all(
            " ".join(one.text for one in beside.statements), self.reading.terms
        ):
            return None
        return passages.answer(self.reading.terms, query, whole=beside is not None)

    def _with_task(self, result: Result) -> Result:
        again = self._put_again(self.kept) if self.kept.task == "interview" else None
        result = presented(result, None)
        return replace(result, then=again.prompt) if isinstance(again, Clarification) else result

    def _unanswered(self, query: Query, best: Candidate) -> Result | None:
        """Refuse, saying what is not known; None when it is known, or when the facts refuse more precisely."""
        unknown = (
            [n for n in query.scope.editions if self.programme.edition(n) is None] if not query.scope.programme else []
        )
        if unknown:
            return None
        if best.answered >= ANSWERED and best.probability >= _PERHAPS:
            return None
        attribute = self.bot.attributes.by_name[query.attribute]
        if attribute.of in _OF_FACTS and best.probability >= ANSWERED and self._nothing_missing:
            return None  # the table knows by itself what it does not hold
        if best.answered >= ANSWERED:
            return self._asked_back(query)
        if query.operation is Operation.WHY and best.probability >= ANSWERED:
            return None
        attribute = self.bot.attributes.by_name[query.attribute]
        return Refusal(
            Reason.NOT_IN_DOCUMENTS,
            self.today,
            say.not_said(
                question_in(self.reading.scan.original), best.rest, attribute, self.bot.sections.get(attribute.name, ())
            ),
            query.attribute,
        )

    @property
    def _nothing_missing(self) -> bool:
        """Whether no word of the question is likely to be what is not known."""
        return all(weight < _PERHAPS for _, weight in self.reading.weighed) and self.reading.best.answered >= _PERHAPS

    def _asked_back(self, query: Query) -> Clarification:
        """Ask which of the likeliest readings is meant."""
        likely = [one for one in self.reading.candidates if one.probability >= _PERHAPS / 3][:3]
        labels = [
            say.choice(self.bot.attributes.by_name[one.attribute], query.scope, self.programme, self.bot.sections)
            for one in likely
        ]
        return Clarification(tuple(labels), self.today, query.attribute)

    def _answered(self, query: Query) -> Result:
        """Return what is known: facts, laureates, funds, calls, or sections of the fiches."""
        attribute = self.bot.attributes.by_name[query.attribute]
        if attribute.name == "laureate_count" and any(one.unit == "eur" for one in query.premises):
            attribute = self.bot.attributes.by_name["laureate_award"]
            query = query.model_copy(update={"operation": Operation.COUNT})
        counts = query.asks in _COUNTS or any(one.unit == "count" for one in query.premises)
        if attribute.name == "laureate_count" and query.operation in _NOT_COUNTED and not counts:
            attribute = self.bot.attributes.by_name["laureates"]
        unknown = [n for n in query.scope.editions if self.programme.edition(n) is None]
        if unknown and query.scope.programme != CONSOLIDATION:
            known = [one.number for one in self.programme.editions()]
            missing = say.no_such_edition(unknown[0], known)
            said = (Statement(say.held_until(self.programme), ()),) if self._is_over else ()
            return Refusal(Reason.UNKNOWN_EDITION, self.today, missing, attribute.name, unknown[0], statements=said)
        later = [n for n in query.scope.editions if self.programme.edition(n, programme=CONSOLIDATION) is None]
        if query.scope.programme == CONSOLIDATION and later:
            return Refusal(Reason.IN_THE_FUTURE, self.today, texts.missing_consolidation(later[0]), attribute.name)
        if query.operation is Operation.WHY and not self._has_reason(attribute):
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                say.no_reason_for(attribute, query.scope, self.programme),
                attribute.name,
            )
        found = self._of_kind(attribute, query)
        if found is not None:
            return found
        label = attribute.label or attribute.about
        return Refusal(
            Reason.NOT_IN_DOCUMENTS, self.today, say.missing(label, query.scope, self.programme), attribute.name
        )

    def _has_reason(self, attribute: Attribute) -> bool:
        tables = self.bot.reader.ranker.tables
        share = tables.operations[tables.column[attribute.name]][list(Operation).index(Operation.WHY)]
        return bool(share > 0.03)

    def _of_kind(self, attribute: Attribute, query: Query) -> Result | None:
        base = (self.programme, self.bot.evidence, self.today)
        if (
            attribute.name == "call_status"
            or (attribute.name == "deadline" and query.operation in _TODAY and not query.scope.editions)
            or (attribute.name == "deadline" and query.scope.periods and not query.scope.editions)
            or (attribute.name == "deadline" and query.scope.is_empty and query.operation is not Operation.LIST)
        ):
            return Calls(*base).answer(self.bot.attributes.by_name["deadline"], query)
        if attribute.of == "laureate":
            return Laureates(*base).answer(attribute, query)
        if attribute.of == "fund":
            return Funds(*base).answer(attribute, query)
        found: Result | None = None
        if attribute.facts:
            found = Figures(*base).answer(attribute, query)
        if found is None or (isinstance(found, Refusal) and attribute.sections and not query.scope.has_moment):
            named = tuple(stem for name in query.scope.laureates for stem in french.tokens(name))
            query = query.model_copy(update={"words": (*query.words, *named)})
            sections = Sections(*base, self.bot.sections, self.bot.index.lexical.weight, self.bot.alike)
            found = sections.answer(attribute, query) or found
        return found

    # ---- two in one ------------------------------------------------------------------------------------------------

    def _parts(self) -> list[Reading]:
        from bot.questions.splitting import parts_of

        return parts_of(self.reading, self.bot.reader, self.today)

    def _each(self, parts: Sequence[Reading]) -> Turn:
        """Answer each part of a question, or say that it is not known."""
        whole = scope_of(self.reading.scan)
        results: list[Result] = []
        kept = self.kept
        for part in parts:
            query = self.bot.reader.query(part, part.best)
            if query.scope.is_empty or not (query.scope.has_moment or query.scope.laureates or query.scope.funds):
                query = query.model_copy(
                    update={"scope": whole.model_copy(update={"population": query.scope.population})}
                )
            turn = replace(self, original=part.scan.original)
            turn.__dict__["reading"] = part
            turn.__dict__["act"] = "question"
            result, kept = turn._found(query, kept)
            results.append(result)
        acts = tuple(act for one in results for act in one.understood)
        return replace(say.together(results, self.today), understood=acts, parts=tuple(results)), kept


def understood(query: Query) -> Understood:
    """Return what a query asks, as it is shown to other programs."""
    scope = query.scope.model_dump(mode="json", exclude_defaults=True)
    return Understood(query.attribute, str(query.operation), scope)


_GIVEN: Final[Mapping[str, Given]] = {"yes": "yes", "no": "no", "unknown": "unknown"}
_NAMES: Final = (Kind.EDITION, Kind.LAUREATE, Kind.FUND, Kind.PROGRAMME)
_ELIGIBILITY: Final = frozenset({"eligibility_check", "eligibility_conditions", "conso_mandatory", "conso_audience"})
_OF_LAUREATES: Final = frozenset({"laureate_award", "laureate_does", "laureate_porter", "laureate_edition"})
_OVER_ROWS: Final = frozenset(
    {Operation.MOST, Operation.LEAST, Operation.TOTAL, Operation.MEAN, Operation.RANK, Operation.COUNT}
)
_OF_FACTS: Final = frozenset({"edition", "year", "day", "laureate", "fund"})
_NOT_COUNTED: Final = frozenset({Operation.VALUE, Operation.LIST, Operation.WHO, Operation.CHECK, Operation.STATE})
_COUNTS: Final = frozenset({"count", "number", "percent"})
_OVER_SEVERAL: Final = (_OVER_ROWS - {Operation.COUNT}) | {Operation.COMPARE, Operation.DIFFERENCE}
_CLEARLY: Final = 0.6  # a courtesy, and nothing asked after it
_FEW_WORDS: Final = 4
_NEXT: Final = 0.1  # of the probability, for an attribute that is tried when the likeliest is silent
_SENTENCES: Final = re.compile(r"[^.!?\n;]+[.!?\n;]*")
_SHORT_TURN: Final = 7  # words
_TRAIL: Final = 4  # editions spoken of last, for « lequel des trois »
_TODAY: Final = frozenset({Operation.REMAINING, Operation.STATE})


def _number(reading: Reading, size: int) -> tuple[int, ...]:
    numbers = [int(one) for one in reading.scan.values(Kind.NUMBER) if one == int(one)]
    return (numbers[0] - 1,) if len(numbers) == 1 and 1 <= numbers[0] <= size else ()


def _with_sources(last: Result) -> Result:
    if isinstance(last, Answer):
        return replace(last, leads=(), notes=())
    return last


def _shown(result: Result, programme: Programme) -> tuple[tuple[str, int], ...]:
    """Return the laureates that an answer lists, in its order."""
    if not isinstance(result, Answer):
        return ()
    lines = [line for one in result.statements for line in one.text.split("\n") if line.lstrip().startswith("-")]
    known = programme.laureates(result.edition) if result.edition else programme.laureates()
    found = []
    for line in lines:
        folded = french.fold(line.lstrip(" -"))
        named = [one for one in known if folded.startswith(french.fold(one.name))]
        if named:
            found.append(
                (max(named, key=lambda one: len(one.name)).name, max(named, key=lambda one: len(one.name)).edition)
            )
    return tuple(found)


__all__ = ["Amount", "Answerer", "Decimal"]
