"""The bot in rooms of a real Synapse on this machine: the time of an answer, a crowd at once, memory, stand-stills."""

import asyncio
import itertools
import logging
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import psutil

from benchmarks.figures import Bound, Row, Table, latencies
from benchmarks.hostile import HELD_UP
from benchmarks.rooms import KNOWLEDGE, Bot, Homeserver, Person, Program, make_bot, person
from benchmarks.workspace import GOLD, Workspace
from bot.evaluation.expectations import load_questions

ROUND_TRIPS = 40
CROWD = 100
EVENTS = 20_000
STAGES = 10  # of a day: memory is read after each

ANSWER = Bound("p50", 400.0)
_IDLE = "NOT EXISTS (SELECT 1 FROM inbox WHERE state = 'new') AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'new')"

GROWTH = Bound("part", 0.10)
STILL = Bound("max", 100.0)

_PATIENCE = 300  # seconds
_AT_ONCE = 8  # people who log in, or write, at the same time
_LOADED = 20  # people of the load, each in an encrypted room
_TURNS = 10  # messages of each
_DAY_ROOMS = 20
_DAY_PEOPLE = 4
_QUESTION_EVERY = 10  # events of a day; the others are what people say to each other


def measure_round_trip(workspace: Workspace) -> Table:
    """Return the milliseconds from a question sent to its answer decrypted, and the same of a bot that only echoes."""
    times = {}
    for name, echo in (("réponse en salon chiffré", False), ("un simple écho, en salon chiffré", True)):
        with running_world(workspace.inside(f"trip-{echo}"), echo=echo, index=workspace) as (server, bot):
            times[name] = asyncio.run(_round_trips(server, bot))
    rows = [Row(name, found, None if "écho" in name else ANSWER) for name, found in times.items()]
    notes = [
        f"{ROUND_TRIPS} questions l'une après l'autre, sans limite d'appels",
        "processeur : ce que dépensent pour une question Synapse, le bot et la personne, ensemble",
    ]
    return Table("roundtrip", "ms", rows, notes)


def measure_crowd(workspace: Workspace) -> Table:
    """Return the seconds that people wait who ask at once, each in an encrypted room of their own.

    Raises AssertionError when an answer has not come in five minutes.
    """
    with running_world(workspace.inside("crowd"), index=workspace) as (server, bot):
        waits, used, counts = asyncio.run(_crowd(server, bot))
    doubled = sum(number for answers, number in counts.items() if answers > 1)
    note = (
        f"{CROWD} personnes, {CROWD} salons, première question de chacun ; {len(waits)} réponses, {doubled} en double"
    )
    row = Row("attente d'une réponse", {**latencies([waits]), "processeur": used})
    return Table(
        "crowd", "s", [row], [note, "processeur : ce que dépensent Synapse, le bot et les personnes, ensemble"]
    )


def measure_stand_stills(workspace: Workspace) -> Table:
    """Return how long the loop of the bot stands still, while a crowd asks and some of it means harm."""
    file = workspace.folder / "pulse"
    with running_world(
        workspace.inside("still"), index=workspace, program=("-m", "benchmarks.pulse", str(file))
    ) as world:
        asked, since, until = asyncio.run(_load(*world))
        held = _held(world[1])
    lines = [list(map(float, line.split())) for line in file.read_text(encoding="ascii").splitlines()]
    during = [[1000 * one for one in still] for ended, *still in lines if since < ended < until]
    rows = [
        Row("à l'horloge", latencies([[clock for clock, _, _ in during]])),
        Row("moins l'attente d'un processeur pris par d'autres", latencies([[c - w for c, w, _ in during]]), STILL),
        Row("en temps de processeur de la boucle", latencies([[used for _, _, used in during]]), STILL),
    ]
    notes = [
        f"{asked} messages de {_LOADED} personnes en {until - since:.0f} s, dont {len(HELD_UP)} hostiles ; "
        f"{len(during)} arrêts de plus de 5 ms",
        f"mémoire du bot et de ses processus après cela : {held:.0f} Mo",
    ]
    return Table("standstill", "ms", rows, notes)


