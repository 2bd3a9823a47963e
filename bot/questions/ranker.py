"""Which attribute a question is about: a few features that mean the same for all, with weights shared by all. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.questions.linear import softmax
from bot.questions.matcher import FAR, Match, Matcher
from bot.questions.tables import Tables
from bot.questions.terms import Terms

Floats = NDArray[np.float32]
FEATURES: Final = ("words", "pieces", "match", "slots", "operation", "covered")


@dataclass(frozen=True)
class Ranker:
    """Ranks attributes: of each, how a question stands beside what was written and counted of it."""

    tables: Tables
    matcher: Matcher
    weights: Floats
    texts: Mapping[str, frozenset[str]]

    def features(self, terms: Terms, match: Match, operations: Mapping[str, float]) -> Floats:
        """Return one row an attribute, one column a feature."""
        near = match.attributes
        rows = (
            _standard(self.tables.words.scores(terms.words)),
            _standard(self.tables.pieces.scores(terms.pieces)),
            np.array([near.get(name, FAR) for name in self.tables.attributes], np.float32),
            self.tables.slot_scores(terms),
            self.tables.operation_scores(operations),
            self._covered(terms),
        )
        return np.stack(rows, axis=1).astype(np.float32)

    def scores(self, terms: Terms, match: Match, operations: Mapping[str, float]) -> Floats:
        """Return one score an attribute: unnormalised log-probabilities."""
        found: Floats = self.features(terms, match, operations) @ self.weights
        return found

    def probabilities(self, terms: Terms, match: Match, operations: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return the attributes with their probabilities, likeliest first."""
        found = softmax(self.scores(terms, match, operations))
        order = np.argsort(-found, kind="stable")
        return [(self.tables.attributes[i], float(found[i])) for i in order]

    def _covered(self, terms: Terms) -> Floats:
        """Return the share of the content words that stand in the sections of each attribute."""
        stems = {word.stem for word in terms.content}
        if not stems:
            return np.zeros(len(self.tables.attributes), np.float32)
        shares = [len(stems & self.texts.get(name, frozenset())) / len(stems) for name in self.tables.attributes]
        return np.asarray(shares, dtype=np.float32)


def _standard(scores: Floats) -> Floats:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)


START: Final = (0.5, 0.5, 0.7, 0.3, 0.3, 0.3)


def fit(
    rows: Sequence[tuple[Floats, int]], rounds: int = 400, rate: float = 0.05, start: Sequence[float] = START
) -> Floats:
    """Return the weights for which the right attribute is likeliest: conditional logit, by gradient descent.

    Each row holds the features of one question by attribute, and which attribute is right; the fit begins at `start`.
    """
    # The best candidates and the right one are enough: the others weigh nothing.
    kept = [_candidates(features, right) for features, right in rows]
    cube = np.stack([features for features, _ in kept])
    right = np.array([one for _, one in kept])
    weights = np.array(start, np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, rounds + 1):
        scores = cube @ weights
        scores -= scores.max(axis=1, keepdims=True)
        share = np.exp(scores)
        share /= share.sum(axis=1, keepdims=True)
        share[np.arange(len(right)), right] -= 1
        slope = np.einsum("qa,qaf->f", share, cube) / len(right)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights.astype(np.float32)


_KEPT: Final = 40


def _candidates(features: Floats, right: int) -> tuple[Floats, int]:
    order = np.argsort(-features[:, :3].sum(axis=1), kind="stable")[:_KEPT]
    if right not in order:
        order[-1] = right
    return features[order], int(np.where(order == right)[0][0])


def weights_to_json(weights: Floats) -> dict[str, Any]:
    """Return the weights by name of feature."""
    return {name: round(float(one), 4) for name, one in zip(FEATURES, weights, strict=True)}


def weights_from_json(kept: Mapping[str, float]) -> Floats:
    """Read what `weights_to_json` wrote."""
    return np.asarray([kept[name] for name in FEATURES], dtype=np.float32)
