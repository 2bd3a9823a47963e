"""What there is to remind of on a day: calls open, opening or just closed, what is announced, what is new. Pure."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.programme.calendar import PARIS, CallState, CallStatus, day_in_paris, latest_closed, replacement, status_on
from bot.programme.lookup import Programme
from bot.programme.models import Fact, Scheme, Source
from bot.programme.values import first_day, last_day
from bot.reminders.settings import HORIZON_DAYS

_LISTED: Final = frozenset({CallState.OPEN, CallState.DISPUTED, CallState.UNKNOWN, CallState.ANNOUNCED})
_MILESTONES: Final = ("announcement", "ceremony", "audition")
_CLOSING: Final = time(23, 59)
_MILESTONES_WITHIN: Final = 31  # days: further ones would fill weeks that have nothing else to tell
_FIRST_LOOK_BACK: Final = timedelta(weeks=1)

Standing = Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """A call to remind of. `opening` says when it is to open, `is_new` and `has_changed` what the last digest did not.

    `days`: from the day where the reminder is read to `status.earliest` (to `status.latest` once the earliest is past);
    None when the day is not known. `closes_at`: that deadline, 23:59 in Paris, on the clocks of the reader.
    """

    status: CallStatus
    scheme: Scheme
    opening: tuple[Fact, ...]
    days: int | None
    closes_at: datetime | None
    is_new: bool
    has_changed: bool


@dataclass(frozen=True)
class Milestone:
    """What is to come after a call closed. `days` to it; None when its day is not known, or it is under way."""

    status: CallStatus
    fact: Fact
    label: str
    days: int | None


@dataclass(frozen=True)
class Digest:
    """What a room is told at a moment, given in its time zone.

    `calls` can or will be applied to, soonest deadline first; `closed` have closed since the last digest, `replaced`
    are programmes that were replaced since. `leaves_out`: calls are or may be open of which no date is within the
    horizon. For when there is nothing: `last_closed`, the call closed last, and `gone`, the programmes replaced by
    then. `only`: the programme that it is limited to.
    """

    at: datetime
    horizon_days: int
    calls: tuple[Call, ...]
    closed: tuple[CallStatus, ...]
    milestones: tuple[Milestone, ...]
    replaced: tuple[tuple[Scheme, Scheme], ...]
    leaves_out: bool
    last_closed: CallStatus | None
    gone: tuple[tuple[Scheme, Scheme], ...]
    only: Scheme | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remind of."""
        return not (self.calls or self.closed or self.milestones or self.replaced)


def digest(
    programme: Programme,
    at: datetime,
    told: Standing | None = None,
    *,
    horizon_days: int = HORIZON_DAYS,
    only: str | None = None,
) -> Digest:
    """Return what to remind of at `at`, whose time zone is that of the reader. ValueError for a time without zone.

    `told` is how things stood at the last digest; a week before when None. `only`: the calls of one programme.
    """
    statuses = [one for one in status_on(programme, at) if only in (None, one.programme)]
    before = standing(programme, at - _FIRST_LOOK_BACK) if told is None else told
    listed = [_call(programme, one, at, before) for one in statuses if one.state in _LISTED]
    calls = [one for one in listed if _is_within(one, at, horizon_days)]
    gone = tuple(_replaced(programme, at, only))
    return Digest(
        at=at,
        horizon_days=horizon_days,
        calls=tuple(sorted(calls, key=lambda one: _first_date(one) or date.max)),
        closed=tuple(one for one in statuses if one.state is CallState.CLOSED and _was_listed(before, one)),
        milestones=tuple(_milestones(programme, statuses, at, horizon_days)),
        replaced=tuple(pair for pair in gone if before.get(pair[0].id) != pair[1].id),
        leaves_out=len(calls) < len(listed),
        last_closed=latest_closed(statuses),
        gone=gone,
        only=programme.schemes[only] if only else None,
    )


def standing(programme: Programme, at: datetime) -> Standing:
    """Return how things stand: of each call its state and its dates, and which programmes have been replaced."""
    calls = {_key(one): _dates(one) for one in status_on(programme, at) if one.state in _LISTED}
    return calls | {old.id: new.id for old, new in _replaced(programme, at, None)}


def deadlines(programme: Programme, at: datetime, only: str | None = None) -> tuple[date, ...]:
    """Return the days in Paris, not past, on which a call closes according to some source, soonest first."""
    today = day_in_paris(at)
    statuses = (one for one in status_on(programme, at) if only in (None, one.programme) and one.state in _LISTED)
    days = {fact.value for one in statuses for fact in one.deadlines if isinstance(fact.value, date)}
    return tuple(sorted(day for day in days if day >= today))


def _key(status: CallStatus) -> str:
    return f"{status.programme} {status.edition.number}"


def _dates(status: CallStatus) -> str:
    return f"{status.state} {status.opens_from} {status.earliest} {status.latest}"


