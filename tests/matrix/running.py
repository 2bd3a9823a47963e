"""The bot as it is run: a process of its own, with a state folder that outlives it."""

import contextlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from program import KNOWLEDGE, ROOT, Program, environment
from synapse import Homeserver

SETTINGS: dict[str, Any] = {
    "allowed_users": ["*:test.local"],
    "calls_per_second": 0,
    "questions_per_user": 0,
    "questions_per_room": 0,
}


@dataclass
class Bot:
    """A bot, started, killed and started again at will. `program` is what is run: the bot itself, or echo.py."""

    folder: Path
    user_id: str
    program: tuple[str, ...] = ("-m", "bot")
    _process: "subprocess.Popen[bytes] | None" = None
    started: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def log(self) -> str:
        return (self.folder / "bot.log").read_text(encoding="utf-8", errors="replace")

    def start(self, **more: str) -> "Bot":
        """Start the process; it is ready when it has answered something."""
        command = [sys.executable, *self.program, "--config", str(self.config), "run"]
        with (self.folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment(**more), stdout=log, stderr=log)
        self.started += 1
        return self

    def kill(self) -> None:
        """Kill the process as `kill -9` does."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask the process to stop; return its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        return self.wait()

    def wait(self, seconds: float = 30) -> int:
        """Wait for the process to end by itself; return its exit code."""
        assert self._process is not None
        code = self._process.wait(seconds)
        self._process = None
        return code

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the database of the bot."""
        with contextlib.closing(sqlite3.connect(self.state / "bot.db", timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        """Change the database of the bot, which is stopped."""
        with contextlib.closing(sqlite3.connect(self.state / "bot.db", timeout=10)) as connection, connection:
            connection.execute(sql, values)

    def wait_until(self, sql: str, seconds: float = 60) -> None:
        """Wait until a query on the database of the bot gives a true value first."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(sqlite3.OperationalError):
                rows = self.rows(sql)
                if rows and rows[0][0]:
                    return
            time.sleep(0.02)
        raise AssertionError(f"{sql} after {seconds} s\n{self.log[-3000:]}")

    def wait_until_logged(self, words: str, times: int = 1, seconds: float = 120) -> None:
        """Wait until the log has some words so many times."""
        deadline = time.monotonic() + seconds
        while self.log.count(words) < times:
            assert time.monotonic() < deadline, self.log[-3000:]
            self.pause()

    def wait_until_well(self) -> None:
        """Wait until the bot has sent its keys and looks after its rooms."""
        self.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'purged_on'")

    @staticmethod
    def pause() -> None:
        """Leave the bot a moment."""
        time.sleep(0.05)


def make_bot(folder: Path, server: Homeserver, name: str, few: Program | None = None, **settings: Any) -> Bot:
    """A bot with a new account, and the index of a few fiches, or else echoes; `settings` are keys of [matrix]."""
    user_id = server.register(name)
    folder.mkdir(parents=True)
    (folder / "password").write_text("secret")
    if few is not None:
        shutil.copytree(few.state, folder / "state")
    bot = Bot(folder, user_id) if few else Bot(folder, user_id, (str(Path(__file__).with_name("echo.py")),))
    configure(bot, few, **{"homeserver": server.url, "password_file": "password", **settings})
    return bot


def configure(bot: Bot, few: Program | None = None, **settings: Any) -> None:
    """Write the configuration of a bot; a setting of None leaves the key out."""
    documents = few.documents if few else KNOWLEDGE / "documents"
    matrix = {**SETTINGS, "user_id": bot.user_id, **settings}
    lines = [f"{key} = {json.dumps(value)}" for key, value in matrix.items() if value is not None]
    tables = (
        f"[state]\ndirectory = {json.dumps(str(bot.state))}",
        f"[knowledge]\ndocuments = {json.dumps(str(documents))}",
        f"programme = {json.dumps(str(KNOWLEDGE / 'programme'))}",
        "[matrix]",
        *lines,
    )
    bot.config.write_text("\n".join(tables), encoding="utf-8")
