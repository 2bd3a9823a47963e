"""The budget of calls to the homeserver: so many a second overall, as Tchap asks of bots."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

_PATIENCE: Final = 5  # calls that one which can wait lets pass before it

# Calls saved up while nothing was sent, so that an answer after a quiet moment does not wait for its receipt.
_SAVED: Final = 3.0


class Budget:
    """`calls_per_second` on average, 0 for no limit; given in the order in which they were asked for."""

    def __init__(
        self,
        calls_per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate = calls_per_second
        self._clock = clock
        self._sleep = sleep
        self._left = _SAVED
        self._at = clock()
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait until a call may be made."""
        if not self._rate:
            return
        async with self._turn:
            self._refill()
            if self._left < 1:
                await self._sleep((1 - self._left) / self._rate)
                self._refill()
            self._left -= 1

    async def take_last(self) -> None:
        """Wait until a call may be made that others, for a moment, may pass: none of them waits for a reaction."""
        for _ in range(_PATIENCE if self._rate else 0):
            if not self._turn.locked():
                break
            await self._sleep(1 / self._rate)
        await self.take()

    def spare(self) -> bool:
        """Take a call for a courtesy (typing, receipt) if no message waits and one is left for it; whether it was."""
        if not self._rate:
            return True
        self._refill()
        if self._turn.locked() or self._left < 2:
            return False
        self._left -= 1
        return True

    def _refill(self) -> None:
        at = self._clock()
        self._left = min(_SAVED, self._left + (at - self._at) * self._rate)
        self._at = at
