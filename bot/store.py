"""The bot's memory in SQLite: the one door to sqlite3; schema and migrations. Other modules give it their SQL."""

import contextlib
import errno
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bot import store_words as words
from bot.errors import StoreUnusable
from bot.private_files import make_private
from bot.refusals import system_reason

# Seconds to wait for another process; short, because the event loop waits too: callers try again, with pauses.
_PATIENCE: Final = 0.5

# One entry a version; an entry that was released is never changed.
_MIGRATIONS: Final = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    -- What was received and concerns the bot. `state`: new, done, dropped.
    CREATE TABLE inbox (
        position    INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id    TEXT NOT NULL UNIQUE,
        room_id     TEXT NOT NULL,
        sender      TEXT NOT NULL,
        sent_at_ms  INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        text        TEXT NOT NULL,
        thread_root TEXT,
        reply_to    TEXT,
        target      TEXT,
        state       TEXT NOT NULL DEFAULT 'new'
    );
    CREATE INDEX inbox_waiting ON inbox (state, room_id, position);
    CREATE INDEX inbox_target ON inbox (target) WHERE target IS NOT NULL;

    -- What is to be sent, in order of `position` in each room. `state`: new, sent, failed, dropped.
    CREATE TABLE outbox (
        position     INTEGER PRIMARY KEY AUTOINCREMENT,
        transaction_id TEXT NOT NULL UNIQUE,
        room_id      TEXT NOT NULL,
        kind         TEXT NOT NULL,
        content      TEXT NOT NULL,
        question     TEXT,
        thread_root  TEXT,
        target       TEXT,
        state        TEXT NOT NULL DEFAULT 'new',
        event_id     TEXT,
        device_id    TEXT,
        tried_at_ms  INTEGER
    );
    CREATE INDEX outbox_waiting ON outbox (state, room_id, position);
    CREATE INDEX outbox_question ON outbox (question);
    CREATE INDEX outbox_event ON outbox (event_id);
    CREATE INDEX outbox_thread ON outbox (thread_root) WHERE thread_root IS NOT NULL;

    -- Events whose key has not come yet, as received.
    CREATE TABLE undecrypted (
        event_id       TEXT PRIMARY KEY,
        room_id        TEXT NOT NULL,
        session_id     TEXT NOT NULL,
        source         TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        told           INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX undecrypted_session ON undecrypted (session_id);

    CREATE TABLE rooms (room_id TEXT PRIMARY KEY, joined_at_ms INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE invitations (room_id TEXT PRIMARY KEY, inviter TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE ratings (
        event_id TEXT PRIMARY KEY, target TEXT NOT NULL, value TEXT NOT NULL, rated_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE conversations (
        key TEXT PRIMARY KEY, json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX conversations_age ON conversations (updated_at_ms);
    """,
    """
    -- Who is reminded of deadlines, and when. `state`: active, paused, stopped, away (the bot left the room), upgraded
    -- (the room has a successor). Nothing due before `since_ms` is sent. `told`: how things stood at the last digest.
    -- `declared`: what the configuration said of the room when it was last applied.
    CREATE TABLE reminders (
        room_id      TEXT PRIMARY KEY,
        day          INTEGER NOT NULL,
        time         TEXT NOT NULL,
        zone         TEXT NOT NULL,
        extra_days   TEXT NOT NULL,
        horizon_days INTEGER NOT NULL,
        programme    TEXT,
        even_when_nothing INTEGER NOT NULL,
        state        TEXT NOT NULL,
        since_ms     INTEGER NOT NULL,
        told         TEXT,
        declared     TEXT
    ) WITHOUT ROWID;

    -- The occurrences that were decided. `transaction_id` is its message's; NULL when there was nothing to say.
    CREATE TABLE reminded (
        room_id        TEXT NOT NULL,
        occurrence_ms  INTEGER NOT NULL,
        schedule       TEXT NOT NULL,
        transaction_id TEXT,
        PRIMARY KEY (room_id, occurrence_ms, schedule)
    ) WITHOUT ROWID;
    """,
    """
    -- How many questions of each person the language model was given, on the last day only.
    CREATE TABLE model_questions (
        day TEXT NOT NULL, user TEXT NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (day, user)
    ) WITHOUT ROWID;
    """,
    """
    -- A thumb counts in one room: of those kept so far, in that of the answer; where this is long gone, in none.
    ALTER TABLE ratings ADD COLUMN room_id TEXT NOT NULL DEFAULT '';
    UPDATE ratings SET room_id = COALESCE((SELECT room_id FROM outbox WHERE outbox.event_id = ratings.target), '');
    """,
    """
    -- What could not be read, as it was found; never tried again. `origin` is the table that it was in. Those of inbox,
    -- outbox and reminders stay where they are, in the state « damaged ».
    CREATE TABLE damaged (
        origin TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, found_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    """,
    """
    -- How often a row was taken up without an end; with two crashes its `state` becomes aside, and it is left alone.
    ALTER TABLE inbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
    """,
    """
    -- Where a conversation stood after each answer. `thread_root` is NULL outside threads; `json` too while nothing has
    -- been said that is remembered. Of those kept so far, the person's last in the thread or room is known.
    CREATE TABLE exchanges (
        position    INTEGER PRIMARY KEY AUTOINCREMENT,
        room_id     TEXT NOT NULL,
        question    TEXT NOT NULL,
        sender      TEXT NOT NULL,
        thread_root TEXT,
        json        TEXT,
        at_ms       INTEGER NOT NULL,
        UNIQUE (room_id, question)
    );
    CREATE INDEX exchanges_last ON exchanges (room_id, sender, thread_root, position);
    CREATE INDEX exchanges_age ON exchanges (at_ms);
    INSERT INTO exchanges (room_id, question, sender, thread_root, json, at_ms)
    SELECT
        substr(key, 1, instr(key, ' ') - 1), key, substr(key, instr(key, ' @') + 1),
        CASE WHEN instr(key, ' $') THEN substr(key, instr(key, ' ') + 1, instr(key, ' @') - instr(key, ' ') - 1) END,
        json, updated_at_ms
    FROM conversations WHERE instr(key, ' @') ORDER BY updated_at_ms;
    DROP TABLE conversations;

    -- The rooms that the bot is in. `welcome`: room or direct while it is still to be said who the bot is.
    -- `help_under`: the question under whose answer a line of help stands; empty while it is due, NULL where none is.
    CREATE TABLE rooms_now (room_id TEXT PRIMARY KEY, welcome TEXT, help_under TEXT) WITHOUT ROWID;
    INSERT INTO rooms_now (room_id) SELECT room_id FROM rooms;
    DROP TABLE rooms;
    ALTER TABLE rooms_now RENAME TO rooms;
    """,
    """
    -- What an answer asks that a tap can answer. `tapped`: NULL while it is to be answered, what was chosen once it is;
    -- empty where it was answered in words, or left for something else.
    ALTER TABLE exchanges ADD COLUMN asks TEXT;
    ALTER TABLE exchanges ADD COLUMN tapped TEXT;
    CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;
    """,
    """
    -- Who asked for the reminders of a room; NULL for the configuration, and for those asked before it was kept.
    ALTER TABLE reminders ADD COLUMN asked_by TEXT;

    -- The deadlines of the calendar files that a room was sent, as they last were: what has disappeared is cancelled.
    CREATE TABLE agendas (
        room_id      TEXT NOT NULL,
        uid          TEXT NOT NULL,
        day          TEXT NOT NULL,
        title        TEXT NOT NULL,
        sequence     INTEGER NOT NULL,
        is_cancelled INTEGER NOT NULL,
        PRIMARY KEY (room_id, uid)
    ) WITHOUT ROWID;
    """,
)
_WITH_STATES: Final = ("inbox", "outbox", "reminders")
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# What passes, and its like among the errors of the system.
_PASSING: Final = {
    sqlite3.SQLITE_BUSY: None,
    sqlite3.SQLITE_LOCKED: None,
    sqlite3.SQLITE_PROTOCOL: None,
    sqlite3.SQLITE_CANTOPEN: None,
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
}

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_log = logging.getLogger("bot.store")

Row = sqlite3.Row
Values = tuple[Any, ...] | dict[str, Any]


class StoreUnavailable(Exception):
    """The database is locked, or its disk is full or failing; nothing was written, trying again later is right."""


class StoreBusy(StoreUnavailable):
    """Another process holds the database, for a moment."""


class Store:
    """An open database, for one thread.

    Every method raises StoreUnavailable when it cannot be read or written now, StoreUnusable when it is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is executed inside all or nothing; inside another transaction, part of it."""
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A full disk has already rolled back by itself.
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    def execute(self, sql: str, values: Values = ()) -> int:
        """Execute one statement; return the number of rows that it changed."""
        with _meant(self._path):
            return self._connection.execute(sql, values).rowcount

    def note(self, sql: str, values: Values = ()) -> None:
        """Execute one statement, outside a transaction, without a wait for the disk.

        The death of this process undoes it no more than another; a power cut may.
        """
        self.execute("PRAGMA synchronous = NORMAL")
        try:
            self.execute(sql, values)
        finally:
            self.execute("PRAGMA synchronous = FULL")

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Return the rows of a query."""
        with _meant(self._path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """Return the first row of a query; None when there is none."""
        return next(iter(self.rows(sql, values)), None)

    def get(self, key: str) -> str | None:
        """Return a value kept under a name; None when there is none."""
        found = self.row("SELECT value FROM meta WHERE key = ?", (key,))
        return found["value"] if found else None

    def put(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        self.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value))

    def set_aside(self, table: str, key_column: str, value_column: str, key: str) -> None:
        """Take a row that cannot be read out of its table, and keep it as it is among the damaged ones."""
        raw = key.encode("utf-8", "surrogateescape")
        with self.transaction():
            self.execute(
                f"INSERT INTO damaged (origin, key, content) SELECT ?, {key_column}, CAST({value_column} AS BLOB) "
                f"FROM {table} WHERE CAST({key_column} AS BLOB) = ?",
                (table, raw),
            )
            self.execute(f"DELETE FROM {table} WHERE CAST({key_column} AS BLOB) = ?", (raw,))
        _log.error("damaged row set aside: table=%s key=%r", table, key)

    def mark_damaged(self, table: str, key_column: str, key: int | str) -> None:
        """Set a row that cannot be read aside where it is; tables with states only."""
        raw = str(key).encode("utf-8", "surrogateescape")
        self.execute(f"UPDATE {table} SET state = 'damaged' WHERE CAST({key_column} AS BLOB) = ?", (raw,))
        _log.error("damaged row set aside: table=%s key=%r", table, key)

    def damaged(self) -> dict[str, int]:
        """Return how many rows were set aside, by table; those without any are left out."""
        counts = " UNION ALL ".join(
            f"SELECT '{table}' AS origin, COUNT(*) AS number FROM {table} WHERE state = 'damaged'"
            for table in _WITH_STATES
        )
        rows = self.rows(f"{counts} UNION ALL SELECT origin, COUNT(*) FROM damaged GROUP BY origin")
        return {row["origin"]: row["number"] for row in rows if row["number"]}

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def read_json(value: object) -> Any:
    """Return what the JSON of a row says. Raises ValueError when it is damaged."""
    if not is_text(value):
        raise ValueError("no text")
    try:
        return json.loads(str(value))
    except RecursionError:
        raise ValueError("nested without end") from None


def is_text(value: object) -> bool:
    """Whether a value of a row is a text that was not damaged."""
    # Bytes that are no UTF-8 come as lone surrogates.
    return isinstance(value, str) and not _SURROGATE.search(value)


def open_store(path: Path) -> Store:
    """Open the database at `path`, made with access for its owner alone, and bring its schema up to date.

    Raises StoreBusy, StoreUnavailable with a French clause when it can be neither read nor written, and StoreUnusable
    when it is damaged or of a newer version: nothing is written to it then.
    """
    try:
        make_private(path)
    except OSError as error:
        raise StoreUnavailable(system_reason(error)) from error
    with _meant(path, _reason):
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return Store(connection, path)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.row_factory = sqlite3.Row
    connection.text_factory = _text
    _check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    # A token that outlives a power cut while its events do not would lose them.
    connection.execute("PRAGMA synchronous = FULL")
    _migrate(connection)
    _check_tables(connection, path)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def _meant(path: Path, words_of: Callable[[int], str] | None = None) -> Iterator[None]:
    """Raise an error of SQLite as what it means to those who use the database; a fault of ours as it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if code in _DAMAGED:
            raise StoreUnusable(words.damaged(path, str(error))) from error
        if code not in _PASSING:
            raise
        kind = StoreBusy if code in _BUSY else StoreUnavailable
        raise kind(words_of(code) if words_of else str(error)) from error


def _reason(code: int) -> str:
    like = _PASSING[code]
    if like is not None:
        return system_reason(OSError(like, ""))
    return words.UNOPENED if code == sqlite3.SQLITE_CANTOPEN else words.LOCKED


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreUnusable for a database of a newer version, or one that is damaged: nothing may be written to it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not 0 <= version <= len(_MIGRATIONS):
        raise StoreUnusable(words.of_a_newer_version(path, version, len(_MIGRATIONS)))
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise StoreUnusable(words.damaged(path, "tables of another program"))
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreUnusable(words.damaged(path, found))


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreUnusable when a table or a column is not there, as in the database of another program."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        _migrate(model)
        missing = _columns(model) - _columns(connection)
    if missing:
        raise StoreUnusable(words.damaged(path, f"no column {'.'.join(min(missing))}"))


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    sql = "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
    return {(table, column) for table, column in connection.execute(sql)}


def _migrate(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, script in enumerate(_MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
