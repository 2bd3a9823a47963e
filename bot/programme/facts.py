"""Loading of knowledge/programme/*.toml: every problem at once, each « file : key.path : what is wrong »."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from bot.programme.checks import Records, check
from bot.programme.lookup import Programme
from bot.programme.models import (
    Edition,
    Fact,
    Fund,
    Key,
    Laureate,
    Promotion,
    Qualifier,
    Record,
    Scheme,
    Source,
)
from bot.programme.pages import UNKNOWN_PAGE, Pages, headings_of
from bot.programme.problems import Faults, Place, Placed, Problem
from bot.programme.reading import Table, is_tables, placed, read_tables
from bot.programme.values import Month, Range

__all__ = [
    "Fact",
    "Laureate",
    "Month",
    "Programme",
    "Qualifier",
    "Range",
    "Source",
    "load_programme",
]

# Other modules of this folder load these from the same place.
LOADED_ELSEWHERE = frozenset({"attributes.toml", "eligibility.toml", "examples.toml"})
_TABLES = ("source", "key", "programme", "edition", "fact", "promotion", "fund")
# So that what is wrong with the laureates is told beside what is wrong with their promotion.
_SOME_PROMOTION = {
    "edition": 1,
    "sources": [{**UNKNOWN_PAGE, "document": "?", "section": "?"}],
    "verified": date(2000, 1, 1),
}
M = TypeVar("M", bound=Record)


def load_programme(folder: Path, documents: Path | None = None) -> Programme:
    """Return all that the TOML files of `folder` state; with `documents`, every source must be there.

    Raises KnowledgeError with every problem found.
    """
    faults = Faults()
    records = _Loading(_read(folder, faults), faults).records
    faults.problems += check(records, faults.incomplete, headings_of(documents) if documents else None)
    faults.raise_if_any()
    return Programme(
        keys={one.record.name: one.record for one in records.keys},
        schemes={one.record.id: one.record for one in records.schemes},
        all_editions=tuple(one.record for one in records.editions),
        all_facts=tuple(one.record for one in records.facts),
        all_laureates=tuple(one.record for one in records.laureates),
        funds=tuple(one.record for one in records.funds),
    )


def _read(folder: Path, faults: Faults) -> list[Table]:
    files = sorted(file for file in folder.glob("*.toml") if file.name not in LOADED_ELSEWHERE)
    if not files:
        faults.problems.append(Problem(str(folder), "dossier", "aucun fichier .toml"))
    return [table for file in files for table in read_tables(file, _TABLES, faults)]


class _Loading:
    """Tables turned into records, pages and keys first because the others refer to them."""

    def __init__(self, tables: list[Table], faults: Faults) -> None:
        self.faults = faults
        of = {name: [table for table in tables if table.name == name] for name in _TABLES}
        self.pages = Pages(of["source"], faults)
        keys = [one for t in of["key"] if (one := faults.validated(Key, t.name, t.place, t.content))]
        self.units = self._units(keys)
        self.promotions: list[Placed[Promotion]] = []
        laureates = [one for table in of["promotion"] for one in self._promotion(table)]
        self.records = Records(
            keys=keys,
            schemes=self._sourced(Scheme, of["programme"]),
            editions=self._sourced(Edition, of["edition"]),
            facts=[fact for table in of["fact"] if (fact := self._fact(table))],
            promotions=self.promotions,
            laureates=laureates,
            funds=self._sourced(Fund, of["fund"]),
        )

    def _units(self, keys: list[Placed[Key]]) -> dict[str, str]:
        units: dict[str, str] = {}
        for one in keys:
            if one.record.name in units:
                self.faults.incomplete.add("key")
                self.faults.problems.append(one.place.problem("name", "clé déclarée deux fois"))
            units.setdefault(one.record.name, one.record.unit)
        return units

    def _sourced(self, model: type[M], tables: list[Table]) -> list[Placed[M]]:
        found = (self._record(model, table.name, table.place, table.content) for table in tables)
        return [one for one in found if one]

    def _record(self, model: type[M], table: str, place: Place, content: Mapping[str, Any]) -> Placed[M] | None:
        return self.faults.validated(model, table, place, self.pages.completed(content, place))

    def _fact(self, table: Table) -> Placed[Fact] | None:
        """Return the fact with the unit of its key; one whose key is unknown is checked as a text."""
        content, key = table.content, table.content.get("key")
        known = isinstance(key, str) and key in self.units
        if "unit" in content:
            self.faults.problems.append(table.place.problem("unit", "clé inconnue : l'unité est celle de la clé"))
        if known and isinstance(key, str):
            return self._record(Fact, table.name, table.place, {**content, "unit": self.units[key]})
        if isinstance(key, str) and "key" not in self.faults.incomplete:
            self.faults.problems.append(table.place.problem("key", f"clé inconnue de keys.toml : {key}"))
        self.faults.incomplete.add(table.name)
        stand_in = {"unit": "text", "qualifier": "exact", "value": "?"}
        self._record(Fact, table.name, table.place, {**content, **stand_in})
        return None

    def _promotion(self, table: Table) -> Iterator[Placed[Laureate]]:
        """Yield the laureates of a promotion, each with what they share, which is told once when it is wrong."""
        shared = {name: value for name, value in table.content.items() if name != "laureate"}
        promotion = self._record(Promotion, table.name, table.place, shared)
        self.promotions += [promotion] if promotion else []
        laureates = table.content.get("laureate")
        if not laureates or not is_tables(laureates):
            self.faults.incomplete.add(table.name)
            self.faults.problems.append(table.place.problem("laureate", "liste de tables attendue"))
            return
        for one in placed("laureate", laureates, table.place.file, inside=table.place.path):
            own = {name: value for name, value in one.content.items() if name not in ("edition", "programme")}
            if len(own) < len(one.content):
                self.faults.problems.append(one.place.problem("edition", "clé de la promotion, et non du lauréat"))
            known = promotion.record.model_dump() if promotion else _SOME_PROMOTION
            content = {**known, **self.pages.completed(own, one.place)}
            laureate = self.faults.validated(Laureate, table.name, one.place, content)
            if promotion and laureate:
                yield laureate
