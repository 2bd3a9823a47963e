"""What the FAST may add to a startup's money in a year: the ceiling, step by step, each step with its source.

    amount = min(eligible partner money, half of the year's budget, cap − already granted this year), never below 0

with eligible partner money = partner − agents' time − already spent. « 1 € for 1 € » and « 50 % of the budget » are
one rule seen from two sides: a partner who brings half of the budget is matched up to that half. From a budget alone,
the partner is taken to bring the other half; from partner money alone, the budget is that money and its match.
Sums are exact and the amount is rounded once, down to the cent: it is a ceiling, never above half of the budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.errors import UnusableInput
from bot.programme.amounts import format_amount
from bot.programme.models import Source
from bot.programme.notices import Notice, Sums, notices
from bot.programme.rules import Rules, rules_for
from bot.programme.sums import Inputs, down, refuse_unusable, up

__all__ = [
    "Estimate",
    "Inputs",
    "Maximum",
    "Rules",
    "Step",
    "budget_for_maximum",
    "estimate",
    "rules_for",
]


_BOUNDS = {"one_for_one": "apport", "half_of_budget": "budget", "cap_left": "plafond"}


@dataclass(frozen=True)
class Step:
    """One line of the sum: `formula` is French text with the figures, `result` in euros."""

    id: str
    rule: str
    formula: str
    inputs: Mapping[str, Decimal]
    result: Decimal
    citation: Source | None


@dataclass(frozen=True)
class Estimate:
    """`amount` is the ceiling of the co-financing, in whole cents; None when `missing` says what must be known first.

    `partner_share` is what is left of the year's budget for the partner; `partner_minimum` the eligible money that it
    must bring for `amount` to be possible. `missing` with an amount: what would make it more exact.
    """

    rules: Rules
    inputs: Inputs
    amount: Decimal | None
    steps: tuple[Step, ...] = ()
    partner_share: Decimal | None = None
    partner_minimum: Decimal | None = None
    support_value: Decimal | None = None
    warnings: tuple[Notice, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maximum:
    """The smallest budget, and partner money in it, that reach the cap; `amount` is what the cap still allows."""

    amount: Decimal
    budget: Decimal
    partner: Decimal
    steps: tuple[Step, ...]


def estimate(rules: Rules, inputs: Inputs, *, today: date | None = None) -> Estimate:
    """Return the co-financing that the rule allows; `today` adds the warning that the fund has ended since.

    Raises UnusableInput for an amount that is not one, or amounts that contradict each other.
    """
    refuse_unusable(inputs)
    if inputs.budget is None and inputs.partner is None:
        return Estimate(rules, inputs, None, support_value=rules.support_value, missing=("budget", "partner"))
    steps = _limits(rules, inputs)
    limits = {step.id: step.result for step in steps}
    possible = {name: limits[name] for name in _BOUNDS if name in limits}
    amount = down(min(possible.values()))
    budget = limits["budget"] if inputs.budget is None else inputs.budget
    sums = Sums(amount, budget, limits["half_of_budget"], limits.get("partner_money"), limits["cap_left"])
    share = _partner_share(rules, inputs, sums)
    return Estimate(
        rules,
        inputs,
        amount,
        (*steps, _amount(rules, possible, amount), share),
        partner_share=up(share.result),
        partner_minimum=up(amount / rules.ratio),
        support_value=rules.support_value,
        warnings=notices(rules, inputs, sums, today),
        missing=("partner",) if inputs.partner is None and inputs.left_out else (),
    )


def budget_for_maximum(rules: Rules, already_granted: Decimal | None = None) -> Maximum:
    """Return the smallest budget of the year for which the rule allows all that the cap leaves.

    Raises UnusableInput when `already_granted` is not an amount, or already reaches the cap.
    """
    refuse_unusable(Inputs(already_granted=already_granted))
    cap = _cap_left(rules, Inputs(already_granted=already_granted))
    if cap.result <= 0:
        raise UnusableInput(f"Le plafond de {format_amount(rules.cap)} est déjà atteint pour cette année.")
    budget, partner = up(cap.result / rules.rate), up(cap.result / rules.ratio)
    least_budget = Step(
        "budget",
        "Budget de l'année qui atteint le plafond",
        f"{_say(cap.result)} ÷ {_percent(rules.rate)} = {_say(budget)}",
        {"cap_left": cap.result},
        budget,
        rules.citations.get("rate"),
    )
    least_partner = Step(
        "partner",
        "Apport du partenaire",
        f"{_ratio(rules)} : {_say(cap.result)} demandent {_say(partner)}",
        {"cap_left": cap.result},
        partner,
        rules.citations.get("ratio"),
    )
    return Maximum(cap.result, budget, partner, (cap, least_budget, least_partner))


def _limits(rules: Rules, inputs: Inputs) -> tuple[Step, ...]:
    """Return the steps that bound the amount, from what is known."""
    steps: list[Step] = []
    if inputs.partner is not None:
        money = _partner_money(rules, inputs, inputs.partner)
        steps += [money, _one_for_one(rules, money.result)]
    budget = inputs.budget
    if budget is None:
        steps.append(_budget_from_partner(rules, steps[0].result))
        budget = steps[-1].result
    return (*steps, _half_of_budget(rules, budget), _cap_left(rules, inputs))


def _partner_money(rules: Rules, inputs: Inputs, partner: Decimal) -> Step:
    left_out = {"agent_time": "temps d'agent", "already_spent": "déjà dépensés"}
    given = {name: getattr(inputs, name) for name in left_out if getattr(inputs, name)}
    result = partner - sum(given.values(), Decimal(0))
    terms = "".join(f" − {_say(amount)} ({left_out[name]})" for name, amount in given.items())
    formula = f"{_say(partner)}{terms} = {_say(result)}" if given else f"{_say(partner)}, sans déduction indiquée"
    citation = rules.citations.get("partner_money") or rules.citations.get("ratio")
    return Step(
        "partner_money", "Argent du partenaire qui compte", formula, {"partner": partner, **given}, result, citation
    )


def _one_for_one(rules: Rules, eligible: Decimal) -> Step:
    result = eligible * rules.ratio
    formula = f"{_say(eligible)} du partenaire permettent {_say(result)}"
    return Step(
        "one_for_one", _ratio(rules), formula, {"partner_money": eligible}, result, rules.citations.get("ratio")
    )


def _budget_from_partner(rules: Rules, eligible: Decimal) -> Step:
    result = eligible * (1 + rules.ratio)
    formula = f"budget non indiqué : {_say(eligible)} du partenaire et autant du FAST = {_say(result)}"
    return Step(
        "budget",
        "Budget de l'année, déduit de l'apport",
        formula,
        {"partner_money": eligible},
        result,
        rules.citations.get("ratio"),
    )


def _half_of_budget(rules: Rules, budget: Decimal) -> Step:
    result = budget * rules.rate
    formula = f"{_say(budget)} × {_percent(rules.rate)} = {_say(result)}"
    rule = f"{_percent(rules.rate)} du budget de l'année"
    return Step("half_of_budget", rule, formula, {"budget": budget}, result, rules.citations.get("rate"))


def _cap_left(rules: Rules, inputs: Inputs) -> Step:
    granted = inputs.already_granted or Decimal(0)
    result = max(rules.cap - granted, Decimal(0))
    given = {"cap": rules.cap} | ({"already_granted": granted} if granted else {})
    formula = f"{_say(rules.cap)} par an"
    if granted:
        formula += f" − {_say(granted)} déjà obtenus cette année = {_say(rules.cap - granted)}"
        formula += ", donc 0 €" if granted > rules.cap else ""
    return Step("cap_left", f"Plafond ({rules.label})", formula, given, result, rules.citations.get("cap"))


def _amount(rules: Rules, possible: Mapping[str, Decimal], amount: Decimal) -> Step:
    limits = ", ".join(f"{_say(limit)} ({_BOUNDS[name]})" for name, limit in possible.items())
    formula = f"le plus petit de {limits} : {_say(amount)}"
    return Step("amount", "Cofinancement au plus", formula, possible, amount, rules.citations.get("rate"))


def _partner_share(rules: Rules, inputs: Inputs, sums: Sums) -> Step:
    """What is left of the budget; without a budget, what the partner brings."""
    cited = rules.citations.get("ratio")
    if inputs.budget is None and sums.eligible is not None:
        formula = f"{_say(sums.eligible)} apportés"
        return Step("partner_share", "Part du partenaire", formula, {"partner": sums.eligible}, sums.eligible, cited)
    rest = sums.budget - sums.amount
    formula = f"{_say(sums.budget)} − {_say(sums.amount)} = {_say(rest)}"
    given = {"budget": sums.budget, "amount": sums.amount}
    return Step("partner_share", "Reste du budget, à la charge du partenaire", formula, given, rest, cited)


def _say(amount: Decimal) -> str:
    return format_amount(down(amount))


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}".replace(".", ",") + " %"


def _ratio(rules: Rules) -> str:
    return f"{format_amount(rules.ratio)} de la DINUM pour 1 € du partenaire"