def held_after_questions(workspace: Workspace, number: int) -> float:
    """Return the memory of the bot and its workers, in millions of bytes, after questions in an encrypted room."""
    with running_world(workspace.inside("held"), index=workspace) as (server, bot):
        return asyncio.run(_held_after(server, bot, number))


def measure_day(workspace: Workspace) -> Table:
    """Return the growth of the bot's memory over the events of a busy day, sent as fast as they are taken."""
    with running_world(workspace.inside("day"), index=workspace) as (server, bot):
        held = asyncio.run(_day(server, bot))
    notes = [
        f"Mo tous les {EVENTS // STAGES} événements : " + ", ".join(f"{one:.0f}" for one in held),
        f"{_DAY_ROOMS} salons, la moitié chiffrés ; une question tous les {_QUESTION_EVERY} événements",
    ]
    # The first stage opens everything once: growth counts from its end.
    return Table("day", "", [Row("croissance de la mémoire", {"part": held[-1] / held[0] - 1}, GROWTH)], notes)


# ---- the world ------------------------------------------------------------------------------------------------------


@contextmanager
def running_world(
    place: Workspace,
    *,
    index: Workspace,
    echo: bool = False,
    program: tuple[str, ...] | None = None,
    **settings: Any,
) -> Iterator[tuple[Homeserver, Bot]]:
    """Run a homeserver and a bot without limits on calls or questions, in a folder of their own.

    The bot is `program`, when there is one; `settings` are keys of [matrix].
    """
    logging.getLogger("nio").setLevel(logging.ERROR)  # it warns of each device that it has not met yet
    index.run(index.ingestion())
    few = None if echo else Program(index.config_file, KNOWLEDGE / "documents", index.config.state.directory)
    with ExitStack() as stack:
        server = Homeserver(place.folder / "synapse")
        stack.callback(server.stop)
        server.start()
        bot = make_bot(place.folder / "bot", server, "fast", few, **settings)
        stack.callback(bot.kill)
        bot.program = program or bot.program
        yield server, bot.start()


@asynccontextmanager
async def _people(server: Homeserver, number: int) -> AsyncIterator[list[Person]]:
    people = await _few_at_once([partial(person, server, f"person{place}") for place in range(number)])
    try:
        yield people
    finally:
        await asyncio.gather(*(one.close() for one in people))


