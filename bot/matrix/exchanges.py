"""Where each conversation stood after each answer: a turn goes on from what it hangs on, however long ago that was."""

from typing import Final

from bot.matrix.events import Incoming
from bot.matrix.saying import Memory
from bot.store import Row, Store, read_json

_OF: Final = (
    "room_id = :room_id AND (question = :event_id OR question IN "
    "(SELECT question FROM outbox WHERE event_id = :event_id AND outbox.room_id = :room_id AND kind = 'message'))"
)


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

    def keep(self, turn: Incoming, json: str | None, at_ms: int) -> None:
        """Keep the JSON text of the conversation as it is after a turn was answered, for the first time or again."""
        self._store.execute(
            "INSERT INTO exchanges (room_id, question, sender, thread_root, json, at_ms) "
            "VALUES (:room_id, :event_id, :sender, :thread_root, :json, :at_ms) "
            "ON CONFLICT (room_id, question) DO UPDATE SET json = excluded.json, at_ms = excluded.at_ms",
            {**vars(turn), "json": json, "at_ms": at_ms},
        )

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
