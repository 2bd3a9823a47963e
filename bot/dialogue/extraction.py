"""From passages to the sentences that answer: taken verbatim, with where they stand. No I/O."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.documents import french
from bot.documents.passages import Passage


class Asks(StrEnum):
    """The kind of thing a question asks for."""

    AMOUNT = "amount"
    PERCENT = "percent"
    COUNT = "count"
    DATE = "date"
    DURATION = "duration"
    PERSON = "person"
    NAME = "name"
    LIST = "list"
    ADDRESS = "address"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Unit:
    """A sentence of a passage, or a list with the line that introduces it; `text` is a substring of the passage."""

    passage: Passage
    text: str
    is_list: bool = False


@dataclass(frozen=True)
class Scored:
    """A unit with its score, and the question's terms that it and its headings hold."""

    unit: Unit
    score: float
    covered: frozenset[str]


_BULLET: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")

_MONTHS: Final = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_NUMBER_WORDS: Final = (
    "un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|vingtaine|trentaine|dizaine|centaine"
)
_SHOWS: Final = {
    Asks.AMOUNT: re.compile(r"\d ?(?:€|euros?|[mk]€)|millions? d'euros|\bm€"),
    Asks.PERCENT: re.compile(r"\d ?%|pour cent|moitie|1 € .*1 €"),
    Asks.COUNT: re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b"),
    Asks.DATE: re.compile(rf"\b(?:{_MONTHS})\b|\b(?:19|20)\d\d\b|chaque semaine|tous les|\bjours?\b"),
    Asks.DURATION: re.compile(r"\b(?:ans?|annees?|mois|semaines?|jours?|heures?|minutes?|journees?)\b"),
    Asks.ADDRESS: re.compile(r"@|https?://|\.gouv\.fr|\bcanal\b"),
    Asks.LIST: re.compile(r":\s*\n|,.*,|;"),
}


_AS_WRITTEN: Final = {
    Asks.LIST: re.compile(r":\s*\n|,.*,|;"),
    Asks.NAME: re.compile(r"\b[A-ZÉÈ][a-zéèêëïôç-]+(?: [A-ZÉÈ][a-zéèêëïôç-]+)* [A-ZÉÈ][A-Za-zéèêëïôç-]+"),
}


def shows(unit: str, asks: Asks) -> bool:
    """Whether a text holds the kind of thing that is asked for."""
    if asks in _AS_WRITTEN:
        return bool(_AS_WRITTEN[asks].search(unit))
    return asks not in _SHOWS or bool(_SHOWS[asks].search(french.fold(unit)))


def units(passage: Passage) -> list[Unit]:
    """Cut a passage into sentences; a list stays whole, with the line before it."""
    found: list[Unit] = []
    lines = [line for line in passage.text.splitlines() if line.strip()]
    position = 0
    while position < len(lines):
        end = position + 1
        while end < len(lines) and _BULLET.match(lines[end]):
            end += 1
        if _BULLET.match(lines[position]) or end > position + 1:
            found.append(Unit(passage, _exact(passage.text, lines[position], lines[end - 1]), is_list=True))
        else:
            found.extend(Unit(passage, sentence) for sentence in french.sentences(lines[position]))
        position = end
    return found


def joined(found: Sequence[Unit]) -> list[Unit]:
    """Put together the parts of a list that was cut because it was long."""
    whole: list[Unit] = []
    for unit in found:
        last = whole[-1] if whole else None
        if last and last.is_list and unit.is_list and _BULLET.match(unit.text) and _same_section(last, unit):
            whole[-1] = Unit(last.passage, f"{last.text}\n{unit.text}", is_list=True)
        else:
            whole.append(unit)
    return whole


def _same_section(one: Unit, other: Unit) -> bool:
    return (one.passage.info.document, one.passage.section) == (other.passage.info.document, other.passage.section)


def _exact(text: str, first: str, last: str) -> str:
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)].strip()


_YEARS: Final = re.compile(
    r"\b(?:de |du \w+ |entre )?(20[12]\d)(?: \([^()]*\))?(?: ?- ?| a | au | et )(?:\w+ )?(20[12]\d)\b"
)
_SINCE: Final = re.compile(r"\b(?:depuis|a partir d[eu])\b[^.;]{0,25}?\b(20[12]\d)\b")
_YEAR: Final = re.compile(r"\b(20[12]\d)\b")


