"""What was received: written with the sync token in one transaction, taken up in order, each once."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.matrix.events import Incoming
from bot.reminders.subscriptions import State, Subscriptions
from bot.store import Row, Store

_TOKEN: Final = "sync_token"
_FIELDS: Final = "event_id, room_id, sender, sent_at_ms, text, thread_root, reply_to, kind, target"

_log = logging.getLogger("bot.matrix")


@dataclass(frozen=True)
class Undecrypted:
    """An event whose key has not come, as received."""

    event_id: str
    room_id: str
    session_id: str
    source: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """What one sync response brought: all of it is written, or none. `token` is where the next one starts.

    `joined` gives the time (ms) from which a room's messages concern the bot, `invited` who invited it, by room; `left`
    are the rooms that it is no longer in, `upgraded` those that have a successor, `decrypted` the events whose key came
    late, `silent` those of `undecrypted` whose room is not to be told.
    """

    token: str
    received_at_ms: int
    incoming: Sequence[Incoming] = ()
    undecrypted: Sequence[Undecrypted] = ()
    decrypted: Iterable[str] = ()
    joined: Mapping[str, int] = field(default_factory=dict)
    invited: Mapping[str, str] = field(default_factory=dict)
    left: Iterable[str] = ()
    upgraded: Iterable[str] = ()
    silent: frozenset[str] = frozenset()


class Inbox:
    """Received events, in the store. Raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def token(self) -> str | None:
        """Where the next sync starts; None before the first."""
        return self._store.get(_TOKEN)

    def receive(self, batch: Batch) -> None:
        """Write a batch, and its token; what is already known is not written twice."""
        with self._store.transaction():
            # Of a room that it was thrown out of and is invited to again, only the invitation is told.
            for room_id in {*batch.left, *batch.invited}:
                self._leave(room_id)
            for room_id, inviter in batch.invited.items():
                self._store.execute("INSERT OR REPLACE INTO invitations VALUES (?, ?)", (room_id, inviter))
            for room_id, joined_at_ms in batch.joined.items():
                self._store.execute("INSERT OR REPLACE INTO rooms VALUES (?, ?)", (room_id, joined_at_ms))
            for event_id in batch.decrypted:
                self._store.execute("DELETE FROM undecrypted WHERE event_id = ?", (event_id,))
            for incoming in batch.incoming:
                self._add(incoming)
            for event in batch.undecrypted:
                self._keep(event, batch)
            self._look_after_reminders(batch)
            self._store.put(_TOKEN, batch.token)

    def _add(self, one: Incoming) -> None:
        if one.kind == "reaction":
            values = (one.event_id, one.target, one.text, one.sent_at_ms)
            self._store.execute("INSERT OR IGNORE INTO ratings VALUES (?, ?, ?, ?)", values)
        elif one.kind == "redaction" and self.is_rating(one.target or ""):
            self._store.execute("DELETE FROM ratings WHERE event_id = ?", (one.target,))
        elif one.kind == "edit" and one.target is not None and self.question(one.target) is None:
            # What was not for the bot now is: from here on it is that event's question, and this edit is known.
            self._insert(one, event_id=one.target, kind="question", target=None, state="new")
            self._insert(one, state="done", text="")
        else:
            self._insert(one, state="new")

    def _insert(self, one: Incoming, *, state: str, **changed: Any) -> None:
        values = {**vars(one), **changed, "state": state}
        self._store.execute(
            f"INSERT OR IGNORE INTO inbox ({_FIELDS}, state) VALUES "
            "(:event_id, :room_id, :sender, :sent_at_ms, :text, :thread_root, :reply_to, :kind, :target, :state)",
            values,
        )

    def _keep(self, event: Undecrypted, batch: Batch) -> None:
        source = json.dumps(event.source)
        told = event.event_id in batch.silent
        values = (event.event_id, event.room_id, event.session_id, source, batch.received_at_ms, told)
        self._store.execute("INSERT OR IGNORE INTO undecrypted VALUES (?, ?, ?, ?, ?, ?)", values)

    def _look_after_reminders(self, batch: Batch) -> None:
        now, subscriptions = datetime.fromtimestamp(batch.received_at_ms / 1000, UTC), Subscriptions(self._store)
        for room_id in batch.joined:
            if subscriptions.welcome_back(room_id, now):
                _log.info("reminders of room=%s in service again", room_id)
        suspended: dict[State, Iterable[str]] = {"away": {*batch.left, *batch.invited}, "upgraded": batch.upgraded}
        for state, rooms in suspended.items():
            for room_id in rooms:
                if subscriptions.suspend(room_id, state, now):
                    _log.warning("reminders of room=%s suspended: %s", room_id, state)

    def _leave(self, room_id: str) -> None:
        self._store.execute(
            "UPDATE inbox SET state = 'dropped', text = '' WHERE state = 'new' AND room_id = ?", (room_id,)
        )
        self._store.execute(
            "UPDATE outbox SET state = 'dropped', content = '' WHERE state = 'new' AND room_id = ?", (room_id,)
        )
        for table in ("rooms", "invitations", "undecrypted"):
            self._store.execute(f"DELETE FROM {table} WHERE room_id = ?", (room_id,))

    # ---- questions -------------------------------------------------------------------------------------------------

    def waiting(self) -> dict[str, Incoming]:
        """Return what is to be taken up next in each room, oldest room first."""
        rows = self._store.rows(
            f"SELECT {_FIELDS}, tries FROM inbox WHERE position IN "
            "(SELECT MIN(position) FROM inbox WHERE state = 'new' GROUP BY room_id) ORDER BY position"
        )
        return {row["room_id"]: _incoming(row) for row in rows}

    def later(self, question: str) -> list[Incoming]:
        """Return the edits and redactions of a question that have not been taken up, oldest first."""
        rows = self._store.rows(
            f"SELECT {_FIELDS} FROM inbox WHERE target = ? AND state = 'new' ORDER BY position", (question,)
        )
        return [_incoming(row) for row in rows]

    def begin(self, event_id: str) -> None:
        """Say that an event is now taken up: if nothing more is said of it, the bot has died over it."""
        self._store.note("UPDATE inbox SET tries = tries + 1 WHERE event_id = ?", (event_id,))

    def put_off(self, event_id: str) -> None:
        """Say that an event was not taken up after all: the bot was stopped in good order."""
        self._store.execute("UPDATE inbox SET tries = tries - 1 WHERE event_id = ? AND state = 'new'", (event_id,))

    def set_aside(self, event_id: str) -> None:
        """Say that an event is never to be taken up again; its text is forgotten."""
        self._settle(event_id, "aside")

    def done(self, event_id: str) -> None:
        """Say that an event has been taken up; its text is forgotten."""
        self._settle(event_id, "done")

    def _settle(self, event_id: str, state: str) -> None:
        self._store.execute("UPDATE inbox SET state = ?, text = '' WHERE event_id = ?", (state, event_id))

    def question(self, event_id: str) -> Incoming | None:
        """Return a question that was received, without its text once it is answered; None for anything else."""
        row = self._store.row(f"SELECT {_FIELDS} FROM inbox WHERE event_id = ? AND kind = 'question'", (event_id,))
        return _incoming(row) if row else None

    def asked_by(self, event_id: str, room_id: str) -> str | None:
        """Return who asked a question of a room; None for what is no question that was received there."""
        found = self.question(event_id)
        return found.sender if found and found.room_id == room_id else None

    def is_rating(self, event_id: str) -> bool:
        """Whether an event is a thumb that is kept."""
        return self._store.row("SELECT 1 FROM ratings WHERE event_id = ?", (event_id,)) is not None

    def thumbs(self) -> dict[str, int]:
        """Return how many thumbs of each kind are kept."""
        rows = self._store.rows("SELECT value, COUNT(*) AS number FROM ratings GROUP BY value")
        return {row["value"]: row["number"] for row in rows}

    def count(self) -> int:
        """Return how many questions wait for their answer."""
        row = self._store.row("SELECT COUNT(*) AS number FROM inbox WHERE state = 'new'")
        return int(row["number"]) if row else 0

    # ---- rooms and late keys ---------------------------------------------------------------------------------------

    def joined_at_ms(self, room_id: str) -> int | None:
        """Return the time from which a room's messages concern the bot; None for an unknown room."""
        row = self._store.row("SELECT joined_at_ms FROM rooms WHERE room_id = ?", (room_id,))
        return row["joined_at_ms"] if row else None

    def rooms(self) -> set[str]:
        """Return the rooms that the bot is in, as last written."""
        return {row["room_id"] for row in self._store.rows("SELECT room_id FROM rooms")}

    def invitations(self) -> dict[str, str]:
        """Return who invited the bot, by room, for the invitations that are not settled."""
        return {row["room_id"]: row["inviter"] for row in self._store.rows("SELECT * FROM invitations")}

    def settle(self, room_id: str) -> None:
        """Forget an invitation that was accepted or declined."""
        self._store.execute("DELETE FROM invitations WHERE room_id = ?", (room_id,))

    def undecrypted(self, sessions: Iterable[str] | None = None) -> list[Undecrypted]:
        """Return the events whose key had not come: those of the sessions given, or all."""
        wanted = None if sessions is None else set(sessions)
        rows = self._store.rows("SELECT * FROM undecrypted ORDER BY received_at_ms")
        return [
            Undecrypted(row["event_id"], row["room_id"], row["session_id"], json.loads(row["source"]))
            for row in rows
            if wanted is None or row["session_id"] in wanted
        ]

    def untold(self, before_ms: int) -> dict[str, Undecrypted]:
        """Return, by room, the last event received before then whose key has not come and of which nobody was told."""
        rows = self._store.rows(
            "SELECT * FROM undecrypted WHERE told = 0 AND received_at_ms < ? ORDER BY received_at_ms", (before_ms,)
        )
        return {
            row["room_id"]: Undecrypted(row["event_id"], row["room_id"], row["session_id"], json.loads(row["source"]))
            for row in rows
        }

    def told(self, room_id: str, before_ms: int) -> None:
        """Say that a room was told of what could not be decrypted before then."""
        values = (room_id, before_ms)
        self._store.execute("UPDATE undecrypted SET told = 1 WHERE room_id = ? AND received_at_ms < ?", values)

    def purge(self, before_ms: int) -> None:
        """Forget what was taken up, and the keys that did not come, before then."""
        self._store.execute("DELETE FROM inbox WHERE state <> 'new' AND sent_at_ms < ?", (before_ms,))
        self._store.execute("DELETE FROM undecrypted WHERE received_at_ms < ?", (before_ms,))


def _incoming(row: Row) -> Incoming:
    return Incoming(**dict(row))
