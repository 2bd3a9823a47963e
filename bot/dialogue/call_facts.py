"""What the facts say of calls: open, closed, when they opened and close, when their laureates are announced. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from bot import texts
from bot.dialogue.evidence import first_of, quote
from bot.dialogue.extraction import Asks
from bot.dialogue.moments import Period
from bot.dialogue.telling import Found, Telling, only, verdict
from bot.dialogue.understanding import Request, find_editions
from bot.documents import french
from bot.programme.calendar import CallState, CallStatus, latest_closed, open_calls, replacement, status_of, status_on
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST, Fact
from bot.results import Answer, Reason, Refusal, Statement


@dataclass(frozen=True)
class CallFacts(Telling):
    """Answers on the calls for applications."""

    def open_now(self, request: Request) -> Found:
        """Say whether one may apply: now, or at the moment that the question names."""
        then = _periods_asked(request, self.today)
        if then and not find_editions(request.folded):
            return self._open_then(request, then[0])
        if request.editions:
            return self.deadline(request)
        statuses = status_on(self.programme, self.today)
        running = list(open_calls(statuses)) + [one for one in statuses if one.state is CallState.UNKNOWN]
        running = [one for one in running if not request.about_consolidation or one.programme == CONSOLIDATION]
        if running:
            states = tuple(texts.call_state(one) for one in running)
            statements = [one for status in running for one in self._of_call(status)]
            return Answer(
                first_of(statements), self.today, "open_now", only([s.edition.number for s in running]), states
            )
        last = latest_closed(statuses)
        if last is None:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, topic="open_now")
        statements = self.statements(last.deadlines, _number(last))
        leads = [texts.no_open_call(self.today), texts.call_state(last)]
        if last.programme != FAST:
            leads.append(
                texts.fast_over(_last_name(self.programme), self.programme.schemes[FAST].replaced_on or self.today)
            )
        return Answer(first_of(statements), self.today, "open_now", None, tuple(leads))

    def _open_then(self, request: Request, period: Period) -> Found:
        """Say which calls could be applied to in a period that is not now."""
        if period.first > self.today:
            return self._open_later(period)
        statuses = [one for one in status_on(self.programme, self.today) if one.latest or one.rolling]
        statuses = [one for one in statuses if not request.about_consolidation or one.programme == CONSOLIDATION]
        then = [one for one in statuses if _could_be_applied_to(one, period)]
        told = then or sorted((one for one in statuses if _ends(one) < period.first), key=_ends)[-1:]
        statements = [said for one in told for said in self._of_call(one)]
        leads = tuple(texts.call_was_open(one) for one in then) or (texts.NO_CALL_THEN,)
        edition = only([one.edition.number for one in told])
        return Answer(first_of(statements), self.today, "open_now", edition, leads) if statements else None

    def _open_later(self, period: Period) -> Found:
        """Say whether the calls open today will still be on a day to come; later calls are not known."""
        running = [one for one in open_calls(status_on(self.programme, self.today)) if one.latest is not None]
        if not running:
            return Refusal(Reason.IN_THE_FUTURE, self.today, texts.MISSING_CALLS, "open_now")
        leads = tuple(texts.call_then(one, period.first) for one in running)
        statements = first_of(said for one in running for said in self._of_call(one))
        return Answer(statements, self.today, "open_now", only([one.edition.number for one in running]), leads)

    def _of_call(self, status: CallStatus) -> list[Statement]:
        """Say the deadlines of a call, or that it is open all the year."""
        if status.deadlines or not status.rolling:
            return self.statements(status.deadlines, _number(status))
        units = [u for source in status.edition.sources for u in self.evidence.units_of(source.document)]
        all_year = [u for u in units if "toute l'annee" in french.fold(u.text) and not u.is_list]
        return [quote(all_year[0])] if all_year else []

    def deadline(self, request: Request) -> Found:
        """Say when the calls named close, or closed; every date where sources differ."""
        then = _periods_asked(request, self.today) if request.periods and request.asks is not Asks.DATE else ()
        if then and not find_editions(request.folded):
            return self._open_then(request, then[0])
        scheme = CONSOLIDATION if request.about_consolidation else FAST
        numbers = request.editions or ((1,) if request.about_consolidation else ())
        if not numbers and request.years:
            numbers = tuple(
                e.number
                for e in self.programme.editions(programme=scheme)
                if any(
                    f.holds_in(y) or str(y) in str(f.value)
                    for y in request.years
                    for f in self._deadlines(e.number, scheme)
                )
            )
        if not numbers:
            return self.open_now(request)
        statements: list[Statement] = []
        leads: list[str] = []
        for number in numbers:
            status = status_of(self.programme, number, self.today, scheme=scheme)
            if status is not None and status.rolling and not status.deadlines:
                statements += self._of_call(status)
                continue
            if status is None or not status.deadlines:
                absent = self._absent(number) if status and not status.rolling else None
                if absent is not None and len(numbers) == 1:
                    missing = texts.missing("deadline", numbers, ())
                    return Refusal(
                        Reason.NOT_IN_DOCUMENTS, self.today, missing, "deadline", number, statements=(absent,)
                    )
                continue
            statements += self.statements(status.deadlines, number if scheme == FAST else None)
            leads += [*verdict(request, [status.deadlines]), texts.call_state(status)]
        if not statements:
            return None
        return Answer(first_of(statements), self.today, "deadline", only(numbers), tuple(leads))

    def _absent(self, number: int) -> Statement | None:
        """Return the sentence of an edition's fiche which says that its deadline is not known."""
        edition = self.programme.edition(number)
        units = [u for source in (edition.sources if edition else ()) for u in self.evidence.units_of(source.document)]
        wanted = [u for u in units if "date limite" in french.fold(u.text) and "ne donne pas" in french.fold(u.text)]
        return quote(wanted[0]) if wanted else None

    def _deadlines(self, number: int, scheme: str) -> tuple[Fact, ...]:
        return self.programme.facts("deadline", edition=number, programme=scheme)

    def month(self, request: Request) -> Found:
        """Say the month of the promotions named."""
        statements = []
        for number in request.editions:
            edition = self.programme.edition(number)
            if edition is None or edition.month is None:
                continue
            for source in edition.sources:
                units = self.evidence.units_of(source.document)
                month = texts.month(edition.month)
                fitting = [u for u in units if not u.is_list and month in u.text and "promotion" in french.fold(u.text)]
                statements += [quote(fitting[0])] if fitting else []
        return (
            Answer(first_of(statements), self.today, "promotion_month", only(request.editions)) if statements else None
        )

    def announcement(self, request: Request) -> Found:
        """Say when the laureates were, or would be, announced."""
        statements: list[Statement] = []
        if not request.editions:
            # Those who wait for an answer wait for that of the call closed last.
            past = [one for one in status_on(self.programme, self.today) if one.programme == FAST and one.latest]
            past = [one for one in past if one.state in (CallState.CLOSED, CallState.DISPUTED)]
            if not past or replacement(self.programme, FAST, self.today):
                return None
            request = replace(request, editions=(past[-1].edition.number,))
        for number in request.editions:
            for key in ("ceremony", "announcement"):
                statements += self.statements(self.programme.facts(key, edition=number), number)
        month = self.month(request)
        if isinstance(month, Answer):
            statements = [*statements, *month.statements]
        return Answer(first_of(statements), self.today, "announcement", only(request.editions)) if statements else None

    def opening(self, request: Request) -> Found:
        """Say when the calls of the editions named opened, or that no document does."""
        if not request.editions or request.about_consolidation:
            return None
        keys = ("opening", "opening_announced", "application_period")
        facts = [(self.programme.facts(key, edition=number), number) for number in request.editions for key in keys]
        statements = first_of(one for found, number in facts for one in self.statements(found, number))
        if statements:
            return Answer(statements, self.today, "opening", only(request.editions))
        deadlines = [(self.programme.facts("deadline", edition=number), number) for number in request.editions]
        known = first_of(one for found, number in deadlines for one in self.statements(found, number))
        missing = texts.missing("opening", request.editions, ())
        return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, "opening", statements=known)


def _last_name(programme: Programme) -> str:
    """Return the name of the programme that replaced the FAST."""
    after = programme.schemes[FAST].replaced_by
    return programme.schemes[after].name if after else ""


def _number(status: CallStatus) -> int | None:
    return status.edition.number if status.programme == FAST else None


def _periods_asked(request: Request, today: date) -> tuple[Period, ...]:
    """Return the periods that a question names, the present year and day left out: what holds now is told as such."""
    years = [Period(date(y, 1, 1), date(y, 12, 31)) for y in request.years if y != today.year]
    return tuple(one for one in request.periods or years if not one.first <= today <= one.last)


def _could_be_applied_to(status: CallStatus, period: Period) -> bool:
    year = date(_ends(status).year, 1, 1) if status.rolling else None
    opened = status.opens or status.announced_on or year or _ends(status)  # its last day at least
    return opened <= period.last and period.first <= _ends(status)


def _ends(status: CallStatus) -> date:
    """Return the last day of a call; for one open all the year, the end of that year."""
    return status.latest or date(status.edition.rolling_year or date.min.year, 12, 31)
