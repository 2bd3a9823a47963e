"""The answer loop: the oldest message of each room in turn; its answer goes to the outbox as it leaves the inbox."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from bot.matrix import words
from bot.matrix.calls import until_done
from bot.matrix.commands import is_about_reminders, read_command
from bot.matrix.courtesies import Courtesies
from bot.matrix.events import Incoming
from bot.matrix.files import file_message
from bot.matrix.inbox import Inbox
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.permissions import Quotas, Verdict
from bot.matrix.reminder_replies import ReminderReplies
from bot.matrix.rendering import render_parts
from bot.matrix.reply import message, replying, transaction_id
from bot.matrix.saying import Said, Saying
from bot.store import Store, StoreUnavailable

_PASSING: Final = (StoreUnavailable,)

Content = dict[str, Any]


class Answering:
    """Answers what the inbox holds. `now_ms` gives the present; `answered` is called when an answer is written."""

    def __init__(
        self,
        store: Store,
        saying: Saying,
        courtesies: Courtesies,
        quotas: Quotas,
        reminders: ReminderReplies,
        now_ms: Callable[[], int],
        answered: Callable[[], None],
    ) -> None:
        self._store = store
        self._inbox, self._outbox = Inbox(store), Outbox(store)
        self._saying = saying
        self._courtesies = courtesies
        self._quotas = quotas
        self._reminders = reminders
        self._now_ms = now_ms
        self._answered = answered
        self._served: dict[str, int] = {}
        self._turn = 0
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that something was received."""
        self._wake.set()

    async def run(self) -> None:
        """Answer for ever. Raises what opening the knowledge raises."""
        await self._saying.ready()
        while True:
            self._wake.clear()
            while (one := await until_done(self._next, "inbox", _PASSING)) is not None:
                await self._take_up(one)
            await self._wake.wait()

    async def _next(self) -> Incoming | None:
        """Return what to take up: of the rooms where something waits, that which was served longest ago."""
        waiting = self._inbox.waiting()
        self._served = {room: turn for room, turn in self._served.items() if room in waiting}
        room_id = min(waiting, key=lambda room: self._served.get(room, 0), default=None)
        return None if room_id is None else waiting[room_id]

    async def _take_up(self, one: Incoming) -> None:
        self._turn += 1
        self._served[one.room_id] = self._turn
        later = await until_done(lambda: self._later(one), "inbox", _PASSING)
        if one.kind == "redaction":
            await self._finish([one], lambda: self._revise(one, []))
        elif any(other.kind == "redaction" for other in later):
            await self._finish([one, *later], lambda: None)
        elif one.kind == "edit":
            await self._answer_again(one)
        else:
            await self._answer(one, later)

    async def _later(self, one: Incoming) -> list[Incoming]:
        return self._inbox.later(one.event_id) if one.kind == "question" else []

    async def _answer(self, question: Incoming, edits: Sequence[Incoming]) -> None:
        """Answer a question, in its last wording."""
        contents, said = await self._said((edits or [question])[-1], question)
        await self._finish([question, *edits], lambda: self._outbox.put(*_rows(question, contents)), question, said)

    async def _answer_again(self, edit: Incoming) -> None:
        """Answer a question that was answered already, and has another wording now."""
        question = await until_done(lambda: self._edited(edit), "inbox", _PASSING)
        if question is None:
            await self._finish([edit], lambda: None)
            return
        contents, said = await self._said(edit, question)
        await self._finish([edit], lambda: self._revise(edit, contents) if contents else None, question, said)

    async def _edited(self, edit: Incoming) -> Incoming | None:
        return self._inbox.question(edit.target or "")

    async def _said(self, wording: Incoming, question: Incoming) -> tuple[list[Content], Said]:
        """Return the answer to a question as it is now worded, in parts: none once its author was told of the quota."""
        self._courtesies.read(question)
        verdict = self._quotas.take(wording.sender, wording.room_id)
        if verdict is Verdict.OK:
            memory, waiting = await until_done(lambda: self._so_far(question), "conversation", _PASSING)
            async with self._courtesies.typing(question.room_id):
                said = await self._say(wording, question, memory, waiting)
        else:
            said = Said(words.quota_exceeded() if verdict is Verdict.REFUSED else "")
        contents = [message(part) for part in (render_parts(said.markdown) if said.markdown else ())]
        if said.file is not None:
            contents.append(file_message(said.file.name, said.file.media_type, said.file.data))
        return [replying(one, question.event_id, question.sender, question.thread_root) for one in contents], said

    async def _say(self, wording: Incoming, question: Incoming, memory: str | None, waiting: int) -> Said:
        command = read_command(wording.text)
        if not is_about_reminders(command):
            return await self._saying.say(wording.text, memory, waiting)

        async def attempt() -> Said:
            return await self._saying.guarded(self._reminders.reply(command, question.room_id, wording.sender))

        return await until_done(attempt, "reminders", _PASSING)

    async def _so_far(self, question: Incoming) -> tuple[str | None, int]:
        memory = self._store.conversation(_thread(question))
        return memory, self._inbox.count() - 1

    def _revise(self, cause: Incoming, contents: Sequence[Content]) -> None:
        self._outbox.revise(cause.target or "", cause.event_id, cause.room_id, contents)

    async def _finish(
        self,
        taken: Sequence[Incoming],
        write: Callable[[], None],
        question: Incoming | None = None,
        said: Said | None = None,
    ) -> None:
        """Write the answer, the conversation, and that the messages are taken up: all or nothing."""

        async def attempt() -> None:
            with self._store.transaction():
                # Of a room that was left meanwhile, nothing is said any more: not even once it is joined again.
                if self._inbox.joined_at_ms(taken[0].room_id) is not None:
                    write()
                    if said is not None and said.change is not None:
                        said.change()
                if question is not None and said is not None and said.memory is not None:
                    self._store.keep_conversation(_thread(question), said.memory, self._now_ms())
                self._inbox.done(one.event_id for one in taken)

        await until_done(attempt, "answer", _PASSING)
        self._answered()


def _rows(question: Incoming, contents: Sequence[Content]) -> list[Outgoing]:
    return [
        Outgoing(
            transaction_id(question.event_id, str(number)),
            question.room_id,
            "message",
            content,
            question.event_id,
            question.thread_root,
        )
        for number, content in enumerate(contents)
    ]


def _thread(question: Incoming) -> str:
    """Return the key of a question's conversation: its thread, or else what its author says in the room."""
    return f"{question.room_id} {question.thread_root or question.sender}"
