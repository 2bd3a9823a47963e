"""What a conversation has said so far, and how it is kept between two turns. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.dialogue.interview import Interview
from bot.dialogue.simulation import Draft
from bot.results import Result

Task = Literal["simulation", "interview"]
About = Literal["question", "simulation", "interview"]


@dataclass(frozen=True)
class Conversation:
    """A thread as it stands; empty at the start.

    `question` is the last question in full, `topic` and `edition` what its answer was about, `products` the laureates
    named last, `document` the fiche that answered when no fact did. `about` says what was answered last: that question,
    the sum of `draft`, or the verdict of `interview`; answers are made again from it, so that they are never older than
    the facts. `task` is what waits for an answer, `parked` what was left to be taken up again, `choices` the questions
    that the last clarification offered. `spoken_at` is aware; None before it is kept.
    """

    question: str = ""
    topic: str | None = None
    edition: int | None = None
    products: tuple[str, ...] = ()
    document: str | None = None
    about: About | None = None
    draft: Draft | None = None
    interview: Interview | None = None
    task: Task | None = None
    parked: Task | None = None
    choices: tuple[str, ...] = ()
    spoken_at: datetime | None = None

    def to_json(self, at: datetime) -> str:
        """Return what is kept of the conversation, spoken to at `at` (aware)."""
        return _adapter().dump_json(replace(self, spoken_at=at)).decode()


def from_json(text: str | bytes, at: datetime, forget_after: timedelta) -> Conversation:
    """Return the conversation kept in `text`; an empty one when it is unreadable, or older than the delay at `at`."""
    try:
        kept = _adapter().validate_json(text)
    except ValidationError:
        return Conversation()
    return remembered(kept, at, forget_after)


def remembered(kept: Conversation, at: datetime, forget_after: timedelta) -> Conversation:
    """Return the conversation as it is remembered at `at`: empty once the delay has passed, or when undated."""
    if kept.spoken_at is None or kept.spoken_at.tzinfo is None or at - kept.spoken_at > forget_after:
        return Conversation()
    return kept


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Conversation]:
    return TypeAdapter(Conversation)


Turn = tuple[Result, Conversation]
