"""A child process that reads risky files, so that no file costs more time or memory than allowed."""

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.documents.content import Content, Limits, Unusable
from bot.documents.isolation import clean_environment
from bot.documents.losses import Loss
from bot.documents.places import Place

TOO_LONG_TO_READ = "lecture trop longue : le fichier est abîmé ou trop complexe, simplifiez-le ou découpez-le"
TOO_MUCH_MEMORY = "lecture trop gourmande en mémoire : le fichier est abîmé ou trop gros, simplifiez-le ou découpez-le"
TOO_DEEP = "document trop imbriqué (des éléments les uns dans les autres sans fin) : simplifiez-le"
DAMAGED = "fichier abîmé ou tronqué : copiez ou téléchargez-le de nouveau"
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
PROBE = "probe"
_LOG = logging.getLogger(__name__)
# The child counts its own processor time. What neither computes nor ends is a fault that no limit of it would stop.
_LOOK_SECONDS = 5.0
_MOST_IDLE_LOOKS = 12


@dataclass(frozen=True)
class Isolation:
    """How the child is shut in: the names of the walls in force, and what it reached all the same (nothing)."""

    walls: tuple[str, ...]
    reached: tuple[str, ...]


class Sandbox:
    """One child process: started at the first file, kept for the next ones, replaced after a file too much for it."""

    def __init__(self, look_seconds: float = _LOOK_SECONDS) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        self._look_seconds = look_seconds

    def parse(self, kind: str, data: bytes, limits: Limits) -> Content:
        """Read a file's bytes in the child. Raise Unusable with the reason, that it took too much included.

        The limit on time is one of processor time: a machine that is loaded refuses no file.
        """
        return _content(self._ask({"kind": kind, "size": len(data), "limits": asdict(limits)}, data))

    def isolation(self) -> Isolation:
        """Return how the child is shut in. Raise Unusable when it does not answer."""
        answer = self._ask({"kind": PROBE}, b"")
        if "walls" not in answer:
            raise Unusable(answer["reason"])
        return Isolation(tuple(answer["walls"]), tuple(answer["reached"]))

    def _ask(self, request: dict[str, Any], data: bytes) -> dict[str, Any]:
        with self._lock:
            child = self._running_child()
            answer: dict[str, Any] | None = None
            try:
                answer = _exchange(child, request, data, self._look_seconds)
            finally:
                # Also after an interruption: a child in the middle of a file would answer the next one wrongly.
                if answer is None or answer["spent"]:
                    self._discard()
        return answer

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._discard()

    def _running_child(self) -> "subprocess.Popen[bytes]":
        # After a fork, the pipe belongs to the other process.
        if self._child is None or self._owner != os.getpid() or self._child.poll() is not None:
            self._child, self._owner = _start(), os.getpid()
        return self._child

    def _discard(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                # What was not sent is of no use to a dead child.
                with suppress(BrokenPipeError):
                    pipe.close()


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot.documents.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PACKAGE_ROOT,
        env=clean_environment(),
    )


def _exchange(
    child: "subprocess.Popen[bytes]", request: dict[str, Any], data: bytes, look_seconds: float
) -> dict[str, Any]:
    """Send a request and wait for the answer; a child that neither computes nor ends is killed."""
    assert child.stdin is not None and child.stdout is not None  # noqa: PT018 - for mypy: both are pipes
    is_over, is_stuck = threading.Event(), threading.Event()
    watch = threading.Thread(target=_watch, args=(child, look_seconds, is_over, is_stuck), daemon=True)
    watch.start()
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n" + data)
        child.stdin.flush()
        line = child.stdout.readline()
    except BrokenPipeError:
        line = b""
    finally:
        is_over.set()
        watch.join()
    if line.endswith(b"\n"):
        answer: dict[str, Any] = json.loads(line)
        return {**answer, "spent": answer["spent"] or is_stuck.is_set()}
    return {"reason": _reason_of_death(child, is_stuck.is_set()), "spent": True}


def _watch(
    child: "subprocess.Popen[bytes]", look_seconds: float, is_over: threading.Event, is_stuck: threading.Event
) -> None:
    """Kill a child that has not computed for many looks in a row; one that waits for a processor has not stopped."""
    idle, before = 0, ""
    while not is_over.wait(look_seconds):
        state, computed = _activity(child.pid)
        idle = idle + 1 if computed == before and state not in ("R", "D") else 0
        before = computed
        if idle >= _MOST_IDLE_LOOKS:
            is_stuck.set()
            child.kill()
            return


def _activity(pid: int) -> tuple[str, str]:
    """Return the state of a process (« R » : it runs, or would if it could), and how long it has computed."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "", ""  # not Linux, or it is over: then its pipe is closed
    return fields[0], f"{fields[11]} {fields[12]}"  # utime, stime


def _reason_of_death(child: "subprocess.Popen[bytes]", is_stuck: bool) -> str:
    try:
        code = child.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return DAMAGED  # it closed its pipe without ending
    return TOO_LONG_TO_READ if is_stuck or code == -signal.SIGXCPU else DAMAGED


def _content(answer: dict[str, Any]) -> Content:
    if "fault" in answer:
        # Nearly always the file's doing; if it is ours, this is how to find it.
        _LOG.info("document damaged: %s", answer["fault"])
    if "reason" in answer:
        raise Unusable(answer["reason"])
    published = answer["published"]
    return Content(
        text=answer["text"],
        front_matter=answer["front_matter"],
        title=answer["title"],
        published=date.fromisoformat(published) if published else None,
        headers=frozenset(answer["headers"]),
        losses=tuple(Loss(**loss) for loss in answer["losses"]),
        places=tuple((line, Place(**place)) for line, place in answer["places"]),
    )


# Starts nothing until the first risky file; the child also ends by itself when this process does.
SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
