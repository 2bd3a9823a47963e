"""Where a fuzz takes place, what was sent there, and who sends it."""

import json
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import nio

from benchmarks import hostile
from benchmarks.hostile import CONTENTS, Json
from benchmarks.rooms import Person

_V3: Final = "/_matrix/client/v3"
_CLEANED: Final = 0.95  # part of what is sent in the clear without what every homeserver refuses
_PRESENT: Final = 200  # of the events known, those that are pointed at
_ODD_IDS: Final[tuple[Any, ...]] = ("", "$", "$x", "$" + "x" * 3_000, "$\ud800", "$a\nb", 5, None, [], {})


@dataclass
class Field:
    """What is known of a run: the rooms, what was sent by whom, and what was found."""

    bot: str
    own: dict[str, set[str]] = field(default_factory=dict)  # Alice's room, and who is in it
    shared: dict[str, bool] = field(default_factory=dict)  # rooms of Mallory, Eve and the bot: whether encrypted
    alone: dict[str, bool] = field(default_factory=dict)  # rooms of Mallory and the bot
    brief: set[str] = field(default_factory=set)  # rooms made for a while
    barred: set[str] = field(default_factory=set)  # Eve's, which the bot must not join
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)  # by event: room and sender
    by: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by sender and room: events
    alices: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)  # by event of the bot: its room
    waits: list[float] = field(default_factory=list)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)  # by kind and what became of it
    broken: list[tuple[str, str]] = field(default_factory=list)
    ours: Counter[str] = field(default_factory=Counter)  # what went wrong in the fuzz itself
    traces: Counter[str] = field(default_factory=Counter)

    def breaks(self, what: str, how: str) -> None:
        """Keep that something promised does not hold."""
        if (what, how) not in self.broken:
            self.broken.append((what, how))

    def some_id(self, draw: random.Random, who: str, room: str) -> Any:
        """Return the id of an event of anybody, or no id at all."""
        mine = self.by.get((who, room), [])
        pool = draw.choice((mine[-5:], mine, mine, list(self.sent), self.alices, list(self.said), _ODD_IDS))[-_PRESENT:]
        return draw.choice(pool or _ODD_IDS)


