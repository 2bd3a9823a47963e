"""The rule of an edition or of a day, from small facts: what it takes from them, what it cites, why there is none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from records import edition, fact, key, page, programme, scheme

from bot.errors import NoRuleInForce
from bot.programme.lookup import Programme
from bot.programme.models import Edition, Fact, Scheme
from bot.programme.rules import Rules, rules_for, say_day

START, END = date(2022, 5, 10), date(2026, 5, 21)
FUND = scheme(replaced_by="suite", replaced_on=END, sources=(page("fin"),))
SUITE = scheme("suite")


def rule(name: str = "cap", **more: Any) -> Fact:
    units = {
        "cap": "eur",
        "rate": "percent",
        "partner_rule": "ratio",
        "support_value": "eur",
        "awards_per_year": "count",
    }
    values = {"cap": 1000, "rate": 25, "partner_rule": 2, "support_value": 300, "awards_per_year": 1}
    scope = {"editions": (12, 13), "valid_from": START, "valid_to": date(2026, 5, 20)}
    own = {"key": name, "unit": units.get(name, "text"), "value": values.get(name, f"Note {name}.")}
    return fact(**scope | own | {"sources": (page(name),)} | more)


PLAIN = (edition(12), edition(13), FUND, SUITE, rule(), rule("rate"), rule("partner_rule"))


def found(*records: Edition | Fact | Scheme, **asked: Any) -> Rules:
    return rules_for(programme(*records), **asked or {"edition": 13})


def refused(known: Programme, **asked: Any) -> str:
    with pytest.raises(NoRuleInForce) as raised:
        rules_for(known, **asked or {"edition": 13})
    return str(raised.value)


def without(name: str) -> tuple[Any, ...]:
    return tuple(one for one in PLAIN if not (isinstance(one, Fact) and one.key == name))


def cited(rules: Rules) -> dict[str, str]:
    return {name: source.id for name, source in rules.citations.items()}


def test_a_rule_takes_its_figures_from_the_facts_and_cites_them() -> None:
    rules = found(*PLAIN)
    assert (rules.cap, rules.rate, rules.ratio) == (1000, Decimal("0.25"), 2)
    assert (rules.label, rules.edition, rules.editions, rules.population) == ("FAST 13", 13, (12, 13), "product")
    assert (rules.support_value, rules.awards_per_year, rules.notes) == (None, None, {})
    assert cited(rules) == {"cap": "cap", "rate": "rate", "ratio": "partner_rule", "ended": "fin"}


def test_a_rule_carries_what_else_the_facts_state() -> None:
    rules = found(*PLAIN, rule("support_value"), rule("awards_per_year"), rule("partner_money"))
    assert (rules.support_value, rules.awards_per_year) == (300, 1)
    assert rules.notes["partner_money"].text == "Note partner_money."
    assert cited(rules).items() >= {"support_value": "support_value", "partner_money": "partner_money"}.items()


def test_a_rule_says_when_and_by_what_its_fund_was_replaced() -> None:
    rules = found(*PLAIN)
    assert (rules.ended, rules.ended_by) == (END, "SUITE")
    in_force = found(*(scheme() if one is FUND else one for one in PLAIN))
    assert (in_force.ended, in_force.ended_by, "ended" in in_force.citations) == (None, None, False)
    unnamed = found(*(one for one in PLAIN if one is not SUITE))
    assert (unnamed.ended, unnamed.ended_by) == (END, None)
    alone = found(*(one for one in PLAIN if not isinstance(one, Scheme)))
    assert (alone.ended, alone.ended_by) == (None, None)


@pytest.mark.parametrize(("day", "label"), [(START, "10 mai 2022"), (date(2026, 5, 20), "20 mai 2026")])
def test_the_rule_of_a_day_holds_from_its_first_day_to_its_last(day: date, label: str) -> None:
    rules = found(*PLAIN, on=day)
    assert (rules.label, rules.edition, rules.cap) == (f"règle en vigueur le {label}", None, 1000)


def test_the_page_cited_is_the_one_of_the_edition_or_the_latest_one_of_the_day() -> None:
    old = page("old", date=date(2022, 5, 10), editions=(12,))
    new = page("new", date=date(2023, 4, 6), editions=(13,))
    known = (*without("cap"), rule(sources=(new, old)))
    assert cited(found(*known, edition=12))["cap"] == "old"
    assert cited(found(*known, edition=13))["cap"] == "new"
    assert cited(found(*known, on=date(2023, 4, 5)))["cap"] == "old"
    assert cited(found(*known, on=date(2023, 4, 6)))["cap"] == "new"
    late = (
        *without("cap"),
        rule(sources=(page("later", date=date(2025, 1, 1)), page("latest", date=date(2026, 1, 1)))),
    )
    assert cited(found(*late, on=START))["cap"] == "later"


@pytest.mark.parametrize(
    ("lacking", "told"), [("cap", "FAST 13"), ("rate", "aucune règle"), ("partner_rule", "FAST 13")]
)
def test_without_one_of_its_three_figures_there_is_no_rule(lacking: str, told: str) -> None:
    assert told in refused(programme(*without(lacking)))


def test_figures_of_another_population_make_no_rule() -> None:
    assert refused(programme(*(without("cap")), rule(population="incubator")))
    assert found(*without("cap"), rule(population="product")).cap == 1000


def test_sources_that_disagree_on_the_cap_make_no_rule_and_that_is_said() -> None:
    both = [rule(alternative=True), rule(alternative=True, value=2000)]
    assert "plusieurs plafonds" in refused(programme(*without("cap"), *both))
    agreeing = [rule(alternative=True), rule(alternative=True, sources=(page("other"),))]
    rules = found(*without("cap"), *agreeing)
    assert (rules.cap, cited(rules)["cap"]) == (1000, "cap")


def test_a_cap_of_nothing_is_refused_with_the_reason_that_the_facts_give() -> None:
    nothing = {"value": 0, "qualifier": "none"}
    told = refused(programme(*without("cap"), rule(**nothing, note="Le FAST n'aide plus. ")))
    assert told == "Le FAST n'aide plus : il n'y a rien à calculer pour le FAST 13."
    assert refused(programme(*without("cap"), rule(**nothing))).startswith("Le FAST ne finance pas cette demande :")


def test_an_incubator_has_the_rate_of_products_only_where_the_facts_suppose_it() -> None:
    own = [one for name in ("rate", "partner_rule") for one in (rule(name, population="product"),)]
    known = (edition(13), FUND, rule(population="incubator", value=700), *own)
    supposed = found(*known, rule("incubator_rate"), edition=13, population="incubator")
    assert (supposed.cap, supposed.rate, supposed.ratio) == (700, Decimal("0.25"), 2)
    assert "FAST 13" in refused(programme(*known), edition=13, population="incubator")


def test_an_edition_that_is_not_known_is_refused_with_those_that_are() -> None:
    assert "vont du FAST 12 au FAST 13" in refused(programme(*PLAIN), edition=14)
    assert refused(programme(FUND), edition=14) == "Les documents ne connaissent pas de FAST 14."


def test_from_the_day_that_the_fund_was_replaced_there_is_no_rule() -> None:
    long = [rule(name, valid_to=None) for name in ("cap", "rate", "partner_rule")]
    known = (edition(13), FUND, SUITE, *long)
    assert found(*known, on=date(2026, 5, 20)).cap == 1000
    assert "Le SUITE remplace le FAST depuis le 21 mai 2026" in refused(programme(*known), on=END)
    assert "Le un autre programme" not in refused(programme(*known), on=END)
    unnamed = tuple(one for one in known if one is not SUITE)
    assert "un autre programme" in refused(programme(*unnamed), on=END)
    assert found(*(one for one in known if not isinstance(one, Scheme)), on=END).ended is None


def test_what_the_facts_say_of_money_after_the_fund_is_told() -> None:
    said = fact(key="no_cofinancing", unit="text", value="Plus de cofinancement.", programme="consolidation", year=2026)
    assert refused(programme(FUND, SUITE, said), on=END).endswith("en vigueur. Plus de cofinancement.")
    assert refused(programme(FUND, SUITE), on=END).endswith("en vigueur.")


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({"editions": (13, 12), "valid_from": START}, "commence avec le FAST 12 (10 mai 2022)."),
        ({"editions": (13, 12), "valid_from": None, "valid_to": None}, "commence avec le FAST 12."),
        ({"editions": (), "valid_from": START}, "commence avec le 10 mai 2022."),
    ],
)
def test_before_the_first_rule_the_refusal_says_when_it_begins(first: dict[str, Any], told: str) -> None:
    assert refused(programme(edition(11), edition(12), rule("rate", **first)), edition=11).endswith(told)


def test_without_any_rate_the_refusal_says_that_no_rule_is_known() -> None:
    assert "aucune règle" in refused(programme(edition(11)), edition=11)
    declared = replace(programme(edition(11)), keys={"rate": key("rate", "percent")})
    assert "aucune règle" in refused(declared, edition=11)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2024, 3, 1), "1er mars 2024"),
        (date(2024, 1, 2), "2 janvier 2024"),
        (date(2024, 12, 31), "31 décembre 2024"),
    ],
)
def test_a_day_is_said_in_french(day: date, text: str) -> None:
    assert say_day(day) == text
