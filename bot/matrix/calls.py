"""The homeserver's answers as values or errors, and the pauses between two tries."""

import asyncio
import logging
import random
import uuid
from collections.abc import Awaitable, Callable
from itertools import chain
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

import nio

from bot.errors import StoreUnusable
from bot.printable import one_line

_UNKNOWN_TOKEN: Final = frozenset(
    {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "ORG_MATRIX_EXPIRED_ACCOUNT", "M_USER_DEACTIVATED"}
)
_PASSING_STATUS: Final = frozenset({401, 408, 425, 429})
_UNTOLD_WAIT_MS: Final = 5_000
_SHORTEST_WAIT_MS: Final = 1_000
_LONGEST_WAIT_MS: Final = 600_000

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


class Unavailable(Exception):
    """The homeserver, or a proxy before it, cannot do it now; trying again later is right."""


class Refused(Exception):
    """The homeserver refuses this, and will refuse it again; `code` is Matrix's."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{code}: {message}")


class ApprovalNeeded(Exception):
    """The homeserver wants more than the token: `stages` by which a person may prove who they are, `url` where."""

    def __init__(self, stages: frozenset[str], url: str | None) -> None:
        self.stages = stages
        self.url = url
        super().__init__(", ".join(sorted(stages)))


class AuthenticationLost(Exception):
    """The access token is no longer accepted; `is_soft`: the device is still there, a new token for it will do."""

    def __init__(self, code: str, message: str, is_soft: bool) -> None:
        self.code = code
        self.is_soft = is_soft
        super().__init__(f"{code}: {message}")


class KeysNotKept(Exception):
    """The store of the encryption keys cannot be written; what is in memory must be dropped and read again."""


def wait_ms(told: object) -> int:
    """Return for how long to wait, of what the homeserver says when it is asked too much: it may say 0, or a year."""
    if not isinstance(told, int) or isinstance(told, bool):
        return _UNTOLD_WAIT_MS
    return min(max(told, _SHORTEST_WAIT_MS), _LONGEST_WAIT_MS)


class Boundary:
    """Around one room or one row: a fault inside is logged under a reference, and ends nothing else.

    What ends a session goes through, and so does what is `passing`. `reference` is None while there is no fault.
    """

    def __init__(self, what: str, *passing: type[Exception]) -> None:
        self._what = what
        # A damaged memory ends the bot: nothing that is tried again will do.
        self._passing = (AuthenticationLost, KeysNotKept, StoreUnusable, *passing)
        self.reference: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._passing):
            return False
        self.reference = uuid.uuid4().hex[:8]
        _log.error("fault reference=%s %s", self.reference, one_line(self._what), exc_info=error)
        return True


def endpoint(*parts: str) -> str:
    """Return the path of an endpoint of the client API; the ids in it may hold slashes."""
    return "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in parts)


def checked(response: Any) -> Any:
    """Return a response of nio that is a success. Raises AuthenticationLost, Refused or Unavailable."""
    if not isinstance(response, nio.ErrorResponse):
        return response
    code, message = str(response.status_code or ""), str(response.message)
    status = getattr(response.transport_response, "status", None)
    return raise_error(code, message, status, bool(getattr(response, "soft_logout", False)))


def raise_error(code: str, message: str, status: int | None, is_soft: bool) -> Any:
    """Raise the error that the homeserver, or a proxy before it, has answered."""
    code, message = one_line(code), one_line(message)  # they may repeat what a stranger wrote
    if code in _UNKNOWN_TOKEN:
        raise AuthenticationLost(code, message, is_soft)
    # An error without a code is a proxy's, not the homeserver's.
    if code and status is not None and 400 <= status < 500 and status not in _PASSING_STATUS:
        raise Refused(code, message)
    raise Unavailable(f"{status or '?'} {code} {message}".strip())


def approval_needed(found: dict[str, Any]) -> ApprovalNeeded:
    """Return what an answer 401 asks for (user-interactive authentication)."""
    flows, params = found.get("flows"), found.get("params")
    stages = [flow.get("stages") or () for flow in flows or () if isinstance(flow, dict)]
    urls = [told.get("url") for told in (params or {}).values() if isinstance(told, dict)]
    return ApprovalNeeded(frozenset(map(str, chain.from_iterable(stages))), next(filter(None, urls), None))


async def until_done(
    act: Callable[[], Awaitable[T]], what: str, passing: tuple[type[Exception], ...] = (Unavailable,)
) -> T:
    """Return what `act` returns, tried again with longer and longer pauses while it raises a passing error."""
    pauses = Pauses()
    while True:
        try:
            return await act()
        except passing as error:
            pause = pauses.next()
            _log.warning("%s: %s; again in %.1f s", what, error, pause)
            await asyncio.sleep(pause)


class Pauses:
    """Pauses in seconds that double, up to thirty, with jitter so that several bots do not march in step."""

    def __init__(self, first: float = 0.5, longest: float = 30.0) -> None:
        self._next = first
        self._longest = longest

    def next(self) -> float:
        """Return the next pause."""
        pause, self._next = self._next, min(2 * self._next, self._longest)
        return pause * random.uniform(0.5, 1.0)
