"""The store: a database that only its owner reads, transactions that are all or nothing, conversations."""

import contextlib
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT

from bot.store import _MIGRATIONS, Store, StoreUnavailable, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "state" / "bot.db")


def test_only_the_owner_reads_the_database_and_its_journal(tmp_path: Path, store: Store) -> None:
    store.put("a", "b")
    files = list((tmp_path / "state").iterdir())
    assert {path.name for path in files} == {"bot.db", "bot.db-wal", "bot.db-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with contextlib.suppress(KeyError), store.transaction():
        store.put("a", "b")
        raise KeyError("a fault")
    assert store.get("a") is None


def test_a_transaction_inside_another_is_part_of_it(store: Store) -> None:
    with contextlib.suppress(KeyError), store.transaction():
        with store.transaction():
            store.put("a", "b")
        raise KeyError("a fault after the inner one")
    assert store.get("a") is None


def test_a_locked_database_is_said_to_be_unavailable_and_then_works_again(tmp_path: Path, store: Store) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "state" / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable):
            store.put("a", "b")
    store.put("a", "c")
    assert store.get("a") == "c"


def test_a_full_disk_is_said_to_be_unavailable_and_loses_what_was_not_whole_only(store: Store) -> None:
    store.put("kept", "1")
    [pages] = store.rows("PRAGMA page_count")
    store.execute(f"PRAGMA max_page_count = {pages[0]}")
    with pytest.raises(StoreUnavailable):
        _put_both(store)
    assert (store.get("kept"), store.get("small")) == ("1", None)
    store.execute("PRAGMA max_page_count = 1000000")
    store.put("big", "x" * 1_000_000)
    assert store.get("big") is not None


def test_a_note_outlives_the_death_of_the_process_and_what_follows_is_as_safe_as_before(tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from bot.store import open_store\n"
        f"store = open_store(Path({str(tmp_path / 'bot.db')!r}))\n"
        "store.note(\"INSERT INTO meta VALUES ('a', 'b')\"); print(*store.row('PRAGMA synchronous'), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == "2\n"
    assert open_store(tmp_path / "bot.db").get("a") == "b"


def test_a_store_opened_again_has_what_was_written(tmp_path: Path) -> None:
    first = open_store(tmp_path / "bot.db")
    first.put("a", "b")
    first.close()
    assert open_store(tmp_path / "bot.db").get("a") == "b"


def test_a_store_of_an_older_version_is_brought_up_to_date_and_keeps_its_rows(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as old:
        for script in _MIGRATIONS[:3]:
            old.executescript(script)
        old.execute("PRAGMA user_version = 3")
        old.execute(
            "INSERT INTO inbox (event_id, room_id, sender, sent_at_ms, kind, text) VALUES ('$1', '', '', 1, '', 'a')"
        )
    [row] = open_store(tmp_path / "bot.db").rows("SELECT text, tries FROM inbox")
    assert tuple(row) == ("a", 0)


def test_a_folder_that_cannot_be_made_is_said_to_be_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        open_store(tmp_path / "file" / "bot.db")


def test_a_conversation_is_kept_and_forgotten(store: Store) -> None:
    store.keep_conversation("thread", "{}", 1_000)
    store.keep_conversation("thread", '{"a": 1}', 2_000)
    assert store.conversation("thread") == '{"a": 1}'
    assert store.conversation("thread", since_ms=2_001) is None
    assert store.conversation("another") is None
    assert store.forget_conversations(2_000) == 0
    assert store.forget_conversations(2_001) == 1
    assert store.conversation("thread") is None


def _put_both(store: Store) -> None:
    with store.transaction():
        store.put("small", "2")
        store.put("big", "x" * 1_000_000)