def years_in(text: str, last: int = 2026) -> frozenset[int]:
    """Return the years that a text is about, ranges included: « de 2023 à 2025 », « depuis 2022 »."""
    folded = french.fold(text)
    found = {int(year) for year in _YEAR.findall(folded)}
    for low, high in _YEARS.findall(folded):
        found.update(range(int(low), int(high) + 1))
    for first in _SINCE.findall(folded):
        found.update(range(int(first), last + 1))
    return frozenset(found)


_RANGE: Final = re.compile(r"\bfast (\d{1,2})(?: \([^)]*\))? (?:a|au|jusqu'au|-)(?: fast)? (\d{1,2})\b")
_ONWARDS: Final = re.compile(r"\bfast (\d{1,2})(?: \([^)]*\))? et (?:les )?suivants?\b|\bdepuis le fast (\d{1,2})\b")
_SERIES: Final = re.compile(r"\bfast (\d{1,2})((?:(?:,| et| ou) \d{1,2}\b)+)")
_SINGLE: Final = re.compile(r"\bfast ?n?°? ?(\d{1,2})\b|\b(\d{1,2}) (?:edition|promotion|appel)")


def editions_in(text: str, last: int = 17) -> frozenset[int]:
    """Return the FAST editions that a text is about, ranges included: « FAST 11 à 14 », « FAST 15 et suivants »."""
    folded = french.ordinals(french.fold(text)).replace("les fast", "fast").replace("des fast", "fast")
    found = {int(a or b) for a, b in _SINGLE.findall(folded)}
    for low, high in _RANGE.findall(folded):
        found.update(range(int(low), int(high) + 1))
    for a, b in _ONWARDS.findall(folded):
        found.update(range(int(a or b), last + 1))
    for first, others in _SERIES.findall(folded):
        found.update(int(number) for number in [first, *re.findall(r"\d+", others)])
    return frozenset(found)


def editions_of(unit: Unit) -> frozenset[int]:
    """Return the editions that a unit is about: its own words, else its heading's, else its document's."""
    own = editions_in(unit.text) or editions_in(f"{unit.passage.info.title} {unit.passage.section}")
    return own or frozenset(unit.passage.info.editions)


def rank(
    candidates: Iterable[tuple[Unit, float]],
    groups: Sequence[frozenset[str]],
    weight: Callable[[str], float],
    asks: Asks,
) -> list[Scored]:
    """Score the units against a question, best first.

    `candidates` come with the bonus of their passage (0 to 1). Each group holds the terms that mean one word of the
    question; a group is covered when one of them stands in the unit, and half covered when one stands in its headings.
    """
    total = sum(_group_weight(group, weight) for group in groups) or 1.0
    scored = []
    for unit, bonus in candidates:
        inside = frozenset(french.tokens(unit.text))
        around = frozenset(french.tokens(f"{unit.passage.info.title} {unit.passage.section}"))
        score = 0.0
        covered: set[str] = set()
        for group in groups:
            if group & inside:
                score += _group_weight(group, weight)
                covered |= group
            elif group & around:
                score += 0.55 * _group_weight(group, weight)
                covered |= group
        score = score / total + 0.3 * bonus
        if asks is Asks.LIST:
            score += 0.35 if unit.is_list else 0.0
        elif asks is not Asks.ANYTHING:
            score += 0.15 if shows(unit.text, asks) else -0.15
        scored.append(Scored(unit, score, frozenset(covered)))
    return sorted(scored, key=lambda one: -one.score)


def _group_weight(group: frozenset[str], weight: Callable[[str], float]) -> float:
    return min(map(weight, group)) if group else 0.0


def coverage(chosen: Sequence[Scored], groups: Sequence[frozenset[str]], weight: Callable[[str], float]) -> float:
    """Return the share of the question's weight that the chosen units and their headings cover, from 0 to 1."""
    total = sum(_group_weight(group, weight) for group in groups)
    covered = frozenset().union(*(one.covered for one in chosen)) if chosen else frozenset()
    return sum(_group_weight(group, weight) for group in groups if group & covered) / total if total else 0.0
