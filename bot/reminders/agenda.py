"""The deadlines as an iCalendar file (RFC 5545): the one door to icalendar. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from bot.programme.calendar import CallState, CallStatus, day_in_paris, status_on
from bot.programme.lookup import Programme
from bot.programme.models import Fact
from bot.reminders import digest_words as words
from bot.reminders.digest import page

FILE_NAME: Final = "echeances-fast.ics"
MEDIA_TYPE: Final = "text/calendar"
_DOMAIN: Final = "assistant-fast.beta.gouv.fr"
_SOME_DAY: Final = date(2020, 1, 1)
_OVER: Final = frozenset({CallState.CLOSED, CallState.NOT_ANNOUNCED})


@dataclass(frozen=True)
class Sent:
    """An event of a calendar file that was sent, as calendars that opened it have it."""

    uid: str
    day: date
    title: str
    sequence: int
    is_cancelled: bool = False


@dataclass(frozen=True)
class Agenda:
    """A calendar file, and its events: those that hold, then those that are cancelled."""

    data: bytes
    events: tuple[Sent, ...]

    @property
    def cancelled(self) -> int:
        """How many events are cancelled."""
        return sum(one.is_cancelled for one in self.events)


@dataclass(frozen=True)
class _Entry:
    """A deadline as an event; `description` and `url` are empty for one that is cancelled."""

    event: Sent
    description: str = ""
    url: str = ""


def agenda(programme: Programme, now: datetime, before: Iterable[Sent] = ()) -> Agenda | None:
    """Return the deadlines that are not past as a calendar file; None when there is nothing to say of any.

    A deadline is an event of a whole day, which no time zone moves. Its UID is always the same, so that a file sent
    later updates calendars; the safe one of deadlines that disagree keeps the UID of the call. Of the events sent
    `before`, one that is to come and is a deadline no more is cancelled, in each file until its day.
    """
    known = {one.uid: one for one in before}
    entries = [entry for status in status_on(programme, now) if status.state not in _OVER for entry in _entries(status)]
    entries = [replace(one, event=_after(one.event, known.get(one.event.uid))) for one in entries]
    entries += map(_Entry, _gone(known, {one.event.uid for one in entries}, day_in_paris(now)))
    if not entries:
        return None
    calendar = Calendar()
    calendar.add("prodid", f"-//DINUM//{words.AGENDA_NAME}//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.AGENDA_NAME)
    for entry in entries:
        calendar.add_component(_component(entry, now))
    return Agenda(calendar.to_ical(), tuple(one.event for one in entries))


def _after(event: Sent, known: Sent | None) -> Sent:
    """Return an event with a number that is higher than that of the file before, where it says something else."""
    if known is None:
        return event
    is_same = not known.is_cancelled and (known.day, known.title) == (event.day, event.title)
    return replace(event, sequence=max(event.sequence, known.sequence + (0 if is_same else 1)))


def _gone(known: Mapping[str, Sent], held: set[str], today: date) -> Iterator[Sent]:
    for one in known.values():
        if one.uid not in held and one.day >= today:
            yield one if one.is_cancelled else replace(one, sequence=one.sequence + 1, is_cancelled=True)


def _entries(status: CallStatus) -> Iterator[_Entry]:
    dated = sorted(
        ((fact.value, fact) for fact in status.deadlines if isinstance(fact.value, date)), key=lambda pair: pair[0]
    )
    for number, (day, fact) in enumerate(dated):
        if day >= status.day:
            yield _entry(status, day, fact, is_safe=number == 0)


def _entry(status: CallStatus, day: date, fact: Fact, *, is_safe: bool) -> _Entry:
    source = page(status, fact)
    which = "" if is_safe else f"-{source.id}"
    event = Sent(
        uid=f"echeance-{status.programme}-{status.edition.number}{which}@{_DOMAIN}",
        day=day,
        title=words.event_title(status, is_safe=is_safe),
        # A date that is corrected is verified again on a later day: calendars want a higher number to take it over.
        sequence=(fact.verified - _SOME_DAY).days,
    )
    return _Entry(event, words.event_description(status, fact), source.url)


def _component(entry: _Entry, now: datetime) -> Event:
    one = entry.event
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", now)
    event.add("sequence", one.sequence)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", words.cancelled_title(one.title) if one.is_cancelled else one.title)
    if one.is_cancelled:
        event.add("status", "CANCELLED")
    else:
        event.add("description", entry.description)
        event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    return event