def _was_listed(before: Standing, status: CallStatus) -> bool:
    # What may have been open, and never had a date, has not been told of either.
    return _key(status) in before and not before[_key(status)].startswith(f"{CallState.UNKNOWN} None None")


def _call(programme: Programme, status: CallStatus, at: datetime, before: Standing) -> Call:
    known = before.get(_key(status), "")
    state, _, dates = known.partition(" ")
    was_open = state in (CallState.OPEN, CallState.DISPUTED)
    is_open = status.state in (CallState.OPEN, CallState.DISPUTED)
    closing = _closing(status)
    return Call(
        status=status,
        scheme=programme.schemes[status.programme],
        opening=_opening(programme, status),
        days=(closing - at.date()).days if closing else None,
        closes_at=datetime.combine(closing, _CLOSING, PARIS).astimezone(at.tzinfo) if closing else None,
        is_new=(is_open and not was_open) or (not known and _is_told_of(status)),
        has_changed=bool(known) and dates != _dates(status).partition(" ")[2],
    )


def _is_told_of(status: CallStatus) -> bool:
    """Whether a page of that day or before speaks of a call."""
    return status.state is not CallState.UNKNOWN or status.announced_on is not None


def _closing(status: CallStatus) -> date | None:
    """Return the deadline to reckon with, when a source states its day: the earliest not past."""
    stated = sorted({fact.value for fact in status.deadlines if isinstance(fact.value, date)})
    return next((day for day in stated if day >= status.day), None)


def _opening(programme: Programme, status: CallStatus) -> tuple[Fact, ...]:
    """Return when a call is to open, in the words of the announcement when there are some."""
    if status.state is not CallState.ANNOUNCED:
        return ()
    edition = status.edition
    for key in ("opening_announced", "opening"):
        if found := programme.facts(key, edition=edition.number, programme=edition.programme):
            return found
    return ()


def _is_within(call: Call, at: datetime, horizon_days: int) -> bool:
    status = call.status
    if status.state is CallState.UNKNOWN and status.earliest is None:
        return call.is_new
    first = _first_date(call)
    return first is None or call.is_new or call.has_changed or (first - at.date()).days <= horizon_days


def _first_date(call: Call) -> date | None:
    """Return the first day that matters of a call; None when it is open without deadline."""
    status = call.status
    return status.opens_from if status.state is CallState.ANNOUNCED else _closing(status) or status.latest


def _replaced(programme: Programme, at: datetime, only: str | None) -> Iterator[tuple[Scheme, Scheme]]:
    for scheme in programme.schemes.values():
        if (new := replacement(programme, scheme.id, at)) and only in (None, scheme.id, new.id):
            yield scheme, new


# ---- what comes after a call -----------------------------------------------------------------------------------------


def _milestones(
    programme: Programme, statuses: list[CallStatus], at: datetime, horizon_days: int
) -> Iterator[Milestone]:
    today = at.date()
    until = today + timedelta(days=min(horizon_days, _MILESTONES_WITHIN))
    for status in statuses:
        if status.state is CallState.NOT_ANNOUNCED:
            continue
        for key, fact in _announced(programme, status):
            first, last = first_day(fact.value), last_day(fact.value)
            if first and last and today <= last and first <= until:
                days = (first - today).days if first == last else None
                yield Milestone(status, fact, programme.keys[key].label, days)
        yield from _awaited(programme, status)


def _announced(programme: Programme, status: CallStatus) -> Iterator[tuple[str, Fact]]:
    for key in _MILESTONES:
        for fact in programme.facts(key, edition=status.edition.number, programme=status.programme):
            yield key, fact


def _awaited(programme: Programme, status: CallStatus) -> Iterator[Milestone]:
    """Yield the announcement of laureates that is told only by how long after the deadline it comes."""
    edition = status.edition
    if status.state is not CallState.CLOSED or status.latest is None:
        return
    if programme.facts("announcement", edition=edition.number, programme=edition.programme):
        return
    for fact in programme.facts("announcement_delay", edition=edition.number, programme=edition.programme):
        if status.day <= _months_after(status.latest, fact.number):
            yield Milestone(status, fact, programme.keys["announcement"].label, None)


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def page(status: CallStatus, fact: Fact) -> Source:
    """Return the page that gives a fact of a call: one that could be read that day, if there is."""
    pages = fact.sources_for(status.edition.number)
    return next((one for one in pages if one.date <= status.day), pages[0])


def sources(found: Digest) -> tuple[Source, ...]:
    """Return the pages that a digest rests on, in the order of what it says."""
    statuses = [*(one.status for one in found.calls), *found.closed]
    pages = [page(status, fact) for status in statuses for fact in status.deadlines]
    pages += [page(one.status, fact) for one in found.calls for fact in one.opening]
    undated = [status.edition for status in statuses if not status.deadlines]
    pages += [edition.announced or edition.sources[0] for edition in undated]
    pages += [page(one.status, one.fact) for one in found.milestones]
    return (*pages, *(one for old, _ in found.replaced for one in old.sources[:1]))
