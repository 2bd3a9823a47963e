"""Rooms come and go: invitations, accepted or not, empty rooms, upgrades, kicks; and what was said before."""

import asyncio
from collections.abc import Callable

import nio
import pytest
from person import Meet, Person
from proxy import Proxy
from running import Bot
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]


def member(alice: Person, room: str, user: str) -> list[tuple[str, str | None]]:
    """Return what became of a user in a room: each membership with its reason."""
    return [
        (event.membership, event.content.get("reason"))
        for event in alice.seen[room]
        if isinstance(event, nio.RoomMemberEvent) and event.state_key == user
    ]


async def test_an_invitation_by_someone_whom_it_does_not_serve_is_declined_with_the_reason(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    alice = await meet(homeserver, "agent")
    mallory = await meet(homeserver, "mallory")
    bot = new_bot(homeserver, allowed_users=["agent*:test.local"]).start()
    room = await mallory.room_with(bot.user_id, encrypted=True, wait=False)
    [_, (membership, reason)] = await mallory.until(
        lambda: len(found := member(mallory, room, bot.user_id)) == 2 and found, "answer to the invitation"
    )
    assert membership == "leave"
    assert "agents autorisés" in (reason or "")
    direct = await alice.room_with(bot.user_id, encrypted=True)
    await alice.ask(direct, "et moi ?", bot.user_id)


async def test_what_was_asked_with_the_invitation_while_it_was_away_is_answered(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    bot = new_bot(homeserver).start()
    await alice.ready_with(bot.user_id, encrypted=True)
    bot.kill()
    bob = await meet(homeserver, "bob")
    other = await bob.room_with(bot.user_id, encrypted=True, wait=False)
    await bob.until(lambda: other in bob.client.rooms and bob.client.rooms[other].encrypted, "room")
    asked = await bob.say(other, "bonjour")
    bot.start()
    await bob.answer(other, asked, bot.user_id)


async def test_a_bot_killed_with_an_invitation_in_hand_joins_after_all(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver).start()
    await alice.ready_with(bot.user_id, encrypted=True)
    for _ in range(3):
        room = await alice.room_with(bot.user_id, encrypted=True, wait=False)
        await asyncio.to_thread(
            bot.wait_until,
            "SELECT COUNT(*) FROM (SELECT room_id FROM invitations UNION SELECT room_id FROM rooms) "
            f"WHERE room_id = '{room}'",
        )
        bot.kill()
        bot.start()
        await alice.until(lambda: ("join", None) in member(alice, room, bot.user_id), "join")  # noqa: B023 - used before the next turn


async def test_what_was_said_before_it_joined_is_ignored(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bob.user_id, encrypted=False, wait=False)
    await bob.client.join(room)
    await alice.sync(0)
    old = await alice.say(room, "!fast statut")
    await alice.client.room_invite(room, bot.user_id)
    await alice.until(lambda: ("join", None) in member(alice, room, bot.user_id), "join")
    asked = await alice.say(room, "!fast statut")
    await alice.answer(room, asked, bot.user_id)
    assert not alice.answers(room, old, bot.user_id)


async def test_it_leaves_a_room_where_it_is_alone(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    await alice.client.room_leave(room)
    await asyncio.to_thread(bot.wait_until, f"SELECT COUNT(*) = 0 FROM rooms WHERE room_id = '{room}'")
    other = await alice.room_with(bot.user_id, encrypted=True)
    await alice.ask(other, "toujours là ?", bot.user_id)


async def test_kicked_in_the_middle_of_an_answer_it_goes_on_elsewhere(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    other = await alice.room_with(bot.user_id, encrypted=True)
    await alice.ask(room, "prêt", bot.user_id)
    await alice.say(room, "lent 2")
    await alice.say(room, "et ensuite")
    await alice.client.room_kick(room, bot.user_id)
    await alice.ask(other, "toujours là ?", bot.user_id)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM outbox WHERE state = 'new'")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM inbox WHERE state = 'new'")
    # Banned is no other matter; invited again, it comes back.
    await alice.client.room_invite(room, bot.user_id)
    await alice.until(lambda: member(alice, room, bot.user_id)[-1][0] == "join", "join")
    await alice.ask(room, "de retour ?", bot.user_id)


async def test_it_follows_a_public_room_that_is_upgraded(homeserver: Homeserver, bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=False)
    successor = await upgrade(homeserver, alice, room)
    await alice.until(lambda: ("join", None) in member(alice, successor, bot.user_id), "join")
    await alice.ask(successor, "toujours là ?", bot.user_id)


async def test_banned_and_invited_again_while_it_is_away_it_answers_what_comes_with_the_invitation_alone(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, bob.user_id, encrypted=False, wait=False)
    await bob.client.join(room)
    await alice.until(lambda: alice.joined(room) == {alice.user_id, bob.user_id, bot.user_id}, "everyone")
    await alice.answer(room, await alice.say(room, "!fast prêt"), bot.user_id)
    waiting = await alice.say(room, "!fast lent 2 avant")
    bot.kill()
    await alice.client.room_ban(room, bot.user_id)
    missed = await alice.say(room, "!fast entre nous")
    await alice.client.room_unban(room, bot.user_id)
    await alice.client.room_invite(room, bot.user_id)
    asked = await alice.say(room, "!fast de retour ?")
    bot.start()
    await alice.answer(room, asked, bot.user_id)
    await alice.answer(room, await alice.say(room, "!fast et ensuite ?"), bot.user_id)
    assert not alice.answers(room, missed, bot.user_id)
    assert not alice.answers(room, waiting, bot.user_id)


async def test_it_joins_the_private_successor_that_it_is_invited_to(
    homeserver: Homeserver, bot: Bot, alice: Person
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    successor = await upgrade(homeserver, alice, room)
    assert ("join", None) not in member(alice, successor, bot.user_id)
    await alice.client.room_invite(successor, bot.user_id)
    await alice.until(lambda: ("join", None) in member(alice, successor, bot.user_id), "join")
    await alice.ask(successor, "toujours là ?", bot.user_id)


async def test_it_follows_an_upgraded_room_though_it_was_killed_before_it_could(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        room = await alice.ready_with(bot.user_id, encrypted=False)
        proxy.at, proxy.failing = "/join/", 502
        successor = await upgrade(homeserver, alice, room)
        await asyncio.to_thread(bot.wait_until_logged, "follow room=")
        bot.kill()
        proxy.failing = None
        bot.start()
        await alice.until(lambda: ("join", None) in member(alice, successor, bot.user_id), "join")


async def test_it_does_not_follow_where_someone_leads_whom_it_does_not_serve(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    alice, mallory = await meet(homeserver, "agent"), await meet(homeserver, "mallory")
    bot = new_bot(homeserver, allowed_users=["agent*:test.local"]).start()
    room = await mallory.room_with(alice.user_id, encrypted=False, wait=False)
    await alice.client.join(room)
    await mallory.until(lambda: alice.user_id in mallory.joined(room), "agent")
    levels = {"users": {mallory.user_id: 100, alice.user_id: 50}, "invite": 50}
    await mallory.client.room_put_state(room, "m.room.power_levels", levels)
    await alice.client.room_invite(room, bot.user_id)
    await alice.until(lambda: bot.user_id in alice.joined(room), "bot")
    direct = await alice.room_with(bot.user_id, encrypted=False)
    successor = await upgrade(homeserver, mallory, room)
    await alice.ask(direct, "toujours là ?", bot.user_id)
    await mallory.sync(0)
    assert member(mallory, successor, bot.user_id) == []


async def upgrade(server: Homeserver, one: Person, room: str) -> str:
    """Upgrade a room; return its successor."""
    path = f"/_matrix/client/v3/rooms/{room}/upgrade"
    found = await asyncio.to_thread(server.call, "POST", path, {"new_version": "10"}, one.client.access_token)
    return str(found["replacement_room"])
