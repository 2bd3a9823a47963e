"""The send loop: each room's rows in order, rooms side by side, all within the budget."""

import asyncio
import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

import nio

from bot.matrix import polls
from bot.matrix.budget import Budget
from bot.matrix.calls import Boundary, Pauses, Refused, Unavailable, endpoint, until_done
from bot.matrix.client import Client, is_direct
from bot.matrix.files import uploaded
from bot.matrix.outbox import Kind, Outbox, Outgoing
from bot.matrix.reply import (
    TRANSACTION,
    annotating,
    answered,
    going_on,
    referring,
    replacing,
    transaction_of,
    unquoted,
)
from bot.store import StoreUnavailable

_TYPES: Final[dict[Kind, str]] = {
    "message": "m.room.message",
    "edit": "m.room.message",
    "cancel": "m.key.verification.cancel",
    "reaction": "m.reaction",
    "poll": polls.START,
    "poll_end": polls.END,
}
_SEALED: Final = ("message", "poll")  # what can be seen of them in an encrypted room is what they answer
_SKEW_MS: Final = 10 * 60 * 1000  # that the clock of the server may be behind ours
_PASSING: Final = (Unavailable, StoreUnavailable)
_TRIES: Final = 3  # of a row that fails by a fault of ours

_log = logging.getLogger("bot.matrix")


class Sending:
    """Sends what the outbox holds. `now_ms` gives the present moment."""

    def __init__(self, client: Client, outbox: Outbox, budget: Budget, now_ms: Callable[[], int]) -> None:
        self._client = client
        self._outbox = outbox
        self._budget = budget
        self._now_ms = now_ms
        self._busy: set[str] = set()
        self._set_aside: set[str] = set()  # rooms whose rows cannot be read
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to send, or a room to send it to."""
        self._wake.set()

    async def run(self) -> None:
        """Send for ever. Raises AuthenticationLost or KeysNotKept."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                for room_id in await until_done(self._waiting, "outbox", _PASSING):
                    # A room just joined is known after the next sync only, which wakes this loop.
                    if room_id not in self._busy | self._set_aside and room_id in self._client.rooms:
                        self._busy.add(room_id)
                        tasks.create_task(self._send_room(room_id))
                await self._wake.wait()

    async def _waiting(self) -> list[str]:
        return self._outbox.waiting_rooms()

    async def _send_room(self, room_id: str) -> None:
        try:
            with Boundary(f"sending room={room_id}") as fault:
                while (row := await until_done(lambda: self._next(room_id), "outbox", _PASSING)) is not None:
                    await self._send_or_give_up(row)
            if fault.reference is not None:
                self._set_aside.add(room_id)
        finally:
            self._busy.discard(room_id)
            self.wake()

    async def _send_or_give_up(self, row: Outgoing) -> None:
        pauses = Pauses()
        for _ in range(_TRIES):
            with Boundary(f"send transaction={row.transaction_id} room={row.room_id}") as fault:
                await self._send(row)
            if fault.reference is None:
                return
            await asyncio.sleep(pauses.next())
        await until_done(functools.partial(self._give_up, row), "outbox", _PASSING)

    async def _next(self, room_id: str) -> Outgoing | None:
        return self._outbox.next(room_id) if room_id in self._client.rooms else None

    async def _send(self, row: Outgoing) -> None:
        """Send a row, and write that it was; tried again until either the server or the store has said no for good."""
        pauses = Pauses()
        event_id: str | None = None
        while True:
            try:
                if event_id is None:
                    event_id = await self._sent(row)
                self._outbox.sent(row.transaction_id, event_id)
                return
            except _PASSING as error:
                pause = pauses.next()
                _log.warning("send transaction=%s: %s; again in %.1f s", row.transaction_id, error, pause)
                await asyncio.sleep(pause)
                if event_id is None:
                    # Meanwhile its first try has been written, its room may have been left, a reminder told anew.
                    again = await until_done(functools.partial(self._again, row), "outbox", _PASSING)
                    if again is None:
                        return
                    row = again
            except Refused as error:
                _log.error("send transaction=%s room=%s refused: %s", row.transaction_id, row.room_id, error)
                await until_done(functools.partial(self._give_up, row), "outbox", _PASSING)
                return

    async def _again(self, row: Outgoing) -> Outgoing | None:
        return self._outbox.waiting(row.transaction_id)

    async def _give_up(self, row: Outgoing) -> None:
        self._outbox.failed(row.transaction_id)

    async def _sent(self, row: Outgoing) -> str:
        device = self._client.device_id or ""
        received = self._outbox.event_of(row.transaction_id)
        if received is not None:
            return received  # it has come back from the homeserver, though the answer to its first try has not
        if row.may_be_forgotten(device, self._now_ms()):
            found = await was_received(self._client, row, lambda event: self._outbox.is_ours(event, row.room_id))
            if found is not None:
                return found
        self._outbox.trying(row.transaction_id, device, self._now_ms())
        await (self._budget.take_last() if row.kind == "reaction" else self._budget.take())
        if row.kind == "redaction":
            return await self._redact(row)
        content = await uploaded(self._client, row.room_id, row.content) | {TRANSACTION: row.transaction_id}
        related = self._related(row, content)
        return await self._client.send_event(row.room_id, _TYPES[row.kind], related, row.transaction_id)

    def _related(self, row: Outgoing, content: dict[str, Any]) -> dict[str, Any]:
        """Return a content with how it relates to what it is about. Raises Refused where that was never sent."""
        if row.kind == "edit":
            return replacing(content, self._target(row))
        if row.kind == "reaction":
            return annotating(content, self._target(row))
        if row.kind == "poll_end":
            return referring(content, self._target(row))
        if row.kind == "poll" or self._outbox.goes_on(row):
            return going_on(content)
        if is_direct(self._client.rooms.get(row.room_id)) and self._outbox.follows_its_question(row):
            return unquoted(content)
        return content

    async def _redact(self, row: Outgoing) -> str:
        path = endpoint("rooms", row.room_id, "redact", self._target(row), row.transaction_id)
        return str((await self._client.call("PUT", path, {}))["event_id"])

    def _target(self, row: Outgoing) -> str:
        event_id = self._outbox.event_of(row.target)
        if event_id is None:
            raise Refused("TARGET", "what it is about was never sent")
        return event_id


