"""Yes or no to a question that prose answers, from what was written for its sentences. Pure."""

import math
import re
from typing import Final, Literal

from bot.questions.linear import Logit
from bot.questions.matcher import Match

Verdict = Literal["yes", "no"]
SURE: Final = 0.8  # a wrong verdict is four times worse than none
_LEAST: Final = 1e-4


def side(match: Match, sentence: str) -> Verdict:
    """Return what a sentence rather says to a question."""
    told = match.sentences[sentence]
    return "yes" if told.yes > told.no else "no"


def features(match: Match, sentence: str, text: str) -> tuple[float, ...]:
    """Return what tells whether the side of a sentence is the right verdict.

    How far it leans, and all sentences together with it; how likely it answers at all; how likely it is said to; and
    whether the folded question holds a word that may turn it round.
    """
    told, sign = match.sentences[sentence], 1.0 if side(match, sentence) == "yes" else -1.0
    yes, no = (sum(getattr(one, name) for one in match.sentences.values()) for name in ("yes", "no"))
    return (
        sign * _odds(told.yes, told.no),
        sign * _odds(yes, no),
        math.log(told.told + _LEAST),
        math.log(told.yes + told.no + _LEAST),
        float(is_turned(text)),
    )


def _odds(one: float, other: float) -> float:
    return math.log((one + _LEAST) / (other + _LEAST))


def verdict(model: Logit, match: Match, sentence: str, text: str) -> Verdict | None:
    """Return « yes » or « no » where it is sure, else None."""
    return side(match, sentence) if model.probability(features(match, sentence, text)) >= SURE else None


_TURNED: Final = re.compile(
    r"\b(?:n[e']|pas|sans|non|jamais|aucune?|hors|sauf|ni|seule?s?|uniquement|seulement|que|qu'|tou(?:s|te?s?)|chaque"
    r"|encore|toujours|avant|apres|depuis|moins|plus|trop|assez|impossible|interdit|exclu)(?=\b|\w)"
)  # words that stand in no list of content words, and may turn a verdict round


def is_turned(text: str) -> bool:
    """Whether a folded question holds a word that may turn its verdict round: a negation, « tous », « encore »."""
    return _TURNED.search(re.sub(r"est-ce qu[e']", "", text)) is not None
