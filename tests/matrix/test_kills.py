"""The bot is killed as by `kill -9` at random moments: nothing is lost, nothing comes twice, each room keeps its order.

KILL_RUNS=10 runs each of them ten times, with other moments each time.
"""

import asyncio
import os
import random

import pytest
from person import Meet, Person, replied
from running import Bot
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

QUESTIONS = 50
PEOPLE = 3
ROOMS = 6
KILLS = 3
RUNS = int(os.environ.get("KILL_RUNS", "1"))
SENT = "SELECT COUNT(*) >= {} FROM outbox WHERE state = 'sent'"

Rooms = list[tuple[Person, str]]
Asked = list[tuple[Person, str, str]]


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_killed_in_a_burst_every_question_is_answered_once_in_order(
    homeserver: Homeserver, bot: Bot, meet: Meet, encrypted: bool, run: int
) -> None:
    rooms = await _rooms(homeserver, bot, meet, encrypted)
    killing = asyncio.create_task(_kill_at_random(bot))
    asked = await _ask(rooms)
    await killing
    await _check(bot, asked)


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_killed_while_it_catches_up_every_question_is_answered_once_in_order(
    homeserver: Homeserver, bot: Bot, meet: Meet, encrypted: bool, run: int
) -> None:
    rooms = await _rooms(homeserver, bot, meet, encrypted)
    bot.kill()
    asked = await _ask(rooms)
    bot.start()
    await _kill_at_random(bot)
    await _check(bot, asked)


async def _rooms(server: Homeserver, bot: Bot, meet: Meet, encrypted: bool) -> Rooms:
    """Return rooms of a few people and the bot, which has answered once in each."""
    people = [await meet(server, "someone") for _ in range(PEOPLE)]
    hosts = [people[number % PEOPLE] for number in range(ROOMS)]
    return [(host, await host.ready_with(bot.user_id, encrypted=encrypted)) for host in hosts]


async def _ask(rooms: Rooms) -> Asked:
    asked = []
    for number in range(QUESTIONS):
        host, room = rooms[number % len(rooms)]
        asked.append((host, room, await host.say(room, f"question {number}")))
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


async def _check(bot: Bot, asked: Asked) -> None:
    """Check that each question has one answer, and that each room has them in the order of the questions."""
    rooms: dict[tuple[Person, str], list[str]] = {}
    for host, room, question in asked:
        rooms.setdefault((host, room), []).append(question)
    for (host, room), questions in rooms.items():
        await host.until(lambda: all(host.answers(room, one, bot.user_id) for one in questions), "answers", 240)  # noqa: B023 - used at once
        # Nothing more comes: an answer that comes last of all has overtaken any that was sent twice.
        await host.ask(room, "c'est tout", bot.user_id)
        replies = [replied(event) for event in host.said_by(bot.user_id, room)]
        assert [event_id for event_id in replies if event_id in questions] == questions