class Attacker:
    """Somebody who sends what is hostile, and counts it."""

    def __init__(self, one: Person, where: Field, draw: random.Random, rooms: dict[str, bool]) -> None:
        self._one, self._field, self.draw, self._rooms = one, where, draw, rooms
        self._where = ""  # the room of what is being made up
        self._is_eve = one.user_id.startswith("@eve")
        self._acts: dict[str, Callable[[], Awaitable[bool]]] = {
            **{kind: self._content_of(kind) for kind in CONTENTS},
            "sealed state": self._sealed_state,
            "clear state": self._clear_state,
            "to-device, clear": self._to_device,
            "to-device, sealed": self._sealed_to_device,
            "name": self._name,
            "invitation": self._invite,
            "storm of edits": self._storm,
            "brief room": self._brief_room,
        }
        self._weights = [
            {"message": 4, "invitation": 0.3, "brief room": 0.3, "storm of edits": 0.4}.get(kind, 1)
            for kind in self._acts
        ]

    async def act(self) -> None:
        """Do one thing, and receive what came meanwhile."""
        [kind] = self.draw.choices(list(self._acts), self._weights)
        who = "Eve" if self._is_eve else "Mallory"
        try:
            taken = await self._acts[kind]()
        except Exception as error:  # noqa: BLE001 - nio refuses some of what is sent: counted, and the next is sent
            self._field.ours[f"{kind} : {type(error).__name__}"] += 1
            return
        self._field.counted[f"{who} : {kind}", "sent" if taken else "refused"] += 1
        try:
            await self._one.sync(0)
        except Exception as error:  # noqa: BLE001 - as above
            self._field.ours[f"sync : {type(error).__name__}"] += 1

    async def look_at_keys(self) -> None:
        """Check that the bot gave keys of the rooms of which this person is, and of no other."""
        await self._one.sync(0)
        self._one.client.olm.users_for_key_query.add(self._field.bot)
        await self._one.client.keys_query()
        mine = {*self._rooms, *self._field.brief} - (self._field.barred if not self._is_eve else set())
        keys = {device.curve25519 for device in self._one.client.device_store.active_user_devices(self._field.bot)}
        for session in self._one.client.olm.inbound_group_store:
            if session.sender_key in keys and session.room_id not in mine:
                self._field.breaks(
                    "une clé est allée à qui n'est pas du salon", f"{self._one.user_id} {session.room_id}"
                )

    # ---- sending ---------------------------------------------------------------------------------------------------

    def _room(self) -> str:
        self._where = self.draw.choice(list(self._rooms))
        return self._where

    def _ids(self) -> Any:
        return self._field.some_id(self.draw, self._one.user_id, self._where)

    def _content_of(self, kind: str) -> Callable[[], Awaitable[bool]]:
        async def act() -> bool:
            room = self._room()
            event_type, content = CONTENTS[kind](self.draw, self._ids)
            for _ in range(self.draw.choice((0, 0, 1, 1, 3))):
                content = hostile.spoilt(self.draw, content)
            return await self._send(room, event_type, content)

        return act

    async def _send(self, room: str, kind: str, content: Json) -> bool:
        """Send an event, sealed in an encrypted room; return whether the homeserver took it."""
        if self._rooms.get(room) and kind not in ("m.room.redaction", "m.room.encrypted"):
            return await self._seal(room, {"type": kind, "content": content})
        return await self._put(room, kind, content)

    async def _put(self, room: str, kind: str, content: Json) -> bool:
        if kind == "m.room.redaction" and isinstance(content, dict) and isinstance(content.get("redacts"), str):
            path = f"{_V3}/rooms/{room}/redact/{quote(_safe(content['redacts']), safe='')}/{uuid.uuid4().hex}"
        else:
            path = f"{_V3}/rooms/{room}/send/{quote(kind)}/{uuid.uuid4().hex}"
        return await self._call(path, content, room)

    async def _call(self, path: str, content: Json, room: str | None = None, method: str = "PUT") -> bool:
        client = self._one.client
        if self.draw.random() < _CLEANED:
            content = hostile.canonical(content)
        headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
        response = await client.send(method, path, json.dumps(content), headers)
        found = await response.json()
        if room is not None and isinstance(found, dict) and isinstance(found.get("event_id"), str):
            self._field.sent[found["event_id"]] = (room, self._one.user_id)
            self._field.by.setdefault((self._one.user_id, room), []).append(found["event_id"])
        if response.status != 200:
            self._field.ours[f"serveur : {str(found.get('error'))[:60] if isinstance(found, dict) else found}"] += 1
        return bool(response.status == 200)

    async def _seal(self, room: str, payload: dict[str, Json]) -> bool:
        client = self._one.client
        if client.should_query_keys:
            await client.keys_query()
        if client.olm.should_share_group_session(room):
            await client.share_group_session(room, ignore_unverified_devices=True)
        sealed = client.olm.group_encrypt(room, payload)
        content = payload.get("content")
        relation = content.get("m.relates_to") if isinstance(content, dict) else None
        beside = self.draw.choice((relation, None, None, {"rel_type": "m.replace", "event_id": self._ids()}))
        return await self._put(room, "m.room.encrypted", sealed | ({"m.relates_to": beside} if beside else {}))

    # ---- acts of several calls, or of other kinds -------------------------------------------------------------------

    def _people(self) -> list[str]:
        return ["@alice:test.local", "@mallory:test.local", "@eve:test.local", self._field.bot]

    async def _sealed_state(self) -> bool:
        kind, key, content = hostile.state(self.draw, self._people(), self._ids)
        room = self.draw.choice([room for room, encrypted in self._rooms.items() if encrypted])
        return await self._seal(room, {"type": kind, "state_key": key, "content": content})

    async def _clear_state(self) -> bool:
        """Put odd state into a clear room; that which would make it another kind of room goes into brief rooms."""
        kind, key, content = hostile.state(self.draw, self._people(), self._ids)
        if kind in ("m.room.encryption", "m.room.tombstone", "m.room.member", "m.room.join_rules", "m.room.server_acl"):
            kind = "m.room.topic"
        room = self.draw.choice([room for room, encrypted in self._rooms.items() if not encrypted])
        return await self._call(f"{_V3}/rooms/{room}/state/{kind}/{quote(key)}", content, room)

    async def _to_device(self) -> bool:
        room = self.draw.choice([*self._field.own, *self._rooms])
        kind, content = hostile.to_device(self.draw, room)
        if self.draw.random() < 0.4:
            content = hostile.spoilt(self.draw, content)
        content = content if isinstance(content, dict) else {"x": content}
        return await self._call(
            f"{_V3}/sendToDevice/{kind}/{uuid.uuid4().hex}", {"messages": {self._field.bot: {"*": content}}}
        )

    async def _sealed_to_device(self) -> bool:
        client = self._one.client
        [device, *_] = client.device_store.active_user_devices(self._field.bot)
        session = client.olm.session_store.get(device.curve25519)
        if session is None:
            return False
        kind, content = hostile.to_device(self.draw, self.draw.choice([*self._field.own, *self._rooms]))
        content = hostile.spoilt(self.draw, content) if self.draw.random() < 0.4 else content
        sealed = client.olm._olm_encrypt(session, device, kind, content)
        message = {"messages": {self._field.bot: {device.id: sealed}}}
        return await self._call(f"{_V3}/sendToDevice/m.room.encrypted/{uuid.uuid4().hex}", message)

    async def _name(self) -> bool:
        return await self._call(
            f"{_V3}/profile/{self._one.user_id}/displayname", {"displayname": hostile.name(self.draw)}
        )

    async def _storm(self) -> bool:
        """Ask something and change it many times, faster than it is answered."""
        room = self._room()
        await self._send(room, hostile.MESSAGE, {"msgtype": "m.text", "body": "!fast le plafond ?"})
        asked = self._field.by[self._one.user_id, room][-1]
        for _ in range(20):
            new = {"msgtype": "m.text", "body": hostile.text(self.draw)[:3_000]}
            relation = {"rel_type": "m.replace", "event_id": asked}
            await self._send(room, hostile.MESSAGE, new | {"m.new_content": new, "m.relates_to": relation})
        return True

    async def _invite(self) -> bool:
        room = await self._new_room(invite=[self._field.bot])
        if self._is_eve:
            self._field.barred.add(room)
        await self._put(room, hostile.MESSAGE, {"msgtype": "m.text", "body": hostile.text(self.draw)[:9_000]})
        return True

    async def _brief_room(self) -> bool:
        """Make a room, put the bot and odd state into it, and have it go, or not."""
        room = await self._new_room(invite=[self._field.bot])
        for _ in range(self.draw.randrange(6)):
            kind, key, content = hostile.state(self.draw, self._people(), self._ids)
            await self._call(f"{_V3}/rooms/{room}/state/{kind}/{quote(key)}", content, room)
            await self._put(
                room, hostile.MESSAGE, {"msgtype": "m.text", "body": f"!fast {hostile.text(self.draw)[:3_000]}"}
            )
        ending = self.draw.choice(("kick", "ban", "leave", "forget", ""))
        if ending:
            await self._call(f"{_V3}/rooms/{room}/{ending}", {"user_id": self._field.bot}, method="POST")
        if self._is_eve:
            self._field.barred.add(room)
        return True

    async def _new_room(self, **more: Any) -> str:
        made = await self._one.client.room_create(
            preset=self.draw.choice((nio.RoomPreset.private_chat, nio.RoomPreset.public_chat)),
            name=self.draw.choice(("Salon", "fast", "\u202e", "x" * 200)),
            is_direct=self.draw.random() < 0.5,
            **more,
        )
        assert isinstance(made, nio.RoomCreateResponse), made
        self._field.brief.add(made.room_id)
        return str(made.room_id)


def _safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
