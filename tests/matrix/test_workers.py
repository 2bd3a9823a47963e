"""The bot and its workers: no message holds up another room, or the end of the bot, or is taken up for ever."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from fakes import ChatEndpoint
from person import Meet, Person, replied
from program import Program
from running import Bot
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]
SECONDS_TO_STOP = 5


def workers(bot: Bot) -> list[int]:
    """The worker processes of a bot."""
    found = []
    for one in psutil.Process(bot.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "worker" in " ".join(one.cmdline()):
                found.append(one.pid)
    return found


def stopped(bot: Bot) -> float:
    """Ask a bot to stop; return the seconds that it took, once it has, and its workers with it."""
    left, started = workers(bot), time.monotonic()
    assert bot.stop() == 0
    took = time.monotonic() - started
    wait_until(lambda: not any(map(psutil.pid_exists, left)))
    return took


def wait_until(is_so: Callable[[], Any], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_burning(bot: Bot) -> bool:
    """Whether a worker has used half a second of processor time in all: one that echoes takes a tenth of that."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return any(psutil.Process(pid).cpu_times().user > 0.5 for pid in workers(bot))
    return False


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_who_asks_too_much_is_told_and_another_room_is_answered_meanwhile(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet, encrypted: bool
) -> None:
    bot = new_bot(homeserver).start()
    alice, mallory = await meet(homeserver, "alice"), await meet(homeserver, "mallory")
    rooms = [await one.ready_with(bot.user_id, encrypted=encrypted) for one in (alice, mallory)]
    hostile = await mallory.say(rooms[1], "brûle tout")
    await asyncio.to_thread(wait_until, lambda: is_burning(bot))
    answers = [await alice.ask(rooms[0], f"question {number}", bot.user_id) for number in range(3)]
    told = await mallory.answer(rooms[1], hostile, bot.user_id)
    assert "trop de temps" in told.body
    assert max(one.server_timestamp for one in answers) < told.server_timestamp
    after = await mallory.ask(rooms[1], "et une vraie question", bot.user_id)
    assert "vraie question" in after.body
    assert len(mallory.answers(rooms[1], hostile, bot.user_id)) == 1


