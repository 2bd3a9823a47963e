"""The rooms loop: invitations, upgraded rooms, rooms where the bot is alone, and word of what cannot be decrypted."""

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from bot.config import MatrixConfig
from bot.matrix import words
from bot.matrix.budget import Budget
from bot.matrix.calls import Boundary, Refused, Unavailable, endpoint, until_done
from bot.matrix.client import Client
from bot.matrix.inbox import Inbox, Undecrypted
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.permissions import is_served
from bot.matrix.receiving import Receiving
from bot.matrix.rendering import render_parts
from bot.matrix.reply import message, replying, transaction_id
from bot.matrix.tries import Tries
from bot.reminders.subscriptions import Subscriptions
from bot.store import Store, StoreUnavailable

_TICK_SECONDS: Final = 10.0
_AT_ONCE: Final = 3  # calls a step of each kind: who comes next does not wait behind a hundred others
_DECLINE_SECONDS: Final = 10.0  # the server of a stranger may be slow on purpose
_DEAD_UPGRADES: Final = "dead_upgrades"
_DAY_MS: Final = 24 * 3600 * 1000
_KEPT_DAYS: Final = 30
_OWN_KEPT_DAYS: Final = 365  # so that a reply to an old answer is still known as one

_log = logging.getLogger("bot.matrix")


