"""A person who writes to the bot: a nio client of its own, which keeps what it sees in each room."""

import asyncio
import contextlib
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import nio
from nio.store import SqliteMemoryStore
from synapse import Homeserver

from bot.matrix.reply import answered

RELATION = "m.relates_to"
Meet = Callable[[Homeserver, str], Awaitable["Person"]]


class Sturdy(nio.AsyncClient):
    """nio's client, which malformed events of the tests do not stop, nor does what is sealed change its rooms."""

    def _handle_olm_response(self, response: Any) -> None:
        with contextlib.suppress(Exception):
            super()._handle_olm_response(response)

    def _handle_timeline_event(self, event: Any, room_id: str, *args: Any) -> Any:
        with contextlib.suppress(Exception):
            if not isinstance(event, nio.MegolmEvent):
                return super()._handle_timeline_event(event, room_id, *args)
            event.room_id = room_id
            return self.olm._decrypt_megolm_no_error(event)
        return None


class Person:
    """A user with one device, encryption included. `seen` holds the events of each room, oldest first, each once."""

    def __init__(self, server: Homeserver, user_id: str) -> None:
        config = nio.AsyncClientConfig(store=SqliteMemoryStore, pickle_key="p", encryption_enabled=True)
        self.client = Sturdy(server.url, user_id, config=config)
        self.user_id = user_id
        self.seen: dict[str, list[Any]] = defaultdict(list)
        self._known: dict[str, int] = {}

    async def login(self, password: str = "secret") -> "Person":
        response = await self.client.login(password)
        assert isinstance(response, nio.LoginResponse), response
        await self.sync(0)
        return self

    async def close(self) -> None:
        await self.client.close()

    async def sync(self, wait_ms: int = 1000) -> None:
        """Receive what is new, and do what it asks for."""
        response = await self.client.sync(wait_ms, {"room": {"timeline": {"limit": 100}}})
        if not isinstance(response, nio.SyncResponse):
            return
        for room_id, info in response.rooms.join.items():
            if info.timeline.limited and info.timeline.prev_batch and self.seen[room_id]:
                await self._fill(room_id, info.timeline.prev_batch)
            for event in info.timeline.events:
                self._see(room_id, event)
        await self._upkeep()

    async def _fill(self, room_id: str, start: str) -> None:
        while True:
            page = await self.client.room_messages(room_id, start, limit=100, direction=nio.MessageDirection.back)
            assert isinstance(page, nio.RoomMessagesResponse), page
            fresh = [event for event in page.chunk if event.event_id not in self._known]
            for event in page.chunk:
                self._see(room_id, event)
            if not page.end or len(fresh) < len(page.chunk):
                return
            start = page.end

    def _see(self, room_id: str, event: Any) -> None:
        if isinstance(event, nio.UnknownBadEvent):
            return
        position = self._known.get(event.event_id)
        if position is None:
            self._known[event.event_id] = len(self.seen[room_id])
            self.seen[room_id].append(event)
        elif not isinstance(event, nio.MegolmEvent):
            self.seen[room_id][position] = event

    async def _upkeep(self) -> None:
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())
        await self.client.send_to_device_messages()
        for events in self.seen.values():
            for position, event in enumerate(events):
                if isinstance(event, nio.MegolmEvent):
                    with contextlib.suppress(AssertionError, RecursionError):
                        events[position] = self.client.olm._decrypt_megolm_no_error(event) or event

    # ---- rooms -----------------------------------------------------------------------------------------------------

    async def room_with(self, *others: str, encrypted: bool, wait: bool = True) -> str:
        """Make a room with others in it, and wait until they have joined; direct when there is one other."""
        preset = nio.RoomPreset.private_chat if encrypted else nio.RoomPreset.public_chat
        made = await self.client.room_create(
            preset=preset, invite=others, is_direct=encrypted and len(others) == 1, name=None if encrypted else "Salon"
        )
        assert isinstance(made, nio.RoomCreateResponse), made
        if wait:
            await self.until(lambda: self.joined(made.room_id) >= {self.user_id, *others}, "join")
            if encrypted:
                await self.until(lambda: self.client.rooms[made.room_id].encrypted, "encryption")
        return made.room_id

    async def ready_with(self, bot: str, *, encrypted: bool) -> str:
        """Make a direct room with the bot, which has answered once in it."""
        room = await self.room_with(bot, encrypted=encrypted)
        await self.ask(room, "prêt", bot)
        return room

    def joined(self, room_id: str) -> set[str]:
        """Return who is in a room."""
        room = self.client.rooms.get(room_id)
        return set(room.users) - set(room.invited_users) if room else set()

    async def say(self, room_id: str, text: str, **more: Any) -> str:
        """Send a message; return its id."""
        return await self.send(room_id, {"msgtype": "m.text", "body": text, **more})

    async def send(self, room_id: str, content: dict[str, Any], kind: str = "m.room.message") -> str:
        if self.client.should_query_keys:
            await self.client.keys_query()
        response = await self.client.room_send(room_id, kind, content, ignore_unverified_devices=True)
        assert isinstance(response, nio.RoomSendResponse), response
        return response.event_id

    async def until(self, is_so: Callable[[], Any], what: str = "condition", seconds: float = 60) -> Any:
        """Receive until something is so; return it."""
        deadline = time.monotonic() + seconds
        while not (found := is_so()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} after {seconds} s")
            await self.sync(min(1000, max(1, int((deadline - time.monotonic()) * 1000))))
        return found

    # ---- answers ---------------------------------------------------------------------------------------------------

    def answers(self, room_id: str, question: str, bot: str) -> list[Any]:
        """Return the messages of the bot that reply to a question, edits not counted."""
        return [event for event in self.said_by(bot, room_id) if replied(event) == question]

    def said_by(self, user: str, room_id: str) -> list[Any]:
        """Return the messages of a user in a room, decrypted, but for what is said to nobody in particular on joining.

        Their bodies have plain spaces, to be compared.
        """
        welcome = self.welcome(room_id, user)
        return [
            with_plain_spaces(event)
            for event in self.seen[room_id]
            if event.sender == user and isinstance(event, nio.RoomMessage | nio.MegolmEvent) and event not in welcome
        ]

    def welcome(self, room_id: str, bot: str) -> list[Any]:
        """Return the notices of the bot in a room that are no replies, those that cannot be read included."""
        said = [event for event in self.seen[room_id] if event.sender == bot and RELATION not in content_of(event)]
        notices = [event for event in said if isinstance(event, nio.RoomMessageNotice | nio.MegolmEvent)]
        return [with_plain_spaces(event) for event in notices]

    async def answer(self, room_id: str, question: str, bot: str, seconds: float = 60) -> Any:
        """Return the first answer to a question, once it has come."""
        [first, *_] = await self.until(lambda: self.answers(room_id, question, bot), f"answer to {question}", seconds)
        return first

    async def ask(self, room_id: str, text: str, bot: str) -> Any:
        """Ask something; return the answer."""
        return await self.answer(room_id, await self.say(room_id, text), bot)


def content_of(event: Any) -> dict[str, Any]:
    return event.source.get("content") or {}


def spaced(text: str) -> str:
    """Return what the bot says with plain spaces: test_typography.py has the others."""
    return re.sub("[\u00a0\u202f]", " ", text.replace("\u2060", ""))


def with_plain_spaces(event: Any) -> Any:
    if isinstance(getattr(event, "body", None), str):
        event.body = spaced(event.body)
    return event


def relation(event: Any) -> dict[str, Any]:
    return event.source["content"].get(RELATION) or {}


def replied(event: Any) -> Any:
    """Return what an event answers, whether it quotes it or not."""
    return answered(content_of(event))


def quoted(event: Any) -> str | None:
    """Return what an event shows above itself."""
    found = relation(event).get("m.in_reply_to") or {}
    return found.get("event_id")


async def person(server: Homeserver, name: str) -> Person:
    """A new account, logged in."""
    return await Person(server, await asyncio.to_thread(server.register, name)).login()
