"""The answer loop: a few rooms at a time, each in order; an answer enters the outbox as its question leaves the inbox.

Slow answers hold up neither another room nor another person: of a room, and of a person, one message is taken up at a
time, and rooms take turns. A message over which the bot has died is taken up alone, and after two deaths never again.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from bot.matrix import words
from bot.matrix.authorship import Written
from bot.matrix.calls import until_done
from bot.matrix.commands import Command, Name, is_about_reminders, read_command
from bot.matrix.courtesies import Courtesies
from bot.matrix.events import Incoming, Kind
from bot.matrix.exchanges import Exchanges, Left
from bot.matrix.files import file_message
from bot.matrix.inbox import Inbox
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.permissions import Quotas, Verdict, is_allowed
from bot.matrix.reminder_replies import ReminderReplies
from bot.matrix.rendering import render_parts
from bot.matrix.reply import cancelling, message, replying, transaction_id
from bot.matrix.saying import LONGEST, Memory, Said, Saying
from bot.matrix.settling import PAUSE, Settling
from bot.matrix.tapping import Tapping
from bot.reminders.desk import File
from bot.results import Option
from bot.store import Store, StoreUnavailable

_PASSING: Final = (StoreUnavailable,)

AT_ONCE: Final = 4  # messages
_CRASHES: Final = 2  # of the bot, over one message

_UNREAD: Final[dict[Kind, Callable[[], str]]] = {"file": words.only_text, "poll": words.no_polls}

_log = logging.getLogger("bot.matrix")

Content = dict[str, Any]


@dataclass(frozen=True)
class _After:
    """What was said to a question, because of the event `cause`; or to an `option` that was `tapped`."""

    question: Incoming
    said: Said
    cause: str
    tapped: Left | None = None
    option: Option | None = None


@dataclass(frozen=True)
class _SoFar:
    """How things stand when a question is taken up; `is_help_due`: under its answer goes a line of help."""

    memory: Memory
    load: words.Load
    is_help_due: bool


class Answering:
    """Answers what the inbox holds. `now_ms` gives the present; `answered` is called when an answer is written.

    `who` says how a room sees the bot, `written` what a user wrote in a room, as the homeserver has it.
    `administrators` are patterns of the users who are told more of the state of the service; messages are taken up
    `at_once`, each of another room and another person.
    """

    def __init__(
        self,
        store: Store,
        saying: Saying,
        courtesies: Courtesies,
        quotas: Quotas,
        reminders: ReminderReplies,
        tapping: Tapping,
        who: Callable[[str], words.Who],
        written: Callable[[str, str, str], Awaitable[Written | None]],
        now_ms: Callable[[], int],
        answered: Callable[[], None],
        administrators: tuple[str, ...] = (),
        at_once: int = AT_ONCE,
    ) -> None:
        self._store = store
        self._inbox, self._outbox, self._exchanges = Inbox(store), Outbox(store), Exchanges(store)
        self._saying = saying
        self._courtesies = courtesies
        self._quotas = quotas
        self._reminders = reminders
        self._tapping = tapping
        self._who = who
        self._written = written
        self._now_ms = now_ms
        self._answered = answered
        self._administrators = administrators
        self._at_once = at_once
        self._served: dict[str, int] = {}
        self._busy: dict[str, Incoming] = {}  # what is being taken up, by room
        self._turn = 0
        self._settling = Settling(time.monotonic)
        self._timer: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that something was received."""
        self._wake.set()

    async def run(self) -> None:
        """Answer for ever. Raises what opening the knowledge raises."""
        await self._saying.ready()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                while (one := await until_done(self._next, "inbox", _PASSING)) is not None:
                    self._turn += 1
                    self._served[one.room_id] = self._turn
                    self._busy[one.room_id] = one
                    tasks.create_task(self._in_turn(one))
                await self._wake.wait()

    async def _next(self) -> Incoming | None:
        """Return what to take up: of the rooms and people that wait, the room which was served longest ago."""
        if len(self._busy) >= self._at_once:
            return None
        held = self._settling.held(self._inbox.edited())
        if held:
            self._wake_later()
        waiting = self._inbox.waiting(held)
        self._served = {room: turn for room, turn in self._served.items() if room in waiting or room in self._busy}
        people = {one.sender for one in self._busy.values()}
        free = [room for room, one in waiting.items() if room not in self._busy and one.sender not in people]
        # What the bot may have died of is taken up alone: at a second crash, nothing else is blamed for it.
        suspects = [room for room in free if waiting[room].tries]
        if self._busy and (suspects or any(one.tries for one in self._busy.values())):
            return None
        room_id = min(suspects or free, key=lambda room: self._served.get(room, 0), default=None)
        return None if room_id is None else waiting[room_id]

    def _wake_later(self) -> None:
        """Look again once edits have settled."""
        if self._timer is None or self._timer.when() <= asyncio.get_running_loop().time():
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self.wake)

    async def _in_turn(self, one: Incoming) -> None:
        try:
            await until_done(lambda: self._begin(one), "inbox", _PASSING)
            await self._settle(one)
        finally:
            del self._busy[one.room_id]
            self.wake()

    async def _settle(self, one: Incoming) -> None:
        try:
            await (self._take_up(one) if one.tries < _CRASHES else self._set_aside(one))
        except asyncio.CancelledError:
            # An end in good order is no crash; where that cannot be written, it counts as one.
            with contextlib.suppress(StoreUnavailable):
                self._inbox.put_off(one.event_id)
            raise

    async def _begin(self, one: Incoming) -> None:
        self._inbox.begin(one.event_id)

    async def _set_aside(self, one: Incoming) -> None:
        """Leave alone for ever what the bot has died over twice; whoever asked gets the reference of what is logged."""
        reference = uuid.uuid4().hex[:8]
        _log.error("fault reference=%s event=%s room=%s: set aside", reference, one.event_id, one.room_id)
        asked = await until_done(lambda: self._edited(one), "inbox", _PASSING) if one.kind == "edit" else one
        if asked is None or asked.kind not in ("question", "tap"):
            await self._finish([one], lambda: None, are_aside=True)
            return
        contents = _replies(asked, words.fault(reference))
        write = partial(self._revise, one, contents) if one.kind == "edit" else partial(self._put, one, contents)
        await self._finish([one], write, are_aside=True)

    async def _take_up(self, one: Incoming) -> None:
        later = await until_done(lambda: self._later(one), "inbox", _PASSING)
        if one.kind == "redaction":
            await self._finish([one], lambda: self._withdraw(one))
        elif one.kind in _UNREAD:
            await self._finish([one], lambda: self._outbox.put(_daily(one, _UNREAD[one.kind](), self._now_ms())))
        elif one.kind == "tap":
            await self._tapped(one)
        elif one.kind == "verification":
            await self._finish([one], partial(self._outbox.put, *self._cancelling(one)))
        elif one.kind == "edit":
            await self._answer_again([one, *later])
        elif _is_withdrawn(later):
            await self._finish([one, *later], lambda: None)
        else:
            await self._answer(one, later)

    async def _later(self, one: Incoming) -> list[Incoming]:
        return self._inbox.later(one) if one.kind in ("question", "edit") else []

    async def _tapped(self, tap: Incoming) -> None:
        """Answer a tap as the words that it stands for, said in reply to what was tapped, if that is still asked."""
        left = await until_done(lambda: self._left_by(tap), "exchanges", _PASSING)
        option = left.asked.named(tap.text) if left else None
        if left is not None and option is not None and left.tapped is None:
            turn = replace(tap, text=option.words, reply_to=tap.target, thread_root=left.thread_root)
            await self._answer(turn, (), left, option)
        elif left is None or (option is not None and left.tapped == option.means):
            await self._finish([tap], lambda: None)  # deleted meanwhile; or tapped twice
        else:
            transaction = transaction_id("notice", tap.kind, tap.room_id, left.question)
            told = _notice(replace(tap, thread_root=left.thread_root), words.asked_no_more(), transaction)
            await self._finish([tap], lambda: self._outbox.put(told))

    async def _left_by(self, tap: Incoming) -> Left | None:
        return self._tapping.left_by(tap)

    async def _answer(
        self,
        question: Incoming,
        edits: Sequence[Incoming],
        tapped: Left | None = None,
        option: Option | None = None,
    ) -> None:
        """Answer a question, in its last wording, unless it is redacted meanwhile; or an option that was `tapped`."""
        contents, said = await self._said((edits or [question])[-1], question)
        meanwhile = await until_done(lambda: self._later(question), "inbox", _PASSING)
        if _is_withdrawn(meanwhile):
            await self._finish([question, *meanwhile], lambda: None)
            return
        after = _After(question, said, question.event_id, tapped, option)
        await self._finish([question, *edits], lambda: self._put(question, contents), after)

    async def _answer_again(self, waiting: Sequence[Incoming]) -> None:
        """Answer a question that was answered already, in the last wording that its author has given it since."""
        edits = [one for one in waiting if one.kind == "edit"]
        last = edits[-1]
        question = await until_done(lambda: self._edited(last), "inbox", _PASSING)
        if question is None:
            written = await self._theirs(last)
            adopt = partial(self._inbox.adopt, last, written.thread_root, written.reply_to) if written else lambda: None
            await self._finish(edits, adopt)
        elif question.sender != last.sender or _is_withdrawn(waiting):
            await self._finish(edits, lambda: None)
        elif question.text:  # it came after its edit, its key being late, and still waits
            await self._finish(edits, lambda: self._inbox.adopt(last))
        else:
            contents, said = await self._said(last, question)
            after = _After(question, said, last.event_id)
            await self._finish(edits, lambda: self._revise(last, contents) if contents else None, after)

    async def _edited(self, edit: Incoming) -> Incoming | None:
        return self._inbox.question(edit.target or "", edit.room_id)

    async def _theirs(self, edit: Incoming) -> Written | None:
        """Return an event that was no question, if who edits it wrote it; to ask in vain counts as a question."""
        if self._quotas.are_spent(edit.sender, edit.room_id):
            return None
        written = await self._written(edit.sender, edit.target or "", edit.room_id)
        if written is None:
            _log.info("ignored edit event=%s: not of its author", edit.event_id)
            self._quotas.take(edit.sender, edit.room_id)
        return written

    async def _said(self, wording: Incoming, question: Incoming) -> tuple[list[Content], Said]:
        """Return the answer to a question as it is now worded, in parts: none once its author was told of the quota."""
        self._courtesies.read(question)
        verdict = self._quotas.take(wording.sender, wording.room_id)
        so_far = await until_done(lambda: self._so_far(question), "conversation", _PASSING)
        if verdict is Verdict.OK:
            async with self._courtesies.typing(question.room_id):
                said = await self._say(wording, question, so_far)
        else:
            said = Said(words.quota_exceeded() if verdict is Verdict.REFUSED else "")
        # What changes no conversation is part of it: who replies to the help goes on with what was said before.
        said = said if said.memory is not None else replace(said, memory=so_far.memory.json)
        markdown = self._tapping.invited(said.markdown, said.asks)
        return _replies(question, _with_help(markdown) if so_far.is_help_due else markdown, said.file), said

    async def _say(self, wording: Incoming, question: Incoming, so_far: _SoFar) -> Said:
        command = read_command(wording.text)
        if command.name is Name.HELP:
            return Said(words.help_text(self._who(question.room_id)))
        if len(wording.text) <= LONGEST and is_about_reminders(command):
            return await self._remind(command, question.room_id, wording.sender)
        said = await self._saying.say(wording.text, so_far.memory, so_far.load, wording.sender)
        if not said.command:
            return said
        done = await self._remind(read_command(f"!fast {said.command}"), question.room_id, wording.sender)
        return replace(done, memory=said.memory)

    async def _remind(self, command: Command, room_id: str, user_id: str) -> Said:
        """Return what the reminders, the agenda or the deadlines say to a command of a user in a room."""

        async def attempt() -> Said:
            return await self._saying.guarded(self._reminders.reply(command, room_id, user_id))

        return await until_done(attempt, "reminders", _PASSING)

    async def _so_far(self, question: Incoming) -> _SoFar:
        is_theirs = is_allowed(question.sender, self._administrators)
        return _SoFar(
            self._exchanges.before(question),
            words.Load(self._inbox.count() - len(self._busy), self._details() if is_theirs else None),
            self._inbox.needs_help(question.room_id, question.event_id),
        )

    def _details(self) -> words.Details:
        thumbs = self._inbox.thumbs()
        return words.Details(
            rooms=len(self._inbox.rooms()),
            unsent=self._outbox.count("new"),
            refused=self._outbox.count("failed"),
            sealed=len(self._inbox.undecrypted()),
            liked=thumbs.get("👍", 0),
            disliked=thumbs.get("👎", 0),
        )

    def _cancelling(self, request: Incoming) -> list[Outgoing]:
        """Return what cancels a verification, and says why once a day; of one person no more than of questions."""
        if self._quotas.take(request.sender, request.room_id) is not Verdict.OK:
            return []
        content, room_id = cancelling(request.event_id, words.cancelled()), request.room_id
        why = words.not_verified(self._who(room_id))
        cancel = Outgoing(transaction_id(request.event_id, "cancel"), room_id, "cancel", content)
        return [cancel, _daily(request, why, self._now_ms())]

    def _put(self, question: Incoming, contents: Sequence[Content]) -> None:
        self._outbox.put(*_rows(question, contents))

    def _revise(self, cause: Incoming, contents: Sequence[Content]) -> None:
        self._outbox.revise(cause.target or "", cause.event_id, cause.room_id, contents)

    def _withdraw(self, redaction: Incoming) -> None:
        self._revise(redaction, [])
        self._tapping.withdrawn(redaction.target or "", redaction.room_id)
        self._exchanges.forget(redaction.target or "", redaction.room_id)

    def _keep(self, after: _After, write: Callable[[], None] | None) -> None:
        """Write an answer, if there is to be one, with what it changes and what it asks; keep the conversation."""
        question, said, asked = after.question, after.said, None
        if write is not None:
            before = self._tapping.under(question)
            write()
            if said.change is not None:
                said.change()
            if said.markdown:
                asked = self._tapping.put(question, after.cause, said.asks, before)
            elif before.left is not None:
                asked = before.left.asked  # nothing was rewritten
        self._exchanges.keep(question, said.memory, self._now_ms(), asked)
        self._tapping.went_on(question, after.tapped, after.option)
        if said.markdown:
            self._inbox.helped(question.room_id, question.event_id)

    async def _finish(
        self,
        taken: Sequence[Incoming],
        write: Callable[[], None],
        after: _After | None = None,
        *,
        are_aside: bool = False,
    ) -> None:
        """Write the answer, the conversation, and that the messages are taken up or left alone: all or nothing."""

        async def attempt() -> None:
            with self._store.transaction():
                # Of a room that was left meanwhile, nothing is said any more: not even once it is joined again.
                is_known = self._inbox.knows(taken[0].room_id)
                if after is not None:
                    self._keep(after, write if is_known else None)
                elif is_known:
                    write()
                for one in taken:
                    settle = self._inbox.set_aside if are_aside else self._inbox.done
                    settle(one.event_id)

        await until_done(attempt, "answer", _PASSING)
        self._answered()


