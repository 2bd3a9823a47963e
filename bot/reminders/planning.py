"""Which reminder of a room is due now, and which come next: each week, and some days before deadlines. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.reminders.schedule import instant, latest_due, local_day, upcoming
from bot.reminders.settings import Settings

# A missed reminder is sent late, unless the next one comes within a day.
GRACE: Final = timedelta(days=6)
_DAY: Final = timedelta(days=1)
_LATE_AFTER: Final = timedelta(minutes=15)


def due(settings: Settings, now: datetime, after: datetime, closing: Sequence[date]) -> datetime | None:
    """Return the one reminder to send now, in UTC; None when there is none.

    It is the last of those due after `after` and not after `now`: those before it are never sent. `closing` are the
    days of the deadlines; a reminder some days before one of them is only sent on its day.
    """
    weekly = latest_due(settings.weekly, now)
    today = local_day(settings.weekly, now)
    found = [weekly] if now - weekly <= GRACE else []
    found += [one for one in _before_deadlines(settings, closing, today, today) if one <= now]
    return max((one for one in found if one > after), default=None)


def is_late(occurrence: datetime, now: datetime) -> bool:
    """Whether a reminder sent now has to say that it comes late."""
    return now - occurrence > _LATE_AFTER


def next_ones(settings: Settings, now: datetime, closing: Sequence[date], number: int) -> list[datetime]:
    """Return the next reminders after `now`, soonest first, each in the time zone of the room."""
    weekly = upcoming(settings.weekly, now, number)
    extra = _before_deadlines(settings, closing, local_day(settings.weekly, now), date.max)
    found = sorted({*weekly, *(one for one in extra if one > now)})[:number]
    return [one.astimezone(settings.weekly.zone) for one in found]


def _before_deadlines(settings: Settings, closing: Sequence[date], first: date, last: date) -> Iterator[datetime]:
    for deadline in closing:
        for days in settings.extra_days:
            if first <= (day := deadline - days * _DAY) <= last:
                yield instant(day, settings.weekly.time, settings.weekly.zone)
