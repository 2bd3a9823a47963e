"""State that was forged inside encrypted events, on a real homeserver: it is believed by nobody, and nothing stops."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import nio
import pytest
from person import Meet, Person
from proxy import Proxy
from running import Bot
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]
Payload = dict[str, Any]


async def seal(one: Person, room: str, payload: Payload, **outside: Any) -> str:
    """Send an encrypted event that holds whatever is given; return its id."""
    client = one.client
    if client.should_query_keys:
        await client.keys_query()
    if client.olm.should_share_group_session(room):
        await client.share_group_session(room, ignore_unverified_devices=True)
    content = client.olm.group_encrypt(room, dict(payload)) | outside
    method, path, data = nio.Api.room_send(client.access_token, room, "m.room.encrypted", content, uuid.uuid4())
    response = await client._send(nio.RoomSendResponse, method, path, data, (room,))
    assert isinstance(response, nio.RoomSendResponse), response
    return str(response.event_id)


def member(user: str, membership: str, **content: Any) -> Payload:
    return {"type": "m.room.member", "state_key": user, "content": {"membership": membership, **content}}


async def meeting(bot: Bot, *people: Person) -> str:
    """Make an encrypted room of people and the bot; each has been answered once in it."""
    host, *guests = people
    room = await host.room_with(bot.user_id, *(one.user_id for one in guests), encrypted=True, wait=False)
    for one in guests:
        await one.client.join(room)
    everyone = {bot.user_id, *(one.user_id for one in people)}
    for one in people:
        await one.until(lambda: one.joined(room) >= everyone, "everyone")  # noqa: B023 - awaited within the round
        await one.until(lambda: one.client.rooms[room].encrypted, "encryption")  # noqa: B023
        await read_by(one, room, await one.say(room, "!fast prêt"), bot)
    return room


async def read_by(one: Person, room: str, question: str, bot: Bot) -> Any:
    """Return the answer to a question, once a person can read it."""
    await one.answer(room, question, bot.user_id)
    return await one.until(lambda: (a := one.answers(room, question, bot.user_id)[0]).decrypted and a, "key", 20)


def keys_from(bot: Bot, one: Person, room: str) -> list[str]:
    """Return the room keys that the bot has given to a person."""
    store = one.client.olm.inbound_group_store
    [device] = one.client.device_store.active_user_devices(bot.user_id)
    return [session.id for session in store if session.room_id == room and session.sender_key == device.curve25519]


async def knows_device(one: Person, bot: Bot) -> None:
    one.client.olm.users_for_key_query.add(bot.user_id)
    await one.client.keys_query()


async def test_a_forged_join_is_given_no_room_key(homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet) -> None:
    mallory, eve = await meet(homeserver, "mallory"), await meet(homeserver, "eve")
    room = await meeting(bot, alice, mallory)
    await seal(mallory, room, member(eve.user_id, "join", displayname="Eve"))
    await seal(mallory, room, member(eve.user_id, "invite"))
    alice.client.invalidate_outbound_session(room)
    for text in ("!fast un", "!fast deux"):
        await read_by(alice, room, await alice.say(room, text), bot)
    await eve.sync(0)
    await knows_device(eve, bot)
    await eve.sync(0)
    assert keys_from(bot, eve, room) == []


async def test_a_forged_leave_locks_no_reader_out(homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    for membership in ("leave", "ban"):
        await seal(mallory, room, member(alice.user_id, membership))
        await read_by(alice, room, await alice.say(room, f"!fast après {membership}"), bot)


async def test_forged_leaves_of_everybody_do_not_make_it_leave(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    for user in (alice.user_id, mallory.user_id, bot.user_id):
        await seal(mallory, room, member(user, "leave"))
    await read_by(alice, room, await alice.say(room, "!fast toujours là ?"), bot)
    assert bot.user_id in alice.joined(room)
    assert "leave room=" not in bot.log


async def test_a_forged_tombstone_neither_suspends_reminders_nor_leads_anywhere(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    bot = new_bot(homeserver)
    (bot.folder / "clock").write_text(datetime(2026, 6, 13, 9, tzinfo=ZoneInfo("Europe/Paris")).isoformat())
    bot.start()
    trap = await mallory.room_with(encrypted=False)
    room = await meeting(bot, alice, mallory)
    await read_by(alice, room, await alice.say(room, "!fast rappels lundi 9h"), bot)
    for target in (trap, "!\ud800:test.local", "!" + "x" * 3_000 + ":test.local", "!a\nb:test.local", 5, None):
        content = {"body": "déplacé", "replacement_room": target}
        await seal(mallory, room, {"type": "m.room.tombstone", "state_key": "", "content": content})
        await seal(alice, room, {"type": "m.room.tombstone", "state_key": "", "content": content})
    await read_by(alice, room, await alice.say(room, "!fast toujours là ?"), bot)
    assert bot.rows("SELECT state FROM reminders") == [("active",)]
    assert bot.user_id not in mallory.joined(trap)
    assert "follow room=" not in bot.log
    assert bot.is_running


@pytest.mark.parametrize("whose", ["bot", "alice"])
async def test_a_forged_name_is_nobodys(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, whose: str
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    user = bot.user_id if whose == "bot" else alice.user_id
    await seal(mallory, room, member(user, "join", displayname="dis"))
    between = await alice.say(room, "dis, tu viens déjeuner ?")
    await read_by(alice, room, await alice.say(room, "!fast et toi ?"), bot)
    assert alice.answers(room, between, bot.user_id) == []


async def test_whoever_takes_its_name_does_not_silence_it(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    name = bot.user_id[1:].partition(":")[0]
    await mallory.client.set_displayname(name)
    await alice.until(lambda: alice.client.rooms[room].users[mallory.user_id].display_name == name, "name")
    await read_by(alice, room, await alice.say(room, f"{name} : une question"), bot)


SEALED: tuple[Payload, ...] = (
    {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "none"}},
    {"type": "m.room.power_levels", "state_key": "", "content": {"users": {"@x:y": 10**30}, "users_default": 100}},
    {"type": "m.room.create", "state_key": "", "content": {"room_version": "9" * 5_000}},
    {"type": "m.room.canonical_alias", "state_key": "", "content": {"alias": "#x:y"}},
    {"type": "m.room.third_party_invite", "state_key": "x", "content": {"display_name": "x"}},
    {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}},
    {"type": "m.room.redaction", "content": {"redacts": "$x"}, "redacts": "$x"},
    {"type": "m.room.member", "content": {"membership": "join"}},
    {"type": "m.room.message", "state_key": "", "content": {"msgtype": "m.text", "body": "!fast état"}},
    {"type": "org.example.unknown", "state_key": "", "content": {"a": 1}},
    {"type": "org.example.unknown", "content": {"a": 1}},
    {"type": "m.room_key", "content": {"algorithm": "m.megolm.v1.aes-sha2", "session_key": "x", "session_id": "y"}},
    {"type": "m.forwarded_room_key", "content": {}},
    {"type": "m.dummy", "content": {}},
    {"type": "m.room.encrypted", "content": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}},
    {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "x", "x": float("nan")}},
    {"type": "m.room.message", "content": {}},
    {"type": "m.room.message", "content": []},
    {"type": [], "content": {}},
    {"content": {}},
    {},
)


async def test_whatever_is_sealed_it_goes_on_and_redacts_nothing(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    answered = await read_by(alice, room, await alice.say(room, "!fast première"), bot)
    before = bot.rows("SELECT COUNT(*) FROM inbox")
    for payload in SEALED:
        await seal(mallory, room, payload)
    await seal(mallory, room, {"type": "m.room.redaction", "content": {"redacts": answered.event_id}})
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    await seal(mallory, room, {"type": "m.room.message", "content": {"msgtype": "m.text", "body": deep}})
    await read_by(alice, room, await alice.say(room, "!fast toujours là ?"), bot)
    assert bot.rows("SELECT COUNT(*) FROM inbox") == [(before[0][0] + 1,)]
    assert bot.started == 1
    assert "Traceback" not in bot.log


async def test_what_is_inside_says_neither_who_wrote_it_nor_which_event_it_is(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await meeting(bot, alice, mallory)
    lie = {"sender": alice.user_id, "event_id": "$other", "origin_server_ts": 5, "unsigned": {"redacted_because": {}}}
    said = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "!fast qui suis-je ?"}}
    event_id = await seal(mallory, room, said | lie)
    await read_by(mallory, room, event_id, bot)
    assert (mallory.user_id,) in bot.rows(f"SELECT sender FROM inbox WHERE event_id = '{event_id}'")


async def test_who_leaves_reads_nothing_more_and_who_joins_reads_what_follows(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    bob, carl = await meet(homeserver, "bob"), await meet(homeserver, "carl")
    room = await meeting(bot, alice, bob)
    await knows_device(bob, bot)
    had = keys_from(bot, bob, room)
    assert had
    await alice.client.room_invite(room, carl.user_id)
    await read_by(alice, room, await alice.say(room, "!fast avant que Carl vienne"), bot)
    await carl.client.join(room)
    await alice.until(lambda: carl.user_id in alice.joined(room), "carl")
    await carl.until(lambda: room in carl.client.rooms and carl.client.rooms[room].encrypted, "room")
    await read_by(carl, room, await alice.say(room, "!fast pour Carl aussi"), bot)
    await bob.sync(0)
    had = keys_from(bot, bob, room)
    # That he says it oddly does not hide that he leaves.
    left = await bob.client.room_put_state(room, "m.room.member", {"membership": "leave", "reason": 5}, bob.user_id)
    assert isinstance(left, nio.RoomPutStateResponse), left
    await alice.until(lambda: any(event.event_id == left.event_id for event in alice.seen[room]), "bob gone")
    await asyncio.to_thread(
        bot.wait_until, f"SELECT COUNT(*) = 0 FROM inbox WHERE state = 'new' AND room_id = '{room}'"
    )
    await read_by(carl, room, await alice.say(room, "!fast sans Bob"), bot)
    await bob.sync(0)
    assert keys_from(bot, bob, room) == had


async def test_the_list_of_the_server_is_asked_for_once_a_key_and_believed(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    eve = await meet(homeserver, "eve")

    def odd_names(path: str, found: Any) -> None:
        if "/joined_members" in path:
            found["joined"] = {user: {"display_name": 5} for user in found["joined"]} | {"no id\n": {}}

    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        proxy.rewrite = odd_names
        room = await meeting(bot, alice)
        for number in range(5):
            await read_by(alice, room, await alice.say(room, f"question {number}"), bot)
        assert sum("/joined_members" in path for path, *_ in proxy.passed) <= 2
        # Invited is not in: an event of the room says so, and the server too.
        await alice.client.room_invite(room, eve.user_id)
        await read_by(alice, room, await alice.say(room, "!fast Eve n'est pas là"), bot)
        await eve.sync(0)
        await knows_device(eve, bot)
        assert keys_from(bot, eve, room) == []
