"""Loading of knowledge/programme/*.toml: every problem at once, each « file : key.path : what is wrong »."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from bot.errors import KnowledgeError
from bot.programme.checks import Placed, Records, check
from bot.programme.lookup import Programme
from bot.programme.models import Edition, Fact, Fund, Key, Laureate, Qualifier, Record, Scheme, Source
from bot.programme.problems import Place, Problem, problem_of_text, problems_of
from bot.programme.values import Month, Range

__all__ = [
    "Edition",
    "Fact",
    "Fund",
    "Key",
    "Laureate",
    "Month",
    "Programme",
    "Qualifier",
    "Range",
    "Scheme",
    "Source",
    "load_programme",
]

# Other modules of this folder load these from the same place.
LOADED_ELSEWHERE = frozenset({"eligibility.toml", "examples.toml"})
_TABLES = ("source", "key", "programme", "edition", "fact", "promotion", "fund")
_HEADER = re.compile(r"^\[\[(\w+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*$", re.MULTILINE)
M = TypeVar("M", bound=Record)


class _Page(Record):
    """A public page, told once in a [[source]] table."""

    id: str
    title: str
    publisher: str
    url: str = Field(pattern=r"^https://")
    date: date


class _Table:
    """A table as TOML gives it, and where it stands."""

    def __init__(self, file: str, name: str, position: int, content: dict[str, Any]) -> None:
        self.name = name
        self.content = content
        label = next((str(content[k]) for k in ("key", "id", "name", "number", "edition") if k in content), "")
        self.place = Place(file, f"{name}[{position}]" + (f"({label})" if label else ""))


def load_programme(folder: Path, documents: Path | None = None) -> Programme:
    """Return all that the TOML files of `folder` state; with `documents`, every source must be there.

    Raises KnowledgeError with every problem found.
    """
    problems: list[Problem] = []
    unread: set[str] = set()
    tables = list(_read(folder, problems, unread))
    records = _Loading(tables, problems, unread).records
    problems += check(records, _headings(documents) if documents else None)
    if problems:
        raise KnowledgeError([str(problem) for problem in dict.fromkeys(problems)])
    return Programme(
        keys={one.record.name: one.record for one in records.keys},
        schemes={one.record.id: one.record for one in records.schemes},
        all_editions=tuple(one.record for one in records.editions),
        all_facts=tuple(one.record for one in records.facts),
        all_laureates=tuple(one.record for one in records.laureates),
        funds=tuple(one.record for one in records.funds),
    )


def _read(folder: Path, problems: list[Problem], unread: set[str]) -> Iterator[_Table]:
    files = sorted(file for file in folder.glob("*.toml") if file.name not in LOADED_ELSEWHERE)
    if not files:
        problems.append(Problem(str(folder), "dossier", "aucun fichier .toml"))
    for file in files:
        data = file.read_bytes()
        try:
            content = tomllib.loads(data.decode("utf-8"))
        except ValueError as error:
            text = data.decode("utf-8", errors="replace")
            problems.append(problem_of_text(error, file.name, text))
            unread.update(_HEADER.findall(text))
        else:
            yield from _tables(file.name, content, problems)


def _tables(file: str, content: dict[str, Any], problems: list[Problem]) -> Iterator[_Table]:
    for name, tables in content.items():
        if name not in _TABLES:
            problems.append(Problem(file, name, f"table inconnue ; attendu : {', '.join(_TABLES)}"))
        elif not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            problems.append(Problem(file, name, f"liste de tables attendue, écrite [[{name}]]"))
        else:
            for position, table in enumerate(tables, 1):
                yield _Table(file, name, position, table)


def _headings(documents: Path) -> dict[str, frozenset[str]]:
    return {
        file.relative_to(documents).as_posix(): frozenset(
            _HEADING.findall(file.read_text(encoding="utf-8", errors="replace"))
        )
        for file in documents.rglob("*.md")
    }


class _Loading:
    """Tables turned into records, pages and keys first because the others refer to them."""

    def __init__(self, tables: list[_Table], problems: list[Problem], unread: set[str]) -> None:
        self.problems = problems
        self.records = Records(incomplete=unread)
        of = {name: [table for table in tables if table.name == name] for name in _TABLES}
        self.pages = self._by_id(of["source"])
        self.records.keys = [one for t in of["key"] if (one := self._record(Key, t.name, t.place, t.content))]
        self.units = self._units()
        self.records.schemes = self._sourced(Scheme, of["programme"])
        self.records.editions = self._sourced(Edition, of["edition"])
        self.records.facts = self._sourced(Fact, [t for t in of["fact"] if self._give_unit(t)])
        self.records.laureates = self._sourced(Laureate, [one for t in of["promotion"] for one in self._laureates(t)])
        self.records.funds = self._sourced(Fund, of["fund"])

    def _record(self, model: type[M], table: str, place: Place, content: Mapping[str, Any]) -> Placed[M] | None:
        try:
            return Placed(place, model.model_validate(content))
        except ValidationError as error:
            self.problems += problems_of(error, place)
            self.records.incomplete.add(table)
            return None

    def _by_id(self, tables: list[_Table]) -> dict[str, _Page]:
        pages: dict[str, _Page] = {}
        for table in tables:
            one = self._record(_Page, table.name, table.place, table.content)
            if one and one.record.id in pages:
                self.problems.append(table.place.problem("id", "source décrite deux fois"))
                self.records.incomplete.add("source")
            elif one:
                pages[one.record.id] = one.record
        return pages

    def _units(self) -> dict[str, str]:
        units: dict[str, str] = {}
        for one in self.records.keys:
            if one.record.name in units:
                self.problems.append(one.place.problem("name", "clé déclarée deux fois"))
                self.records.incomplete.add("key")
            units.setdefault(one.record.name, one.record.unit)
        return units

    def _sourced(self, model: type[M], tables: list[_Table]) -> list[Placed[M]]:
        placed = (self._record(model, table.name, table.place, self._with_pages(table)) for table in tables)
        return [one for one in placed if one]

    def _with_pages(self, table: _Table) -> dict[str, Any]:
        content = dict(table.content)
        if isinstance(content.get("sources"), list):
            refs = enumerate(content["sources"], 1)
            content["sources"] = [self._page(ref, table.place, f"sources[{n}]") for n, ref in refs]
        if "announced" in content:
            content["announced"] = self._page(content["announced"], table.place, "announced")
        return content

    def _page(self, ref: object, place: Place, path: str) -> object:
        if not isinstance(ref, dict) or "id" not in ref:
            return ref
        page = self.pages.get(ref["id"])
        if page:
            return {**page.model_dump(), **ref}
        if "source" not in self.records.incomplete:
            self.problems.append(place.problem(f"{path}.id", f"source inconnue : {ref['id']}"))
        # The page is stood in for, so that the record's own mistakes are reported too.
        return {"title": "", "publisher": "", "url": "https://", "date": date.min, **ref}

    def _give_unit(self, table: _Table) -> bool:
        key = table.content.get("key")
        if key not in self.units:
            self.records.incomplete.add("fact")
            if "key" not in self.records.incomplete:
                self.problems.append(table.place.problem("key", f"clé inconnue de keys.toml : {key}"))
            return False
        table.content = {**table.content, "unit": self.units[key]}
        return True

    def _laureates(self, promotion: _Table) -> Iterator[_Table]:
        shared = dict(promotion.content)
        laureates = shared.pop("laureate", [])
        if not isinstance(laureates, list) or not all(isinstance(one, dict) for one in laureates):
            self.problems.append(promotion.place.problem("laureate", "liste de tables attendue"))
            return
        for position, content in enumerate(laureates, 1):
            path = f"{promotion.place.path}.laureate[{position}]({content.get('name', '')})"
            one = _Table(promotion.place.file, "promotion", position, {**shared, **content})
            one.place = Place(promotion.place.file, path)
            yield one
