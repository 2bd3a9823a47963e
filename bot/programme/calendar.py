"""Calls for applications on a given day: open, closing in n days, closed since, announced, replaced by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.programme.lookup import Programme
from bot.programme.models import FAST, Edition, Fact, Scheme
from bot.programme.values import Value, first_day, last_day

PARIS = ZoneInfo("Europe/Paris")


class CallState(StrEnum):
    """Where a call stands on a day.

    NOT_ANNOUNCED  no source of that day or before speaks of it
    UNKNOWN        it may be open: its opening, or its deadline, is given by no source
    ANNOUNCED      its opening is known and lies ahead
    OPEN           every source agrees
    DISPUTED       between two deadlines: open according to one source, closed according to another; or in a month that
                   is all that the sources say of the deadline
    CLOSED         past the last deadline that a source gives, or past its promotion when none does
    """

    NOT_ANNOUNCED = "not_announced"
    UNKNOWN = "unknown"
    ANNOUNCED = "announced"
    OPEN = "open"
    DISPUTED = "disputed"
    CLOSED = "closed"


@dataclass(frozen=True)
class CallStatus:
    """A call on `day`, a calendar day in Paris. Deadlines end at 23:59 in Paris, so the last day is a whole one.

    `earliest` and `latest` are the first and the last deadline that the sources give: the same day when they agree, the
    bounds of the month when no day is given, None when nothing is. `opens_from` and `opens` are the same for the
    opening. `rolling`: open all year, without deadline.
    """

    edition: Edition
    day: date
    state: CallState
    opens_from: date | None
    opens: date | None
    earliest: date | None
    latest: date | None
    deadlines: tuple[Fact, ...]
    rolling: bool
    replaced_by: Scheme | None

    @property
    def programme(self) -> str:
        return self.edition.programme

    @property
    def announced_on(self) -> date | None:
        """The day of the first dated page that speaks of the call; None when there is none."""
        return self.edition.announced_on

    @property
    def days_left(self) -> int | None:
        """Calendar days to the earliest deadline, 0 on the last day; None unless the call is open and its day known."""
        if self.state is not CallState.OPEN or self.earliest is None or not self._is_stated(self.earliest):
            return None
        return (self.earliest - self.day).days

    @property
    def days_to_opening(self) -> int | None:
        """Calendar days to the opening; None unless the call is announced and its day known."""
        if self.state is not CallState.ANNOUNCED or self.opens is None or self.opens_from != self.opens:
            return None
        return (self.opens - self.day).days

    @property
    def disputed_deadline(self) -> bool:
        """Whether sources give different deadlines, whatever the day."""
        return self.earliest != self.latest

    def _is_stated(self, deadline: date) -> bool:
        return any(fact.value == deadline for fact in self.deadlines)


def day_in_paris(moment: date | datetime) -> date:
    """Return the calendar day in Paris; a date is already one. ValueError for a time without zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(PARIS).date()


def status_on(programme: Programme, moment: date | datetime) -> tuple[CallStatus, ...]:
    """Return where every call of every programme stands, in the order of the files."""
    day = day_in_paris(moment)
    return tuple(_status(programme, edition, day) for edition in programme.all_editions)


def status_of(programme: Programme, number: int, moment: date | datetime, *, scheme: str = FAST) -> CallStatus | None:
    """Return where one call stands; None for an edition that does not exist."""
    edition = programme.edition(number, programme=scheme)
    return _status(programme, edition, day_in_paris(moment)) if edition else None


def open_calls(statuses: Iterable[CallStatus]) -> tuple[CallStatus, ...]:
    """Return the calls to which one can apply, soonest deadline first, those disputed included."""
    found = (one for one in statuses if one.state in (CallState.OPEN, CallState.DISPUTED))
    return tuple(sorted(found, key=lambda one: one.latest or date.max))


def announced_calls(statuses: Iterable[CallStatus]) -> tuple[CallStatus, ...]:
    """Return the calls whose known opening lies ahead, soonest first."""
    found = (one for one in statuses if one.state is CallState.ANNOUNCED)
    return tuple(sorted(found, key=lambda one: one.opens_from or date.max))


