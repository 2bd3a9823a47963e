"""`python -m benchmarks fuzz`: the bot in rooms of a real Synapse, among people who mean it harm, for some minutes.

Alice asks plain questions in a room of her own meanwhile; what she and the others may rely on is checked all along.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import psutil
import typer

from benchmarks.fuzz_field import Attacker, Field
from benchmarks.fuzz_report import show, traces
from benchmarks.fuzz_watch import Watch
from benchmarks.hostile import CANARY
from benchmarks.matrix import running_world
from benchmarks.rooms import Bot, Homeserver, Person, person
from benchmarks.workspace import Workspace, forget_settings

# What Alice asks, in turn, and what the answer says.
ASKED: Final = (
    ("Quel était le plafond du FAST 15 ?", "200 000 €"),
    ("Combien de lauréats au FAST 17 ?", "8 lauréats"),
    ("Qu'est-ce que le FAST ?", "Fonds d'accélération"),
    ("Qui peut être sponsor d'un projet ?", "secrétaire générale"),
    ("!fast simuler 450 k€", "200 000 €"),
    ("Quel est le taux de cofinancement ?", "50 %"),
)
_BOUND: Final = 60.0  # seconds that Alice waits at most
_BOUND_RESTARTED: Final = 180.0  # the same when the bot was killed meanwhile
_SETTLED: Final = 300.0  # seconds in which all that was sent is dealt with, at the end
_DENIED: Final = "@eve:test.local"


def fuzz(
    minutes: Annotated[float, typer.Option(help="Combien de minutes.")] = 30,
    seed: Annotated[int, typer.Option(help="D'où vient le hasard ; le même donne les mêmes envois.")] = 1,
    index: Annotated[Path | None, typer.Option(help="Un index déjà construit, à copier.")] = None,
    log: Annotated[Path | None, typer.Option(help="Où garder le journal du bot.")] = None,
) -> None:
    """Envoie au bot ce qui pourrait l'égarer et vérifie ce qu'il promet ; sortie 1 si une promesse est rompue."""
    forget_settings()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        place = Workspace(Path(folder))
        if index is not None:
            shutil.copytree(index, place.config.state.directory / "index")
        with running_world(place.inside("fuzz"), index=place, denied_users=[_DENIED]) as (server, bot):
            field = asyncio.run(_Fuzz(server, bot, seed).run(minutes * 60))
            if log is not None:
                shutil.copy(bot.folder / "bot.log", log)
    show(field, seed, minutes)
    sys.exit(1 if field.broken else 0)


class _Fuzz:
    """One run: who takes part, what each of them does, and what is looked at."""

    def __init__(self, server: Homeserver, bot: Bot, seed: int) -> None:
        self._server, self._bot, self._seed = server, bot, seed
        self._field = Field(bot.user_id)
        self._watch = Watch(server, self._field)
        self._until = 0.0
        self._restarting = False
        self._killed_at = -1e9

    async def run(self, seconds: float) -> Field:
        """Send and check for so many seconds, then wait until all is dealt with and check again."""
        alice, mallory, eve = [await person(self._server, name) for name in ("alice", "mallory", "eve")]
        try:
            own = await alice.ready_with(self._bot.user_id, encrypted=True)
            self._field.own[own] = {alice.user_id, self._bot.user_id}
            await self._rehearse(alice, own)
            attackers = await self._set_up(mallory, eve)
            self._until = time.monotonic() + seconds
            await asyncio.gather(
                self._ask_plainly(alice, own),
                *(self._attack(one) for one in attackers),
                self._kill_workers(),
                self._kill_bot(),
                self._look(),
            )
            await self._settle(alice, own, attackers)
        finally:
            for one in (alice, mallory, eve):
                await one.close()
        return self._field

    async def _set_up(self, mallory: Person, eve: Person) -> list[Attacker]:
        """Make the rooms: a clear one and an encrypted one of all three, and two of Mallory's own."""
        bot, field = self._bot.user_id, self._field
        for encrypted in (False, True):
            room = await mallory.room_with(bot, eve.user_id, encrypted=encrypted, wait=False)
            await eve.client.join(room)
            everyone = {bot, mallory.user_id, eve.user_id}
            for one in (mallory, eve):
                await one.until(lambda one=one: one.joined(room) == everyone, "everyone")  # noqa: B023
            field.shared[room] = encrypted
        for encrypted in (False, True):
            room = await mallory.room_with(bot, encrypted=encrypted)
            field.alone[room] = encrypted
        return [
            Attacker(mallory, field, self._drawn("mallory"), {**field.shared, **field.alone}),
            Attacker(eve, field, self._drawn("eve"), dict(field.shared)),
        ]

    def _drawn(self, who: str) -> random.Random:
        return random.Random(f"{self._seed}-{who}")

    # ---- Alice ----------------------------------------------------------------------------------------------------

    async def _rehearse(self, alice: Person, room: str) -> None:
        """Ask everything once before anybody means harm: what is expected is what the bot says."""
        for text, expected in ASKED:
            answer = await alice.answer(room, await self._said(alice, room, text), self._bot.user_id, 300)
            assert expected in _plain(answer.body), (text, answer.body)

    async def _said(self, alice: Person, room: str, text: str) -> str:
        event_id = str(await alice.say(room, text))
        self._field.sent[event_id] = (room, alice.user_id)
        self._field.alices.append(event_id)
        return event_id

    async def _ask_plainly(self, alice: Person, room: str) -> None:
        drawn, number = self._drawn("alice"), 0
        while time.monotonic() < self._until:
            text, expected = ASKED[number % len(ASKED)]
            number += 1
            self._field.counted["Alice : question", "sent"] += 1
            await self._ask(alice, room, text, expected)
            await asyncio.sleep(drawn.uniform(1, 4))

    async def _ask(self, alice: Person, room: str, text: str, expected: str) -> None:
        started = time.monotonic()
        event_id = await self._said(alice, room, text)
        try:
            answer = await alice.answer(room, event_id, self._bot.user_id, _BOUND_RESTARTED)
        except AssertionError:
            self._field.breaks("Alice n'a pas de réponse", f"{text} après {_BOUND_RESTARTED:.0f} s ({event_id})")
            return
        took = time.monotonic() - started
        self._field.waits.append(took)
        if took > _BOUND and self._killed_at < started - _BOUND:
            self._field.breaks("Alice attend trop", f"{text} : {took:.0f} s")
        with contextlib.suppress(AssertionError):  # the key of the answer may come after it
            await alice.until(lambda: alice.answers(room, event_id, self._bot.user_id)[0].decrypted, "key", 30)
        answer = alice.answers(room, event_id, self._bot.user_id)[0]
        if expected not in _plain(getattr(answer, "body", "")):
            self._field.breaks("Alice a une autre réponse", f"{text} : {getattr(answer, 'body', 'illisible')[:300]}")

    # ---- those who mean harm ----------------------------------------------------------------------------------------

    async def _attack(self, one: Attacker) -> None:
        while time.monotonic() < self._until:
            await one.act()
            await asyncio.sleep(one.draw.uniform(0, 0.3))

    async def _kill_workers(self) -> None:
        await self._now_and_then("kill", (15, 40), self._kill_a_worker)

    async def _kill_a_worker(self, drawn: random.Random) -> None:
        with contextlib.suppress(psutil.NoSuchProcess, AssertionError):
            children = psutil.Process(self._bot.pid).children()
            workers = [one.pid for one in children if "worker" in " ".join(one.cmdline())]
            if workers:
                os.kill(drawn.choice(workers), signal.SIGKILL)
                self._field.counted["kill -9 d'un processus de travail", "sent"] += 1

    async def _kill_bot(self) -> None:
        await self._now_and_then("kill-bot", (120, 300), self._kill_and_start)

    async def _kill_and_start(self, drawn: random.Random) -> None:
        self._restarting, self._killed_at = True, time.monotonic()
        await asyncio.to_thread(self._bot.kill)
        await asyncio.sleep(drawn.choice((0, 0, 5)))
        self._bot.start()
        self._restarting = False
        self._killed_at = time.monotonic()
        self._field.counted["kill -9 du bot", "sent"] += 1

    async def _now_and_then(
        self, who: str, between: tuple[float, float], act: Callable[[random.Random], Awaitable[None]]
    ) -> None:
        drawn = self._drawn(who)
        at = time.monotonic() + drawn.uniform(*between)
        while time.monotonic() < self._until:
            if time.monotonic() > at:
                await act(drawn)
                at = time.monotonic() + drawn.uniform(*between)
            await asyncio.sleep(0.5)

    # ---- what is looked at ------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        next_at = 0.0
        while time.monotonic() < self._until:
            self._look_alive()
            if time.monotonic() > next_at:
                await asyncio.to_thread(self._watch.look)
                self._progress()
                next_at = time.monotonic() + 15
            await asyncio.sleep(0.5)

    def _look_alive(self) -> None:
        if not self._restarting and not self._bot.is_running:
            self._field.breaks("le bot s'est arrêté", self._bot.log[-1_500:])
            self._bot.start()
            self._killed_at = time.monotonic()

    def _progress(self) -> None:
        field, left = self._field, self._until - time.monotonic()
        longest = max(field.waits[-20:], default=0)
        sys.stderr.write(
            f"{left / 60:5.1f} min : {sum(field.counted.values())} envois, {len(field.waits)} réponses à Alice "
            f"({longest:.0f} s au plus), {len(field.broken)} promesses rompues\n"
        )

    async def _settle(self, alice: Person, room: str, attackers: list[Attacker]) -> None:
        """Wait until the bot has nothing more to do, then check what holds only then."""
        idle = (
            "SELECT NOT EXISTS (SELECT 1 FROM inbox WHERE state = 'new')"
            " AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'new')"
        )
        try:
            await asyncio.to_thread(self._bot.wait_until, idle, _SETTLED)
        except AssertionError:
            left = self._bot.rows("SELECT 'inbox', room_id, COUNT(*) FROM inbox WHERE state = 'new' GROUP BY room_id")
            left += self._bot.rows(
                "SELECT 'outbox', room_id, COUNT(*) FROM outbox WHERE state = 'new' GROUP BY room_id"
            )
            self._field.breaks("il reste du travail", f"après {_SETTLED:.0f} s : {left}")
        await self._ask(alice, room, *ASKED[0])
        self._look_alive()
        await asyncio.to_thread(self._watch.look)
        await asyncio.to_thread(self._watch.look_at_the_end)
        for one in attackers:
            await one.look_at_keys()
        self._field.traces = traces(self._bot.log, self._field)
        if CANARY in self._bot.log:
            self._field.breaks("le journal montre un message", CANARY)


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
