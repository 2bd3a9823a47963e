"""A temporary place to measure in: its own configuration and state, and processes started as a user starts them."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answers.answering import Answerer
from bot.app import open_answerer
from bot.config import ROOT, Config, load_config

GOLD = ROOT / "tests" / "gold"


@dataclass(frozen=True)
class Run:
    """How long a process took, and how much processor time it used with its children, in seconds."""

    elapsed: float
    processor: float


def spread(runs: Sequence[Run]) -> dict[str, float]:
    """Return the median, least and greatest time of runs of one command, and the median of their processor time."""
    elapsed = [run.elapsed for run in runs]
    processor = statistics.median([run.processor for run in runs])
    return {"médiane": statistics.median(elapsed), "min": min(elapsed), "max": max(elapsed), "processeur": processor}


@dataclass(frozen=True)
class Workspace:
    """A folder with a configuration whose state is in it; the fiches and the facts are those of the program."""

    folder: Path

    @property
    def config_file(self) -> Path:
        """The configuration, written at first use."""
        file = self.folder / "config.toml"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.write_text('[state]\ndirectory = "state"\n', encoding="utf-8")
        return file

    @property
    def config(self) -> Config:
        """The configuration, read."""
        return load_config(self.config_file)

    def inside(self, name: str) -> "Workspace":
        """Return another place, in a folder of this one."""
        return Workspace(self.folder / name)

    def open_answerer(self) -> Answerer:
        """Return what answers questions, in this process; the index is built when there is none."""
        return open_answerer(self.config, lambda step, done, total: None)

    def ingestion(self) -> list[str]:
        """Return the command that brings the index up to date."""
        return [sys.executable, "ingest.py", "--config", str(self.config_file)]

    def bot(self, *arguments: str) -> list[str]:
        """Return a command of the bot."""
        return [sys.executable, "-m", "bot", "--config", str(self.config_file), *arguments]

    def run(self, command: Sequence[str], environment: dict[str, str] | None = None) -> Run:
        """Run a command to its end; RuntimeError with what it said when it fails."""
        used, started = _used_by_children(), time.perf_counter()
        done = subprocess.run(
            command, cwd=ROOT, env={**self.environment(), **(environment or {})}, capture_output=True, check=False
        )
        run = Run(time.perf_counter() - started, _used_by_children() - used)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return run

    def environment(self) -> dict[str, str]:
        """Return the environment of the processes: the user's, with compiled modules kept from one to the next."""
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        # Apart from the program's folder: measuring leaves nothing behind there.
        return {**kept, "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def forget_settings() -> None:
    """Take the bot's own settings out of this environment: what is measured is the default configuration."""
    for name in [name for name in os.environ if name.startswith("FAST_")]:
        del os.environ[name]
