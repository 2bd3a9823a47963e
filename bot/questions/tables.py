"""What wordings say of attributes, counted: words, pieces of words, slots, operations. Built from text, no weights."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.questions.acts import Operation
from bot.questions.terms import SLOTS, Terms

Floats = NDArray[np.float32]
_SMOOTHING: Final = 30.0
_LEAST_PIECES: Final = 3
_SLOT_SMOOTHING: Final = 4.0


@dataclass(frozen=True)
class Odds:
    """Log-odds of terms: a row a term, a column an attribute; 0 says nothing."""

    rows: Mapping[str, int]
    values: NDArray[np.float16]

    def scores(self, terms: Iterable[str]) -> Floats:
        """Return the sum over the terms known, made comparable between long and short questions."""
        known = [self.rows[one] for one in dict.fromkeys(terms) if one in self.rows]
        if not known:
            return np.zeros(self.values.shape[1], np.float32)
        total: Floats = self.values[known].astype(np.float32).sum(axis=0) / math.sqrt(len(known))
        return total

    @classmethod
    def counted(cls, documents: Sequence[Iterable[str]], columns: Sequence[int], size: int, least: int = 1) -> "Odds":
        """Count the terms of documents, each of an attribute."""
        sets = [set(terms) for terms in documents]
        frequency = Counter(term for terms in sets for term in terms)
        rows = {term: row for row, term in enumerate(sorted(t for t, n in frequency.items() if n >= least))}
        counts = np.zeros((len(rows), size), np.float32)
        for terms, column in zip(sets, columns, strict=True):
            counts[[rows[term] for term in terms if term in rows], column] += 1
        background = (counts.sum(axis=1, keepdims=True) + 0.5) / (counts.sum() + 1)
        total = counts.sum(axis=0, keepdims=True)
        # In place: these are the largest arrays of all.
        counts += _SMOOTHING * background
        counts /= total + _SMOOTHING
        np.log(counts, out=counts)
        counts -= np.log(background)
        return cls(rows, counts.astype(np.float16))


@dataclass(frozen=True)
class Tables:
    """The counts of all wordings. `stems` has, for each stem, how many wordings of each attribute hold it."""

    attributes: tuple[str, ...]
    words: Odds
    pieces: Odds
    stems: Mapping[str, int]
    stem_counts: NDArray[np.uint16]
    slots: Floats
    slots_of_all: Floats
    operations: Floats

    @cached_property
    def column(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.attributes)}

    def slot_scores(self, terms: Terms) -> Floats:
        """Return how much likelier the slots of a question are for each attribute than for all."""
        there = np.asarray(terms.slots, dtype=np.float32)
        odds: Floats = np.log(self.slots / self.slots_of_all) @ there + np.log(
            (1 - self.slots) / (1 - self.slots_of_all)
        ) @ (1 - there)
        return odds

    def operation_scores(self, operations: Mapping[str, float]) -> Floats:
        """Return how likely the operation asked is for each attribute, against all."""
        asked = np.array([operations.get(one, 0.0) for one in Operation], np.float32)
        likely: Floats = np.log(self.operations @ asked + 1e-6) - np.log(self.operations.mean(axis=0) @ asked + 1e-6)
        return likely

    def spread(self, stem: str) -> int:
        """Return of how many attributes the wordings hold a stem."""
        row = self.stems.get(stem)
        return 0 if row is None else int((self.stem_counts[row] > 0).sum())

    def total(self, stem: str) -> int:
        """Return how many wordings hold a stem."""
        row = self.stems.get(stem)
        return 0 if row is None else int(self.stem_counts[row].sum())

    def count(self, stem: str, attribute: str) -> int:
        """Return how many wordings of an attribute hold a stem."""
        row = self.stems.get(stem)
        return 0 if row is None else int(self.stem_counts[row, self.column[attribute]])

    def save(self, file: Path, **more: Any) -> None:
        """Write everything to a file."""
        arrays: dict[str, Any] = {
            "attributes": np.array(self.attributes),
            "words": self.words.values,
            "word_rows": np.array(list(self.words.rows)),
            "pieces": self.pieces.values,
            "piece_rows": np.array(list(self.pieces.rows)),
            "stem_rows": np.array(list(self.stems)),
            "stems": self.stem_counts,
            "slots": self.slots,
            "slots_of_all": self.slots_of_all,
            "operations": self.operations,
        }
        with file.open("wb") as written:
            np.savez_compressed(written, **{**arrays, **more})

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Tables":
        """Read what `save` wrote."""

        def rows(name: str) -> dict[str, int]:
            return {str(term): row for row, term in enumerate(stored[name].tolist())}

        return cls(
            tuple(stored["attributes"].tolist()),
            Odds(rows("word_rows"), stored["words"]),
            Odds(rows("piece_rows"), stored["pieces"]),
            rows("stem_rows"),
            stored["stems"],
            stored["slots"],
            stored["slots_of_all"],
            stored["operations"],
        )


@dataclass(frozen=True)
class Example:
    """A wording as the tables count it."""

    terms: Terms
    attribute: str
    operation: Operation | None = None
    stems: tuple[str, ...] = field(default=())


def build(examples: Sequence[Example], attributes: Sequence[str]) -> Tables:
    """Count examples. Every attribute has a column, examples or not."""
    names = tuple(attributes)
    place = {name: column for column, name in enumerate(names)}
    columns = [place[one.attribute] for one in examples]
    words = Odds.counted([one.terms.words for one in examples], columns, len(names))
    letters = Odds.counted([one.terms.pieces for one in examples], columns, len(names), _LEAST_PIECES)
    stems = sorted({word.stem for one in examples for word in one.terms.content})
    rows = {stem: row for row, stem in enumerate(stems)}
    counts = np.zeros((len(stems), len(names)), np.uint16)
    slots = np.zeros((len(names), len(SLOTS)), np.float32)
    operations = np.zeros((len(names), len(Operation)), np.float32)
    sizes = np.zeros(len(names), np.float32)
    order = {one: column for column, one in enumerate(Operation)}
    for example, column in zip(examples, columns, strict=True):
        counts[[rows[stem] for stem in {word.stem for word in example.terms.content}], column] += 1
        slots[column] += example.terms.slots
        sizes[column] += 1
        if example.operation is not None:
            operations[column, order[example.operation]] += 1
    of_all = (slots.sum(axis=0) + 1) / (sizes.sum() + 2)
    shares = (slots + _SLOT_SMOOTHING * of_all) / (sizes[:, None] + _SLOT_SMOOTHING)
    every = (operations.sum(axis=0) + 1) / (operations.sum() + len(Operation))
    asked = (operations + 10 * every) / (operations.sum(axis=1, keepdims=True) + 10)
    return Tables(names, words, letters, rows, counts, shares, of_all, asked)
