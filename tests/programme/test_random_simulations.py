"""Five thousand random simulations against a calculator written otherwise: the largest sum that breaks no rule."""

import json
import random
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from commands.running import run

from bot.answers.sums import Draft
from bot.programme.amounts import find_amounts, format_amount
from bot.programme.cofinancing import Estimate, Inputs, estimate, rules_for
from bot.programme.facts import Programme, load_programme
from bot.programme.models import Population
from bot.questions.acts import Amount, Role

FACTS = Path(__file__).parents[2] / "knowledge" / "programme"
FIRST_DAY, LOWER_CAP, LAST_DAY = date(2022, 5, 10), date(2024, 2, 23), date(2026, 5, 20)
# Read on the public pages: euros a year for a product, by edition; for an incubator until the end of 2022.
CAPS = {11: 300_000, 12: 300_000, 13: 300_000, 14: 300_000, 15: 200_000, 16: 200_000, 17: 200_000}
INCUBATOR_CAP, LAST_INCUBATOR_DAY = 200_000, date(2022, 12, 31)


@dataclass(frozen=True)
class Case:
    """A simulation; amounts in cents. `cap` is what the pages say for it, in euros."""

    cap: int
    edition: int | None
    on: date | None
    population: Population
    cents: dict[str, int]


def largest_allowed(case: Case) -> int:
    """Return the cents that the FAST may add at most, by looking for the first sum that breaks a rule."""
    low, high = 0, case.cap * 100 + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _breaks_nothing(middle, case) else (low, middle)
    return low


def _breaks_nothing(added: int, case: Case) -> bool:
    known = case.cents.get
    within_cap = added + known("already_granted", 0) <= case.cap * 100
    other_half = "budget" not in case.cents or case.cents["budget"] - added >= added
    if "partner" not in case.cents:
        return within_cap and other_half
    fresh_money = case.cents["partner"] - known("agent_time", 0) - known("already_spent", 0)
    return within_cap and other_half and added <= fresh_money


def cases(seed: int, count: int) -> list[Case]:
    dice = random.Random(seed)
    return [_case(dice) for _ in range(count)]


def _case(dice: random.Random) -> Case:
    cap, edition, on, population = _scope(dice)
    return Case(cap, edition, on, population, _amounts(dice, cap))


def _scope(dice: random.Random) -> tuple[int, int | None, date | None, Population]:
    kind = dice.choice(["edition", "edition", "day", "incubator edition", "incubator day"])
    if kind == "edition":
        edition = dice.choice(sorted(CAPS))
        return CAPS[edition], edition, None, "product"
    if kind == "incubator edition":
        return INCUBATOR_CAP, dice.choice([11, 12]), None, "incubator"
    last = LAST_DAY if kind == "day" else LAST_INCUBATOR_DAY
    near = [FIRST_DAY, last, *([LOWER_CAP, LOWER_CAP - timedelta(1), date(2024, 2, 29)] if kind == "day" else [])]
    day = dice.choice([*near, FIRST_DAY + timedelta(dice.randint(0, (last - FIRST_DAY).days))])
    cap = INCUBATOR_CAP if kind == "incubator day" else 300_000 if day < LOWER_CAP else 200_000
    return cap, None, day, "product" if kind == "day" else "incubator"


def _amounts(dice: random.Random, cap: int) -> dict[str, int]:
    names = dice.choice([("budget",), ("partner",), ("budget", "partner")])
    cents = {name: _sum(dice, cap) for name in names}
    if dice.random() < 0.4:
        cents["already_granted"] = dice.choice([0, cap * 100, cap * 100 + 1, dice.randint(1, 2 * cap * 100)])
    left = cents.get("partner", 0)
    for name in ("agent_time", "already_spent"):
        if "partner" in cents and dice.random() < 0.5:
            cents[name] = dice.choice([0, left, dice.randint(0, left)])
            left -= cents[name]
    return cents


def _sum(dice: random.Random, cap: int) -> int:
    """Return cents: any, round, near a bound of the rule, or huge."""
    near = dice.choice([cap, 2 * cap]) * 100 + dice.randint(-101, 101)
    return dice.choice([near, dice.randint(1, 3 * cap * 100), dice.randint(1, 900) * 100_000, 10**12, 1])


@cache
def programme() -> Programme:
    return load_programme(FACTS)


def estimated(case: Case) -> Estimate:
    given = {name: Decimal(cents) / 100 for name, cents in case.cents.items()}
    rules = rules_for(programme(), edition=case.edition, on=case.on, population=case.population)
    return estimate(rules, Inputs(**given))


def test_five_thousand_random_simulations_are_those_of_another_calculator() -> None:
    for case in cases(seed=20260521, count=5000):
        found = estimated(case)
        allowed = Decimal(largest_allowed(case)) / 100
        assert found.amount == allowed, case
        if "budget" in case.cents:
            assert found.partner_share == Decimal(case.cents["budget"]) / 100 - allowed, case
        assert found.partner_minimum == allowed, case


@pytest.mark.program
def test_a_hundred_random_simulations_of_the_command_are_those_of_another_calculator() -> None:
    for case in cases(seed=20221115, count=100):
        asked = ["--on", case.on.isoformat()] if case.on else ["--edition", str(case.edition)]
        for name, cents in case.cents.items():
            asked += [f"--{name.replace('_', '-')}", format_amount(Decimal(cents) / 100)]
        ran = run("simulate", "--json", *asked, "--population", case.population)
        assert (ran.code, ran.err) == (0, ""), (case, ran)
        assert json.loads(ran.out)["amount"] == f"{Decimal(largest_allowed(case)) / 100:.2f}", case


def test_random_monthly_costs_make_the_budget_of_the_year() -> None:
    dice = random.Random(20240229)
    for _ in range(500):
        monthly, edition = dice.randint(1, 60_000_00), dice.choice(sorted(CAPS))
        (found,) = find_amounts(f"notre équipe coûte {format_amount(Decimal(monthly) / 100)} par mois")
        assert found.period == "month"
        case = Case(CAPS[edition], edition, None, "product", {"budget": 12 * monthly})
        draft = Draft().given([Amount(value=found.value, role=Role.BUDGET, period=found.period)])
        result = estimate(rules_for(programme(), edition=edition), draft.inputs)
        assert result.amount == Decimal(largest_allowed(case)) / 100


def test_the_cases_cover_what_can_be_given() -> None:
    drawn = cases(seed=20260521, count=5000)
    assert {name for case in drawn for name in case.cents} == {field.name for field in fields(Inputs)}
    assert {case.edition for case in drawn} == {None, *CAPS}
    assert {case.population for case in drawn} == {"product", "incubator"}
    assert {largest_allowed(case) == 0 for case in drawn} == {True, False}
    assert any(case.cents.get("budget", 0) % 2 for case in drawn)
