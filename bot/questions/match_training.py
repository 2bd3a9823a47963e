"""Trains the matcher: projections and targets together, by gradient descent. The same input gives the same weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.questions.matcher import PIECES, SHARE_OF_PIECES, Matcher, Target, pieces_of, unit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_SEEN, _READ = 128, 64  # dimensions of the two parts of a question's vector
_LENGTH: Final = float(np.hypot(1.0, SHARE_OF_PIECES))
_STEPS: Final = 32  # an epoch
_UNSEEN, _UNREAD = 0.3, 0.7  # shares of the sentence vector and of the pieces that are left out while training
_SMOOTHED: Final = 0.1  # of the target, shared among all
_OF_VERDICTS: Final = 0.5  # weight of telling yes from no
_GROUPS, _TOGETHER = 6, 8  # targets of an attribute at most, and wordings for one
_RATES: Final = {"project": 1e-3, "pieces": 1e-2, "middles": 3e-3, "bias": 1e-2, "scale": 1e-2}


@dataclass(frozen=True)
class Written:
    """A question as it was written, with its vector: `target` is its own; of a wording of an attribute any group."""

    text: str
    vector: Floats
    target: Target


@dataclass(frozen=True)
class _Batch:
    vectors: Floats
    flat: Ints
    owner: Ints
    counts: Ints


class _Rows:
    """Questions as arrays: their vectors, and the rows of their pieces one after the other."""

    def __init__(self, questions: Sequence[Written]) -> None:
        self.vectors = np.stack([one.vector for one in questions]).astype(np.float32)
        self.pieces = [np.array(pieces_of(one.text)) for one in questions]

    def batch(self, chosen: Ints, shuffle: np.random.Generator | None = None) -> _Batch:
        """Return some questions; parts of them are left out when `shuffle` is given."""
        vectors, pieces = self.vectors[chosen], [self.pieces[i] for i in chosen]
        if shuffle is not None:
            kept = shuffle.random(vectors.shape, np.float32) >= _UNSEEN
            vectors = np.where(kept, vectors / (1 - _UNSEEN), np.float32(0))
            pieces = [_some(one, shuffle) for one in pieces]
        counts = np.array([len(one) for one in pieces])
        return _Batch(vectors, np.concatenate(pieces), np.repeat(np.arange(len(pieces)), counts), counts)


def _some(pieces: Ints, shuffle: np.random.Generator) -> Ints:
    kept = pieces[shuffle.random(len(pieces)) >= _UNREAD]
    return kept if len(kept) else pieces


class _Adam:
    """The weights in training, by name, and how each moves."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self.weights = weights
        self._first = {name: np.zeros_like(one) for name, one in weights.items()}
        self._second = {name: np.zeros_like(one) for name, one in weights.items()}
        self._step = 0

    def move(self, slopes: dict[str, Floats]) -> None:
        self._step += 1
        for name, slope in slopes.items():
            first, second = self._first[name], self._second[name]
            first += 0.1 * (slope - first)
            second += 0.001 * (slope**2 - second)
            way = (first / (1 - 0.9**self._step)) / (np.sqrt(second / (1 - 0.999**self._step)) + 1e-8)
            self.weights[name] -= (_RATES[name] * way).astype(np.float32)


