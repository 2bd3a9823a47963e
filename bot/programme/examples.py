"""The worked examples of knowledge/programme/examples.toml, and those that the rules no longer give."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import model_validator

from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.amounts import format_amount
from bot.programme.cofinancing import Estimate, Inputs, estimate, rules_for
from bot.programme.lookup import Programme
from bot.programme.models import MoneyField, Population, Record
from bot.programme.problems import Faults, Problem
from bot.programme.reading import read_tables
from bot.programme.values import Day, Flag, Number, Text

FILE = "examples.toml"


class Example(Record):
    """A sum that someone worked out by hand; `no_rule` when there must be none."""

    id: Text
    edition: Number | None = None
    on: Day | None = None
    population: Population = "product"
    budget: MoneyField | None = None
    partner: MoneyField | None = None
    agent_time: MoneyField | None = None
    already_spent: MoneyField | None = None
    already_granted: MoneyField | None = None
    amount: MoneyField | None = None
    partner_share: MoneyField | None = None
    no_rule: Flag = False

    @model_validator(mode="after")
    def _says_what_is_expected(self) -> Self:
        if (self.edition is None) == (self.on is None):
            raise ValueError("il faut edition ou on, et un seul des deux")
        if self.no_rule == (self.amount is not None):
            raise ValueError("il faut amount, ou no_rule = true")
        return self

    @property
    def inputs(self) -> Inputs:
        return Inputs(self.budget, self.partner, self.agent_time, self.already_spent, self.already_granted)


def load_examples(folder: Path) -> tuple[Example, ...]:
    """Return the examples, in the order of the file. Raises KnowledgeError with every problem found."""
    faults = Faults()
    examples: dict[str, Example] = {}
    for table in read_tables(folder / FILE, ("example",), faults):
        one = faults.validated(Example, table.name, table.place, table.content)
        if one and one.record.id in examples:
            faults.problems.append(table.place.problem("id", "exemple décrit deux fois"))
        elif one:
            examples[one.record.id] = one.record
    faults.raise_if_any()
    return tuple(examples.values())


def failing_examples(programme: Programme, examples: tuple[Example, ...]) -> Iterator[Problem]:
    """Yield the examples that the facts in force do not give, with what they give instead."""
    for example in examples:
        found = _outcome(programme, example)
        expected = _said(example.amount, example.partner_share) if example.amount is not None else "aucune règle"
        if found != expected:
            yield Problem(FILE, f"example({example.id}).amount", f"attendu {expected}, calculé {found}")


def _outcome(programme: Programme, example: Example) -> str:
    try:
        rules = rules_for(programme, edition=example.edition, on=example.on, population=example.population)
        result: Estimate = estimate(rules, example.inputs)
    except NoRuleInForce:
        return "aucune règle"
    except UnusableInput as error:
        return str(error)
    return _said(result.amount, result.partner_share if example.partner_share is not None else None)


def _said(amount: Decimal | None, share: Decimal | None) -> str:
    told = "rien" if amount is None else format_amount(amount)
    return told if share is None else f"{told} et {format_amount(share)} pour le partenaire"
