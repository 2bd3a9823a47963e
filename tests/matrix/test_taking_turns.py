"""Whose turn it is: several rooms at once, each in order, one message of a person at a time, nobody left behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from bot.matrix.answering import AT_ONCE, Answering
from bot.matrix.events import Incoming
from bot.matrix.inbox import Batch, Inbox
from bot.matrix.permissions import Quotas
from bot.matrix.saying import Memory, Said
from bot.matrix.tapping import Tapping
from bot.matrix.words import Load, Who
from bot.store import open_store

pytestmark = pytest.mark.anyio


class Held:
    """Says nothing before it is let go; `taken` holds what it was asked, in order, `held` what is not said yet."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Event()

    async def ready(self) -> None:
        pass

    async def say(self, text: str, memory: Memory, load: Load, user: str) -> Said:
        self.taken.append(text)
        self.held[text] = asyncio.Event()
        self.changed.set()
        await self.held[text].wait()
        return Said(text)

    async def until(self, number: int) -> None:
        """Wait until so many were taken up in all."""
        async with asyncio.timeout(10):
            while len(self.taken) < number:
                self.changed.clear()
                await self.changed.wait()

    def let_go(self, text: str) -> None:
        self.held.pop(text).set()


class Discreet:
    """Shows nothing."""

    def read(self, question: Incoming) -> None:
        pass

    @contextlib.asynccontextmanager
    async def typing(self, room_id: str) -> AsyncIterator[None]:
        yield


class NoReminders:
    """Is never asked."""


def who(room_id: str) -> Who:
    """Return the bot as a room sees it."""
    return Who("Assistant FAST", "@fast:x")


async def nobody(user_id: str, event_id: str, room_id: str) -> None:
    """Say that nobody wrote anything."""


Answer = Callable[..., Awaitable[Held]]


@pytest.fixture
async def answer(tmp_path: Path) -> AsyncIterator[Answer]:
    """Starts answering questions, each « person in room », received in this order."""
    running: list[asyncio.Task[None]] = []

    async def start(*questions: str, died_over: Sequence[str] = ()) -> Held:
        store, saying = open_store(tmp_path / "bot.db"), Held()
        incoming = [
            Incoming(f"${number}", f"!{text.split()[2]}:x", f"@{text.split()[0]}:x", 1, f"{text} {number}")
            for number, text in enumerate(questions)
        ]
        Inbox(store).receive(Batch("token", 1, incoming, joined={one.room_id: None for one in incoming}))
        for event_id in died_over:
            Inbox(store).begin(event_id)
        unlimited = Quotas(0, 0, 1, lambda: 0)
        parts = saying, Discreet(), unlimited, NoReminders(), Tapping(store, "text"), who, nobody
        answering = Answering(store, *parts, lambda: 1, lambda: None)
        running.append(asyncio.create_task(answering.run()))
        return saying

    yield start
    for one in running:
        one.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_several_rooms_are_answered_at_once_and_each_in_order(answer: Answer):
    saying = await answer("anne in a", "bob in a", "carl in b")
    await saying.until(2)

    assert saying.taken == ["anne in a 0", "carl in b 2"]

    saying.let_go("anne in a 0")
    await saying.until(3)
    assert saying.taken[2] == "bob in a 1"


async def test_one_person_has_one_message_taken_up_at_a_time_in_all_rooms(answer: Answer):
    saying = await answer("anne in a", "anne in b", "anne in c", "anne in d", "bob in e")
    await saying.until(2)

    assert saying.taken == ["anne in a 0", "bob in e 4"]

    saying.let_go("anne in a 0")
    await saying.until(3)
    assert saying.taken[2] == "anne in b 1"


async def test_the_floods_of_many_let_one_more_have_the_next_turn(answer: Answer):
    floods = [f"person{number} in {number}" for number in range(AT_ONCE)]
    saying = await answer(*floods, *floods, *floods, "zoe in z")
    await saying.until(AT_ONCE)

    assert "zoe in z" not in " ".join(saying.taken)

    saying.let_go("person0 in 0 0")
    await saying.until(AT_ONCE + 1)
    assert saying.taken[-1].startswith("zoe in z")


async def test_what_the_bot_has_died_over_is_taken_up_first_and_alone(answer: Answer):
    saying = await answer("anne in a", "bob in b", "carl in c", "dora in d", died_over=["$1", "$2"])
    await saying.until(1)

    assert saying.taken == ["bob in b 1"]

    saying.let_go("bob in b 1")
    await saying.until(2)
    assert saying.taken[1:] == ["carl in c 2"]

    saying.let_go("carl in c 2")
    await saying.until(4)
    assert set(saying.taken[2:]) == {"anne in a 0", "dora in d 3"}


async def test_what_the_bot_has_died_over_twice_is_not_taken_up(answer: Answer):
    saying = await answer("anne in a", "bob in b", died_over=["$0", "$0"])
    await saying.until(1)

    assert saying.taken == ["bob in b 1"]
