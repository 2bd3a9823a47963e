"""What a conversation has said so far, and how it is kept between two turns. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.answers.interview import Interview, Pairs
from bot.answers.sums import Draft
from bot.questions.acts import Query

Task = Literal["simulation", "interview"]
Shown = tuple[tuple[str, int], ...]
Said = Literal["question", "refusal", "simulation", "interview"]


@dataclass(frozen=True)
class Conversation:
    """A thread as it stands; empty at the start.

    `focus` is the last complete query, `shown` the laureates listed last (name and edition), in order. `said` tells
    what was answered last: the focus, the sum of `account`, or the verdict of `interview`. `told` are facts
    of the criteria told before any interview. `task` is what waits for an
    answer, `trail` are the editions spoken of last, `parked` what was left to be taken up again, `choices` the queries
    that the last question back offered. `asks_when`: the day of a reminder was just asked for; `reminded`: what the
    task asks was put again.
    Answers are made again from these, so that they are never older than the facts; no wording is kept.
    `spoken_at` is aware; None before it is kept.
    """

    focus: Query | None = None
    shown: Shown = ()
    said: Said | None = None
    account: Draft | None = None
    interview: Interview | None = None
    told: Pairs = ()
    task: Task | None = None
    parked: Task | None = None
    choices: tuple[Query, ...] = ()
    trail: tuple[int, ...] = ()
    heard: tuple[str, ...] = ()
    asks_when: bool = False
    reminded: bool = False
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
