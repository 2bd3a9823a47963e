"""What the homeserver itself knows of the rooms of a fuzz, and what must hold of it."""

import json
import urllib.error
from collections import defaultdict
from typing import Any, Final
from urllib.parse import quote

from benchmarks.fuzz_field import Field
from benchmarks.rooms import Homeserver
from bot.matrix.reply import answered

_ADMIN: Final = "/_synapse/admin/v1"
_EVE: Final = "@eve:test.local"


class Watch:
    """Reads what the bot said, as an administrator of the homeserver, and checks where and to whom it said it."""

    def __init__(self, server: Homeserver, field: Field) -> None:
        self._server, self._field = server, field
        server.register("watch", admin=True)
        self._token = server.login("watch")["access_token"]
        self._from: dict[str, str] = {}
        self._answers: dict[str, list[str]] = defaultdict(list)  # by question: events of the bot that answer it
        self._texts: dict[tuple[str, str, str], str] = {}
        self.events = 0

    def look(self) -> None:
        """Read what is new in each room and check it."""
        for room in [*self._field.own, *self._field.shared, *self._field.alone, *list(self._field.brief)]:
            for event in self._new(room):
                self._check(room, event)
        self._check_members()

    def look_at_the_end(self) -> None:
        """Check what holds once everything is answered."""
        for question in self._field.alices:
            if (number := len(self._answers[question])) != 1:
                self._field.breaks("Alice n'a pas une réponse et une seule", f"{question} : {number}")
        self._field.counted["réponses et autres messages du bot", "sent"] = self.events

    def _new(self, room: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        wanted = quote(json.dumps({"senders": [self._field.bot]}))
        while True:
            start = f"&from={self._from[room]}" if room in self._from else ""
            path = f"{_ADMIN}/rooms/{quote(room)}/messages?dir=f&limit=500&filter={wanted}{start}"
            try:
                page = self._server.call("GET", path, token=self._token)
            except urllib.error.HTTPError:
                return found
            found += page["chunk"]
            end = page.get("end")
            if end is None or end == self._from.get(room) or not page["chunk"]:
                self._from[room] = end or self._from.get(room) or page["start"]
                return found
            self._from[room] = end

    def _check(self, room: str, event: dict[str, Any]) -> None:
        if event["event_id"] in self._field.said or event["type"] not in (
            "m.room.message",
            "m.room.encrypted",
            "m.reaction",
        ):
            return
        self.events += 1
        self._field.said[event["event_id"]] = room
        content = event.get("content") or {}
        relation = content.get("m.relates_to") or {}
        if not isinstance(relation, dict):
            return
        replied = answered(content)
        for pointed in filter(None, {replied, relation.get("event_id")}):
            self._check_pointed(room, event, pointed)
        if replied and relation.get("rel_type") != "m.replace":
            self._answers[replied].append(event["event_id"])
            self._check_once(room, event, replied)

    def _check_pointed(self, room: str, event: dict[str, Any], pointed: str) -> None:
        asked_in, by = self._field.sent.get(pointed, (room, ""))
        if asked_in != room:
            self._field.breaks(
                "une réponse dans un autre salon", f"{event['event_id']} à {pointed} : {asked_in} {room}"
            )
        if by == _EVE:
            self._field.breaks("une réponse à Eve", f"{event['event_id']} dans {room} à {pointed}")

    def _check_once(self, room: str, event: dict[str, Any], replied: str) -> None:
        body = event["content"].get("body")
        if isinstance(body, str):
            known = self._texts.setdefault((room, replied, body), event["event_id"])
            if known != event["event_id"]:
                self._field.breaks("la même réponse deux fois", f"{known} et {event['event_id']} dans {room}")

    def _check_members(self) -> None:
        for room, expected in self._field.own.items():
            self._members(room, expected, "le salon d'Alice a d'autres membres")
        for rooms, others in (
            (self._field.shared, {"@mallory:test.local", _EVE}),
            (self._field.alone, {"@mallory:test.local"}),
        ):
            for room in rooms:
                self._members(room, {self._field.bot, *others}, "un salon a d'autres membres")
        for room in list(self._field.barred):
            if self._field.bot in self._joined(room):
                self._field.breaks("le bot est entré chez Eve", room)

    def _members(self, room: str, expected: set[str], what: str) -> None:
        if (found := self._joined(room)) != expected:
            self._field.breaks(what, f"{room} : {sorted(found)}")

    def _joined(self, room: str) -> set[str]:
        try:
            path = f"{_ADMIN}/rooms/{quote(room)}/state"
            events = self._server.call("GET", path, token=self._token)["state"]
        except urllib.error.HTTPError:
            return set()
        return {
            one["state_key"]
            for one in events
            if one["type"] == "m.room.member" and one["content"].get("membership") == "join"
        }
