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
    that never go back. A user's own number counts first, over all rooms. Once a room has had its number, each of those
    who ask there still has a share of it, the number divided by how many they are: a flood spends the share of nobody
    else. So a room may have more than its number: of 240, some 600 when twenty ask all the 60 that they may.
    """

    def __init__(self, per_user: int, per_room: int, window_seconds: float, clock: Callable[[], float]) -> None:
        self._per_user = per_user
        self._per_room = per_room
        self._window = window_seconds
        self._clock = clock
        self._by_user: dict[str, deque[float]] = {}
        self._by_room: dict[str, deque[tuple[float, str]]] = {}
        self._told: dict[tuple[str, str], float] = {}

    def take(self, user_id: str, room_id: str) -> Verdict:
        """Count one question of a user in a room, unless it is one too many; a refused one does not count."""
        at = self._clock()
        if self.are_spent(user_id, room_id):
            return self._refusal((user_id, room_id), at)
        if self._per_user:
            self._by_user.setdefault(user_id, deque(maxlen=self._per_user)).append(at)
        if self._per_room:
            self._by_room.setdefault(room_id, deque()).append((at, user_id))
        self._forget(at)
        return Verdict.OK

    def are_spent(self, user_id: str, room_id: str) -> bool:
        """Whether one more question of a user in a room is one too many."""
        start = self._clock() - self._window
        asked = self._by_user.get(user_id)
        if asked and len(asked) >= self._per_user and asked[0] > start:
            return True
        return self._is_share_spent(user_id, self._by_room.get(room_id), start)

    def _is_share_spent(self, user_id: str, asked: deque[tuple[float, str]] | None, start: float) -> bool:
        while asked and asked[0][0] <= start:
            asked.popleft()
        if not asked or len(asked) < self._per_room:
            return False
        users = [user for _, user in asked]
        return users.count(user_id) >= self._per_room / len({*users, user_id})

    @property
    def remembered(self) -> int:
        """How many users and rooms are held in memory."""
        return len(self._by_user) + len(self._by_room) + len(self._told)

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
        if len(self._by_user) > _KEPT:
            self._by_user = {user: asked for user, asked in self._by_user.items() if asked[-1] > start}
        if len(self._by_room) > _KEPT:
            self._by_room = {room: asked for room, asked in self._by_room.items() if asked and asked[-1][0] > start}
        if len(self._told) > _KEPT:
            self._told = {who: told for who, told in self._told.items() if told > start}
