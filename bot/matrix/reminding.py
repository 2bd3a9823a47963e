"""The reminders loop: each minute, what is due is written to be sent in the rooms that can be reached."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from bot.config import RemindersConfig
from bot.matrix.calls import Boundary, until_done
from bot.matrix.client import Client
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.receiving import Receiving
from bot.matrix.rendering import Part, render_parts
from bot.matrix.reply import message, transaction_id
from bot.matrix.saying import Saying
from bot.reminders.declared import declared_rooms
from bot.reminders.sender import Post, send_due_reminders, tell_late_ones_anew
from bot.reminders.subscriptions import Subscriptions, declare
from bot.store import Store, StoreUnavailable

_MINUTE: Final = 60.0  # seconds
_SHORTEST_PAUSE: Final = 0.05
_PASSING: Final = (StoreUnavailable,)

_log = logging.getLogger("bot.matrix")
_rendered = lru_cache(maxsize=64)(render_parts)


class Reminding:
    """Reminds rooms of deadlines. `now` gives the present; `posted` is called when something is to be sent."""

    def __init__(
        self,
        client: Client,
        store: Store,
        receiving: Receiving,
        saying: Saying,
        config: RemindersConfig,
        now: Callable[[], datetime],
        posted: Callable[[], None],
    ) -> None:
        self._client = client
        self._store = store
        self._outbox, self._subscriptions = Outbox(store), Subscriptions(store)
        self._receiving = receiving
        self._saying = saying
        self._config = config
        self._now = now
        self._posted = posted
        self._has_begun = False

    async def run(self) -> None:
        """Remind for ever. Raises ConfigurationError when the rooms of the configuration cannot be read."""
        await self._saying.ready()
        while True:
            await until_done(self._step, "reminders", _PASSING)
            await asyncio.sleep(_to_next_minute(self._now()) if self._has_begun else _SHORTEST_PAUSE)

    async def _step(self) -> None:
        now = self._now()
        if not self._has_begun and self._receiving.is_live():
            self._begin(now)
        with Boundary("late reminders", StoreUnavailable):
            tell_late_ones_anew(self._store, self._saying.programme(), now, self._rewrite)
        # One planned while the homeserver is away would come late without saying so.
        if self._receiving.is_live():
            with Boundary("reminders", StoreUnavailable):
                await self._remind(now)

    async def _remind(self, now: datetime) -> None:
        waiting = set(self._outbox.waiting_rooms())

        def is_reached(room_id: str) -> bool:
            return room_id in self._client.rooms and room_id not in waiting

        for sent in send_due_reminders(self._store, self._saying.programme(), now, is_reached, self._post):
            if sent:
                self._posted()
            await asyncio.sleep(0)  # there may be thousands of them: the other loops go on in between

    def _begin(self, now: datetime) -> None:
        """Apply the configuration; rooms where the bot is not are suspended until it is invited."""
        rooms = declared_rooms(self._config.rooms, self._config.zone, self._saying.programme())
        with self._store.transaction():
            for room_id in declare(self._subscriptions, rooms, now):
                _log.info("reminders of room=%s as configured", room_id)
            for one in self._subscriptions.active(now):
                if one.room_id not in self._client.rooms and self._subscriptions.suspend(one.room_id, "away", now):
                    _log.warning("reminders of room=%s suspended: the bot is not in it", one.room_id)
        self._has_begun = True

    def _rewrite(self, transaction: str, markdown: str) -> None:
        self._outbox.rewrite(transaction, _content(_rendered(markdown)[0]))

    def _post(self, one: Post) -> str:
        """Write a reminder in the outbox; its transactions are always the same."""
        name = ("reminder", one.room_id, one.schedule, one.occurrence.isoformat())
        rows = [
            Outgoing(transaction_id(*name, str(number)), one.room_id, "message", _content(part))
            for number, part in enumerate(_rendered(one.markdown))
        ]
        self._outbox.put(*rows)
        return rows[0].transaction_id


def _content(part: Part) -> dict[str, Any]:
    return message(part) | {"m.mentions": {}}


def _to_next_minute(now: datetime) -> float:
    """Return the seconds until the clock shows another minute; a clock that is put right is read again then."""
    return max(_SHORTEST_PAUSE, _MINUTE - now.second - now.microsecond / 1e6)
