"""A question beside the sentences of the fiches: how likely each answers it, and with what verdict. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answers.units import Unit
from bot.questions.matcher import Match, Told, plain
from bot.questions.spans import Kind, Scan
from bot.questions.verdicts import Verdict

Place = tuple[str, str, str]  # document, heading, text of the sentence
_COUNTED: Final = (Kind.NUMBER, Kind.AMOUNT, Kind.PERCENT)


@dataclass(frozen=True)
class Beside:
    """`names` gives the name under which questions were written for a sentence; `sure` its verdict, if it is sure."""

    match: Match
    names: Mapping[Place, str]
    sure: Callable[[str], Verdict | None]

    def told(self, place: Place) -> Told | None:
        """Return what a sentence is to the question; None for one that no question was written for."""
        name = self.names.get(place)
        return self.match.sentences[name] if name else None

    def verdict(self, place: Place) -> Verdict | None:
        """Return what a sentence says to a yes/no question; None when it is not sure."""
        name = self.names.get(place)
        return self.sure(name) if name else None


def place_of(unit: Unit) -> Place:
    """Return where a sentence stands."""
    return unit.passage.info.document, unit.passage.section.split(" › ")[-1], unit.text


def named(units: Sequence[Unit], names: Iterable[str]) -> dict[Place, str]:
    """Return the names of sentences (« fiche#heading > first words »), by where they stand."""
    beginnings: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        section, _, start = name.partition(" > ")
        beginnings.setdefault(section, []).append((plain(start), name))
    found = {}
    for unit in units:
        document, heading, text = place_of(unit)
        own = beginnings.get(f"{document.removesuffix('.md')}#{heading}", ())
        fitting = [name for start, name in own if plain(text).startswith(start)]
        if fitting:
            found[document, heading, text] = max(fitting, key=len)
    return found


def holds_the_numbers(asked: Scan, told: Scan) -> bool:
    """Whether a sentence holds each number, amount and share of a question, so that « oui » may be said to it."""
    return _numbers(asked) <= _numbers(told)


def _numbers(scan: Scan) -> set[str]:
    return {str(getattr(value, "value", value)) for value in scan.values(*_COUNTED)}
