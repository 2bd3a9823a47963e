"""Who wrote an event, by what the homeserver shows of it."""

from typing import Any

import pytest

from bot.matrix.authorship import Written, is_message_of, written_by

ALICE, ROOM = "@alice:test.local", "!a:test.local"
SEALED = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}


def shown(**more: Any) -> dict[str, Any]:
    """Return a message of Alice as the homeserver shows it; what is None is left out."""
    content = {"msgtype": "m.text", "body": "on se voit demain"}
    event = {"event_id": "$1", "room_id": ROOM, "sender": ALICE, "type": "m.room.message", "content": content} | more
    return {name: value for name, value in event.items() if value is not None}


@pytest.mark.parametrize("more", [{}, {"type": "m.room.encrypted", "content": SEALED}, {"unsigned": {"age": 3}}])
def test_a_message_is_of_its_sender_also_while_it_is_sealed(more: dict[str, Any]):
    assert is_message_of(shown(**more), ALICE, "$1", ROOM)


@pytest.mark.parametrize(
    "more",
    [
        {"sender": "@mallory:test.local"},
        {"room_id": "!b:test.local"},
        {"room_id": None},
        {"event_id": "$2"},
        {"event_id": None},
        {"type": "m.room.topic", "state_key": ""},
        {"state_key": ""},
        {"type": "m.reaction"},
        {"type": None},
        {"content": {}},
        {"content": None},
        {"content": {"body": "x", "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}},
        {"type": "m.room.encrypted", "content": SEALED | {"m.relates_to": {"rel_type": "m.replace"}}},
        {"unsigned": {"redacted_because": {}}},
    ],
)
def test_of_anybody_or_anything_else_it_is_not(more: dict[str, Any]):
    assert not is_message_of(shown(**more), ALICE, "$1", ROOM)
    assert not is_message_of({}, ALICE, "$1", ROOM)


def test_a_message_hangs_on_what_the_homeserver_sees_of_it():
    thread = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True, "m.in_reply_to": {"event_id": "$0"}}
    replied = {"m.in_reply_to": {"event_id": "$0"}}
    for relation, hung in (
        (thread, Written("$root")),
        (replied, Written(None, "$0")),
        (None, Written()),
        (3, Written()),
    ):
        assert written_by(shown(content=SEALED | {"m.relates_to": relation}), ALICE, "$1", ROOM) == hung
    assert written_by(shown(sender="@mallory:test.local"), ALICE, "$1", ROOM) is None
