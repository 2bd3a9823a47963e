"""The worked examples of knowledge/programme/examples.toml, and those that the rules no longer give."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator

from bot.errors import KnowledgeError, NoRuleInForce, UnusableInput
from bot.programme.amounts import format_amount
from bot.programme.cofinancing import Estimate, Inputs, estimate, rules_for
from bot.programme.lookup import Programme
from bot.programme.models import MoneyField, Population, Record
from bot.programme.problems import Place, Problem, problems_of
from bot.programme.reading import read_toml, tables_of, unknown_tables

FILE = "examples.toml"


class Example(Record):
    """A sum that someone worked out by hand; `no_rule` when there must be none."""

    id: str
    edition: int | None = None
    on: date | None = None
    population: Population = "product"
    budget: MoneyField | None = None
    partner: MoneyField | None = None
    agent_time: MoneyField | None = None
    already_spent: MoneyField | None = None
    already_granted: MoneyField | None = None
    amount: MoneyField | None = None
    partner_share: MoneyField | None = None
    no_rule: bool = False

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
    problems: list[Problem] = []
    content = read_toml(folder / FILE, problems)
    problems += unknown_tables(content, ("example",), FILE)
    examples: list[Example] = []
    for position, table in enumerate(tables_of(content, "example", FILE, problems), 1):
        try:
            examples.append(Example.model_validate(table))
        except ValidationError as error:
            problems += problems_of(error, Place(FILE, f"example[{position}]({table.get('id', '')})"))
    if problems:
        raise KnowledgeError([str(problem) for problem in problems])
    return tuple(examples)


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
