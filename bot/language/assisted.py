"""Answers with a language model beside: it may order what the answerer says, and propose what a question may mean."""

import logging
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.answers.answering import Answerer
from bot.answers.state import Conversation
from bot.documents.index import Index
from bot.language.generation import Fault, ModelFault
from bot.language.proposing import Said, named, proposed_reading
from bot.language.rewording import is_wordy, reword
from bot.language.usage import Help
from bot.model_texts import READING_PROPOSED
from bot.programme.criteria import Criteria
from bot.programme.lookup import Programme
from bot.questions.acts import Query
from bot.questions.situations import Situation
from bot.results import Answer, Clarification, Reason, Refusal, Result

_PLACED: Final = 0.5  # from here on the reader has placed it: likelier right than not
_DOWN: Final = frozenset(map(str, (Fault.TIMEOUT, Fault.UNREACHABLE, Fault.SERVER, Fault.BUSY, Fault.KEY)))

_log = logging.getLogger("bot.model")


@dataclass(frozen=True)
class Assisted:
    """An answerer with a model beside it; `user` is whose allowance is taken, « » in the terminal."""

    answerer: Answerer
    help: Help
    user: str = ""

    @property
    def index(self) -> Index:
        """The index that the answers rest on."""
        return self.answerer.index

    @property
    def programme(self) -> Programme:
        """The dated facts."""
        return self.answerer.programme

    @property
    def criteria(self) -> tuple[Criteria, ...]:
        """The criteria of eligibility, by period."""
        return self.answerer.criteria

    def on_behalf_of(self, user: str) -> "Assisted":
        """Return the same for one person, whose allowance it then takes."""
        return replace(self, user=user)

    def reply(self, question: str, conversation: Conversation, today: date) -> tuple[Result, Conversation]:
        """Return what there is to say to a turn, and the conversation as it then stands."""
        until = self._until()
        result, after = self.answerer.reply(question, conversation, today)
        if isinstance(result, Answer):
            return self._reworded(result, self._completed(question, conversation, after), today, until), after
        if self._is_unplaced(result, question, today):
            reading = self._reading(question, conversation.focus, today, until)
            if reading is not None:
                return self._asked_back(reading, today), replace(after, choices=(reading,))
        return result, after

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to a question that stands alone."""
        until = self._until()
        result = self.answerer.answer(question, today)
        if isinstance(result, Answer):
            return self._reworded(result, question, today, until)
        reading = self._reading(question, None, today, until) if self._is_unplaced(result, question, today) else None
        return result if reading is None else self._asked_back(reading, today)

    def _completed(self, question: str, before: Conversation, after: Conversation) -> str:
        """Return a turn with what the conversation completes it to: « et pour le 15 ? (le plafond (FAST 15)) »."""
        if before.focus is None or after.said != "question" or after.focus is None:
            return question
        return f"{question} ({self._words_of(after.focus)})"

    def _words_of(self, query: Query) -> str:
        return named(query, self.answerer.attributes, self.programme)

    def _until(self) -> float:
        """Return when the answer must be there, whatever the model does."""
        return self.help.clock() + self.help.seconds

    # ---- rewording ------------------------------------------------------------------------------------------

    def _reworded(self, answer: Answer, question: str, today: date, until: float) -> Answer:
        if not self.help.wording or not is_wordy(answer) or not self._may_ask(today):
            return answer
        started = self.help.clock()
        found = reword(answer, question, self.help.model, until - started)
        self._note(found.outcome, started)
        self.help.tally.refused.update(str(one.cause) for one in found.refused)
        return found.answer

    # ---- understanding --------------------------------------------------------------------------------------

    def _is_unplaced(self, result: Result, question: str, today: date) -> bool:
        """Whether the reader does not know what a question is about: refused, no attribute likelier than all others."""
        if not isinstance(result, Refusal) or result.statements or len(result.understood) > 1:
            return False
        if result.reason not in (Reason.NOT_IN_DOCUMENTS, Reason.OUT_OF_SCOPE):
            return False
        reading = self.answerer.read(question, today)
        is_elsewhere = (
            result.reason is Reason.OUT_OF_SCOPE
            and self.answerer.reader.acts(reading, Situation()).get("off_topic", 0.0) >= _PLACED
        )
        return not is_elsewhere and reading.best.probability < _PLACED

    def _reading(self, question: str, before: Query | None, today: date, until: float) -> Query | None:
        """Return the query that the model takes a question for; None for none, or when it cannot be asked."""
        if not self._may_ask(today):
            return None
        started, ours = self.help.clock(), self.help
        said = Said(self.answerer.reader.scanned(question, today), before, self._words_of(before) if before else "")
        try:
            reading = proposed_reading(said, self.answerer.attributes, ours.model, until - started)
        except ModelFault as fault:
            self._note(str(fault.cause), started)
            return None
        self._note("", started)
        ours.tally.readings["proposed" if reading else "none"] += 1
        return reading

    def _asked_back(self, reading: Query, today: date) -> Clarification:
        """Ask whether a question means what the model takes it for: nothing is answered on the model's word."""
        return Clarification((self._words_of(reading),), today, prompt=READING_PROPOSED)

    # ---- what is asked of the model -------------------------------------------------------------------------

    def _may_ask(self, today: date) -> bool:
        if self.help.patience.is_over:
            self.help.tally.outcomes["resting"] += 1
            return False
        if not self.help.allowance.take(self.user, today):
            self.help.tally.outcomes["allowance"] += 1
            return False
        return True

    def _note(self, outcome: str, started: float) -> None:
        took = self.help.clock() - started
        self.help.tally.took(took)
        if outcome in _DOWN:
            self.help.patience.failed()
        else:
            self.help.patience.worked()
        if outcome:
            self.help.tally.outcomes[outcome] += 1
            _log.info("reworded outcome=%s seconds=%.1f", outcome, took)
