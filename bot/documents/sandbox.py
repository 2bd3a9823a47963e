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
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from bot.documents.content import Content, Limits, Unusable

TOO_LONG_TO_READ = "lecture trop longue : le fichier est abîmé ou trop complexe, simplifiez-le ou découpez-le"
TOO_MUCH_MEMORY = "lecture trop gourmande en mémoire : le fichier est abîmé ou trop gros, simplifiez-le ou découpez-le"
DAMAGED = "fichier abîmé ou tronqué : copiez ou téléchargez-le de nouveau"
PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_LOG = logging.getLogger(__name__)
# The child counts its own processor time; the clock is for what waits without computing.
CLOCK_MARGIN = 2.0


class Sandbox:
    """One child process: started at the first file, kept for the next ones, replaced after a file too much for it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def parse(self, kind: str, data: bytes, limits: Limits) -> Content:
        """Read a file's bytes in the child. Raise Unusable with the reason, that it took too much included."""
        with self._lock:
            child = self._running_child()
            answer: dict[str, Any] | None = None
            try:
                answer = _exchange(child, kind, data, limits)
            finally:
                # Also after an interruption: a child in the middle of a file would answer the next one wrongly.
                if answer is None or answer["spent"]:
                    self._discard()
        return _content(answer)

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
    # The child has no need for the secrets that configuration may put in the environment.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FAST_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot.documents.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PACKAGE_ROOT,
        env=environment,
    )


def _exchange(child: "subprocess.Popen[bytes]", kind: str, data: bytes, limits: Limits) -> dict[str, Any]:
    """Send a file and wait for the answer; the clock ends both by killing the child."""
    assert child.stdin is not None and child.stdout is not None  # noqa: PT018 - for mypy: both are pipes
    request = {"kind": kind, "size": len(data), "limits": asdict(limits)}
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        child.kill()

    clock = threading.Timer(limits.seconds + CLOCK_MARGIN, stop)
    clock.start()
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n" + data)
        child.stdin.flush()
        line = child.stdout.readline()
    except BrokenPipeError:
        line = b""
    finally:
        clock.cancel()
    if line.endswith(b"\n"):
        answer: dict[str, Any] = json.loads(line)
        return {**answer, "spent": answer["spent"] or is_late.is_set()}
    return {"reason": _reason_of_death(child, is_late.is_set()), "spent": True}


def _reason_of_death(child: "subprocess.Popen[bytes]", is_late: bool) -> str:
    try:
        code = child.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return DAMAGED  # it closed its pipe without ending
    return TOO_LONG_TO_READ if is_late or code == -signal.SIGXCPU else DAMAGED


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
    )


# Starts nothing until the first risky file; the child also ends by itself when this process does.
SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
