"""Answers from the dated facts: which ones a question is about on a day, and the sentences that say them. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from bot import texts
from bot.dialogue.awards import Awards, chosen_awards
from bot.dialogue.by_edition import Series
from bot.dialogue.claims import agrees, claim_in
from bot.dialogue.evidence import Evidence, first_of, quote
from bot.dialogue.extraction import Asks, Unit
from bot.dialogue.moments import Period
from bot.dialogue.understanding import Request, find_editions
from bot.documents import french
from bot.programme.calendar import CallState, CallStatus, latest_closed, open_calls, replacement, status_of, status_on
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST, Fact, Laureate, Population
from bot.programme.values import Value
from bot.results import Answer, Citation, Reason, Refusal, Statement

Found = Answer | Refusal | None

# The facts that answer each topic, in the order in which they are told.
_KEYS: Final = {
    "cap": ("cap",),
    "incubator_cap": ("cap",),
    "rate": ("rate",),
    "support_value": ("support_value",),
    "support_months": ("support_months",),
    "support_until": ("support_until",),
    "applications": ("applications",),
    "laureate_count": ("laureate_count",),
    "total": ("total",),
    "call_money": ("call_money",),
    "envelope": ("envelope",),
    "calls_per_year": ("calls_per_year",),
    "invested": ("services_financed", "invested"),
}
# What is listed edition by edition when that is asked.
_LISTED: Final = _KEYS | {
    "cap_change": ("cap",),
    "success_rate": ("applications", "laureate_count"),
}
# Topics whose answer is a figure or a date that the facts hold.
FIGURES: Final = frozenset(_KEYS) | {"deadline", "open_now", "cap_change"}
_OF_ALL_LAUREATES: Final = frozenset({"total", "laureates", "laureate_count", "call_money"})
_EACH_LAUREATE: Final = re.compile(r"\bchacune?\b|\b(?:par|chaque) (?:laureat|produit|projet|startup|equipe)")
_PRODUCT: Final = re.compile(r"\b(?:produit|startup|service|projet|application|site)s?\b")
# What is asked of an edition, never of a moment: without edition nor year, these are not guessed.
_OF_AN_EDITION: Final = frozenset({"applications", "laureate_count", "total", "call_money", "support_until"})


@dataclass(frozen=True)
class Factual:
    """Answers the topics that the programme's facts cover; None for those they do not."""

    programme: Programme
    evidence: Evidence
    today: date

    def answer(self, topic: str, request: Request) -> Found:
        """Return what the facts say of `topic`; None when the passages should be tried instead."""
        if topic in _OF_ALL_LAUREATES and request.editions and _EACH_LAUREATE.search(request.folded):
            return self._laureates(request)
        if request.each_edition and not request.about_consolidation:
            found = self._by_edition(topic, request)
            if found is not None:
                return found
        if topic in _KEYS:
            return self._parameter(topic, request)
        handlers: dict[str, Callable[[Request], Found]] = {
            "open_now": self._open_now,
            "deadline": self._deadline,
            "cap_change": self._cap_change,
            "promotion_month": self._month,
            "announcement": self._announcement,
            "opening": self._opening,
            "laureates": self._laureates,
            "success_rate": self._success_rate,
            "biggest_award": self._biggest_award,
            "contact": self._contact,
            "replaced": self._replaced,
            "laureate_amount": self._laureate_amount,
            "laureate_edition": self._laureate,
            "laureate_does": self._laureate,
            "laureate_porter": self._laureate,
            "laureate_info": self._laureate,
        }
        return handlers[topic](request) if topic in handlers else None

    def _by_edition(self, topic: str, request: Request) -> Found:
        """Return the values of all editions known on the day, as a list."""
        series = Series(self.programme, self.evidence, min(request.editions, default=1))
        if topic == "promotion_month":
            return Answer((series.of_months(self.today),), self.today, topic)
        if topic == "laureates":
            return Answer((series.of_laureates(self.today),), self.today, topic)
        if topic in {"deadline", "open_now"}:
            return Answer((series.of_calls(self.today),), self.today, topic)
        population: Population = "incubator" if _is_about_incubators(request, topic) else "product"
        keys = _LISTED.get(topic, ())
        statements = series.of_keys(keys, population, self.today)
        leads, notes = series.extremes(keys, request.folded, self.today), self._notes(request, topic)
        return Answer(statements, self.today, topic, leads=tuple(leads), notes=notes) if statements else None

    def _biggest_award(self, request: Request) -> Found:
        """Return who was awarded most, or least, of the editions named or of all."""
        numbers = request.editions or tuple(e.number for y in request.years for e in self.programme.editions_of_year(y))
        candidates = [one for one in self.programme.laureates() if not numbers or one.edition in numbers]
        found = chosen_awards(candidates, request.text, request.folded)
        statements = tuple(self._awarded(one) for one in found)
        return Answer(statements, self.today, "biggest_award", _only(numbers)) if statements else None

    def _awarded(self, awards: Awards) -> Statement:
        names = [texts.laureate_of(one.name, one.edition) for one in awards.laureates]
        said = [self._about(one, with_amount=True) for one in awards.laureates]
        citations = dict.fromkeys(citation for one in said if one for citation in one.citations)
        return Statement(texts.awards(names, awards.amount, awards.kind), tuple(citations))

    # ---- parameters: one value for an edition, a year or a day ----------------------------------------------------

    def _parameter(self, topic: str, request: Request) -> Found:
        population: Population = "incubator" if _is_about_incubators(request, topic) else "product"
        scopes = [one for key in _KEYS[topic] for one in self._scopes(key, request, population)]
        statements = [one for facts, edition in scopes for one in self._statements(facts, edition)]
        if not statements:
            return self._unknown(topic, request)
        leads = _verdict(request, [facts for facts, _ in scopes])
        notes = self._notes(request, topic)
        return Answer(first_of(statements), self.today, topic, _only(request.editions), leads, notes=notes)

    def _scopes(self, key: str, request: Request, population: Population) -> list[tuple[Sequence[Fact], int | None]]:
        """Return the facts asked for, those of each edition named apart: of editions, of years, or of the day."""
        find = partial(self.programme.facts, key, population=population)
        if request.editions:
            return [(find(edition=edition), edition) for edition in request.editions]
        if request.periods:
            found = [fact for fact in self.programme.series(key, population) if _touches(fact, request.periods)]
            if found:
                return [(found, None)]
        years = [year for year in request.years if year > 2019 or key not in {"services_financed", "invested"}]
        if years:
            of_years = [fact for year in years for fact in _in_force_at_the_end(find(year=year), year)]
            if of_years:
                return [(of_years, None)]
            editions = [e.number for year in years for e in self.programme.editions_of_year(year)]
            return [(find(edition=edition), edition) for edition in editions]
        in_force = find(on=self.today)
        if in_force or key in _OF_AN_EDITION:
            return [(in_force, None)]  # of all editions, the fiches have a list
        past = [fact for fact in self.programme.series(key, population) if self.programme.starts_on(fact) <= self.today]
        return [(_together_with_last(past), None)]

    def _statements(self, facts: Sequence[Fact], edition: int | None = None) -> list[Statement]:
        """Say facts in as few sentences of the fiches as possible: one for all, else one each."""
        if not facts:
            return []
        about = self.programme.keys[facts[0].key].label
        together = self.evidence.statement(facts, edition, about, self.today)
        if together is not None:
            return [together]
        return [
            self.evidence.statement([fact], edition, about, self.today) or self._in_our_words(fact) for fact in facts
        ]

    def _in_our_words(self, fact: Fact) -> Statement:
        return Statement(
            texts.fact_sentence(self.programme.keys[fact.key].label, fact),
            tuple(_cite(fact, texts.fact_sentence(self.programme.keys[fact.key].label, fact))),
        )

    def _unknown(self, topic: str, request: Request) -> Found:
        """Refuse when a known edition or year has no value; let the passages try when nothing was named."""
        if not request.editions and not request.years:
            return None
        later = bool(request.years) and min(request.years) > self.today.year
        reason = Reason.IN_THE_FUTURE if later else Reason.NOT_IN_DOCUMENTS
        return Refusal(reason, self.today, texts.missing(topic, request.editions, request.years), topic)

    def _notes(self, request: Request, topic: str) -> tuple[str, ...]:
        replaced = replacement(self.programme, FAST, self.today)
        if replaced is None or request.editions or request.years or topic in {"invested", "calls_per_year"}:
            return ()
        when = self.programme.schemes[FAST].replaced_on
        return (texts.fast_replaced(replaced.name, when or self.today),)

    def _cap_change(self, request: Request) -> Found:
        facts = [f for f in self.programme.series("cap", "product") if self.programme.starts_on(f) <= self.today]
        if not facts or re.search(r"\bpourquoi\b|\braisons?\b", request.folded):
            return None  # why is said nowhere; the fiche says so
        return Answer(first_of(self._statements(facts)), self.today, "cap_change")

    # ---- calls --------------------------------------------------------------------------------------------------

    def _open_now(self, request: Request) -> Found:
        then = _periods_asked(request, self.today)
        if then and not find_editions(request.folded):
            return self._open_then(request, then[0])
        if request.editions:
            return self._deadline(request)
        statuses = status_on(self.programme, self.today)
        running = list(open_calls(statuses)) + [one for one in statuses if one.state is CallState.UNKNOWN]
        running = [one for one in running if not request.about_consolidation or one.programme == CONSOLIDATION]
        if running:
            states = tuple(texts.call_state(one) for one in running)
            statements = [one for status in running for one in self._of_call(status)]
            return Answer(
                first_of(statements), self.today, "open_now", _only([s.edition.number for s in running]), states
            )
        last = latest_closed(statuses)
        if last is None:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, topic="open_now")
        statements = self._statements(last.deadlines, _number(last))
        leads = [texts.no_open_call(self.today), texts.call_state(last)]
        if last.programme != FAST:
            leads.append(
                texts.fast_over(last_name(self.programme), self.programme.schemes[FAST].replaced_on or self.today)
            )
        return Answer(first_of(statements), self.today, "open_now", None, tuple(leads))

    def _open_then(self, request: Request, period: Period) -> Found:
        """Say which calls could be applied to in a period that is not now."""
        if period.first > self.today:
            return Refusal(Reason.IN_THE_FUTURE, self.today, texts.MISSING_CALLS, "open_now")
        statuses = [one for one in status_on(self.programme, self.today) if one.latest or one.rolling]
        statuses = [one for one in statuses if not request.about_consolidation or one.programme == CONSOLIDATION]
        then = [one for one in statuses if _could_be_applied_to(one, period)]
        told = then or sorted((one for one in statuses if _ends(one) < period.first), key=_ends)[-1:]
        statements = [said for one in told for said in self._of_call(one)]
        leads = tuple(texts.call_was_open(one) for one in then) or (texts.NO_CALL_THEN,)
        edition = _only([one.edition.number for one in told])
        return Answer(first_of(statements), self.today, "open_now", edition, leads) if statements else None

    def _of_call(self, status: CallStatus) -> list[Statement]:
        """Say the deadlines of a call, or that it is open all the year."""
        if status.deadlines or not status.rolling:
            return self._statements(status.deadlines, _number(status))
        units = [u for source in status.edition.sources for u in self.evidence.units_of(source.document)]
        all_year = [u for u in units if "toute l'annee" in french.fold(u.text) and not u.is_list]
        return [quote(all_year[0])] if all_year else []

    def _deadline(self, request: Request) -> Found:
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
            return self._open_now(request)
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
            statements += self._statements(status.deadlines, number if scheme == FAST else None)
            leads += [*_verdict(request, [status.deadlines]), texts.call_state(status)]
        if not statements:
            return None
        return Answer(first_of(statements), self.today, "deadline", _only(numbers), tuple(leads))

    def _absent(self, number: int) -> Statement | None:
        """Return the sentence of an edition's fiche which says that its deadline is not known."""
        edition = self.programme.edition(number)
        units = [u for source in (edition.sources if edition else ()) for u in self.evidence.units_of(source.document)]
        wanted = [u for u in units if "date limite" in french.fold(u.text) and "ne donne pas" in french.fold(u.text)]
        return quote(wanted[0]) if wanted else None

    def _deadlines(self, number: int, scheme: str) -> tuple[Fact, ...]:
        return self.programme.facts("deadline", edition=number, programme=scheme)

    def _month(self, request: Request) -> Found:
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
            Answer(first_of(statements), self.today, "promotion_month", _only(request.editions)) if statements else None
        )

    def _announcement(self, request: Request) -> Found:
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
                statements += self._statements(self.programme.facts(key, edition=number), number)
        month = self._month(request)
        if isinstance(month, Answer):
            statements = [*statements, *month.statements]
        return Answer(first_of(statements), self.today, "announcement", _only(request.editions)) if statements else None

    def _opening(self, request: Request) -> Found:
        """Say when the calls of the editions named opened, or that no document does."""
        if not request.editions or request.about_consolidation:
            return None
        keys = ("opening", "opening_announced", "application_period")
        facts = [(self.programme.facts(key, edition=number), number) for number in request.editions for key in keys]
        statements = first_of(one for found, number in facts for one in self._statements(found, number))
        if statements:
            return Answer(statements, self.today, "opening", _only(request.editions))
        deadlines = [(self.programme.facts("deadline", edition=number), number) for number in request.editions]
        known = first_of(one for found, number in deadlines for one in self._statements(found, number))
        missing = texts.missing("opening", request.editions, ())
        return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, "opening", statements=known)

    def _contact(self, request: Request) -> Found:
        scheme = CONSOLIDATION if request.about_consolidation else FAST
        address = self.programme.schemes[scheme].contact
        if address is None or request.laureates:
            return None
        units = self.evidence.units_of("presentation.md") + self.evidence.units_of("candidater.md")
        return self._told([unit for unit in units if address in unit.text][:1], "contact")

    def _replaced(self, request: Request) -> Found:
        scheme = self.programme.schemes[FAST]
        if scheme.replaced_on is None or self.today < scheme.replaced_on:
            return None
        units = [unit for source in scheme.sources for unit in self.evidence.units_of(source.document)]
        when = texts.day(scheme.replaced_on)
        return self._told([u for u in units if when in u.text and "remplac" in u.text][:1], "replaced")

    def _told(self, units: Sequence[Unit], topic: str) -> Found:
        return Answer(first_of(quote(unit) for unit in units), self.today, topic) if units else None

    # ---- laureates ----------------------------------------------------------------------------------------------

    def _laureates(self, request: Request) -> Found:
        numbers = list(request.editions) or [
            e.number for y in request.years for e in self.programme.editions_of_year(y)
        ]
        leads: tuple[str, ...] = ()
        if request.about_consolidation:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, texts.missing("laureates", (), ()), "laureates")
        if not numbers:
            known = [e for e in self.programme.editions() if e.month and e.month.first <= self.today]
            if not known:
                return None
            numbers = [known[-1].number]
            leads = (texts.last_promotion(known[-1].number),)
        statements = first_of(self._list_of(number) for number in numbers)
        return Answer(statements, self.today, "laureates", _only(numbers), leads) if statements else None

    def _success_rate(self, request: Request) -> Found:
        """Give the two counts of each edition named; the share itself is stated nowhere."""
        statements: list[Statement] = []
        for number in request.editions:
            counts = [self.programme.facts(key, edition=number) for key in ("applications", "laureate_count")]
            if not all(counts):
                missing = texts.missing("applications", [number], ())
                return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, "success_rate", number)
            statements += [one for facts in counts for one in self._statements(facts, number)]
        return Answer(first_of(statements), self.today, "success_rate", _only(request.editions)) if statements else None

    def _list_of(self, number: int) -> Statement | None:
        """Return the list that names most laureates of an edition."""
        laureates = self.programme.laureates(number)
        documents = dict.fromkeys(source.document for one in laureates for source in one.sources)
        lists = [unit for document in documents for unit in self.evidence.units_of(document) if unit.is_list]
        counted = [(sum(_names(unit.text, one) for one in laureates), unit) for unit in lists]
        best = max(counted, key=lambda pair: pair[0], default=(0, None))
        return quote(best[1]) if best[1] is not None and best[0] >= len(laureates) - 1 else None

    def _laureate_amount(self, request: Request) -> Found:
        chosen, leads = self._chosen(request)
        known = [one for one in chosen if one.amount is not None]
        if chosen and not known:
            names = ", ".join(f"{one.name} (FAST {one.edition})" for one in chosen)
            statements = first_of(self._about(one) for one in chosen)
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                texts.missing_award(names),
                "laureate_amount",
                statements=statements,
            )
        if not known:
            return None
        statements = first_of(self._about(one, with_amount=True) for one in known)
        if not statements:
            return None
        leads += _checked(request, "eur", [one.amount for one in known if one.amount is not None])
        return Answer(statements, self.today, "laureate_amount", _only([one.edition for one in known]), leads)

    def laureate_told(self, request: Request, told: Callable[[str], bool]) -> Found:
        """Return the sentences about the laureates named, when one of them speaks of what is asked."""
        found = self._laureate(request)
        if isinstance(found, Answer):
            kept = tuple(one for one in found.statements if told(one.text))
            return replace(found, statements=kept) if kept else None
        return None

    def _laureate(self, request: Request) -> Found:
        chosen, leads = self._chosen(request)
        if "port" in request.folded or "incubateur" in request.folded or "ministere" in request.folded:
            chosen = [one for one in chosen if one.porter] or chosen
        statements = first_of(self._about(one) for one in chosen)
        if not statements:
            return None
        return Answer(statements, self.today, "laureate", _only([one.edition for one in chosen]), leads)

    def _chosen(self, request: Request) -> tuple[list[Laureate], tuple[str, ...]]:
        """Return the laureates that a question names, of the edition it names if it was theirs."""
        named = list(request.laureates)
        scope = set(request.editions) or {e.number for y in request.years for e in self.programme.editions_of_year(y)}
        fitting = [one for one in named if one.edition in scope]
        if named and request.editions and not fitting:
            return named, tuple(
                texts.not_laureate_of(one.name, number, one.edition) for one in named for number in request.editions
            )
        return (fitting or named), ()

    def _about(self, laureate: Laureate, *, with_amount: bool = False) -> Statement | None:
        """Return the sentence about a laureate in its edition's fiche, with its amount if wanted."""
        units = [unit for source in laureate.sources for unit in self.evidence.units_of(source.document)]
        units = [unit for unit in units if not unit.is_list and _names(unit.text, laureate)]
        units = [unit for unit in units if "laureat" in french.fold(unit.text)] or units
        if with_amount and laureate.amount is not None:
            amount = f"{laureate.amount.normalize():f}"
            units = [unit for unit in units if amount in french.words(unit.text)]
        detailed = [unit for unit in units if french.fold(unit.text).find(french.fold(laureate.name)) <= 12]
        return quote((detailed or units)[0]) if units else None