class Rooms:
    """Looks after the rooms. `now` gives the present moment, in the time zone of the days."""

    def __init__(
        self,
        client: Client,
        store: Store,
        receiving: Receiving,
        budget: Budget,
        config: MatrixConfig,
        now: Callable[[], datetime],
        sends: Callable[[], None],
    ) -> None:
        self._client = client
        self._store = store
        self._inbox, self._outbox = Inbox(store), Outbox(store)
        self._receiving = receiving
        self._budget = budget
        self._config = config
        self._now = now
        self._sends = sends
        self._tries = Tries()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Say that something was received."""
        self._wake.set()

    async def run(self) -> None:
        """Look after the rooms for ever. Raises AuthenticationLost."""
        while True:
            self._wake.clear()
            await until_done(self._step, "rooms", (StoreUnavailable,))
            # Not asyncio.wait_for: that of Python 3.11 loses a cancellation that comes with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(_TICK_SECONDS, self._config.key_wait_seconds)):
                    await self._wake.wait()

    async def _step(self) -> None:
        """Do a little of everything: people whom the bot serves first, strangers last."""
        to_join, to_decline = self._invitations()
        with _boundary("joining"):
            await self._join(to_join)
        with _boundary("following"):
            await self._follow_upgrades()
        with _boundary("leaving"):
            await self._leave_empty_rooms()
        with _boundary("telling"):
            self._tell_of_undecrypted()
        with _boundary("purging"):
            self._purge()
        with _boundary("declining"):
            await self._decline(to_decline)

    # ---- invitations -----------------------------------------------------------------------------------------------

    def _invitations(self) -> tuple[list[str], list[str]]:
        """Return the rooms to join, and those to decline: inviters take turns, what has failed comes last."""
        to_join, to_decline = list[tuple[int, int, str]](), list[tuple[int, int, str]]()
        before: Counter[str] = Counter()
        for room_id, inviter in self._inbox.invitations().items():
            if self._may_try("invitation", room_id):
                served = is_served(inviter, self._config.allowed_users, self._config.denied_users)
                failed = self._tries.number(f"invitation {room_id}")
                (to_join if served else to_decline).append((failed, before[inviter], room_id))
                before[inviter] += 1
        return [room_id for *_, room_id in sorted(to_join)], [room_id for *_, room_id in sorted(to_decline)]

    async def _join(self, rooms: list[str]) -> None:
        for room_id in rooms[:_AT_ONCE]:
            if await self._try("invitation", room_id, "join", ("join", room_id)):
                self._inbox.settle(room_id)
        if len(rooms) > _AT_ONCE:
            self._wake.set()

    async def _decline(self, rooms: list[str]) -> None:
        for number, room_id in enumerate(rooms[:_AT_ONCE]):
            if number and self._wake.is_set():
                return  # somebody whom the bot serves may have come
            path, body = ("rooms", room_id, "leave"), {"reason": words.declined()}
            if await self._try("invitation", room_id, "decline", path, body, seconds=_DECLINE_SECONDS):
                self._inbox.settle(room_id)

    # ---- rooms that end --------------------------------------------------------------------------------------------

    async def _follow_upgrades(self) -> None:
        upgraded, dead = self._receiving.upgraded, self._dead_upgrades()
        for room_id, (successor, _) in list(upgraded.items()):
            if successor in self._client.rooms or dead.get(room_id) == successor:
                del upgraded[room_id]
        due = [(room_id, *found) for room_id, found in upgraded.items() if self._may_try("upgrade", found[0])]
        for room_id, successor, who in due[:_AT_ONCE]:
            # Of a room that no user of our server is in, another server must be asked.
            query = {"server_name": who.partition(":")[2]}
            # A private successor lets in those it invites only: then the invitation comes by itself.
            if await self._try("upgrade", successor, "follow", ("join", successor), query=query):
                upgraded.pop(room_id, None)
                if not self._may_try("upgrade", successor):
                    self._store.put(_DEAD_UPGRADES, json.dumps(dead | {room_id: successor}))

    def _dead_upgrades(self) -> dict[str, str]:
        """Return the successors that were given up, of the rooms where the bot still is."""
        found = json.loads(self._store.get(_DEAD_UPGRADES) or "{}")
        return {room_id: successor for room_id, successor in found.items() if room_id in self._client.rooms}

    async def _leave_empty_rooms(self) -> None:
        alone = [
            room_id
            for room_id, room in self._client.rooms.items()
            if set(room.users) == {self._client.user_id} and self._may_try("leave", room_id)
        ]
        for room_id in alone[:_AT_ONCE]:
            if await self._try("leave", room_id, "leave", ("rooms", room_id, "leave")):
                self._client.rooms.pop(room_id, None)

    # ---- tries -----------------------------------------------------------------------------------------------------

    def _may_try(self, matter: str, room_id: str) -> bool:
        return self._tries.may(f"{matter} {room_id}", self._now().timestamp())

    async def _try(
        self,
        matter: str,
        room_id: str,
        what: str,
        path: tuple[str, ...],
        body: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        seconds: float | None = None,
    ) -> bool:
        """Call the homeserver about a matter of a room; return whether it is settled: yes, no for good, or given up."""
        with Boundary(f"{what} room={room_id}") as fault:
            if await self._is_answered(
                f"{what} room={room_id}", f"{endpoint(*path)}?{urlencode(query or {})}", body or {}, seconds
            ):
                self._tries.forget(f"{matter} {room_id}")
                return True
        # While the homeserver is away nothing is lost for good.
        if fault.reference is None and not self._receiving.is_live():
            return False
        is_over = self._tries.failed(f"{matter} {room_id}", self._now().timestamp())
        if is_over:
            _log.error("%s room=%s given up", what, room_id)
        return is_over

    async def _is_answered(self, what: str, path: str, body: dict[str, str], seconds: float | None) -> bool:
        await self._budget.take()
        try:
            async with asyncio.timeout(seconds):
                await self._client.call("POST", path, body)
            _log.info("%s", what)
        except Refused as error:
            _log.warning("%s refused: %s", what, error)
        except (Unavailable, TimeoutError) as error:
            _log.warning("%s: %s", what, error)
            return False
        return True

    # ---- what cannot be decrypted ----------------------------------------------------------------------------------

    def _tell_of_undecrypted(self) -> None:
        now = self._now()
        before_ms = int((now.timestamp() - self._config.key_wait_seconds) * 1000)
        for room_id, event in self._inbox.untold(before_ms).items():
            with _boundary(f"notice room={room_id}"):
                with self._store.transaction():
                    self._outbox.put(_notice(event, now))
                    self._inbox.told(room_id, before_ms)
                self._sends()

    def _purge(self) -> None:
        today = self._now().date().isoformat()
        if self._store.get("purged_on") == today:
            return
        now_ms = int(self._now().timestamp() * 1000)
        with self._store.transaction():
            self._inbox.purge(now_ms - _KEPT_DAYS * _DAY_MS)
            self._outbox.purge(now_ms - _OWN_KEPT_DAYS * _DAY_MS)
            self._store.forget_conversations(now_ms - _KEPT_DAYS * _DAY_MS)
            Subscriptions(self._store).purge(self._now() - timedelta(days=_OWN_KEPT_DAYS))
            self._store.put("purged_on", today)


def _boundary(what: str) -> Boundary:
    return Boundary(what, StoreUnavailable)


def _notice(event: Undecrypted, now: datetime) -> Outgoing:
    """Return the one notice of a room and a day: its transaction is always the same."""
    [part] = render_parts(words.undecryptable())
    content = replying(message(part, notice=True), event.event_id, str(event.source["sender"]), _thread_of(event))
    transaction = transaction_id("undecryptable", event.room_id, now.date().isoformat())
    return Outgoing(transaction, event.room_id, "message", content)


def _thread_of(event: Undecrypted) -> str | None:
    content = event.source.get("content")
    relation = content.get("m.relates_to") if isinstance(content, dict) else None
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.thread":
        return None
    root = relation.get("event_id")
    return root if isinstance(root, str) else None
