"""Answers on the calls for applications: open, closed, to come, on the day or at the moment asked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot import texts
from bot.answers.evidence import first_of
from bot.answers.teller import Teller
from bot.documents import french
from bot.french.moments import Period
from bot.programme.attributes import Attribute
from bot.programme.calendar import CallState, CallStatus, latest_closed, open_calls, status_of, status_on
from bot.programme.models import CONSOLIDATION
from bot.questions.acts import Operation, Query
from bot.results import Answer, Reason, Refusal, Statement
from bot.words import answers as say

_OPEN: Final = frozenset(french.tokens(say.WORDS_OF_AN_OPEN_CALL))


@dataclass(frozen=True)
class Calls(Teller):
    """Says whether one may apply."""

    def answer(self, deadline: Attribute, query: Query) -> Answer | Refusal:
        """Return how the calls stand; `deadline` is the attribute in whose sentences their dates are told."""
        scope = query.scope
        moments = [*(Period(date(y, 1, 1), date(y, 12, 31)) for y in scope.years), *scope.periods]
        moments = [one for one in moments if not one.first <= self.today <= one.last]
        if scope.editions and scope.programme != CONSOLIDATION:
            found = [status_of(self.programme, number, self.today) for number in scope.editions]
            return self._told(
                query, deadline, [one for one in found if one], [texts.call_state(one) for one in found if one]
            )
        if moments:
            return self._then(deadline, query, moments[0])
        statuses = [one for one in status_on(self.programme, self.today) if self._is_asked(one, query)]
        running = [*open_calls(statuses), *(one for one in statuses if one.state is CallState.UNKNOWN)]
        if running:
            return self._told(query, deadline, running, [texts.call_state(one) for one in running])
        last = latest_closed(statuses)
        leads = [texts.no_open_call(self.today)]
        if last is not None:
            leads.append(texts.call_state(last))
        if self.is_over:
            leads.append(say.no_next_call(self.programme))
        return self._told(query, deadline, [last] if last else [], leads)

    def _asks_whether(self, query: Query) -> bool:
        """Whether it is asked if a call is open, in words that « oui » answers."""
        asks = query.operation is Operation.CHECK and not query.premises and not query.scope.has_moment
        return asks and bool(_OPEN & frozenset(query.words))

    def _is_asked(self, status: CallStatus, query: Query) -> bool:
        return query.scope.programme != CONSOLIDATION or status.programme == CONSOLIDATION

    def _then(self, deadline: Attribute, query: Query, period: Period) -> Answer | Refusal:
        if period.first > self.today:
            running = [one for one in open_calls(status_on(self.programme, self.today)) if one.latest is not None]
            if not running:
                return Refusal(Reason.IN_THE_FUTURE, self.today, texts.MISSING_CALLS, "call_status")
            return self._told(query, deadline, running, [texts.call_then(one, period.first) for one in running])
        statuses = [one for one in status_on(self.programme, self.today) if one.latest or one.rolling]
        statuses = [one for one in statuses if self._is_asked(one, query) and one.state is not CallState.NOT_ANNOUNCED]
        then = [one for one in statuses if _could_be_applied_to(one, period)]
        before = sorted((one for one in statuses if _ends(one) < period.first), key=_ends)[-1:]
        return self._told(
            query, deadline, then or before, [texts.call_was_open(one) for one in then] or [texts.NO_CALL_THEN]
        )

    def _told(
        self, query: Query, deadline: Attribute, calls: Sequence[CallStatus], leads: Sequence[str]
    ) -> Answer | Refusal:
        statements: list[Statement] = []
        for one in calls:
            scope_entry = self.table.of_edition(
                "deadline", one.edition.number, deadline, say.scope_of(one.programme, one.edition.number)
            )
            if scope_entry.rows and one.latest is not None and one.latest >= self.today:
                statements.append(self.in_our_words(deadline, scope_entry))
            elif scope_entry.rows:
                statements += self.stated(deadline, [scope_entry])
            else:
                statements.append(Statement(texts.call_state(one), tuple(self.cited(one.edition.sources))))
        edition = calls[0].edition.number if len(calls) == 1 and calls[0].state is not CallState.CLOSED else None
        if len(calls) == 1 and (query.scope.has_moment or query.scope.editions):
            edition = calls[0].edition.number
        shown = tuple(lead for lead in dict.fromkeys(leads) if all(lead != one.text for one in statements))
        if shown and calls and self._asks_whether(query) and all(one.state is CallState.OPEN for one in calls):
            shown = (say.yes(shown[0]), *shown[1:])
        return Answer(first_of(statements), self.today, "call_status", edition, shown)


def _ends(status: CallStatus) -> date:
    return status.latest or date(status.edition.rolling_year or 1, 12, 31)


def _could_be_applied_to(status: CallStatus, period: Period) -> bool:
    year = date(_ends(status).year, 1, 1) if status.rolling else None
    opened = status.opens or status.announced_on or year or _ends(status)  # its last day at least
    return opened <= period.last and period.first <= _ends(status)
