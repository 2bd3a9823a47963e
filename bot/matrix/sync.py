"""What a response to a sync says of rooms, besides what is said in them: who comes, who invites, what ends."""

from typing import Any

import nio

from bot.matrix.events import RoomFacts
from bot.matrix.ids import read_id, read_room_id
from bot.matrix.unsealed import Unsealed


def is_tombstone(event: Any) -> bool:
    """Whether a state event says that its room has a successor: nio knows none of version 12."""
    source = event.source
    return (
        not isinstance(event, Unsealed)
        and (source.get("type"), source.get("state_key")) == ("m.room.tombstone", "")
        and isinstance(source.get("content"), dict)
        and read_id(source.get("sender"), "@") is not None
    )


def joined_at_ms(info: Any, user_id: str, now_ms: int) -> int:
    """Return from when on a room that a user has joined concerns them: the invitation, or else the join."""
    events = [*info.state, *info.timeline.events]
    own = [one for one in events if isinstance(one, nio.RoomMemberEvent) and one.state_key == user_id]
    invited = [one.server_timestamp for one in own if one.membership == "invite"]
    joined = [one.server_timestamp for one in own if one.membership == "join"]
    # A server that lies about its time must not put off the bot's ears.
    return min(int(max(invited or joined or [now_ms])), now_ms)


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
