"""Which reminder is due, whatever happened in between."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.planning import due, is_late, next_ones
from bot.reminders.schedule import Weekly
from bot.reminders.settings import Settings

PARIS = ZoneInfo("Europe/Paris")
MONDAYS = Settings(Weekly(0, time(9), PARIS))
WITH_EXTRA = Settings(Weekly(0, time(9), PARIS), extra_days=(7, 3, 1))
MONDAY = datetime(2026, 6, 15, 7, tzinfo=UTC)  # 9:00 in Paris
FRIDAY = date(2026, 6, 19)
LONG_AGO = MONDAY - timedelta(days=100)
NO_DEADLINE: tuple[date, ...] = ()


def test_it_is_due_from_its_minute_on_and_once():
    assert due(MONDAYS, MONDAY - timedelta(seconds=1), MONDAY - timedelta(days=7), NO_DEADLINE) is None
    assert due(MONDAYS, MONDAY, MONDAY - timedelta(days=7), NO_DEADLINE) == MONDAY
    assert due(MONDAYS, MONDAY + timedelta(minutes=5), MONDAY, NO_DEADLINE) is None


@pytest.mark.parametrize(("missed", "expected"), [(timedelta(hours=5), True), (timedelta(days=5), True)])
def test_a_missed_one_is_still_due_and_late(missed: timedelta, expected: bool):
    assert due(MONDAYS, MONDAY + missed, LONG_AGO, NO_DEADLINE) == MONDAY
    assert is_late(MONDAY, MONDAY + missed) is expected


def test_a_missed_one_is_left_when_the_next_one_comes_within_a_day():
    assert due(MONDAYS, MONDAY + timedelta(days=6, hours=1), LONG_AGO, NO_DEADLINE) is None


def test_a_missed_one_is_due_for_six_days_to_the_second():
    six_days = MONDAY + timedelta(days=6)
    assert due(MONDAYS, six_days, LONG_AGO, NO_DEADLINE) == MONDAY
    assert due(MONDAYS, six_days + timedelta(seconds=1), LONG_AGO, NO_DEADLINE) is None


def test_a_quarter_of_an_hour_is_not_late_and_a_second_more_is():
    quarter = MONDAY + timedelta(minutes=15)
    assert not is_late(MONDAY, quarter)
    assert is_late(MONDAY, quarter + timedelta(seconds=1))


def test_after_weeks_only_the_last_one_is_due():
    now = MONDAY + timedelta(days=2)
    found = due(MONDAYS, now, MONDAY - timedelta(weeks=4), NO_DEADLINE)
    assert found == MONDAY
    assert due(MONDAYS, now, found, NO_DEADLINE) is None


def test_what_was_due_before_a_subscription_or_a_resumption_is_over():
    assert due(MONDAYS, MONDAY + timedelta(hours=1), MONDAY + timedelta(minutes=1), NO_DEADLINE) is None


def test_days_before_a_deadline_are_due_at_the_same_hour():
    eve = datetime(2026, 6, 18, 7, tzinfo=UTC)
    assert due(WITH_EXTRA, eve, MONDAY, [FRIDAY]) == eve
    assert due(WITH_EXTRA, eve - timedelta(minutes=1), MONDAY + timedelta(days=1), [FRIDAY]) is None
    assert due(MONDAYS, eve, MONDAY, [FRIDAY]) is None


def test_a_day_before_a_deadline_that_was_missed_is_not_made_up_on_another_day():
    day_after = datetime(2026, 6, 19, 6, tzinfo=UTC)
    assert due(WITH_EXTRA, day_after, MONDAY, [FRIDAY]) is None


def test_of_a_missed_week_and_a_day_before_a_deadline_only_the_last_is_due():
    eve = datetime(2026, 6, 18, 8, tzinfo=UTC)
    found = due(WITH_EXTRA, eve, LONG_AGO, [FRIDAY])
    assert found == datetime(2026, 6, 18, 7, tzinfo=UTC)
    assert due(WITH_EXTRA, eve, found, [FRIDAY]) is None


def test_a_monday_that_is_also_a_day_before_a_deadline_is_one_reminder():
    deadline = date(2026, 6, 18)
    assert due(WITH_EXTRA, MONDAY, MONDAY - timedelta(days=7), [deadline]) == MONDAY
    assert due(WITH_EXTRA, MONDAY, MONDAY, [deadline]) is None


def test_the_next_ones_are_in_local_time_through_the_change_of_the_clock():
    found = next_ones(MONDAYS, datetime(2026, 10, 17, tzinfo=UTC), NO_DEADLINE, 3)
    assert [(one.date(), one.hour) for one in found] == [
        (date(2026, 10, 19), 9),
        (date(2026, 10, 26), 9),
        (date(2026, 11, 2), 9),
    ]


def test_the_next_ones_hold_the_days_before_deadlines_in_order():
    found = next_ones(WITH_EXTRA, datetime(2026, 6, 14, tzinfo=UTC), [date(2026, 6, 21)], 4)
    assert [one.date().day for one in found] == [14, 15, 18, 20]


@pytest.mark.parametrize("past", [timedelta(0), timedelta(minutes=1)])
def test_a_day_before_a_deadline_whose_hour_has_come_is_not_among_the_next_ones(past: timedelta):
    eve = datetime(2026, 6, 18, 7, tzinfo=UTC)
    found = next_ones(WITH_EXTRA, eve + past, [FRIDAY], 2)
    assert [one.date().day for one in found] == [22, 29]


@given(
    st.lists(st.timedeltas(timedelta(seconds=-7200), timedelta(days=40)), min_size=1, max_size=60),
    st.integers(0, 6),
    st.times(),
    st.sampled_from(["Europe/Paris", "Pacific/Noumea", "America/Guadeloupe", "Australia/Lord_Howe"]),
    st.lists(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=5),
)
def test_whatever_the_clock_does_nothing_is_sent_twice_and_never_a_burst(
    leaps: list[timedelta], day: int, at: time, zone: str, closing: list[date]
):
    settings = Settings(Weekly(day, at.replace(second=0, microsecond=0), ZoneInfo(zone)), extra_days=(7, 1))
    now, decided = datetime(2026, 1, 1, tzinfo=UTC), [datetime(2026, 1, 1, tzinfo=UTC)]
    for leap in leaps:
        now += leap
        after = max((one for one in decided if one <= now), default=now)
        found = due(settings, now, after, closing)
        if found is not None:
            assert found not in decided
            assert found <= now
            decided.append(found)
            # At the same moment nothing else is due: one message, not several.
            assert due(settings, now, found, closing) is None


@given(st.integers(0, 6), st.times(), st.sampled_from(["Europe/Paris", "Indian/Reunion", "Pacific/Marquesas"]))
def test_a_clock_that_runs_steadily_gives_each_occurrence_once_within_its_minute(day: int, at: time, zone: str):
    settings = Settings(Weekly(day, at.replace(second=0, microsecond=0), ZoneInfo(zone)))
    start = now = datetime(2026, 10, 1, tzinfo=UTC)
    found = []
    while now < start + timedelta(weeks=8):
        occurrence = due(settings, now, found[-1] if found else start, NO_DEADLINE)
        if occurrence:
            assert now - occurrence < timedelta(hours=1)
            found.append(occurrence)
        now += timedelta(hours=1)
    assert len(found) in (7, 8)
    local = [one.astimezone(settings.weekly.zone).replace(tzinfo=None) for one in found]
    assert all(later - sooner in (timedelta(weeks=1), timedelta(weeks=1, hours=1)) for sooner, later in pairwise(local))
