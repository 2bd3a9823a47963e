"""What an edit changes: the question of its author in its room, once, in its last wording. On a real database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from test_taking_turns import Discreet, NoReminders, who

from bot.matrix.answering import Answering
from bot.matrix.authorship import Written
from bot.matrix.events import Incoming
from bot.matrix.inbox import Batch, Inbox
from bot.matrix.outbox import Outbox
from bot.matrix.permissions import Quotas, Verdict
from bot.matrix.saying import Memory, Said
from bot.matrix.tapping import Tapping
from bot.matrix.words import Load
from bot.store import Store, open_store

pytestmark = pytest.mark.anyio

ROOM, OTHER = "!a:x", "!b:x"
ALICE, MALLORY = "@alice:x", "@mallory:x"


class Repeating:
    """Says what it is asked, and counts the turns of each conversation."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ready(self) -> None:
        pass

    async def say(self, text: str, memory: Memory, load: Load, user: str) -> Said:
        self.asked.append(text)
        turn = int(memory.json or 0) + 1
        return Said(f"{text}, tour {turn}", str(turn))


class Wrote:
    """The homeserver: Alice wrote `$1` in ROOM, in a thread; `asked` counts how often it had to say so."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, user_id: str, event_id: str, room_id: str) -> Written | None:
        self.asked += 1
        return Written("$root") if (user_id, event_id, room_id) == (ALICE, "$1", ROOM) else None


class Bot:
    """Answers what it receives, one batch after another, until nothing waits."""

    def __init__(self, store: Store, quotas: Quotas) -> None:
        self.store, self.quotas = store, quotas
        self.inbox, self.outbox = Inbox(store), Outbox(store)
        self.saying, self.wrote = Repeating(), Wrote()
        self._batches = 0
        self._answered = asyncio.Event()
        parts: tuple[Any, ...] = (
            self.saying,
            Discreet(),
            quotas,
            NoReminders(),
            Tapping(store, "text"),
            who,
            self.wrote,
        )
        self._answering = Answering(store, *parts, lambda: 1, self._answered.set)

    async def receive(self, *incoming: Incoming) -> None:
        self._batches += 1
        self.inbox.receive(Batch(f"s{self._batches}", 1, incoming, joined=dict.fromkeys((ROOM, OTHER))))
        self._answering.wake()
        async with asyncio.timeout(30):
            while self.inbox.count():
                self._answered.clear()
                await self._answered.wait()

    @property
    def sent(self) -> list[tuple[str, str, str | None]]:
        """What is to be sent: its room, its kind, and the question that it answers."""
        rows = self.store.rows("SELECT room_id, kind, question FROM outbox ORDER BY position")
        return [tuple(row) for row in rows]

    async def run(self) -> None:
        await self._answering.run()


@pytest.fixture
async def new_bot(tmp_path: Path) -> AsyncIterator[Callable[[Quotas], Awaitable[Bot]]]:
    running: list[asyncio.Task[None]] = []

    async def start(quotas: Quotas) -> Bot:
        bot = Bot(open_store(tmp_path / "bot.db"), quotas)
        running.append(asyncio.create_task(bot.run()))
        return bot

    yield start
    for one in running:
        one.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await one


@pytest.fixture
async def bot(new_bot: Callable[[Quotas], Awaitable[Bot]]) -> Bot:
    return await new_bot(Quotas(0, 0, 1, lambda: 0))


def asked(event_id: str, text: str, room_id: str = ROOM, sender: str = ALICE, **more: Any) -> Incoming:
    return Incoming(event_id, room_id, sender, 1, text, **more)


def edit(event_id: str, text: str, room_id: str = ROOM, sender: str = ALICE, of: str = "$1") -> Incoming:
    return asked(event_id, text, room_id, sender, kind="edit", target=of)


@pytest.mark.parametrize(("room_id", "sender"), [(OTHER, MALLORY), (OTHER, ALICE), (ROOM, MALLORY)])
async def test_an_edit_of_another_room_or_person_changes_neither_answer_nor_conversation(
    bot: Bot, room_id: str, sender: str
) -> None:
    await bot.receive(asked("$1", "le plafond ?"))
    await bot.receive(edit("$2", "long 20", room_id, sender))
    await bot.receive(asked("$3", "le taux ?"))
    assert bot.sent == [(ROOM, "message", "$1"), (ROOM, "message", "$3")]
    assert bot.saying.asked == ["le plafond ?", "le taux ?"]
    assert [row["json"] for row in bot.store.rows("SELECT json FROM exchanges ORDER BY position")] == ["1", "2"]


@pytest.mark.parametrize(("room_id", "sender"), [(OTHER, MALLORY), (OTHER, ALICE), (ROOM, MALLORY)])
async def test_an_edit_of_another_room_or_person_that_comes_first_displaces_no_question(
    bot: Bot, room_id: str, sender: str
) -> None:
    await bot.receive(edit("$2", "stupide", room_id, sender))
    await bot.receive(asked("$1", "le plafond ?"))
    assert bot.saying.asked == ["le plafond ?"]
    assert bot.sent == [(ROOM, "message", "$1")]


async def test_the_edit_of_its_author_makes_a_question_of_a_message_whose_first_wording_comes_too_late(
    bot: Bot,
) -> None:
    await bot.receive(edit("$2", "stupide", sender=MALLORY))
    await bot.receive(edit("$3", "le plafon ?"), edit("$4", "le plafond ?"))
    await bot.receive(asked("$1", "le plaf ?"))
    assert bot.saying.asked == ["le plafond ?"]
    assert bot.sent == [(ROOM, "message", "$1")]
    # It hangs on what the message hangs on, as the homeserver has it.
    [row] = bot.store.rows("SELECT thread_root FROM exchanges")
    assert row["thread_root"] == "$root"


async def test_a_question_that_comes_after_its_edit_is_answered_once_in_the_words_of_the_edit(bot: Bot) -> None:
    await bot.receive(edit("$2", "le plafond ?"), asked("$1", "le plafon ?"), edit("$3", "le taux ?", sender=MALLORY))
    assert bot.saying.asked == ["le plafond ?"]
    assert bot.wrote.asked == 0
    assert bot.sent == [(ROOM, "message", "$1")]


async def test_of_many_edits_the_last_alone_is_answered(bot: Bot) -> None:
    await bot.receive(asked("$1", "le plafon ?"))
    storm = [edit(f"$e{number}", f"le plafond {number} ?") for number in range(12)]
    await bot.receive(*storm)
    assert bot.saying.asked == ["le plafon ?", "le plafond 11 ?"]
    assert bot.sent == [(ROOM, "message", "$1"), (ROOM, "edit", None)]


async def test_edits_of_what_is_deleted_are_not_answered_and_the_answer_is_deleted(bot: Bot) -> None:
    await bot.receive(asked("$1", "le plafond ?"))
    await bot.receive(edit("$2", "le taux ?"), asked("$3", "", kind="redaction", target="$1"))
    assert bot.saying.asked == ["le plafond ?"]
    assert bot.sent == [(ROOM, "message", None), (ROOM, "redaction", None)]


async def test_an_edit_of_what_its_sender_did_not_write_counts_as_a_question_and_a_spent_quota_asks_nobody(
    new_bot: Callable[[Quotas], Awaitable[Bot]],
) -> None:
    bot = await new_bot(Quotas(3, 0, 3600, lambda: 0))
    for number in range(9):
        await bot.receive(edit(f"$e{number}", "stupide", sender=MALLORY, of=f"$unknown{number}"))
    assert bot.wrote.asked == 3
    assert bot.quotas.take(MALLORY, ROOM) is Verdict.REFUSED
    await bot.receive(edit("$2", "le plafond ?"))
    assert [bot.quotas.take(ALICE, ROOM) for _ in range(3)] == [Verdict.OK, Verdict.OK, Verdict.REFUSED]


async def test_in_a_thread_each_person_has_a_conversation_of_their_own(bot: Bot) -> None:
    for number, one in enumerate((ALICE, MALLORY, ALICE)):
        await bot.receive(asked(f"$q{number}", "oui", sender=one, thread_root="$root"))
    rows = bot.store.rows("SELECT sender, json FROM exchanges ORDER BY position")
    assert [tuple(row) for row in rows] == [(ALICE, "1"), (MALLORY, "1"), (ALICE, "2")]
