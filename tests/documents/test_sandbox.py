"""The child that reads documents: what it reaches of the machine (nothing), and what its time is counted in."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from making import make_pdf, make_pdf_of_letters
from program import ROOT

from bot.documents import isolation
from bot.documents.content import Limits, Unusable
from bot.documents.formats.parsing import is_harmless
from bot.documents.sandbox import SANDBOX, TOO_LONG_TO_READ, Sandbox

pytestmark = pytest.mark.program

LINUX = sys.platform == "linux"
SECRETS = {
    "OPENAI_API_KEY": "sk-x",
    "FAST_LLM__API_KEY": "x",
    "FAST_MATRIX__PASSWORD": "x",
    "https_proxy": "http://a:b@c",
}

# What a reader that was taken over would try, each on a line; what works is printed.
HOSTILE = """
import os, socket, subprocess, sys, urllib.request
port, path = int(sys.argv[1]), sys.argv[2]
def inet(kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.connect(("127.0.0.1", port)); s.send(b"x")
def unix():
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
tries = {
    "tcp": lambda: inet(socket.SOCK_STREAM),
    "udp": lambda: inet(socket.SOCK_DGRAM),
    "http": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2),
    "unix": unix,
    "program": lambda: subprocess.run(["true"], check=True),
    "parent": lambda: open(f"/proc/{os.getppid()}/environ", "rb").read(1),
}
print("walls", *walls)
for name, attempt in tries.items():
    try:
        attempt()
    except OSError:
        continue
    print("reached", name)
"""


@pytest.fixture
def sandbox():
    made = Sandbox(look_seconds=0.02)
    yield made
    made.close()


def hostile(tmp_path: Path, walls: str) -> list[str]:
    """Run hostile code behind some walls, with a server on this machine to reach; return what it prints."""
    with TcpServer() as tcp, UnixServer(tmp_path / "socket") as unix:
        code = f"from bot.documents import isolation\nwalls = {walls}\n{HOSTILE}"
        command = [sys.executable, "-c", code, str(tcp.port), str(unix.path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


class TcpServer:
    """Accepts connections on this machine."""

    def __enter__(self) -> "TcpServer":
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class UnixServer:
    """Accepts connections on a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "UnixServer":
        import socket

        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path))
        self._socket.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def test_without_walls_everything_is_reached(tmp_path):
    found = hostile(tmp_path, "()")

    assert {"reached tcp", "reached unix", "reached program"} <= set(found)


def test_behind_the_walls_nothing_is_reached(tmp_path):
    [walls, *found] = hostile(tmp_path, "isolation.isolate()")

    assert "guard" in walls
    assert found == []


@pytest.mark.skipif(not LINUX, reason="the kernel's walls are those of Linux")
@pytest.mark.parametrize(
    ("wall", "kept"),
    [
        ("_leave_for_namespaces", {"tcp", "udp", "http", "parent"}),
        ("_filter_calls", {"tcp", "udp", "http", "unix", "program"}),
        ("_guard", {"tcp", "udp", "http", "unix", "program", "parent"}),
    ],
)
def test_each_wall_holds_by_itself_where_the_kernel_lets_it(tmp_path, wall, kept):
    [walls, *found] = hostile(tmp_path, f"(isolation.{wall}(),)")
    if walls == "walls False":
        pytest.skip("this kernel does not let it")

    assert not {f"reached {name}" for name in kept} & set(found)


def test_the_child_of_documents_says_its_walls_and_reaches_nothing(sandbox):
    found = sandbox.isolation()

    assert "guard" in found.walls
    assert found.reached == ()


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_nothing_of_the_environment_reaches_the_child(monkeypatch, tmp_path):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    sandbox = Sandbox()
    try:
        sandbox.isolation()
        environment = Path(f"/proc/{sandbox._child.pid}/environ").read_bytes().split(b"\0")
    finally:
        sandbox.close()

    assert {os.fsdecode(line).partition("=")[0] for line in environment} - {""} <= isolation._NEEDED


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_a_long_markdown_or_text_is_read_behind_the_walls(tmp_path):
    text = ("# Plafond\n\n" + "Le plafond du FAST est haut.\n" * 4_000).encode()

    assert len(text) > 65_536
    assert not any(is_harmless(kind, text) for kind in ("markdown", "text"))
    assert "plafond" in SANDBOX.parse("markdown", text, Limits()).text
    assert "plafond" in SANDBOX.parse("text", text, Limits()).text
    assert (
        Path(f"/proc/{SANDBOX._child.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        or "namespaces" not in SANDBOX.isolation().walls
    )


# Time


def test_a_child_that_waits_for_a_processor_refuses_nothing(tmp_path):
    data = make_pdf(tmp_path / "a.pdf").read_bytes()
    sandbox = Sandbox()
    try:
        sandbox.isolation()
        child = psutil.Process(sandbox._child.pid)
        child.suspend()  # as on a machine that gives it no processor for a while
        threading.Timer(2.6, child.resume).start()

        assert sandbox.parse("pdf", data, Limits(seconds=0.2)).text
    finally:
        sandbox.close()


def test_a_child_that_computes_is_not_taken_for_one_that_waits(sandbox, tmp_path):
    data = make_pdf_of_letters(tmp_path / "a.pdf", 15_000).read_bytes()

    assert sandbox.parse("pdf", data, Limits()).text


def test_a_child_that_does_nothing_at_all_is_replaced(sandbox, tmp_path):
    sandbox.isolation()
    os.kill(sandbox._child.pid, signal.SIGSTOP)
    data = make_pdf(tmp_path / "a.pdf").read_bytes()

    with pytest.raises(Unusable, match=TOO_LONG_TO_READ):
        sandbox.parse("pdf", data, Limits())
    assert sandbox.parse("pdf", data, Limits()).text


def test_the_time_that_counts_is_that_of_the_processor(tmp_path):
    path = make_pdf_of_letters(tmp_path / "a.pdf", 250_000)
    code = (
        "import json, resource, sys\nfrom pathlib import Path\n"
        "from bot.documents.readers import Limits, read_document\n"
        "from bot.documents.sandbox import SANDBOX\nfrom bot.errors import UnreadableDocument\n"
        "try: read_document(Path(sys.argv[1]), limits=Limits(seconds=1))\n"
        "except UnreadableDocument as error: reason = error.reason\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([reason, used.ru_utime + used.ru_stime]))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=True)
    reason, computed = json.loads(done.stdout)

    assert reason == TOO_LONG_TO_READ
    assert computed < 4
