"""Hostile texts for a regular expression, made from its own parts, and how the time that it takes on them grows."""

import math
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

SIZE = 8_000  # characters of a text
ENOUGH = 0.002  # seconds of processor: what takes less on a text of that size is not looked at again
ENDLESS = 0.4  # seconds after which a run is stopped
SQUARE = 1.5  # the exponent from which growth is more than linear: 1 for a line, 2 for a square
_MOST = 60  # pumps of a pattern
_SEED = 14
_PART = 4  # times shorter is the text that it is compared with
_TRIES = 4  # before growth is believed: others work on the machine too
_MANY = 9  # repeats from which a part may be pumped
_CHOICES = 3  # alternatives of a class or a choice that are tried
_ENDS = ("\x00", "")  # what follows the pump: something that fits nowhere, and nothing
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: ("1", r"\d"),
    sre.CATEGORY_NOT_DIGIT: ("a", r"\D"),
    sre.CATEGORY_SPACE: (" ", r"\s"),
    sre.CATEGORY_NOT_SPACE: ("a", r"\S"),
    sre.CATEGORY_WORD: ("a", r"\w"),
    sre.CATEGORY_NOT_WORD: ("-", r"\W"),
}


def growth(pattern: re.Pattern[Any], use: str, text: "Hostile") -> float:
    """Return the exponent of the growth of time with the length of a hostile text, 0 when it takes next to none.

    Infinite when a run did not end.
    """
    run = _USES.get(use, _USES["finditer"])
    whole, part = text.of(SIZE), text.of(SIZE // _PART)
    exponent, least = 0.0, [math.inf, math.inf]
    for _ in range(_TRIES):
        least[0] = min(least[0], _seconds(lambda: run(pattern, whole)))
        if least[0] < ENOUGH:
            return 0.0
        least[1] = min(least[1], _seconds(lambda: run(pattern, part)))
        exponent = math.log(least[0] / least[1], _PART) if least[0] < ENDLESS else math.inf
        if exponent < SQUARE:
            break
    return exponent


_USES: dict[str, Callable[[re.Pattern[Any], Any], object]] = {
    "search": lambda pattern, text: pattern.search(text),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "finditer": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
}


class _TooSlow(Exception):
    pass


def _seconds(run: Callable[[], object]) -> float:
    """Return the processor's time that `run` takes; `re` looks at signals while it works, so it can be stopped.

    The time of the thread: with a timer running, that of the process may go back.
    """
    start = time.thread_time()
    try:
        with _stopped_after(ENDLESS):
            run()
    except _TooSlow:
        return ENDLESS
    return max(time.thread_time() - start, 1e-7)


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Hostile:
    """A text that grows: what leads to a part of the pattern, that part many times, and what does not follow it."""

    def __init__(self, before: str, pump: str, after: str) -> None:
        self._before, self._pump, self._after = before, pump, after

    def of(self, size: int) -> str:
        """Return the text at about a size."""
        return self._before + self._pump * (size // len(self._pump)) + self._after

    def __repr__(self) -> str:
        return f"{self._before!r} + {self._pump!r} × n + {self._after!r}"


def hostile_texts(pattern: str, flags: int, most: int = _MOST) -> Iterator[Hostile]:
    """Return the texts that may take a pattern long; none when it repeats nothing much, so cannot be slow.

    Of `most` pumps those that the pattern repeats come first, then some of the others by chance, always the same.
    """
    tree = parser.parse(pattern, flags)
    if not _repeats(tree):
        return
    pumps = _Pumps()
    pumps.walk(tree, "")
    others = [one for one in pumps.found if one not in pumps.repeated]
    chosen = random.Random(_SEED).sample(others, min(len(others), most))
    for before, pump in [*pumps.repeated, *chosen][:most]:
        for after in _ENDS:
            yield Hostile(before, pump, after)


def _repeats(items: Any) -> bool:
    """Whether something may be repeated many times in a parsed pattern."""
    return any(
        (op in _REPEATS and value[1] > _MANY) or any(_repeats(inner) for inner in _inside(op, value))
        for op, value in items
    )


def _inside(op: Any, value: Any) -> list[Any]:
    """Return the sequences of items that an item holds."""
    if op in _REPEATS:
        return [value[2]]
    if op is sre.BRANCH:
        return list(value[1])
    if op is sre.SUBPATTERN:
        return [value[3]]
    if op is sre.ATOMIC_GROUP:
        return [value]
    return [value[1]] if op in (sre.ASSERT, sre.ASSERT_NOT) else []


class _Pumps:
    """Walks a parsed pattern, and keeps what may be pumped, with what leads there."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], None] = {}
        self.repeated: dict[tuple[str, str], None] = {}

    def walk(self, items: Any, before: str) -> None:
        """Keep the pumps of a sequence of items that follows `before`."""
        items = list(items)
        for i, (op, value) in enumerate(items):
            here = before + _sample(items[:i])
            for choice in range(_CHOICES):
                # What begins again and again: a search looks at the rest of the text from each beginning.
                self._keep(before, _sample(items[: i + 1], choice))
                self._keep(before, _sample(items[: i + 1], choice)[:-1])
                self._keep(here, _sample(items[i : i + 2], choice))
                if op in _REPEATS and value[1] > _MANY and (pump := _sample(value[2], choice)):
                    self.repeated[here, pump] = self.repeated["", pump] = None
            for inner in _inside(op, value):
                self.walk(inner, here)

    def _keep(self, before: str, pump: str) -> None:
        if pump:
            self.found[before, pump] = self.found["", pump] = None


def _sample(items: Any, choice: int = 0) -> str:
    """Return a short text that a sequence of items matches, but for what it looks at around it."""
    return "".join(_of(op, value, choice) for op, value in items)


def _of(op: Any, value: Any, choice: int) -> str:
    if op is sre.LITERAL:
        return chr(value)
    if op is sre.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if op is sre.ANY:
        return ("a", " ", "1")[choice % 3]
    if op is sre.IN:
        return _member(value, choice)
    if op is sre.BRANCH:
        return _sample(value[1][choice % len(value[1])], choice)
    if op in _REPEATS:
        low, high, body = value
        return _sample(body, choice) * max(low, min(choice % 2, int(high)))
    return (
        "".join(_sample(inner, choice) for inner in _inside(op, value))
        if op not in (sre.ASSERT, sre.ASSERT_NOT)
        else ""
    )


def _member(value: Any, choice: int) -> str:
    """Return a character of a class."""
    if value[0][0] is sre.NEGATE:
        inside = re.compile(f"[{''.join(map(_written, value[1:]))}]")
        members = [char for char in "a 1-.\t'é" if not inside.match(char)] or ["ß"]
    else:
        members = [
            _CATEGORIES[one][0] if op is sre.CATEGORY else chr(one[0] if op is sre.RANGE else one) for op, one in value
        ]
    return members[choice % len(members)]


def _written(item: Any) -> str:
    op, value = item
    if op is sre.CATEGORY:
        return _CATEGORIES[value][1]
    return re.escape(chr(value)) if op is sre.LITERAL else f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
