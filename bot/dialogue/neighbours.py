"""Places a question by the examples nearest to it: the same words, or the same meaning by the embedder."""

import json
import math
import os
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french

Vectors = NDArray[np.float32]
NEGATIVE: Final = frozenset({"not_in_documents", "out_of_scope"})

_LEXICAL_SHARE: Final = 0.5
_NEIGHBOURS: Final = 12


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

    def place(self, masked: str, vector: Sequence[float]) -> list[Placed]:
        """Return the labels nearest to a masked question and its vector, nearest first."""
        cosine = np.clip(self._vectors @ np.asarray(vector, dtype=np.float32), 0, 1)
        fused = (1 - _LEXICAL_SHARE) * cosine + _LEXICAL_SHARE * self._overlap(masked)
        best: dict[str, float] = {}
        support: Counter[str] = Counter()
        for position in np.argsort(-fused)[:_NEIGHBOURS]:
            label = self._labels[position]
            best.setdefault(label, float(fused[position]))
            support[label] += 1
        # A few near examples that agree are worth a little more than one alone.
        placed = [Placed(label, score + 0.015 * (min(support[label], 5) - 1)) for label, score in best.items()]
        return sorted(placed, key=lambda one: -one.score)

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


def load_examples(mask: Callable[[str], str]) -> list[Example]:
    """Return the examples that ship with the program, masked."""
    examples = []
    for name in ("examples.toml", "negatives.toml"):
        table = tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
        examples += [Example(mask(text), topic["name"]) for topic in table["topic"] for text in topic["examples"]]
    return examples


def vectors_of(
    texts: Iterable[str], embed: Callable[[list[str]], list[list[float]]], identity: str, cache: Path
) -> Vectors:
    """Return one vector a text, from the cache file as far as it has them; the file is then brought up to date."""
    wanted = list(texts)
    known = _read_cache(cache, identity)
    missing = list(dict.fromkeys(text for text in wanted if text not in known))
    if missing:
        known.update(zip(missing, np.asarray(embed(missing), dtype=np.float32), strict=True))
    if missing or len(known) > 2 * len(wanted):
        _write_cache(cache, identity, {text: known[text] for text in wanted})
    return np.stack([known[text] for text in wanted])


def _read_cache(cache: Path, identity: str) -> dict[str, Vectors]:
    try:
        with np.load(cache, allow_pickle=False) as stored:
            header = json.loads(str(stored["header"]))
            if header["identity"] == identity:
                return dict(zip(header["texts"], stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        pass  # no cache yet, or one that is damaged: it is made again
    return {}


def _write_cache(cache: Path, identity: str, known: Mapping[str, Vectors]) -> None:
    cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    header = json.dumps({"identity": identity, "texts": list(known)}, ensure_ascii=False)
    partial = cache.with_name(f".{cache.name}.{os.getpid()}")
    with partial.open("wb") as file:
        np.savez(file, header=np.asarray(header), vectors=np.stack(list(known.values())))
    partial.replace(cache)
