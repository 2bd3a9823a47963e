"""When a weekly reminder is due: always at the same hour of the clock on the wall, in any time zone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import count, islice
from typing import Final
from zoneinfo import ZoneInfo

_WEEK: Final = timedelta(weeks=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Weekly:
    """A day of the week (0 is Monday) and a time of day, on the clocks of a time zone."""

    day: int
    time: time
    zone: ZoneInfo

    @cached_property
    def key(self) -> str:
        """What names this schedule for ever: « 0 09:00 Europe/Paris »."""
        return f"{self.day} {self.time:%H:%M} {self.zone.key}"


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when the clocks of a zone show a time on a day, in UTC.

    As RFC 5545 (3.3.5) has it: a time that clocks skip is told by the offset before the gap, so that 02:30 on the last
    Sunday of March is 03:30 in Paris; of a time that comes twice, the first is meant.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def latest_due(weekly: Weekly, at: datetime) -> datetime:
    """Return the last due time not after `at`, in UTC. The local hour stays the same across changes of the clock."""
    return max(due for due in _around(weekly, at) if due <= at)


def upcoming(weekly: Weekly, at: datetime, number: int) -> list[datetime]:
    """Return the next due times after `at`, in UTC, soonest first."""
    return list(islice(_after(weekly, at), number))


def _after(weekly: Weekly, at: datetime) -> Iterator[datetime]:
    first = local_day(weekly, at)
    days = (_on_weekday(weekly, first) + week * _WEEK for week in count(-1))
    return (due for day in days if (due := instant(day, weekly.time, weekly.zone)) > at)


def _around(weekly: Weekly, at: datetime) -> Iterator[datetime]:
    """Yield the due times of the weeks near `at`: a change of the clock may move one over it, never by a week."""
    near = _on_weekday(weekly, local_day(weekly, at))
    return (instant(near + weeks * _WEEK, weekly.time, weekly.zone) for weeks in (-1, 0, 1))


def _on_weekday(weekly: Weekly, day: date) -> date:
    """Return the day of that week, Monday first, on which it is due."""
    return day + (weekly.day - day.weekday()) * _DAY


def local_day(weekly: Weekly, at: datetime) -> date:
    """Return what day it is where the reminder is read."""
    return at.astimezone(weekly.zone).date()
