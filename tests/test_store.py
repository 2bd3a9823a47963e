"""The store: a database that only its owner reads, transactions that are all or nothing, conversations."""

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from program import ROOT

from bot.errors import StoreUnusable
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


def test_the_conversations_of_an_older_database_go_on_and_its_rooms_are_told_nothing_new(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as older:
        for script in _MIGRATIONS[:6]:
            older.executescript(script)
        older.execute("PRAGMA user_version = 6")
        older.execute("INSERT INTO rooms VALUES ('!a:x', 1)")
        rows = [("!a:x $root @anne:x", "1", 1), ("!a:x @anne:x", "2", 2), ("!b @anne:x", "3", 3)]
        older.executemany("INSERT INTO conversations VALUES (?, ?, ?)", rows)
    store = open_store(tmp_path / "bot.db")
    kept = store.rows("SELECT room_id, thread_root, sender, json, at_ms FROM exchanges ORDER BY position")
    assert [tuple(row) for row in kept] == [
        ("!a:x", "$root", "@anne:x", "1", 1),
        ("!a:x", None, "@anne:x", "2", 2),
        ("!b", None, "@anne:x", "3", 3),
    ]
    assert [tuple(row) for row in store.rows("SELECT * FROM rooms")] == [("!a:x", None, None)]


def test_the_thumbs_of_an_older_database_are_in_the_room_of_what_they_are_on(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as older:
        for script in _MIGRATIONS[:3]:
            older.executescript(script)
        older.execute("PRAGMA user_version = 3")
        older.execute(
            "INSERT INTO outbox (transaction_id, room_id, kind, content, event_id) "
            "VALUES ('t', '!a', 'message', '', '$1')"
        )
        older.execute("INSERT INTO ratings VALUES ('$thumb', '$1', '👍', 1), ('$lost', '$0', '👎', 1)")
    rows = open_store(tmp_path / "bot.db").rows("SELECT event_id, room_id FROM ratings ORDER BY event_id")
    assert [tuple(row) for row in rows] == [("$lost", ""), ("$thumb", "!a")]


def _put_both(store: Store) -> None:
    with store.transaction():
        store.put("small", "2")
        store.put("big", "x" * 1_000_000)


# ---- what is damaged -------------------------------------------------------------------------------------------------


def _filled(path: Path) -> bytes:
    """Make a database with many pages; return its bytes."""
    store = open_store(path)
    for number in range(2_000):
        store.put(f"key {number}", "x" * 100)
    store.close()
    return path.read_bytes()


def _with_a_hole(data: bytes) -> bytes:
    start = len(data) // 2 // 4096 * 4096
    return data[:start] + os.urandom(4096) + data[start + 4096 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no database": lambda data: b"ceci n'est pas une base\n" * 400,
    "another encryption": lambda data: os.urandom(len(data)),
    "a malformed page": _with_a_hole,
    "cut short": lambda data: data[: len(data) // 2],
    "only its header": lambda data: data[:100],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_database_is_refused_in_french_and_not_touched(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "bot.db"
    path.write_bytes(damage(_filled(path)))
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="abîmée"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_database_damaged_while_it_is_open_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    data = _filled(path)
    store = open_store(path)
    path.write_bytes(_with_a_hole(data))
    store.execute("PRAGMA shrink_memory")  # what was read at the start is forgotten
    with pytest.raises(StoreUnusable, match="abîmée"):
        store.rows("SELECT * FROM meta")


@pytest.mark.parametrize("version", [99, -1])
def test_a_database_of_a_newer_version_is_refused_and_not_touched(tmp_path: Path, version: int) -> None:
    path = tmp_path / "bot.db"
    open_store(path).close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="plus récente"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("sql", ["DROP TABLE inbox", "ALTER TABLE rooms DROP COLUMN welcome"])
def test_a_database_without_a_table_or_a_column_is_refused(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "bot.db"
    open_store(path).close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute(sql)
    with pytest.raises(StoreUnusable, match="abîmée"):
        open_store(path)


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE meta (a)")
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match="abîmée"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("planted", ["link", "folder"])
def test_what_is_no_file_of_its_own_is_not_opened(tmp_path: Path, planted: str) -> None:
    path, elsewhere = tmp_path / "bot.db", tmp_path / "elsewhere"
    elsewhere.write_text("")
    path.symlink_to(elsewhere) if planted == "link" else path.mkdir()
    with pytest.raises(StoreUnavailable, match={"link": "lien symbolique", "folder": "dossier"}[planted]):
        open_store(path)
    assert elsewhere.read_text() == ""
