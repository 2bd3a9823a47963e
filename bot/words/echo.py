"""The part of a message that asks, shown back when it cannot be answered, in French."""

import re
from typing import Final

from bot.documents import french

_MOST: Final = 14  # words
_LEAST: Final = 3
_SENTENCE: Final = re.compile(r"[.!?;\n]+")
_ASKING: Final = frozenset(
    """combien cb quand quel quelle quels quelles qui quoi ou comment pourquoi pk lequel laquelle lesquels lesquelles
    est-ce peut-on faut-il existe-t-il y-a-t-il doit-on puis-je what who when how why which""".split()
)
_ALLOWED: Final = re.compile(r"[^\w\s'’,%€-]|_")
_NUMBER: Final = re.compile(r"(?<!fast )(?<!\w)\d[\d .,]*(?:€|k€|m€|%|k|m)?(?!\w)", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d\s*")


def question_in(message: str) -> str:
    """Return the words of a message that ask, without figures but years and editions; empty when there are none."""
    parts = [part.strip() for part in _SENTENCE.split(message) if part.strip()]
    asking = [part for part in parts if _first_asking(part.split()) is not None]
    words = (asking or parts or [""])[-1].split()
    start = _first_asking(words) or 0
    if len(words) - start < _LEAST:
        words, start = " ".join(parts).split() if len(parts) > 1 else words, 0  # « …, et combien » says nothing alone
    kept = " ".join(words[start : start + _MOST])
    plain = _ALLOWED.sub(" ", kept)
    return " ".join(_NUMBER.sub(_without, plain).split()).strip(" ,-'")


def _without(match: re.Match[str]) -> str:
    return match[0] if _YEAR.fullmatch(match[0]) else "… "


def _first_asking(words: list[str]) -> int | None:
    folded = [french.fold(word).strip('?,:()"') for word in words]
    return next((place for place, word in enumerate(folded) if word.split("'")[-1] in _ASKING or word in _ASKING), None)
