"""Two questions in one: where a text is cut, as a head trained on written doubles says. Pure."""

import re
from datetime import date
from typing import Final

from bot.questions.reading import Reader, Reading

_CUTS: Final = re.compile(
    r"\?\s++(?=\S)|(?<!\s)\s*+[,;]\s*+(?=\S)|(?<!\s)\s++(?=(?:et|puis|mais|sinon)\s)|\s\+\s|\.\s++(?=\S)"
)
_LIKELY: Final = 0.3
_LONGEST: Final = 60  # words of a text that is tried
_LEAST: Final = 2  # words of a part
_PLACED: Final = 0.4  # probability of the attribute of each part


def cuts(text: str) -> list[tuple[str, str]]:
    """Return the ways to cut a text in two."""
    found = []
    for match in _CUTS.finditer(text):
        left, right = text[: match.end()].strip(), text[match.end() :].strip()
        if len(left.split()) >= _LEAST and len(right.split()) >= _LEAST:
            found.append((left, right))
    return found


def first_features(left: str, right: str) -> tuple[str, ...]:
    """Return what tells, before anything is read, whether a cut parts two questions."""
    ending = left[-1] if left and not left[-1].isalnum() else "-"
    words = right.lower().split()
    left_words = left.lower().split()
    asking = [word.strip("?,.") for word in words[:4]]
    return (
        f"end {ending}",
        f"r1 {asking[0]}",
        f"r12 {' '.join(asking[:2])}",
        f"r123 {' '.join(asking[:3])}",
        f"l1 {left_words[0]}",
        f"last {left_words[-1].strip('?,.')}",
        f"end {ending} r1 {asking[0]}",
        f"left {min(len(left_words), 12) // 3} right {min(len(words), 12) // 3}",
        f"asks {'?' in right}",
    )


def parts_of(reading: Reading, reader: Reader, today: date) -> list[Reading]:
    """Return the readings of the questions that a text asks: one, or two that differ and are both sure enough."""
    text = reading.scan.original
    if len(text.split()) > _LONGEST:
        return [reading]
    scored = [
        (reader.models.splits.probabilities(first_features(left, right)).get("two", 0.0), left, right)
        for left, right in cuts(text)
    ]
    for probability, left, right in sorted(scored, reverse=True)[:2]:
        if probability < _LIKELY:
            break
        parts = [reader.read(left, today), reader.read(right, today)]
        names = {part.best.attribute for part in parts}
        if len(names) > 1 and all(part.best.probability >= _PLACED for part in parts):
            return parts
    return [reading]
