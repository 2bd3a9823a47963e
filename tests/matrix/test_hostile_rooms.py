"""What strangers make of their own rooms, in clear: it costs them, and nobody else."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import nio
import pytest
from nio.crypto import OlmAccount
from person import Meet, Person
from running import Bot
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]


async def state(one: Person, room: str, kind: str, content: dict[str, Any]) -> None:
    response = await one.client.room_put_state(room, kind, content)
    assert isinstance(response, nio.RoomPutStateResponse), response


async def test_lists_in_lists_do_not_stop_it(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=False)
    for depth in (20, 60, 100):  # Synapse takes no more than about 120
        deep: Any = ["x"] * 20
        for _ in range(depth):
            deep = [deep, 1]
        content = {"msgtype": "m.text", "body": "x", "formatted_body": [deep] * 50}
        await alice.send(room, content)
    await alice.ask(room, "toujours là ?", bot.user_id)
    assert bot.is_running
    bot.stop()
    bot.start()
    await alice.ask(room, "et après un redémarrage ?", bot.user_id)


@pytest.mark.parametrize(
    "target",
    ["!nowhere:test.local", "!" + "x" * 30_000 + ":test.local", "!a:nowhere.invalid", "!sans-serveur", "#a:b", ""],
)
async def test_a_successor_that_is_none_costs_few_calls_and_few_words(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, target: str
) -> None:
    mallory = await meet(homeserver, "mallory")
    other = await alice.ready_with(bot.user_id, encrypted=False)
    room = await mallory.ready_with(bot.user_id, encrypted=False)
    await state(mallory, room, "m.room.tombstone", {"body": "déplacé", "replacement_room": target})
    await alice.ask(other, "toujours là ?", bot.user_id)
    await asyncio.sleep(3)
    await alice.ask(other, "et maintenant ?", bot.user_id)
    assert bot.log.count("follow room=") <= 2
    assert max(map(len, bot.log.splitlines())) < 1_000


async def test_somebody_whom_it_does_not_serve_does_not_suspend_reminders(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    alice, mallory = await meet(homeserver, "agent"), await meet(homeserver, "mallory")
    bot = new_bot(homeserver, allowed_users=["agent*:test.local"])
    (bot.folder / "clock").write_text(datetime(2026, 6, 13, 9, tzinfo=ZoneInfo("Europe/Paris")).isoformat())
    bot.start()
    room = await alice.room_with(bot.user_id, mallory.user_id, encrypted=False, wait=False)
    await mallory.client.join(room)
    await alice.until(lambda: alice.joined(room) == {alice.user_id, mallory.user_id, bot.user_id}, "everyone")
    await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
    levels = await alice.client.room_get_state_event(room, "m.room.power_levels")
    raised = {**levels.content, "users": {**levels.content["users"], mallory.user_id: 100}}
    await state(alice, room, "m.room.power_levels", raised)
    await state(mallory, room, "m.room.tombstone", {"body": "x", "replacement_room": "!nowhere:test.local"})
    await state(alice, room, "m.room.power_levels", raised | {"events_default": 0})
    await alice.ask(room, "!fast rappels", bot.user_id)
    assert bot.rows("SELECT state FROM reminders") == [("active",)]
    assert "follow room=" not in bot.log


async def test_odd_power_levels_and_names_make_no_fault(homeserver: Homeserver, bot: Bot, meet: Meet) -> None:
    mallory = await meet(homeserver, "mallory")
    # Before version 10, levels may be text; before version 6, numbers of any size.
    made = await mallory.client.room_create(
        room_version="5", preset=nio.RoomPreset.public_chat, invite=[bot.user_id], name="x"
    )
    room = made.room_id
    await mallory.until(lambda: bot.user_id in mallory.joined(room), "join")
    for odd in (" 100 ", "+-5", "٣", 10**30, "9" * 400):
        levels = {"users": {mallory.user_id: 100, "@x:test.local": odd}, "users_default": odd}
        await mallory.client.room_put_state(room, "m.room.power_levels", levels)
    for name in ("\u202egro", "a\nb", "\ud83d\ude00" * 100, " "):
        await mallory.client.set_displayname(name)
    await mallory.ask(room, "!fast rappels lundi 9h", bot.user_id)
    assert "fault reference" not in bot.log


async def test_it_follows_an_upgrade_to_version_12_whose_rooms_have_no_server(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    own_homeserver.as_on_tchap = False
    homeserver = own_homeserver.start()
    bot = new_bot(homeserver).start()
    alice = await meet(homeserver, "alice")
    room = await alice.ready_with(bot.user_id, encrypted=False)
    path = f"/_matrix/client/v3/rooms/{room}/upgrade"
    body, token = {"new_version": "12"}, alice.client.access_token
    successor = (await asyncio.to_thread(homeserver.call, "POST", path, body, token))["replacement_room"]
    assert ":" not in successor
    await alice.until(lambda: bot.user_id in alice.joined(successor), "join")
    await alice.ask(successor, "toujours là ?", bot.user_id)


def _curve(keys: dict[str, Any], key: str = "x") -> None:
    keys["keys"] = {name: key if name.startswith("curve") else old for name, old in keys["keys"].items()}


def _zeros(keys: dict[str, Any]) -> None:
    _curve(keys, "A" * 43)


def _signing(keys: dict[str, Any]) -> None:
    keys["keys"] = {name: "x" if name.startswith("ed") else old for name, old in keys["keys"].items()}


def _one_time(_: dict[str, Any]) -> None:
    """The device is right, its one-time key alone is not."""


@pytest.mark.parametrize("odd", [_curve, _zeros, _signing, _one_time], ids=lambda odd: odd.__name__)
async def test_a_member_whose_keys_are_made_up_silences_nobody(
    homeserver: Homeserver, bot: Bot, alice: Person, names: Callable[[str], str], odd: Callable[[dict[str, Any]], None]
) -> None:
    other = await alice.ready_with(bot.user_id, encrypted=True)
    homeserver.register(name := names("mallory"))
    session = homeserver.login(name)
    token, device, user = session["access_token"], session["device_id"], session["user_id"]
    olm = OlmAccount()
    keys: dict[str, Any] = {
        "user_id": user,
        "device_id": device,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {f"{kind}:{device}": key for kind, key in olm.identity_keys.items()},
    }
    odd(keys)
    one_time: dict[str, Any] = {"key": "x"}
    for one in (keys, one_time):
        one["signatures"] = {user: {f"ed25519:{device}": olm.sign(nio.Api.to_canonical_json(one))}}
    body = {"device_keys": keys, "one_time_keys": {f"signed_curve25519:AAAAA{place}": one_time for place in range(9)}}
    await asyncio.to_thread(homeserver.call, "POST", "/_matrix/client/v3/keys/upload", body, token)
    room = await alice.room_with(bot.user_id, user, encrypted=True, wait=False)
    await asyncio.to_thread(homeserver.call, "POST", f"/_matrix/client/v3/join/{room}", {}, token)
    await alice.until(lambda: alice.joined(room) == {alice.user_id, user, bot.user_id}, "everyone")
    for place in (other, room):
        asked = await alice.say(place, "!fast toujours là ?")
        await alice.answer(place, asked, bot.user_id)
        await alice.until(lambda: alice.answers(place, asked, bot.user_id)[0].decrypted, "key", 20)  # noqa: B023 - used at once
    assert bot.is_running
    assert "fault reference" not in bot.log
