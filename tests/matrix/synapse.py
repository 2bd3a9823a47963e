"""A real Synapse for the tests, in a virtual environment of its own, with the settings and the module of Tchap.

`python tests/matrix/synapse.py install` makes the environment (`.venv-synapse`, or the one that SYNAPSE_VENV names).
"""

import contextlib
import hashlib
import hmac
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VENV = Path(os.environ.get("SYNAPSE_VENV") or ROOT / ".venv-synapse")
PYTHON = VENV / "bin" / "python"
PACKAGES = ("matrix-synapse>=1.163,<2", "synapse-room-access-rules>=1.0,<2")
SERVER_NAME = "test.local"
_SECRET = "test"
_NO_LIMIT = {"per_second": 1000, "burst_count": 1000}
_LIMITS = ("rc_message", "rc_registration", "rc_joins_per_room")

_LOGS = """
version: 1
formatters: {plain: {format: '%(asctime)s %(levelname)s %(name)s %(message)s'}}
handlers: {file: {class: logging.FileHandler, filename: FILE, formatter: plain}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


def install() -> None:
    """Make the environment of Synapse unless it is there."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    done = VENV / ".installed"
    if not done.exists() and "SYNAPSE_VENV" not in os.environ:
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", *PACKAGES], check=True)
        done.touch()


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Homeserver:
    """A homeserver on the loopback, its data in `folder`; started and stopped at will, its data kept."""

    folder: Path
    port: int = field(default_factory=free_port)
    message_limit: dict[str, float] = field(default_factory=lambda: dict(_NO_LIMIT))
    as_on_tchap: bool = True  # with the module of its access rules, which fails on rooms of version 12
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Homeserver":
        """Start the server and wait until it answers."""
        install()
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "homeserver.yaml"
        first = not config.exists()
        config.write_text(json.dumps(self._settings()), encoding="utf-8")  # JSON is YAML
        (self.folder / "log.yaml").write_text(_LOGS.replace("FILE", str(self.folder / "homeserver.log")))
        command = [str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(config)]
        if first:
            subprocess.run([*command, "--generate-keys"], check=True, capture_output=True, cwd=self.folder)
        errors = (self.folder / "errors.log").open("ab")
        self._process = subprocess.Popen(command, cwd=self.folder, stdout=errors, stderr=errors)
        errors.close()
        self._wait()
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "errors.log").read_text()[-3000:])

    def kill(self) -> None:
        """Kill the server at once, as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def register(self, name: str, *, password: str = "secret", admin: bool = False) -> str:
        """Register a user, and return their id."""
        address = "/_synapse/admin/v1/register"
        nonce = self.call("GET", address)["nonce"]
        role = "admin" if admin else "notadmin"
        mac = hmac.new(_SECRET.encode(), "\0".join((nonce, name, password, role)).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        return str(self.call("POST", address, body)["user_id"])

    def lift_limits(self, user_id: str) -> None:
        """Let a user send as much as they like."""
        self.register("limits", admin=True)
        token = self.login("limits")["access_token"]
        path = f"/_synapse/admin/v1/users/{user_id}/override_ratelimit"
        self.call("POST", path, {"messages_per_second": 0, "burst_count": 0}, token)

    def login(self, name: str, password: str = "secret", *, refreshable: bool = False) -> dict[str, Any]:
        """Log in without nio; return `access_token`, `device_id` and the rest."""
        identifier = {"type": "m.id.user", "user": name}
        body = {"type": "m.login.password", "identifier": identifier, "password": password}
        return self.call("POST", "/_matrix/client/v3/login", body | {"refresh_token": refreshable})

    def refresh(self, session: dict[str, Any]) -> str:
        """Return a new token for the device of a refreshable login; the old one holds until it expires."""
        body = {"refresh_token": session["refresh_token"]}
        return str(self.call("POST", "/_matrix/client/v3/refresh", body)["access_token"])

    def expire(self, token: str) -> None:
        """Make a token one that has expired; the server is restarted, since it remembers those it has seen."""
        self.stop()
        with contextlib.closing(sqlite3.connect(self.folder / "homeserver.db")) as database, database:
            done = database.execute("DELETE FROM access_tokens WHERE token = ?", (token,))
        assert done.rowcount == 1
        self.start()

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> dict[str, Any]:
        """Call the server; raises urllib.error.HTTPError for an answer that is not a success."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def _settings(self) -> dict[str, Any]:
        listener = {
            "port": self.port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"], "compress": False}],
        }
        rules = {"id_server": "127.0.0.1", "domains_forbidden_when_restricted": ["externe.local"]}
        limits: dict[str, Any] = dict.fromkeys(_LIMITS, _NO_LIMIT)
        limits["rc_message"] = self.message_limit
        limits["rc_login"] = dict.fromkeys(("address", "account", "failed_attempts"), _NO_LIMIT)
        limits["rc_joins"] = dict.fromkeys(("local", "remote"), _NO_LIMIT)
        limits["rc_invites"] = dict.fromkeys(("per_room", "per_user", "per_issuer"), _NO_LIMIT)
        limits["rc_room_creation"] = _NO_LIMIT
        return limits | {
            "server_name": SERVER_NAME,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "signing_key_path": str(self.folder / "signing.key"),
            "media_store_path": str(self.folder / "media"),
            "pid_file": str(self.folder / "homeserver.pid"),
            "log_config": str(self.folder / "log.yaml"),
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": "x",
            "form_secret": "x",
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "bcrypt_rounds": 4,
            "presence": {"enabled": False},
            # Else a second first sync is answered, for two minutes, with what the first was told.
            "caches": {"sync_response_cache_duration": "0s"},
            "default_room_version": "11",  # the module of Tchap fails on 12
            "encryption_enabled_by_default_for_room_type": "invite",  # as on Tchap
            "modules": [{"module": "room_access_rules.RoomAccessRules", "config": rules}] if self.as_on_tchap else [],
        }


if __name__ == "__main__":
    install()
