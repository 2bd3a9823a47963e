"""One turn of a conversation: which of the things it may be it is, what is said to it, and what is kept of it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot import talk_texts
from bot.dialogue import followups, interview, simulation, smalltalk
from bot.dialogue.composition import presented
from bot.dialogue.conversation import Conversation, Task, Turn
from bot.dialogue.products import MARK, without_products
from bot.dialogue.simulation import Draft
from bot.dialogue.turn import Bot
from bot.dialogue.turn_interview import InterviewTurn
from bot.dialogue.turn_sum import SumTurn
from bot.dialogue.turns import (
    Wish,
    choice_of,
    speaks_of_ours,
    starts_a_sum,
    starts_the_interview,
    without_opening,
)
from bot.dialogue.understanding import Request, as_read, is_read_whole
from bot.programme.eligibility import Verdict
from bot.results import Answer, Clarification, Reason, Refusal, Result, SmallTalk

INTERVIEW: Final = "eligibility_check"
_FAR: Final = 0.62  # below, what a short turn asks by itself is not sure
_SHORT: Final = 9  # words of a turn that may lean on the one before
_WHOLE: Final = 500  # characters from which a turn leans on none before
_CHOICES: Final = 4  # readings offered at most


def reply(bot: Bot, text: str, conversation: Conversation, today: date) -> Turn:
    """Return what there is to say to a turn, and the conversation as it then stands."""
    talk = _Talk(bot, conversation, as_read(text), today)
    result, after = talk.reply()
    if talk.wish not in (Wish.WHOLE, Wish.DETAIL):
        result = presented(result, conversation.topic if talk.wish is None else None)
    if isinstance(result, Answer) and not is_read_whole(text):
        result = replace(result, notes=(*result.notes, talk_texts.ONLY_THE_BEGINNING))
    return result, after


@dataclass(frozen=True)
class _Talk(InterviewTurn, SumTurn):
    def reply(self) -> Turn:
        for step in (
            self._forgotten,
            self._chosen,
            self._in_interview,
            self._in_simulation,
            self._of_the_last,
            self._small_talk,
            self._changed_sum,
        ):
            found = step()
            if found is not None:
                return found
        return self._asked()

    # ---- the conversation itself -------------------------------------------------------------------------------------

    def _forgotten(self) -> Turn | None:
        return (self._said(talk_texts.FORGOTTEN), Conversation()) if self.wish is Wish.RESTART else None

    def _chosen(self) -> Turn | None:
        """A choice among the readings of the last clarification; anything else drops them."""
        choices = self.conversation.choices
        if not choices:
            return None
        index = choice_of(self.text, choices)
        rest = replace(self.conversation, choices=())
        return replace(self, text=choices[index] if index is not None else self.text, conversation=rest).reply()

    def _small_talk(self) -> Turn | None:
        kind = smalltalk.kind_of(self.text)
        return (SmallTalk(kind, self.today), self.conversation) if kind is not None else None

    def _of_the_last(self) -> Turn | None:
        """Source, why, more, the whole list: of what was said last; « stop » and « reprends »."""
        if self.wish is Wish.RESUME:
            return self._resumed()
        if self.wish is Wish.STOP:
            return self._said(talk_texts.NOTHING_OPEN), self.conversation
        if self.wish is Wish.BACK and self.conversation.about == "interview":
            return self._back()
        if self.wish not in _OF_THE_LAST:
            return None
        if self.conversation.about is None:
            return self._small_talk() or (self._said(talk_texts.NOTHING_SAID), self.conversation)
        return self._again(self._last()), self.conversation

    def _last(self) -> Result:
        """What was answered last, made again."""
        kept = self.conversation
        if kept.about == "simulation" and kept.draft is not None:
            return simulation.result_of(kept.draft, self.bot.programme, self.today)
        if kept.about == "interview" and kept.interview is not None:
            step = interview.step_of(kept.interview, self.bot.criteria)
            if isinstance(step, Verdict):
                return interview.concluded(step, self.bot.programme, self.today)
            return interview.asked(step, self.today)
        return self.bot.answer(kept.question, self.today)

    def _again(self, last: Result) -> Result:
        kept = self.conversation
        if isinstance(last, Answer) and (self.wish is Wish.DOUBT or _WHICH.search(self.folded)):
            return replace(last, notes=(*last.notes, talk_texts.SOURCES_DISAGREE))
        if self.wish is Wish.WHY and kept.topic == "cap" and kept.about == "question":
            changed = self.bot.answer(_CAP_CHANGED, self.today)
            return replace(changed, notes=(talk_texts.NO_REASON_GIVEN,)) if isinstance(changed, Answer) else last
        if self.wish in (Wish.WHY, Wish.DETAIL) and kept.about == "simulation" and kept.draft is not None:
            return simulation.explained(kept.draft, self.bot.programme, self.today)
        if self.wish is Wish.WHY and isinstance(last, Refusal):
            return replace(last, then=talk_texts.why_refused(str(last.reason)))
        if self.wish in (Wish.WHY, Wish.DETAIL) and isinstance(last, Answer | Refusal) and kept.about == "question":
            return self.bot.detailed(last) or last
        return last

    def _resumed(self) -> Turn:
        task = self.conversation.parked or self.conversation.task
        if task is None:
            return self._said(talk_texts.NOTHING_PARKED), self.conversation
        return self._put_again(replace(self.conversation, task=task, parked=None))

    def _put_again(self, kept: Conversation) -> Turn:
        """Ask again what the open task waits for."""
        if kept.task == "interview" and kept.interview is not None:
            return self._next(kept.interview, kept)
        return self._sum(kept.draft or Draft(), kept)

    def _aside(self, kept: Conversation, task: Task) -> Turn:
        """Answer a question asked in the middle of a task, then put the task's question again."""
        result, after = replace(self, conversation=replace(kept, task=None)).reply()
        if after.task is not None:
            return result, after
        after = replace(
            after, task=task, interview=kept.interview, draft=kept.draft if task == "simulation" else after.draft
        )
        waiting, _ = self._put_again(after)
        prompt = waiting.prompt if isinstance(waiting, Clarification) else ""
        return replace(result, then=prompt), after

    # ---- a question ------------------------------------------------------------

    def _asked(self) -> Turn:
        """Answer the likeliest full question that there is an answer to."""
        if len(self.folded) > _WHOLE:
            return self._about(self.text)
        names = followups.siblings(self.text, self.request, self.before, self.bot.programme)
        if names:
            return self._of_siblings(names)
        topic = self.bot.topic(self.request) if self.before else None
        questions = followups.readings(self.request, self.before, topic)
        alone = len(questions) == 1 and self.bot.nearness(self.request) < _FAR
        nearby = self._of_the_fiche_spoken_of() if alone else None
        if nearby is not None:
            return nearby
        turns = []
        for question in questions:
            turn = self._about(question)
            # What the facts refuse of the edition spoken of is not answered of another.
            if isinstance(turn[0], Answer | SmallTalk) or _waits(turn[0]) or turn[0].topic is not None:
                return turn
            turns.append(turn)
        asked = (turn for turn in turns if isinstance(turn[0], Clarification))
        return self._of_the_fiche_spoken_of() or next(asked, turns[0])

    def _of_the_fiche_spoken_of(self) -> Turn | None:
        """Answer a turn that says nothing by itself from the fiche that answered last: « et il dure combien ? »."""
        document = self.conversation.document
        named = self.request.editions or self.request.years or self.request.laureates or self.request.funds
        if document is None or named or len(self.folded.split()) > _SHORT:
            return None
        turn = self._about(f"{without_opening(self.folded).rstrip(' ?!.')} {self.bot.subject(document)} ?")
        return turn if turn[1].document == document and isinstance(turn[0], Answer) else None

    def _of_siblings(self, names: Sequence[str]) -> Turn:
        """Take the one product that a part of its name means; ask which one when there are several."""
        asked = self.before.request if self.before and self.before.products else None
        if len(names) == 1 and asked is not None:
            return self._about(f"{without_products(asked.folded, asked.laureates).replace(MARK, '')} {names[0]}")
        choices = tuple(f"{self.text.rstrip(' ?!.')} : {name} ?" for name in names[-_CHOICES:][::-1])
        if len(choices) == 1:
            return self._about(choices[0])
        kept = replace(self.conversation, choices=choices)
        return Clarification(choices, self.today, prompt=talk_texts.WHICH_PRODUCT), kept

    def _about(self, question: str) -> Turn:
        request = self.bot.understand(question)
        topic = self.bot.topic(request)
        if starts_the_interview(request.folded) or (topic == INTERVIEW and speaks_of_ours(self.folded)):
            return self._open_interview(request)
        if topic == simulation.TOPIC or starts_a_sum(request.folded):
            opened = self._open_sum(request)
            if opened is not None:
                return opened
        if topic == simulation.MAXIMUM:
            return self._sum(simulation.for_the_maximum(request), self.conversation)
        result = self.bot.answer(question, self.today)
        return result, self._after(question, request, result)

    def _after(self, question: str, request: Request, result: Result) -> Conversation:
        kept = self.conversation
        if isinstance(result, Clarification):
            # « le 15 » answers « pour quelle édition ? » too: the question itself is what it completes.
            asked = replace(kept, question=question, topic=result.topic, edition=None, about="question")
            vague = result.topic is None and bool(kept.question)
            return replace(kept if vague else asked, choices=result.readings)
        if isinstance(result, SmallTalk) or _is_off(request, result):
            return kept
        named = dict.fromkeys(one.name for one in request.laureates)
        forgets = request.editions or request.funds or result.topic == "laureates"
        products = tuple(named) or (() if forgets else kept.products)
        about = replace(kept, question=question, topic=result.topic, edition=result.edition, about="question")
        cited = [one.document for said in result.statements for one in said.citations]
        return replace(about, products=products, document=cited[0] if cited and result.topic is None else None)


def _waits(result: Result) -> bool:
    """Whether a result asks for what a sum or an interview needs, rather than what a question means."""
    return isinstance(result, Clarification) and not result.readings


_WHICH: Final = re.compile(r"^(?>.*?pour?quoi ).*(?:deux|2|trois|plusieurs) ")
_CAP_CHANGED: Final = "comment le plafond a-t-il changé ?"
_OF_THE_LAST: Final = frozenset({Wish.SOURCE, Wish.DOUBT, Wish.WHY, Wish.DETAIL, Wish.WHOLE})


def _is_off(request: Request, result: Answer | Refusal) -> bool:
    """Whether a turn was about nothing that the conversation can go on from."""
    named = request.editions or request.years or request.laureates or request.funds
    return isinstance(result, Refusal) and (
        result.reason is Reason.OUT_OF_SCOPE
        or (result.reason is Reason.NOT_IN_DOCUMENTS and not named and not result.topic)
    )
