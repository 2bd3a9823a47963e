"""The bot is killed as by `kill -9` at random moments: nothing is lost, nothing comes twice, each room keeps its order.

KILL_RUNS=10 runs each of them ten times, with other moments each time.
"""

import asyncio
import os
import random
from collections.abc import Callable, Sequence

import pytest
from person import Person, person, replied
from running import Bot
from synapse import Homeserver

pytestmark = pytest.mark.synapse

QUESTIONS = 50
ROOMS = 5
KILLS = 3
RUNS = int(os.environ.get("KILL_RUNS", "1"))
SENT = "SELECT COUNT(*) >= {} FROM outbox WHERE state = 'sent'"

Names = Callable[[str], str]
Asked = list[tuple[str, str]]


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_killed_in_a_burst_every_question_is_answered_once_in_order(
    homeserver: Homeserver, bot: Bot, names: Names, encrypted: bool, run: int
) -> None:
    async def scenario() -> None:
        alice, rooms = await _in_rooms(homeserver, bot, names, encrypted)
        killing = asyncio.create_task(_kill_at_random(bot))
        asked = await _ask(alice, rooms)
        await killing
        await _check(alice, bot, asked)

    asyncio.run(scenario())


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_killed_while_it_catches_up_every_question_is_answered_once_in_order(
    homeserver: Homeserver, bot: Bot, names: Names, encrypted: bool, run: int
) -> None:
    async def scenario() -> None:
        alice, rooms = await _in_rooms(homeserver, bot, names, encrypted)
        bot.kill()
        asked = await _ask(alice, rooms)
        bot.start()
        await _kill_at_random(bot)
        await _check(alice, bot, asked)

    asyncio.run(scenario())


async def _in_rooms(server: Homeserver, bot: Bot, names: Names, encrypted: bool) -> tuple[Person, list[str]]:
    """Return a person and the rooms that they share with the bot, which has answered once in each."""
    alice = await person(server, names("alice"))
    rooms = [await alice.room_with(bot.user_id, encrypted=encrypted) for _ in range(ROOMS)]
    for room in rooms:
        await alice.ask(room, "prêt", bot.user_id)
    return alice, rooms


async def _ask(alice: Person, rooms: Sequence[str]) -> Asked:
    asked = []
    for number in range(QUESTIONS):
        room = rooms[number % len(rooms)]
        asked.append((room, await alice.say(room, f"question {number}")))
    return asked


async def _kill_at_random(bot: Bot) -> None:
    """Kill the bot a few times between its answers, at moments that no test chose, and start it again each time."""
    chance = random.Random()
    moments = sorted(chance.sample(range(1, QUESTIONS), KILLS))
    print("killed after", moments)
    for moment in moments:
        await asyncio.to_thread(bot.wait_until, SENT.format(ROOMS + moment), 240)
        await asyncio.sleep(chance.uniform(0, 0.05))
        bot.kill()
        bot.start()


async def _check(alice: Person, bot: Bot, asked: Asked) -> None:
    """Check that each question has one answer, and that each room has them in the order of the questions."""
    await alice.until(lambda: all(alice.answers(*one, bot.user_id) for one in asked), "every answer", 240)
    # Nothing more comes: an answer that comes last of all has overtaken any that was sent twice.
    room = asked[0][0]
    await alice.ask(room, "c'est tout", bot.user_id)
    assert [len(alice.answers(*one, bot.user_id)) for one in asked] == [1] * len(asked)
    for room in {room for room, _ in asked}:
        questions = [event_id for where, event_id in asked if where == room]
        replies = [replied(event) for event in alice.said_by(bot.user_id, room)]
        assert [event_id for event_id in replies if event_id in questions] == questions
    await alice.close()
