"""Eligibility criteria, period by period: their questions, and which answer does not meet them."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.models import FAST, Record, Sources
from bot.programme.values import Day, Numbers, Text


class Criterion(Record):
    """One condition and its question. `excluded_by` is the answer that does not meet it; `reason` says so.

    required: must be met; one_of: at least one of them must be; priority: gives priority, never excludes.
    """

    id: Text
    question: Text
    explanation: Text
    reason: Text
    role: Literal["required", "one_of", "priority"] = "required"
    excluded_by: Literal["no", "yes"] = "no"
    sources: Sources


class Criteria(Record):
    """The criteria of a programme from `valid_from` to `valid_to` (both included; None while they hold).

    `ask` says whom to ask when an answer is not known.
    """

    id: Text
    programme: Text = FAST
    label: Text
    editions: Annotated[Numbers, Field(min_length=1)]
    valid_from: Day
    valid_to: Day | None = None
    ask: Text
    verified: Day
    criteria: tuple[Criterion, ...] = Field(alias="criterion", min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) précède valid_from ({self.valid_from})")
        twice = [name for name, times in Counter(one.id for one in self.criteria).items() if times > 1]
        if twice:
            raise ValueError(f"critère décrit deux fois : {', '.join(twice)}")
        return self
