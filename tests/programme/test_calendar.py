"""Where each call stands on a day: boundaries, conflicts, and what the sources do not say."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import records

from bot.programme.calendar import (
    PARIS,
    CallState,
    CallStatus,
    announced_calls,
    day_in_paris,
    latest_closed,
    open_calls,
    replacement,
    status_of,
    status_on,
)
from bot.programme.facts import Programme, load_programme
from bot.texts import call_state

FACTS = Path(__file__).parents[2] / "knowledge" / "programme"
VERIFIED = "verified = 2026-11-21\n"
OPENING = '[[fact]]\nkey = "opening"\nprogramme = "{}"\neditions = [{}]\nvalue = {}\nsources = [{}]\n' + VERIFIED
PAGE = '{ id = "consolidation", document = "calendrier.md", section = "Dates" }'


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(FACTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS, tmp_path / "programme"))


def fast(programme: Programme, number: int, moment: date | datetime) -> CallStatus:
    status = status_of(programme, number, moment)
    assert status
    return status


def since(status: CallStatus) -> int | None:
    """Return the days since the latest deadline of a closed call."""
    return (status.day - status.latest).days if status.state is CallState.CLOSED and status.latest else None


def consolidation(programme: Programme, moment: date | datetime) -> CallStatus:
    status = status_of(programme, 1, moment, scheme="consolidation")
    assert status
    return status


@pytest.mark.parametrize(
    ("day", "state", "days_left", "days_since"),
    [
        (date(2023, 9, 18), CallState.NOT_ANNOUNCED, None, None),
        (date(2023, 9, 19), CallState.OPEN, 73, None),
        (date(2023, 11, 30), CallState.OPEN, 1, None),
        (date(2023, 12, 1), CallState.OPEN, 0, None),
        (date(2023, 12, 2), CallState.CLOSED, None, 1),
        (date(2024, 12, 1), CallState.CLOSED, None, 366),
    ],
)
def test_fast_14_is_open_from_its_first_page_to_its_last_day(
    programme: Programme, day: date, state: CallState, days_left: int | None, days_since: int | None
) -> None:
    status = fast(programme, 14, day)
    assert (status.state, status.days_left, since(status)) == (state, days_left, days_since)
    assert (status.days_left == 0) == (day == date(2023, 12, 1))


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (datetime(2023, 12, 1, 23, 59, 59, tzinfo=PARIS), CallState.OPEN),
        (datetime(2023, 12, 2, 0, 0, tzinfo=PARIS), CallState.CLOSED),
        (datetime(2023, 12, 1, 22, 59, tzinfo=UTC), CallState.OPEN),
        (datetime(2023, 12, 1, 23, 0, tzinfo=UTC), CallState.CLOSED),
        (datetime(2023, 12, 1, 18, 0, tzinfo=ZoneInfo("America/Cayenne")), CallState.OPEN),
        (datetime(2023, 12, 1, 20, 0, tzinfo=ZoneInfo("America/Cayenne")), CallState.CLOSED),
    ],
)
def test_the_last_day_ends_at_23_59_in_paris(programme: Programme, moment: datetime, state: CallState) -> None:
    assert fast(programme, 14, moment).state is state


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 3, 30, 22, 59, tzinfo=UTC), date(2024, 3, 30)),
        (datetime(2024, 3, 30, 23, 0, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 3, 31, 21, 59, tzinfo=UTC), date(2024, 3, 31)),  # the day has 23 hours
        (datetime(2024, 3, 31, 22, 0, tzinfo=UTC), date(2024, 4, 1)),
        (datetime(2024, 10, 26, 22, 0, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 22, 59, tzinfo=UTC), date(2024, 10, 27)),  # the day has 25 hours
        (datetime(2024, 10, 27, 23, 0, tzinfo=UTC), date(2024, 10, 28)),
        (datetime(2024, 2, 29, 22, 59, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 23, 0, tzinfo=UTC), date(2024, 3, 1)),
    ],
)
def test_a_moment_is_a_day_in_paris_across_clock_changes_and_leap_days(moment: datetime, day: date) -> None:
    assert day_in_paris(moment) == day


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_in_paris(datetime(2024, 2, 29))


@pytest.mark.parametrize(
    ("today", "days_left"),
    [(date(2024, 2, 28), 77), (date(2024, 2, 29), 76), (date(2024, 3, 1), 75), (date(2024, 3, 31), 45)],
)
def test_days_left_are_calendar_days(programme: Programme, today: date, days_left: int) -> None:
    assert fast(programme, 15, today).days_left == days_left


@pytest.mark.parametrize(
    ("edition", "earlier", "later"),
    [(15, date(2024, 5, 15), date(2024, 5, 29)), (16, date(2024, 12, 1), date(2024, 12, 5))],
)
def test_between_two_deadlines_one_source_says_open_and_the_other_closed(
    programme: Programme, edition: int, earlier: date, later: date
) -> None:
    states = {later + timedelta(days=1): CallState.CLOSED, earlier: CallState.OPEN}
    states |= {earlier + timedelta(days=n): CallState.DISPUTED for n in range(1, (later - earlier).days + 1)}
    for day, state in states.items():
        status = fast(programme, edition, day)
        assert (status.state, status.earliest, status.latest) == (state, earlier, later)
        assert status.disputed_deadline
        assert {fact.value for fact in status.deadlines} == {earlier, later}
    assert fast(programme, edition, earlier).days_left == 0
    assert since(fast(programme, edition, later + timedelta(days=3))) == 3


def test_a_month_that_holds_the_day_of_another_source_is_no_conflict(programme: Programme) -> None:
    status = fast(programme, 17, date(2025, 6, 7))
    assert (status.state, status.earliest, status.latest) == (CallState.CLOSED, date(2025, 6, 6), date(2025, 6, 6))
    assert not status.disputed_deadline
    assert len(status.deadlines) == 2


def test_a_call_that_no_page_announced_is_never_called_open(programme: Programme) -> None:
    states = {day: fast(programme, 17, day).state for day in (date(2025, 2, 28), date(2025, 3, 1), date(2025, 6, 6))}
    assert list(states.values()) == [CallState.NOT_ANNOUNCED, CallState.UNKNOWN, CallState.UNKNOWN]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 6, 29), CallState.NOT_ANNOUNCED),
        (date(2022, 6, 30), CallState.ANNOUNCED),  # « à l'automne 2022 », says the page of FAST 11
        (date(2022, 8, 31), CallState.ANNOUNCED),
        (date(2022, 9, 1), CallState.UNKNOWN),
        (date(2022, 11, 15), CallState.UNKNOWN),
        (date(2022, 11, 16), CallState.CLOSED),
    ],
)
def test_a_call_announced_for_a_season_may_be_open_from_its_first_day_on(
    programme: Programme, day: date, state: CallState
) -> None:
    status = fast(programme, 12, day)
    assert (status.state, status.days_left, status.days_to_opening) == (state, None, None)
    assert since(status) == (1 if state is CallState.CLOSED else None)
    assert 12 not in [one.edition.number for one in open_calls(status_on(programme, day))]


def test_whatever_is_not_known_of_a_call_that_may_be_open_is_said(programme: Programme) -> None:
    opening = call_state(fast(programme, 17, date(2025, 4, 1)))
    deadline = call_state(fast(programme, 2, date(2019, 10, 15)))
    assert "6 juin 2025" in opening
    assert "ouverture" in opening
    assert "date limite" in deadline
    assert "au plus tôt le 1er septembre 2022" in call_state(fast(programme, 12, date(2022, 7, 15)))


def test_a_call_without_deadline_is_closed_once_its_promotion_is_out(programme: Programme) -> None:
    days = {date(2019, 9, 30): "not_announced", date(2019, 10, 1): "unknown", date(2019, 11, 30): "unknown"}
    for day, state in {**days, date(2019, 12, 1): "closed"}.items():
        status = fast(programme, 2, day)
        assert (status.state, status.days_left, status.latest) == (state, None, None)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 5, 9), CallState.NOT_ANNOUNCED),
        (date(2022, 5, 10), CallState.OPEN),
        (date(2022, 12, 31), CallState.OPEN),
        (date(2023, 1, 1), CallState.CLOSED),
    ],
)
def test_fast_11_takes_applications_all_year(programme: Programme, day: date, state: CallState) -> None:
    status = fast(programme, 11, day)
    assert (status.state, status.rolling, status.days_left) == (state, True, None)


@pytest.mark.parametrize(
    ("day", "state", "days_left"),
    [
        (date(2026, 5, 20), CallState.NOT_ANNOUNCED, None),
        (date(2026, 5, 21), CallState.OPEN, 31),
        (date(2026, 6, 21), CallState.OPEN, 0),
        (date(2026, 6, 22), CallState.CLOSED, None),
    ],
)
def test_the_consolidation_programme_takes_applications_until_21_june_2026(
    programme: Programme, day: date, state: CallState, days_left: int | None
) -> None:
    status = consolidation(programme, day)
    assert (status.state, status.days_left, status.replaced_by) == (state, days_left, None)


def test_the_fast_is_replaced_from_21_may_2026_on(programme: Programme) -> None:
    assert fast(programme, 17, date(2026, 5, 20)).replaced_by is None
    successor = fast(programme, 17, date(2026, 5, 21)).replaced_by
    assert successor
    assert successor.id == "consolidation"
    assert replacement(programme, "consolidation", date(2026, 11, 21)) is None


@pytest.mark.parametrize(
    ("day", "editions"),
    [
        (date(2021, 11, 8), [("fast", 10)]),
        (date(2022, 6, 1), [("fast", 11)]),
        (date(2023, 5, 1), [("fast", 13)]),
        (date(2024, 5, 20), [("fast", 15)]),
        (date(2024, 7, 1), []),
        (date(2026, 6, 1), [("consolidation", 1)]),
        (date(2026, 11, 21), []),
    ],
)
def test_the_open_calls_of_a_day(programme: Programme, day: date, editions: list[tuple[str, int]]) -> None:
    found = open_calls(status_on(programme, day))
    assert [(status.programme, status.edition.number) for status in found] == editions


@pytest.mark.parametrize(
    ("day", "found"), [(date(2023, 4, 30), 0), (date(2023, 5, 1), 1), (date(2023, 5, 15), 1), (date(2023, 5, 16), 0)]
)
def test_calls_closing_within_a_fortnight(programme: Programme, day: date, found: int) -> None:
    left = [status.days_left for status in open_calls(status_on(programme, day))]
    assert sum(days is not None and days <= 14 for days in left) == found


def test_a_disputed_call_is_not_closing_any_more(programme: Programme) -> None:
    assert [status.days_left for status in open_calls(status_on(programme, date(2024, 5, 20)))] == [None]


@pytest.mark.parametrize(
    ("day", "scheme", "edition"),
    [
        (date(2026, 11, 21), None, ("consolidation", 1)),
        (date(2026, 11, 21), "fast", ("fast", 17)),
        (date(2024, 7, 1), None, ("fast", 15)),
        (date(2023, 5, 15), None, ("fast", 12)),
    ],
)
def test_the_call_closed_last(programme: Programme, day: date, scheme: str | None, edition: tuple[str, int]) -> None:
    status = latest_closed(status_on(programme, day), scheme)
    assert status
    assert (status.programme, status.edition.number) == edition


def test_before_any_deadline_no_call_is_closed_last(programme: Programme) -> None:
    assert latest_closed(status_on(programme, date(2020, 1, 1))) is None


def test_every_day_of_nine_years_has_a_coherent_state(programme: Programme) -> None:
    order = [CallState.NOT_ANNOUNCED, CallState.ANNOUNCED, CallState.UNKNOWN, CallState.OPEN, CallState.DISPUTED]
    ranks = {state: rank for rank, state in enumerate([*order, CallState.CLOSED])}
    before = [0] * len(programme.all_editions)
    for n in range(0, 366 * 9, 3):
        now = [ranks[status.state] for status in status_on(programme, date(2019, 1, 1) + timedelta(days=n))]
        assert all(a <= b for a, b in zip(before, now, strict=True))
        before = now


def test_an_edition_that_does_not_exist_has_no_status(programme: Programme) -> None:
    assert status_of(programme, 42, date(2026, 11, 21)) is None


@pytest.mark.parametrize(
    ("day", "state", "days_to_opening"),
    [
        (date(2026, 5, 20), CallState.NOT_ANNOUNCED, None),
        (date(2026, 5, 21), CallState.ANNOUNCED, 11),
        (date(2026, 5, 31), CallState.ANNOUNCED, 1),
        (date(2026, 6, 1), CallState.OPEN, None),
    ],
)
def test_a_call_with_a_known_opening_is_announced_until_it_opens(
    copy: Path, day: date, state: CallState, days_to_opening: int | None
) -> None:
    (copy / "ouverture.toml").write_text(OPENING.format("consolidation", 1, "2026-06-01", PAGE), encoding="utf-8")
    programme = load_programme(copy)
    status = consolidation(programme, day)
    assert (status.state, status.days_to_opening) == (state, days_to_opening)
    assert len(announced_calls(status_on(programme, day))) == (1 if state is CallState.ANNOUNCED else 0)


def test_a_month_alone_is_a_window_in_which_the_deadline_falls(copy: Path) -> None:
    text = (copy / "appels.toml").read_text(encoding="utf-8")
    (copy / "appels.toml").write_text(text.replace("value = 2023-05-15\n", 'value = "2023-05"\n', 1), encoding="utf-8")
    programme = load_programme(copy)
    days = [date(2023, 4, 30), date(2023, 5, 1), date(2023, 5, 2), date(2023, 5, 31), date(2023, 6, 1)]
    states = [fast(programme, 13, day).state for day in days]
    assert states == ["open", "open", "disputed", "disputed", "closed"]
    assert fast(programme, 13, date(2023, 5, 1)).days_left is None
    assert fast(programme, 13, date(2023, 6, 1)).latest == date(2023, 5, 31)


def dated(key: str, day: date | str, number: int = 1) -> records.Fact:
    return records.fact(key=key, unit="date", value=day, editions=(number,), alternative=True)


# Both keys are declared, though nothing is stated of the calls below.
ELSEWHERE = [dated(key, date(2020, 1, 1), 99) for key in ("opening", "deadline")]


@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2024, 5, 31)])
def test_a_day_at_either_end_of_a_month_is_the_day_that_the_month_means(day: date) -> None:
    month, exact = dated("deadline", "2024-05"), dated("deadline", day)
    known = records.programme(records.scheme(), records.edition(1), *ELSEWHERE, month, exact)
    status = fast(known, 1, day)
    assert (status.earliest, status.latest, status.disputed_deadline) == (day, day, False)


def calls(*days: records.Fact) -> tuple[CallStatus, ...]:
    """Three calls announced on 1 May 2024, the second one for the whole year, as they stand on the next day."""
    page = records.page(date=date(2024, 5, 1))
    second = records.edition(2, announced=page, rolling_year=2024)
    others = [records.edition(number, announced=page) for number in (1, 3)]
    return status_on(records.programme(records.scheme(), second, *others, *ELSEWHERE, *days), date(2024, 5, 2))


def test_of_open_calls_the_one_that_closes_first_comes_first_and_one_without_day_last() -> None:
    found = open_calls(calls(dated("deadline", date(2024, 6, 9), 1), dated("deadline", date(2024, 6, 8), 3)))
    assert [one.edition.number for one in found] == [3, 1, 2]
    assert {one.announced_on for one in found} == {date(2024, 5, 1)}


def test_of_announced_calls_the_one_that_opens_first_comes_first() -> None:
    found = announced_calls(calls(dated("opening", date(2024, 6, 9), 1), dated("opening", date(2024, 6, 8), 3)))
    assert [one.edition.number for one in found] == [3, 1]
