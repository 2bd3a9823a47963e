"""What is asked of the homeserver about a room and must be done: tried again with pauses, or given up."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from bot.matrix.budget import Budget
from bot.matrix.calls import Boundary, Refused, Unavailable, endpoint
from bot.matrix.client import Client
from bot.matrix.tries import Tries

_log = logging.getLogger("bot.matrix")


@dataclass(frozen=True)
class Errand:
    """One call: `what` is done about a room, for the log. `seconds` bounds its time, None for no bound of ours."""

    what: str
    room_id: str
    path: tuple[str, ...]
    body: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.what} room={self.room_id}"

    @property
    def endpoint(self) -> str:
        """Its path, with what is asked in it."""
        return endpoint(*self.path) + (f"?{urlencode(self.query)}" if self.query else "")


class Errands:
    """Does errands, each on its own. `is_live` says whether the homeserver was heard a moment ago."""

    def __init__(
        self, client: Client, budget: Budget, is_live: Callable[[], bool], now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._budget = budget
        self._is_live = is_live
        self._now = now
        self._tries = Tries()

    def due(self, errands: Iterable[Errand]) -> list[Errand]:
        """Return those that may be done now, in order; those that have failed come last."""
        now = self._now().timestamp()
        return sorted((one for one in errands if self._tries.may(str(one), now)), key=self._failures)

    async def settle(self, errand: Errand) -> bool:
        """Do an errand; return whether it is settled: done, refused for good, or given up."""
        with Boundary(str(errand)) as fault:
            if await self._is_answered(errand):
                self._tries.forget(str(errand))
                return True
        # While the homeserver is away nothing is given up.
        if fault.reference is None and not self._is_live():
            return False
        is_over = self._tries.failed(str(errand), self._now().timestamp())
        if is_over:
            _log.error("%s given up", errand)
        return is_over

    def is_given_up(self, errand: Errand) -> bool:
        """Whether an errand has failed so often that it will not be done."""
        return self._tries.is_over(str(errand))

    def _failures(self, errand: Errand) -> int:
        return self._tries.number(str(errand))

    async def _is_answered(self, errand: Errand) -> bool:
        path = errand.endpoint
        await self._budget.take()
        try:
            async with asyncio.timeout(errand.seconds):
                await self._client.call("POST", path, dict(errand.body))
            _log.info("%s", errand)
        except Refused as error:
            _log.warning("%s refused: %s", errand, error)
        except (Unavailable, TimeoutError) as error:
            _log.warning("%s: %s", errand, error)
            return False
        return True
