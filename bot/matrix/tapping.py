"""What stands under an answer so that a tap can answer it, reactions or a poll: put there, replaced, ended."""

from dataclasses import dataclass

from bot.config import Choices
from bot.matrix import polls, words
from bot.matrix.events import Incoming
from bot.matrix.exchanges import Exchanges, Left
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.reply import replying, transaction_id
from bot.matrix.taps import Asked
from bot.results import Ask, Option
from bot.store import Store


@dataclass(frozen=True)
class Under:
    """The last message that answers a question, and what is left under it."""

    part: str | None
    left: Left | None


class Tapping:
    """Lets answers be tapped the way that is configured. Raises StoreUnavailable; its callers make the transaction."""

    def __init__(self, store: Store, choices: Choices) -> None:
        self._outbox, self._exchanges = Outbox(store), Exchanges(store)
        self._choices = choices

    def invited(self, markdown: str, ask: Ask | None) -> str:
        """Return what is said, with how to answer what it asks."""
        how = words.how_to_answer(ask, self._choices) if ask else ""
        return f"{markdown}\n\n{how}" if how else markdown

    def under(self, question: Incoming) -> Under:
        """Return how things stand under the answer to a question."""
        place = question.event_id, question.room_id
        return Under(self._outbox.last_part(*place), self._exchanges.left_after(*place))

    def put(self, question: Incoming, cause: str, ask: Ask | None, before: Under) -> Asked | None:
        """Put what an answer, written because of the event `cause`, asks under it; return what it then asks.

        What stood there `before`, under an answer that was rewritten, is taken off unless it still fits.
        """
        place = question.event_id, question.room_id
        part, old = self._outbox.last_part(*place), before.left
        if old is not None and old.tapped is None and (old.asked.ask, before.part) == (ask, part):
            return old.asked
        if old is not None:
            self._outbox.take_off(*place, "reaction", "poll")
        if ask is None or part is None or self._choices == "text":
            return None
        asked = Asked(cause, ask)
        self._outbox.put(
            *([self._poll(question, asked)] if self._choices == "polls" else _reactions(question, asked, part))
        )
        return asked

    def _poll(self, question: Incoming, asked: Asked) -> Outgoing:
        answers = [(asked.tap_of(one), one.label) for one in asked.ask.options]
        content = polls.poll(words.poll_question(asked.ask), answers)
        content = replying(content, question.event_id, question.sender, question.thread_root)
        return Outgoing(_poll_of(asked), question.room_id, "poll", content, question.event_id, question.thread_root)

    def left_by(self, tap: Incoming) -> Left | None:
        """Return what the answer that somebody has tapped had left for them; None when it is not for them."""
        left = self._exchanges.left_by(tap.target or "", tap.room_id)
        return left if left is not None and left.sender == tap.sender else None

    def went_on(self, turn: Incoming, tapped: Left | None = None, option: Option | None = None) -> None:
        """End what the author of a turn, now answered, has `tapped`, and what they have left behind."""
        for left in self._exchanges.overtaken(turn, tapped):
            is_tapped = tapped is not None and left.question == tapped.question
            chosen = option if is_tapped else None
            self._exchanges.settle(left, chosen.means if chosen else "")
            self._outbox.drop_untried(left.question, left.room_id)
            if self._outbox.state_of(_poll_of(left.asked)) in ("new", "sent"):
                content, transaction = polls.end(words.poll_ended(chosen)), transaction_id(left.asked.cause, "poll end")
                self._outbox.put(Outgoing(transaction, left.room_id, "poll_end", content, target=_poll_of(left.asked)))

    def withdrawn(self, question: str, room_id: str) -> None:
        """Take off what stood under an answer that is deleted; its reactions go with it."""
        self._outbox.take_off(question, room_id, "poll")


def _poll_of(asked: Asked) -> str:
    return transaction_id(asked.cause, "poll")


def _reactions(question: Incoming, asked: Asked, part: str) -> list[Outgoing]:
    return [
        Outgoing(
            transaction_id(asked.cause, "tap", option.means),
            question.room_id,
            "reaction",
            {"key": sign},
            question.event_id,
            target=part,
        )
        for sign, option in asked.signs
    ]