def _verdict(request: Request, groups: Sequence[Sequence[Fact]]) -> tuple[str, ...]:
    """Return whether the value that a question takes for granted is the facts'; () when it states none."""
    groups = [facts for facts in groups if facts]
    return _checked(request, groups[0][0].unit, [fact.value for fact in groups[0]]) if len(groups) == 1 else ()


def _checked(request: Request, unit: str, known: Iterable[Value]) -> tuple[str, ...]:
    claim = claim_in(request.text, request.folded, unit)
    if claim is None:
        return ()
    values = list(dict.fromkeys(known))
    said = texts.claim(claim.unit, claim.value)
    return (texts.claim_agreed(said, disputed=len(values) > 1) if agrees(claim, values) else texts.claim_denied(said),)


def last_name(programme: Programme) -> str:
    """Return the name of the programme that replaced the FAST."""
    after = programme.schemes[FAST].replaced_by
    return programme.schemes[after].name if after else ""


def _names(text: str, laureate: Laureate) -> bool:
    folded = french.fold(text)
    return any(french.fold(name) in folded for name in (laureate.name, *laureate.aliases))


def _number(status: CallStatus) -> int | None:
    return status.edition.number if status.programme == FAST else None


def _is_about_incubators(request: Request, topic: str) -> bool:
    return topic == "incubator_cap" or ("incubateur" in request.folded and not _PRODUCT.search(request.folded))


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


