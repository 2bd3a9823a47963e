"""A user of the SDK of Tchap's web client (matrix-js-sdk), in a Node process driven by JSON lines."""

import itertools
import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "jsclient"


def install() -> None:
    """Install the SDK at the versions of package-lock.json, unless it is there."""
    done = FOLDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
        npm = shutil.which("npm")
        assert npm, "npm is missing: install Node.js 20 or later"
        subprocess.run([npm, "ci", "--silent", "--ignore-scripts"], cwd=FOLDER, check=True)


class JsClient:
    """One user, logged in; cross-signed as Element does. `strict` excludes devices that their owner has not signed."""

    def __init__(self, url: str, user: str, password: str, *, strict: bool = False) -> None:
        install()
        self._process = subprocess.Popen(
            ["node", "client.mjs"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._ids = itertools.count()
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.user_id: str = self.do("login", url=url, user=user, password=password, strict=strict)["user_id"]
        except BaseException:
            self.close()
            raise

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = json.loads(line)
            self._answers[found["id"]].put(found)
        for waiting in self._answers.values():
            waiting.put({"error": "the client has ended"})

    def do(self, action: str, *, seconds: float = 60, **request: Any) -> Any:
        """Ask the client for an action; raises RuntimeError with its words when it fails."""
        number = next(self._ids)
        self._answers[number] = queue.Queue()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "do": action, "seconds": seconds, **request}) + "\n")
        self._process.stdin.flush()
        found = self._answers[number].get(timeout=seconds + 10)
        del self._answers[number]
        if "error" in found:
            raise RuntimeError(found["error"])
        return found["ok"]

    def room_with(self, bot: str, *, encrypted: bool = True, direct: bool = True, also: tuple[str, ...] = ()) -> str:
        """Create a room, wait until the bot is in it, and return its id."""
        room: str = self.do("room", invite=[bot, *also], encrypted=encrypted, direct=direct)
        self.do("joined", room=room, user=bot)
        return room

    def ask(self, room: str, body: str, **more: Any) -> dict[str, Any]:
        """Send a question, and return the first message of another user after it."""
        self.do("send", room=room, body=body, **more)
        return self.next(room)

    def next(self, room: str, kind: str = "message", *, seconds: float = 60) -> dict[str, Any]:
        """Return the next message of others in a room not taken yet; `kind` message, notice, edit or redaction."""
        found: dict[str, Any] = self.do("next", room=room, kind=kind, seconds=seconds)
        return found

    def close(self) -> None:
        """End the client."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()
