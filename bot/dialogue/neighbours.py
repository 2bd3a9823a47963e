"""Places a question by the examples nearest to it: the same words, or the same meaning by the embedder."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french

Vectors = NDArray[np.float32]
NEGATIVE: Final = frozenset({"not_in_documents", "out_of_scope"})

_LEXICAL_SHARE: Final = 0.5
_NEIGHBOURS: Final = 80


@dataclass(frozen=True)
class Example:
    """A question whose place is known: `label` is a topic, or a section of a fiche (`document#section`)."""

    text: str
    label: str


@dataclass(frozen=True)
class Placed:
    """A label with how near its examples are, from 0 to 1."""

    label: str
    score: float


class Neighbours:
    """Examples, their vectors and their words; answers which labels are nearest to a question."""

    def __init__(self, examples: Sequence[Example], vectors: Vectors, canonical: Callable[[str], str]) -> None:
        self._labels = [example.label for example in examples]
        self._vectors = vectors
        self._canonical = canonical
        counted = [Counter(self._terms(example.text)) for example in examples]
        frequencies = Counter(term for terms in counted for term in terms)
        self._weights = {term: math.log(1 + len(examples) / count) for term, count in frequencies.items()}
        self._postings = _postings(counted, self._weights)
        self.vocabulary = frozenset(self._weights)
        labelled = list(zip(counted, self._labels, strict=True))
        self.answerable = frozenset(term for terms, label in labelled if label not in NEGATIVE for term in terms)
        self._of_laureates = frozenset(t for terms, label in labelled if label.startswith("laureate_") for t in terms)
        self.of_topics = frozenset(term for terms, label in labelled if "#" not in label for term in terms)

    def place(self, masked: str, vector: Sequence[float]) -> list[Placed]:
        """Return the labels nearest to a masked question and its vector, nearest first."""
        cosine = np.clip(self._vectors @ np.asarray(vector, dtype=np.float32), 0, 1)
        fused = (1 - _LEXICAL_SHARE) * cosine + _LEXICAL_SHARE * self._overlap(masked)
        best: dict[str, float] = {}
        support: Counter[str] = Counter()
        order = np.argsort(-fused)[:_NEIGHBOURS]
        close = float(fused[order[0]]) - 0.1
        for position in order:
            label = self._labels[position]
            best.setdefault(label, float(fused[position]))
            support[label] += fused[position] >= close
        # A few near examples that agree are worth a little more than one alone.
        placed = [Placed(label, score + 0.015 * max(0, min(support[label], 5) - 1)) for label, score in best.items()]
        return sorted(placed, key=lambda one: -one.score)

    def is_asked_of_laureates(self, word: str) -> bool:
        """Whether a known question about a laureate has this folded word, or one that means the same."""
        return self._canonical(word) in self._of_laureates

    def _terms(self, text: str) -> list[str]:
        return [self._canonical(word) for word in french.words(text)]

    def _overlap(self, masked: str) -> Vectors:
        scores = np.zeros(len(self._labels), dtype=np.float32)
        terms = Counter(self._terms(masked))
        # A word that no example has weighs as much as the rarest: it pulls the question away from all of them.
        rarest = math.log(1 + len(self._labels))
        squares = sum((self._weights.get(term, rarest) * count) ** 2 for term, count in terms.items())
        for term, count in terms.items():
            if term in self._postings:
                rows, values = self._postings[term]
                scores[rows] += values * self._weights[term] * count
        return scores / max(math.sqrt(squares), 1e-9)


def _postings(
    counted: Sequence[Mapping[str, int]], weights: Mapping[str, float]
) -> dict[str, tuple[NDArray[np.int64], Vectors]]:
    """Return, for each term, the examples that have it and its share of their unit-length vector."""
    rows: dict[str, list[int]] = {}
    values: dict[str, list[float]] = {}
    for row, terms in enumerate(counted):
        length = math.sqrt(sum((weights[term] * count) ** 2 for term, count in terms.items())) or 1.0
        for term, count in terms.items():
            rows.setdefault(term, []).append(row)
            values.setdefault(term, []).append(weights[term] * count / length)
    return {t: (np.asarray(rows[t]), np.asarray(values[t], dtype=np.float32)) for t in rows}