async def was_received(client: Client, row: Outgoing, is_known: Callable[[str], bool]) -> str | None:
    """Return the event that an earlier try of `row` became, looked for in the room; None when there is none.

    `is_known` says of an event whether it is what another row became: the parts of an answer come in order.
    """
    page = await client.call("GET", endpoint("rooms", row.room_id, "messages") + "?dir=b&limit=1")
    start = page.get("start")
    if not isinstance(start, str) or row.tried_at_ms is None:
        return None
    oldest_ms = row.tried_at_ms - _SKEW_MS

    def is_enough(page: Sequence[nio.Event]) -> bool:
        # All of them: one event whose sender lies about its time must not hide those before it.
        times = [getattr(event, "server_timestamp", oldest_ms) for event in page]
        return bool(times) and max(times) < oldest_ms

    for event in await client.gap(row.room_id, start, None, is_enough):
        event_id = getattr(event, "event_id", None)  # none of an event that nio cannot read
        if event_id is not None and not is_known(event_id) and _is_of(event, row, client.user_id):
            return str(event_id)
    return None


def _is_of(event: nio.Event, row: Outgoing, user_id: str) -> bool:
    content: Any = event.source.get("content")
    if event.sender != user_id or not isinstance(content, dict):
        return False
    if transaction_of(event.source) == row.transaction_id:
        return True
    # From a lost device: what it said cannot be read, but what it answered can be seen.
    is_sealed = isinstance(event, nio.MegolmEvent) and row.kind in _SEALED
    return is_sealed and row.question is not None and answered(content) == row.question
