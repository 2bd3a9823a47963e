"""Which rooms are reminded, how, and of what they already were: tables of the store."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.reminders.schedule import Weekly
from bot.reminders.settings import Settings
from bot.store import Row, Store, is_text, read_json

State = Literal["active", "paused", "stopped", "away", "upgraded"]

_log = logging.getLogger("bot.reminders")

_NEVER: Final = datetime.fromtimestamp(0, UTC)
# A clock that was ahead for a while has left occurrences of the future: they are not the last one.
_LAST: Final = (
    "(SELECT MAX(occurrence_ms) FROM reminded WHERE reminded.room_id = reminders.room_id AND occurrence_ms <= ?)"
)
_KEPT_PER_ROOM: Final = 100  # occurrences
_SUBSCRIBE: Final = """
    INSERT INTO reminders VALUES (
        :room_id, :day, :time, :zone, :extra_days, :horizon_days, :programme, :even, 'active', :since_ms, NULL,
        :declared, :asked_by
    )
    ON CONFLICT DO UPDATE SET
        day = :day, time = :time, zone = :zone, extra_days = :extra_days, horizon_days = :horizon_days,
        programme = :programme, even_when_nothing = :even, state = 'active', since_ms = :since_ms,
        declared = COALESCE(:declared, declared), asked_by = :asked_by
"""


@dataclass(frozen=True)
class Subscription:
    """What a room asked for, and where it stands; times in UTC.

    Nothing due before `since` is sent. `last` is the last occurrence that was decided, `told` how things then stood, as
    JSON; None before the first. `asked_by` is who asked for it last, None for the configuration, or before it was kept.
    """

    room_id: str
    settings: Settings
    state: State
    since: datetime
    last: datetime | None
    told: str | None
    declared: str | None
    asked_by: str | None = None

    @property
    def after(self) -> datetime:
        """What was due until then is over."""
        return max(self.since, self.last or _NEVER)


@dataclass(frozen=True)
class Posted:
    """The last reminder that had something to say. `delivery`: new, sent, failed or dropped; None when forgotten."""

    occurrence: datetime
    delivery: str | None


class Subscriptions:
    """The subscriptions in the store. Raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, room_id: str, now: datetime) -> Subscription | None:
        """Return the subscription of a room, whatever its state; None when it never had one."""
        sql = f"SELECT *, {_LAST} AS last_ms FROM reminders WHERE room_id = ?"
        row = self._store.row(sql, (_ms(now), room_id))
        return self._readable(row) if row else None

    def active(self, now: datetime) -> list[Subscription]:
        """Return the subscriptions that are served; one that cannot be read is set aside, and leaves the others be."""
        sql = f"SELECT *, {_LAST} AS last_ms FROM reminders WHERE state = 'active' ORDER BY room_id"
        found = (self._readable(row) for row in self._store.rows(sql, (_ms(now),)))
        return [one for one in found if one is not None]

    def subscribe(
        self,
        room_id: str,
        settings: Settings,
        now: datetime,
        *,
        declared: str | None = None,
        asked_by: str | None = None,
    ) -> None:
        """Remind a room from now on, as `declared` in the configuration, or as somebody asked."""
        weekly = settings.weekly
        values = {
            "room_id": room_id,
            "day": weekly.day,
            "time": f"{weekly.time:%H:%M}",
            "zone": weekly.zone.key,
            "extra_days": ",".join(map(str, settings.extra_days)),
            "horizon_days": settings.horizon_days,
            "programme": settings.programme,
            "even": settings.even_when_nothing,
            "since_ms": _ms(now),
            "declared": declared,
            "asked_by": asked_by,
        }
        self._store.execute(_SUBSCRIBE, values)

    def change(self, room_id: str, state: State, now: datetime) -> None:
        """Put a subscription in another state; what was due before is over."""
        self._store.execute(
            "UPDATE reminders SET state = ?, since_ms = ? WHERE room_id = ?", (state, _ms(now), room_id)
        )

    def suspend(self, room_id: str, state: State, now: datetime) -> bool:
        """Suspend an active subscription, as the bot can no longer serve it; return whether there was one."""
        sql = "UPDATE reminders SET state = ?, since_ms = ? WHERE room_id = ? AND state = 'active'"
        return self._store.execute(sql, (state, _ms(now), room_id)) > 0

    def welcome_back(self, room_id: str, now: datetime) -> bool:
        """Serve again a room that the bot had left; return whether there was something to serve."""
        sql = "UPDATE reminders SET state = 'active', since_ms = ? WHERE room_id = ? AND state = 'away'"
        return self._store.execute(sql, (_ms(now), room_id)) > 0

    def declared(self) -> dict[str, str]:
        """Return what the configuration said of each room when it was last applied."""
        rows = self._store.rows("SELECT room_id, declared FROM reminders WHERE declared IS NOT NULL")
        return {row["room_id"]: row["declared"] for row in rows}

    def forget(self, room_id: str) -> None:
        """Forget the subscription of a room; what it was reminded of stays known."""
        self._store.execute("DELETE FROM reminders WHERE room_id = ?", (room_id,))

    def decided(self, one: Subscription, occurrence: datetime, transaction: str | None, told: str) -> bool:
        """Write that an occurrence is over, with what was sent (None: nothing); return False when it was already."""
        values = (one.room_id, _ms(occurrence), one.settings.weekly.key, transaction)
        if not self._store.execute("INSERT OR IGNORE INTO reminded VALUES (?, ?, ?, ?)", values):
            return False
        self._store.execute("UPDATE reminders SET told = ? WHERE room_id = ?", (told, one.room_id))
        return True

    def unsent(self, now: datetime) -> list[tuple[Subscription, datetime, str]]:
        """Return the last reminder of each room whose message still waits: its occurrence and its transaction."""
        waiting = "room_id IN (SELECT room_id FROM outbox WHERE state = 'new')"
        sql = (
            f"WITH waiting AS (SELECT *, {_LAST} AS last_ms FROM reminders WHERE {waiting}) "
            "SELECT waiting.*, reminded.transaction_id FROM waiting "
            "JOIN reminded ON reminded.room_id = waiting.room_id AND occurrence_ms = last_ms "
            "JOIN outbox ON outbox.transaction_id = reminded.transaction_id AND outbox.state = 'new'"
        )
        rows = self._store.rows(sql, (_ms(now),))
        return [(one, _at(row["last_ms"]), row["transaction_id"]) for row in rows if (one := self._readable(row))]

    def _readable(self, row: Row) -> Subscription | None:
        """Return what a row says; None when it is damaged: it is then set aside."""
        if row["state"] not in get_args(State):
            return None
        try:
            return _subscription(row)
        except (ValueError, TypeError, ZoneInfoNotFoundError) as error:
            _log.error("reminders of room=%r unreadable: %s", row["room_id"], error)
            self._store.mark_damaged("reminders", "room_id", row["room_id"])
            return None

    def last_posted(self, room_id: str) -> Posted | None:
        """Return the last reminder of a room that had something to say; None when there is none."""
        row = self._store.row(
            "SELECT occurrence_ms, state FROM reminded LEFT JOIN outbox USING (transaction_id) "
            "WHERE reminded.room_id = ? AND transaction_id IS NOT NULL ORDER BY occurrence_ms DESC LIMIT 1",
            (room_id,),
        )
        return Posted(_at(row["occurrence_ms"]), row["state"]) if row else None

    def purge(self, before: datetime) -> None:
        """Forget what was decided before then, but for the last occurrences of each room.

        A clock that leaps ahead makes everything look old: what is due once it is back must still be known.
        """
        self._store.execute(
            "DELETE FROM reminded WHERE occurrence_ms < ? AND (room_id, occurrence_ms) IN ("
            "SELECT room_id, occurrence_ms FROM (SELECT room_id, occurrence_ms, "
            "ROW_NUMBER() OVER (PARTITION BY room_id ORDER BY occurrence_ms DESC) AS place FROM reminded) "
            "WHERE place > ?)",
            (_ms(before), _KEPT_PER_ROOM),
        )


