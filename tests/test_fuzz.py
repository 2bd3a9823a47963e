"""The fuzz of benchmarks/ notices what it looks for, and sends the same for the same seed."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks import hostile
from benchmarks.fuzz_field import Field
from benchmarks.fuzz_report import traces
from benchmarks.fuzz_watch import Watch

BOT, ALICE, MALLORY, EVE = (f"@{name}:test.local" for name in ("fast", "alice", "mallory", "eve"))
OWN, SHARED = "!own:test.local", "!shared:test.local"


class Server:
    """A homeserver that holds what the bot said, and who is in each room."""

    def __init__(self) -> None:
        self.said: dict[str, list[dict[str, Any]]] = {}
        self.members = {OWN: {BOT, ALICE}, SHARED: {BOT, MALLORY, EVE}}

    def register(self, name: str, *, admin: bool) -> str:
        return name

    def login(self, name: str) -> dict[str, Any]:
        return {"access_token": "t"}

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> dict[str, Any]:
        room = (
            "!shared:test.local" if "shared" in path else "!own:test.local" if "own" in path else "!barred:test.local"
        )
        if "/state" in path:
            joined = {"type": "m.room.member", "content": {"membership": "join"}}
            return {"state": [joined | {"state_key": user} for user in self.members.get(room, ())]}
        return {"chunk": self.said.pop(room, []), "start": "s"}

    def says(self, room: str, event_id: str, to: str, body: str = "réponse") -> None:
        content = {"body": body, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}
        self.said.setdefault(room, []).append({"event_id": event_id, "type": "m.room.message", "content": content})


@pytest.fixture
def field() -> Field:
    found = Field(BOT, own={OWN: {BOT, ALICE}}, shared={SHARED: False})
    found.sent = {"$alice": (OWN, ALICE), "$eve": (SHARED, EVE), "$mallory": (SHARED, MALLORY)}
    found.alices = ["$alice"]
    return found


@pytest.fixture
def server() -> Iterator[Server]:
    return Server()


def looked_at(server: Server, field: Field) -> set[str]:
    watch = Watch(server, field)
    watch.look()
    watch.look_at_the_end()
    return {what for what, _ in field.broken}


def test_one_answer_each_in_its_room_breaks_nothing(server: Server, field: Field):
    server.says(OWN, "$1", "$alice")
    server.says(SHARED, "$2", "$mallory")

    assert looked_at(server, field) == set()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ([], "Alice n'a pas une réponse et une seule"),
        ([(OWN, "$1", "$alice"), (OWN, "$2", "$alice", "autre")], "Alice n'a pas une réponse et une seule"),
        ([(OWN, "$1", "$alice"), (SHARED, "$2", "$mallory"), (SHARED, "$3", "$mallory")], "la même réponse deux fois"),
        ([(OWN, "$1", "$alice"), (OWN, "$2", "$mallory")], "une réponse dans un autre salon"),
        ([(OWN, "$1", "$alice"), (SHARED, "$2", "$eve")], "une réponse à Eve"),
    ],
    ids=["none", "two", "twice the same", "elsewhere", "to Eve"],
)
def test_what_the_bot_must_not_say_is_noticed(server: Server, field: Field, said: list[tuple[str, ...]], what: str):
    for one in said:
        server.says(*one)

    assert looked_at(server, field) == {what}


def test_who_is_in_a_room_is_noticed(server: Server, field: Field):
    server.says(OWN, "$1", "$alice")
    field.barred.add("!barred:test.local")
    server.members |= {OWN: {BOT, ALICE, EVE}, SHARED: {MALLORY, EVE}, "!barred:test.local": {BOT, EVE}}

    assert looked_at(server, field) == {
        "le salon d'Alice a d'autres membres",
        "un salon a d'autres membres",
        "le bot est entré chez Eve",
    }


_TRACE = '  | Traceback (most recent call last):\n  |   File "/x/bot/a.py", line 5, in a\n  | ValueError: x\n'


def test_a_trace_under_a_reference_is_counted_and_one_without_is_noticed(field: Field):
    line = "2026-11-30 19:13:00,702 ERROR bot.matrix"

    found = traces(f"{line} fault reference=abc event=$x\n{_TRACE}{line} fault reference=abd event=$x\n{_TRACE}", field)
    assert found == {"ValueError: x (bot/a.py:5)": 2}
    assert field.broken == []

    traces(f"{line} something else\n{_TRACE}", field)
    assert [what for what, _ in field.broken] == ["une trace sans référence"]


def test_a_trace_that_nobody_logged_is_noticed(field: Field):
    traces('Traceback (most recent call last):\n  File "x/bot/a.py", line 5, in a\nValueError: x\n', field)

    assert [what for what, _ in field.broken] == ["une trace sans référence"]


def test_the_same_seed_sends_the_same_and_all_of_it_can_be_written():
    def drawn(seed: int) -> list[str]:
        draw = random.Random(seed)
        made = [make(draw, lambda: "$x") for make in hostile.CONTENTS.values() for _ in range(50)]
        return [json.dumps(hostile.spoilt(draw, content)) for _, content in made]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