class _Course:
    """The forward and the backward way."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self.weights = weights

    def vectors(self, batch: _Batch) -> tuple[Floats, Floats, Floats]:
        """Return the vectors of questions, and the two parts they are made of before they are brought to length 1."""
        seen = batch.vectors @ self.weights["project"]
        starts = np.concatenate([[0], np.cumsum(batch.counts)[:-1]])
        total = np.add.reduceat(self.weights["pieces"][batch.flat], starts, axis=0)
        read: Floats = (total / batch.counts[:, None]).astype(np.float32)
        own = np.concatenate([unit(seen), SHARE_OF_PIECES * unit(read)], axis=1) / _LENGTH
        return own.astype(np.float32), seen, read

    def slopes(self, batch: _Batch, error_of: Callable[[Floats], Floats]) -> dict[str, Floats]:
        """Return the gradient of the loss whose slope on the scores `error_of` gives."""
        own, seen, read = self.vectors(batch)
        middles, scale = self.weights["middles"], np.exp(self.weights["scale"])
        targets = unit(middles)
        scores = scale * (own @ targets.T) + self.weights["bias"]
        error = error_of(scores)
        back = scale * (error @ targets)
        on_targets = scale * (error.T @ own)
        return {
            "bias": error.sum(axis=0),
            "scale": np.array([(error * (scores - self.weights["bias"])).sum()], np.float32),
            "middles": _through(on_targets, middles),
            "project": batch.vectors.T @ _through(back[:, :_SEEN] / _LENGTH, seen),
            "pieces": _scattered(_through(back[:, _SEEN:] * (SHARE_OF_PIECES / _LENGTH), read), batch),
        }


def _of_sentences(right: Ints, says: Ints, scores: Floats) -> Floats:
    """Return the slope of the loss where one target is right.

    Where it says yes or no, it is told from the other one of its sentence as well.
    """
    places = np.arange(len(scores))
    error = _softmax(scores)
    error -= np.float32(_SMOOTHED / scores.shape[1])
    error[places, right] -= 1 - _SMOOTHED
    error /= len(scores)
    # The rows of a sentence stand together: any, yes, no, unsaid.
    sided = places[np.isin(says[right], (1, 2))]
    side = says[right[sided]]
    first = right[sided] - side + 1
    slope = _softmax(np.stack([scores[sided, first], scores[sided, first + 1]], axis=1))
    slope[np.arange(len(sided)), side - 1] -= 1
    slope *= _OF_VERDICTS / max(len(sided), 1)
    error[sided, first] += slope[:, 0]
    error[sided, first + 1] += slope[:, 1]
    return error


def _of_attributes(right: Ints, attribute: Ints, says: Ints, scores: Floats) -> Floats:
    """Return the slope of the loss where any target of the right attribute is right, but those that leave it unsaid."""
    shares = _softmax(np.where(says == _UNSAID, np.float32(-1e4), scores))
    inside = shares * (attribute[None] == right[:, None])
    error: Floats = (shares - inside / np.maximum(inside.sum(axis=1, keepdims=True), 1e-9)) / len(scores)
    return error


_UNSAID: Final = 3
_SAYS: Final = {"any": 0, "yes": 1, "no": 2, "unsaid": _UNSAID}


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _through(slope: Floats, rows: Floats) -> Floats:
    """Return the slope on rows, given that on the same rows brought to length 1."""
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    straight = rows / lengths
    found: Floats = (slope - straight * (straight * slope).sum(axis=1, keepdims=True)) / lengths
    return found


def _scattered(slope: Floats, batch: _Batch) -> Floats:
    """Return the slope on the table of pieces, given that on the mean of those of each question."""
    order = np.argsort(batch.flat, kind="stable")
    rows, starts = np.unique(batch.flat[order], return_index=True)
    shared = slope / batch.counts[:, None].astype(np.float32)
    found = np.zeros((PIECES, slope.shape[1]), np.float32)
    found[rows] = np.add.reduceat(shared[batch.owner[order]], starts, axis=0)
    return found


def train(sentences: Sequence[Written], wordings: Sequence[Written], *, epochs: int = 5, seed: int = 0) -> Matcher:
    """Return the matcher of questions on sentences and of wordings of attributes."""
    shuffle = np.random.default_rng(seed)
    targets, groups = _targets(sentences, wordings, shuffle)
    place = {one: row for row, one in enumerate(targets)}
    names = {name: i for i, name in enumerate(sorted({one.attribute for one in targets}))}
    says = np.array([_SAYS[one.says] for one in targets])
    attribute = np.array([names[one.attribute] for one in targets])
    of_sentences = np.array([place[one.target] for one in sentences])
    of_wordings = np.array([names[one.target.attribute] for one in wordings])
    first, second = _Rows(sentences), _Rows(wordings)
    size = first.vectors.shape[1]
    weights = {
        "project": (shuffle.standard_normal((size, _SEEN)) / np.sqrt(size)).astype(np.float32),
        "pieces": (0.3 * shuffle.standard_normal((PIECES, _READ))).astype(np.float32),
        "middles": np.zeros((len(targets), _SEEN + _READ), np.float32),
        "bias": np.zeros(len(targets), np.float32),
        "scale": np.array([3.0], np.float32),
    }
    course, moves = _Course(weights), _Adam(weights)
    for rows, own in ((first, of_sentences), (second, groups)):
        np.add.at(weights["middles"], own, course.vectors(rows.batch(np.arange(len(own))))[0])
    weights["middles"][:] = unit(weights["middles"])
    for _ in range(epochs):
        steps = min(_STEPS, len(sentences), len(wordings))
        orders = (np.array_split(shuffle.permutation(len(one)), steps) for one in (sentences, wordings))
        for some, others in zip(*orders, strict=True):
            one = course.slopes(first.batch(some, shuffle), partial(_of_sentences, of_sentences[some], says))
            other = course.slopes(
                second.batch(others, shuffle), partial(_of_attributes, of_wordings[others], attribute, says)
            )
            moves.move({name: one[name] + other[name] for name in one})
    scale = np.exp(weights["scale"])
    return Matcher(
        tuple(targets), weights["project"], weights["pieces"], scale * unit(weights["middles"]), weights["bias"]
    )


def _targets(
    sentences: Sequence[Written], wordings: Sequence[Written], shuffle: np.random.Generator
) -> tuple[list[Target], Ints]:
    """Return all targets, four a sentence, then the groups of wordings of each attribute; and the group of each one."""
    ways = dict.fromkeys((one.target.attribute, one.target.sentence) for one in sentences)
    targets = [Target(*way, says) for way in ways for says in ("any", "yes", "no", "unsaid")]
    groups = np.zeros(len(wordings), np.int64)
    names = np.array([one.target.attribute for one in wordings])
    vectors = np.stack([one.vector for one in wordings])
    for name in sorted(set(names.tolist())):
        own = np.flatnonzero(names == name)
        nearest = grouped(vectors[own], shuffle)
        groups[own] = len(targets) + nearest
        targets += [Target(name, "", "any")] * (int(nearest.max()) + 1)
    return targets, groups


def grouped(rows: Floats, shuffle: np.random.Generator, rounds: int = 8) -> Ints:
    """Return of which group each row is; rows that are alike stand in one group."""
    count = min(_GROUPS, max(1, len(rows) // _TOGETHER))
    middles = rows[shuffle.choice(len(rows), count, replace=False)]
    nearest = np.zeros(len(rows), np.int64)
    for _ in range(rounds):
        nearest = np.argmax(rows @ middles.T, axis=1)
        middles = unit(
            np.stack([rows[nearest == i].mean(axis=0) if (nearest == i).any() else middles[i] for i in range(count)])
        )
    return nearest
