"""nio's client made safe, without a server: what is sealed changes no room, what is malformed hides nothing."""

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nio
import pytest
from nio.crypto import OutboundGroupSession

from bot.matrix.bodies import clean
from bot.matrix.client import Client, Session, open_client
from bot.matrix.unsealed import Unsealed

BOT, ALICE, MALLORY, EVE = "@bot:a.fr", "@alice:a.fr", "@mallory:a.fr", "@eve:a.fr"
ROOM = "!room:a.fr"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client in one encrypted room, with a key to give."""
    made = open_client("http://127.0.0.1:1", Session(BOT, "DEVICE", "token"), tmp_path)
    made.rooms[ROOM] = nio.MatrixRoom(ROOM, BOT)
    made.rooms[ROOM].encrypted = True
    for user in (BOT, ALICE, MALLORY):
        see(made, member(user, "join", displayname=user[1:4]))
    share(made)
    yield made
    made.store.database.close()


def member(user: str, membership: object, **content: Any) -> dict[str, Any]:
    return {"type": "m.room.member", "state_key": user, "content": {"membership": membership, **content}}


def whole(payload: dict[str, Any]) -> dict[str, Any]:
    return {"event_id": "$e", "sender": MALLORY, "origin_server_ts": 1, **payload}


def see(client: Client, payload: dict[str, Any]) -> Any:
    """Have the client receive an event in clear."""
    event = nio.Event.parse_event(whole(payload))
    return client._handle_timeline_event(event, ROOM, client.rooms[ROOM], set())


def share(client: Client) -> None:
    client.olm.create_outbound_group_session(ROOM)
    client.olm.outbound_group_sessions[ROOM].shared = True


def has_key(client: Client) -> bool:
    return ROOM in client.olm.outbound_group_sessions


def sealed(client: Client, plaintext: str, number: int = 0) -> nio.MegolmEvent:
    """Return an event of Mallory's that the client can decrypt."""
    session = OutboundGroupSession()
    session.mark_as_shared()
    client.olm.create_group_session("curve", "ed", ROOM, session.id, session.session_key)
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": "curve",
        "session_id": session.id,
        "device_id": "D",
        "ciphertext": session.encrypt(plaintext),
    }
    event = nio.Event.parse_event(whole({"type": "m.room.encrypted", "content": content, "event_id": f"$e{number}"}))
    assert isinstance(event, nio.MegolmEvent)
    return event


def state_of(client: Client) -> dict[str, Any]:
    room = client.rooms[ROOM]
    kept = {name: copy.deepcopy(value) for name, value in vars(room).items() if name not in ("users", "invited_users")}
    users = {user: copy.deepcopy(vars(one)) for user, one in room.users.items()}
    return kept | {"users": users, "has_key": has_key(client), "power_levels": copy.deepcopy(vars(room.power_levels))}


STATE = (
    member(EVE, "join", displayname="Eve"),
    member(EVE, "invite"),
    member(ALICE, "leave"),
    member(MALLORY, "ban"),
    member(BOT, "leave"),
    member(BOT, "join", displayname="dis"),
    {"type": "m.room.tombstone", "state_key": "", "content": {"body": "", "replacement_room": "!x:y"}},
    {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "none"}},
    {"type": "m.room.power_levels", "state_key": "", "content": {"users": {MALLORY: 100}}},
    {"type": "m.room.create", "state_key": "", "content": {"room_version": "12", "m.federate": False}},
    {"type": "m.room.canonical_alias", "state_key": "", "content": {"alias": "#x:y"}},
    {"type": "m.room.name", "state_key": "", "content": {"name": "x"}},
    {"type": "m.room.topic", "state_key": "", "content": {"topic": "x"}},
    {"type": "m.room.avatar", "state_key": "", "content": {"url": "mxc://x/y"}},
    {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "can_join"}},
    {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}},
    {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "world_readable"}},
    {"type": "m.room.third_party_invite", "state_key": "x", "content": {"display_name": "x"}},
    {"type": "m.space.child", "state_key": "!x:y", "content": {"via": ["y"]}},
    {"type": "m.space.parent", "state_key": "!x:y", "content": {"via": ["y"]}},
    {"type": "m.room.redaction", "redacts": "$x", "content": {"redacts": "$x"}},
    {"type": "org.example.unknown", "state_key": "", "content": {}},
    {"type": "m.room_key", "content": {"algorithm": "m.megolm.v1.aes-sha2", "room_id": ROOM, "session_key": "x"}},
    {"type": "m.forwarded_room_key", "content": {}},
    {"type": "m.dummy", "content": {}},
)


@pytest.mark.parametrize("payload", STATE, ids=lambda payload: payload["type"])
def test_what_is_sealed_is_none_of_nios_events_and_changes_nothing_of_the_room(
    client: Client, payload: dict[str, Any]
) -> None:
    before = state_of(client)
    event = sealed(client, json.dumps(payload | {"room_id": ROOM}))
    opened = client._handle_timeline_event(event, ROOM, client.rooms[ROOM], encrypted := set())
    assert isinstance(opened, Unsealed)
    assert opened.decrypted
    assert opened.source["type"] == payload["type"]
    assert opened.source.get("state_key") == payload.get("state_key")
    assert state_of(client) == before
    assert encrypted == set()


def test_the_homeserver_alone_says_who_wrote_it_and_when(client: Client) -> None:
    lie = {"sender": ALICE, "event_id": "$lie", "origin_server_ts": 9, "unsigned": {"transaction_id": "x"}}
    said = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "x"}, "room_id": ROOM}
    opened = client.decrypted(_in(ROOM, sealed(client, json.dumps(lie | said))))
    assert opened is not None
    assert opened.source == whole({"type": "m.room.message", "content": said["content"], "event_id": "$e0"})
    assert (opened.sender, opened.event_id, opened.server_timestamp) == (MALLORY, "$e0", 1)


