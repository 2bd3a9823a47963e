"""`make demo`: ready to open with a client, and nothing left of it after Ctrl-C."""

import json
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import pytest
from program import ROOT, Program, environment

pytestmark = pytest.mark.synapse

CLIENT = "/_matrix/client/v3"


def call(url: str, body: Any = None, token: str = "") -> dict[str, Any]:
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {token}")
    unsigned = ssl._create_unverified_context()  # the certificate of the demonstration is signed by nobody
    with urllib.request.urlopen(request, timeout=30, context=unsigned if url.startswith("https") else None) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def as_tchap_logs_in(said: str) -> str:
    """Return who is logged in by the steps of the web client of Tchap, from what the demonstration says.

    A server of its list is asked whose e-mail it is; the answer is a domain, whose server is `https://matrix.DOMAIN`,
    which must be in the list; there it logs in by e-mail.
    """
    config = json.loads(re.search(r"^ *(\{.*\})$", said, re.MULTILINE)[1])
    email, password = (re.search(rf"{key}  +(\S+)", said)[1] for key in ("adresse mail", "mot de passe"))
    [listed] = [one["base_url"] for one in config["homeserver_list"]]
    found = call(f"{on_loopback(listed)}/_matrix/identity/api/v1/info?medium=email&address={email}")
    server = f"https://matrix.{found['hs']}"
    assert server == listed
    assert config["tchap_sso_flow"] == {"isActive": False}
    flows = call(f"{on_loopback(server)}{CLIENT}/login")["flows"]
    assert "m.login.password" in [one["type"] for one in flows]
    identifier = {"type": "m.id.thirdparty", "medium": "email", "address": email}
    login = {"type": "m.login.password", "identifier": identifier, "password": password}
    return str(call(f"{on_loopback(server)}{CLIENT}/login", login)["user_id"])


def on_loopback(address: str) -> str:
    """Return an address as browsers resolve it: every name of .localhost is this machine."""
    return address.replace("matrix.localhost", "127.0.0.1")


def test_the_demonstration_is_ready_for_a_client_and_leaves_nothing_behind(program: Program, tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "tests/matrix/demo.py", str(program.index)],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said and (line := process.stdout.readline()):
            said += line
        children = psutil.Process(process.pid).children(recursive=True)
        url, user, password = (
            re.search(rf"{key}  +(\S+)", said)[1] for key in ("serveur", "utilisateur", "mot de passe")
        )
        identifier = {"type": "m.id.user", "user": user}
        login = {"type": "m.login.password", "identifier": identifier, "password": password}
        token = call(url + CLIENT + "/login", login)["access_token"]
        [room] = call(url + CLIENT + "/joined_rooms", token=token)["joined_rooms"]
        me, direct = (
            f"@{user}:test.local",
            call(f"{url}{CLIENT}/user/@{user}:test.local/account_data/m.direct", token=token),
        )
        by_email = as_tchap_logs_in(said)
        members = call(f"{url}{CLIENT}/rooms/{room}/joined_members", token=token)["joined"]
        encryption = call(f"{url}{CLIENT}/rooms/{room}/state/m.room.encryption", token=token)
        process.send_signal(signal.SIGINT)
        code = process.wait(60)

    assert len(members) == 2
    assert direct == {"@fast:test.local": [room]}
    assert by_email == me
    assert encryption["algorithm"] == "m.megolm.v1.aes-sha2"
    assert code == 0
    assert len(children) >= 2
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert not list(tmp_path.iterdir())
    with pytest.raises(urllib.error.URLError):
        call(url + "/health")
