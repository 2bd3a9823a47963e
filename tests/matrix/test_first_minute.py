"""What a person sees first: who the bot is, how it is called, what it looks like, and why it declines."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nio
import pytest
from person import Meet, Person, content_of, relation, replied
from running import Bot
from synapse import Homeserver
from test_hanging import asked
from test_manners import edit_of, edits
from test_relations import CLEAR_OR_ENCRYPTED, together
from test_rooms import member, upgrade

from bot.matrix.profile import OURS

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]
HELP_LINE = "!fast aide"


def profile(server: Homeserver, user: str) -> dict[str, Any]:
    return server.call("GET", f"/_matrix/client/v3/profile/{user}")


# ---- on joining -----------------------------------------------------------------------------------------------------


@CLEAR_OR_ENCRYPTED
async def test_on_joining_it_says_once_who_it_is_and_mentions_nobody(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    bob = await meet(homeserver, "bob")
    bot = new_bot(homeserver, display_name="Assistant FAST").start()
    direct = await alice.room_with(bot.user_id, encrypted=encrypted)
    room = await together(bot, alice, bob, encrypted=encrypted)
    for place, called in ((direct, "Écrivez-moi"), (room, "mentionnez-moi (« @Assistant FAST »)")):
        [welcome] = await alice.until(lambda: readable(alice, place, bot), "welcome")  # noqa: B023 - used at once
        assert isinstance(welcome, nio.RoomMessageNotice)
        assert content_of(welcome)["m.mentions"] == {}
        assert all(words in welcome.body for words in ("Assistant FAST", called, "FAST 15", HELP_LINE))


def readable(one: Person, room: str, bot: Bot) -> list[Any]:
    return [event for event in one.welcome(room, bot.user_id) if hasattr(event, "body")]


async def test_after_a_restart_a_return_or_an_upgrade_it_does_not_say_again_who_it_is(
    homeserver: Homeserver, bot: Bot, alice: Person
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=False)
    bot.kill()
    bot.start()
    await alice.ask(room, "toujours là ?", bot.user_id)
    await alice.client.room_kick(room, bot.user_id)
    await asyncio.to_thread(bot.wait_until, f"SELECT COUNT(*) = 0 FROM rooms WHERE room_id = '{room}'")
    await alice.client.room_invite(room, bot.user_id)
    await alice.until(lambda: member(alice, room, bot.user_id)[-1][0] == "join", "join")
    back = await alice.ask(room, "de retour ?", bot.user_id)
    successor = await upgrade(homeserver, alice, room)
    await alice.until(lambda: ("join", None) in member(alice, successor, bot.user_id), "join")
    after = await alice.ask(successor, "et ici ?", bot.user_id)
    assert len(alice.welcome(room, bot.user_id)) == 1
    assert alice.welcome(successor, bot.user_id) == []
    assert HELP_LINE not in back.body + after.body


async def test_under_the_first_answer_of_a_direct_room_stands_one_line_of_help_also_once_it_is_edited(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    direct = await alice.room_with(bot.user_id, encrypted=True)
    question = await alice.say(direct, "le plafon ?")
    first = await alice.answer(direct, question, bot.user_id)
    second = await alice.ask(direct, "et le taux ?", bot.user_id)
    await alice.send(direct, edit_of(question, "le plafond ?"))
    [text] = await alice.until(lambda: edits(alice, direct, first, bot), "edit")
    assert first.body.rstrip(" .").endswith("montre tout ce que je sais faire")
    assert HELP_LINE in text
    assert HELP_LINE not in second.body
    other = await alice.room_with(bot.user_id, encrypted=True)
    assert (await alice.ask(other, "!fast aide", bot.user_id)).body.count(HELP_LINE) == 1
    assert HELP_LINE not in (await alice.ask(other, "le plafond ?", bot.user_id)).body
    room = await together(bot, alice, await meet(homeserver, "bob"), encrypted=False)
    assert HELP_LINE not in (await asked(alice, room, "!fast le plafond ?", bot)).body


# ---- called without a question --------------------------------------------------------------------------------------


async def test_a_bare_mention_or_name_is_greeted_and_helped_under_its_real_name_and_address(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    bob = await meet(homeserver, "bob")
    bot = new_bot(homeserver, display_name="Guichet FAST").start()
    room = await together(bot, alice, bob, encrypted=True)
    mention = {"m.mentions": {"user_ids": [bot.user_id]}}
    for text, more in (("Guichet FAST:", mention), ("@[Guichet FAST] ", mention), ("Guichet FAST", {})):
        said = (await asked(alice, room, text, bot, **more)).body
        assert said.startswith("Bonjour")
        assert all(words in said for words in ("Guichet FAST", bot.user_id, "!fast simuler", "bouclier gris"))
    direct = await alice.room_with(bot.user_id, encrypted=True)
    assert bot.user_id in (await asked(alice, direct, "Guichet FAST", bot)).body


# ---- name and picture -----------------------------------------------------------------------------------------------


async def test_name_and_picture_are_those_of_the_configuration_and_set_only_where_they_differ(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(OURS.read_bytes() + b"1")
    bot = new_bot(homeserver, display_name="Assistant FAST", avatar=str(picture)).start()
    room = await alice.ready_with(bot.user_id, encrypted=False)
    await asyncio.to_thread(bot.wait_until_logged, "avatar_url set")
    found = profile(homeserver, bot.user_id)
    assert found["displayname"] == "Assistant FAST"
    assert await alice_downloads(alice, found["avatar_url"]) == picture.read_bytes()
    bot.stop()
    bot.start()
    await alice.ask(room, "toujours là ?", bot.user_id)
    assert profile(homeserver, bot.user_id) == found
    assert (bot.log.count("displayname set"), bot.log.count("avatar_url set")) == (1, 1)
    bot.stop()
    picture.write_bytes(OURS.read_bytes() + b"2")
    bot.start()
    await asyncio.to_thread(bot.wait_until_logged, "avatar_url set", 2)
    assert await alice_downloads(alice, profile(homeserver, bot.user_id)["avatar_url"]) == picture.read_bytes()


async def alice_downloads(alice: Person, address: str) -> bytes:
    response = await alice.client.download(address)
    assert isinstance(response, nio.MemoryDownloadResponse), response
    return bytes(response.body)


async def test_without_one_configured_ours_is_set_and_the_one_that_somebody_has_set_is_kept(
    homeserver: Homeserver, bot: Bot, alice: Person
) -> None:
    await asyncio.to_thread(bot.wait_until_logged, "avatar_url set")
    found = profile(homeserver, bot.user_id)
    data = await alice_downloads(alice, found["avatar_url"])
    assert hashlib.sha256(data).digest() == hashlib.sha256(OURS.read_bytes()).digest()
    assert len(data) <= 20_000
    bot.stop()
    token = homeserver.login(bot.user_id.partition(":")[0][1:])["access_token"]
    other = {"avatar_url": "mxc://test.local/other"}
    homeserver.call("PUT", f"/_matrix/client/v3/profile/{bot.user_id}/avatar_url", other, token)
    bot.start()
    await alice.ready_with(bot.user_id, encrypted=True)
    assert profile(homeserver, bot.user_id) == found | other


# ---- verification ---------------------------------------------------------------------------------------------------


@CLEAR_OR_ENCRYPTED
async def test_a_request_to_verify_it_is_cancelled_at_once_with_one_notice_that_says_why(
    bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=encrypted)
    request = {
        "msgtype": "m.key.verification.request",
        "body": "veut vous vérifier",
        "from_device": alice.client.device_id,
        "to": bot.user_id,
        "methods": ["m.sas.v1"],
    }
    first, second = [await alice.send(room, request) for _ in range(2)]
    cancels = await alice.until(lambda: len(found := cancelled(alice, room, bot)) == 2 and found, "cancels")
    assert [relation(event) for event in cancels] == [
        {"rel_type": "m.reference", "event_id": one} for one in (first, second)
    ]
    [notice] = await alice.until(lambda: alice.answers(room, first, bot.user_id), "notice")
    assert isinstance(notice, nio.RoomMessageNotice)
    assert bot.user_id in notice.body
    await alice.ask(room, "et ensuite ?", bot.user_id)
    assert not alice.answers(room, second, bot.user_id)


def cancelled(one: Person, room: str, bot: Bot) -> list[Any]:
    seen = one.seen[room]
    return [event for event in seen if event.source.get("type") == "m.key.verification.cancel" and is_of(event, bot)]


def is_of(event: Any, bot: Bot) -> bool:
    return bool(event.sender == bot.user_id)


# ---- declined -------------------------------------------------------------------------------------------------------


@CLEAR_OR_ENCRYPTED
async def test_where_the_policy_allows_it_somebody_who_is_declined_is_told_why_once_and_it_leaves(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet, encrypted: bool
) -> None:
    mallory = await meet(homeserver, "mallory")
    bot = new_bot(homeserver, allowed_users=["agent*:test.local"], tell_declined=True).start()
    room = await mallory.room_with(bot.user_id, encrypted=encrypted, wait=False)
    await mallory.until(lambda: ("join", None) in member(mallory, room, bot.user_id), "join")
    unheard = await mallory.say(room, "!fast aide")
    await mallory.until(lambda: member(mallory, room, bot.user_id)[-1][0] == "leave", "leave")
    [told] = await mallory.until(lambda: readable(mallory, room, bot), "notice")
    assert "agents autorisés" in told.body
    assert [event for event in mallory.seen[room] if replied(event) == unheard] == []
    # Of one person, once a day: the next rooms are declined without a word, nor entered.
    other = await mallory.room_with(bot.user_id, encrypted=encrypted, wait=False)
    await mallory.until(lambda: len(member(mallory, other, bot.user_id)) == 2, "answer to the invitation")
    assert [membership for membership, _ in member(mallory, other, bot.user_id)] == ["invite", "leave"]
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM invitations")
