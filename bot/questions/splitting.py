"""Where a text is cut: two questions in one, or a context and its question, as a trained head says. Pure."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.questions.reading import Reader, Reading
from bot.questions.spans import Kind

Floats = NDArray[np.float32]
_WORD: Final = re.compile(r"[a-z]+")
_NUMBER: Final = re.compile(r"(?:et )?(?:l[ea] |au |du )?\d")
_ASKING: Final = 6  # words of the right side that count
_MOST: Final = 4  # cuts of a text that are weighed, the last ones
_WIDEST: Final = 500  # characters of a text that is cut
_CONTEXTS: Final = 2  # clauses of context at most
_OF_CONTEXT: Final = 0.5  # likelier than all else together
_NAMING: Final = (Kind.EDITION, Kind.YEAR, Kind.LAUREATE, Kind.FUND, Kind.PROGRAMME, Kind.AMOUNT, Kind.PERCENT)

_CUTS: Final = re.compile(
    r"\?\s++(?=\S)|(?<!\s)\s*+[,;]\s*+(?=\S)|(?<!\s)\s++(?=(?:et|puis|mais|sinon)\s)|\s\+\s|\.\s++(?=\S)"
)
_LIKELY: Final = 0.3
_LIKELY_OF_BOTH: Final = 0.1  # is enough for a cut between two things that the whole is likely to be about
_OF_WHOLE: Final = 0.04  # probability of the attribute of a part, in the whole
_PRONOUN: Final = re.compile(r"\b(?:elles?|ils?|lui)\b")
_LEANING: Final = 2  # content words of a part that says nothing by itself
_BACKGROUND: Final = 0.02  # probability of an attribute that the whole is not read as
_LONGEST: Final = 60  # words of a text that is tried
_LEAST: Final = 2  # words of a part
_PLACED: Final = 0.4  # probability of the attribute of each part


def cuts(text: str) -> list[tuple[str, str]]:
    """Return the ways to cut a text in two."""
    found = []
    for match in _CUTS.finditer(text):
        left, right = text[: match.end()].strip(), text[match.end() :].strip()
        listed = left.rstrip(", ")[-1:].isdigit() and _NUMBER.match(right)  # « 13, 14 et 15 »
        if len(left.split()) >= _LEAST and len(right.split()) >= _LEAST and not listed:
            found.append((left, right))
    return found


def cut_features(left: str, right: str) -> tuple[str, ...]:
    """Return what tells what a cut parts: two questions, a context and its question, or nothing."""
    ending = left[-1] if left and not left[-1].isalnum() else "-"
    before, after = _stems(left), _stems(right)
    asking = [word.strip("?,.") for word in right.lower().split()[:4]]
    return (
        f"end {ending}",
        *(f"r{size} {' '.join(asking[:size])}" for size in (1, 2, 3)),
        f"end {ending} r1 {asking[0]}",
        f"left {min(len(before), 12) // 3} right {min(len(after), 12) // 3}",
        f"asks {'?' in left} {'?' in right}",
        f"first {' '.join(before[:2])}",
        f"last {before[-1] if before else ''}",
        *(f"L {one}" for one in before),
        *(f"L {one} {other}" for one, other in itertools.pairwise(before)),
        *(f"R {one}" for one in after[:_ASKING]),
    )


def cut_vector(left: Floats, right: Floats) -> Floats:
    """Return the vector of a cut: those of its two sides."""
    return np.concatenate([left, right])


def _stems(text: str) -> list[str]:
    return [french.stem(word) for word in _WORD.findall(french.fold(text))]


def _weighed(text: str, reader: Reader) -> list[tuple[dict[str, float], str, str]]:
    """Return the cuts of a text, each with what it may part."""
    found = []
    for left, right in cuts(text)[-_MOST:]:
        vector = cut_vector(*(np.asarray(reader.embed(french.fold(one)), dtype=np.float32) for one in (left, right)))
        found.append((reader.models.splits.probabilities(cut_features(left, right), vector), left, right))
    return found


def asked_part(text: str, reader: Reader, today: date) -> str:
    """Return a text without the context said before or after what it asks: « je prépare une note, … ».

    What names an edition, a product, an amount is never left out: it may be what the question is about.
    """
    for _ in range(_CONTEXTS):
        if len(text.split()) > _LONGEST or len(text) > _WIDEST:
            return text
        found = [
            (told[kind], kept, left_out)
            for told, left, right in _weighed(text, reader)
            for kind, kept, left_out in (("context", right, left), ("after", left, right))
            if told.get(kind, 0.0) >= _OF_CONTEXT and not reader.scanned(left_out, today).has(*_NAMING)
        ]
        if not found:
            return text
        text = max(found)[1]
    return text


def parts_of(
    reading: Reading, reader: Reader, today: date, possible: Callable[[str], bool] = lambda _: True
) -> list[Reading]:
    """Return the readings of the questions that a text asks: one, or two that differ and are both sure enough.

    The second half of a question often leans on the first (« et combien ? »): what the whole text is likely to be
    about counts for each part. `possible` tells which attributes anything is known of on the day.
    """
    text = reading.scan.original
    if len(text.split()) > _LONGEST or len(text) > _WIDEST:
        return [reading]
    scored = [(told.get("two", 0.0), left, right) for told, left, right in _weighed(text, reader)]
    for probability, left, right in sorted(scored, reverse=True)[:2]:
        sides = reader.read(left, today, possible), reader.read(right, today, possible)
        if not all(side.terms.content for side in sides):
            continue  # « et au 13 » asks nothing by itself
        first = _within(sides[0], reading, lambda _: True)
        parts = [first, _within(sides[1], reading, _telling_of(first, reader))]
        if _are_two(probability, parts, reading):
            return parts
    return [reading]


def _are_two(probability: float, parts: Sequence[Reading], whole: Reading) -> bool:
    """Whether a cut parts two questions: it looks so, or the whole is likely to be about both."""
    names = [part.best.attribute for part in parts]
    if len(set(names)) == 1 or min(part.best.probability for part in parts) < _PLACED:
        return False
    told = {one.attribute: one.probability for one in whole.candidates}
    both = all(told.get(name, 0.0) >= _OF_WHOLE for name in names)
    return probability >= (_LIKELY_OF_BOTH if both else _LIKELY)


def _telling_of(first: Reading, reader: Reader) -> Callable[[str], bool]:
    """Return what tells whether the documents speak, under an attribute, of the subject of a first part."""
    tables, texts = reader.ranker.tables, reader.rest.texts
    stems = [word.stem for word in first.terms.content if tables.spread(word.stem)]
    subject = None if first.scan.spans else min(stems, key=tables.spread, default=None)
    return lambda attribute: subject is None or subject in texts.get(attribute, frozenset())


def _within(part: Reading, whole: Reading, is_told: Callable[[str], bool]) -> Reading:
    """Return the reading of a part, its attributes weighed by how likely the whole is to be about them."""
    around = {one.attribute: one for one in whole.candidates}
    own = part.candidates
    if len(part.terms.content) <= _LEANING and not part.scan.spans:  # « et quel profil ? » names no subject
        own = tuple(one for one in own if one.attribute in around) or own
        if _PRONOUN.search(part.scan.text):
            own = tuple(one for one in own if is_told(one.attribute)) or whole.candidates[:1]
    weights = [
        one.probability * (_BACKGROUND + (around[one.attribute].probability if one.attribute in around else 0.0))
        for one in own
    ]
    total = sum(weights)
    weighed = [replace(one, probability=weight / total) for one, weight in zip(own, weights, strict=True)]
    best = max(weighed, key=lambda one: one.probability)
    others = tuple(sorted((one for one in weighed if one != best), key=lambda one: -one.probability))
    if best.attribute != part.best.attribute and best.attribute in around:
        best = replace(best, answered=around[best.attribute].answered)  # its own words alone do not say so
    return replace(part, candidates=(best, *others))
