"""One worker process, seen from the bot: started, asked one thing at a time, killed when it takes too much."""

import asyncio
import base64
import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import UserError
from bot.workers.child import Bounds, Greeting

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST_LINE: Final = 1 << 24  # bytes
_PATIENCE: Final = 2.0  # seconds for the kernel to end a process


class Exhausted(Exception):
    """What was asked took more processor time, or more time, than an answer may; its worker was ended."""


class WorkerLost(Exception):
    """The process died in the middle: of a crash, or killed from outside."""


class WorkerFault(Exception):
    """What was asked raised something in the worker; the message is the traceback from there."""


@dataclass(frozen=True)
class Kind:
    """How workers are started: the `command` of a program that calls `child.serve`, what it opens, and its bounds."""

    command: Sequence[str]
    opening: bytes
    bounds: Bounds


class Worker:
    """A worker that has opened; `greeting` is what it said then."""

    def __init__(self, process: asyncio.subprocess.Process, bounds: Bounds) -> None:
        self._process = process
        self._bounds = bounds
        self._asked = 0
        self._has_grown = False
        self.greeting: Greeting = {}

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked something."""
        return self._process.returncode is None

    @property
    def is_spent(self) -> bool:
        """Whether it has answered, or has grown, enough to be replaced."""
        return self._has_grown or self._asked >= self._bounds.answers

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request. Raises Exhausted, WorkerLost, WorkerFault, or UserError."""
        self._asked += 1
        return await self._exchange(request, self._bounds.clock)

    async def open(self, opening: bytes) -> None:
        """Have it open what it answers from, however long that takes. Raises as `ask` does."""
        first = {"bounds": asdict(self._bounds), "opening": base64.b64encode(opening).decode()}
        self.greeting = await self._exchange(first, None)

    async def _exchange(self, request: dict[str, Any], clock: float | None) -> dict[str, Any]:
        line = b""
        try:
            async with asyncio.timeout(clock):
                line = await self._told(json.dumps(request).encode() + b"\n")
        except TimeoutError:
            raise Exhausted("time") from None
        finally:
            # In the middle of an answer, it would give that one to the next question.
            if not line.endswith(b"\n"):
                await self.end()
        if not line.endswith(b"\n"):
            code = self._process.returncode
            raise Exhausted("processor time") if code == -signal.SIGPROF else WorkerLost(f"exit {code}")
        return self._value(json.loads(line))

    async def _told(self, line: bytes) -> bytes:
        """Write a line, and return the line that comes back; not a whole one when the process dies."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018 - for mypy: both are pipes
        with suppress(ConnectionError):
            self._process.stdin.write(line)
            await self._process.stdin.drain()
            return await self._process.stdout.readline()
        return b""

    def _value(self, outcome: dict[str, Any]) -> dict[str, Any]:
        self._has_grown = bool(outcome.get("has_grown"))
        if "refusal" in outcome:
            raise UserError(outcome["refusal"])
        if "fault" in outcome:
            raise WorkerFault(outcome["fault"])
        value: dict[str, Any] = outcome["value"]
        return value

    async def end(self) -> None:
        """Kill the process and all that it has started."""
        # What has closed its pipe is about to end by itself, and its exit code says why.
        if self._process.stdout is None or not self._process.stdout.at_eof() or not await self._has_ended():
            if self.is_alive:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            await self._has_ended()

    async def _has_ended(self) -> bool:
        """Wait a moment for the process to end; return whether it has."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _PATIENCE)
        return not self.is_alive


async def start_worker(kind: Kind) -> Worker:
    """Return a worker that has opened. Raises UserError, WorkerFault, or WorkerLost when it could not."""
    worker = Worker(await _process(kind.command), kind.bounds)
    try:
        await worker.open(kind.opening)
    except BaseException:
        await worker.end()
        raise
    return worker


async def _process(command: Sequence[str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            cwd=_ROOT,
            # What is configured is handed over; the secrets of the bot's account are not for a worker.
            env={name: value for name, value in os.environ.items() if not name.upper().startswith("FAST_")},
            # Of a group of its own: Ctrl-C is for the bot, and one signal ends what a worker has started.
            start_new_session=True,
        )
    except OSError as error:  # no more memory, processes or descriptors for now
        raise WorkerLost(str(error)) from error