def declare(subscriptions: Subscriptions, rooms: Mapping[str, tuple[str, Settings]], now: datetime) -> Iterable[str]:
    """Apply what the configuration says of rooms, where it says something new; return the rooms that changed.

    What people asked for in a room in between holds until the configuration changes.
    """
    known = subscriptions.declared()
    changed = [room_id for room_id, (words, _) in rooms.items() if known.get(room_id) != words]
    for room_id in changed:
        words, settings = rooms[room_id]
        subscriptions.subscribe(room_id, settings, now, declared=words)
    gone = [room_id for room_id in known if room_id not in rooms]
    for room_id in gone:
        subscriptions.forget(room_id)
    return [*changed, *gone]


@lru_cache(maxsize=10_000)
def _weekly(day: int, at: str, zone: str) -> Weekly:
    return Weekly(day, time.fromisoformat(at), ZoneInfo(zone))


def _subscription(row: Row) -> Subscription:
    """Return what a row says. Raises ValueError, TypeError or ZoneInfoNotFoundError when it is damaged."""
    numbers = (row["day"], row["horizon_days"], row["since_ms"])
    if not (is_text(row["room_id"]) and all(isinstance(one, int) for one in numbers) and 0 <= row["day"] < 7):
        raise ValueError("damaged row")
    extra = tuple(int(day) for day in row["extra_days"].split(",") if day)
    settings = Settings(
        _weekly(row["day"], row["time"], row["zone"]),
        extra,
        row["horizon_days"],
        row["programme"],
        bool(row["even_when_nothing"]),
    )
    last = row["last_ms"]
    return Subscription(
        room_id=row["room_id"],
        settings=settings,
        state=row["state"],
        since=_at(row["since_ms"]),
        last=None if last is None else _at(last),
        told=_told(row["told"]),
        declared=row["declared"],
        asked_by=row["asked_by"] if is_text(row["asked_by"]) else None,
    )


def _told(text: str | None) -> str | None:
    """Return how things stood at the last digest, as JSON; None when damaged: the next one writes it anew."""
    try:
        read_json(text)
    except ValueError:
        return None
    return text


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
