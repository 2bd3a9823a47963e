"""Running a command in this process, as `python -m bot` does."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

from bot.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def run(*arguments: str, lines: str | bytes = b"") -> Ran:
    """Run `python -m bot ARGUMENTS` with `lines` on standard input."""
    out, err = io.StringIO(), io.StringIO()
    with _command_line(arguments, lines), redirect_stdout(out), redirect_stderr(err):
        try:
            code: object = main()
        except SystemExit as end:
            code = end.code or 0
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())


@contextmanager
def _command_line(arguments: tuple[str, ...], lines: str | bytes) -> Iterator[None]:
    before = sys.argv, sys.stdin
    sys.argv = ["bot", *arguments]
    sys.stdin = io.TextIOWrapper(io.BytesIO(lines.encode() if isinstance(lines, str) else lines), encoding="utf-8")
    try:
        yield
    finally:
        sys.argv, sys.stdin = before
