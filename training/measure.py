"""Figures: the right label at first and in three, by wordings and by a softmax regression; and what has no answer."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
BEST = 3


def nearest(known: Matrix, labels: NDArray[np.int64], asked: Matrix, count: int) -> Matrix:
    """Return question × label: the mean cosine of the label's `BEST` nearest wordings."""
    cosines = asked @ known.T
    scores = np.full((len(asked), count), -1, np.float32)
    for label in range(count):
        own = np.sort(cosines[:, labels == label], axis=1)[:, -BEST:]
        if own.shape[1]:
            scores[:, label] = own.mean(axis=1)
    return scores


def regression(known: Matrix, labels: NDArray[np.int64], asked: Matrix, count: int, epochs: int = 12) -> Matrix:
    """Return question × label: the logits of a softmax regression (AdaGrad, batches of 128)."""
    chance = np.random.default_rng(0)
    weights, bias = np.zeros((known.shape[1], count), np.float32), np.zeros(count, np.float32)
    past = np.full_like(weights, 1e-6)
    for _ in range(epochs):
        order = chance.permutation(len(known))
        for start in range(0, len(order), 128):
            rows = order[start : start + 128]
            logits = known[rows] @ weights + bias
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            odds /= odds.sum(axis=1, keepdims=True)
            odds[np.arange(len(rows)), labels[rows]] -= 1
            slope = known[rows].T @ odds / len(rows) + 1e-5 * weights
            past += slope * slope
            weights -= 0.5 * slope / np.sqrt(past)
            bias -= 0.5 * odds.mean(axis=0)
    return np.asarray(asked @ weights + bias, np.float32)


def at(scores: Matrix, right: NDArray[np.int64], rank: int) -> float:
    """Return how often the right label is among the first `rank`."""
    return float((np.argsort(-scores, axis=1)[:, :rank] == right[:, None]).any(axis=1).mean())


def auroc(good: Matrix, bad: Matrix) -> float:
    """Return how often an answerable question scores above one without answer."""
    order = np.argsort(np.concatenate([good, bad]), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    return float((ranks[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad)))