async def _few_at_once(acts: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Do many things, a few at the same time; return what they return, in order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def through(act: Callable[[], Awaitable[Any]]) -> Any:
        async with gate:
            return await act()

    return await asyncio.gather(*map(through, acts))


def _questions(number: int) -> list[str]:
    gold = load_questions(GOLD)
    return [one.text for one in itertools.islice(itertools.cycle(gold), number)]


# ---- what is measured -----------------------------------------------------------------------------------------------


async def _round_trips(server: Homeserver, bot: Bot) -> dict[str, float]:
    """Return the milliseconds of an answer, and of processor time for one, after a few that warm up."""
    async with _people(server, 1) as [anne]:
        room = await anne.room_with(bot.user_id, encrypted=True)
        for question in _questions(5):
            await anne.ask(room, question, bot.user_id)
        used = _processor()
        times = [await _timed(anne, room, question, bot) * 1000 for question in _questions(ROUND_TRIPS)]
        return {**latencies([times]), "processeur": (_processor() - used) * 1000 / ROUND_TRIPS}


def _processor() -> float:
    """Return the seconds of processor time that this process and its children have used."""
    here = psutil.Process()
    times = [one.cpu_times() for one in (here, *here.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


async def _timed(one: Person, room: str, question: str, bot: Bot) -> float:
    """Return the seconds from a question to its answer."""
    started = time.perf_counter()
    await one.answer(room, await one.say(room, question), bot.user_id, _PATIENCE)
    return time.perf_counter() - started


async def _crowd(server: Homeserver, bot: Bot) -> tuple[list[float], float, Counter[int]]:
    """Return the seconds that each waited, those of processor time in all, and how many people had so many answers."""
    async with _people(server, CROWD) as people:
        rooms = await _few_at_once([partial(one.room_with, bot.user_id, encrypted=True) for one in people])
        asked = zip(people, rooms, _questions(CROWD), strict=True)
        before = _processor()
        waits = await asyncio.gather(*(_timed(*one, bot) for one in asked))
        used = _processor() - before
        await _until_answered(bot, CROWD)
        await asyncio.gather(*(one.sync(1000) for one in people))
        said = [len(one.said_by(bot.user_id, room)) for one, room in zip(people, rooms, strict=True)]
        return waits, used, Counter(said)


async def _load(server: Homeserver, bot: Bot) -> tuple[int, float, float]:
    """Have many people ask one thing after the other, some of them to hold up the bot.

    Return how many messages there were, and when they began and ended.
    """
    async with _people(server, _LOADED) as people:
        rooms = await _few_at_once([partial(one.ready_with, bot.user_id, encrypted=True) for one in people])
        texts = iter([*_questions(_LOADED * _TURNS)])
        harm = iter(HELD_UP)
        started = time.monotonic()

        async def talk(one: Person, room: str) -> int:
            said = [next(texts) for _ in range(_TURNS)]
            said[_TURNS // 2 : _TURNS // 2] = [found] if (found := next(harm, None)) is not None else []
            for text in said:
                await one.answer(room, await one.say(room, text), bot.user_id, _PATIENCE)
            return len(said)

        asked = await asyncio.gather(*(talk(*pair) for pair in zip(people, rooms, strict=True)))
        return sum(asked), started, time.monotonic()


async def _day(server: Homeserver, bot: Bot) -> list[float]:
    """Return the bot's memory after each stage of a day, in millions of bytes."""
    held, asked = [], 0
    async with _people(server, _DAY_PEOPLE) as people:
        rooms = [(people[place % _DAY_PEOPLE], await _meeting(people, place, bot)) for place in range(_DAY_ROOMS)]
        for stage in range(1, STAGES + 1):
            asked += await _talk(rooms, _questions(EVENTS // STAGES), bot)
            await _until_answered(bot, asked)
            held.append(_held(bot))
            sys.stderr.write(f"{stage * EVENTS // STAGES} événements : {held[-1]:.0f} Mo\n")
    return held


async def _meeting(people: Sequence[Person], place: int, bot: Bot) -> str:
    """Make a room of two people and the bot: what they say is for the bot when they name it alone."""
    host, guest = people[place % len(people)], people[(place + 1) % len(people)]
    room: str = await host.room_with(bot.user_id, guest.user_id, encrypted=place % 2 == 0, wait=False)
    await guest.client.join(room)
    await host.until(lambda: len(host.client.rooms[room].users) == 3 if room in host.client.rooms else False, "join")
    return room


async def _talk(rooms: Sequence[tuple[Person, str]], texts: Sequence[str], bot: Bot) -> int:
    """Say the texts in turn in the rooms, one at a time in each; return how many were questions to the bot."""

    async def tell(place: int, one: Person, room: str) -> int:
        said = texts[place :: len(rooms)]
        for number, text in enumerate(said):
            await one.say(room, f"{bot.user_id} {text}" if number % _QUESTION_EVERY == 0 else text)
        return len(said[::_QUESTION_EVERY])

    return sum(await _few_at_once([partial(tell, place, *room) for place, room in enumerate(rooms)]))


async def _until_answered(bot: Bot, questions: int) -> None:
    """Wait until the bot has received so many questions in all, and has nothing more to do."""
    await asyncio.to_thread(
        bot.wait_until, f"SELECT (SELECT count(*) FROM inbox) >= {questions} AND {_IDLE}", _PATIENCE
    )


async def _held_after(server: Homeserver, bot: Bot, number: int) -> float:
    async with _people(server, 2) as people:
        rooms = [await one.room_with(bot.user_id, encrypted=True) for one in people]
        asked = enumerate(_questions(number))
        for place, question in asked:
            await people[place % 2].ask(rooms[place % 2], question, bot.user_id)
        return _held(bot)


def _held(bot: Bot) -> float:
    """Return the memory of the bot and its workers, in millions of bytes; what they share counts once."""
    process = psutil.Process(bot.pid)
    return float(sum(one.memory_full_info().pss for one in (process, *process.children(recursive=True))) / 1e6)
