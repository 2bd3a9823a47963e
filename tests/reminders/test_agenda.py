"""The calendar file, as two libraries that did not write it read it."""

import warnings
from datetime import UTC, date, datetime, timedelta

import ics
import pytest
import vobject
from ics.grammar.parse import ContentLine

from bot.programme.lookup import Programme
from bot.reminders.agenda import agenda

JUNE = datetime(2026, 6, 15, 7, tzinfo=UTC)


def written(programme: Programme, now: datetime) -> str:
    made = agenda(programme, now)
    assert made is not None
    return made.data.decode()


def events(programme: Programme, now: datetime) -> dict[str, date]:
    """Return the days of the events by UID, as `ics` reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = ics.Calendar(written(programme, now))
    return {event.uid: event.begin.date() for event in calendar.events}


def test_an_open_call_is_an_event_of_the_whole_last_day(programme: Programme):
    [(uid, day)] = events(programme, JUNE).items()
    assert "consolidation-1" in uid
    assert day == date(2026, 6, 21)


def test_a_second_library_opens_it_without_a_warning(programme: Programme):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = vobject.readOne(written(programme, JUNE))
        [event] = calendar.vevent_list
        calendar.validate(raiseException=True)
    assert event.dtstart.value == date(2026, 6, 21)
    assert event.dtend.value == date(2026, 6, 22)
    assert event.dtstamp.value == JUNE
    assert "consolidation" in event.summary.value


def test_deadlines_that_disagree_are_two_events_and_the_first_is_the_safe_one(programme: Programme):
    found = events(programme, datetime(2024, 3, 1, 8, tzinfo=UTC))
    assert sorted(found.values()) == [date(2024, 5, 15), date(2024, 5, 29)]
    [safe] = [uid for uid, day in found.items() if day == date(2024, 5, 15)]
    assert safe.startswith("echeance-fast-15@")


def test_uids_stay_the_same_from_one_file_to_the_next_and_the_stamp_moves_on(programme: Programme):
    week_later = JUNE - timedelta(weeks=1)
    assert events(programme, JUNE) == events(programme, week_later)
    assert written(programme, JUNE) != written(programme, week_later)


def test_a_deadline_that_is_past_is_no_longer_there_and_with_none_there_is_no_file(programme: Programme):
    assert list(events(programme, datetime(2024, 5, 20, tzinfo=UTC)).values()) == [date(2024, 5, 29)]
    assert agenda(programme, datetime(2026, 11, 22, tzinfo=UTC)) is None


@pytest.mark.parametrize("now", [JUNE, datetime(2024, 3, 1, tzinfo=UTC), datetime(2022, 10, 3, tzinfo=UTC)])
def test_lines_are_folded_and_end_as_the_standard_wants(programme: Programme, now: datetime):
    text = written(programme, now)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    for line in ("VERSION:2.0", "METHOD:PUBLISH", "PRODID:-//DINUM//"):
        assert line in text


def test_the_sequence_grows_with_the_day_a_date_was_checked(programme: Programme):
    [line] = [one for one in written(programme, JUNE).split("\r\n") if one.startswith("SEQUENCE")]
    assert int(ContentLine.parse(line).value) == (date(2026, 11, 21) - date(2020, 1, 1)).days
