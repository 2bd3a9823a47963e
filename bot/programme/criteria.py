"""Eligibility criteria, period by period: their questions, and which answer does not meet them."""

from collections import Counter
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.programme.models import FAST, Record, Source


class Criterion(Record):
    """One condition and its question. `excluded_by` is the answer that does not meet it; `reason` says so.

    required: must be met; one_of: at least one of them must be; priority: gives priority, never excludes.
    """

    id: str
    question: str
    explanation: str
    reason: str
    role: Literal["required", "one_of", "priority"] = "required"
    excluded_by: Literal["no", "yes"] = "no"
    sources: tuple[Source, ...] = Field(min_length=1)


class Criteria(Record):
    """The criteria of a programme from `valid_from` to `valid_to` (both included; None while they hold).

    `ask` says whom to ask when an answer is not known.
    """

    id: str
    programme: str = FAST
    label: str
    editions: tuple[int, ...] = ()
    valid_from: date
    valid_to: date | None = None
    ask: str
    verified: date
    criteria: tuple[Criterion, ...] = Field(alias="criterion", min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) précède valid_from ({self.valid_from})")
        twice = [name for name, times in Counter(one.id for one in self.criteria).items() if times > 1]
        if twice:
            raise ValueError(f"critère décrit deux fois : {', '.join(twice)}")
        return self
