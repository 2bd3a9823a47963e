"""What a response to a sync says of rooms, besides what is said in them: who comes, who invites, what ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import nio

from bot.matrix import words
from bot.matrix.events import RoomFacts
from bot.matrix.ids import read_id, read_room_id
from bot.matrix.unsealed import Unsealed

_COMING: Final = ("invite", "join")
_LONGEST: Final = 255  # characters of a name that another device gives


def is_tombstone(event: Any) -> bool:
    """Whether a state event says that its room has a successor: nio knows none of version 12."""
    source = event.source
    return (
        not isinstance(event, Unsealed)
        and (source.get("type"), source.get("state_key")) == ("m.room.tombstone", "")
        and isinstance(source.get("content"), dict)
        and read_id(source.get("sender"), "@") is not None
    )


def is_arrival(event: Any, user_id: str) -> bool:
    """Whether an event of a room brings a user there: their invitation, or their join where they come uninvited."""
    source = event.source
    if isinstance(event, Unsealed) or (source.get("type"), source.get("state_key")) != ("m.room.member", user_id):
        return False
    return _membership(source.get("content")) in _COMING and _membership(_replaced(source)) not in _COMING


def since_arrival(events: Sequence[Any], user_id: str) -> list[Any]:
    """Return the events since a user came to a room, in the order of the room; all when none of them says so.

    Not by their times: each is of the clock of its sender's server.
    """
    arrivals = [place for place, event in enumerate(events) if is_arrival(event, user_id)]
    return list(events[arrivals[-1] :] if arrivals else events)


def _replaced(source: Mapping[str, Any]) -> object:
    unsigned = source.get("unsigned")
    return unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None


def _membership(content: object) -> object:
    return content.get("membership") if isinstance(content, Mapping) else None


def predecessor(info: Any) -> str | None:
    """Return the room that a room says it is the successor of; None when it is of none."""
    for event in (*info.state, *info.timeline.events):
        source = event.source
        if not isinstance(event, Unsealed) and (source.get("type"), source.get("state_key")) == ("m.room.create", ""):
            content = source.get("content")
            before = content.get("predecessor") if isinstance(content, Mapping) else None
            return read_room_id(before.get("room_id")) if isinstance(before, Mapping) else None
    return None


@dataclass(frozen=True)
class Verification:
    """A request, to a device alone, to be verified: `transaction` names it for its sender."""

    user_id: str
    device_id: str
    transaction: str
    kind: str = "m.key.verification.cancel"

    @property
    def messages(self) -> dict[str, Any]:
        """What cancels it."""
        told = {"transaction_id": self.transaction, "code": "m.user", "reason": words.cancelled()}
        return {"messages": {self.user_id: {self.device_id: told}}}


def verification_of(event: Any) -> Verification | None:
    """Return the request of verification that a to-device message is; None for any other."""
    source = event.source
    content = source.get("content")
    user = read_id(source.get("sender"), "@")
    if source.get("type") != "m.key.verification.request" or user is None or not isinstance(content, Mapping):
        return None
    device, transaction = content.get("from_device"), content.get("transaction_id")
    if not all(
        isinstance(one, str) and one.isprintable() and 0 < len(one) <= _LONGEST for one in (device, transaction)
    ):
        return None
    return Verification(user, str(device), str(transaction))


def inviters(response: nio.SyncResponse, user_id: str) -> dict[str, str]:
    """Return who invites a user, by room; the members who invite others are in these events too."""
    return {
        room_id: event.sender
        for room_id, info in response.rooms.invite.items()
        for event in info.invite_state
        if isinstance(event, nio.InviteMemberEvent) and event.state_key == user_id and event.membership == "invite"
        if read_room_id(room_id) and read_id(event.sender, "@")
    }


def is_whole(event: nio.MegolmEvent) -> bool:
    """Whether an event that is kept for its key can be written, and answered."""
    ids = read_id(event.event_id, "$"), read_id(event.sender, "@")
    return all(ids) and isinstance(event.server_timestamp, int) and str(event.session_id).isprintable()


def points_to_us(event: nio.MegolmEvent, facts: RoomFacts) -> bool:
    """Whether what can be seen of a sealed event says that it is for the bot: a reply to it, or its thread."""
    content: Any = event.source.get("content", {})
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict):
        return False
    root, replied = read_id(relation.get("event_id"), "$"), relation.get("m.in_reply_to")
    answered = read_id(replied.get("event_id"), "$") if isinstance(replied, dict) else None
    in_thread = relation.get("rel_type") == "m.thread" and root is not None and facts.speaks_in(root)
    return in_thread or (answered is not None and facts.is_ours(answered))
