"""What a coach must hear beside a co-financing ceiling: each notice with its reason and, where stated, its source."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.programme.amounts import format_amount
from bot.programme.models import Source
from bot.programme.rules import Rules, say_day
from bot.programme.sums import Inputs, down, up


@dataclass(frozen=True)
class Notice:
    """One warning: `id` is stable, `text` a French sentence, `citation` None when it only follows from the figures."""

    id: str
    text: str
    citation: Source | None = None


@dataclass(frozen=True)
class Sums:
    """The figures of an estimate. `eligible` is None when the partner's money was not given."""

    amount: Decimal
    budget: Decimal
    half: Decimal
    eligible: Decimal | None
    cap_left: Decimal


def notices(rules: Rules, inputs: Inputs, sums: Sums, today: date | None) -> tuple[Notice, ...]:
    """Return what must be said of the sums, most important first."""
    return (
        *_ended(rules, today),
        *_ceiling(rules, sums),
        *_partner(rules, inputs, sums),
        *_granted(rules, inputs, sums),
        *_to_reach_the_cap(rules, sums),
        *_support(rules, sums),
        *_incubator(rules),
    )


def _ended(rules: Rules, today: date | None) -> Iterator[Notice]:
    if today and rules.ended and today >= rules.ended:
        by = f" par le {rules.ended_by}" if rules.ended_by else ""
        text = f"Le FAST est remplacé{by} depuis le {say_day(rules.ended)} : ce calcul ne vaut que pour le passé."
        yield Notice("ended", text, rules.citations.get("ended"))


def _ceiling(rules: Rules, sums: Sums) -> Iterator[Notice]:
    if sums.amount:
        note = rules.notes.get("not_a_promise")
        text = "C'est un plafond et non une promesse : le comité d'investissement peut accorder moins, ou rien."
        yield Notice("not_a_promise", f"{text} {note.text}" if note else text, note.source if note else None)


def _partner(rules: Rules, inputs: Inputs, sums: Sums) -> Iterator[Notice]:
    cited = rules.citations.get("partner_money")
    if sums.eligible is None:
        least = format_amount(up(sums.amount / rules.ratio))
        text = f"Le partenaire doit apporter au moins {least}, hors temps d'agent et hors argent déjà dépensé."
        yield Notice("partner_must_bring", text, rules.citations.get("ratio"))
    elif sums.eligible == 0:
        yield Notice("no_partner_money", "Il ne reste aucun argent du partenaire qui compte : rien à compléter.", cited)
    if inputs.left_out:
        text = f"Le temps d'agent et l'argent déjà dépensé ({format_amount(inputs.left_out)}) ne comptent pas."
        if sums.eligible is None:
            text += " L'apport du partenaire n'étant pas donné, ils ne sont déduits de rien dans ce calcul."
        else:
            text += (
                " Ils sont supposés compris dans l'apport indiqué ; s'ils s'y ajoutent, refaites le calcul sans eux."
            )
        yield Notice("left_out", text, cited)
    elif sums.eligible is not None and None in (inputs.agent_time, inputs.already_spent):
        text = "Le calcul suppose que l'apport indiqué ne contient ni temps d'agent ni argent déjà dépensé."
        yield Notice("partner_money_assumed", text, cited)
    if inputs.budget is not None and sums.eligible is not None:
        yield from _both(rules, inputs.budget, sums, sums.eligible)
    if note := rules.notes.get("partner_money"):
        yield Notice("proof", note.text, note.source)


def _both(rules: Rules, budget: Decimal, sums: Sums, eligible: Decimal) -> Iterator[Notice]:
    matched = eligible * rules.ratio
    if matched < min(sums.half, sums.cap_left):
        lacking = format_amount(up(min(sums.half, sums.cap_left) / rules.ratio - eligible))
        text = (
            f"C'est l'apport du partenaire qui limite : avec {lacking} de plus, le montant possible serait plus haut."
        )
        yield Notice("partner_is_the_limit", text, rules.citations.get("ratio"))
    if budget > eligible + sums.amount:
        rest = format_amount(budget - eligible - sums.amount)
        yield Notice(
            "not_financed", f"{rest} du budget de l'année ne sont couverts ni par le partenaire ni par le FAST."
        )
    if eligible > budget:
        text = "L'apport du partenaire dépasse le budget de l'année : vérifiez que les deux portent sur la même année."
        yield Notice("partner_above_budget", text)


def _granted(rules: Rules, inputs: Inputs, sums: Sums) -> Iterator[Notice]:
    if not inputs.already_granted:
        if inputs.already_granted is None:
            text = "Le calcul suppose que le FAST n'a encore rien accordé cette année au même bénéficiaire."
            yield Notice("nothing_granted_assumed", text, rules.citations.get("cap"))
        return
    if not sums.cap_left:
        text = f"Le plafond de {format_amount(rules.cap)} par an est déjà atteint : rien de plus cette année."
        yield Notice("cap_already_reached", text, rules.citations.get("cap"))
    if rules.awards_per_year == 1:
        text = "Le FAST s'obtenait au plus une fois par an : une deuxième demande la même année n'était pas prévue."
        yield Notice("once_a_year", text, rules.citations.get("awards_per_year"))


def _to_reach_the_cap(rules: Rules, sums: Sums) -> Iterator[Notice]:
    if not sums.cap_left:
        return
    budget, partner = format_amount(up(sums.cap_left / rules.rate)), format_amount(up(sums.cap_left / rules.ratio))
    if sums.amount < down(sums.cap_left):
        text = f"Pour atteindre {format_amount(sums.cap_left)}, il faut un budget d'au moins {budget}, dont {partner} "
        yield Notice("to_reach_the_cap", f"{text}du partenaire.", rules.citations.get("cap"))
    elif sums.half > sums.cap_left:
        text = f"Le plafond est atteint dès {budget} de budget : au-delà, le FAST n'ajoute rien."
        yield Notice("capped", text, rules.citations.get("cap"))


def _support(rules: Rules, sums: Sums) -> Iterator[Notice]:
    note = rules.notes.get("support_paid")
    text = note.text if note else ""
    if rules.support_value and sums.amount > rules.support_value:
        value, left = format_amount(rules.support_value), format_amount(sums.amount - rules.support_value)
        text += f" Si les {value} de l'accompagnement sont pris sur ce montant, il en reste {left}."
    if text and sums.amount:
        yield Notice("support_included", text.strip(), note.source if note else rules.citations.get("support_value"))


def _incubator(rules: Rules) -> Iterator[Notice]:
    if note := rules.notes.get("incubator_rate"):
        yield Notice("incubator_rate", note.text, note.source)
