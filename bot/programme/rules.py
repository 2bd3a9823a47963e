"""The co-financing rule in force for an edition or on a day, read from the dated facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST, Fact, Population, Qualifier, Source

# Texts of knowledge/programme/cofinancement.toml that a rule carries with it.
NOTES = ("partner_money", "not_a_promise", "support_paid", "incubator_rate")
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


@dataclass(frozen=True)
class Note:
    """A sentence of the facts, with where it comes from."""

    text: str
    source: Source


@dataclass(frozen=True)
class Rules:
    """A co-financing rule. Amounts in euros a year; `rate` is the part of the year's budget (0.5), `ratio` the euros
    of the DINUM for one euro of the partner.

    `support_value` is None where no source gives it. `citations` are by the name of the value (cap, rate, ratio,
    partner_money, support_value, awards_per_year, ended), `notes` by their key. `ended` is the day the fund was
    replaced, None while it is in force.
    """

    label: str
    population: Population
    cap: Decimal
    rate: Decimal
    ratio: Decimal
    edition: int | None = None
    editions: tuple[int, ...] = ()
    support_value: Decimal | None = None
    awards_per_year: int | None = None
    ended: date | None = None
    ended_by: str | None = None
    citations: Mapping[str, Source] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asked:
    """An edition, or a day, and for whom."""

    edition: int | None
    on: date | None
    population: Population

    @property
    def what(self) -> str:
        return f"FAST {self.edition}" if self.on is None else say_day(self.on)

    @property
    def label(self) -> str:
        return self.what if self.on is None else f"règle en vigueur le {self.what}"


def rules_for(
    programme: Programme, *, edition: int | None = None, on: date | None = None, population: Population = "product"
) -> Rules:
    """Return the rule of an edition, or the rule in force on a day: one of the two is given.

    Raises NoRuleInForce, saying why, when the facts hold none; UnusableInput when both or neither are given.
    """
    if (edition is None) == (on is None):
        raise UnusableInput("Précisez soit une édition du FAST, soit une date.")
    asked = _Asked(edition, on, population)
    _refuse_unknown(programme, asked)
    cap = _fact(programme, "cap", asked)
    if cap and cap.qualifier is Qualifier.NONE:
        reason = (cap.note or "Le FAST ne finance pas cette demande").rstrip(". ")
        raise NoRuleInForce(f"{reason} : il n'y a rien à calculer pour le {asked.what}.")
    rate, ratio = _fact(programme, "rate", asked), _fact(programme, "partner_rule", asked)
    if population == "incubator" and "incubator_rate" in dict(_notes(programme, asked)):
        # No source gives a rate for incubators: the facts say so, and that the products' one is supposed.
        products = replace(asked, population="product")
        rate, ratio = _fact(programme, "rate", products), _fact(programme, "partner_rule", products)
    if cap is None or rate is None or ratio is None:
        raise NoRuleInForce(_no_rule(programme, asked))
    return _rules(programme, asked, cap, rate, ratio)


def say_day(day: date) -> str:
    """Return « 1er mars 2024 »."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _rules(programme: Programme, asked: _Asked, cap: Fact, rate: Fact, ratio: Fact) -> Rules:
    support, awards = _fact(programme, "support_value", asked), _fact(programme, "awards_per_year", asked)
    notes = {key: Note(str(fact.value), _source(fact, asked)) for key, fact in _notes(programme, asked)}
    stated = {"cap": cap, "rate": rate, "ratio": ratio, "support_value": support, "awards_per_year": awards}
    citations = {name: _source(fact, asked) for name, fact in stated.items() if fact}
    citations |= {name: note.source for name, note in notes.items() if name not in citations}
    fund = programme.schemes.get(FAST)
    successor = programme.schemes.get(fund.replaced_by) if fund and fund.replaced_by else None
    if fund and fund.replaced_on:
        citations["ended"] = fund.sources[0]
    return Rules(
        label=asked.label,
        population=asked.population,
        cap=cap.amount,
        rate=rate.amount / 100,
        ratio=ratio.amount,
        edition=asked.edition,
        editions=cap.editions,
        support_value=support.amount if support else None,
        awards_per_year=awards.number if awards else None,
        ended=fund.replaced_on if fund else None,
        ended_by=successor.name if successor else None,
        citations=citations,
        notes=notes,
    )


def _fact(programme: Programme, key: str, asked: _Asked) -> Fact | None:
    """Return the one value that holds; None when there is none, or when the sources disagree on it."""
    found = _facts(programme, key, asked)
    return found[0] if len({fact.value for fact in found}) == 1 else None


def _facts(programme: Programme, key: str, asked: _Asked) -> tuple[Fact, ...]:
    if key not in programme.keys:
        return ()
    return programme.facts(key, edition=asked.edition, on=asked.on, population=asked.population)


def _notes(programme: Programme, asked: _Asked) -> Iterable[tuple[str, Fact]]:
    return ((key, fact) for key in NOTES for fact in _facts(programme, key, asked)[:1])


def _source(fact: Fact, asked: _Asked) -> Source:
    """Return the page to cite: the first that speaks of the edition, or the latest one of that day."""
    if asked.on is None:
        return fact.sources_for(asked.edition)[0]
    of_that_time = [one for one in fact.sources if one.date <= asked.on]
    return max(of_that_time, key=lambda one: one.date) if of_that_time else fact.sources[0]


def _refuse_unknown(programme: Programme, asked: _Asked) -> None:
    if asked.edition is not None and programme.edition(asked.edition) is None:
        numbers = [edition.number for edition in programme.editions()]
        known = f" : les éditions connues vont du FAST {numbers[0]} au FAST {numbers[-1]}" if numbers else ""
        raise NoRuleInForce(f"Les documents ne connaissent pas de FAST {asked.edition}{known}.")
    fund = programme.schemes.get(FAST)
    if asked.on and fund and fund.replaced_on and asked.on >= fund.replaced_on:
        raise NoRuleInForce(_replaced(programme, fund.replaced_on))


def _replaced(programme: Programme, since: date) -> str:
    fund = programme.schemes[FAST]
    successor = programme.schemes.get(fund.replaced_by or "")
    name = successor.name if successor else "un autre programme"
    stated = programme.facts("no_cofinancing", programme=CONSOLIDATION) if "no_cofinancing" in programme.keys else ()
    told = f" {stated[0].value}" if stated else ""
    return (
        f"Le {name} remplace le FAST depuis le {say_day(since)} : aucune règle de cofinancement n'est en vigueur.{told}"
    )


def _no_rule(programme: Programme, asked: _Asked) -> str:
    if len({fact.value for fact in _facts(programme, "cap", asked)}) > 1:
        return f"Pour le {asked.what}, les sources donnent plusieurs plafonds : le calcul est impossible."
    rates = programme.series("rate") if "rate" in programme.keys else ()
    if not rates:
        return "Les faits ne contiennent aucune règle de cofinancement."
    first = rates[0]
    since = f"le FAST {min(first.editions)}" if first.editions else ""
    if first.valid_from:
        since += f" ({say_day(first.valid_from)})" if since else f"le {say_day(first.valid_from)}"
    return (
        f"Les documents ne donnent pas de règle de cofinancement pour le {asked.what} : "
        f"la première connue commence avec {since}."
    )