async def test_when_every_worker_is_held_up_the_others_wait_no_longer_than_the_limit(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    bot = new_bot(homeserver).start(FAST_ANSWERS__PROCESSOR_SECONDS="1")
    people = [await meet(homeserver, "someone") for _ in range(4)]
    rooms = [await one.ready_with(bot.user_id, encrypted=False) for one in people]
    hostile = [await one.say(room, "brûle tout") for one, room in zip(people[:3], rooms, strict=False)]
    answer = await people[3].ask(rooms[3], "une question", bot.user_id)
    assert "une question" in answer.body
    for one, room, question in zip(people, rooms, hostile, strict=False):
        assert "trop de temps" in (await one.answer(room, question, bot.user_id)).body


async def test_the_bot_stops_at_once_during_an_answer_without_end_and_that_is_no_crash(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver).start(FAST_ANSWERS__PROCESSOR_SECONDS="600")
    room = await alice.ready_with(bot.user_id, encrypted=True)
    for _ in range(3):
        await alice.say(room, "brûle tout")
        await asyncio.to_thread(wait_until, lambda: is_burning(bot))
        assert await asyncio.to_thread(stopped, bot) < SECONDS_TO_STOP
        assert bot.rows("SELECT MAX(tries) FROM inbox WHERE state = 'new'") == [(0,)]
        bot.start(FAST_ANSWERS__PROCESSOR_SECONDS="600")
        await asyncio.to_thread(wait_until, lambda: is_burning(bot))


def test_the_bot_stops_at_once_while_a_worker_opens(homeserver: Homeserver, new_bot: NewBot) -> None:
    bot = new_bot(homeserver)
    (bot.folder / "slow").touch()
    bot.start()
    wait_until(lambda: is_burning(bot))
    assert stopped(bot) < SECONDS_TO_STOP


def test_the_bot_stops_at_once_while_it_builds_its_first_index(
    homeserver: Homeserver, new_bot: NewBot, program: Program, tmp_path: Path
) -> None:
    bot = new_bot(homeserver, program)
    shutil.rmtree(bot.state / "index")
    bot.start()
    # The documents are read; their vectors, and those of the known questions, take twenty seconds and more.
    bot.wait_until_logged("Lecture des documents")
    assert stopped(bot) < SECONDS_TO_STOP


async def test_workers_killed_in_a_burst_lose_nothing_and_double_nothing(
    homeserver: Homeserver, bot: Bot, meet: Meet
) -> None:
    people = [await meet(homeserver, "someone") for _ in range(3)]
    rooms = [(one, await one.ready_with(bot.user_id, encrypted=True)) for one in people]
    killing = asyncio.create_task(asyncio.to_thread(kill_workers, bot, 8))
    asked = []
    for number in range(30):
        one, room = rooms[number % len(rooms)]
        asked.append((one, room, await one.say(room, f"lent 0.1 {number}")))
    await killing
    for one, room in rooms:
        questions = [question for _, where, question in asked if where == room]
        await one.until(lambda: all(one.answers(room, question, bot.user_id) for question in questions), "answers", 120)  # noqa: B023 - used at once
        await one.ask(room, "c'est tout", bot.user_id)
        replies = [replied(event) for event in one.said_by(bot.user_id, room)]
        assert [event_id for event_id in replies if event_id in questions] == questions


def kill_workers(bot: Bot, times: int) -> None:
    """Kill workers at moments that no test chose."""
    chance = random.Random()
    for _ in range(times):
        time.sleep(chance.uniform(0.1, 0.4))
        for pid in chance.sample(workers(bot), 1) if workers(bot) else ():
            os.kill(pid, signal.SIGKILL)


async def test_what_kills_its_worker_each_time_becomes_a_fault_with_a_reference(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=False)
    told = await alice.ask(room, "meurs encore", bot.user_id)
    reference = told.body.partition("référence ")[2].partition(")")[0]
    assert f"fault reference={reference}" in bot.log
    assert "et après" in (await alice.ask(room, "et après", bot.user_id)).body


ENDLESS = {"FAST_ANSWERS__PROCESSOR_SECONDS": "600"}


async def test_what_the_bot_has_died_over_twice_is_set_aside_with_a_reference_and_the_rest_is_answered(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    bot = new_bot(homeserver).start(**ENDLESS)
    alice, bob = await meet(homeserver, "alice"), await meet(homeserver, "bob")
    rooms = [await one.ready_with(bot.user_id, encrypted=True) for one in (alice, bob)]
    deadly = await alice.say(rooms[0], "brûle tout")
    following = [await alice.say(rooms[0], f"suite {number}") for number in range(2)]
    beside = await bob.say(rooms[1], "lent 3 à côté")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM inbox WHERE state = 'new' AND tries = 1")
    await die_over_it_twice(bot)
    told = await alice.answer(rooms[0], deadly, bot.user_id)
    reference = told.body.partition("référence ")[2].partition(")")[0]
    assert f"fault reference={reference} event={deadly}" in bot.log
    for event in following:
        assert "suite" in (await alice.answer(rooms[0], event, bot.user_id)).body
    # What was taken up beside it at the first crash is not blamed for the second.
    assert "à côté" in (await bob.answer(rooms[1], beside, bot.user_id)).body
    assert len(alice.answers(rooms[0], deadly, bot.user_id)) == 1
    assert bot.rows("SELECT event_id, text FROM inbox WHERE state = 'aside'") == [(deadly, "")]


async def test_an_edit_that_the_bot_has_died_over_twice_becomes_a_reference_in_place_of_the_answer(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver).start(**ENDLESS)
    room = await alice.ready_with(bot.user_id, encrypted=False)
    question = await alice.say(room, "une question")
    await alice.answer(room, question, bot.user_id)
    new = {"msgtype": "m.text", "body": "brûle tout"}
    relation = {"rel_type": "m.replace", "event_id": question}
    await alice.say(room, "brûle tout", **{"m.new_content": new, "m.relates_to": relation})
    await die_over_it_twice(bot)
    await alice.until(
        lambda: [one for one in alice.said_by(bot.user_id, room) if "référence" in one.body], "the reference"
    )
    assert "et après" in (await alice.ask(room, "et après", bot.user_id)).body


async def die_over_it_twice(bot: Bot) -> None:
    for _ in range(2):
        await asyncio.to_thread(wait_until, lambda: is_burning(bot))
        await asyncio.to_thread(bot.kill)
        bot.start(**ENDLESS)


async def test_an_ingestion_is_answered_from_without_a_restart(
    homeserver: Homeserver, new_bot: NewBot, indexed: Program, alice: Person
) -> None:
    bot = new_bot(homeserver, indexed).start()
    room = await alice.room_with(bot.user_id, encrypted=True)
    question = "Que mange la zibeline du comité ?"
    before = await alice.ask(room, question, bot.user_id)
    fiche = "# La zibeline du comité\n\nLa zibeline du comité mange 77 mulots par an.\n"
    (indexed.documents / "zibeline.md").write_text(fiche, encoding="utf-8")
    old = workers(bot)
    done = await asyncio.to_thread(Program(bot.config, indexed.documents, bot.state).ingest)
    assert done.returncode == 0, done.stdout + done.stderr
    await asyncio.to_thread(wait_until, lambda: len(workers(bot)) == 2 and not {*workers(bot)} & {*old})
    after = await alice.ask(room, question, bot.user_id)
    assert "77 mulots" not in before.body
    assert "77 mulots" in after.body


async def test_a_language_model_is_asked_by_the_workers_and_its_allowance_is_one_for_all(
    homeserver: Homeserver, new_bot: NewBot, few: Program, alice: Person
) -> None:
    with ChatEndpoint(500) as model:
        llm = {"BASE_URL": model.url, "MODEL": "m", "API_KEY": "k", "QUESTIONS_PER_USER": "3", "WORDING": "true"}
        bot = new_bot(homeserver, few).start(**{f"FAST_LLM__{key}": value for key, value in llm.items()})
        room = await alice.room_with(bot.user_id, encrypted=False)
        for _ in range(5):
            await alice.ask(room, "plafond du FAST 13 ?", bot.user_id)
        assert bot.rows("SELECT asked FROM model_questions") == [(3,)]
        status = await alice.ask(room, "!fast statut", bot.user_id)
        assert "modèle de langue" in status.body
        assert "pas encore sollicité" not in status.body
