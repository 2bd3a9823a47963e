"""Calendar files sent one after the other: what a calendar that opens both then shows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import vobject

from bot.programme.lookup import Programme
from bot.reminders.desk import Desk
from bot.store import Store

MARCH = datetime(2024, 3, 1, 8, tzinfo=UTC)  # a call whose sources give two deadlines: 15 and 29 May
ROOM, OTHER = "!a", "!b"


class Calendar:
    """A calendar that opens files as RFC 5545 has it: of each event, the revision with the highest number."""

    def __init__(self) -> None:
        self._events: dict[str, tuple[int, date, bool]] = {}

    def open(self, data: bytes) -> None:
        for event in vobject.readOne(data.decode()).vevent_list:
            uid, number = event.uid.value, int(event.sequence.value)
            is_cancelled = hasattr(event, "status") and event.status.value == "CANCELLED"
            known = self._events.get(uid)
            assert known is None or number > known[0] or (event.dtstart.value, is_cancelled) == known[1:], "ignored"
            if known is None or number >= known[0]:
                self._events[uid] = (number, event.dtstart.value, is_cancelled)

    @property
    def days(self) -> list[date]:
        return sorted(day for _, day, is_cancelled in self._events.values() if not is_cancelled)


def without(programme: Programme, day: date) -> Programme:
    """Return the programme without the facts that state a day."""
    return replace(programme, all_facts=tuple(one for one in programme.all_facts if one.value != day))


def sent(desk: Desk, programme: Programme, room: str = ROOM, now: datetime = MARCH) -> bytes:
    """Return the file that a room is sent, as the transaction of the answer has it."""
    reply = desk.agenda(programme, room, now)
    assert reply.file is not None
    assert reply.change is not None
    reply.change()
    return reply.file.data


def test_a_deadline_that_has_disappeared_is_cancelled_in_a_calendar_that_opens_both_files(
    store: Store, programme: Programme
):
    desk, calendar = Desk(store, ZoneInfo("Europe/Paris")), Calendar()
    calendar.open(sent(desk, programme))
    assert calendar.days == [date(2024, 5, 15), date(2024, 5, 29)]
    calendar.open(sent(desk, without(programme, date(2024, 5, 15))))
    assert calendar.days == [date(2024, 5, 29)]


def test_it_comes_back_once_it_is_a_deadline_again(store: Store, programme: Programme):
    desk, calendar = Desk(store, ZoneInfo("Europe/Paris")), Calendar()
    for facts in (programme, without(programme, date(2024, 5, 15)), programme):
        calendar.open(sent(desk, facts))
    assert calendar.days == [date(2024, 5, 15), date(2024, 5, 29)]


def test_when_nothing_is_left_the_file_still_cancels_and_says_so(store: Store, programme: Programme):
    desk, calendar = Desk(store, ZoneInfo("Europe/Paris")), Calendar()
    june = datetime(2026, 6, 1, tzinfo=UTC)
    calendar.open(sent(desk, programme, now=june))
    nothing = without(programme, date(2026, 6, 21))
    assert "annulée" in desk.agenda(nothing, ROOM, june).markdown
    calendar.open(sent(desk, nothing, now=june))
    assert calendar.days == []


def test_what_is_past_is_left_in_calendars_and_what_another_room_was_sent_is_not_ours(
    store: Store, programme: Programme
):
    desk = Desk(store, ZoneInfo("Europe/Paris"))
    sent(desk, programme)
    assert b"CANCELLED" not in sent(desk, programme, now=datetime(2024, 5, 20, tzinfo=UTC))
    assert b"CANCELLED" not in sent(desk, without(programme, date(2024, 5, 15)), OTHER)


def test_a_row_that_cannot_be_read_is_as_if_it_had_never_been_sent(store: Store, programme: Programme):
    desk = Desk(store, ZoneInfo("Europe/Paris"))
    sent(desk, programme)
    store.execute("UPDATE agendas SET day = 'x', sequence = 'y'")
    assert b"CANCELLED" not in sent(desk, programme)
