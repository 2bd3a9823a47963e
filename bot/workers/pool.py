"""Some workers of one kind, kept open: each answers one thing at a time, and is replaced when it is spent or dead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import UserError
from bot.workers.child import Greeting
from bot.workers.worker import Exhausted, Kind, Worker, WorkerFault, WorkerLost, start_worker

_LOOK_EVERY: Final = 1.0  # seconds: whether a worker that nobody asks anything is dead, or out of date
_PAUSES: Final = (1.0, 60.0)  # seconds before a worker that could not be opened is tried again: the first, the longest
_NOT_OPENED: Final = (UserError, WorkerFault, WorkerLost)

_log = logging.getLogger("bot.workers")


@dataclass(eq=False)
class _Seat:
    """The place of one worker; None while there is none in it."""

    worker: Worker | None = None

    @property
    def is_open(self) -> bool:
        return self.worker is not None and self.worker.is_alive

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.worker is None:
            raise WorkerLost("none")
        return await self.worker.ask(request)

    async def close(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            await worker.end()


class Pool:
    """`size` workers of a kind, open while `run` runs.

    `opened` is told what each new one greets with; `is_outdated` says of such a greeting that a new one is wanted.
    """

    def __init__(
        self,
        kind: Kind,
        size: int,
        opened: Callable[[Greeting], Awaitable[None]],
        is_outdated: Callable[[Greeting], bool],
    ) -> None:
        self._kind = kind
        self._opened = opened
        self._is_outdated = is_outdated
        self._seats = [_Seat() for _ in range(size)]
        self._free: asyncio.Queue[_Seat | None] = asyncio.Queue()  # None: there is none to wait for
        self._waiting = 0
        self._empty: asyncio.Queue[_Seat] = asyncio.Queue()
        self._renewing: set[_Seat] = set()
        self._failure: Exception | None = None
        self._ready = asyncio.Event()

    async def run(self) -> None:
        """Keep the workers open until cancelled; none of them outlives this. Raises why the first cannot be opened."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._look_after())
                for seat in self._seats:
                    self._renew(seat)
                while True:
                    tasks.create_task(self._fill(await self._empty.get()))
        finally:
            await asyncio.gather(*(seat.close() for seat in self._seats))

    async def ready(self) -> None:
        """Wait until a worker has opened."""
        await self._ready.wait()

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request; one that a worker died of is asked once more of a fresh one.

        Raises Exhausted, WorkerLost, WorkerFault or UserError.
        """
        seat = await self._taken()
        try:
            return await self._asked(seat, request)
        except Exhausted as error:
            _log.warning("worker ended: an answer took too much %s", error)
            raise
        finally:
            self._give_back(seat)

    async def _taken(self) -> _Seat:
        """Wait for a worker that can be asked something. Raises why there is none, and none could be opened."""
        while True:
            if self._failure is not None and not self._is_open():
                raise self._failure
            self._waiting += 1
            try:
                seat = await self._free.get()
            finally:
                self._waiting -= 1
            if seat is not None and seat.is_open:
                return seat
            if seat is not None:  # it died while nobody asked it anything
                self._renew(seat)

    def _is_open(self) -> bool:
        return any(seat.is_open for seat in self._seats)

    async def _asked(self, seat: _Seat, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return await seat.ask(request)
        except WorkerLost as error:
            _log.warning("worker lost (%s): asked again of a fresh one", error)
        await self._open(seat)
        return await seat.ask(request)

    def _give_back(self, seat: _Seat) -> None:
        worker = seat.worker
        if worker is None or not worker.is_alive:
            self._renew(seat)
        elif not self._renewing and (worker.is_spent or self._is_outdated(worker.greeting)):
            # One after the other: those that wait for their turn answer meanwhile.
            self._renew(seat)
        else:
            self._free.put_nowait(seat)

    def _renew(self, seat: _Seat) -> None:
        self._renewing.add(seat)
        self._empty.put_nowait(seat)

    async def _fill(self, seat: _Seat) -> None:
        """Open a worker in a seat, tried again with longer and longer pauses until it can be asked something."""
        pause, longest = _PAUSES
        while True:
            try:
                await self._open(seat)
                break
            except _NOT_OPENED as error:
                if not self._ready.is_set() and not isinstance(error, WorkerLost):
                    raise
                _log.error("no worker could be opened; again in %.0f s: %s", pause, error)
                self._failed(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, longest)
        self._renewing.discard(seat)
        self._free.put_nowait(seat)

    def _failed(self, error: Exception) -> None:
        """Tell those that wait for a worker, if there is none left."""
        self._failure = error
        if not self._is_open():
            for _ in range(self._waiting):
                self._free.put_nowait(None)

    async def _open(self, seat: _Seat) -> None:
        await seat.close()
        seat.worker = await start_worker(self._kind)
        await self._opened(seat.worker.greeting)
        self._failure = None
        self._ready.set()

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            for _ in range(self._free.qsize()):
                seat = self._free.get_nowait()
                if seat is None:
                    self._free.put_nowait(None)
                else:
                    self._give_back(seat)
