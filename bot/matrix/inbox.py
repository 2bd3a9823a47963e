"""What was received: written with the sync token in one transaction, taken up in order, each once."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from bot.matrix.events import Incoming, Kind
from bot.reminders.subscriptions import State, Subscriptions
from bot.store import Row, Store, is_text, read_json

_TOKEN: Final = "sync_token"
_FIELDS: Final = "event_id, room_id, sender, sent_at_ms, text, thread_root, reply_to, kind, target"
_ROW: Final = f"position, tries, {_FIELDS}"
_KEPT: Final = ("ratings", "undecrypted")

_log = logging.getLogger("bot.matrix")

Welcome = Literal["room", "direct"]


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

    `joined` gives how each room that the bot has come to is to be told who it is, `invited` who invited it, by room;
    `left` are the rooms that it is no longer in, `upgraded` those that have a successor, `decrypted` the events whose
    key came late, `silent` those of `undecrypted` whose room is not to be told.
    """

    token: str
    received_at_ms: int
    incoming: Sequence[Incoming] = ()
    undecrypted: Sequence[Undecrypted] = ()
    decrypted: Iterable[str] = ()
    joined: Mapping[str, Welcome | None] = field(default_factory=dict)
    invited: Mapping[str, str] = field(default_factory=dict)
    left: Iterable[str] = ()
    upgraded: Iterable[str] = ()
    silent: frozenset[str] = frozenset()

    @property
    def rooms(self) -> set[str]:
        """The rooms of which it says something."""
        said = {one.room_id for one in self.incoming} | {one.room_id for one in self.undecrypted}
        return said.union(self.joined, self.invited, self.left, self.upgraded)

    def of(self, room_id: str, token: str) -> "Batch":
        """Return what it says of one room."""
        return Batch(
            token,
            self.received_at_ms,
            [one for one in self.incoming if one.room_id == room_id],
            [one for one in self.undecrypted if one.room_id == room_id],
            joined={room: how for room, how in self.joined.items() if room == room_id},
            invited={room: who for room, who in self.invited.items() if room == room_id},
            left={room_id}.intersection(self.left),
            upgraded={room_id}.intersection(self.upgraded),
            silent=self.silent,
        )


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
            for room_id, welcome in batch.joined.items():
                values = (room_id, welcome, "" if welcome == "direct" else None)
                self._store.execute("INSERT OR REPLACE INTO rooms VALUES (?, ?, ?)", values)
            for event_id in batch.decrypted:
                self._store.execute("DELETE FROM undecrypted WHERE event_id = ?", (event_id,))
            # A deletion comes after what it deletes, also where the key of that has come later.
            for incoming in sorted(batch.incoming, key=lambda one: one.kind == "redaction"):
                self._add(incoming)
            for event in batch.undecrypted:
                self._keep(event, batch)
            self._look_after_reminders(batch)
            self._store.put(_TOKEN, batch.token)

    def _add(self, one: Incoming) -> None:
        if one.kind == "reaction":
            self._store.execute(
                "INSERT OR IGNORE INTO ratings (event_id, target, value, rated_at_ms, room_id) "
                "VALUES (:event_id, :target, :text, :sent_at_ms, :room_id)",
                vars(one),
            )
            return
        if one.kind == "redaction":
            values = (one.target, one.room_id)
            for table in _KEPT:
                self._store.execute(f"DELETE FROM {table} WHERE event_id = ? AND room_id = ?", values)
            self._store.execute("DELETE FROM ratings WHERE target = ? AND room_id = ?", values)
            self._store.execute(
                "UPDATE inbox SET state = 'dropped', text = '' "
                "WHERE event_id = ? AND room_id = ? AND kind = 'tap' AND state = 'new'",
                values,
            )
            if self.question(one.target or "", one.room_id) is None:
                return
        self._insert(one)

    def _insert(self, one: Incoming) -> None:
        self._store.execute(
            f"INSERT OR IGNORE INTO inbox ({_FIELDS}) VALUES "
            "(:event_id, :room_id, :sender, :sent_at_ms, :text, :thread_root, :reply_to, :kind, :target)",
            vars(one),
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

    def waiting(self, held: Collection[str] = ()) -> dict[str, Incoming]:
        """Return what is to be taken up next in each room, oldest room first; not yet the edits of what is `held`."""
        rows = self._store.rows(
            f"SELECT {_ROW} FROM inbox WHERE position IN "
            "(SELECT MIN(position) FROM inbox WHERE state = 'new' AND (kind <> 'edit' OR target NOT IN "
            "(SELECT value FROM json_each(?))) GROUP BY room_id) ORDER BY position",
            (json.dumps(sorted(held)),),
        )
        found = self._readable(rows)
        # Behind a damaged one, another may wait.
        return {one.room_id: one for one in found} if len(found) == len(rows) else self.waiting(held)

    def edited(self) -> dict[str, int]:
        """Return the messages of which edits wait, with the place of the last one; not those deleted meanwhile."""
        rows = self._store.rows(
            "SELECT target, MAX(position) AS last FROM inbox AS edits WHERE kind = 'edit' AND state = 'new' "
            "AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.target = edits.target AND inbox.kind = 'redaction' "
            "AND inbox.state = 'new') GROUP BY target"
        )
        return {row["target"]: row["last"] for row in rows if is_text(row["target"])}

    def later(self, one: Incoming) -> list[Incoming]:
        """Return what else waits on a question, or on what an edit is of: its author's edits, and its redactions."""
        rows = self._store.rows(
            f"SELECT {_ROW} FROM inbox WHERE room_id = ? AND target = ? AND event_id <> ? AND state = 'new' "
            "AND (kind = 'redaction' OR sender = ?) ORDER BY position",
            (one.room_id, one.target or one.event_id, one.event_id, one.sender),
        )
        return self._readable(rows)

    def adopt(self, edit: Incoming, thread_root: str | None = None, reply_to: str | None = None) -> None:
        """Make a question that waits, in the words of an edit, of the event that it is of, which its sender wrote.

        It hangs on what that event hangs on.
        """
        told: dict[str, Any] = {"kind": "question", "target": None, "thread_root": thread_root, "reply_to": reply_to}
        question = replace(edit, event_id=edit.target or "", **told)
        self._insert(question)
        # Where the question has come by itself, its key being late, it has its first wording.
        self._store.execute(
            "UPDATE inbox SET text = :text WHERE event_id = :event_id AND room_id = :room_id AND sender = :sender "
            "AND kind = :kind AND state = 'new'",
            vars(question),
        )

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

    def question(self, event_id: str, room_id: str) -> Incoming | None:
        """Return a question received in a room, without its text once it is answered; None for anything else."""
        rows = self._store.rows(
            f"SELECT {_ROW} FROM inbox WHERE event_id = ? AND room_id = ? AND kind = 'question'", (event_id, room_id)
        )
        return next(iter(self._readable(rows)), None)

    def _readable(self, rows: Iterable[Row]) -> list[Incoming]:
        """Return what rows say, but for those that are damaged: they are set aside."""
        found = []
        for row in rows:
            if _is_damaged(row):
                self._store.mark_damaged("inbox", "position", row["position"])
            else:
                found.append(Incoming(**{name: row[name] for name in row.keys() if name != "position"}))  # noqa: SIM118 - a Row is no mapping
        return found

    def asked_by(self, event_id: str, room_id: str) -> str | None:
        """Return who asked a question of a room; None for what is no question that was received there."""
        found = self.question(event_id, room_id)
        return found.sender if found else None

    def is_edited(self, event_id: str, user_id: str, room_id: str) -> bool:
        """Whether an edit of an event of a room, by this user, waits."""
        row = self._store.row(
            "SELECT 1 FROM inbox WHERE target = ? AND sender = ? AND room_id = ? AND kind = 'edit' AND state = 'new'",
            (event_id, user_id, room_id),
        )
        return row is not None

    def is_kept(self, event_id: str, room_id: str) -> bool:
        """Whether an event of a room is a thumb, a tap that waits, or a message whose key has not come."""
        kept = " UNION ALL ".join(f"SELECT event_id, room_id FROM {table}" for table in _KEPT)
        taps = "SELECT event_id, room_id FROM inbox WHERE kind = 'tap' AND state = 'new'"
        sql = f"SELECT 1 FROM ({kept} UNION ALL {taps}) WHERE event_id = ? AND room_id = ?"
        found = self._store.row(sql, (event_id, room_id))
        return found is not None

    def thumbs(self) -> dict[str, int]:
        """Return how many thumbs of each kind are kept."""
        rows = self._store.rows("SELECT value, COUNT(*) AS number FROM ratings GROUP BY value")
        return {row["value"]: row["number"] for row in rows}

    def count(self) -> int:
        """Return how many questions wait for their answer."""
        row = self._store.row("SELECT COUNT(*) AS number FROM inbox WHERE state = 'new'")
        return int(row["number"]) if row else 0

    # ---- rooms and late keys ---------------------------------------------------------------------------------------

    def knows(self, room_id: str) -> bool:
        """Whether the bot is in a room, as last written."""
        return self._store.row("SELECT 1 FROM rooms WHERE room_id = ?", (room_id,)) is not None

    def rooms(self) -> set[str]:
        """Return the rooms that the bot is in, as last written."""
        return {row["room_id"] for row in self._store.rows("SELECT room_id FROM rooms")}

    def unwelcomed(self) -> dict[str, Welcome]:
        """Return the rooms that are still to be told who the bot is, and how."""
        rows = self._store.rows("SELECT room_id, welcome FROM rooms WHERE welcome IS NOT NULL")
        return {row["room_id"]: row["welcome"] for row in rows}

    def welcomed(self, room_id: str) -> None:
        """Say that a room was told who the bot is."""
        self._store.execute("UPDATE rooms SET welcome = NULL WHERE room_id = ?", (room_id,))

    def needs_help(self, room_id: str, question: str) -> bool:
        """Whether a line of help goes under the answer to a question: the first of a direct room, again if edited."""
        row = self._store.row("SELECT help_under FROM rooms WHERE room_id = ?", (room_id,))
        return row is not None and row["help_under"] in ("", question)

    def helped(self, room_id: str, question: str) -> None:
        """Say under the answer to which question the line of help of a room stands."""
        values = (question, room_id)
        self._store.execute("UPDATE rooms SET help_under = ? WHERE room_id = ? AND help_under = ''", values)

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
        return self._sealed(row for row in rows if wanted is None or row["session_id"] in wanted)

    def untold(self, before_ms: int) -> dict[str, Undecrypted]:
        """Return, by room, the last event received before then whose key has not come and of which nobody was told."""
        rows = self._store.rows(
            "SELECT * FROM undecrypted WHERE told = 0 AND received_at_ms < ? ORDER BY received_at_ms", (before_ms,)
        )
        return {one.room_id: one for one in self._sealed(rows)}

    def _sealed(self, rows: Iterable[Row]) -> list[Undecrypted]:
        """Return what rows of undecrypted events say, but for those that are damaged: they are set aside."""
        found = []
        for row in rows:
            try:
                source = read_json(row["source"])
            except ValueError:
                source = None
            if isinstance(source, dict) and all(map(is_text, row[:3])):
                found.append(Undecrypted(row["event_id"], row["room_id"], row["session_id"], source))
            else:
                self._store.set_aside("undecrypted", "event_id", "source", row["event_id"])
        return found

    def told(self, room_id: str, before_ms: int) -> None:
        """Say that a room was told of what could not be decrypted before then."""
        values = (room_id, before_ms)
        self._store.execute("UPDATE undecrypted SET told = 1 WHERE room_id = ? AND received_at_ms < ?", values)

    def newest_ms(self) -> int:
        """Return the time (ms) of the latest message received, as its homeserver tells it; 0 when there is none."""
        row = self._store.row("SELECT MAX(sent_at_ms) AS newest FROM inbox WHERE state <> 'damaged'")
        return int(row["newest"] or 0) if row else 0

    def purge(self, before_ms: int) -> None:
        """Forget what was taken up, and the keys that did not come, before then."""
        self._store.execute("DELETE FROM inbox WHERE state NOT IN ('new', 'damaged') AND sent_at_ms < ?", (before_ms,))
        self._store.execute("DELETE FROM undecrypted WHERE received_at_ms < ?", (before_ms,))


def _is_damaged(row: Row) -> bool:
    texts = (row[name] for name in ("event_id", "room_id", "sender", "text"))
    others = (row[name] for name in ("thread_root", "reply_to", "target"))
    return not (
        all(map(is_text, texts))
        and all(one is None or is_text(one) for one in others)
        and all(isinstance(row[name], int) for name in ("sent_at_ms", "tries"))
        and row["kind"] in get_args(Kind)
    )
