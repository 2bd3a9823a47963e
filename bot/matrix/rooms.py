"""The rooms loop: invitations, upgraded rooms, rooms where the bot is alone, and word of what cannot be decrypted."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from bot.config import MatrixConfig
from bot.matrix import words
from bot.matrix.budget import Budget
from bot.matrix.calls import Refused, Unavailable, endpoint, until_done
from bot.matrix.client import Client
from bot.matrix.inbox import Inbox, Undecrypted
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.permissions import is_served
from bot.matrix.receiving import Receiving
from bot.matrix.rendering import render_parts
from bot.matrix.reply import message, replying, transaction_id
from bot.reminders.subscriptions import Subscriptions
from bot.store import Store, StoreUnavailable

_TICK_SECONDS: Final = 10.0
_MS: Final = timedelta(milliseconds=1)
_KEPT: Final = timedelta(days=30)
_OWN_KEPT: Final = timedelta(days=365)  # so that a reply to an old answer is still known as one

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
        for room_id, inviter in self._inbox.invitations().items():
            await self._reply_to_invitation(room_id, inviter)
        await self._follow_upgrades()
        await self._leave_empty_rooms()
        self._tell_of_undecrypted()
        self._purge()

    async def _reply_to_invitation(self, room_id: str, inviter: str) -> None:
        if is_served(inviter, self._config.allowed_users, self._config.denied_users):
            settled = await self._try("join", room_id, endpoint("join", room_id), {})
        else:
            settled = await self._try(
                "decline", room_id, endpoint("rooms", room_id, "leave"), {"reason": words.declined()}
            )
        if settled:
            self._inbox.settle(room_id)

    async def _follow_upgrades(self) -> None:
        for room_id, (successor, who) in list(self._receiving.upgraded.items()):
            # Of a room that no user of our server is in, another server must be asked.
            path = f"{endpoint('join', successor)}?{urlencode({'server_name': who.partition(':')[2]})}"
            # A private successor lets in those it invites only: then the invitation comes by itself.
            if successor in self._client.rooms or await self._try("follow", successor, path, {}):
                del self._receiving.upgraded[room_id]

    async def _leave_empty_rooms(self) -> None:
        alone = [room_id for room_id, room in self._client.rooms.items() if set(room.users) == {self._client.user_id}]
        for room_id in alone:
            if await self._try("leave", room_id, endpoint("rooms", room_id, "leave"), {}):
                self._client.rooms.pop(room_id, None)

    async def _try(self, what: str, room_id: str, path: str, body: dict[str, str]) -> bool:
        """Call the homeserver; return whether it has said yes, or no for good. Else it is for the next step."""
        await self._budget.take()
        try:
            await self._client.call("POST", path, body)
            _log.info("%s room=%s", what, room_id)
        except Refused as error:
            _log.warning("%s room=%s refused: %s", what, room_id, error)
        except Unavailable as error:
            _log.warning("%s room=%s: %s", what, room_id, error)
            return False
        return True

    # ---- what cannot be decrypted ----------------------------------------------------------------------------------

    def _tell_of_undecrypted(self) -> None:
        now = self._now()
        before_ms = int((now.timestamp() - self._config.key_wait_seconds) * 1000)
        for room_id, event in self._inbox.untold(before_ms).items():
            with self._store.transaction():
                self._outbox.put(_notice(event, now))
                self._inbox.told(room_id, before_ms)
            self._sends()

    def _purge(self) -> None:
        today = self._now().date().isoformat()
        if self._store.get("purged_on") == today:
            return
        # Our clock alone is not believed: one that leaps ahead for a moment would have everything forgotten, and what
        # is forgotten is answered, or reminded of, anew.
        now_ms = min(int(self._now().timestamp() * 1000), self._inbox.newest_ms())
        with self._store.transaction():
            self._inbox.purge(now_ms - _KEPT // _MS)
            self._outbox.purge(now_ms - _OWN_KEPT // _MS)
            self._store.forget_conversations(now_ms - _KEPT // _MS)
            Subscriptions(self._store).purge(datetime.fromtimestamp(now_ms / 1000, UTC) - _OWN_KEPT)
            self._store.put("purged_on", today)


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
