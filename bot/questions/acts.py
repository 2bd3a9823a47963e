"""What an utterance does: acts, and the query that a question makes. Values only."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.french.moments import Period
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
    """A value that a question takes for granted: euros, percent, a count, or a day (« 5 décembre » has no year)."""

    unit: Literal["eur", "percent", "count", "date"]
    number: Decimal | None = None
    period: Period | None = None


class Query(_Value):
    """A question: an attribute (a row of attributes.toml, or « document#section » of another document), an operation,
    a scope. `premises` are the values that it states; `rest` its content words that nothing accounts for; `words` its
    content stems; `now`: the present is named; `past`: the words are in the past; `asks`: the kind of thing asked for
    (bot.french.asking); `above` and `below` bounds in euros on what is listed. `probability` is that of the attribute.
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


class Ask(_Value):
    """A question."""

    act: Literal["ask"] = "ask"
    query: Query


class Amount(_Value):
    """An amount in euros and what it is; `role` is None when that is not sure. `change` of what was said before.

    `bare`: a number without unit.
    """

    value: Decimal
    role: Role | None = None
    change: Literal["set", "add", "subtract", "correct"] = "set"
    period: Literal["year", "month", "other"] | None = None
    bare: bool = False


class Give(_Value):
    """Amounts for the sum."""

    act: Literal["give"] = "give"
    amounts: tuple[Amount, ...]


class Tell(_Value):
    """Answers to criteria of the interview, by the criterion's id; « asked » stands for the one just asked."""

    act: Literal["tell"] = "tell"
    answers: tuple[tuple[str, Literal["yes", "no", "unknown"]], ...]


class Pick(_Value):
    """Items of the list on screen: positions from 0, -1 for the last; or those whose rows have an amount or a word."""

    act: Literal["pick"] = "pick"
    positions: tuple[int, ...] = ()


class Doubt(_Value):
    """A doubt on what was just said, with the value that the person holds for true, if one is given."""

    act: Literal["doubt"] = "doubt"
    premises: tuple[Premise, ...] = ()


class Wish(_Value):
    """A wish about the conversation."""

    act: Literal["wish"] = "wish"
    kind: Literal["why", "source", "detail", "whole_list", "back", "stop", "resume", "restart"]


class Open(_Value):
    """The start of a task."""

    act: Literal["open"] = "open"
    task: Literal["simulation", "interview"]


class Social(_Value):
    """Courtesies and questions on the bot itself; `kind` names the reply."""

    act: Literal["social"] = "social"
    kind: str


class Unknown(_Value):
    """Words that no reading is likely for: off topic, or beside every attribute. `near` is the likeliest attribute."""

    act: Literal["unknown"] = "unknown"
    off_topic: bool = False
    rest: tuple[str, ...] = ()
    near: str | None = None


Act = Annotated[Ask | Give | Tell | Pick | Doubt | Wish | Open | Social | Unknown, Field(discriminator="act")]
