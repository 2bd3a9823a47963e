"""Yes or no to a question that prose answers: stated, or said by a head trained on written verdicts. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from bot.documents import french
from bot.programme.attributes import Sense
from bot.questions.linear import Linear
from bot.questions.spans import Kind
from bot.questions.tables import Tables
from bot.questions.terms import Terms

Verdict = Literal["yes", "no"]
_SURE: Final = 0.85  # of wordings held out, 98 in a hundred verdicts as sure as this are right, none of what is unsaid
_NAMED: Final = frozenset(Kind) - {Kind.PROGRAMME}  # what a verdict may hang on, and no wording tells


def features(terms: Terms, attribute: str) -> tuple[str, ...]:
    """Return what tells the verdict of a yes/no question on an attribute."""
    stems = [f"{attribute}|{word.stem}" for word in terms.content]
    return (*terms.words, f"@{attribute}", *stems, *(f"{attribute}|{word}" for word in terms.words))


def verdict(
    model: Linear, terms: Terms, attribute: str, tables: Tables, texts: Mapping[str, frozenset[str]]
) -> Verdict | None:
    """Return « yes », « no », or None: when not sure, or for a word that nobody used of the attribute."""
    if terms.scan.has(*_NAMED):
        return None
    known = texts.get(attribute, frozenset())
    if any(not tables.count(word.stem, attribute) and word.stem not in known for word in terms.content):
        return None
    found = model.probabilities(features(terms, attribute))
    if found["yes"] >= _SURE:
        return "yes"
    return "no" if found["no"] >= _SURE else None


_TURNED: Final = re.compile(
    r"\b(?:n[e']|pas|sans|non|jamais|aucune?|hors|sauf|ni|seule?s?|uniquement|seulement|que|qu'|tou(?:s|te?s?)|chaque"
    r"|encore|toujours|avant|apres|depuis|moins|plus|trop|assez|impossible|interdit|exclu)(?=\b|\w)"
)  # words that stand in no list of content words, and may turn a verdict round


_MODAL: Final = "fast fallait faudrait pouvait pourrait devait devrait comme quand"


def is_turned(text: str) -> bool:
    """Whether a folded question holds a word that may turn its verdict round: a negation, « tous », « encore »."""
    return _TURNED.search(re.sub(r"est-ce qu[e']", "", text)) is not None


def stated(senses: Iterable[Sense], terms: Terms, alike: Callable[[str], frozenset[str]]) -> Verdict | None:
    """Return the verdict of the sense that a question asks and nothing more; None when there is none."""
    asked = [word.stem for word in terms.content]
    if terms.scan.has(*_NAMED) or is_turned(terms.scan.text):
        return None
    for sense in senses:
        own, beside = frozenset(french.tokens(sense.words)), frozenset(french.tokens(f"{sense.beside} {_MODAL}"))
        told = [bool(alike(stem) & own) for stem in asked]
        if any(told) and all(one or alike(stem) & beside for one, stem in zip(told, asked, strict=True)):
            return sense.verdict
    return None
