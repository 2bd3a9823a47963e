"""Ids of Matrix as strangers write them: read, or refused. Pure."""

import re
from typing import Final

_LONGEST_ID: Final = 255  # bytes
_SERVER: Final = re.compile(r"(?:[0-9A-Za-z.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_HASH: Final = re.compile(r"![0-9A-Za-z_-]{43}")  # of its creation: the id of a room from version 12 on


def read_id(value: object, sigil: str) -> str | None:
    """Return the id of an event or a user; None for what is not one.

    Lone surrogates are legal JSON, but neither SQLite nor the homeserver takes them; spaces and what cannot be printed
    are in no id that a homeserver makes.
    """
    if not isinstance(value, str) or not value.startswith(sigil) or not 1 < len(value) <= _LONGEST_ID:
        return None
    return value if value.isprintable() and " " not in value and len(value.encode()) <= _LONGEST_ID else None


def read_room_id(value: object) -> str | None:
    """Return the id of a room, with its server where its version has one; None for what is not one."""
    room_id = read_id(value, "!")
    if room_id is None:
        return None
    name, _, server = room_id.partition(":")
    is_whole = len(name) > 1 and _SERVER.fullmatch(server) is not None
    return room_id if is_whole or _HASH.fullmatch(room_id) else None
