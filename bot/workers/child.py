"""The inside of a worker process: it opens what it answers from, then answers one request after the other.

Lines of JSON on the standard pipes. Imports little: a worker of the tests starts in a moment.
"""

import base64
import ctypes
import json
import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot.errors import UserError

_PR_SET_PDEATHSIG: Final = 1
_FIRST_TO_GO: Final = "500"  # of 1 000: short of memory, the kernel ends a worker before the bot

Greeting = dict[str, Any]
Answer = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Bounds:
    """What one answer may take: seconds of `processor`, seconds of `clock`, bytes of memory `at_once`.

    A worker is replaced after so many `answers`, or once it holds `growth` bytes more than when it opened.
    """

    processor: float
    clock: float
    at_once: int
    answers: int
    growth: int


def serve(open_: Callable[[bytes], tuple[Greeting, Answer]]) -> None:
    """Open, tell the bot the greeting, then answer until the bot is gone; the kernel ends what goes over its bounds."""
    _die_with_the_bot()
    requests, answers = _private_pipes()
    first = requests.readline()
    if not first:
        return
    start = json.loads(first)
    bounds = Bounds(**start["bounds"])
    opened: list[Answer] = []

    def opening() -> Greeting:
        greeting, answer = open_(base64.b64decode(start["opening"]))
        opened.append(answer)
        return greeting

    _tell(answers, _outcome(opening))
    if opened:
        _answer_all(requests, answers, opened[0], bounds)


def _answer_all(requests: BinaryIO, answers: BinaryIO, answer: Answer, bounds: Bounds) -> None:
    _limit_memory(bounds.at_once)
    size = _resident()
    while line := requests.readline():
        # Its signal ends the process whatever Python is doing: a regular expression holds the interpreter.
        signal.setitimer(signal.ITIMER_PROF, bounds.processor)
        outcome = _outcome(lambda: answer(json.loads(line)))
        signal.setitimer(signal.ITIMER_PROF, 0)
        _tell(answers, {**outcome, "has_grown": _resident() > size + bounds.growth})


def _outcome(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"value": act()}
    except UserError as error:
        return {"refusal": str(error)}
    except Exception:  # noqa: BLE001 - the boundary of the process: the bot logs it with a reference
        return {"fault": traceback.format_exc()}


def _tell(answers: BinaryIO, outcome: dict[str, Any]) -> None:
    answers.write(json.dumps(outcome).encode() + b"\n")
    answers.flush()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes to the bot, out of reach of libraries that print."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    return requests, answers


def _die_with_the_bot() -> None:
    """Have the kernel end this process with its parent; where it cannot, the pipe that ends does, once it is read."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def _limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has; beyond, an answer ends in a MemoryError."""
    # Not every system knows the limit (macOS), nor the present size: there, the growth counts alone.
    with suppress(OSError, ValueError):
        most = _pages(0) * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _resident() -> int:
    with suppress(OSError):
        return _pages(1) * resource.getpagesize()
    return 0


def _pages(field: int) -> int:
    return int(Path("/proc/self/statm").read_text().split()[field])
