"""The events of the calendar files that each room was sent, as they last were: a table of the store."""

from collections.abc import Iterable
from datetime import date

from bot.reminders.agenda import Sent
from bot.store import Row, Store


class AgendasSent:
    """The events in the store. Raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, room_id: str) -> list[Sent]:
        """Return the events that a room was sent; one that cannot be read is as if it had never been sent."""
        rows = self._store.rows("SELECT * FROM agendas WHERE room_id = ? ORDER BY uid", (room_id,))
        return [one for row in rows if (one := _sent(row)) is not None]

    def keep(self, room_id: str, events: Iterable[Sent], today: date) -> None:
        """Write what a room is sent, and forget what is past."""
        self._store.execute("DELETE FROM agendas WHERE room_id = ? AND day < ?", (room_id, today.isoformat()))
        for one in events:
            values = (room_id, one.uid, one.day.isoformat(), one.title, one.sequence, one.is_cancelled)
            self._store.execute("INSERT OR REPLACE INTO agendas VALUES (?, ?, ?, ?, ?, ?)", values)


def _sent(row: Row) -> Sent | None:
    try:
        day = date.fromisoformat(row["day"])
        return Sent(str(row["uid"]), day, str(row["title"]), int(row["sequence"]), bool(row["is_cancelled"]))
    except (TypeError, ValueError):
        return None