@pytest.mark.parametrize("room", ["!other:a.fr", None, 5])
def test_what_was_sealed_for_another_room_says_nothing_here(client: Client, room: object) -> None:
    said = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "x"}, "room_id": room}
    opened = client.decrypted(_in(ROOM, sealed(client, json.dumps(said))))
    assert opened is not None
    assert "content" not in opened.source


@pytest.mark.parametrize(
    "plaintext",
    [
        "[]",
        "5",
        "{}",
        "nonsense",
        '{"type": 5, "content": {}}',
        '{"type": "m.room.message", "content": []}',
        '{"type": "m.room.message", "content": {"body": ' + "[" * 900 + "]" * 900 + "}}",
        '{"type": "m.room.message", "content": {"body": ' + "[" * 100_000 + "}}",
        '{"type": "m.room.message", "content": {"n": ' + "9" * 5_000 + "}}",
        '{"type": "m.room.message", "content": {"msgtype": "m.text", "body": NaN}, "unsigned": null}',
        '{"type": "m.room.message", "content": {"msgtype": "\\ud800", "body": "\\ud800"}, "unsigned": []}',
    ],
    ids=lambda text: text[:40],
)
def test_nothing_sealed_raises(client: Client, plaintext: str) -> None:
    client.decrypted(_in(ROOM, sealed(client, plaintext)))


def test_a_malformed_event_costs_no_time(client: Client) -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep, 1]
    said = {"type": "m.room.message", "room_id": ROOM, "content": {"msgtype": "m.text", "body": [deep] * 60}}
    event = sealed(client, json.dumps(said))
    started = time.process_time()
    client.decrypted(_in(ROOM, event))
    see(client, said)
    assert time.process_time() - started < 0.5


def _in(room: str, event: nio.MegolmEvent) -> nio.MegolmEvent:
    event.room_id = room
    return event


# ---- real state -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", [{}, {"displayname": 5}, {"reason": []}, {"avatar_url": {}}, {"displayname": None}])
def test_whoever_leaves_or_joins_changes_the_key_however_oddly_it_is_said(client: Client, odd: dict[str, Any]) -> None:
    see(client, member(ALICE, "leave", **odd))
    assert not has_key(client)
    assert set(client.rooms[ROOM].users) == {BOT, MALLORY}
    share(client)
    see(client, member(EVE, "invite", **odd))
    assert has_key(client)
    see(client, member(EVE, "join", **odd))
    assert not has_key(client)
    assert EVE in client.rooms[ROOM].users


def test_another_name_changes_no_key(client: Client) -> None:
    see(client, member(ALICE, "join", displayname="Alice"))
    assert has_key(client)
    assert client.rooms[ROOM].users[ALICE].display_name == "Alice"


@pytest.mark.parametrize("membership", [5, None, [], {}, "gone"])
def test_a_membership_that_does_not_exist_changes_nothing(client: Client, membership: object) -> None:
    before = state_of(client)
    see(client, member(ALICE, membership))
    see(client, {"type": "m.room.member", "state_key": ALICE, "content": []})
    see(client, {"type": "m.room.member", "content": {"membership": "leave"}})
    assert state_of(client) == before


# ---- bodies ---------------------------------------------------------------------------------------------------------


def test_of_an_invitation_the_last_word_counts() -> None:
    forged = {"type": "m.room.member", "sender": ALICE, "state_key": BOT, "content": {"membership": "invite"}}
    true = forged | {"sender": MALLORY, "content": {"membership": "invite", "displayname": 5}}
    other = {"type": "m.room.name", "state_key": "", "content": {"name": "x"}}
    body = {"rooms": {"invite": {ROOM: {"invite_state": {"events": [forged, other, true]}}}}}
    clean(body, BOT)
    assert body["rooms"]["invite"][ROOM]["invite_state"]["events"] == [other, true]


@pytest.mark.parametrize("body", [{}, {"rooms": []}, {"rooms": {"invite": {ROOM: None}}}, {"rooms": {"invite": [5]}}])
def test_a_body_without_invitations_is_left_as_it_is(body: dict[str, Any]) -> None:
    before = copy.deepcopy(body)
    clean(body, BOT)
    assert body == before


def test_what_lies_deep_is_emptied_and_what_matrix_says_is_kept() -> None:
    content = {"m.new_content": {"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}}
    deep: Any = []
    for _ in range(600):
        deep = [deep]
    events = [{"content": content}, {"content": {"x": deep}}]
    body = {"rooms": {"join": {ROOM: {"timeline": {"events": events}}}}}
    clean(body, BOT)
    assert events[0]["content"] == content
    assert len(json.dumps(events[1])) < 100


def test_devices_that_nio_would_refuse_keep_nobody_from_theirs() -> None:
    good = {"algorithms": ["a"], "device_id": "D", "user_id": ALICE, "keys": {"ed25519:D": "k"}}
    odd: list[Any] = [5, [], {}, good | {"keys": 5}, good | {"algorithms": [5]}, good | {"signatures": {ALICE: 5}}]
    devices = {"D": good} | {f"X{place}": one for place, one in enumerate(odd)}
    body = {"device_keys": {ALICE: devices, MALLORY: {"Y": odd[0]}, EVE: []}}
    clean(body, BOT)
    assert body["device_keys"] == {ALICE: {"D": good}, MALLORY: {}, EVE: {}}
    assert isinstance(nio.KeysQueryResponse.from_dict(body), nio.KeysQueryResponse)
