"""Encryption and trust: the signature chain, late keys and lost ones, keys used up, events made to break the bot."""

import asyncio
import contextlib
import json
import sqlite3
import stat
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nio
import pytest
from person import Meet, Person, replied
from running import Bot
from synapse import Homeserver

from bot.matrix.trust import open_identity, read_chain

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

Names = Callable[[str], str]
NewBot = Callable[..., Bot]


def chain_of(server: Homeserver, bot: Bot, token: str) -> Any:
    """Read the signature chain of the bot as another user sees it."""
    found = server.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {bot.user_id: []}}, token)
    [device_id] = found["device_keys"][bot.user_id]
    ed25519 = found["device_keys"][bot.user_id][device_id]["keys"][f"ed25519:{device_id}"]
    return read_chain(found, open_identity(bot.state / "matrix", bot.user_id), device_id, ed25519)


def test_the_device_is_signed_before_the_first_message(homeserver: Homeserver, bot: Bot, names: Names) -> None:
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    homeserver.register(names("eve"))
    other = homeserver.register(name := names("alice"))
    assert other
    assert chain_of(homeserver, bot, homeserver.login(name)["access_token"]).is_whole


def test_a_new_device_signs_itself_with_the_kept_seeds(homeserver: Homeserver, new_bot: NewBot, names: Names) -> None:
    bot = new_bot(homeserver).start()
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    bot.stop()
    folder = bot.state / "matrix"
    old = json.loads((folder / "session.json").read_text())
    homeserver.call("POST", "/_matrix/client/v3/logout", {}, old["access_token"])
    for lost in ("session.json", "keys.db"):
        (folder / lost).unlink()
    seeds = (folder / "cross_signing.json").read_text()
    bot.start()
    bot.wait_until_logged("logged in", 2)
    homeserver.register(name := names("alice"))
    token = homeserver.login(name)["access_token"]
    for _ in range(200):
        found = homeserver.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {bot.user_id: []}}, token)
        if found["device_keys"].get(bot.user_id) and chain_of(homeserver, bot, token).is_whole:
            break
        bot.pause()
    assert chain_of(homeserver, bot, token).is_whole
    assert (folder / "cross_signing.json").read_text() == seeds


def test_only_the_owner_can_read_the_keys_and_the_memory(homeserver: Homeserver, bot: Bot) -> None:
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    files = [path for path in [*(bot.state / "matrix").iterdir(), *bot.state.glob("bot.*")] if path.is_file()]
    assert {path.name for path in files} >= {"keys.db", "pickle_key", "session.json", "cross_signing.json", "bot.db"}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files} == dict.fromkeys(
        (path.name for path in files), 0
    )
    assert b"DEFAULT_KEY" not in (bot.state / "matrix" / "pickle_key").read_bytes()


