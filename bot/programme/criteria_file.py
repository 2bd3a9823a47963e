"""Loading of knowledge/programme/eligibility.toml: every problem at once, each « file : key : what is wrong »."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import KnowledgeError
from bot.programme.criteria import Criteria
from bot.programme.problems import Place, Problem, problems_of
from bot.programme.reading import read_toml, tables_of, unknown_tables

FILE = "eligibility.toml"
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*$", re.MULTILINE)


def load_criteria(folder: Path, documents: Path | None = None) -> tuple[Criteria, ...]:
    """Return the periods in order of time; with `documents`, every cited section must be there.

    Raises KnowledgeError with every problem found.
    """
    problems: list[Problem] = []
    content = read_toml(folder / FILE, problems)
    problems += unknown_tables(content, ("criteria", "source"), FILE)
    pages = _pages(folder) | _by_id(content.get("source"))
    periods: list[Criteria] = []
    for position, table in enumerate(tables_of(content, "criteria", FILE, problems), 1):
        place = Place(FILE, f"criteria[{position}]({table.get('id', '')})")
        try:
            periods.append(Criteria.model_validate(_with_sources(table, pages, place, problems)))
        except ValidationError as error:
            problems += problems_of(error, place)
    problems += _between(periods)
    if documents:
        problems += _missing_sections(periods, documents)
    if problems:
        raise KnowledgeError([str(problem) for problem in dict.fromkeys(problems)])
    return tuple(sorted(periods, key=lambda one: one.valid_from))


def _pages(folder: Path) -> dict[str, dict[str, Any]]:
    """The pages told by the other files; what is wrong with those is told when the facts are loaded."""
    pages: dict[str, dict[str, Any]] = {}
    for file in folder.glob("*.toml"):
        if file.name != FILE and b"[[source]]" in file.read_bytes():
            pages |= _by_id(read_toml(file, []).get("source"))
    return pages


def _by_id(tables: object) -> dict[str, dict[str, Any]]:
    listed = tables if isinstance(tables, list) else []
    return {str(table["id"]): table for table in listed if isinstance(table, dict) and "id" in table}


def _with_sources(
    table: dict[str, Any], pages: Mapping[str, Mapping[str, Any]], place: Place, problems: list[Problem]
) -> dict[str, Any]:
    """Return the table with each reference to a page completed by the page itself."""
    criteria = []
    for position, criterion in enumerate(tables_of(table, "criterion", FILE, problems), 1):
        sources = []
        for number, ref in enumerate(criterion.get("sources", []), 1):
            page = pages.get(str(ref.get("id")), {}) if isinstance(ref, dict) else {}
            if not page:
                problems.append(place.problem(f"criterion[{position}].sources[{number}].id", "source inconnue"))
            # An unknown page is stood in for, so that the record's own mistakes are reported too.
            stood_in = {"title": "", "publisher": "", "url": "https://", "date": date.min}
            sources.append({**(page or stood_in), **ref} if isinstance(ref, dict) else ref)
        criteria.append({**criterion, "sources": sources})
    return {**table, "criterion": criteria}


def _between(periods: list[Criteria]) -> Iterator[Problem]:
    """Periods of a programme follow one another, and a criterion keeps its meaning from one to the next."""
    for programme in {one.programme for one in periods}:
        in_time = sorted((one for one in periods if one.programme == programme), key=lambda one: one.valid_from)
        for earlier, later in pairwise(in_time):
            place = Place(FILE, f"criteria({later.id})")
            if earlier.valid_to is None or (later.valid_from - earlier.valid_to).days != 1:
                yield place.problem("valid_from", f"ne suit pas la fin de {earlier.id} ({earlier.valid_to})")
            if common := set(earlier.editions) & set(later.editions):
                yield place.problem("editions", f"déjà dans {earlier.id} : {sorted(common)}")
    meaning: dict[str, str] = {}
    for period in periods:
        for criterion in period.criteria:
            if meaning.setdefault(criterion.id, criterion.excluded_by) != criterion.excluded_by:
                path = f"criteria({period.id}).{criterion.id}.excluded_by"
                yield Problem(FILE, path, "le même id a un autre sens dans une autre période")


def _missing_sections(periods: list[Criteria], documents: Path) -> Iterator[Problem]:
    headings: dict[str, frozenset[str]] = {}
    for period in periods:
        for criterion in period.criteria:
            for source in criterion.sources:
                file = documents / source.document
                if source.document not in headings:
                    text = file.read_text(encoding="utf-8") if file.is_file() else ""
                    headings[source.document] = frozenset(_HEADING.findall(text))
                if source.section not in headings[source.document]:
                    path = f"criteria({period.id}).{criterion.id}.sources"
                    yield Problem(FILE, path, f"section absente de {source.document} : {source.section}")
