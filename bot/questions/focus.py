"""Which attribute a follow-up asks for, given what was spoken of: two rankings under learned weights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.programme.attributes import Attributes
from bot.questions.linear import softmax
from bot.questions.matcher import Matcher

Floats = NDArray[np.float32]
FEATURES: Final = ("alone", "after", "same", "fiche", "of", "family", "alike")
ACTS: Final = ("follow_attribute", "follow_scope")


@dataclass(frozen=True)
class Focus:
    """Weighs, for each attribute, how a turn reads alone, and after the names of what was spoken of before it.

    `weights` has, for each act, one number a feature: the score alone, the score after the names, whether the attribute
    is the one spoken of, whether it shares a fiche with it, whether both are of the same kind of thing, whether their
    names begin with the same word (conso_duration, conso_resources), and how near the wordings of both are.
    """

    attributes: Attributes
    names: tuple[str, ...]
    matcher: Matcher
    weights: Mapping[str, Floats]

    def features(self, alone: Floats, after: Floats, before: str) -> Floats:
        """Return one row an attribute, one column a feature; `before` is the attribute spoken of."""
        return np.stack([alone, after, *self._kinship(before)], axis=1).astype(np.float32)

    def probabilities(self, act: str, alone: Floats, after: Floats, before: str) -> list[tuple[str, float]]:
        """Return the attributes with their probabilities, likeliest first, for an act of `ACTS` (else the first)."""
        found = softmax(self.features(alone, after, before) @ self.weights.get(act, self.weights[ACTS[0]]))
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
            np.array([self.matcher.alike(before, name) for name in self.names], np.float32),
        )


def _family(name: str) -> str:
    return name.partition("_")[0]


def _fiches(attributes: Attributes, name: str) -> frozenset[str]:
    known = attributes.by_name.get(name)
    return frozenset(one.partition("#")[0] for one in known.sections) if known else frozenset()


def weights_to_json(weights: Mapping[str, Floats]) -> dict[str, Any]:
    """Return the weights of each act by name of feature."""
    return {
        act: {name: round(float(one), 4) for name, one in zip(FEATURES, own, strict=True)}
        for act, own in weights.items()
    }


def weights_from_json(kept: Mapping[str, Mapping[str, float]]) -> dict[str, Floats]:
    """Read what `weights_to_json` wrote."""
    return {act: np.asarray([own[name] for name in FEATURES], dtype=np.float32) for act, own in kept.items()}
