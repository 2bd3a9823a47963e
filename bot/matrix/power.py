"""Who moderates a room, from its state as the homeserver gives it. Pure; never raises, whatever the state holds."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

_MODERATOR: Final = 50
_CREATOR_ABOVE_ALL: Final = 12  # the room version from which creators stand above every level
_VERSION: Final = re.compile(r"[0-9]{1,4}")
_LEVEL: Final = re.compile(r"\s*[+-]?[0-9]{1,16}\s*")  # numbers of Matrix stay below 2**53


def may_moderate(user_id: str, creation: Mapping[str, Any], levels: Mapping[str, Any] | None) -> bool:
    """Whether a user has the power of a moderator, 50.

    `creation` is the whole event m.room.create, `levels` the content of m.room.power_levels; None for a room without.
    """
    content = _mapping(creation.get("content"))
    creator = creation.get("sender")
    if _version(content) >= _CREATOR_ABOVE_ALL:
        others = content.get("additional_creators")
        if user_id == creator or (isinstance(others, list) and user_id in others):
            return True
    if levels is None:
        return user_id == creator
    users = _mapping(levels.get("users"))
    return _level(users.get(user_id, levels.get("users_default", 0))) >= _MODERATOR


def _version(content: Mapping[str, Any]) -> int:
    """Return the number of a room version; 0 for one that is named, or not said."""
    version = content.get("room_version")
    return int(version) if isinstance(version, str) and _VERSION.fullmatch(version) else 0


def _level(value: object) -> int:
    """Return a level; 0 for what is none."""
    # Before room version 10 a level may be written as text, or with a fraction, which homeservers cut off.
    if isinstance(value, str):
        return int(value) if _LEVEL.fullmatch(value) else 0
    if isinstance(value, float):
        return int(value) if math.isfinite(value) else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
