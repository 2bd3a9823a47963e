"""Where each conversation stood after each answer: a turn goes on from what it hangs on, however long ago that was."""

from dataclasses import dataclass
from typing import Final

from bot.matrix.events import Incoming
from bot.matrix.saying import Memory
from bot.matrix.taps import Asked, asked_from
from bot.store import Row, Store, is_text, read_json

_OF: Final = (
    "room_id = :room_id AND (question = :event_id OR question IN "
    "(SELECT question FROM outbox WHERE event_id = :event_id AND outbox.room_id = :room_id "
    "AND kind IN ('message', 'poll')))"
)


@dataclass(frozen=True)
class Left:
    """What the answer to a question has left to be answered with a tap, by whom, in which thread.

    `tapped` is None while it is; then what was chosen, or empty.
    """

    question: str
    room_id: str
    sender: str
    thread_root: str | None
    asked: Asked
    tapped: str | None


class Exchanges:
    """One row for each question that was answered, in the order of a room. Raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def before(self, turn: Incoming) -> Memory:
        """Return the conversation that a turn goes on with.

        Of a reply, that of the message which it replies to: a part of an answer, whoever had asked, or a question. In a
        thread, what its author said last there, or else that of its root. With neither, what they said last in the room
        outside threads; a turn that is answered again goes on with what was said before it.
        """
        if turn.reply_to is not None:
            found = self._of(turn.room_id, turn.reply_to)
            if found is not None or turn.thread_root is None:
                return Memory(self._json(found), is_recalled=True)
        if turn.thread_root is not None:
            return Memory(self._json(self._last(turn) or self._of(turn.room_id, turn.thread_root)), is_recalled=True)
        return Memory(self._json(self._last(turn)))

    def keep(self, turn: Incoming, json: str | None, at_ms: int, asked: Asked | None = None) -> None:
        """Keep the JSON text of the conversation as it is after a turn was answered, for the first time or again.

        And what the answer asks that a tap can answer.
        """
        self._store.execute(
            "INSERT INTO exchanges (room_id, question, sender, thread_root, json, at_ms, asks) "
            "VALUES (:room_id, :event_id, :sender, :thread_root, :json, :at_ms, :asks) ON CONFLICT (room_id, question) "
            "DO UPDATE SET json = excluded.json, at_ms = excluded.at_ms, asks = excluded.asks, tapped = NULL",
            {**vars(turn), "json": json, "at_ms": at_ms, "asks": asked.to_json() if asked else None},
        )

    # ---- what is left to be answered with a tap --------------------------------------------------------------------

    def left_by(self, event_id: str, room_id: str) -> Left | None:
        """Return what the answer that an event of a room is part of has left; None for nothing."""
        row = self._store.row(
            "SELECT exchanges.* FROM exchanges JOIN outbox USING (room_id, question) "
            "WHERE outbox.event_id = ? AND outbox.room_id = ? AND outbox.kind IN ('message', 'poll')",
            (event_id, room_id),
        )
        return _left(row) if row else None

    def left_after(self, question: str, room_id: str) -> Left | None:
        """Return what the answer to a question has left."""
        row = self._store.row("SELECT * FROM exchanges WHERE question = ? AND room_id = ?", (question, room_id))
        return _left(row) if row else None

    def asks(self, event_id: str, user_id: str, room_id: str) -> Asked | None:
        """Return what the answer that an event of a room is part of asks this user."""
        left = self.left_by(event_id, room_id)
        return left.asked if left and left.sender == user_id else None

    def overtaken(self, turn: Incoming, tapped: Left | None = None) -> list[Left]:
        """Return what is still to be answered though the author of a turn, now answered, has gone on from it.

        Where the conversation is as it was (help was asked for), it still holds; so does an offer, unless `tapped`.
        """
        rows = self._store.rows(
            "SELECT old.* FROM exchanges AS old JOIN exchanges AS new USING (room_id, sender) "
            "WHERE new.question = :event_id AND new.room_id = :room_id AND old.position < new.position "
            "AND old.thread_root IS new.thread_root AND old.json IS NOT new.json "
            "AND old.asks IS NOT NULL AND old.tapped IS NULL",
            vars(turn),
        )
        found = [left for row in rows if (left := _left(row))]
        return [left for left in found if left == tapped or left.asked.ask.kind != "whole_list"]

    def settle(self, left: Left, tapped: str = "") -> None:
        """Say that what was left is to be answered no more: by what was `tapped`, or else."""
        values = (tapped, left.question, left.room_id)
        self._store.execute("UPDATE exchanges SET tapped = ? WHERE question = ? AND room_id = ?", values)

    def forget(self, question: str, room_id: str) -> None:
        """Forget what was said to a question: it was deleted."""
        self._store.execute("DELETE FROM exchanges WHERE question = ? AND room_id = ?", (question, room_id))

    def purge(self, before_ms: int) -> None:
        """Forget what was last said before then."""
        self._store.execute("DELETE FROM exchanges WHERE at_ms < ?", (before_ms,))

    def _of(self, room_id: str, event_id: str) -> Row | None:
        """Return the exchange that an event of a room is part of: its question, or a part of its answer."""
        return self._store.row(f"SELECT * FROM exchanges WHERE {_OF}", {"room_id": room_id, "event_id": event_id})

    def _last(self, turn: Incoming) -> Row | None:
        """Return the last exchange of a turn's author in its thread, or outside threads, before it."""
        return self._store.row(
            "SELECT * FROM exchanges WHERE room_id = :room_id AND sender = :sender AND thread_root IS :thread_root "
            "AND position < COALESCE((SELECT position FROM exchanges WHERE room_id = :room_id "
            "AND question = :event_id), 9e18) ORDER BY position DESC LIMIT 1",
            vars(turn),
        )

    def _json(self, row: Row | None) -> str | None:
        """Return the text of a row; one that is no JSON is set aside: the conversation begins anew."""
        if row is None or row["json"] is None:
            return None
        try:
            read_json(row["json"])
        except ValueError:
            self._store.set_aside("exchanges", "position", "json", str(row["position"]))
            return None
        return str(row["json"])


def _left(row: Row) -> Left | None:
    """Return what a row has left; None for nothing, or where that is damaged."""
    asked = asked_from(row["asks"]) if is_text(row["asks"]) else None
    if asked is None:
        return None
    return Left(row["question"], row["room_id"], row["sender"], row["thread_root"], asked, row["tapped"])
