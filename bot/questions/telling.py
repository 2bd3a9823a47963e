"""What a sentence tells of the criteria of eligibility: cut into clauses, each run of clauses tells one fact, or none.

Two heads read a run: which criterion it tells of (`NOTHING`; `ASKED`: a bare answer to whatever was asked; `SEVERAL`:
more than one), and the answer that it gives. A last weight makes one probability of what the runs of a text say. Pure.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from bot.questions.linear import Linear, Logit
from bot.questions.terms import Terms

Floats = NDArray[np.float32]
Span = tuple[int, int]
Read = Callable[[str], Terms]
NOTHING: Final = "-"
ASKED: Final = "asked"
SEVERAL: Final = "several"
Answer = Literal["yes", "no", "unknown"]
_ANSWERS: Final[Mapping[str, Answer]] = {"yes": "yes", "no": "no", "unknown": "unknown"}
_LONGEST: Final = 3  # clauses of a run
_MOST: Final = 16  # clauses that are read
_LIKELY: Final = 0.05  # a criterion less likely than this is left aside
_PENDING: Final = 4.0  # what was asked is so many times likelier to be told of
_START: Final = 4  # letters that say most of a word, whatever its ending
_CUT: Final = re.compile(
    r"(?<!\s)\s*+(?:[,;:!?…()]|\.(?=\s|$))\s*+|(?<=\s)[-–—/]\s++|\n\s*+"
    r"|(?<!\s)\s++(?=(?:et|mais|puis|donc|sauf|par contre|en revanche|sinon|apr[eè]s|du coup)\s)",
    re.IGNORECASE,
)
_SAID: Final = re.compile(r"\w")
_WORD: Final = re.compile(rf"[a-z]{{{_START},}}")


def clauses(text: str) -> list[Span]:
    """Return where the clauses of a text stand; marks between them belong to none."""
    found, at = [], 0
    for start, end in (*(match.span() for match in _CUT.finditer(text)), (len(text), len(text))):
        if _SAID.search(text[at:start]):
            found.append((at, start))
        at = end
    return found[:_MOST]


@dataclass(frozen=True)
class Run:
    """Neighbouring clauses, the `first` to the `last` of a text, from `start` to `end`; the clauses around; the mark
    that follows.
    """

    first: int
    last: int
    start: int
    end: int
    text: str
    before: str
    after: str
    mark: str

    def overlaps(self, other: "Run") -> bool:
        """Whether they share a clause."""
        return self.first <= other.last and other.first <= self.last


def runs(text: str) -> list[Run]:
    """Return the runs of one to a few clauses of a text."""
    parts = clauses(text)
    words = ["", *(text[start:end] for start, end in parts), ""]
    found = []
    for first, (start, _) in enumerate(parts):
        for last in range(first, min(first + _LONGEST, len(parts))):
            end = parts[last][1]
            mark = text[end:].lstrip()[:1]
            found.append(Run(first, last, start, end, text[start:end], words[first], words[last + 2], mark))
    return found


def criterion_features(run: Run, read: Read) -> tuple[str, ...]:
    """Return what tells which criterion a run is about."""
    terms = read(run.text)
    words = terms.words
    return (
        *words,
        *(f"<{word}" for word in _alone(read(run.before))),
        *(f">{word}" for word in _alone(read(run.after))),
        *(f"~{word[:_START]}" for word in _WORD.findall(terms.natural)),
        f"#length {min(len(run.text.split()), 8) // 2}",
        f"#mark {run.mark if run.mark in ',.?!' else '-'}",
        f"#asks {'?' in run.text}",
        f"#first {words[0] if words else ''}",
    )


def answer_features(run: Run, criterion: str, read: Read) -> tuple[str, ...]:
    """Return what tells the answer that a run gives to a criterion."""
    crossed = (f"{criterion}|{word}" for word in _alone(read(run.text)))
    return (*criterion_features(run, read), f"@{criterion}", *crossed)


def _alone(terms: Terms) -> Iterator[str]:
    return (word for word in terms.words if "_" not in word)


@dataclass(frozen=True)
class Told:
    """An answer to a criterion, or to what was asked (`ASKED`), and how surely it was told; `run` is where."""

    criterion: str
    answer: Answer
    probability: float
    run: Run


@dataclass(frozen=True)
class Teller:
    """Reads what is told: the two heads, and what weighs them."""

    criteria: Linear
    answers: Linear
    sure: Logit

    def told(
        self, text: str, read: Read, embed: Callable[[str], Floats], pending: str | None = None
    ) -> tuple[Told, ...]:
        """Return what a text tells, a likeliest answer a criterion; `pending` is the criterion that was asked."""
        found = []
        for criterion, answer, run, numbers in self.weighed(text, read, embed, pending):
            found.append(Told(criterion, _ANSWERS[answer], self.sure.probability(numbers), run))
        return tuple(sorted(found, key=lambda one: one.run.start))

    def weighed(
        self, text: str, read: Read, embed: Callable[[str], Floats], pending: str | None = None
    ) -> list[tuple[str, str, Run, tuple[float, ...]]]:
        """Return each criterion with its likeliest answer, the run that says it best, and the numbers that weigh it."""
        seen = cache(read)
        every = runs(text)
        vectors = [embed(seen(run.text).natural) for run in every]
        places = [
            _expecting(self.criteria.probabilities(criterion_features(run, seen), vector), pending)
            for run, vector in zip(every, vectors, strict=True)
        ]
        likely = {name for place in places for name, p in place.items() if p >= _LIKELY} - {NOTHING, SEVERAL}
        found = []
        for criterion in sorted(likely):
            answers = [
                self.answers.probabilities(answer_features(run, criterion, seen), vector)
                for run, vector in zip(every, vectors, strict=True)
            ]
            found.append(_weigh(criterion, every, places, answers))
        return found


def _expecting(places: dict[str, float], pending: str | None) -> dict[str, float]:
    """Return the probabilities of criteria when one was asked."""
    if pending is None or pending not in places:
        return places
    raised = {name: p * (_PENDING if name in (pending, ASKED) else 1.0) for name, p in places.items()}
    total = sum(raised.values())
    return {name: p / total for name, p in raised.items()}


def _weigh(
    criterion: str, every: Sequence[Run], places: Sequence[Mapping[str, float]], answers: Sequence[Mapping[str, float]]
) -> tuple[str, str, Run, tuple[float, ...]]:
    """Return the answer that one run gives best, with what the runs around it say of the same."""
    told = [place.get(criterion, 0.0) for place in places]
    score, at, answer = max((told[at] * p, -at, name) for at, given in enumerate(answers) for name, p in given.items())
    run = every[-at]
    denied = max(told[i] * p for i, given in enumerate(answers) for name, p in given.items() if name != answer)
    near = [i for i, other in enumerate(every) if other.overlaps(run)]
    rival = max(p for i in near for name, p in places[i].items() if name not in (criterion, NOTHING, SEVERAL))
    within = min(told[i] for i in near if _holds(run, every[i]))
    agreed = min(answers[i][answer] for i in near if _holds(run, every[i]) or _holds(every[i], run))
    numbers = (score, denied, rival, within, agreed, places[-at][SEVERAL], places[-at][NOTHING])
    return criterion, answer, run, tuple(map(_log_odds, numbers))


def _holds(run: Run, other: Run) -> bool:
    """Whether a run holds all of another."""
    return run.first <= other.first and other.last <= run.last


def _log_odds(probability: float) -> float:
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))


def to_json(teller: Teller) -> dict[str, Any]:
    """Return what `from_json` reads."""
    return {
        "criteria": teller.criteria.to_json(),
        "answers": teller.answers.to_json(),
        "sure": [round(one, 5) for one in teller.sure.weights],
    }


def from_json(kept: Mapping[str, Any]) -> Teller:
    """Read what `to_json` wrote."""
    return Teller(Linear.from_json(kept["criteria"]), Linear.from_json(kept["answers"]), Logit(tuple(kept["sure"])))
