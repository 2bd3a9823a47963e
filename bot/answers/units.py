"""The sentences and lists of passages, verbatim, with the editions and years they are about. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.documents import french
from bot.documents.passages import Passage


@dataclass(frozen=True)
class Unit:
    """A sentence of a passage, or a list with the line that introduces it; `text` is a substring of the passage."""

    passage: Passage
    text: str
    is_list: bool = False


_BULLET: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")


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
