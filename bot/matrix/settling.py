"""Which edits wait for a moment: who corrects a message often corrects it again. Pure: the clock is given."""

from collections.abc import Callable, Mapping
from typing import Final

PAUSE: Final = 1.5  # seconds without another edit of the same message
LONGEST: Final = 10.0  # seconds since its first edit that waits, after which it waits no more


class Settling:
    """Holds back the edits of a message while they keep coming. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[float, float, int]] = {}

    def held(self, last: Mapping[str, int]) -> set[str]:
        """Return the messages whose edits are to wait; `last` gives the place of the last edit of each that waits."""
        now = self._clock()
        seen = {target: self._seen.get(target, (now, now, place)) for target, place in last.items()}
        self._seen = {
            target: (first, at if place == last[target] else now, last[target])
            for target, (first, at, place) in seen.items()
        }
        return {target for target, (first, at, _) in self._seen.items() if now - at < PAUSE and now - first < LONGEST}
