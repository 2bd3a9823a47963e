"""What is said to a message: a command of the bot itself, or a question for whoever answers them."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from bot.errors import StoreUnusable, UserError
from bot.matrix import words
from bot.matrix.commands import Command, Name, question_of, read_command
from bot.programme.lookup import Programme
from bot.reminders.desk import File
from bot.results import Ask
from bot.store import StoreUnavailable

_log = logging.getLogger("bot.matrix")

LONGEST: Final = 10_000  # characters of a message that is read to its end: sixty thousand would take seconds


@dataclass(frozen=True)
class Memory:
    """The conversation that a turn goes on with, as JSON; None at its start.

    `is_recalled`: the turn is a reply to it, or in its thread; then no silence has it forgotten.
    """

    json: str | None = None
    is_recalled: bool = False


@dataclass(frozen=True)
class Said:
    """What is said to a turn, as Markdown, and the conversation as it then is, as JSON; None when it is as before.

    `change` is made in the transaction that writes the answer; `file` is sent after it. A tap can answer what
    it `asks`. `command` is one that was asked for in plain French, without its `!fast`: what it does is said instead.
    """

    markdown: str
    memory: str | None = None
    change: Callable[[], None] | None = None
    file: File | None = None
    asks: Ask | None = None
    command: str = ""


@dataclass(frozen=True)
class Holdings:
    """What the index holds, and the day it was built; `notes` are further lines of the status."""

    day: date | None
    documents: int
    passages: int
    notes: tuple[str, ...] = ()


class Speaker(Protocol):
    """Answers questions, elsewhere than in the loop that awaits it."""

    async def run(self) -> None:
        """Be there to answer until cancelled. Raises what opening the knowledge raises."""

    async def ready(self) -> None:
        """Wait until questions can be answered."""

    async def reply(
        self, question: str, memory: Memory, at: datetime, user: str, *, sources_only: bool = False
    ) -> Said:
        """Return what there is to say to a turn of `user`, which goes on with a conversation.

        `sources_only`: of an answer, the sources alone, where it has some.
        """

    def holdings(self) -> Holdings:
        """Return what the answers rest on, once ready."""

    @property
    def programme(self) -> Programme:
        """The dated facts that the last answers rest on, once ready."""


class Saying:
    """Says something to every message."""

    def __init__(self, speaker: Speaker, now: Callable[[], datetime]) -> None:
        self._speaker = speaker
        self._now = now
        self._started_at = now()

    async def ready(self) -> None:
        """Wait until questions can be answered."""
        await self._speaker.ready()

    async def say(self, text: str, memory: Memory, load: words.Load, user: str) -> Said:
        """Return what to say to `text` of `user`; a fault becomes a reference. `load` is what else there is to do."""
        if len(text) > LONGEST:
            return Said(words.too_long(len(text), LONGEST))
        command = read_command(text)
        question = question_of(command)
        if question is None:
            return await self.guarded(self._about_itself(command, load))
        sources_only = command.name is Name.SOURCES and not command.text
        return await self.guarded(self._speaker.reply(question, memory, self._now(), user, sources_only=sources_only))

    def programme(self) -> Programme:
        """Return the dated facts, once `ready`."""
        return self._speaker.programme

    async def guarded(self, said: Awaitable[Said]) -> Said:
        """Return what is said; what the person can act on becomes its sentence, a fault a reference.

        Raises StoreUnavailable or StoreUnusable.
        """
        try:
            return await said
        except (StoreUnavailable, StoreUnusable):
            raise
        except UserError as error:
            return Said(str(error))
        except Exception:  # noqa: BLE001 - the boundary of one question: the user gets the reference of what is logged
            reference = uuid.uuid4().hex[:8]
            _log.exception("fault reference=%s", reference)
            return Said(words.fault(reference))

    async def _about_itself(self, command: Command, load: words.Load) -> Said:
        if command.name is not Name.STATUS:
            return Said(words.unknown_command(command))
        held = self._speaker.holdings()
        today = self._now().date()
        status = words.Status(held.day, held.documents, held.passages, self._started_at, today, load, held.notes)
        return Said(words.status(status))
