"""The sync loop: each response becomes one batch, written with its token before the next one is asked for."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import nio

from bot.config import MatrixConfig
from bot.matrix.calls import Boundary, Refused, Unavailable, endpoint, until_done
from bot.matrix.client import Client, is_direct
from bot.matrix.events import Ignore, Incoming, RoomFacts, read_event
from bot.matrix.exchanges import Exchanges
from bot.matrix.ids import read_id, read_room_id
from bot.matrix.inbox import Batch, Inbox, Undecrypted, Welcome
from bot.matrix.outbox import Outbox
from bot.matrix.permissions import is_allowed, is_served
from bot.matrix.reply import transaction_of
from bot.matrix.sync import (
    inviters,
    is_arrival,
    is_tombstone,
    is_whole,
    points_to_us,
    predecessor,
    since_arrival,
    verification_of,
)
from bot.printable import one_line
from bot.store import StoreUnavailable

_KEYS: Final = (nio.RoomKeyEvent, nio.ForwardedRoomKeyEvent)
_LIVE_SECONDS: Final = 90.0  # three long polls
_NOW: Final = (Unavailable, Refused)
_PASSING: Final = (*_NOW, StoreUnavailable)
_AT_ONCE: Final = 3  # verifications a response: a flood of them must not hold up what comes next
_GAP_TRIES: Final = 8  # over a minute and a half
_WHO_AM_I: Final = endpoint("account", "whoami")

_log = logging.getLogger("bot.matrix")


@dataclass
class _Found:
    """What is found in one response, as it is gone through."""

    incoming: list[Incoming] = field(default_factory=list)
    undecrypted: list[Undecrypted] = field(default_factory=list)
    decrypted: list[str] = field(default_factory=list)
    joined: dict[str, Welcome | None] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    upgraded: set[str] = field(default_factory=set)

    def asked_by(self, event_id: str, room_id: str) -> str | None:
        asked = (one for one in self.incoming if one.room_id == room_id and one.kind == "question")
        return next((one.sender for one in asked if one.event_id == event_id), None)

    def is_edited(self, event_id: str, user: str, room_id: str) -> bool:
        edits = (one for one in self.incoming if one.room_id == room_id and one.kind == "edit")
        return any((one.target, one.sender) == (event_id, user) for one in edits)

    def is_kept(self, event_id: str, room_id: str) -> bool:
        kept = (one for one in self.incoming if one.room_id == room_id and one.kind in ("reaction", "tap"))
        return any(one.event_id == event_id for one in kept)


class Receiving:
    """Receives for ever; `now_ms` gives the present moment, `received` is called when something was written.

    `upgraded` holds the successor of each upgraded room, and who upgraded it, until they are followed.
    """

    def __init__(
        self,
        client: Client,
        inbox: Inbox,
        outbox: Outbox,
        exchanges: Exchanges,
        config: MatrixConfig,
        now_ms: Callable[[], int],
        received: Callable[[], None],
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._outbox = outbox
        self._exchanges = exchanges
        self._config = config
        self._now_ms = now_ms
        self._received = received
        self.upgraded: dict[str, tuple[str, str]] = {}
        self._gaps: Counter[str] = Counter()
        self._is_first = True
        self._received_at: float | None = None

    def is_live(self) -> bool:
        """Whether the homeserver has been heard a moment ago, so that what is known of the rooms holds."""
        return self._received_at is not None and time.monotonic() - self._received_at < _LIVE_SECONDS

    async def run(self) -> None:
        """Receive for ever. Raises AuthenticationLost or KeysNotKept."""
        while True:
            await self.step()

    async def step(self) -> None:
        """Receive one response, and write what it brings."""
        since = await until_done(self._token, "inbox", (StoreUnavailable,))
        # The state of the rooms is in memory only: it is asked for again at each start.
        response = await until_done(lambda: self._client.receive(since, self._is_first), "sync", _NOW)
        batch = await until_done(lambda: self._read(response, since), "read", _PASSING)
        await until_done(lambda: self._write(batch, since), "inbox", (StoreUnavailable,))
        self._is_first = False
        self._received_at = time.monotonic()
        self._received()
        with Boundary("upkeep"):
            try:
                await self._client.upkeep()
                await self._cancel_verifications(response)
            except _NOW as error:
                _log.warning("upkeep: %s", error)  # what is still needed is asked for again after the next response

    async def _cancel_verifications(self, response: nio.SyncResponse) -> None:
        """Cancel what asks this device to be verified outside any room: nobody is there to compare anything."""
        asked = [found for one in response.to_device_events if (found := verification_of(one)) is not None]
        served = [one for one in asked if self._is_served(one.user_id)]
        for one in served[:_AT_ONCE]:
            await self._client.call("PUT", endpoint("sendToDevice", one.kind, one.transaction), one.messages)

    async def _token(self) -> str | None:
        return self._inbox.token

    async def _write(self, batch: Batch, since: str | None) -> None:
        with Boundary("batch", StoreUnavailable) as whole:
            self._inbox.receive(batch)
        if whole.reference is None:
            return
        # Something in it cannot be written: that room goes without, the others do not.
        for room_id in sorted(batch.rooms):
            with Boundary(f"batch room={room_id}", StoreUnavailable):
                self._inbox.receive(batch.of(room_id, since or batch.token))
        self._inbox.receive(Batch(token=batch.token, received_at_ms=batch.received_at_ms, decrypted=batch.decrypted))

    async def _read(self, response: nio.SyncResponse, since: str | None) -> Batch:
        found = _Found()
        for room_id, info in response.rooms.join.items():
            with Boundary(f"room={room_id}", *_PASSING):
                await self._read_room(room_id, info, since, found)
        self._open_late(response, found)
        return Batch(
            token=response.next_batch,
            received_at_ms=self._now_ms(),
            incoming=found.incoming,
            undecrypted=found.undecrypted,
            decrypted=found.decrypted,
            joined=found.joined,
            invited=inviters(response, self._client.user_id),
            left=self._left(response),
            upgraded=found.upgraded,
            silent=frozenset(found.silent),
        )

    async def _read_room(self, room_id: str, info: Any, since: str | None, found: _Found) -> None:
        self._follow(room_id, info, found)
        is_new = not self._inbox.knows(room_id)
        if is_new and since is None and room_id not in self._inbox.invitations():
            # The bot was there before its memory began: what was said before was answered, or is too old.
            found.joined[room_id] = None
            return
        if is_new:
            found.joined[room_id] = self._welcome(room_id, info)
        for event in await self._timeline(room_id, info, since, is_new=is_new):
            with Boundary(f"event={getattr(event, 'event_id', None)}", *_PASSING):
                self._take(room_id, event, found)

    def _welcome(self, room_id: str, info: Any) -> Welcome | None:
        """Return how a room that the bot has come to is told who it is; None where it has spoken, there or before."""
        inviter = self._inbox.invitations().get(room_id)
        if inviter is not None and not self._is_served(inviter):
            return None  # it is told why it is declined
        before = predecessor(info)
        if self._outbox.has_spoken_in(room_id) or (before is not None and self._outbox.has_spoken_in(before)):
            return None
        return "direct" if is_direct(self._client.rooms.get(room_id)) else "room"

    def _left(self, response: nio.SyncResponse) -> set[str]:
        left = set(response.rooms.leave)
        if self._is_first:
            # Of a room that was left long ago the server says nothing.
            left |= self._inbox.rooms() - set(self._client.rooms)
        return left

    def _follow(self, room_id: str, info: Any, found: _Found) -> None:
        """Note the successor of an upgraded room; told at each start, lest a kill came before it was followed."""
        for event in (*info.state, *info.timeline.events):
            # Of somebody whom the bot does not serve it takes no word on where to go, nor whom to remind no more.
            if not is_tombstone(event) or not self._is_served(event.source["sender"]):
                continue
            wanted = event.source["content"].get("replacement_room")
            successor = read_room_id(wanted)
            if successor is None:
                _log.warning("upgrade of room=%s to no room: %s", room_id, one_line(str(wanted)))
            else:
                found.upgraded.add(room_id)
                self.upgraded[room_id] = (successor, event.source["sender"])

    async def _timeline(self, room_id: str, info: Any, since: str | None, *, is_new: bool) -> list[Any]:
        """Return the events of a room since the last response, or since the bot came, with those left out."""
        events, own = list(info.timeline.events), self._client.user_id
        is_cut = bool(info.timeline.limited and info.timeline.prev_batch and since)
        if is_new and any(is_arrival(event, own) for event in events):
            is_cut = False
        if is_cut:
            events = [*await self._missed(room_id, info.timeline.prev_batch, None if is_new else since), *events]
        return since_arrival(events, own) if is_new else events

    async def _missed(self, room_id: str, start: str, since: str | None) -> list[Any]:
        """Return what the server left out of a room, since a token or since the bot came.

        Nothing when it gives it neither now nor later.
        """

        def has_come(page: Sequence[Any]) -> bool:
            return any(is_arrival(event, self._client.user_id) for event in page)

        try:
            missed = await self._client.gap(room_id, start, since, None if since else has_come)
        except Refused as error:
            _log.error("gap in room=%s refused: %s", room_id, error)
            missed = []
        except Unavailable as error:
            self._gaps[room_id] += 1
            if self._gaps[room_id] < _GAP_TRIES:
                raise
            self._gaps[room_id] = 0
            await self._client.call("GET", _WHO_AM_I)  # is it the server that is away, or this room?
            _log.error("gap in room=%s given up: %s", room_id, error)
            missed = []
        del self._gaps[room_id]
        return missed

    def _take(self, room_id: str, event: Any, found: _Found) -> None:
        if getattr(event, "sender", None) == self._client.user_id:
            self._recognise(room_id, event)
        if isinstance(event, nio.MegolmEvent):
            self._keep(room_id, event, found)
        else:
            read = read_event(event, self._facts(room_id, found))
            if isinstance(read, Ignore):
                _log.debug("ignored event=%s: %s", getattr(event, "event_id", None), read.reason)
            else:
                found.incoming.append(read)

    def _recognise(self, room_id: str, event: Any) -> None:
        """Note which event a message of ours became, where that was not heard: a reply to it may come next."""
        transaction = transaction_of(event.source)
        event_id = read_id(event.source.get("event_id"), "$")
        if transaction is not None and event_id is not None:
            self._outbox.became(transaction, room_id, event_id)

    def _facts(self, room_id: str, found: _Found) -> RoomFacts:
        return RoomFacts(
            room_id=room_id,
            own_user_id=self._client.user_id,
            own_name=self._client.own_name(room_id),
            is_direct=is_direct(self._client.rooms.get(room_id)),
            bots=self._config.ignored_users,
            is_allowed=self._is_served,
            is_ours=lambda event: self._outbox.is_ours(event, room_id),
            answers=lambda event, user: self._outbox.answers(event, user, room_id),
            asked_by=lambda event: found.asked_by(event, room_id) or self._inbox.asked_by(event, room_id),
            is_edited=lambda event, user: (
                found.is_edited(event, user, room_id) or self._inbox.is_edited(event, user, room_id)
            ),
            is_kept=lambda event: found.is_kept(event, room_id) or self._inbox.is_kept(event, room_id),
            speaks_in=lambda root: self._outbox.speaks_in(root, room_id),
            asks=lambda event, user: self._exchanges.asks(event, user, room_id),
        )

    def _is_served(self, user: str) -> bool:
        return is_served(user, self._config.allowed_users, self._config.denied_users)

    # ---- keys that come late ---------------------------------------------------------------------------------------

    def _keep(self, room_id: str, event: nio.MegolmEvent, found: _Found) -> None:
        facts = self._facts(room_id, found)
        if not is_whole(event):
            return
        if event.sender == facts.own_user_id:
            return
        if is_allowed(event.sender, facts.bots) or not facts.is_allowed(event.sender):
            return
        found.undecrypted.append(Undecrypted(event.event_id, room_id, str(event.session_id), event.source))
        if not facts.is_direct and not points_to_us(event, facts):
            found.silent.add(event.event_id)

    def _open_late(self, response: nio.SyncResponse, found: _Found) -> None:
        """Take up the events whose key has come; at the start all are tried, since a kill may have come in between."""
        sessions = {event.session_id for event in response.to_device_events if isinstance(event, _KEYS)}
        if not sessions and not self._is_first:
            return
        for kept in self._inbox.undecrypted(None if self._is_first else sessions):
            with Boundary(f"event={kept.event_id}", *_PASSING) as one:
                self._open(kept, found)
            if one.reference is not None:
                found.decrypted.append(kept.event_id)  # set aside: it would fail again

    def _open(self, kept: Undecrypted, found: _Found) -> None:
        event = nio.Event.parse_event(dict(kept.source))
        if not isinstance(event, nio.MegolmEvent):
            found.decrypted.append(kept.event_id)  # nothing in it will ever be read
            return
        event.room_id = kept.room_id
        opened = self._client.decrypted(event)
        if opened is not None:
            found.decrypted.append(kept.event_id)
            self._take(kept.room_id, opened, found)