def _touches(fact: Fact, periods: Iterable[Period]) -> bool:
    """Whether a fact held in one of the periods; « avant 2024 » means just before."""
    if fact.valid_from is None:
        return any(fact.year is not None and one.first.year <= fact.year <= one.last.year for one in periods)
    return any(
        fact.valid_from <= one.last
        and (fact.valid_to or date.max) >= (one.last if one.first == date.min else one.first)
        for one in periods
    )


def _in_force_at_the_end(facts: Iterable[Fact], year: int) -> list[Fact]:
    """Keep, of values that follow each other within a year, the one in force at its end; alternatives stay together."""
    listed = list(facts)
    if any(fact.valid_from is None or fact.year is not None for fact in listed):
        return listed
    last = [fact for fact in listed if fact.holds_on(date(year, 12, 31))]
    return last or listed[-1:]


def _together_with_last(facts: Sequence[Fact]) -> list[Fact]:
    """Return the last fact with the alternatives that stand beside it."""
    if not facts:
        return []
    last = facts[-1]
    scope = (last.editions, last.year, last.valid_from)
    return [fact for fact in facts if (fact.editions, fact.year, fact.valid_from) == scope]


def _only(numbers: Iterable[int]) -> int | None:
    found = set(numbers)
    return found.pop() if len(found) == 1 else None


def _cite(fact: Fact, words: str) -> Iterable[Citation]:
    for one in fact.sources:
        yield Citation(one.document, one.section, one.title, one.publisher, one.url, one.date, words)
