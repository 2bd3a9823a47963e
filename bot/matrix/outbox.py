"""What is to be sent: rows in the store, in order in each room, each sent once whatever dies when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from bot.matrix.reply import transaction_id
from bot.store import Row, Store, Values, is_text, read_json

# Synapse remembers transactions for 30 minutes at least.
SERVER_MEMORY_MS: Final = 20 * 60 * 1000

Kind = Literal["message", "edit", "redaction", "cancel", "reaction", "poll", "poll_end"]

_SAID: Final = "kind IN ('message', 'poll')"


@dataclass(frozen=True)
class Outgoing:
    """Something to send; a cancel ends a verification.

    `target` is the transaction id of what an edit, a redaction, a reaction or the end of a poll is about, `question`
    the event that a message answers, with its reactions and its poll, `thread_root` the thread that it speaks in.
    `device_id` and `tried_at_ms` are of the first try, None before it.
    """

    transaction_id: str
    room_id: str
    kind: Kind
    content: dict[str, Any]
    question: str | None = None
    thread_root: str | None = None
    target: str | None = None
    device_id: str | None = None
    tried_at_ms: int | None = None

    def may_be_forgotten(self, device_id: str, now_ms: int) -> bool:
        """Whether it was tried so long ago, or from another device, that the server would take it for new."""
        if self.tried_at_ms is None:
            return False
        # A clock set back says nothing of the time that has passed.
        return self.device_id != device_id or not 0 <= now_ms - self.tried_at_ms <= SERVER_MEMORY_MS


class Outbox:
    """Things to send, in the store. Raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, *rows: Outgoing) -> None:
        """Add things to send; one whose transaction is known already is not added again."""
        with self._store.transaction():
            for row in rows:
                self._store.execute(
                    "INSERT OR IGNORE INTO outbox "
                    "(transaction_id, room_id, kind, content, question, thread_root, target) "
                    "VALUES (:transaction_id, :room_id, :kind, :content, :question, :thread_root, :target)",
                    {**vars(row), "content": json.dumps(row.content, ensure_ascii=False)},
                )

    def revise(self, question: str, cause: str, room_id: str, contents: Sequence[dict[str, Any]]) -> None:
        """Put `contents` in place of the answer to a question, because of the event `cause`, part by part.

        The thumbs under it count no more: they were given to what stood there.
        """
        with self._store.transaction():
            old = self._parts(question, room_id)
            self._forget_thumbs(question, room_id)
            for number, (part, content) in enumerate(zip(old, contents, strict=False)):
                self._drop_untried_edit(part)
                self.put(Outgoing(transaction_id(cause, str(number)), room_id, "edit", content, target=part))
            for number, content in enumerate(contents[len(old) :], len(old)):
                thread = _thread(content)
                self.put(Outgoing(transaction_id(cause, str(number)), room_id, "message", content, question, thread))
            for number, part in enumerate(old[len(contents) :], len(contents)):
                self._withdraw(part)
                self.put(Outgoing(transaction_id(cause, str(number)), room_id, "redaction", {}, target=part))

    def _parts(self, question: str, room_id: str, kind: Kind = "message") -> list[str]:
        rows = self._store.rows(
            "SELECT transaction_id FROM outbox WHERE question = ? AND room_id = ? AND kind = ? "
            "AND state IN ('new', 'sent') ORDER BY position",
            (question, room_id, kind),
        )
        return [row["transaction_id"] for row in rows]

    def last_part(self, question: str, room_id: str) -> str | None:
        """Return the transaction of the last message that answers a question; None when none does."""
        return next(reversed(self._parts(question, room_id)), None)

    def drop_untried(self, question: str, room_id: str) -> None:
        """Drop the reactions and the poll under the answer to a question that nobody has seen."""
        self._store.execute(
            "DELETE FROM outbox WHERE question = ? AND room_id = ? AND kind IN ('reaction', 'poll') "
            "AND state = 'new' AND tried_at_ms IS NULL",
            (question, room_id),
        )

    def take_off(self, question: str, room_id: str, *kinds: Kind) -> None:
        """Take off what stands under the answer to a question, of some kinds."""
        with self._store.transaction():
            self.drop_untried(question, room_id)
            for old in [one for kind in kinds for one in self._parts(question, room_id, kind)]:
                self._withdraw(old)
                self.put(Outgoing(transaction_id(old, "off"), room_id, "redaction", {}, target=old))

    def _forget_thumbs(self, question: str, room_id: str) -> None:
        self._store.execute(
            "DELETE FROM ratings WHERE room_id = ? AND target IN "
            "(SELECT event_id FROM outbox WHERE question = ? AND outbox.room_id = ratings.room_id)",
            (room_id, question),
        )

    def _drop_untried_edit(self, part: str) -> None:
        """Drop what another edit comes after, before anyone has seen it."""
        sql = "DELETE FROM outbox WHERE target = ? AND kind = 'edit' AND state = 'new' AND tried_at_ms IS NULL"
        self._store.execute(sql, (part,))

    def _withdraw(self, transaction: str) -> None:
        """Take a message out of the answer to its question."""
        self._store.execute("UPDATE outbox SET question = NULL WHERE transaction_id = ?", (transaction,))

    def waiting_rooms(self) -> list[str]:
        """Return the rooms where something is to be sent, the one that has waited longest first."""
        rows = self._store.rows(
            "SELECT room_id FROM outbox WHERE state = 'new' GROUP BY room_id ORDER BY MIN(position)"
        )
        return [row["room_id"] for row in rows]

    def next(self, room_id: str) -> Outgoing | None:
        """Return the next thing to send in a room; None when there is none."""
        # What is said comes before what stands under it.
        order = "kind = 'reaction' AND tried_at_ms IS NULL, position"
        sql = f"SELECT * FROM outbox WHERE state = 'new' AND room_id = ? ORDER BY {order} LIMIT 1"
        while (row := self._store.row(sql, (room_id,))) is not None:
            if (one := self._readable(row)) is not None:
                return one
        return None

    def waiting(self, transaction: str) -> Outgoing | None:
        """Return a thing to send as it is now; None once it is settled."""
        row = self._store.row("SELECT * FROM outbox WHERE state = 'new' AND transaction_id = ?", (transaction,))
        return self._readable(row) if row else None

    def _readable(self, row: Row) -> Outgoing | None:
        """Return what a row says; None when it is damaged: it is then set aside."""
        try:
            return _outgoing(row)
        except ValueError:
            self._store.mark_damaged("outbox", "position", row["position"])
            return None

    def rewrite(self, transaction: str, content: dict[str, Any]) -> None:
        """Give a message that has not been sent another content; where it was after all, the first one stays."""
        written = json.dumps(content, ensure_ascii=False)
        self._store.execute(
            "UPDATE outbox SET content = ? WHERE transaction_id = ? AND state = 'new' AND content <> ?",
            (written, transaction, written),
        )

    def state_of(self, transaction: str) -> str | None:
        """Return the state of a thing to send: new, sent, failed, dropped, damaged; None for none."""
        row = self._store.row("SELECT state FROM outbox WHERE transaction_id = ?", (transaction,))
        return row["state"] if row else None

    def event_of(self, transaction: str | None) -> str | None:
        """Return the event that a transaction became; None when it was not sent."""
        row = self._store.row("SELECT event_id FROM outbox WHERE transaction_id = ?", (transaction,))
        return row["event_id"] if row else None

    def goes_on(self, row: Outgoing) -> bool:
        """Whether a message is not the first of those that answer its question."""
        before = (
            "SELECT 1 FROM outbox AS own JOIN outbox AS other USING (question, room_id, kind) "
            "WHERE own.transaction_id = ? AND other.position < own.position AND other.state IN ('new', 'sent')"
        )
        return self._store.row(before, (row.transaction_id,)) is not None

    def follows_its_question(self, row: Outgoing) -> bool:
        """Whether nothing came between a message and what it answers: neither of theirs, nor of ours."""
        # The clocks of two machines are compared here: all that hangs on it is what a client shows above the answer.
        # What answers a tap quotes what was tapped: then, nothing has come since the question which that answers.
        before = (
            "COALESCE((SELECT first.position FROM outbox AS tapped JOIN inbox AS first "
            "ON first.event_id = tapped.question WHERE asked.kind = 'tap' AND tapped.event_id = asked.target), "
            "asked.position)"
        )
        last = (
            "SELECT 1 FROM inbox AS asked WHERE event_id = :question AND room_id = :room_id AND NOT EXISTS "
            f"(SELECT 1 FROM inbox AS later WHERE later.position > {before} AND later.position <> asked.position "
            "AND later.room_id = asked.room_id AND later.kind IN ('question', 'file', 'tap', 'poll')) AND NOT EXISTS "
            "(SELECT 1 FROM outbox WHERE state = 'sent' AND room_id = asked.room_id AND kind = 'message' "
            "AND question IS NOT asked.event_id AND tried_at_ms >= asked.sent_at_ms)"
        )
        return self._store.row(last, {"question": row.question, "room_id": row.room_id}) is not None

    def trying(self, transaction: str, device_id: str, now_ms: int) -> None:
        """Say that a thing is now tried for the first time."""
        self._store.execute(
            "UPDATE outbox SET device_id = ?, tried_at_ms = ? WHERE transaction_id = ? AND tried_at_ms IS NULL",
            (device_id, now_ms, transaction),
        )

    def sent(self, transaction: str, event_id: str) -> None:
        """Say that a thing was sent; its content is forgotten."""
        self._settle(transaction, "sent", event_id)

    def became(self, transaction: str, room_id: str, event_id: str) -> None:
        """Note which event of a room a thing has become that is not known as sent; it stays to be settled."""
        values = (transaction, room_id)
        condition = "transaction_id = ? AND room_id = ? AND event_id IS NULL"
        if self._exists(condition, values):
            self._store.execute(f"UPDATE outbox SET event_id = ? WHERE {condition}", (event_id, *values))

    def failed(self, transaction: str) -> None:
        """Say that a thing will never be sent; its content is forgotten."""
        self._settle(transaction, "failed", None)

    def _settle(self, transaction: str, state: str, event_id: str | None) -> None:
        self._store.execute(
            "UPDATE outbox SET state = ?, event_id = ?, content = '' WHERE transaction_id = ?",
            (state, event_id, transaction),
        )

    def is_ours(self, event_id: str, room_id: str) -> bool:
        """Whether an event of a room is a message of ours, or a poll."""
        return self._exists(f"event_id = ? AND room_id = ? AND {_SAID}", (event_id, room_id))

    def answers(self, event_id: str, user_id: str, room_id: str) -> bool:
        """Whether an event of a room is what we said to this user, or to everyone there, and have not taken back."""
        asked = "SELECT 1 FROM inbox WHERE inbox.event_id = outbox.question AND sender = ?"
        gone = "SELECT 1 FROM outbox AS off WHERE off.target = outbox.transaction_id AND off.kind = 'redaction'"
        condition = f"event_id = ? AND room_id = ? AND {_SAID} AND (question IS NULL OR EXISTS ({asked}))"
        return self._exists(f"{condition} AND NOT EXISTS ({gone})", (event_id, room_id, user_id))

    def speaks_in(self, thread_root: str, room_id: str) -> bool:
        """Whether something of ours is in the thread of that root in a room, or soon will be.

        Where the root is an answer of ours, or the question that it answers, whoever opens the thread speaks to us.
        """
        told = "thread_root = :root OR question = :root OR (event_id = :root AND question IS NOT NULL)"
        return self._exists(f"room_id = :room AND ({told})", {"root": thread_root, "room": room_id})

    def has_spoken_in(self, room_id: str) -> bool:
        """Whether something of ours was said in a room, or soon will be."""
        return self._exists("room_id = ?", (room_id,))

    def _exists(self, condition: str, values: Values) -> bool:
        return self._store.row(f"SELECT 1 FROM outbox WHERE {condition}", values) is not None

    def count(self, state: str) -> int:
        """Return how many things are in a state: new, sent, failed, dropped or damaged."""
        row = self._store.row("SELECT COUNT(*) AS number FROM outbox WHERE state = ?", (state,))
        return int(row["number"]) if row else 0

    def purge(self, before_ms: int) -> None:
        """Forget what was first tried before then and is settled, and what was given up before a first try."""
        self._store.execute(
            "DELETE FROM outbox WHERE state NOT IN ('new', 'damaged') AND (tried_at_ms < ? OR tried_at_ms IS NULL)",
            (before_ms,),
        )


def _thread(content: dict[str, Any]) -> str | None:
    relation = content.get("m.relates_to", {})
    return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None


def _outgoing(row: Row) -> Outgoing:
    """Return what a row says. Raises ValueError when it is damaged."""
    content = read_json(row["content"])
    texts = (row[name] for name in ("question", "thread_root", "target", "device_id"))
    if not (
        isinstance(content, dict)
        and is_text(row["transaction_id"])
        and row["kind"] in get_args(Kind)
        and all(one is None or is_text(one) for one in texts)
        and isinstance(row["tried_at_ms"], int | None)
    ):
        raise ValueError("damaged row")
    return Outgoing(
        row["transaction_id"],
        row["room_id"],
        row["kind"],
        content,
        row["question"],
        row["thread_root"],
        row["target"],
        row["device_id"],
        row["tried_at_ms"],
    )