async def test_a_question_whose_key_comes_late_is_answered(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    send_keys = await sealed(alice, room)
    question = await alice.say(room, "question sans clé")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM undecrypted")
    await send_keys()
    await alice.answer(room, question, bot.user_id)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM undecrypted")


async def test_a_key_that_comes_while_the_bot_is_killed_still_opens_the_question(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    send_keys = await sealed(alice, room)
    question = await alice.say(room, "question sans clé")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM undecrypted")
    bot.kill()
    await send_keys()
    bot.start()
    await alice.answer(room, question, bot.user_id)


async def test_a_key_kept_in_the_moment_before_a_kill_still_opens_the_question(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    send_keys = await sealed(alice, room)
    question = await alice.say(room, "question sans clé")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM undecrypted")
    with contextlib.closing(sqlite3.connect(bot.state / "bot.db", isolation_level=None)) as other:
        # The key is kept, and will not be told again; that the question can be read now is not.
        other.execute("BEGIN EXCLUSIVE")
        await send_keys()
        await asyncio.to_thread(bot.wait_until_logged, "inbox: database is locked")
        bot.kill()
        other.execute("ROLLBACK")
    bot.start()
    await alice.answer(room, question, bot.user_id)


async def test_what_cannot_be_decrypted_gets_one_polite_notice_a_room_and_a_day(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver, key_wait_seconds=1).start()
    room = await alice.ready_with(bot.user_id, encrypted=True)
    await sealed(alice, room)
    lost = [await alice.say(room, f"perdue {number}") for number in range(3)]
    notice = await alice.until(
        lambda: [event for event in alice.said_by(bot.user_id, room) if isinstance(event, nio.RoomMessageNotice)],
        "notice",
    )
    await alice.say(room, "perdue encore")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 4 AND MIN(told) = 1 FROM undecrypted")
    bot.stop()
    bot.start()
    alice.client.invalidate_outbound_session(room)
    await alice.ask(room, "celle-ci se lit", bot.user_id)
    notices = [event for event in alice.said_by(bot.user_id, room) if isinstance(event, nio.RoomMessageNotice)]
    assert notices == notice
    assert "renvoyer" in notices[0].body
    assert replied(notices[0]) in lost


async def test_a_new_device_is_read_even_once_all_one_time_keys_are_used_up(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    await alice.ready_with(bot.user_id, encrypted=True)
    [device] = alice.client.device_store.active_user_devices(bot.user_id)
    bot.kill()
    await claim_all(homeserver, alice, bot.user_id, device.id)
    bob = await meet(homeserver, "bob")
    other = await bob.room_with(bot.user_id, encrypted=True, wait=False)
    await bob.until(lambda: bob.client.rooms.get(other) and bob.client.rooms[other].encrypted, "encryption")
    question = await bob.say(other, "avec la clé de secours")
    claimed = bob.client.olm.session_store.get(device.curve25519)
    assert claimed is not None
    bot.start()
    await bob.answer(other, question, bot.user_id)
    await bob.ask(other, "et ensuite ?", bot.user_id)
    # And keys are there again for those who come next: the fallback key would be given twice.
    first, second = [await one_time_keys(homeserver, alice, bot.user_id, device.id) for _ in range(2)]
    assert first != second


MALFORMED = [
    {},
    {"algorithm": "m.megolm.v1.aes-sha2"},
    {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": "", "session_id": "x", "ciphertext": "x", "device_id": "D"},
    {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": "k", "session_id": "", "ciphertext": "x", "device_id": "D"},
    {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": 3, "session_id": [], "ciphertext": {}, "device_id": None},
    {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s", "ciphertext": "AwgA"},
    {"algorithm": "unknown", "ciphertext": "x"},
    {"algorithm": {"a": 1}},
    {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "k", "ciphertext": {"x": {"type": 0, "body": "x"}}},
]
MESSAGES: list[dict[str, Any]] = [
    {},
    {"msgtype": "m.text"},
    {"msgtype": "m.text", "body": 3},
    {"msgtype": ["m.text"], "body": "x"},
    {"msgtype": "m.text", "body": "x", "m.relates_to": []},
    {"msgtype": "m.text", "body": "x", "m.relates_to": {"rel_type": "m.replace", "event_id": 3}},
    {"msgtype": "m.text", "body": "x", "m.relates_to": {"m.in_reply_to": "x"}},
    {"msgtype": "m.text", "body": "x", "format": 3, "formatted_body": {}},
    {"msgtype": "m.text", "body": "\x00\x01", "m.mentions": []},
    {"msgtype": "m.image", "body": "x", "url": 3},
]
STATES: list[tuple[str, dict[str, Any]]] = [
    ("m.room.name", {"name": {"a": 1}}),
    ("m.room.topic", {"topic": 3}),
    ("m.room.canonical_alias", {}),
    ("m.room.avatar", {"url": []}),
    ("m.room.pinned_events", {"pinned": "x"}),
    ("m.room.tombstone", {"body": 3}),
    ("m.room.tombstone", {}),
    ("m.room.join_rules", {"join_rule": "public", "allow": 3}),
    ("m.room.guest_access", {}),
    ("m.space.child", {"via": 3}),
]


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_malformed_events_do_not_stop_it(
    homeserver: Homeserver, bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=encrypted)
    base = f"/_matrix/client/v3/rooms/{room}"
    token = alice.client.access_token
    for kind, contents in (("m.room.encrypted", MALFORMED), ("m.room.message", MESSAGES), ("m.reaction", MESSAGES)):
        for content in contents:
            await call(homeserver, "PUT", f"{base}/send/{kind}/{uuid.uuid4().hex}", content, token)
    for kind, content in STATES:
        await call(homeserver, "PUT", f"{base}/state/{kind}/", content, token)
    await alice.ask(room, "toujours là ?", bot.user_id)
    assert bot.started == 1
    assert bot.is_running


async def test_malformed_messages_to_its_device_do_not_stop_it(
    homeserver: Homeserver, bot: Bot, names: Names, alice: Person
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    [device] = alice.client.device_store.active_user_devices(bot.user_id)
    # Anyone may send these, with no room in common.
    homeserver.register(name := names("eve"))
    token = homeserver.login(name)["access_token"]
    curve = device.curve25519
    olm = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "k"}
    contents = [
        *MALFORMED,
        olm | {"ciphertext": {curve: {"type": 0, "body": "AwogxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxA"}}},
        olm | {"ciphertext": {curve: {"type": 7, "body": "x"}}},
        olm | {"ciphertext": {curve: {"type": "0", "body": 3}}},
        olm | {"ciphertext": {curve: []}},
        olm | {"ciphertext": []},
        {"action": "request", "requesting_device_id": "D", "request_id": "R", "body": {}},
        {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": "s", "session_key": "k"},
    ]
    kinds = ("m.room.encrypted", "m.room_key", "m.forwarded_room_key", "m.room_key_request", "m.dummy")
    for kind in (*kinds, "m.key.verification.request", "m.key.verification.start"):
        for content in contents:
            body = {"messages": {bot.user_id: {"*": content}}}
            await call(homeserver, "PUT", f"/_matrix/client/v3/sendToDevice/{kind}/{uuid.uuid4().hex}", body, token)
    await alice.ask(room, "toujours là ?", bot.user_id)
    bot.stop()
    bot.start()
    await alice.ask(room, "et après un redémarrage ?", bot.user_id)


async def call(server: Homeserver, method: str, path: str, body: Any, token: str) -> dict[str, Any]:
    """Call the server; what it refuses by itself is no matter here."""
    try:
        return await asyncio.to_thread(server.call, method, path, body, token)
    except OSError:
        return {}


async def sealed(alice: Person, room: str) -> Callable[[], Any]:
    """Give a room a new key that no device is sent; return what sends it."""
    olm = alice.client.olm
    assert olm is not None
    olm.create_outbound_group_session(room)
    session = olm.outbound_group_sessions[room]
    # Taken before the first message: as the key is then, it opens all of them.
    users = list(alice.client.rooms[room].users)
    requests = list(olm.share_group_session_parallel(room, users, ignore_unverified_devices=True))
    session.shared = True

    async def send() -> None:
        for _, messages in requests:
            path = f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{uuid.uuid4().hex}"
            method = "PUT"
            response = await alice.client.send(
                method,
                path,
                nio.Api.to_json(messages),
                {"Authorization": f"Bearer {alice.client.access_token}", "Content-Type": "application/json"},
            )
            assert response.status == 200

    return send


async def claim_all(server: Homeserver, alice: Person, user: str, device: str) -> None:
    """Use up the one-time keys of a device, until the server gives its fallback key."""
    given: set[str] = set()
    for _ in range(200):
        [key] = await one_time_keys(server, alice, user, device)
        if key in given:
            return
        given.add(key)
    raise AssertionError("the one-time keys do not end")


async def one_time_keys(server: Homeserver, alice: Person, user: str, device: str) -> list[str]:
    body = {"one_time_keys": {user: {device: "signed_curve25519"}}}
    path = "/_matrix/client/v3/keys/claim"
    found = await asyncio.to_thread(server.call, "POST", path, body, alice.client.access_token)
    return list(found["one_time_keys"].get(user, {}).get(device, {}))


def test_the_identity_is_made_once(tmp_path: Path) -> None:
    first = open_identity(tmp_path, "@bot:test.local")
    assert open_identity(tmp_path, "@bot:test.local") == first
    assert open_identity(tmp_path / "other", "@bot:test.local").public("master") != first.public("master")
