"""Which attribute a follow-up asks for, given what was spoken of: two rankings under learned weights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.programme.attributes import Attributes
from bot.questions.linear import softmax

Floats = NDArray[np.float32]
FEATURES: Final = ("alone", "after", "same", "fiche", "of", "family")


@dataclass(frozen=True)
class Focus:
    """Weighs, for each attribute, how a turn reads alone, and after the names of what was spoken of before it.

    `weights` has one number a feature: the score alone, the score after the names, whether the attribute is the one
    spoken of, whether it shares a fiche with it, whether both are of the same kind of thing, whether their names begin
    with the same word (conso_duration, conso_resources).
    """

    attributes: Attributes
    names: tuple[str, ...]
    weights: Floats

    def features(self, alone: Floats, after: Floats, before: str) -> Floats:
        """Return one row an attribute, one column a feature; `before` is the attribute spoken of."""
        return np.stack([alone, after, *self._kinship(before)], axis=1).astype(np.float32)

    def probabilities(self, alone: Floats, after: Floats, before: str) -> list[tuple[str, float]]:
        """Return the attributes with their probabilities, likeliest first."""
        found = softmax(self.features(alone, after, before) @ self.weights)
        order = np.argsort(-found, kind="stable")
        return [(self.names[i], float(found[i])) for i in order]

    def _kinship(self, before: str) -> Sequence[Floats]:
        known = self.attributes.by_name
        own, of = _fiches(self.attributes, before), known[before].of if before in known else "none"
        return (
            np.array([name == before for name in self.names], np.float32),
            np.array([bool(own & _fiches(self.attributes, name)) for name in self.names], np.float32),
            np.array([known[name].of == of for name in self.names], np.float32),
            np.array([_family(name) == _family(before) for name in self.names], np.float32),
        )


def _family(name: str) -> str:
    return name.partition("_")[0]


def _fiches(attributes: Attributes, name: str) -> frozenset[str]:
    known = attributes.by_name.get(name)
    return frozenset(one.partition("#")[0] for one in known.sections) if known else frozenset()


def weights_to_json(weights: Floats) -> dict[str, Any]:
    """Return the weights by name of feature."""
    return {name: round(float(one), 4) for name, one in zip(FEATURES, weights, strict=True)}


def weights_from_json(kept: Mapping[str, float]) -> Floats:
    """Read what `weights_to_json` wrote."""
    return np.asarray([kept[name] for name in FEATURES], dtype=np.float32)
