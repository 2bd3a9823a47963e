"""Who may talk to the bot, and how often. Pure: the clock is given."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from typing import Final

_KEPT: Final = 1_000  # users and rooms remembered before those whose window is over are forgotten


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    local, _, server = pattern.removeprefix("@").partition(":")
    return _glob(local, 0), _glob(server, re.IGNORECASE)


def _glob(part: str, flags: int) -> re.Pattern[str]:
    first, *others = map(re.escape, part.split("*"))
    if not others:
        return re.compile(first, flags)
    # Each piece but the last is taken where it first stands: trying the others would find nothing more.
    middle = "".join(rf"(?>.*?{piece})" for piece in others[:-1])
    return re.compile(rf"{first}{middle}.*{others[-1]}", flags)


def matches(pattern: str, user_id: str) -> bool:
    """Whether a user id is of a pattern such as `*:agent.*.tchap.gouv.fr`.

    The first colon parts the user from the server, and `*` never runs over it; what follows a second one is a port. A
    pattern without a server is of nobody.
    """
    if not user_id.startswith("@"):
        return False
    local, _, server = user_id[1:].partition(":")
    if not local or not server:
        return False
    of_user, of_server = _compiled(pattern)
    return bool(of_user.fullmatch(local) and of_server.fullmatch(server))


def is_allowed(user_id: str, patterns: Iterable[str]) -> bool:
    """Whether a user id is of one of the patterns."""
    return any(matches(pattern, user_id) for pattern in patterns)


def is_served(user_id: str, allowed: Iterable[str], denied: Iterable[str]) -> bool:
    """Whether a user may talk to the bot: of one of the patterns allowed, and of none denied."""
    return is_allowed(user_id, allowed) and not is_allowed(user_id, denied)


class Verdict(Enum):
    """What a quota says to one more question."""

    OK = "ok"
    REFUSED = "refused"  # to be told
    SILENT = "silent"  # told already in this window


class Quotas:
    """Counts the questions of each user and each room over a sliding window, in memory.

    `per_user` and `per_room` are numbers of questions in any `window_seconds`, 0 for no limit; `clock` gives seconds
    that never go back.
    """

    def __init__(self, per_user: int, per_room: int, window_seconds: float, clock: Callable[[], float]) -> None:
        self._limits = (per_user, per_room)
        self._window = window_seconds
        self._clock = clock
        self._asked: dict[str, deque[float]] = {}
        self._told: dict[tuple[str, str], float] = {}

    def take(self, user_id: str, room_id: str) -> Verdict:
        """Count one question of a user in a room, unless it is one too many; a refused one does not count."""
        at = self._clock()
        counted = [(key, limit) for key, limit in zip((user_id, room_id), self._limits, strict=True) if limit]
        if any(self._is_full(key, limit, at) for key, limit in counted):
            return self._refusal((user_id, room_id), at)
        for key, limit in counted:
            self._asked.setdefault(key, deque(maxlen=limit)).append(at)
        self._forget(at)
        return Verdict.OK

    @property
    def remembered(self) -> int:
        """How many users and rooms are held in memory."""
        return len(self._asked) + len(self._told)

    def _is_full(self, key: str, limit: int, at: float) -> bool:
        asked = self._asked.get(key)
        return asked is not None and len(asked) >= limit and asked[0] > at - self._window

    def _refusal(self, who: tuple[str, str], at: float) -> Verdict:
        told = self._told.get(who)
        if told is not None and told > at - self._window:
            return Verdict.SILENT
        self._told[who] = at
        self._forget(at)
        return Verdict.REFUSED

    def _forget(self, at: float) -> None:
        """Drop the users and rooms whose window is over, once there are many."""
        start = at - self._window
        if len(self._asked) > _KEPT:
            self._asked = {key: times for key, times in self._asked.items() if times[-1] > start}
        if len(self._told) > _KEPT:
            self._told = {who: told for who, told in self._told.items() if told > start}
