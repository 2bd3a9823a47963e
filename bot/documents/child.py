"""The child process of `sandbox.py`: reads files one after the other, each within its limits. Imports little."""

import json
import math
import os
import resource
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from bot.documents.content import Limits, Unusable
from bot.documents.formats.parsing import parse
from bot.documents.isolation import isolate, reached
from bot.documents.sandbox import DAMAGED, PROBE, TOO_DEEP, TOO_MUCH_MEMORY

# A process that has grown does not shrink again; the next file deserves a fresh one.
KEPT_UP_TO = 300 << 20


def main() -> None:
    requests, answers = _private_pipes()
    walls = isolate()
    while line := requests.readline():
        request = json.loads(line)
        if request["kind"] == PROBE:
            _send(answers, {"walls": walls, "reached": reached(), "environment": sorted(os.environ), "spent": False})
            continue
        data = requests.read(request["size"])
        if len(data) < request["size"]:
            return  # the parent is gone
        _send(answers, _answer(request["kind"], data, Limits(**request["limits"])))


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes to the parent, out of reach of libraries that print."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests, answers


def _answer(kind: str, data: bytes, limits: Limits) -> dict[str, Any]:
    _limit(limits)
    try:
        content = parse(kind, data, limits)
    except Unusable as unusable:
        return {"reason": str(unusable), "spent": _has_grown()}
    except RecursionError:
        return {"reason": TOO_DEEP, "spent": _has_grown()}
    except MemoryError:
        return {"reason": TOO_MUCH_MEMORY, "spent": True}
    except Exception as fault:  # noqa: BLE001 - the libraries raise anything on a damaged file; here it is contained
        return {"reason": DAMAGED, "fault": repr(fault)[:500], "spent": _has_grown()}
    return {
        "text": content.text,
        "front_matter": content.front_matter,
        "title": content.title,
        "published": content.published.isoformat() if content.published else "",
        "headers": sorted(content.headers),
        "losses": [asdict(loss) for loss in content.losses],
        "places": [[line, asdict(place)] for line, place in content.places],
        "spent": _has_grown(),
    }


def _limit(limits: Limits) -> None:
    """Bound memory, and processor time from now on; beyond, the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + limits.seconds)
    for kind, bound in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # Not every system knows every limit: macOS has no RLIMIT_AS.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, resource.getrlimit(kind)[1]))


def _has_grown() -> bool:
    try:
        # Not ru_maxrss, which a process inherits from the one that started it.
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # not Linux
        return False
    return pages * resource.getpagesize() > KEPT_UP_TO


if __name__ == "__main__":
    main()
