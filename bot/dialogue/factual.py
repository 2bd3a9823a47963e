"""Answers from the dated facts: which ones a question is about on a day, and the sentences that say them. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from bot import texts
from bot.dialogue.by_edition import Series
from bot.dialogue.call_facts import CallFacts
from bot.dialogue.evidence import first_of
from bot.dialogue.laureate_facts import LaureateFacts
from bot.dialogue.moments import Period
from bot.dialogue.telling import Found, Telling, only, since_replaced, verdict
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.programme.models import CONSOLIDATION, FAST, Fact, Population
from bot.results import Answer, Reason, Refusal, Statement

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
_OF_A_LAUREATE: Final = ("laureate_edition", "laureate_does", "laureate_porter", "laureate_info")
_OF_ALL_LAUREATES: Final = frozenset({"total", "laureates", "laureate_count", "call_money"})
_EACH_LAUREATE: Final = re.compile(r"\bchacune?\b|\b(?:par|chaque) (?:laureat|produit|projet|startup|equipe)")
_PRODUCT: Final = re.compile(r"\b(?:produit|startup|service|projet|application|site)s?\b")
_SUM: Final = re.compile(r"en tout\b|au total|additionn|cumul|moyenne")
_COUNTS: Final = frozenset({"applications", "laureate_count"})
# What is asked of an edition, never of a moment: without edition nor year, these are not guessed.
_OF_AN_EDITION: Final = frozenset({"applications", "laureate_count", "total", "call_money", "support_until"})


@dataclass(frozen=True)
class Factual(Telling):
    """Answers the topics that the programme's facts cover; None for those they do not."""

    @property
    def calls(self) -> CallFacts:
        """What is said of calls."""
        return CallFacts(self.programme, self.evidence, self.today)

    @property
    def laureates(self) -> LaureateFacts:
        """What is said of laureates."""
        return LaureateFacts(self.programme, self.evidence, self.today)

    def answer(self, topic: str, request: Request) -> Found:
        """Return what the facts say of `topic`; None when the passages should be tried instead."""
        if topic in _OF_ALL_LAUREATES and request.editions and _EACH_LAUREATE.search(request.folded):
            return self.laureates.all_of(request)
        if request.each_edition and not request.about_consolidation:
            found = self._by_edition(topic, request)
            if found is not None:
                return found
        if topic in _COUNTS and request.about_consolidation and not request.editions:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, texts.missing(topic, (), ()), topic)
        if topic in _KEYS:
            return self._parameter(topic, request)
        handlers: dict[str, Callable[[Request], Found]] = {
            "open_now": self.calls.open_now,
            "deadline": self.calls.deadline,
            "promotion_month": self.calls.month,
            "announcement": self.calls.announcement,
            "opening": self.calls.opening,
            "laureates": self.laureates.all_of,
            "biggest_award": self.laureates.biggest_award,
            "laureate_amount": self.laureates.amount,
            **dict.fromkeys(_OF_A_LAUREATE, self.laureates.info),
            "cap_change": self._cap_change,
            "success_rate": self._success_rate,
            "contact": self._contact,
            "consolidation_money": self._consolidation_money,
            "incubator_laureates": self.laureates.incubators,
            "replaced": self._replaced,
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

    # ---- parameters: one value for an edition, a year or a day ----------------------------------------------------

    def _parameter(self, topic: str, request: Request) -> Found:
        population: Population = "incubator" if _is_about_incubators(request, topic) else "product"
        scopes = [one for key in _KEYS[topic] for one in self._scopes(key, request, population)]
        statements = [one for facts, edition in scopes for one in self.statements(facts, edition)]
        if not statements:
            return self._unknown(topic, request)
        leads = verdict(request, [facts for facts, _ in scopes])
        notes = self._notes(request, topic)
        return Answer(first_of(statements), self.today, topic, only(request.editions), leads, notes=notes)

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

    def _unknown(self, topic: str, request: Request) -> Found:
        """Refuse when a known edition or year has no value; let the passages try when nothing was named."""
        if not request.editions and not request.years:
            # « Combien de lauréats ? » is asked of the editions; their sum is in the fiches.
            return None if _SUM.search(request.folded) else self._by_edition(topic, request)
        later = bool(request.years) and min(request.years) > self.today.year
        reason = Reason.IN_THE_FUTURE if later else Reason.NOT_IN_DOCUMENTS
        return Refusal(reason, self.today, texts.missing(topic, request.editions, request.years), topic)

    def _notes(self, request: Request, topic: str) -> tuple[str, ...]:
        dated = request.editions or request.years or topic in {"invested", "calls_per_year"}
        return () if dated else since_replaced(self.programme, self.today)

    def _cap_change(self, request: Request) -> Found:
        facts = [f for f in self.programme.series("cap", "product") if self.programme.starts_on(f) <= self.today]
        if not facts or re.search(r"\bpourquoi\b|\braisons?\b", request.folded):
            return None  # why is said nowhere; the fiche says so
        return Answer(first_of(self.statements(facts)), self.today, "cap_change")

    def _contact(self, request: Request) -> Found:
        scheme = CONSOLIDATION if request.about_consolidation else FAST
        address = self.programme.schemes[scheme].contact
        if address is None or request.laureates:
            return None
        units = self.evidence.units_of("presentation.md") + self.evidence.units_of("candidater.md")
        return self.told([unit for unit in units if address in unit.text][:1], "contact")

    def _consolidation_money(self, request: Request) -> Found:
        """Say that the pages of the consolidation programme speak of no money."""
        documents = {source.document for source in self.programme.schemes[CONSOLIDATION].sources}
        units = [unit for document in sorted(documents) for unit in self.evidence.units_of(document)]
        none = [
            unit for unit in units if "aucun cofinancement" in french.fold(unit.text) and "consolidation" in unit.text
        ]
        return self.told(none[:1], "consolidation_money")

    def _replaced(self, request: Request) -> Found:
        scheme = self.programme.schemes[FAST]
        if scheme.replaced_on is None or self.today < scheme.replaced_on:
            return None
        units = [unit for source in scheme.sources for unit in self.evidence.units_of(source.document)]
        when = texts.day(scheme.replaced_on)
        return self.told([u for u in units if when in u.text and "remplac" in u.text][:1], "replaced")

    def _success_rate(self, request: Request) -> Found:
        """Give the two counts of each edition named; the share itself is stated nowhere."""
        statements: list[Statement] = []
        for number in request.editions:
            counts = [self.programme.facts(key, edition=number) for key in ("applications", "laureate_count")]
            if not all(counts):
                missing = texts.missing("applications", [number], ())
                return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, "success_rate", number)
            statements += [one for facts in counts for one in self.statements(facts, number)]
        return Answer(first_of(statements), self.today, "success_rate", only(request.editions)) if statements else None


def _is_about_incubators(request: Request, topic: str) -> bool:
    return topic == "incubator_cap" or ("incubateur" in request.folded and not _PRODUCT.search(request.folded))


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
