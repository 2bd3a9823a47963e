"""Rooms come and go: invitations, accepted or not, empty rooms, upgrades, kicks; and what was said before."""

import asyncio
from collections.abc import Callable

import nio
import pytest
from person import Person, person
from running import Bot
from synapse import Homeserver

pytestmark = pytest.mark.synapse

Names = Callable[[str], str]
NewBot = Callable[..., Bot]


def member(alice: Person, room: str, user: str) -> list[tuple[str, str | None]]:
    """Return what became of a user in a room: each membership with its reason."""
    return [
        (event.membership, event.content.get("reason"))
        for event in alice.seen[room]
        if isinstance(event, nio.RoomMemberEvent) and event.state_key == user
    ]


def test_an_invitation_by_someone_whom_it_does_not_serve_is_declined_with_the_reason(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("agent"))
        mallory = await person(homeserver, names("mallory"))
        bot = new_bot(homeserver, allowed_users=["agent*:test.local"]).start()
        room = await mallory.room_with(bot.user_id, encrypted=True, wait=False)
        [_, (membership, reason)] = await mallory.until(
            lambda: len(found := member(mallory, room, bot.user_id)) == 2 and found, "answer to the invitation"
        )
        assert membership == "leave"
        assert "agents autorisés" in (reason or "")
        direct = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(direct, "et moi ?", bot.user_id)
        for one in (alice, mallory):
            await one.close()

    asyncio.run(scenario())


def test_what_was_asked_with_the_invitation_while_it_was_away_is_answered(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver).start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(room, "prêt", bot.user_id)
        bot.kill()
        bob = await person(homeserver, names("bob"))
        other = await bob.room_with(bot.user_id, encrypted=True, wait=False)
        await bob.until(lambda: other in bob.client.rooms and bob.client.rooms[other].encrypted, "room")
        asked = await bob.say(other, "bonjour")
        bot.start()
        await bob.answer(other, asked, bot.user_id)
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


def test_a_bot_killed_with_an_invitation_in_hand_joins_after_all(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver).start()
        alice = await person(homeserver, names("alice"))
        first = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(first, "prêt", bot.user_id)
        for _ in range(3):
            room = await alice.room_with(bot.user_id, encrypted=True, wait=False)
            await asyncio.to_thread(
                bot.wait_until,
                "SELECT COUNT(*) FROM (SELECT room_id FROM invitations UNION SELECT room_id FROM rooms) "
                f"WHERE room_id = '{room}'",
            )
            bot.kill()
            bot.start()
            await alice.until(lambda: ("join", None) in member(alice, room, bot.user_id), "join")  # noqa: B023
        await alice.close()

    asyncio.run(scenario())


def test_what_was_said_before_it_joined_is_ignored(homeserver: Homeserver, bot: Bot, names: Names) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
        bob = await person(homeserver, names("bob"))
        room = await alice.room_with(bob.user_id, encrypted=False, wait=False)
        await bob.client.join(room)
        await alice.sync(0)
        old = await alice.say(room, "!fast statut")
        await alice.client.room_invite(room, bot.user_id)
        await alice.until(lambda: ("join", None) in member(alice, room, bot.user_id), "join")
        asked = await alice.say(room, "!fast statut")
        await alice.answer(room, asked, bot.user_id)
        assert not alice.answers(room, old, bot.user_id)
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


def test_it_leaves_a_room_where_it_is_alone(homeserver: Homeserver, bot: Bot, names: Names) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(room, "prêt", bot.user_id)
        await alice.client.room_leave(room)
        await asyncio.to_thread(bot.wait_until, f"SELECT COUNT(*) = 0 FROM rooms WHERE room_id = '{room}'")
        other = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(other, "toujours là ?", bot.user_id)
        await alice.close()

    asyncio.run(scenario())


def test_kicked_in_the_middle_of_an_answer_it_goes_on_elsewhere(homeserver: Homeserver, bot: Bot, names: Names) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
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
        await alice.close()

    asyncio.run(scenario())


def test_it_follows_a_public_room_that_is_upgraded(homeserver: Homeserver, bot: Bot, names: Names) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=False)
        await alice.ask(room, "prêt", bot.user_id)
        path = f"/_matrix/client/v3/rooms/{room}/upgrade"
        found = await asyncio.to_thread(homeserver.call, "POST", path, {"new_version": "10"}, alice.client.access_token)
        successor = found["replacement_room"]
        await alice.until(lambda: ("join", None) in member(alice, successor, bot.user_id), "join")
        await alice.ask(successor, "toujours là ?", bot.user_id)
        await alice.close()

    asyncio.run(scenario())
