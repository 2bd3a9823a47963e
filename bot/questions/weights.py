"""The trained weights: the file that ships with the program, or that of a state directory, read and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.errors import ConfigurationError, KnowledgeError
from bot.questions import focus, orders, telling
from bot.questions.linear import Linear, Logit
from bot.questions.matcher import Matcher
from bot.questions.ranker import weights_from_json
from bot.questions.reading import Models

FILE: Final = "weights.json"
SHIPPED: Final = Path(__file__).with_name(FILE)


@dataclass(frozen=True)
class Weights:
    """All that was trained; `dimension` is that of the sentence vectors it was trained with."""

    dimension: int
    embedder: str
    shared: NDArray[np.float32]
    focus: Mapping[str, NDArray[np.float32]]
    matcher: Matcher
    rest: Linear
    models: Models

    def check(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a sentence vector. Raises ConfigurationError when it is of another embedder's dimension."""
        if len(vector) != self.dimension:
            raise ConfigurationError(
                f"Les poids de lecture sont faits pour des vecteurs de {self.dimension} dimensions, le modèle choisi "
                f"en donne {len(vector)} : lancez « python -m bot train », ou revenez à l'ancien embedding.model."
            )
        return vector


def load_weights(state: Path | None = None) -> Weights:
    """Return the weights trained on this machine, kept under `state`, or those that ship with the program."""
    own = state / FILE if state else SHIPPED
    path = own if own.is_file() else SHIPPED
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(
            [f"{path} : poids illisibles ({type(error).__name__}) : lancez « python -m bot train »"]
        ) from error


def to_text(kept: Mapping[str, Any]) -> str:
    """Return weights as they are kept: JSON, a head a line, so that a change shows which head it is of."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(head, ensure_ascii=False, separators=(',', ':'))}"
        for name, head in kept.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


_HEADS: Final = ("operations", "acts", "roles", "changes", "splits", "known", "wishes")


def _read(kept: Mapping[str, Any]) -> Weights:
    return Weights(
        int(kept["dimension"]),
        str(kept["embedder"]),
        weights_from_json(kept["ranker"]),
        focus.weights_from_json(kept["focus"]),
        Matcher.from_json(kept["matcher"]),
        Linear.from_json(kept["rest"]),
        Models(
            **{name: Linear.from_json(kept[name]) for name in _HEADS},
            answerable=Logit(tuple(kept["answerable"])),
            verdict=Logit(tuple(kept["verdict"])),
            roles_right=Logit(tuple(kept["roles_right"])),
            teller=telling.from_json(kept["teller"]),
            orders=orders.from_json(kept["orders"]),
        ),
    )
