"""The bot's memory in SQLite: the one door to sqlite3; schema and migrations. Other modules give it their SQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

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
    -- How often a row was taken up without an end; with two crashes its `state` becomes aside, and it is left alone.
    ALTER TABLE inbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
    """,
)

Row = sqlite3.Row
Values = tuple[Any, ...] | dict[str, Any]


class StoreUnavailable(Exception):
    """The database is locked, or its disk is full or failing; nothing was written, trying again later is right."""


class Store:
    """An open database, for one thread. Every method raises StoreUnavailable when it cannot be read or written now."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

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
        try:
            return self._connection.execute(sql, values).rowcount
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

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
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

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

    def conversation(self, key: str, since_ms: int = 0) -> str | None:
        """Return the JSON text of a conversation that was changed since then; None when there is none."""
        found = self.row("SELECT json FROM conversations WHERE key = ? AND updated_at_ms >= ?", (key, since_ms))
        return found["json"] if found else None

    def keep_conversation(self, key: str, json: str, at_ms: int) -> None:
        """Keep the JSON text of a conversation."""
        self.execute("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?)", (key, json, at_ms))

    def forget_conversations(self, before_ms: int) -> int:
        """Forget the conversations that were last changed before then; return how many there were."""
        return self.execute("DELETE FROM conversations WHERE updated_at_ms < ?", (before_ms,))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


def open_store(path: Path) -> Store:
    """Open the database at `path`, made with access for its owner alone, and bring its schema up to date.

    Raises StoreUnavailable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # A token that outlives a power cut while its events do not would lose them.
        connection.execute("PRAGMA synchronous = FULL")
        _migrate(connection)
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreUnavailable(str(error)) from error
    return Store(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, script in enumerate(_MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
