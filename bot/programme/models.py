"""The records of the programme's facts: values with their unit, population, editions or interval, and sources."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from bot.programme.values import (
    Day,
    EachOnce,
    Flag,
    Month,
    Number,
    Numbers,
    Text,
    Texts,
    Unit,
    Url,
    Value,
    Year,
    parse_money,
    parse_month,
    parse_value,
)

Population = Literal["product", "incubator"]
FAST = "fast"
CONSOLIDATION = "consolidation"


class Qualifier(StrEnum):
    """How a source states a value; `NONE` is a stated absence (« ne finance plus »), never an unknown."""

    EXACT = "exact"
    ABOUT = "about"
    MORE_THAN = "more_than"
    UP_TO = "up_to"
    NEARLY = "nearly"
    AT_LEAST = "at_least"
    NONE = "none"


MonthField = Annotated[Month, BeforeValidator(parse_month)]
MoneyField = Annotated[Decimal, BeforeValidator(parse_money)]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(Record):
    """A public page and its date."""

    id: Text
    title: Text
    publisher: Text
    url: Url
    date: Day


class Source(Page):
    """Where a reader can check: the fiche and its section, and the public page.

    `editions`: those, among the editions of the fact, that this page speaks of; empty when it speaks of all.
    """

    document: Text
    section: Text
    editions: Numbers = ()


Sources = Annotated[tuple[Source, ...], Field(min_length=1), EachOnce]


class Key(Record):
    """What a fact is about. `continuous`: no edition may be missing between the first and the last one covered."""

    name: Text
    unit: Unit
    label: Text
    continuous: Flag = False


class Fact(Record):
    """A value that a source states, with what it holds for: editions, a year, an interval (both ends included).

    Facts marked `alternative` are values of the same thing by different sources; none is preferred. `undated`: no
    source says when it held.
    """

    key: Text
    unit: Unit
    value: Value
    qualifier: Qualifier = Qualifier.EXACT
    population: Population | None = None
    programme: Text = FAST
    editions: Numbers = ()
    year: Year | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    undated: Flag = False
    alternative: Flag = False
    note: Text | None = None
    sources: Sources
    verified: Day

    @field_validator("value", mode="plain")
    @classmethod
    def _typed_by_unit(cls, raw: object, info: ValidationInfo) -> object:
        return parse_value(info.data["unit"], raw) if "unit" in info.data else raw

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        dated = bool(self.editions) or self.year is not None or self.valid_from is not None
        if dated == self.undated:
            raise ValueError("il faut une de ces clés : editions, year, valid_from, ou undated = true à leur place")
        if self.valid_to and not (self.valid_from and self.valid_from <= self.valid_to):
            raise ValueError(f"valid_to ({self.valid_to}) précède valid_from ({self.valid_from})")
        if (isinstance(self.value, Decimal) and self.value == 0) != (self.qualifier is Qualifier.NONE):
            raise ValueError('0 € et qualifier = "none" vont ensemble : une somme inconnue s\'omet')
        return self

    @property
    def amount(self) -> Decimal:
        """The value of a fact in euros, percent or as a ratio; TypeError for another one."""
        if not isinstance(self.value, Decimal):
            raise TypeError(f"{self.key}: {self.unit} is not one decimal number")
        return self.value

    @property
    def number(self) -> int:
        """The value of a count or a length of time; TypeError for a range or another unit."""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.key}: {self.unit} is not one whole number")
        return self.value

    def sources_for(self, edition: int | None = None) -> tuple[Source, ...]:
        """Return the pages that speak of that edition, else those that speak of all, else every page."""
        of_edition = tuple(source for source in self.sources if edition is not None and edition in source.editions)
        return of_edition or tuple(source for source in self.sources if not source.editions) or self.sources

    def holds_on(self, day: date) -> bool:
        """Whether the interval, or the year of a fact that has none, covers the day."""
        if self.valid_from is None:
            return self.year == day.year
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def holds_in(self, year: int) -> bool:
        """Whether the year is the fact's, or touches the interval of a fact that has no year."""
        if self.year is not None or self.valid_from is None:
            return self.year == year
        return self.valid_from.year <= year and (self.valid_to is None or year <= self.valid_to.year)


class Scheme(Record):
    """A programme: the FAST, what replaced it, and those that figures are told about."""

    id: Text
    name: Text
    full_name: Text
    aliases: Texts = ()
    contact: Text | None = None
    url: Url | None = None
    apply_url: Url | None = None
    replaced_by: Text | None = None
    replaced_on: Day | None = None
    sources: Sources
    verified: Day

    @model_validator(mode="after")
    def _replaced_by_and_when(self) -> Self:
        if (self.replaced_by is None) != (self.replaced_on is None):
            raise ValueError("replaced_by et replaced_on vont ensemble")
        return self


class Edition(Record):
    """A call for applications. `month` is the promotion's; `announced` the first dated page that names the call."""

    number: Number
    programme: Text = FAST
    month: MonthField | None = None
    rolling_year: Year | None = None
    announced: Source | None = None
    sources: Sources
    verified: Day

    @property
    def announced_on(self) -> date | None:
        """The date of the page that announces the call; None when no dated page does."""
        return self.announced.date if self.announced else None

    @property
    def year(self) -> int | None:
        """The year of the promotion, or of the announcement when the promotion is not known."""
        if self.month:
            return self.month.year
        return self.announced.date.year if self.announced else self.rolling_year


class Promotion(Record):
    """What the laureates of an edition share."""

    edition: Number
    programme: Text = FAST
    sources: Sources
    verified: Day


class Laureate(Promotion):
    """What an edition selected. `amount` is None when no source gives it; `support_only`: no co-financing beside.

    `common_word`: the name is an ordinary word too. `not_to_confuse`: words that are not this name misspelt.
    """

    name: Text
    aliases: Texts = ()
    does: Text
    amount: MoneyField | None = None
    porter: Text | None = None
    is_incubator: Flag = False
    support_only: Flag = False
    common_word: Flag = False
    not_to_confuse: Texts = ()

    @property
    def population(self) -> Population:
        return "incubator" if self.is_incubator else "product"


class Fund(Record):
    """Another fund of a year. `unlimited`: stated to have neither minimum nor maximum, so not merely unknown."""

    id: Text
    name: Text
    full_name: Text
    aliases: Texts = ()
    year: Year
    envelope: MoneyField
    minimum: MoneyField | None = None
    maximum: MoneyField | None = None
    unlimited: Flag = False
    rate: MoneyField
    rate_note: Text | None = None
    repeatable: Flag | None = None
    phases: Annotated[Texts, Field(min_length=1)]
    mode: Annotated[tuple[Literal["projet", "produit"], ...], Field(min_length=1), EachOnce]
    audience: Literal["usagers", "agents"] | None = None
    decider: Text
    constraints: Texts = ()
    adds_up_with_fast_support: Flag | None = None
    apply_url: Url | None = None
    closed: Flag | None = None
    sources: Sources
    verified: Day

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.unlimited and (self.minimum is not None or self.maximum is not None):
            raise ValueError("unlimited exclut minimum et maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum ({self.minimum}) dépasse maximum ({self.maximum})")
        if self.maximum is not None and self.maximum > self.envelope:
            raise ValueError(f"maximum ({self.maximum}) dépasse envelope ({self.envelope})")
        if self.rate > 100:
            raise ValueError(f"rate ({self.rate}) dépasse 100 %")
        return self
