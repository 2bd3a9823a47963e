"""What the language model was asked and what came of it, and how much each person may still ask of it."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Protocol

from bot.language.generation import Model
from bot.model_texts import usage

_FAULTS_IN_A_ROW: Final = 3
_REST_SECONDS: Final = 60.0


class Tally:
    """Counts since the start: `outcomes` of the wishes to reword, what the guard `refused`, `readings` of questions."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.readings: Counter[str] = Counter()
        self.seconds: list[float] = []

    def took(self, seconds: float, kept: int = 10_000) -> None:
        """Note how long the model took; the last ones are kept."""
        self.seconds = [*self.seconds[-kept + 1 :], seconds]


class Allowance(Protocol):
    """How many questions of a person the model may still be given."""

    def take(self, user: str, day: date) -> bool:
        """Count one question of a user (« » for the terminal) on a day; False when there are none left."""


class Unlimited:
    """No limit: the terminal."""

    def take(self, user: str, day: date) -> bool:
        """Return that there is always one left."""
        return True


class Patience:
    """Leaves a model that does not answer alone for a minute, so that not every question waits for it in vain."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._faults = 0
        self._until = float("-inf")

    @property
    def is_over(self) -> bool:
        """Whether the model is to be left alone now."""
        return self._clock() < self._until

    def failed(self) -> None:
        """Note that the model gave nothing in time."""
        self._faults += 1
        if self._faults >= _FAULTS_IN_A_ROW:
            self._until = self._clock() + _REST_SECONDS

    def worked(self) -> None:
        """Note that the model answered."""
        self._faults = 0


@dataclass(frozen=True)
class Help:
    """A model and what is kept of its use for as long as the program runs.

    `seconds` bounds what it adds to one answer; `clock` is monotonic, in seconds. `wording`: it may word answers too,
    and not only propose what a question means.
    """

    model: Model
    seconds: float
    allowance: Allowance = field(default_factory=Unlimited)
    clock: Callable[[], float] = time.monotonic
    tally: Tally = field(default_factory=Tally)
    wording: bool = False

    @property
    def said(self) -> str:
        """What became of the questions so far, in one French line."""
        return usage(self.tally.outcomes, self.tally.readings, wording=self.wording)

    @cached_property
    def patience(self) -> Patience:
        """What leaves the model alone when it does not answer."""
        return Patience(self.clock)
