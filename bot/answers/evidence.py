"""Finds, in the fiche that a fact cites, the sentence that says it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from bot.answers import units as extraction
from bot.answers.units import Unit
from bot.documents import french
from bot.documents.passages import Passage
from bot.french.moments import is_after
from bot.programme.models import Fact, Source
from bot.programme.values import Month, Range, Value
from bot.results import Citation, Statement, cite

_MONTHS: Final = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)
_NUMBERS: Final = {
    1: "un|une",
    2: "deux",
    3: "trois",
    4: "quatre",
    5: "cinq",
    6: "six",
    7: "sept",
    8: "huit",
    9: "neuf",
    10: "dix",
    11: "onze",
    12: "douze",
    20: "vingt|vingtaine",
    30: "trente|trentaine",
}


def cite_source(source: Source, words: str = "") -> Citation:
    """Return the citation of a fact's source, for the words that it stands behind."""
    return Citation(source.document, source.section, source.title, source.publisher, source.url, source.date, words)


def says(sentence: str, value: Value, unit: str) -> bool:
    """Whether a sentence holds a value in some French form."""
    return all(
        re.search(pattern, french.ordinals(french.plain_numbers(french.fold(sentence))))
        for pattern in _forms(value, unit)
    )


def _forms(value: Value, unit: str) -> list[str]:
    if isinstance(value, Range):
        return [*_forms(value.low, unit), *_forms(value.high, unit)]
    if isinstance(value, Month):
        return [rf"\b{_MONTHS[value.month - 1]}(?: {value.year}\b)?", rf"\b{value.year}\b"]
    if isinstance(value, date):
        return [rf"(?<!\d){value.day} {_MONTHS[value.month - 1]} {value.year}\b"]
    if isinstance(value, Decimal | int):
        number = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
        words = _NUMBERS.get(int(value), "") if value == int(value) else ""
        tail = "%" if unit == "percent" else r"(?![\d.,]*\d)"
        # An edition's number, or a day's, is not a count.
        tail += rf"(?! (?:{'|'.join(_MONTHS)}))" if unit == "count" else ""
        return [rf"(?<![\d.,])(?<!fast ){re.escape(number)}{tail}" + (rf"|\b(?:{words})\b" if words else "")]
    return [re.escape(french.fold(value))]


@dataclass(frozen=True)
class Evidence:
    """The passages of the index, looked up by fiche."""

    passages: Sequence[Passage]

    @cached_property
    def _units(self) -> Mapping[str, Sequence[Unit]]:
        by_document: dict[str, list[Unit]] = {}
        for passage in self.passages:
            by_document.setdefault(passage.info.document, []).extend(extraction.units(passage))
        return {document: extraction.joined(units) for document, units in by_document.items()}

    def units_of(self, document: str, section: str | None = None) -> list[Unit]:
        """Return the sentences and lists of a fiche, or of one of its sections; [] for a fiche that is not indexed."""
        found = self._units.get(document, ())
        return [unit for unit in found if section is None or unit.passage.section.split(" › ")[-1] == section]

    def statement(
        self, facts: Sequence[Fact], edition: int | None = None, about: str = "", on: date = date.max
    ) -> Statement | None:
        """Return one sentence that says every fact of `facts`, about `edition` when given; None when none does.

        Of several, one that speaks of nothing after the day `on`, under a heading that speaks of `about`, and of that
        edition alone or, when none is given, of the latest.
        """
        sections = dict.fromkeys((source.document, source.section) for fact in facts for source in fact.sources)
        cited = [unit for document, section in sections for unit in self.units_of(document, section)]
        whole = [unit for document in dict.fromkeys(d for d, _ in sections) for unit in self.units_of(document)]
        units = [*cited, *whole]
        fitting = self._saying(cited, facts, edition) or self._saying(whole, facts, edition)
        if not fitting:
            return None
        wanted = frozenset(french.tokens(about))

        def distance(unit: Unit) -> tuple[bool, bool, int, tuple[int, int], int]:
            heading = frozenset(french.tokens(f"{unit.passage.info.title} {unit.passage.section}"))
            later = is_after(french.fold(unit.text), on)
            return later, unit.is_list, -len(wanted & heading), _beside(unit, facts, edition), units.index(unit)

        best = min(fitting, key=distance)
        return quote(best)

    @staticmethod
    def _saying(units: Sequence[Unit], facts: Sequence[Fact], edition: int | None) -> list[Unit]:
        return [
            unit
            for unit in units
            if all(says(unit.text, fact.value, fact.unit) for fact in facts)
            and (edition is None or edition in extraction.editions_of(unit))
        ]


def _beside(unit: Unit, facts: Sequence[Fact], edition: int | None) -> tuple[int, int]:
    """Return how far the editions of a unit are from the one asked, or else from the latest and all."""
    named = extraction.editions_in(unit.text) or extraction.editions_of(unit)
    asked = {edition} if edition is not None else {number for fact in facts for number in fact.editions}
    latest = 0 if edition is not None else -max(named & asked, default=0)
    return latest, len(named ^ asked)


def quote(unit: Unit) -> Statement:
    """Return a unit as a statement, with the sources of its section that it speaks of."""
    citations = cite(unit.passage, unit.text)
    folded = french.ordinals(french.fold(unit.text))
    named = [one for one in citations if _speaks_of(folded, one.title, one.publisher, one.date)]
    return Statement(unit.text, tuple(named or citations[:2]))


def _speaks_of(folded: str, title: str, publisher: str, published: date | None) -> bool:
    """Whether a folded sentence names a source: by its day, or by the kind of page it is."""
    if published and f"{published.day} {_MONTHS[published.month - 1]} {published.year}" in folded:
        return True
    name = french.fold(title)
    kinds = {
        "promotion fast": ("page de la promotion",),
        "pages des produits": ("page du produit", "pages de", "montants publies", "pages des produits"),
        "guichets": ("page des guichets",),
        "rapport annuel": ("rapport annuel",),
    }
    if any(start in name and any(word in folded for word in words) for start, words in kinds.items()):
        return True
    return publisher.lower() in folded or ("alliancy" in publisher.lower() and "presse" in folded)


def first_of(statements: Iterable[Statement | None]) -> tuple[Statement, ...]:
    """Return the statements that were found, once each."""
    return tuple(dict.fromkeys(statement for statement in statements if statement is not None))
