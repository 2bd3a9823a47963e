"""The turns of an eligibility interview: answers, « retour », « pourquoi ? », « stop », questions in between. Pure."""

from dataclasses import dataclass, replace

from bot import talk_texts
from bot.dialogue import interview, smalltalk
from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.interview import Interview
from bot.dialogue.turn import TurnBase
from bot.dialogue.turns import Wish
from bot.dialogue.understanding import Request
from bot.errors import NoRuleInForce
from bot.programme.eligibility import Question, Verdict
from bot.results import Clarification


@dataclass(frozen=True)
class InterviewTurn(TurnBase):
    """A turn that may answer the open interview, or open one."""

    def _in_interview(self) -> Turn | None:
        kept = self.conversation
        if kept.task != "interview" or kept.interview is None:
            return None
        step = self._step(kept.interview)
        if not isinstance(step, Question):
            return None
        if self.wish is Wish.STOP:
            stopped = replace(kept, task=None, parked="interview")
            return self._said(talk_texts.interview_parked(len(kept.interview.given))), stopped
        if self.wish is Wish.BACK:
            return self._back()
        if self.wish in (Wish.WHY, Wish.SOURCE, Wish.DETAIL):
            return replace(interview.explanation(step, self.today), then=talk_texts.interview_question(step)), kept
        if self.wish is Wish.RESUME:
            return interview.asked(step, self.today), kept
        answer = interview.answer_in(self.text, step, self.bot.lexicon.group)
        if answer is not None:
            return self._next(kept.interview.answered(step.criterion.id, answer), kept)
        if smalltalk.kind_of(self.text) is None and not self._is_a_question():
            return interview.asked(step, self.today, talk_texts.NOT_AN_ANSWER), kept
        return self._aside(kept, "interview")

    def _is_a_question(self) -> bool:
        return interview.is_a_question(self.text) or "?" in self.text or self.bot.topic(self.request) is not None

    def _step(self, held: Interview) -> Question | Verdict | None:
        try:
            return interview.step_of(held, self.bot.criteria)
        except NoRuleInForce:
            return None  # kept from a version whose criteria had other names

    def _next(self, held: Interview, kept: Conversation) -> Turn:
        step = self._step(held)
        if step is None:
            return self._said(talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
        if isinstance(step, Verdict):
            done = replace(kept, interview=held, task=None, parked=None, about="interview")
            return interview.concluded(step, self.bot.programme, self.today), done
        return interview.asked(step, self.today), replace(kept, interview=held, task="interview", parked=None)

    def _back(self) -> Turn:
        kept = self.conversation
        held = kept.interview
        if held is None or not held.given:
            step = self._step(held) if held else None
            said = interview.asked(step, self.today, talk_texts.NOTHING_BEFORE) if isinstance(step, Question) else None
            return said or self._said(talk_texts.NOTHING_BEFORE), kept
        earlier = held.back()
        step = self._step(earlier)
        if not isinstance(step, Question):
            return self._said(talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
        words = talk_texts.changed(held.given[-1][1])
        return interview.asked(step, self.today, words), replace(kept, interview=earlier, task="interview")

    def _open_interview(self, request: Request) -> Turn:
        kept = self.conversation
        try:
            criteria = interview.chosen(
                self.bot.criteria,
                request.editions[-1] if request.editions else None,
                self.today,
                consolidation=request.about_consolidation,
            )
        except NoRuleInForce as error:
            return interview.no_criteria(error, self.today), kept
        held = Interview(criteria.id)
        result, after = self._next(held, kept)
        if isinstance(result, Clarification):
            result = replace(result, prompt=f"{talk_texts.interview_opens(criteria, self.today)}\n\n{result.prompt}")
        return result, after
