"""A softmax classifier over words and a sentence vector: trained in numpy, kept as JSON. Pure."""

import base64
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BATCH: Final = 128
_SCALE: Final = 127.0


@dataclass(frozen=True)
class Linear:
    """Scores of classes: `words` has a row a feature, `dense` a row a dimension of the vector (none: not used)."""

    classes: tuple[str, ...]
    vocabulary: Mapping[str, int]
    words: Floats
    dense: Floats
    bias: Floats

    def scores(self, features: Sequence[str], vector: Floats | None = None) -> Floats:
        """Return one score a class: unnormalised log-probabilities."""
        known = [self.vocabulary[one] for one in dict.fromkeys(features) if one in self.vocabulary]
        total = self.bias.copy()
        if known:
            total += self.words[known].sum(axis=0) / math.sqrt(len(known))
        if vector is not None and len(self.dense):
            total += vector @ self.dense
        return total

    def probabilities(self, features: Sequence[str], vector: Floats | None = None) -> dict[str, float]:
        """Return the probability of each class."""
        found = softmax(self.scores(features, vector))
        return dict(zip(self.classes, map(float, found), strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads: weights in 8 bits a class."""
        return {
            "classes": list(self.classes),
            "vocabulary": list(self.vocabulary),
            "words": packed(self.words),
            "dense": packed(self.dense),
            "bias": [round(float(one), 4) for one in self.bias],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Linear":
        """Read what `to_json` wrote."""
        classes = tuple(kept["classes"])
        vocabulary = {word: row for row, word in enumerate(kept["vocabulary"])}
        words, dense = (unpacked(kept[name], len(classes)) for name in ("words", "dense"))
        return cls(classes, vocabulary, words, dense, np.asarray(kept["bias"], dtype=np.float32))


@dataclass(frozen=True)
class Logit:
    """A probability from a few numbers: weights on the scale of the features, the last one for 1."""

    weights: tuple[float, ...]

    def probability(self, features: tuple[float, ...]) -> float:
        total = sum(w * f for w, f in zip(self.weights, (*features, 1.0), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def softmax(scores: Floats) -> Floats:
    """Return scores as probabilities."""
    raised: Floats = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


def train(
    examples: Sequence[tuple[Sequence[str], str]],
    vectors: Floats | None = None,
    *,
    least: int = 2,
    epochs: int = 12,
    rate: float = 0.3,
    decay: float = 1e-4,
    seed: int = 0,
    say: Callable[[str], None] = lambda _: None,
) -> Linear:
    """Fit a classifier to examples (features, class); a feature counts once an example, those seen less than `least`
    times are left out. The same input gives the same weights.
    """
    counts = Counter(one for features, _ in examples for one in set(features))
    vocabulary = {one: row for row, one in enumerate(sorted(one for one, n in counts.items() if n >= least))}
    classes = tuple(sorted({name for _, name in examples}))
    place = {name: column for column, name in enumerate(classes)}
    rows = [
        np.array(sorted({vocabulary[one] for one in features if one in vocabulary}), dtype=np.int64)
        for features, _ in examples
    ]
    labels = np.array([place[name] for _, name in examples])
    size = 0 if vectors is None else vectors.shape[1]
    words, dense = (np.zeros((n, len(classes)), np.float32) for n in (len(vocabulary), size))
    bias = np.zeros(len(classes), np.float32)
    seen = [np.full_like(one, 1e-3) for one in (words, dense, bias)]
    shuffle = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = shuffle.permutation(len(examples))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            flat = np.concatenate([rows[i] for i in batch])
            owner = np.repeat(np.arange(len(batch)), [len(rows[i]) for i in batch])
            share = np.repeat([1 / math.sqrt(max(len(rows[i]), 1)) for i in batch], [len(rows[i]) for i in batch])
            scores = np.tile(bias, (len(batch), 1))
            np.add.at(scores, owner, words[flat] * share[:, None].astype(np.float32))
            if vectors is not None:
                scores += vectors[batch] @ dense
            scores -= scores.max(axis=1, keepdims=True)
            error = np.exp(scores)
            error /= error.sum(axis=1, keepdims=True)
            error[np.arange(len(batch)), labels[batch]] -= 1
            error /= len(batch)
            touched, inverse = np.unique(flat, return_inverse=True)
            gradient = np.zeros((len(touched), len(classes)), np.float32)
            np.add.at(gradient, inverse, error[owner] * share[:, None].astype(np.float32))
            gradient += decay * words[touched]
            seen[0][touched] += gradient**2
            words[touched] -= rate * gradient / np.sqrt(seen[0][touched])
            if vectors is not None:
                slope = vectors[batch].T @ error + decay * dense
                seen[1] += slope**2
                dense -= rate * slope / np.sqrt(seen[1])
            slope = error.sum(axis=0)
            seen[2] += slope**2
            bias -= rate * slope / np.sqrt(seen[2])
        say(f"{epoch + 1}/{epochs}")
    return Linear(classes, vocabulary, words, dense, bias)


def packed(weights: Floats) -> dict[str, Any]:
    if not weights.size:
        return {"scale": [], "rows": ""}
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / _SCALE
    small = np.round(weights / scale).astype(np.int8)
    return {"scale": [float(f"{one:.6g}") for one in scale], "rows": base64.b64encode(small.tobytes()).decode()}


def unpacked(kept: Mapping[str, Any], classes: int) -> Floats:
    if not kept["rows"]:
        return np.zeros((0, classes), np.float32)
    small = np.frombuffer(base64.b64decode(kept["rows"], validate=True), dtype=np.int8).reshape(-1, classes)
    return small.astype(np.float32) * np.asarray(kept["scale"], dtype=np.float32)
