"""The program as its users run it: commands in processes of their own, with a configuration of their own."""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
KNOWLEDGE = ROOT / "knowledge"
TODAY = "2026-11-21"


def environment(**more: str) -> dict[str, str]:
    """The environment without what configures the program."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FAST_")} | more


@dataclass(frozen=True)
class Program:
    """The program, its configuration file, and the folders that this names."""

    config: Path
    documents: Path
    state: Path

    @property
    def index(self) -> Path:
        return self.state / "index"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot", "--config", str(self.config), *arguments]

    def run(self, *arguments: str, stdin: str | bytes = b"", **more: str) -> "subprocess.CompletedProcess[bytes]":
        data = stdin.encode() if isinstance(stdin, str) else stdin
        return subprocess.run(
            self.command(*arguments), input=data, capture_output=True, cwd=ROOT, env=environment(**more), timeout=300
        )

    def ask(self, stdin: str | bytes, *options: str) -> list[dict[str, Any]]:
        """Return the JSON lines that answer the lines of `stdin`."""
        done = self.run("ask", "--json", "--today", TODAY, *options, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.decode().splitlines()]

    def ask_one(self, question: str) -> dict[str, Any]:
        [answer] = self.ask(question)
        return answer

    def ingest(self, *options: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, str(ROOT / "ingest.py"), "--config", str(self.config), *options],
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment(**more),
            timeout=300,
        )


def configured(folder: Path, documents: Path, *, embedding: str = "") -> Program:
    """A program whose configuration and state are in `folder`, with the facts of the programme."""
    config, state = folder / "config.toml", folder / "state"
    config.write_text(
        f"[state]\ndirectory = {json.dumps(str(state))}\n"
        f"[knowledge]\ndocuments = {json.dumps(str(documents))}\n"
        f"programme = {json.dumps(str(KNOWLEDGE / 'programme'))}\n{embedding}",
        encoding="utf-8",
    )
    return Program(config, documents, state)


def readable(stream: IO[bytes] | int, seconds: float) -> bool:
    """Whether something can be read within so many seconds; `select` itself refuses descriptors over 1 023."""
    poll = select.poll()
    poll.register(stream, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(seconds * 1_000))
