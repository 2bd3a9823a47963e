"""No socket is opened beyond this machine while asking and ingesting."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT, TODAY, Program, environment

QUESTION = "plafond du FAST 13 ?"

# Loaded by every Python process that finds it on its path, those that read documents included.
WATCH = """
import os, sys

def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
        beyond = host is not None and not str(host).startswith("127.") and host not in ("::1", "localhost")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
        beyond = host not in (None, "", "localhost", "127.0.0.1", "::1")
    else:
        return
    if beyond:
        with open(os.environ["SEEN"], "a") as seen:
            seen.write(f"{event} {host}\\n")
        raise OSError(f"{event} beyond this machine: {host}")

sys.addaudithook(watch)
with open(os.environ["SEEN"] + ".watched", "a") as watched:
    watched.write(f"{sys.argv}\\n")
"""


def watched(folder: Path, command: list[str]) -> tuple["subprocess.CompletedProcess[str]", str]:
    """Run a command whose Python processes are watched; return what they opened beyond this machine."""
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(WATCH)
    seen = folder / "seen"
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(PYTHONPATH=str(folder / "watch"), SEEN=str(seen)),
        timeout=300,
    )
    assert (folder / "seen.watched").exists()
    return done, seen.read_text() if seen.exists() else ""


def commands(program: Program) -> tuple[list[str], list[str]]:
    """Ingesting, then asking."""
    return (
        [sys.executable, str(ROOT / "ingest.py"), "--config", str(program.config)],
        program.command("ask", "--today", TODAY, QUESTION),
    )


def add_documents(program: Program) -> None:
    """A page that points elsewhere, and a document that a process of its own reads."""
    from making import make_docx

    (program.documents / "page.html").write_text(
        '<html><head><link rel="stylesheet" href="http://192.0.2.1/a.css"><title>Page</title></head>'
        '<body><img src="http://192.0.2.1/a.png"><p>Le jury spécial du FAST 16.</p></body></html>'
    )
    make_docx(program.documents / "note.docx")


def test_the_watch_sees_a_connection_and_a_name_looked_up(tmp_path):
    code = (
        "import socket\nfor host in ('192.0.2.1', 'beta.gouv.fr'):\n"
        "  try: socket.create_connection((host, 9), 1)\n  except OSError: pass"
    )

    _, seen = watched(tmp_path, [sys.executable, "-c", code])

    assert "192.0.2.1" in seen
    assert "beta.gouv.fr" in seen


def test_no_python_process_opens_a_socket_beyond_this_machine(small, tmp_path):
    add_documents(small)
    _, asking = commands(small)

    done, seen = watched(tmp_path, asking)  # with no index yet: this ingests too

    assert done.returncode == 0, done.stderr
    assert "Lecture des documents : 5" in done.stderr
    assert seen == ""


def attempts(command: str) -> tuple["subprocess.CompletedProcess[str]", int]:
    """Run a shell command where there is no network; and count the attempts to leave, of all code."""
    count = r"""awk '/^Ip:/ && !header {header = $0; next} /^Ip:/ {split(header, names); for (i in names)
        if (names[i] == "OutNoRoutes") print "attempts", $i}' /proc/net/snmp
        awk '/^Ip6OutNoRoutes/ {print "attempts", $2}' /proc/net/snmp6"""
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", f"{command}\nstatus=$?\n{count}\nexit $status"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=300,
    )
    lines = done.stdout.splitlines()
    return done, sum(int(line.split()[1]) for line in lines if line.startswith("attempts "))


@pytest.fixture(scope="module")
def _no_network() -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip("no right to a network of its own (unshare -rn)")
    code = "import socket; socket.socket().connect(('192.0.2.1', 9))"
    if not attempts(f'{sys.executable} -c "{code}"')[1]:
        pytest.skip("this system does not count what has no route")


@pytest.mark.usefixtures("_no_network")
def test_without_any_network_documents_are_ingested_and_questions_answered_and_nothing_tries_to_leave(small):
    add_documents(small)
    script = " && ".join(" ".join(f"'{part}'" for part in command) for command in commands(small))

    done, tried = attempts(script)

    assert done.returncode == 0, done.stderr
    assert "5 documents" in done.stdout
    assert "300 000 €" in done.stdout.replace("\u00a0", " ").replace("\u202f", " ")
    assert tried == 0
