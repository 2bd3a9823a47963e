"""Workers as they are run, real processes: bounded, killed, replaced; none outlives who started it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.errors import UserError
from bot.workers.child import Bounds
from bot.workers.pool import Pool
from bot.workers.worker import Exhausted, Kind, WorkerFault, WorkerLost

pytestmark = [pytest.mark.program, pytest.mark.anyio]

ECHO = Path(__file__).parents[1] / "matrix" / "echo_worker.py"
BOUNDS = Bounds(processor=0.5, clock=60, at_once=1 << 30, answers=1_000, growth=50 << 20)


@pytest.fixture
def anyio_backend() -> str:
    """The loop of tests that are coroutines."""
    return "asyncio"


class Open:
    """A pool that runs, with what it was greeted with, and the index that should be open."""

    def __init__(self, folder: Path, size: int, bounds: Bounds, command: str = sys.executable) -> None:
        self.greeted: list[dict[str, Any]] = []
        self.index = ""
        kind = Kind((command, str(ECHO)), str(folder).encode(), bounds)
        self.pool = Pool(kind, size, self._opened, lambda greeting: greeting["index"] != self.index)

    async def _opened(self, greeting: dict[str, Any]) -> None:
        self.greeted.append(greeting)

    async def ask(self, question: str) -> str:
        answer = await self.pool.ask({"question": question, "memory": None})
        return str(answer["markdown"]).partition("\n")[0]

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_so():
                await asyncio.sleep(0.02)


def children() -> set[int]:
    """The processes that this one has started and that still are."""
    return {one.pid for one in psutil.Process().children(recursive=True) if is_there(one)}


def is_there(process: psutil.Process, word: str = "") -> bool:
    """Whether a process lives, with a word in its command."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline())
    return False


@asynccontextmanager
async def opened(folder: Path, size: int = 1, **bounds: Any) -> AsyncIterator[Open]:
    before = children()
    one = Open(folder, size, replace(BOUNDS, **bounds))
    running = asyncio.create_task(one.pool.run())
    try:
        await one.until(lambda: len(one.greeted) >= size)
        yield one
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        assert children() <= before


def workers() -> list[int]:
    return sorted(one.pid for one in psutil.Process().children() if is_there(one, str(ECHO)))


async def test_what_is_asked_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        assert await one.ask("bonjour") == "Réponse à « bonjour »."


async def test_an_answer_that_takes_too_much_processor_time_is_ended_and_the_next_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        [first] = workers()
        used = psutil.Process(first)
        burning = asyncio.create_task(one.ask("brûle tout"))
        await one.until(lambda: used.cpu_times().user > 0.2)
        with pytest.raises(Exhausted):
            await burning
        assert await one.ask("et après ?") == "Réponse à « et après ? »."
        assert workers() != [first]


async def test_while_one_worker_burns_another_answers(tmp_path: Path) -> None:
    async with opened(tmp_path, size=2, processor=30) as one:
        burning = asyncio.create_task(one.ask("brûle tout"))
        assert [await one.ask(f"question {number}") for number in range(20)]
        assert not burning.done()
        burning.cancel()
        await asyncio.gather(burning, return_exceptions=True)


async def test_an_answer_that_waits_without_end_is_ended_by_the_clock(tmp_path: Path) -> None:
    async with opened(tmp_path, clock=0.3) as one:
        with pytest.raises(Exhausted):
            await one.ask("lent 60")
        assert await one.ask("et après ?")


async def test_a_worker_killed_in_the_middle_is_replaced_and_its_question_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        [pid] = workers()
        asked = asyncio.create_task(one.ask("lent 1"))
        await asyncio.sleep(0.2)
        os.kill(pid, signal.SIGKILL)
        assert await asked == "Réponse à « lent 1 »."


