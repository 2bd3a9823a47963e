"""What is said around a sum, in French."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Protocol

from bot.programme.amounts import format_amount
from bot.programme.cofinancing import Estimate, Maximum, Rules
from bot.texts import day


class Amounted(Protocol):
    """An amount of the account, with its role."""

    @property
    def role(self) -> str: ...
    @property
    def value(self) -> Decimal: ...


def nothing_any_more(rules: Rules) -> str:
    """Say that the sum is one of the past."""
    when = f" depuis le {day(rules.ended)}" if rules.ended else ""
    by = f" (remplacé par le {rules.ended_by})" if rules.ended_by else ""
    return f"Aujourd'hui, rien : le FAST n'existe plus{when}{by}. Avec la dernière règle ({rules.label}), c'eût été :"


def hoped(amount: Decimal, allowed: Decimal, rules: Rules) -> str:
    """Say whether an amount that is hoped for can be had."""
    if amount > allowed:
        return f"Non, pas {format_amount(amount)} : au plus {format_amount(allowed)} ({rules.label})."
    if amount == allowed:
        return f"Oui, jusqu'à {format_amount(amount)} ({rules.label})."
    return f"Oui, {format_amount(amount)} reste sous le plafond calculé de {format_amount(allowed)} ({rules.label})."


def which_role(amounts: Sequence[Decimal]) -> str:
    """Ask what amounts are."""
    said = " et ".join(format_amount(one) for one in amounts)
    return (
        f"{said} : est-ce le budget de l'année, l'apport du partenaire, ou autre chose (temps d'agent, déjà dépensé, "
        "déjà accordé) ? Par exemple « budget 500 000, apport 250 000 »."
    )


def which_change(amounts: Sequence[Decimal], before: Decimal | None) -> str:
    """Ask whether amounts come beside those of the account, or in their place."""
    said = " et ".join(format_amount(one) for one in amounts)
    return f"{said} : en plus des {format_amount(before or Decimal(0))} déjà comptés, ou à la place ?"


def which_to_take_back(entries: Sequence[Amounted]) -> str:
    """Ask which amount is taken back."""
    return f"Quel montant faut-il enlever ? {account(entries)}"


_ROLES: Final = {
    "budget": "budget",
    "partner": "partenaires",
    "agent_time": "temps d'agent",
    "already_spent": "déjà dépensé",
    "already_granted": "déjà accordé par le FAST",
}


def account(entries: Sequence[Amounted]) -> str:
    """Say which amounts are counted, by role, each with its parts."""
    told = []
    for role, name in _ROLES.items():
        parts = [one.value for one in entries if one.role == role]
        if parts:
            whole = f"{name} {format_amount(sum(parts, Decimal(0)))}"
            told.append(f"{whole} ({_added_up(parts)})" if len(parts) > 1 else whole)
    return f"Je compte : {', '.join(told)}."


def _added_up(parts: Sequence[Decimal]) -> str:
    first, *others = parts
    return format_amount(first) + "".join(f" {'-' if one < 0 else '+'} {format_amount(abs(one))}" for one in others)


def rest(result: Estimate, share: Decimal, rules: Rules) -> str:
    """Say what is left to pay, and what of it nobody brings yet."""
    budget, partner = result.inputs.budget or Decimal(0), result.inputs.partner
    amount = format_amount(result.amount or Decimal(0))
    told = (
        f"Reste à payer : au moins **{format_amount(share)}** ({rules.label}), soit {format_amount(budget)} − {amount}"
    )
    if partner is None or partner >= share:
        return f"{told}."
    return f"{told} ; avec {format_amount(partner)} du partenaire, il manque {format_amount(share - partner)}."


def hoped_rest(amount: Decimal, share: Decimal, rules: Rules) -> str:
    """Say whether what a person takes for left to pay is."""
    if amount == share:
        return f"Oui, {format_amount(amount)} ({rules.label})."
    return f"Non, pas {format_amount(amount)} : au moins {format_amount(share)} ({rules.label})."


_WARNINGS = 2
# Of limits that are alike, the first is named.
_LIMITS: Final = ("cap_left", "one_for_one", "half_of_budget")


def estimate(result: Estimate, rules: Rules, entries: Sequence[Amounted]) -> str:
    """Say an estimate: the ceiling, what is counted, the limit that decides, the total; its steps are told apart."""
    amount = format_amount(result.amount) if result.amount is not None else "?"
    lines = [
        f"Au plus {amount} de cofinancement pour l'année ({rules.label}).",
        account(entries),
        *_deciding(result),
    ]
    share = next((step.result for step in result.steps if step.id == "partner_share"), None)
    if share is not None and result.amount is not None:
        lines += [f"Part du partenaire : {format_amount(share)} ; total : {format_amount(share + result.amount)}."]
    return "\n".join(lines)


def _deciding(result: Estimate) -> list[str]:
    """Say which limit the ceiling is, with its sum."""
    steps = {step.id: step for step in result.steps}
    least = min((id_ for id_ in _LIMITS if id_ in steps), key=lambda id_: steps[id_].result, default=None)
    if least is None:
        return []
    told = {
        "cap_left": f"le plafond, {steps['cap_left'].formula}",
        "half_of_budget": f"la moitié du budget de l'année, {steps['half_of_budget'].formula}",
    }
    if "partner_money" in steps:
        told["one_for_one"] = f"{steps['one_for_one'].rule}, {steps['partner_money'].formula}"
    return [f"Ce qui limite : {told[least]}."]


def only_of_the_past(told: str) -> str:
    """Return the words of a sum of the past after what changes their meaning."""
    return f"Pour le passé seulement, le FAST n'existe plus : {told[:1].lower()}{told[1:]}"


def to_be_heard(result: Estimate) -> tuple[str, ...]:
    """Return what must be heard with an estimate, the most important first; the whole of it is told with the steps."""
    heard = [one for one in result.warnings if one.id != "ended"][:_WARNINGS]
    # « … ou rien. » says it: what the pages say of laureates comes with the steps.
    return tuple(one.text.split(". ")[0].rstrip(".") + "." if one.id == "not_a_promise" else one.text for one in heard)


def budget_for_maximum(best: Maximum, rules: Rules) -> str:
    """Say what it takes to reach the cap."""
    return (
        f"Pour obtenir le maximum de {format_amount(best.amount)} ({rules.label}), il faut un budget d'au moins "
        f"{format_amount(best.budget)} sur l'année, dont {format_amount(best.partner)} apportés par l'administration "
        "partenaire."
    )
