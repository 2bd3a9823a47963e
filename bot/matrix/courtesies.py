"""Typing and read receipts: sent when the budget has a call to spare, and never at the cost of an answer."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from bot.matrix.budget import Budget
from bot.matrix.calls import AuthenticationLost, Refused, Unavailable, endpoint
from bot.matrix.client import Client
from bot.matrix.events import Incoming

# Most answers take less: typing that appears and vanishes at once would be a flicker, and a call for nothing.
_UNNOTICED_SECONDS: Final = 0.3
_TYPING_MS: Final = 20_000
_AGAIN_SECONDS: Final = 15.0  # before clients take the typing for ended

_log = logging.getLogger("bot.matrix")


class Courtesies:
    """Shows that the bot reads and writes."""

    def __init__(self, client: Client, budget: Budget) -> None:
        self._client = client
        self._budget = budget
        self._under_way: set[asyncio.Task[None]] = set()

    def read(self, question: Incoming) -> None:
        """Show that a question was read."""
        if self._budget.spare():
            self._start(lambda: self._receipt(question))

    async def _receipt(self, question: Incoming) -> None:
        path = endpoint("rooms", question.room_id, "receipt", "m.read", question.event_id)
        await self._client.call("POST", path, {"thread_id": question.thread_root or "main"})

    @contextlib.asynccontextmanager
    async def typing(self, room_id: str) -> AsyncIterator[None]:
        """Show that the bot writes, from a moment after it began until the end."""
        shown = asyncio.Event()
        showing = asyncio.create_task(self._keep_typing(room_id, shown))
        try:
            yield
        finally:
            showing.cancel()
            if shown.is_set():
                self._start(lambda: self._type(room_id, False))

    async def _keep_typing(self, room_id: str, shown: asyncio.Event) -> None:
        pause = _UNNOTICED_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = _AGAIN_SECONDS
            if self._budget.spare():
                shown.set()
                self._start(lambda: self._type(room_id, True))

    async def _type(self, room_id: str, is_typing: bool) -> None:
        path = endpoint("rooms", room_id, "typing", self._client.user_id)
        body: dict[str, Any] = {"typing": is_typing}
        await self._client.call("PUT", path, body | ({"timeout": _TYPING_MS} if is_typing else {}))

    def _start(self, act: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(_quietly(act))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


async def _quietly(act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except (Unavailable, Refused, AuthenticationLost) as error:
        _log.debug("courtesy: %s", error)
