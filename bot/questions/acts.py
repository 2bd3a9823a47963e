"""The query that a question makes, and the amounts that a sum is given. Values only."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.french.moments import Period
from bot.french.shapes import Shape
from bot.programme.models import Population


class Operation(StrEnum):
    """What a question does with the attribute that it asks for."""

    VALUE = "value"
    LIST = "list"
    COUNT = "count"
    TOTAL = "total"
    MEAN = "mean"
    MOST = "most"
    LEAST = "least"
    RANK = "rank"
    COMPARE = "compare"
    CHANGE = "change"
    DIFFERENCE = "difference"
    SHARE = "share"
    CHECK = "check"
    STATE = "state"
    WHO = "who"
    WHY = "why"
    HOW = "how"
    REMAINING = "remaining"


class Role(StrEnum):
    """What an amount is in the sum; the first five are the fields of `Inputs`."""

    AGENT_TIME = "agent_time"
    ALREADY_SPENT = "already_spent"
    ALREADY_GRANTED = "already_granted"
    PARTNER = "partner"
    BUDGET = "budget"
    HOPED = "hoped"
    CAP = "cap"
    OTHER = "other"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(_Value):
    """What a question is about, as far as it says; empty fields are holes that the conversation may fill.

    `laureates` and `funds` are names and ids; `programme` the id of a programme; `periods` days in Paris.
    """

    editions: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    periods: tuple[Period, ...] = ()
    laureates: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    programme: str | None = None
    population: Population | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is named."""
        return self == Scope()

    @property
    def has_moment(self) -> bool:
        """Whether an edition, a year or a period is named."""
        return bool(self.editions or self.years or self.periods)


class Premise(_Value):
    """A value that a question takes for granted: euros, percent, a count, or a day (« 5 décembre » has no year).

    `about`: it is said to be so only nearly, « une trentaine ».
    """

    unit: Literal["eur", "percent", "count", "date"]
    number: Decimal | None = None
    period: Period | None = None
    about: bool = False


class Query(_Value):
    """A question: an attribute (a row of attributes.toml, or « document#section » of another document), an operation,
    a scope. `premises` are the values that it states; `rest` its content words that nothing accounts for; `words` its
    content stems; `now`: the present is named; `past`: the words are in the past; `asks`: the kind of thing asked for
    (bot.french.asking); `above` and `below` bounds in euros on what is listed. `probability` is that of the attribute.
    `shapes`: how the values are taken (bot.french.shapes); `without` names laureates to leave out; `places` are places
    of a list, from 0, and `first` how many of its first are wanted; `of_fast`: the FAST is named.
    """

    attribute: str
    operation: Operation = Operation.VALUE
    scope: Scope = Scope()
    premises: tuple[Premise, ...] = ()
    rest: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    above: Decimal | None = None
    below: Decimal | None = None
    now: bool = False
    past: bool = False
    asks: str = "any"
    probability: float = 1.0
    shapes: tuple[Shape, ...] = ()
    without: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    first: int = 0
    of_fast: bool = False


Says = Literal["any", "yes", "no", "unsaid"]  # what a sentence is to a question: it answers, affirms, denies, is silent
Change = Literal["set", "add", "subtract", "correct"]


class Amount(_Value):
    """An amount in euros and what it is; `role` is None when that is not sure, and `guess` what is likeliest.

    `change` is what it does to what was said before. `bare`: a number without unit. `label`: stems of who or what it
    is of.
    """

    value: Decimal
    role: Role | None = None
    guess: Role | None = None
    change: Change = "set"
    change_sure: bool = True
    period: Literal["year", "month", "other"] | None = None
    bare: bool = False
    label: tuple[str, ...] = ()