async def test_what_two_workers_die_of_is_given_up(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        with pytest.raises(WorkerLost):
            await one.ask("meurs")
        assert len(one.greeted) == 2
        assert await one.ask("et après ?")


async def test_a_worker_that_died_while_nobody_asked_it_anything_is_replaced(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        os.kill(workers()[0], signal.SIGKILL)
        await one.until(lambda: len(one.greeted) == 2)
        assert await one.ask("et après ?")


async def test_a_fault_brings_its_traceback_and_the_worker_stays(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        before = workers()
        with pytest.raises(WorkerFault, match="a fault that the test asked for"):
            await one.ask("panne")
        assert workers() == before


async def test_an_answer_that_asks_for_too_much_memory_is_a_fault(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        with pytest.raises(WorkerFault, match="MemoryError"):
            await one.ask("gonfle")
        assert await one.ask("et après ?")


async def test_a_worker_that_has_answered_enough_is_replaced(tmp_path: Path) -> None:
    async with opened(tmp_path, answers=3) as one:
        for number in range(3):
            await one.ask(f"question {number}")
        await one.until(lambda: len(one.greeted) == 2)


async def test_a_worker_that_has_grown_is_replaced(tmp_path: Path) -> None:
    async with opened(tmp_path, growth=20 << 20) as one:
        await one.ask("retiens 10")
        await one.ask("question")
        assert len(one.greeted) == 1
        await one.ask("retiens 20")
        await one.until(lambda: len(one.greeted) == 2)


async def test_another_index_is_opened_by_one_after_the_other_without_a_question(tmp_path: Path) -> None:
    async with opened(tmp_path, size=2) as one:
        (tmp_path / "index").write_text("another")
        one.index = "another"
        await one.until(lambda: len(one.greeted) == 4)
        assert [greeting["index"] for greeting in one.greeted] == ["", "", "another", "another"]


async def test_a_first_worker_that_cannot_open_says_why(tmp_path: Path) -> None:
    (tmp_path / "refused").touch()
    one = Open(tmp_path, 2, BOUNDS)
    with pytest.raises(ExceptionGroup) as caught:
        await one.pool.run()
    assert caught.group_contains(UserError, match="refus")
    assert not workers()


async def test_a_later_one_that_cannot_open_leaves_the_others_and_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, size=2) as one:
        (tmp_path / "refused").touch()
        os.kill(workers()[0], signal.SIGKILL)
        await one.until(lambda: "no worker could be opened" in caplog.text)
        assert await one.ask("question")
        (tmp_path / "refused").unlink()
        await one.until(lambda: len(one.greeted) == 3)


async def test_once_none_can_be_opened_what_is_asked_gets_the_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        (tmp_path / "refused").touch()
        with pytest.raises(UserError, match="refus"):
            await one.ask("meurs")
        await one.until(lambda: not workers())
        (tmp_path / "refused").unlink()
        await one.until(lambda: len(one.greeted) == 2)
        assert await one.ask("question")


async def test_what_waits_for_a_worker_gets_the_reason_once_none_can_be_opened(tmp_path: Path) -> None:
    async with opened(tmp_path) as one:
        (tmp_path / "refused").touch()
        asked = [asyncio.create_task(one.ask(text)) for text in ("meurs", "une", "deux")]
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(found) for found in said] == [UserError] * 3


async def test_a_process_that_cannot_be_started_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = tmp_path / "python"
    one = Open(tmp_path, 1, BOUNDS, command=str(command))
    running = asyncio.create_task(one.pool.run())
    await one.until(lambda: "no worker could be opened" in caplog.text)
    command.symlink_to(sys.executable)
    await one.until(lambda: len(one.greeted) == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_worker_never_gets_what_configures_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_MATRIX__PASSWORD", "secret")
    async with opened(tmp_path):
        assert not [name for name in psutil.Process(workers()[0]).environ() if name.startswith("FAST_")]


ORPHANS = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from test_pool import Open, BOUNDS, workers
from dataclasses import replace

async def main():
    one = Open(Path({folder!r}), 2, replace(BOUNDS, processor=600))
    running = asyncio.create_task(one.pool.run())
    await one.until(lambda: len(one.greeted) == 2)
    asyncio.create_task(one.ask("brûle tout"))
    await asyncio.sleep(0.2)
    print(*workers(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_bot_whatever_it_is_doing(tmp_path: Path, how: signal.Signals) -> None:
    code = ORPHANS.format(tests=str(Path(__file__).parent), root=str(Path(__file__).parents[2]), folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout is not None
        pids = [int(pid) for pid in bot.stdout.readline().split()]
        assert len(pids) == 2
        bot.send_signal(how)
    deadline = time.monotonic() + 5
    while any(map(psutil.pid_exists, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