def latest_closed(statuses: Iterable[CallStatus], scheme: str | None = None) -> CallStatus | None:
    """Return the call closed last, of a programme or of all; None when none is closed with a known deadline."""
    found = [one for one in statuses if one.state is CallState.CLOSED and scheme in (None, one.programme)]
    return max((one for one in found if one.latest), key=lambda one: one.latest or date.min, default=None)


def replacement(programme: Programme, scheme: str, moment: date | datetime) -> Scheme | None:
    """Return the programme that had replaced `scheme` on that day; None when none had."""
    known = programme.schemes[scheme]
    if known.replaced_by is None or known.replaced_on is None or day_in_paris(moment) < known.replaced_on:
        return None
    return programme.schemes[known.replaced_by]


@dataclass(frozen=True)
class _Window:
    """When a call can be applied to, as far as the sources say."""

    seen: date | None
    opens_from: date | None
    opens: date | None
    earliest: date | None
    latest: date | None


def _status(programme: Programme, edition: Edition, day: date) -> CallStatus:
    deadlines = programme.facts("deadline", edition=edition.number, programme=edition.programme)
    window = _window(programme, edition, deadlines)
    return CallStatus(
        edition=edition,
        day=day,
        state=_state(programme, edition, day, window),
        opens_from=window.opens_from,
        opens=window.opens,
        earliest=window.earliest,
        latest=window.latest,
        deadlines=deadlines,
        rolling=edition.rolling_year is not None,
        replaced_by=replacement(programme, edition.programme, day),
    )


def _window(programme: Programme, edition: Edition, deadlines: Iterable[Fact]) -> _Window:
    openings = programme.facts("opening", edition=edition.number, programme=edition.programme)
    pages = [source.date for fact in openings for source in fact.sources]
    if edition.announced_on:
        pages.append(edition.announced_on)
    earliest, latest = _bounds(deadlines)
    opens_from = min((day for fact in openings if (day := first_day(fact.value))), default=None)
    # With several openings, a call is called open only once all its sources agree that it is.
    opens = max((day for fact in openings if (day := last_day(fact.value))), default=None)
    return _Window(min(pages, default=None), opens_from, opens, earliest, latest)


def _bounds(deadlines: Iterable[Fact]) -> tuple[date | None, date | None]:
    values = [fact.value for fact in deadlines]
    days = {value for value in values if isinstance(value, date)}
    # « juin 2025 » says less than « 6 juin 2025 », not something else: it counts when no day falls in it.
    kept = [value for value in values if isinstance(value, date) or not _holds_one(value, days)]
    earliest = min((day for value in kept if (day := first_day(value))), default=None)
    return earliest, max((day for value in kept if (day := last_day(value))), default=None)


def _holds_one(value: Value, days: set[date]) -> bool:
    start, end = first_day(value), last_day(value)
    return any(start <= day <= end for day in days) if start and end else False


def _state(programme: Programme, edition: Edition, day: date, window: _Window) -> CallState:
    if _is_over(edition, day, window):
        return CallState.CLOSED
    if window.seen is None:
        return CallState.UNKNOWN if _may_be_open(programme, edition, day) else CallState.NOT_ANNOUNCED
    if day < window.seen:
        return CallState.NOT_ANNOUNCED
    if window.opens_from and day < window.opens_from:
        return CallState.ANNOUNCED
    if window.opens and day < window.opens:
        return CallState.UNKNOWN
    if window.earliest is None:
        return CallState.OPEN if edition.rolling_year == day.year else CallState.UNKNOWN
    return CallState.OPEN if day <= window.earliest else CallState.DISPUTED


def _is_over(edition: Edition, day: date, window: _Window) -> bool:
    if window.latest:
        return day > window.latest
    if edition.rolling_year is not None:
        return day.year > edition.rolling_year
    return edition.month is not None and day > edition.month.last


def _may_be_open(programme: Programme, edition: Edition, day: date) -> bool:
    # Without a page that announces it, a call cannot be placed before the promotion of the one before.
    before = programme.edition(edition.number - 1, programme=edition.programme)
    return before is None or before.month is None or day >= before.month.first
