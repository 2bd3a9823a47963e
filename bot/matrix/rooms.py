"""The rooms loop: invitations, upgraded rooms, rooms where the bot is alone, and word of what cannot be decrypted."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.config import MatrixConfig
from bot.matrix import words
from bot.matrix.budget import Budget
from bot.matrix.calls import Boundary, until_done
from bot.matrix.client import Client
from bot.matrix.errands import Errand, Errands
from bot.matrix.exchanges import Exchanges
from bot.matrix.inbox import Inbox, Undecrypted
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.permissions import is_served
from bot.matrix.receiving import Receiving
from bot.matrix.rendering import render_parts
from bot.matrix.reply import message, replying, transaction_id, unaddressed
from bot.matrix.words import Who
from bot.reminders.subscriptions import Subscriptions
from bot.store import Store, StoreUnavailable

_TICK_SECONDS: Final = 10.0
_AT_ONCE: Final = 3  # calls a step of each kind: who comes next does not wait behind a hundred others
_DECLINE_SECONDS: Final = 10.0  # the server of a stranger may be slow on purpose
_DECLINED: Final = "declined"
_ENTERING: Final = timedelta(minutes=1)
_TOLD_AGAIN: Final = timedelta(days=1)
_DEAD_UPGRADES: Final = "dead_upgrades"
_MS: Final = timedelta(milliseconds=1)
_KEPT: Final = timedelta(days=30)
_OWN_KEPT: Final = timedelta(days=365)  # so that a reply to an old answer is still known as one


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
        self._config = config
        self._now = now
        self._sends = sends
        self._errands = Errands(client, budget, lambda: receiving.is_live(), now)
        self._told: dict[str, datetime] = {}  # who was told why they are declined, and when
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
        joins, tells, declines = self._invitations()
        with _boundary("welcoming"):
            self._say_who_it_is()
        with _boundary("joining"):
            await self._join(joins)
        with _boundary("following"):
            await self._follow_upgrades()
        with _boundary("leaving"):
            await self._leave_empty_rooms()
        with _boundary("telling"):
            self._tell_of_undecrypted()
        with _boundary("purging"):
            self._purge()
        with _boundary("declining"):
            await self._tell(tells)
            await self._decline(declines)

    # ---- invitations -----------------------------------------------------------------------------------------------

    def _invitations(self) -> tuple[list[Errand], list[Errand], list[Errand]]:
        """Return the invitations to accept, those to decline in words, and those to decline; inviters take turns."""
        before: Counter[str] = Counter()
        found: list[tuple[int, str, str]] = []
        for room_id, inviter in self._inbox.invitations().items():
            found.append((before[inviter], room_id, inviter))
            before[inviter] += 1
        joins: list[Errand] = []
        tells: list[Errand] = []
        declines: list[Errand] = []
        for _, room_id, inviter in sorted(found):
            if is_served(inviter, self._config.allowed_users, self._config.denied_users):
                joins.append(Errand("join", room_id, ("join", room_id)))
            elif self._is_to_be_told(room_id, inviter):
                tells.append(Errand("tell", room_id, ("join", room_id)))
            elif not self._is_being_told(room_id, inviter):
                path, reason = ("rooms", room_id, "leave"), (("reason", words.declined()),)
                declines.append(Errand("decline", room_id, path, reason, seconds=_DECLINE_SECONDS))
        return self._errands.due(joins), self._errands.due(tells), self._errands.due(declines)

    def _is_to_be_told(self, room_id: str, inviter: str) -> bool:
        """Whether to enter a room to say why its invitation is declined; of one person, one room a day."""
        is_new = self._outbox.state_of(transaction_id(_DECLINED, room_id)) is None
        return self._config.tell_declined and is_new and inviter not in self._told

    def _is_being_told(self, room_id: str, inviter: str) -> bool:
        """Whether a room that was entered for it is still to be told so; not one that is not known after a minute."""
        if self._outbox.state_of(transaction_id(_DECLINED, room_id)) != "new":
            return False
        if room_id in self._client.rooms or not self._receiving.is_live():
            return True
        told_at = self._told.get(inviter)
        return told_at is not None and self._now() - told_at < _ENTERING

    async def _tell(self, tells: list[Errand]) -> None:
        """Enter rooms to say why they are left at once: clients show nothing of the reason of a declined invitation."""
        inviters, now = self._inbox.invitations(), self._now()
        self._told = {who: at for who, at in self._told.items() if now - at < _TOLD_AGAIN}
        for one in tells[:_AT_ONCE]:
            inviter = inviters[one.room_id]
            if inviter not in self._told and await self._errands.settle(one):
                self._told[inviter] = now
                self._outbox.put(_said_to_all(_DECLINED, one.room_id, words.declined()))
                self._sends()

    async def _join(self, joins: list[Errand]) -> None:
        for one in joins[:_AT_ONCE]:
            if await self._errands.settle(one):
                self._inbox.settle(one.room_id)
        if len(joins) > _AT_ONCE:
            self._wake.set()

    async def _decline(self, declines: list[Errand]) -> None:
        for number, one in enumerate(declines[:_AT_ONCE]):
            if number and self._wake.is_set():
                return  # somebody whom the bot serves may have come
            if await self._errands.settle(one):
                self._inbox.settle(one.room_id)

    def _say_who_it_is(self) -> None:
        """Say who the bot is in the rooms that it has come to: once in each, whatever comes after."""
        for room_id, how in self._inbox.unwelcomed().items():
            with _boundary(f"welcome room={room_id}"):
                who = Who(self._client.own_name(room_id), self._client.user_id)
                text = words.welcome(who, is_direct=how == "direct")
                with self._store.transaction():
                    self._outbox.put(_said_to_all("welcome", room_id, text))
                    self._inbox.welcomed(room_id)
                self._sends()

    # ---- rooms that end --------------------------------------------------------------------------------------------

    async def _follow_upgrades(self) -> None:
        upgraded, dead = self._receiving.upgraded, self._dead_upgrades()
        for room_id, (successor, _) in list(upgraded.items()):
            if successor in self._client.rooms or dead.get(room_id) == successor:
                del upgraded[room_id]
        rooms = {_following(successor, who): room_id for room_id, (successor, who) in upgraded.items()}
        for one in self._errands.due(rooms)[:_AT_ONCE]:
            # A private successor lets in those it invites only: then the invitation comes by itself.
            if await self._errands.settle(one):
                upgraded.pop(rooms[one], None)
                if self._errands.is_given_up(one):
                    self._store.put(_DEAD_UPGRADES, json.dumps(self._dead_upgrades() | {rooms[one]: one.room_id}))

    def _dead_upgrades(self) -> dict[str, str]:
        """Return the successors that were given up, of the rooms where the bot still is."""
        found = json.loads(self._store.get(_DEAD_UPGRADES) or "{}")
        return {room_id: successor for room_id, successor in found.items() if room_id in self._client.rooms}

    async def _leave_empty_rooms(self) -> None:
        own = {self._client.user_id}
        alone = [room_id for room_id, room in self._client.rooms.items() if set(room.users) == own]
        leaves = self._errands.due(Errand("leave", room_id, ("rooms", room_id, "leave")) for room_id in alone)
        for one in leaves[:_AT_ONCE]:
            if await self._errands.settle(one) and not self._errands.is_given_up(one):
                self._client.rooms.pop(one.room_id, None)

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
        # Our clock alone is not believed: one that leaps ahead for a moment would have everything forgotten, and what
        # is forgotten is answered, or reminded of, anew.
        now_ms = min(int(self._now().timestamp() * 1000), self._inbox.newest_ms())
        with self._store.transaction():
            self._inbox.purge(now_ms - _KEPT // _MS)
            self._outbox.purge(now_ms - _OWN_KEPT // _MS)
            Exchanges(self._store).purge(now_ms - _KEPT // _MS)
            Subscriptions(self._store).purge(datetime.fromtimestamp(now_ms / 1000, UTC) - _OWN_KEPT)
            self._store.put("purged_on", today)


def _boundary(what: str) -> Boundary:
    return Boundary(what, StoreUnavailable)


def _following(successor: str, who: str) -> Errand:
    # Of a room that no user of our server is in, another server must be asked.
    return Errand("follow", successor, ("join", successor), query=(("server_name", who.partition(":")[2]),))


def _said_to_all(what: str, room_id: str, text: str) -> Outgoing:
    """Return a notice that is said once in a room, to nobody in particular."""
    [part] = render_parts(text)
    return Outgoing(transaction_id(what, room_id), room_id, "message", unaddressed(message(part, notice=True)))


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
