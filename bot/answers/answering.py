"""From a turn to what is said. The one place that lists the steps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from bot.answers import asking, interviewing, ordering, summing, talking
from bot.answers.finding import understood
from bot.answers.long import is_long, pieces, told_first
from bot.answers.once import said_once
from bot.answers.state import Conversation
from bot.answers.turn import Known, Replied, Turn
from bot.documents import french
from bot.questions.spans import Kind, as_read
from bot.results import Answer, Clarification, Result, SmallTalk

# The first that has something to say answers: what waits for an answer comes before a question.
STEPS: Final[tuple[Callable[[Turn], Replied | None], ...]] = (
    ordering.ordered,
    summing.going_on,
    interviewing.telling_turn,
    talking.social,
    talking.about_the_last,
    interviewing.interview_turn,
    summing.sum_turn,
    asking.question_turn,
)


class Answerer(Known):
    """Answers turns; holds no state of a conversation."""

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to a question that stands alone, on the day `today` (Europe/Paris)."""
        return self.reply(question, Conversation(), today)[0]

    def reply(self, text: str, conversation: Conversation, today: date) -> Replied:
        """Return what there is to say to a turn, and the conversation as it then stands."""
        if not is_long(text):
            return self._reply(text, conversation, today)
        *alone, both_ends = pieces(text)
        for piece in alone:
            if "?" not in piece and self.reader.scanned(piece, today).has(Kind.AMOUNT):
                break  # of a sum whose other amounts stand elsewhere
            result, after = self._reply(piece, conversation, today)
            if isinstance(result, Answer):
                return told_first(result, text, piece, is_last=False), after
        result, after = self._reply(both_ends, conversation, today)
        return told_first(result, text, both_ends, is_last=True), after

    def _reply(self, text: str, conversation: Conversation, today: date) -> Replied:
        read = as_read(text)
        if not french.fold(read):
            return SmallTalk("empty", today), conversation
        if not any(character.isalnum() for character in read):
            return SmallTalk("abilities" if "?" in read else "unreadable", today), conversation
        turn = Turn(self, text, conversation, today)
        result, after = _step_by_step(turn)
        result, after = _with_what_waits(turn, result, after)
        result, after = said_once(result, turn.act, after, conversation)
        return result, interviewing.collected(turn, after)


def _step_by_step(turn: Turn) -> Replied:
    if turn.kept.choices:
        chosen = talking.choice(turn)
        if chosen is not None:
            return chosen
        turn = turn.after(replace(turn.kept, choices=()))
    for step in STEPS:
        found = step(turn)
        if turn.kept.asks_when:  # the day that was asked for has not come
            turn = turn.after(replace(turn.kept, asks_when=False))
        if found is not None:
            return found
    raise AssertionError("a question always finds an answer or a refusal")


def _with_what_waits(turn: Turn, result: Result, after: Conversation) -> Replied:
    """Add what the open task asks once more.

    What an amount is in a sum is asked again once: who goes on with something else is not held to it.
    """
    if result.then or after.task is None or isinstance(result, Clarification):
        return result, replace(after, reminded=False)
    again = interviewing.put_again(turn, after)
    if not isinstance(again, Clarification) or (after.reminded and after.task == "simulation"):
        return result, after
    return replace(result, then=again.prompt), replace(after, reminded=True)


__all__ = ["STEPS", "Answerer", "understood"]
