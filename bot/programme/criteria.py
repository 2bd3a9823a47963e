"""Eligibility criteria, period by period: their questions, and which answer does not meet them."""

from datetime import date
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.programme.models import FAST, Record, Sources
from bot.programme.values import Day, Numbers, Text, Texts


class Criterion(Record):
    """One condition and its question, which is of `short`. `excluded_by` is the answer that does not meet it; `reason`
    says so.

    `told_by` names criteria of other periods whose answer is likely to be this one's too; it is asked back.
    required: must be met; one_of: at least one of them must be; priority: gives priority, never excludes.
    `since` and `until` (both included) are given when it holds for a part of its period only.
    """

    id: Text
    short: Text
    question: Text
    explanation: Text
    reason: Text
    role: Literal["required", "one_of", "priority"] = "required"
    excluded_by: Literal["no", "yes"] = "no"
    since: Day | None = None
    until: Day | None = None
    told_by: Texts = ()
    sources: Sources

    def holds_on(self, day: date | None) -> bool:
        """Whether it holds that day; when None, whether it holds at the end of its period."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


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
        for one, other in combinations(self.criteria, 2):
            if one.id == other.id and not (_before(one, other) or _before(other, one)):
                raise ValueError(f"critère décrit deux fois : {one.id}")
        return self

    def as_of(self, day: date | None) -> Self:
        """Return the same with the criteria that hold that day; at the end of the period when None."""
        return self.model_copy(update={"criteria": tuple(one for one in self.criteria if one.holds_on(day))})


def _before(one: Criterion, other: Criterion) -> bool:
    return one.until is not None and other.since is not None and one.until < other.since
