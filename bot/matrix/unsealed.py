"""What was sealed in an encrypted event: a message, never state; who wrote it the homeserver alone says. Pure."""

from dataclasses import dataclass, field
from typing import Any, Final

_RELATION: Final = "m.relates_to"
_ENVELOPE: Final = ("event_id", "sender", "origin_server_ts")
_SAID: Final = ("type", "content", "state_key")


@dataclass(frozen=True)
class Unsealed:
    """What was in an encrypted event: never state, whatever it says it is, so none of nio's kinds of events.

    Of what is inside, `source` keeps what its sender may say; event, sender and time are those of the event around it,
    which the homeserver vouches for.
    """

    event_id: str
    sender: str
    server_timestamp: int
    source: dict[str, Any]
    decrypted: bool = field(default=True, init=False)


def unsealed(event: Any, inside: dict[str, Any]) -> Unsealed:
    """Return what was in an encrypted event of nio; nothing, where it was sealed for another room."""
    # A key given for one room must not make a message of another.
    kept = _SAID if inside.get("room_id") == event.room_id else ()
    said = {name: inside[name] for name in kept if name in inside}
    if isinstance(content := said.get("content"), dict):
        # What it is about is what the homeserver has seen and checked, and nothing else.
        outside = event.source["content"]
        about = {_RELATION: outside[_RELATION]} if _RELATION in outside else {}
        said["content"] = {name: value for name, value in content.items() if name != _RELATION} | about
    envelope = {name: event.source.get(name) for name in _ENVELOPE}
    return Unsealed(event.event_id, event.sender, event.server_timestamp, envelope | said)
