"""The commands on a disk that is small, full or read-only: one French sentence and an exit code, and nothing lost."""

import shutil
import subprocess
from pathlib import Path

import pytest
from disks import fill, make_read_only, small_disk
from program import KNOWLEDGE, Program, configured

from bot.documents.index import read_passages
from bot.documents.refresh import current_folder

pytestmark = pytest.mark.program

WORDS = ("le disque est plein", "disque plein", "lecture seule")


@pytest.fixture
def program_on_a_disk(tmp_path: Path) -> Program:
    """The program with two fiches, and its state in the folder « disk », which is not there yet."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("plafond.md", "taux.md"):
        shutil.copy(KNOWLEDGE / "documents" / name, documents)
    made = configured(tmp_path, documents)
    text = made.config.read_text().replace(str(made.state), str(tmp_path / "disk" / "state"))
    made.config.write_text(text + '[matrix]\nhomeserver = "http://127.0.0.1:9"\npassword = "motdepasse"\n')
    return Program(made.config, documents, tmp_path / "disk" / "state")


def is_told(done: "subprocess.CompletedProcess[str] | subprocess.CompletedProcess[bytes]") -> bool:
    """Whether the command ended with 2 and one sentence on the disk, after its lines of progress."""
    err = done.stderr.decode() if isinstance(done.stderr, bytes) else done.stderr
    assert "Traceback" not in err
    lines = [line for line in err.splitlines() if not line.startswith(("Lecture des doc", "Calcul des vec"))]
    return done.returncode == 2 and len(lines) == 1 and any(word in lines[0] for word in WORDS)


@pytest.mark.parametrize("size", ["200k", "1m", "3m"])
def test_a_small_disk_is_told_and_what_was_written_serves(program_on_a_disk: Program, size: str) -> None:
    with small_disk(program_on_a_disk.state.parent, size):
        assert is_told(program_on_a_disk.ingest())
        asked = program_on_a_disk.run("ask", "plafond du FAST 13 ?")
        assert b"Traceback" not in asked.stderr
        if current_folder(program_on_a_disk.state) is None:
            assert is_told(asked)
        else:
            assert asked.returncode == 0
            assert "300 000" in asked.stdout.decode()
        # Neither the parts of an index nor those of the counts of wordings are left over.
        left = {path.name for path in (program_on_a_disk.state / "index").iterdir()}
        assert not {name for name in left if name.startswith((".building", ".current", ".reader"))}


def test_on_a_full_disk_the_bot_says_so_at_once(program_on_a_disk: Program) -> None:
    with small_disk(program_on_a_disk.state.parent, "200k") as disk:
        fill(disk)
        assert is_told(program_on_a_disk.run("run"))


def test_on_a_read_only_disk_the_index_before_stays_and_it_is_told(program_on_a_disk: Program) -> None:
    with small_disk(program_on_a_disk.state.parent, "3m") as disk:
        program_on_a_disk.ingest()
        folder = current_folder(program_on_a_disk.state)
        assert folder is not None
        make_read_only(disk)
        shutil.copy(KNOWLEDGE / "documents" / "fast-13.md", program_on_a_disk.documents)
        for done in (program_on_a_disk.ingest(), program_on_a_disk.run("run")):
            assert is_told(done)
        assert {passage.info.document for passage in read_passages(folder)} == {"plafond.md", "taux.md"}


@pytest.mark.parametrize("damage", ["no database", "a newer version"])
def test_the_bot_does_not_start_on_a_memory_that_is_damaged_or_newer(program_on_a_disk: Program, damage: str) -> None:
    from bot.store import open_store

    path = program_on_a_disk.state / "bot.db"
    store = open_store(path)
    if damage == "a newer version":
        store.execute("PRAGMA user_version = 99")
    store.close()
    if damage == "no database":
        path.write_bytes(b"autre chose" * 1_000)
    before = path.read_bytes()

    done = program_on_a_disk.run("run")

    assert done.returncode == 2
    [line] = done.stderr.decode().splitlines()
    assert {"no database": "abîmée", "a newer version": "plus récente"}[damage] in line
    assert path.read_bytes() == before
