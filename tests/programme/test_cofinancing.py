"""The co-financing sum: worked examples, boundaries, properties, and an independent calculator."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.answers.sums import Draft
from bot.errors import KnowledgeError, NoRuleInForce, UnusableInput
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Rules, budget_for_maximum, estimate, rules_for
from bot.programme.examples import Example, failing_examples, load_examples
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.questions.acts import Amount, Role

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CAPS = {11: 300_000, 12: 300_000, 13: 300_000, 14: 300_000, 15: 200_000, 16: 200_000, 17: 200_000}

euros = st.decimals(min_value="0.01", max_value=2_000_000, places=2)
or_nothing = st.none() | st.decimals(min_value=0, max_value=400_000, places=2)
editions = st.sampled_from(sorted(CAPS))


@cache
def programme() -> Programme:
    return load_programme(KNOWLEDGE / "programme")


@cache
def rules(edition: int) -> Rules:
    return rules_for(programme(), edition=edition)


def amount_of(edition: int, **inputs: Decimal | int | str | None) -> Decimal:
    given_ones = {name: None if value is None else Decimal(value) for name, value in inputs.items()}
    amount = estimate(rules(edition), Inputs(**given_ones)).amount
    assert amount is not None
    return amount


def step(result: Estimate, name: str) -> Decimal:
    return next(one.result for one in result.steps if one.id == name)


def warned(result: Estimate) -> set[str]:
    return {warning.id for warning in result.warnings}


# ---- worked examples -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", load_examples(KNOWLEDGE / "programme"), ids=lambda example: example.id)
def test_a_worked_example_is_found_again(example: Example) -> None:
    assert list(failing_examples(programme(), (example,))) == []


def test_there_are_enough_worked_examples_each_with_its_own_name() -> None:
    names = [example.id for example in load_examples(KNOWLEDGE / "programme")]
    assert len(names) >= 25
    assert len(set(names)) == len(names)


def test_an_example_that_the_rules_no_longer_give_is_told() -> None:
    wrong = Example.model_validate({"id": "faux", "edition": 13, "budget": 400_000, "amount": 150_000})
    (problem,) = failing_examples(programme(), (wrong,))
    assert "150 000 €" in problem.message
    assert "200 000 €" in problem.message


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"amount": 200_000}, None),
        ({"amount": 200_000, "partner_share": 200_000}, None),
        ({"amount": 200_000, "partner_share": 1}, "200 000 € et 200 000 € pour le partenaire"),
        ({"edition": 10, "amount": 1}, "aucune règle"),
        ({"edition": 10, "no_rule": True}, None),
        ({"no_rule": True}, "200 000 €"),
        ({"budget": None, "amount": 0}, "rien"),
        ({"budget": 0, "amount": 0}, "Le budget de l'année est nul"),
    ],
)
def test_an_example_is_compared_with_what_the_rules_give(content: dict[str, object], found: str | None) -> None:
    example = Example.model_validate({"id": "essai", "edition": 13, "budget": 400_000} | content)
    messages = [problem.message for problem in failing_examples(programme(), (example,))]
    assert len(messages) == (found is not None)
    assert all(f"calculé {found}" in message for message in messages)


@pytest.mark.parametrize(
    "content",
    [
        {"amount": 1},
        {"edition": 13, "on": date(2023, 1, 1), "amount": 1},
        {"edition": 13},
        {"edition": 13, "no_rule": True, "amount": 1},
    ],
)
def test_an_example_has_an_edition_or_a_day_and_an_amount_or_no_rule(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate({"id": "essai"} | content)


def test_an_example_described_twice_is_told_once_beside_the_others(tmp_path: Path) -> None:
    one = '[[example]]\nid = "un"\nedition = 13\namount = 3\n'
    (tmp_path / "examples.toml").write_text(one + one.replace('"un"', '"deux"'), encoding="utf-8")
    assert [example.id for example in load_examples(tmp_path)] == ["un", "deux"]
    (tmp_path / "examples.toml").write_text(one * 2, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"example\[2\]\(un\).id : exemple décrit deux fois"):
        load_examples(tmp_path)


def test_all_the_mistakes_of_the_examples_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "examples.toml").write_text(
        '[[example]]\nid = "un"\nedition = 13\nbudgte = 5\namount = 3\n[[example]]\nid = "deux"\nbudget = 5\n[autre]\n',
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError) as raised:
        load_examples(tmp_path)
    told = "\n".join(raised.value.problems)
    assert "example[1](un).budgte : clé inconnue" in told
    assert "example[2](deux)" in told
    assert "autre" in told


# ---- the rule in force -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("edition", "cap"), CAPS.items())
def test_each_edition_has_its_cap_and_half_of_the_budget(edition: int, cap: int) -> None:
    assert rules(edition).cap == cap
    assert rules(edition).rate == Decimal("0.5")
    assert rules(edition).ratio == 1


@pytest.mark.parametrize(
    ("day", "cap"),
    [
        (date(2022, 5, 10), 300_000),
        (date(2024, 2, 22), 300_000),
        (date(2024, 2, 23), 200_000),
        (date(2024, 2, 29), 200_000),
        (date(2026, 5, 20), 200_000),
    ],
)
def test_the_cap_is_the_one_in_force_that_day(day: date, cap: int) -> None:
    assert rules_for(programme(), on=day).cap == cap


@pytest.mark.parametrize("day", [date(2019, 6, 1), date(2022, 5, 9), date(2026, 5, 21), date(2030, 1, 1)])
def test_there_is_no_rule_before_the_first_one_nor_after_the_fund_ended(day: date) -> None:
    with pytest.raises(NoRuleInForce):
        rules_for(programme(), on=day)


@pytest.mark.parametrize("edition", [*range(-1, 11), 18, 42])
def test_there_is_no_rule_for_an_edition_without_known_rule(edition: int) -> None:
    with pytest.raises(NoRuleInForce, match=str(edition)):
        rules_for(programme(), edition=edition)


@pytest.mark.parametrize("day", [date(2026, 5, 21), date(2026, 11, 21)])
def test_once_the_fund_ended_the_refusal_names_what_replaced_it(day: date) -> None:
    with pytest.raises(NoRuleInForce, match=r"programme de consolidation.*21 mai 2026"):
        rules_for(programme(), on=day)


@pytest.mark.parametrize("asked", [{"edition": 13}, {"on": date(2023, 1, 1)}])
def test_the_refusal_of_an_incubator_says_why(asked: dict[str, object]) -> None:
    with pytest.raises(NoRuleInForce, match="ne finance plus le lancement d'incubateurs"):
        rules_for(programme(), population="incubator", **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"edition": 13}, {"edition": 17}, {"on": date(2023, 1, 1)}, {"edition": 6}])
def test_an_incubator_gets_nothing_outside_2022(asked: dict[str, object]) -> None:
    with pytest.raises(NoRuleInForce):
        rules_for(programme(), population="incubator", **asked)  # type: ignore[arg-type]


def test_an_incubator_of_2022_has_another_cap_and_a_supposed_rate() -> None:
    found = rules_for(programme(), edition=12, population="incubator")
    assert found.cap == 200_000
    assert "incubator_rate" in warned(estimate(found, Inputs(budget=Decimal(100_000))))


@pytest.mark.parametrize("asked", [{}, {"edition": 13, "on": date(2023, 5, 1)}])
def test_an_edition_or_a_day_is_needed_and_not_both(asked: dict[str, object]) -> None:
    with pytest.raises(UnusableInput):
        rules_for(programme(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("edition", "value"), [(11, None), (12, None), (13, 30_000), (17, 30_000)])
def test_the_support_has_a_value_from_fast_13_on(edition: int, value: int | None) -> None:
    assert rules(edition).support_value == value


@pytest.mark.parametrize("edition", sorted(CAPS))
def test_each_step_cites_a_section_of_a_fiche(edition: int) -> None:
    result = estimate(rules(edition), Inputs(Decimal(300_000), Decimal(100_000), Decimal(10_000), Decimal(5_000)))
    assert [one.id for one in result.steps] == [
        "partner_money",
        "one_for_one",
        "half_of_budget",
        "cap_left",
        "amount",
        "partner_share",
    ]
    for one in result.steps:
        assert one.citation
        fiche = KNOWLEDGE / "documents" / one.citation.document
        assert f"# {one.citation.section}\n" in fiche.read_text(encoding="utf-8")


# ---- what is asked ---------------------------------------------------------------------------------------------


def test_without_budget_nor_partner_money_both_are_missing() -> None:
    result = estimate(rules(17), Inputs(agent_time=Decimal(5)))
    assert (result.amount, result.missing) == (None, ("budget", "partner"))


def test_with_a_budget_alone_the_partner_must_bring_the_other_half() -> None:
    result = estimate(rules(13), Inputs(budget=Decimal(400_000)))
    assert result.amount == result.partner_share == result.partner_minimum == Decimal(200_000)
    assert "partner_must_bring" in warned(result)
    assert result.missing == ()


def test_agents_time_without_partner_money_asks_for_the_partner_money() -> None:
    result = estimate(rules(13), Inputs(budget=Decimal(400_000), agent_time=Decimal(50_000)))
    assert result.missing == ("partner",)
    assert "left_out" in warned(result)


def test_with_partner_money_alone_the_budget_is_twice_what_counts_of_it() -> None:
    result = estimate(rules(13), Inputs(partner=Decimal(120_000), agent_time=Decimal(20_000)))
    assert step(result, "budget") == 200_000
    assert result.amount == 100_000


def test_partner_money_below_half_of_the_budget_is_the_ceiling_and_it_is_said() -> None:
    result = estimate(rules(13), Inputs(budget=Decimal(400_000), partner=Decimal(150_000)))
    assert result.amount == 150_000
    assert {"partner_is_the_limit", "not_financed"} <= warned(result)


def test_partner_money_above_the_budget_is_doubted() -> None:
    assert "partner_above_budget" in warned(estimate(rules(13), Inputs(Decimal(100_000), Decimal(150_000))))


def test_what_was_granted_this_year_is_taken_off_the_cap() -> None:
    assert amount_of(17, budget=500_000, already_granted=120_000) == 80_000


def test_a_cap_already_reached_leaves_nothing_and_says_why() -> None:
    result = estimate(rules(17), Inputs(budget=Decimal(500_000), already_granted=Decimal(200_000)))
    assert result.amount == 0
    assert "cap_already_reached" in warned(result)
    assert "not_a_promise" not in warned(result)


def test_a_second_grant_in_2022_is_told_to_be_once_a_year() -> None:
    assert "once_a_year" in warned(estimate(rules(11), Inputs(budget=Decimal(9), already_granted=Decimal(1))))
    assert "once_a_year" not in warned(estimate(rules(17), Inputs(budget=Decimal(9), already_granted=Decimal(1))))


def test_the_ceiling_is_no_promise_and_includes_the_support() -> None:
    result = estimate(rules(17), Inputs(budget=Decimal(300_000)))
    texts = {warning.id: warning.text for warning in result.warnings}
    assert "plafond" in texts["not_a_promise"]
    assert "120 000 €" in texts["support_included"]
    assert "400 000 €" in texts["to_reach_the_cap"]


def test_the_fund_being_replaced_is_said_from_that_day_on() -> None:
    inputs = Inputs(budget=Decimal(300_000))
    assert "ended" in warned(estimate(rules(17), inputs, today=date(2026, 5, 21)))
    assert "ended" not in warned(estimate(rules(17), inputs, today=date(2026, 5, 20)))


@pytest.mark.parametrize(("edition", "budget", "partner"), [(13, 600_000, 300_000), (17, 400_000, 200_000)])
def test_the_budget_for_the_maximum_is_twice_the_cap(edition: int, budget: int, partner: int) -> None:
    maximum = budget_for_maximum(rules(edition))
    assert maximum.budget == budget
    assert maximum.partner == partner
    assert maximum.amount == CAPS[edition]


def test_no_budget_reaches_a_cap_already_reached() -> None:
    with pytest.raises(UnusableInput):
        budget_for_maximum(rules(17), Decimal(200_000))


def test_a_negative_grant_raises_no_cap() -> None:
    with pytest.raises(UnusableInput):
        budget_for_maximum(rules(17), Decimal(-1))


def test_a_monthly_cost_makes_twelve_of_them_a_year() -> None:
    monthly = Amount(value=Decimal("37500.50"), role=Role.BUDGET, period="month")
    assert Draft().given([monthly]).inputs.budget == Decimal("450006.00")


# ---- a rule of other figures ------------------------------------------------------------------------------------

# Two euros for one, a quarter of the budget: no step gives the result of another one by chance.
OTHER = Rules("essai", "product", Decimal(1000), Decimal("0.25"), Decimal(2), support_value=Decimal(300))


def told(result: Estimate | Maximum) -> dict[str, tuple[str, Decimal]]:
    return {one.id: (one.formula, one.result) for one in result.steps}


def test_each_step_is_reckoned_from_the_one_before() -> None:
    result = estimate(OTHER, Inputs(*map(Decimal, (2400, 300, 40, 10, 100))))
    assert told(result) == {
        "partner_money": ("300 € − 40 € (temps d'agent) − 10 € (déjà dépensés) = 250 €", 250),
        "one_for_one": ("250 € du partenaire permettent 500 €", 500),
        "half_of_budget": ("2 400 € × 25 % = 600 €", 600),
        "cap_left": ("1 000 € par an − 100 € déjà obtenus cette année = 900 €", 900),
        "amount": ("le plus petit de 500 € (apport), 600 € (budget), 900 € (plafond) : 500 €", 500),
        "partner_share": ("2 400 € − 500 € = 1 900 €", 1900),
    }
    assert (result.amount, result.partner_share, result.partner_minimum) == (500, 1900, 250)
    assert (result.support_value, result.missing) == (300, ())


def test_partner_money_alone_gives_the_budget_with_its_match() -> None:
    result = estimate(OTHER, Inputs(partner=Decimal(100)))
    assert told(result) == {
        "partner_money": ("100 €, sans déduction indiquée", 100),
        "one_for_one": ("100 € du partenaire permettent 200 €", 200),
        "budget": ("budget non indiqué : 100 € du partenaire et autant du FAST = 300 €", 300),
        "half_of_budget": ("300 € × 25 % = 75 €", 75),
        "cap_left": ("1 000 € par an", 1000),
        "amount": ("le plus petit de 200 € (apport), 75 € (budget), 1 000 € (plafond) : 75 €", 75),
        "partner_share": ("100 € apportés", 100),
    }
    assert result.partner_share == 100


def test_a_cap_overrun_leaves_zero_and_the_formula_says_so() -> None:
    result = estimate(OTHER, Inputs(budget=Decimal(100), already_granted=Decimal(1001)))
    assert told(result)["cap_left"] == ("1 000 € par an − 1 001 € déjà obtenus cette année = -1 €, donc 0 €", 0)
    exactly = estimate(OTHER, Inputs(budget=Decimal(100), already_granted=Decimal(1000)))
    assert told(exactly)["cap_left"] == ("1 000 € par an − 1 000 € déjà obtenus cette année = 0 €", 0)


def test_each_step_shows_what_it_was_reckoned_from() -> None:
    inputs = Inputs(Decimal(2400), Decimal(300), agent_time=Decimal(0), already_granted=Decimal(0))
    given_ones = {one.id: one.inputs for one in estimate(OTHER, inputs).steps}
    assert given_ones["partner_money"] == {"partner": 300}
    assert given_ones["cap_left"] == {"cap": 1000}
    assert given_ones["partner_share"] == {"budget": 2400, "amount": 600}


def test_nothing_is_missing_from_a_budget_alone_unless_some_of_an_unsaid_partner_money_is_left_out() -> None:
    assert estimate(OTHER, Inputs(budget=Decimal(100), agent_time=Decimal(0))).missing == ()
    assert estimate(OTHER, Inputs(budget=Decimal(100), agent_time=Decimal(1))).missing == ("partner",)
    assert estimate(OTHER, Inputs(partner=Decimal(100), agent_time=Decimal(1))).missing == ()
    unknown = estimate(OTHER, Inputs(already_granted=Decimal(1)))
    assert (unknown.missing, unknown.support_value, unknown.steps) == (("budget", "partner"), 300, ())


def test_the_least_budget_and_partner_money_are_rounded_up() -> None:
    maximum = budget_for_maximum(replace(OTHER, rate=Decimal("0.3"), ratio=Decimal(3)), Decimal(200))
    assert (maximum.amount, maximum.budget, maximum.partner) == (800, Decimal("2666.67"), Decimal("266.67"))
    assert told(maximum) == {
        "cap_left": ("1 000 € par an − 200 € déjà obtenus cette année = 800 €", 800),
        "budget": ("800 € ÷ 30 % = 2 666,67 €", Decimal("2666.67")),
        "partner": ("3 € de la DINUM pour 1 € du partenaire : 800 € demandent 266,67 €", Decimal("266.67")),
    }
    assert budget_for_maximum(OTHER).budget == 4000
    assert budget_for_maximum(OTHER, Decimal("999.99")).amount == Decimal("0.01")


# ---- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["budget", "partner", "agent_time", "already_spent", "already_granted"])
@pytest.mark.parametrize("value", ["-1", "-0.01", "1E+15", "10000000001", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_that_is_none_is_refused_in_one_line(name: str, value: str) -> None:
    inputs = replace(Inputs(budget=Decimal(400_000)), **{name: Decimal(value)})
    with pytest.raises(UnusableInput) as raised:
        estimate(rules(17), inputs)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("inputs", [Inputs(budget=Decimal(0)), Inputs(partner=Decimal("0.00"))])
def test_a_budget_or_partner_money_of_zero_is_refused(inputs: Inputs) -> None:
    with pytest.raises(UnusableInput):
        estimate(rules(17), inputs)


def test_nothing_spent_nor_granted_is_a_fine_answer() -> None:
    assert amount_of(17, partner=100_000, agent_time=0, already_spent=0, already_granted=0) == 100_000


@pytest.mark.parametrize(("agent_time", "spent"), [("100000.01", None), (None, "100001"), ("60000", "40000.01")])
def test_agents_time_and_spent_money_above_the_partner_money_are_refused(
    agent_time: str | None, spent: str | None
) -> None:
    with pytest.raises(UnusableInput):
        amount_of(17, partner=100_000, agent_time=agent_time, already_spent=spent)


def test_partner_money_that_is_all_agents_time_gets_nothing() -> None:
    result = estimate(rules(17), Inputs(partner=Decimal(100_000), agent_time=Decimal(100_000)))
    assert result.amount == 0
    assert "no_partner_money" in warned(result)


def test_the_largest_amount_accepted_is_ten_billions() -> None:
    assert amount_of(17, budget=10**10) == 200_000


# ---- boundaries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("edition", "cap"), CAPS.items())
def test_one_euro_around_twice_the_cap(edition: int, cap: int) -> None:
    assert amount_of(edition, budget=2 * cap - 1) == cap - Decimal("0.50")
    assert amount_of(edition, budget=2 * cap) == cap
    assert amount_of(edition, budget=2 * cap + 1) == cap


@pytest.mark.parametrize(("edition", "cap"), CAPS.items())
def test_one_euro_around_the_cap_in_partner_money(edition: int, cap: int) -> None:
    assert [amount_of(edition, partner=cap + euro) for euro in (-1, 0, 1)] == [cap - 1, cap, cap]


@pytest.mark.parametrize(("edition", "cap"), CAPS.items())
def test_one_euro_around_the_cap_in_money_already_granted(edition: int, cap: int) -> None:
    assert [amount_of(edition, budget=10**6, already_granted=cap + euro) for euro in (-1, 0, 1)] == [1, 0, 0]


def test_one_euro_around_half_of_the_budget_in_partner_money() -> None:
    assert [amount_of(13, budget=200_000, partner=100_000 + euro) for euro in (-1, 0, 1)] == [99_999, 100_000, 100_000]


def test_one_euro_around_all_the_partner_money_in_agents_time() -> None:
    assert [amount_of(13, partner=100, agent_time=spent) for spent in (99, 100)] == [1, 0]


def test_a_half_cent_is_never_rounded_up() -> None:
    assert amount_of(17, budget="0.01") == 0
    assert amount_of(17, budget="0.03") == Decimal("0.01")
    assert amount_of(17, budget="100000.019") == Decimal("50000.00")


# ---- properties ------------------------------------------------------------------------------------------------


@given(editions, st.none() | euros, st.none() | euros, or_nothing, or_nothing, or_nothing)
def test_the_amount_is_within_every_bound(
    edition: int,
    budget: Decimal | None,
    partner: Decimal | None,
    agent_time: Decimal | None,
    spent: Decimal | None,
    granted: Decimal | None,
) -> None:
    inputs = Inputs(budget, partner, agent_time, spent, granted)
    if (budget is None and partner is None) or (partner is not None and inputs.left_out > partner):
        return
    result = estimate(rules(edition), inputs)
    assert result.amount is not None
    assert 0 <= result.amount <= max(CAPS[edition] - (granted or 0), 0)
    assert result.amount == result.amount.quantize(Decimal("0.01"))
    if budget is not None:
        assert result.amount <= budget / 2
        assert result.partner_share == budget - result.amount
    if partner is not None:
        assert result.amount <= partner - inputs.left_out
    assert result.amount == independent_amount(CAPS[edition], budget, partner, agent_time, spent, granted)


@given(editions, euros, euros, euros)
def test_more_budget_or_partner_money_never_gives_less(
    edition: int, budget: Decimal, partner: Decimal, more: Decimal
) -> None:
    base = amount_of(edition, budget=budget, partner=partner)
    assert amount_of(edition, budget=budget + more, partner=partner) >= base
    assert amount_of(edition, budget=budget, partner=partner + more) >= base


@given(editions, euros, st.decimals(min_value=0, max_value=1, places=2), euros)
def test_more_left_out_or_already_granted_never_gives_more(
    edition: int, partner: Decimal, part: Decimal, granted: Decimal
) -> None:
    lost = (partner * part).quantize(Decimal("0.01"), "ROUND_DOWN")
    base = amount_of(edition, partner=partner)
    assert amount_of(edition, partner=partner, agent_time=lost) <= base
    assert amount_of(edition, partner=partner, already_spent=lost) <= base
    assert amount_of(edition, partner=partner, already_granted=granted) <= base


@given(editions, euros)
def test_one_euro_for_one_euro_and_half_of_the_budget_are_one_rule(edition: int, partner: Decimal) -> None:
    from_partner = amount_of(edition, partner=partner)
    assert amount_of(edition, budget=2 * partner) == from_partner
    assert amount_of(edition, budget=2 * partner, partner=partner) == from_partner


@given(editions, or_nothing)
def test_the_budget_for_the_maximum_is_the_smallest_that_gives_it(edition: int, granted: Decimal | None) -> None:
    if granted is not None and granted >= CAPS[edition]:
        return
    maximum = budget_for_maximum(rules(edition), granted)
    assert amount_of(edition, budget=maximum.budget, already_granted=granted) == maximum.amount
    assert amount_of(edition, partner=maximum.partner, already_granted=granted) == maximum.amount
    assert amount_of(edition, budget=maximum.budget - Decimal("0.02"), already_granted=granted) < maximum.amount


def independent_amount(
    cap: int,
    budget: Decimal | None,
    partner: Decimal | None,
    agent_time: Decimal | None,
    spent: Decimal | None,
    granted: Decimal | None,
) -> Decimal:
    """The rule told otherwise, in whole cents: the FAST matches each cent that the partner has put in the pot, while
    the two shares fit in the budget and the year's cap is not used up."""
    cents = {name: None if value is None else int(value * 100) for name, value in locals().items() if name != "cap"}
    pot = None if cents["budget"] is None else floor(Fraction(cents["budget"], 2))
    theirs = None
    if cents["partner"] is not None:
        theirs = cents["partner"] - (cents["agent_time"] or 0) - (cents["spent"] or 0)
    room = cap * 100 - (cents["granted"] or 0)
    matched = sorted(bound for bound in (pot, theirs, room if room > 0 else 0) if bound is not None)[0]
    return Decimal(matched) / 100


def test_no_award_made_public_exceeds_what_the_cap_allows() -> None:
    awards = [one for one in programme().laureates() if one.edition >= 11 and one.amount is not None]
    assert awards
    for one in awards:
        cap = rules_for(programme(), edition=one.edition, population=one.population).cap
        assert one.amount is not None
        assert one.amount <= cap, one.name
