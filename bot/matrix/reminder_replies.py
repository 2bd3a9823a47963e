"""What is said to « rappels », « agenda » and « échéances »: those who moderate a room may change its reminders."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.matrix.budget import Budget
from bot.matrix.calls import Refused, Unavailable, endpoint, until_done
from bot.matrix.client import Client
from bot.matrix.commands import Command, Name
from bot.matrix.power import may_moderate
from bot.matrix.saying import Said, Saying
from bot.reminders.desk import Desk, Reply, changes_something, read_wish
from bot.reminders.words import only_moderators
from bot.store import Store

_NOT_THERE: Final = "M_NOT_FOUND"


class ReminderReplies:
    """Replies about reminders; `now` gives the present, `zone` is meant where none is said."""

    def __init__(
        self, client: Client, store: Store, saying: Saying, budget: Budget, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._desk = Desk(store, zone)
        self._saying = saying
        self._budget = budget
        self._now = now

    async def reply(self, command: Command, room_id: str, user_id: str) -> Said:
        """Return what to say to a command of a user in a room. Raises StoreUnavailable or UnusableInput."""
        reply = await self._reply(command, room_id, user_id)
        return Said(reply.markdown, None, reply.change, reply.file)

    async def _reply(self, command: Command, room_id: str, user_id: str) -> Reply:
        programme, now = self._saying.programme(), self._now()
        if command.name is Name.DEADLINES:
            return self._desk.deadlines(programme, room_id, now)
        if command.name is Name.AGENDA:
            return self._desk.agenda(programme, room_id, now)
        if changes_something(read_wish(command.text)) and not await self._moderates(room_id, user_id):
            return Reply(only_moderators())
        return self._desk.reply(programme, room_id, command.text, now, user_id)

    async def _moderates(self, room_id: str, user_id: str) -> bool:
        """Ask the homeserver: nio neither knows the creators of a room nor its version 12."""

        async def attempt() -> bool:
            creation = await self._state(room_id, "m.room.create", "?format=event")
            return may_moderate(user_id, creation or {}, await self._state(room_id, "m.room.power_levels"))

        return await until_done(attempt, "power levels", (Unavailable,))

    async def _state(self, room_id: str, kind: str, options: str = "") -> dict[str, Any] | None:
        """Return a state event of a room, or its content; None when there is none."""
        await self._budget.take()
        try:
            return await self._client.call("GET", endpoint("rooms", room_id, "state", kind, "") + options)
        except Refused as error:
            if error.code == _NOT_THERE:
                return None
            raise
