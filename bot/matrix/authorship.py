"""Who wrote an event, as the homeserver says: an edit counts only of what its sender wrote."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.matrix.budget import Budget
from bot.matrix.calls import Pauses, Refused, Unavailable, endpoint
from bot.matrix.client import Client
from bot.matrix.events import hangs_on

_TRIES: Final = 8  # about a minute: what the homeserver cannot say then must not hold up others for ever
_MESSAGES: Final = ("m.room.message", "m.room.encrypted")

_log = logging.getLogger("bot.matrix")


@dataclass(frozen=True)
class Written:
    """A message that somebody wrote: the thread that it is in, and what it replies to."""

    thread_root: str | None = None
    reply_to: str | None = None


class Authorship:
    """Asks the homeserver who wrote an event, within the budget of calls."""

    def __init__(self, client: Client, budget: Budget) -> None:
        self._client = client
        self._budget = budget

    async def written(self, user_id: str, event_id: str, room_id: str) -> Written | None:
        """Return what a message of a room that stands hangs on; None when it is not of this user, or nobody can say."""
        pauses = Pauses()
        for _ in range(_TRIES):
            await self._budget.take()
            try:
                found = await self._client.call("GET", endpoint("rooms", room_id, "event", event_id))
            except Refused:
                return None  # of another room, or hidden from us
            except Unavailable as error:
                _log.warning("author of event=%s: %s", event_id, error)
                await asyncio.sleep(pauses.next())
            else:
                return written_by(found, user_id, event_id, room_id)
        return None


def written_by(found: Mapping[str, Any], user_id: str, event_id: str, room_id: str) -> Written | None:
    """Return what a message hangs on, by the relation that the homeserver sees; None for another's, or no message."""
    if not is_message_of(found, user_id, event_id, room_id):
        return None
    content = found["content"]
    return Written(*hangs_on(content.get("m.relates_to") if isinstance(content, Mapping) else None))


def is_message_of(found: Mapping[str, Any], user_id: str, event_id: str, room_id: str) -> bool:
    """Whether an event, as the homeserver shows it, is a message that may be edited, of this user in this room.

    The sender stands outside what is encrypted: a message whose key is late has one.
    """
    if (found.get("event_id"), found.get("room_id"), found.get("sender")) != (event_id, room_id, user_id):
        return False
    content, unsigned = found.get("content"), found.get("unsigned")
    is_redacted = not content or (isinstance(unsigned, Mapping) and "redacted_because" in unsigned)
    return found.get("type") in _MESSAGES and "state_key" not in found and not is_redacted and not _is_edit(content)


def _is_edit(content: object) -> bool:
    relation = content.get("m.relates_to") if isinstance(content, Mapping) else None
    return isinstance(relation, Mapping) and relation.get("rel_type") == "m.replace"
