"""How often something was tried, and when it may be tried again: pauses double, and at some point it is given up."""

from typing import Final

_MOST: Final = 10
_FIRST_PAUSE: Final = 10.0  # seconds; the last one is then an hour and a half, all of them three hours
_KEPT: Final = 10_000


class Tries:
    """Counts the tries that failed, in memory; `most` of them is the end. Moments are in seconds."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._failed: dict[str, tuple[int, float]] = {}

    def number(self, what: str) -> int:
        """Return how many tries have failed."""
        return self._failed.get(what, (0, 0.0))[0]

    def may(self, what: str, now: float) -> bool:
        """Whether it may be tried now."""
        number, again_at = self._failed.get(what, (0, now))
        # A clock set back must not put a try off for years.
        return number < self._most and not now < again_at <= now + _pause(self._most)

    def failed(self, what: str, now: float) -> bool:
        """Count a try that failed; return whether it was the last."""
        number = self.number(what) + 1
        if len(self._failed) >= _KEPT:
            self._failed.pop(next(iter(self._failed)))
        self._failed[what] = (number, now + _pause(number))
        return self.is_over(what)

    def is_over(self, what: str) -> bool:
        """Whether it will not be tried again."""
        return self.number(what) >= self._most

    def forget(self, what: str) -> None:
        """Count anew."""
        self._failed.pop(what, None)


def _pause(number: int) -> float:
    return float(_FIRST_PAUSE * 2 ** (number - 1))
