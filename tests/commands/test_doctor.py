"""`python -m bot doctor` on this machine: how documents are read, the memory, and no secret in what it says."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from bot.store import open_store
from commands.running import Ran, run

TOKEN = "syt_ZmFzdA_QkRhbUpPVGxzUXdC_0aBcDe"
PLAIN = "motdepassequelconque"
NOBODY = "http://127.0.0.1:9"


def doctor(folder: Path, matrix: str, more: str = "") -> Ran:
    (folder / "config.toml").write_text(
        f"[state]\ndirectory = {json.dumps(str(folder / 'state'))}\n[matrix]\n{matrix}\n{more}", encoding="utf-8"
    )
    return run("--config", str(folder / "config.toml"), "doctor")


def memory(folder: Path) -> Path:
    path = folder / "state" / "bot.db"
    open_store(path).close()
    return path


def execute(path: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(sql)


def test_it_says_how_documents_are_read_apart(tmp_path: Path) -> None:
    [line] = [line for line in doctor(tmp_path, f"homeserver = '{NOBODY}'").out.splitlines() if "documents" in line]
    assert line.startswith("✓")
    assert "sans réseau" in line
    assert "garde de l'interpréteur" in line


def test_damaged_rows_are_told_and_kept(tmp_path: Path) -> None:
    path = memory(tmp_path)
    execute(
        path,
        "INSERT INTO outbox (transaction_id, room_id, kind, content, state) "
        "VALUES ('t', '!r', 'message', '{', 'damaged')",
    )
    execute(path, "INSERT INTO damaged (origin, key, content) VALUES ('conversations', 'k', '{')")
    done = doctor(tmp_path, f"homeserver = '{NOBODY}'")
    assert done.code == 1
    [line] = [line for line in done.out.splitlines() if "mises de côté" in line]
    assert "messages à envoyer : 1" in line
    assert "conversations : 1" in line


@pytest.mark.parametrize("damage", ["no database", "a newer version"])
def test_a_memory_that_cannot_be_used_is_told_and_the_rest_is_looked_at(tmp_path: Path, damage: str) -> None:
    path = memory(tmp_path)
    if damage == "no database":
        path.write_bytes(b"x" * 10_000)
    else:
        execute(path, "PRAGMA user_version = 99")
    done = doctor(tmp_path, f"homeserver = '{NOBODY}'\npassword = 'motdepasse'")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert {"no database": "abîmée", "a newer version": "plus récente"}[damage] in done.out
    assert "ne s'est jamais connecté" in done.out


WRONG_PLACES = {
    "the address, before the host": f"homeserver = 'http://fast:{PLAIN}@127.0.0.1:9'",
    "the address, after it": f"homeserver = '{NOBODY}/?access_token={PLAIN}'",
    "the address, as its path": f"homeserver = '{NOBODY}/{TOKEN}'",
    "the name of its file": f"homeserver = '{NOBODY}'\naccess_token_file = '{TOKEN}'",
    "its own key": f"homeserver = '{NOBODY}'\naccess_token = '{PLAIN}'",
    "its own key, and the address": f"homeserver = '{NOBODY}/{PLAIN}'\naccess_token = '{PLAIN}'",
    "the device": f"homeserver = '{NOBODY}'\naccess_token = 'autrechose'\ndevice_id = '{TOKEN}'",
    "the user": f"homeserver = '{NOBODY}'\naccess_token = 'autrechose'\nuser_id = '@{TOKEN}:a'",
    "a key that is none": f"homeserver = '{NOBODY}'\njeton = '{TOKEN}'",
    "an address that is none": f"homeserver = 'http://[{TOKEN}'",
}


@pytest.mark.parametrize("matrix", WRONG_PLACES.values(), ids=WRONG_PLACES)
def test_no_token_is_shown_wherever_it_stands(tmp_path: Path, matrix: str) -> None:
    done = doctor(tmp_path, matrix)
    assert done.code in (1, 2)
    assert "Traceback" not in done.err
    for token in (TOKEN, PLAIN):
        assert token not in done.out + done.err


def test_no_token_of_the_model_is_shown(tmp_path: Path) -> None:
    llm = f"[llm]\nmodel = '{TOKEN}'\nbase_url = 'http://u:{PLAIN}@127.0.0.1:9/v1?key={PLAIN}'\ntimeout_seconds = 2"
    done = doctor(tmp_path, f"homeserver = '{NOBODY}'", llm)
    assert done.code == 1
    for token in (TOKEN, PLAIN):
        assert token not in done.out + done.err
