"""The deadlines as an iCalendar file (RFC 5545): the one door to icalendar. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from bot.programme.calendar import CallState, CallStatus, status_on
from bot.programme.lookup import Programme
from bot.programme.models import Fact
from bot.reminders import digest_words as words
from bot.reminders.digest import page

FILE_NAME: Final = "echeances-fast.ics"
MEDIA_TYPE: Final = "text/calendar"
_DOMAIN: Final = "assistant-fast.beta.gouv.fr"
_SOME_DAY: Final = date(2020, 1, 1)
_OVER: Final = frozenset({CallState.CLOSED, CallState.NOT_ANNOUNCED})


def agenda(programme: Programme, now: datetime) -> bytes | None:
    """Return the deadlines that are not past as a calendar file; None when there is none.

    A deadline is an event of a whole day, which no time zone moves. Its UID is always the same, so that a file sent
    later updates calendars; the safe one of deadlines that disagree keeps the UID of the call.
    """
    events = [
        event for status in status_on(programme, now) if status.state not in _OVER for event in _events(status, now)
    ]
    if not events:
        return None
    calendar = Calendar()
    calendar.add("prodid", f"-//DINUM//{words.AGENDA_NAME}//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.AGENDA_NAME)
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(status: CallStatus, now: datetime) -> Iterator[Event]:
    dated = sorted(
        ((fact.value, fact) for fact in status.deadlines if isinstance(fact.value, date)), key=lambda pair: pair[0]
    )
    for number, (day, fact) in enumerate(dated):
        if day >= status.day:
            yield _event(status, day, fact, now, is_safe=number == 0)


def _event(status: CallStatus, day: date, fact: Fact, now: datetime, *, is_safe: bool) -> Event:
    source = page(status, fact)
    which = "" if is_safe else f"-{source.id}"
    event = Event()
    event.add("uid", f"echeance-{status.programme}-{status.edition.number}{which}@{_DOMAIN}")
    event.add("dtstamp", now)
    # A date that is corrected is verified again on a later day: calendars want a higher number to take it over.
    event.add("sequence", (fact.verified - _SOME_DAY).days)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", words.event_title(status, is_safe=is_safe))
    event.add("description", words.event_description(status, fact))
    event.add("url", source.url)
    event.add("transp", "TRANSPARENT")
    return event
