"""What a question does with several values, as the closed class of such words says: each, all alike, without… Pure."""

import re
from enum import StrEnum
from typing import Final


class Shape(StrEnum):
    """How the values that a question asks for are taken: a class of pronouns, determiners and prepositions each."""

    EACH = "each"
    ALIKE = "alike"
    TOGETHER = "together"
    APART = "apart"
    SHARE = "share"
    MEDIAN = "median"
    MEAN = "mean"
    NAMES = "names"
    CAP = "cap"
    FLOOR = "floor"
    MOST = "most"
    LEAST = "least"
    MORE = "more"
    LESS = "less"
    TIMES = "times"
    SOURCES = "sources"
    DIFFER = "differ"
    SINCE = "since"
    BOTH = "both"
    ABOUT = "about"


_SHAPES: Final = {
    Shape.EACH: r"\bchacune?s?\b|\bchaque\b|\brespecti\w+|\bun par un\b|\b(?:les|des|leurs|quels|quelles) (?:montants|sommes)\b(?! tota)",
    Shape.ALIKE: r"\bpareil\w*|\begale?s?\b|\begaux\b|\bidentiques?\b|\b(?:la|le|les|un) memes?\b|\bautant\b",
    Shape.TOGETHER: r"\bcumul\w*|\ben tout\b|\bau total\b|\bensemble\b|\baddition\w*|\bsommes?\b|\btotal\b|\+|\ba eux (?:deux|trois|tous)\b",
    Shape.APART: r"\becarts?\b|\bdifferences?\b|\bde (?:plus|moins) (?:que|qu'|.{0,60}\bpar rapport)|\bvs\b|\bversus\b",
    Shape.SHARE: r"(?<!\ba )\bparts?\b|\bpourcent\w*|\bpour cents?\b|\bproportions?\b|\bfraction\b|%",
    Shape.MEDIAN: r"\bmedian\w*",
    Shape.MEAN: r"\ben moyenne\b",
    Shape.NAMES: r"\bqui\b|\blesquel\w*|\bnoms?\b|\bliste\w*|\brappel\w*|\bcite\w*|\benumer\w*",
    Shape.CAP: r"\bmax(?:i\w*)?\b|\bplafond\b",
    Shape.FLOOR: r"\bmini(?:mum|mal|male)?\b|\bplancher\b",
    Shape.MOST: r"\ble plus\b|\bplus (?:gros\w*|grand\w*|eleve\w*|fort\w*)\b",
    Shape.LEAST: r"\ble moins\b|\bplus (?:petit\w*|faible\w*|bas\w*)\b|\bmoins eleve\w*",
    Shape.MORE: r"\bplus\b.{0,60}\bqu(?:e|')",
    Shape.LESS: r"\bmoins\b.{0,60}\bqu(?:e|')",
    Shape.TIMES: r"\bfois\b",
    Shape.SOURCES: r"\bsources\b|\bdocuments\b|\bpages\b",
    Shape.DIFFER: r"\bcontredi\w+|\bdesaccord\w*|\bdiffer\w+|\bdiverg\w+|\bconflits?\b",
    Shape.SINCE: r"\bdepuis\b|\ba partir d[eu]\b",
    Shape.BOTH: r"\bet\b|\+|&|\bainsi que\b",
    Shape.ABOUT: r"\bune? \w+aine\b|\benviron\b|\ba peu pres\b|\bpresque\b|\bautour de\b|\bapproximativement\b|~|\bdans les\b",
}
_PATTERNS: Final = tuple((shape, re.compile(pattern)) for shape, pattern in _SHAPES.items())
_ROUND: Final = {
    "dizaine": 10, "douzaine": 12, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "centaine": 100,
}  # fmt: skip
_ROUND_WORDS: Final = re.compile(rf"\bune ({'|'.join(_ROUND)})\b")
_LONG: Final = frozenset({Shape.MORE, Shape.LESS})
_WITHOUT: Final = re.compile(
    r"\b(?:sans|sauf|hormis|hors|excepte|a part|en dehors de|moins) (?:compter )?(?:l[ae]s? |l')?$"
)
_FIRST: Final = re.compile(
    r"\b(?:top|les) (\d{1,2}|deux|trois|quatre|cinq|six) ?(?:plus|premiere?s?|mieux|moins|des|du|de|$)"
)
_COUNTS: Final = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}


def shapes(folded: str) -> tuple[Shape, ...]:
    """Return the ways in which a folded question takes the values it asks for."""
    return tuple(shape for shape, pattern in _PATTERNS if pattern.search(folded))


def taken(folded: str) -> tuple[tuple[int, int], ...]:
    """Return where the words stand that tell how values are taken: they are not what is asked about."""
    return tuple(
        found.span() for shape, pattern in _PATTERNS if shape not in _LONG for found in pattern.finditer(folded)
    )


def round_counts(folded: str) -> tuple[int, ...]:
    """Return the numbers that a folded text gives as round ones: « une trentaine »."""
    return tuple(_ROUND[one] for one in _ROUND_WORDS.findall(folded))


def is_left_out(folded: str, start: int) -> bool:
    """Whether what is named from `start` on is set aside: « sans Docurba », « hormis le FAST 12 »."""
    return _WITHOUT.search(folded[:start]) is not None


def first(folded: str) -> int:
    """Return how many of the first a folded question wants: « top 3 », « les 2 plus petits »; else 0."""
    found = _FIRST.search(folded)
    return (_COUNTS.get(found[1]) or int(found[1])) if found else 0