def _content(told: Content, turn: Incoming) -> Content:
    """Return a message as one that replies to a turn; to a tap, what was tapped is quoted."""
    if turn.kind == "tap" and turn.target is not None:
        return replying(told, turn.target, turn.sender, turn.thread_root, turn.event_id)
    return replying(told, turn.event_id, turn.sender, turn.thread_root)


def _replies(question: Incoming, markdown: str, file: File | None = None) -> list[Content]:
    """Return the messages that say something to a question, then a file."""
    contents = [message(part) for part in (render_parts(markdown) if markdown else ())]
    if file is not None:
        contents.append(file_message(file.name, file.media_type, file.data))
    return [_content(one, question) for one in contents]


def _with_help(markdown: str) -> str:
    """Return what is said with a line of help, unless it says nothing, or names the help itself."""
    return markdown if not markdown or f"!fast {Name.HELP}" in markdown else f"{markdown}\n\n{words.help_line()}"


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


def _is_withdrawn(later: Sequence[Incoming]) -> bool:
    return any(other.kind == "redaction" for other in later)


def _daily(cause: Incoming, markdown: str, now_ms: int) -> Outgoing:
    """Return what is said once a room, person and day to what is of one kind: its transaction is always the same."""
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    return _notice(cause, markdown, transaction_id("notice", cause.kind, cause.room_id, cause.sender, day))


def _notice(cause: Incoming, markdown: str, transaction: str) -> Outgoing:
    [part] = render_parts(markdown)
    return Outgoing(transaction, cause.room_id, "message", _content(message(part, notice=True), cause))
