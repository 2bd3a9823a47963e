"""One occurrence a week at the same local hour, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.schedule import Weekly, instant, latest_due, upcoming

ZONES = [
    "Europe/Paris",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/Guadeloupe",
    "America/Cayenne",
    "America/Miquelon",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Noumea",
    "Pacific/Marquesas",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "America/St_Johns",
    "America/Nuuk",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Santiago",
    "America/Havana",
    "Antarctica/Troll",
    "UTC",
]
WEEK = timedelta(weeks=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
TEN_YEARS = timedelta(days=3653)

weeklies = st.builds(
    Weekly,
    st.integers(0, 6),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.sampled_from(ZONES).map(ZoneInfo),
)
moments = st.datetimes(START.replace(tzinfo=None), (START + TEN_YEARS).replace(tzinfo=None), timezones=st.just(UTC))


def is_skipped(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone never show a time on a day."""
    there = datetime.combine(day, at, zone)
    return there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != there.replace(tzinfo=None)


def next_due(weekly: Weekly, at: datetime) -> datetime:
    """Return the first due time after a moment."""
    return upcoming(weekly, at, 1)[0]


@given(weeklies, moments)
def test_a_moment_lies_between_the_latest_due_time_and_the_next(weekly: Weekly, at: datetime):
    before, after = latest_due(weekly, at), next_due(weekly, at)
    assert before <= at < after
    # A change of the clock moves one of the two by three hours at most (Antarctica/Troll: two).
    assert abs(after - before - WEEK) <= timedelta(hours=3)


@given(weeklies, moments)
def test_a_due_time_shows_the_same_hour_on_the_wall_unless_clocks_skip_it(weekly: Weekly, at: datetime):
    local = latest_due(weekly, at).astimezone(weekly.zone)
    assert local.weekday() == weekly.day
    if not is_skipped(local.date(), weekly.time, weekly.zone):
        assert local.timetz().replace(tzinfo=None, fold=0) == weekly.time
        assert local.fold == 0


@given(weeklies, moments)
def test_a_due_time_is_the_latest_from_then_on_until_the_next(weekly: Weekly, at: datetime):
    due = next_due(weekly, at)
    assert latest_due(weekly, due) == due
    assert latest_due(weekly, due - timedelta(microseconds=1)) == latest_due(weekly, at)
    assert next_due(weekly, latest_due(weekly, at)) == due


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0, 0), time(2, 30), time(9, 0), time(23, 59)])
def test_ten_years_hold_one_due_time_for_each_such_day(zone: str, at: time):
    weekly = Weekly(6, at, ZoneInfo(zone))  # Sunday: most clocks change on it
    days = []
    due = latest_due(weekly, START)
    while (due := next_due(weekly, due)) <= START + TEN_YEARS:
        days.append(due.astimezone(weekly.zone).date())
    assert all(later - sooner == WEEK for sooner, later in pairwise(days))
    assert len(days) in (521, 522)


@given(weeklies, moments, st.integers(0, 60))
def test_what_is_upcoming_is_the_next_due_time_again_and_again(weekly: Weekly, at: datetime, number: int):
    found = upcoming(weekly, at, number)
    expected, due = [], at
    for _ in range(number):
        due = next_due(weekly, due)
        expected.append(due)
    assert found == expected


def test_at_its_very_hour_a_due_time_is_no_longer_upcoming():
    weekly = Weekly(0, time(9), ZoneInfo("Europe/Paris"))
    monday = datetime(2026, 6, 15, 7, tzinfo=UTC)
    assert upcoming(weekly, monday, 2) == [monday + WEEK, monday + 2 * WEEK]


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [("Europe/Paris", 8, 7), ("Indian/Reunion", 5, 5), ("America/Guadeloupe", 13, 13)],
)
def test_nine_o_clock_is_nine_o_clock_in_winter_and_in_summer(zone: str, winter: int, summer: int):
    weekly = Weekly(0, time(9), ZoneInfo(zone))
    assert latest_due(weekly, datetime(2026, 1, 6, tzinfo=UTC)) == datetime(2026, 1, 5, winter, tzinfo=UTC)
    assert latest_due(weekly, datetime(2026, 7, 7, tzinfo=UTC)) == datetime(2026, 7, 6, summer, tzinfo=UTC)


def test_half_past_two_in_the_night_that_skips_it_is_half_past_three():
    assert instant(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Paris")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_half_past_two_in_the_night_that_has_it_twice_is_the_first_one_and_no_second_one_follows():
    weekly = Weekly(6, time(2, 30), ZoneInfo("Europe/Paris"))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), weekly.time, weekly.zone) == first
    second = first + timedelta(hours=1)
    assert second.astimezone(weekly.zone).time() == weekly.time
    assert latest_due(weekly, second) == first
    assert next_due(weekly, first) == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)


def test_the_half_hour_change_of_lord_howe_keeps_the_hour():
    weekly = Weekly(6, time(2, 15), ZoneInfo("Australia/Lord_Howe"))
    night = latest_due(weekly, datetime(2026, 10, 4, 12, tzinfo=UTC))
    assert night.astimezone(weekly.zone).time() == time(2, 45)  # 02:15 is skipped
    assert next_due(weekly, night).astimezone(weekly.zone).time() == time(2, 15)


def test_the_key_of_a_schedule_names_its_day_hour_and_zone():
    assert Weekly(0, time(9), ZoneInfo("Europe/Paris")).key == "0 09:00 Europe/Paris"
