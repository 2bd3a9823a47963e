"""Places a question beside those that were written: of each attribute, and of each sentence of the fiches. Pure.

A question becomes one short vector: its sentence vector seen through a learned projection, beside the mean of learned
vectors of its words, pairs of words and pieces of words. Each target has one vector too: some wordings of an attribute;
the questions that a sentence answers, to which it says yes, or no, or which it leaves unsaid. The nearer, the likelier.
"""

import itertools
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.questions.acts import Says
from bot.questions.linear import packed, softmax, unpacked

Floats = NDArray[np.float32]
PIECES: Final = 1 << 14  # rows of the table of words and pieces: two that fall on one row share it
SHARE_OF_PIECES: Final = 0.7  # the length of that part of a question's vector, beside 1 for the sentence vector
_LENGTH: Final = float(np.hypot(1.0, SHARE_OF_PIECES))
_LONG: Final = 5  # letters: the beginning of a longer word counts too
_RUN: Final = 4  # letters of a piece
FAR: Final = -14.0  # log-probability under which all attributes are as unlikely


class Target(NamedTuple):
    """What a question may be: a wording of an attribute (`sentence` is ""), or of one of its sentences."""

    attribute: str
    sentence: str
    says: Says


class Told(NamedTuple):
    """How likely a sentence answers (`told`), and says yes or no if it does; together they make one probability."""

    told: float
    yes: float
    no: float


def pieces_of(text: str) -> list[int]:
    """Return the rows of the words of a text, of their pairs and of their pieces; one row at least."""
    words = _words(text)
    found = [f"w{word}" for word in words]
    found += [f"b{one}_{other}" for one, other in itertools.pairwise(words)]
    found += [f"p{word[:_LONG]}" for word in words if len(word) > _LONG]
    found += [f"n{run}" for word in words for run in _runs(f"<{word}>")]
    return [zlib.crc32(one.encode()) % PIECES for one in found] or [0]


def _runs(word: str) -> list[str]:
    return [word[i : i + _RUN] for i in range(len(word) - _RUN + 1)]


def unit(rows: Floats) -> Floats:
    """Return rows of length 1."""
    found: Floats = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return found


@dataclass(frozen=True)
class Match:
    """One question beside all targets: `scores` are log-probabilities up to a constant, in the order of `targets`."""

    matcher: "Matcher"
    scores: Floats

    @cached_property
    def attributes(self) -> dict[str, float]:
        """The log-probability of each attribute that has targets, unsaid ones left out."""
        names, columns, rows = self.matcher.columns
        raised = np.exp(self.scores[rows] - self.scores[rows].max())
        sums = np.bincount(columns, raised, len(names))
        logs = np.maximum(np.log(sums / sums.sum() + 1e-12), FAR)
        return dict(zip(names, logs.tolist(), strict=True))

    @cached_property
    def sentences(self) -> Mapping[str, Told]:
        """What each sentence is likely to be to the question."""
        rows = self.matcher.rows_of_sentences
        shares = softmax(self.scores[[row for own in rows.values() for row in own.values()]]).tolist()
        found, at = {}, iter(shares)
        for sentence, own in rows.items():
            share = {says: next(at) for says in own}
            yes, no = share.get("yes", 0.0), share.get("no", 0.0)
            found[sentence] = Told(share.get("any", 0.0) + yes + no, yes, no)
        return found


@dataclass(frozen=True)
class Matcher:
    """`project` turns a sentence vector, `pieces` has a row for each of `PIECES`; `middles` and `bias` one a target."""

    targets: tuple[Target, ...]
    project: Floats
    pieces: Floats
    middles: Floats
    bias: Floats

    def match(self, text: str, vector: Floats) -> Match:
        """Return a question beside all targets; `vector` is the unit sentence vector of the text as it was written."""
        seen = unit(vector @ self.project)
        read = unit(self.pieces[pieces_of(text)].mean(axis=0))
        own = (np.concatenate([seen, SHARE_OF_PIECES * read]) / _LENGTH).astype(np.float32)
        return Match(self, self.middles @ own + self.bias)

    @cached_property
    def columns(self) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
        """The attributes; of each target that says something, the place of its attribute among them, and its row."""
        names = tuple(sorted({one.attribute for one in self.targets}))
        place = {name: column for column, name in enumerate(names)}
        rows = [row for row, one in enumerate(self.targets) if one.says != "unsaid"]
        return names, np.array([place[self.targets[row].attribute] for row in rows]), np.array(rows)

    @cached_property
    def rows_of_sentences(self) -> Mapping[str, Mapping[Says, int]]:
        """The rows of each sentence, by what it says."""
        found: dict[str, dict[Says, int]] = {}
        for row, one in enumerate(self.targets):
            if one.sentence:
                found.setdefault(one.sentence, {})[one.says] = row
        return found

    @cached_property
    def _of_attributes(self) -> Mapping[str, Floats]:
        names, columns, rows = self.columns
        return {name: unit(self.middles[rows[columns == i]].sum(axis=0)) for i, name in enumerate(names)}

    def alike(self, one: str, other: str) -> float:
        """Return how near the wordings of two attributes are, from -1 to 1; 0 where one has none."""
        own = self._of_attributes
        return float(own[one] @ own[other]) if one in own and other in own else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        arrays = {"project": self.project, "pieces": self.pieces, "middles": self.middles}
        return {
            "targets": [list(one) for one in self.targets],
            "sizes": {name: int(rows.shape[1]) for name, rows in arrays.items()},
            "bias": [round(float(one), 4) for one in self.bias],
            **{name: packed(rows) for name, rows in arrays.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Matcher":
        """Read what `to_json` wrote."""
        arrays = {name: unpacked(kept[name], int(size)) for name, size in kept["sizes"].items()}
        return cls(tuple(Target(*one) for one in kept["targets"]), bias=np.asarray(kept["bias"], np.float32), **arrays)


def plain(text: str) -> str:
    """Return the words of a text alone, folded: how the beginnings of sentences are compared."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", french.fold(text))
