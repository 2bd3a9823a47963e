"""`python -m bot simulate`: the co-financing of a product for a year, to the contract of docs/architecture.md."""

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from bot import programme_texts as texts
from bot.commands.options import OnDay, present_day, read_amount, read_day, read_edition
from bot.config import load_config
from bot.console import write_json
from bot.errors import UnusableInput
from bot.programme.calendar import CallState, open_calls, status_on
from bot.programme.cofinancing import Estimate, Inputs, Maximum, Step, budget_for_maximum, estimate, rules_for
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Population, Source

_POPULATIONS: dict[str, Population] = {
    "product": "product",
    "produit": "product",
    "incubator": "incubator",
    "incubateur": "incubator",
}

Edition = Annotated[str | None, typer.Option(metavar="N", help="L'édition du FAST, par exemple 17.")]
Budget = Annotated[str | None, typer.Option(metavar="EUR", help="Le budget de l'année.")]
Partner = Annotated[str | None, typer.Option(metavar="EUR", help="L'argent qu'apporte le partenaire.")]
AgentTime = Annotated[str | None, typer.Option(metavar="EUR", help="Le temps d'agent compté dans cet apport.")]
AlreadySpent = Annotated[str | None, typer.Option(metavar="EUR", help="Ce qui est déjà dépensé de cet apport.")]
AlreadyGranted = Annotated[str | None, typer.Option(metavar="EUR", help="Ce que le FAST a déjà accordé cette année.")]
For = Annotated[str, typer.Option(metavar="product|incubator", help="Un produit, ou un incubateur.")]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON.")]


@dataclass(frozen=True)
class Asked:
    """What is to be computed: an edition or a day, for whom, from which amounts."""

    edition: int | None
    on: date | None
    population: Population
    inputs: Inputs


@dataclass(frozen=True)
class Simulation:
    """An estimate, with the edition it is for; `maximum` is the help given when there is nothing to compute from."""

    estimate: Estimate
    edition: int | None
    warnings: tuple[str, ...]
    maximum: Maximum | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines of the sum; those of the maximum when there is no other."""
        return self.estimate.steps or (self.maximum.steps if self.maximum else ())

    @property
    def citations(self) -> tuple[Source, ...]:
        """What the lines and the warnings rest on, once each."""
        every = [step.citation for step in self.steps] + [notice.citation for notice in self.estimate.warnings]
        return tuple(dict.fromkeys(one for one in every if one))


def simulate(
    context: typer.Context,
    edition: Edition = None,
    on: OnDay = None,
    budget: Budget = None,
    partner: Partner = None,
    agent_time: AgentTime = None,
    already_spent: AlreadySpent = None,
    already_granted: AlreadyGranted = None,
    population: For = "product",
    as_json: AsJson = False,
) -> None:
    """Calcule le cofinancement au plus, ligne par ligne (montants pour une année, écrits 450000, 450k€, 1,2 M€)."""
    inputs = Inputs(
        read_amount("--budget", budget),
        read_amount("--partner", partner),
        read_amount("--agent-time", agent_time),
        read_amount("--already-spent", already_spent),
        read_amount("--already-granted", already_granted),
    )
    asked = Asked(read_edition(edition), read_day(on), read_population(population), inputs)
    done = simulation(load_programme(load_config(context.obj).knowledge.programme), asked, present_day())
    if as_json:
        write_json(as_contract(done))
    else:
        sys.stdout.write(texts.simulation(done.estimate, done.edition, done.steps, done.warnings, done.citations))


def read_population(text: str) -> Population:
    """Return for whom the sum is. Raises UnusableInput for anything but a product or an incubator."""
    found = _POPULATIONS.get(text.strip().lower())
    if not found:
        raise UnusableInput(texts.unknown_population(text))
    return found


def simulation(programme: Programme, asked: Asked, today: date) -> Simulation:
    """Return what the facts give for it.

    Raises UnusableInput for amounts that cannot be used, or when not exactly one of edition and day is given;
    NoRuleInForce when the facts hold no rule.
    """
    if (asked.edition is None) == (asked.on is None):
        raise UnusableInput(texts.EDITION_OR_DAY)
    rules = rules_for(programme, edition=asked.edition, on=asked.on, population=asked.population)
    found = estimate(rules, asked.inputs, today=today)
    edition = asked.edition if asked.on is None else edition_on(programme, asked.on)
    if found.amount is not None:
        return Simulation(found, edition, tuple(notice.text for notice in found.warnings))
    ended = (texts.fund_ended(rules),) if rules.ended and today >= rules.ended else ()
    try:
        maximum = budget_for_maximum(rules, asked.inputs.already_granted)
    except UnusableInput as cap_reached:
        return Simulation(found, edition, (*ended, str(cap_reached)))
    return Simulation(found, edition, (*ended, texts.for_the_maximum(maximum)), maximum)


def edition_on(programme: Programme, day: date) -> int | None:
    """Return the edition of the FAST whose call was open that day; None when none was, or when it cannot be told."""
    calls = [one for one in status_on(programme, day) if one.programme == FAST]
    found = open_calls(calls)
    if len(found) != 1 or any(one.state is CallState.UNKNOWN for one in calls):
        return None
    edition = found[0].edition
    # Open all year: from the month of its promotion on, an application may be for the next one.
    is_over = edition.rolling_year is not None and edition.month is not None and day >= edition.month.first
    return None if is_over else edition.number


def as_contract(done: Simulation) -> dict[str, Any]:
    """Return the JSON object of the contract; amounts are strings in euros, exact, with two decimals at least.

    `amount` is null when `missing` says what must be known first; `steps` and `warnings` then tell how to get the
    maximum. `edition` is null for a day on which no call, or none that can be told, was open.
    """
    return {
        "amount": _euros(done.estimate.amount),
        "edition": done.edition,
        "steps": [_step(step) for step in done.steps],
        "partner_share": _euros(done.estimate.partner_share),
        "support_value": _euros(done.estimate.support_value),
        "warnings": list(done.warnings),
        "missing": list(done.estimate.missing),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "formula": step.formula,
        "inputs": {name: _euros(value) for name, value in step.inputs.items()},
        "result": _euros(step.result),
        "citation": _citation(step.citation) if step.citation else None,
    }


def _citation(source: Source) -> dict[str, str]:
    return {
        "document": source.document,
        "section": source.section,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "date": source.date.isoformat(),
    }


def _euros(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    cents = f"{amount:.2f}"
    return cents if Decimal(cents) == amount else f"{amount.normalize():f}"
