"""Loading of knowledge/programme/eligibility.toml: the eligibility criteria of each period, every problem at once."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from bot.errors import KnowledgeError
from bot.programme.models import FAST, Record, Source
from bot.programme.problems import Place, Problem, problem_of_toml, problems_of

FILE = "eligibility.toml"
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*$", re.MULTILINE)


class Criterion(Record):
    """One condition and its question. `excluded_by` is the answer that does not meet it; `reason` says so.

    required: must be met; one_of: at least one of them must be; priority: gives priority, never excludes.
    """

    id: str
    question: str
    explanation: str
    reason: str
    role: Literal["required", "one_of", "priority"] = "required"
    excluded_by: Literal["no", "yes"] = "no"
    sources: tuple[Source, ...] = Field(min_length=1)


class Criteria(Record):
    """The criteria of a programme from `valid_from` to `valid_to` (both included; None while they hold).

    `ask` says whom to ask when an answer is not known.
    """

    id: str
    programme: str = FAST
    label: str
    editions: tuple[int, ...] = ()
    valid_from: date
    valid_to: date | None = None
    ask: str
    verified: date
    criteria: tuple[Criterion, ...] = Field(alias="criterion", min_length=1)

    @model_validator(mode="after")
    def _coherent(self) -> "Criteria":
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) précède valid_from ({self.valid_from})")
        twice = [name for name, times in Counter(one.id for one in self.criteria).items() if times > 1]
        if twice:
            raise ValueError(f"critère décrit deux fois : {', '.join(twice)}")
        return self


def load_criteria(folder: Path, documents: Path | None = None) -> tuple[Criteria, ...]:
    """Return the periods in order of time; with `documents`, every cited section must be there.

    Raises KnowledgeError with every problem found.
    """
    problems: list[Problem] = []
    content = _read(folder / FILE, problems)
    pages = _pages(folder) | _by_id(content.pop("source", []))
    periods: list[Criteria] = []
    for name in content.keys() - {"criteria"}:
        problems.append(Problem(FILE, name, "table inconnue ; attendu : criteria, source"))
    for position, table in enumerate(_tables(content.get("criteria"), "criteria", problems), 1):
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


def _read(file: Path, problems: list[Problem]) -> dict[str, Any]:
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(problem_of_toml(error, file.name, text))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file.name, "fichier", f"illisible ({error})"))
    return {}


def _pages(folder: Path) -> dict[str, dict[str, Any]]:
    """The pages told by the other files; what is wrong with those is told when the facts are loaded."""
    pages: dict[str, dict[str, Any]] = {}
    for file in folder.glob("*.toml"):
        pages |= _by_id(_read(file, []).get("source", [])) if file.name != FILE else {}
    return pages


def _by_id(tables: object) -> dict[str, dict[str, Any]]:
    listed = tables if isinstance(tables, list) else []
    return {str(table["id"]): table for table in listed if isinstance(table, dict) and "id" in table}


def _tables(listed: object, name: str, problems: list[Problem]) -> list[dict[str, Any]]:
    if isinstance(listed, list) and all(isinstance(table, dict) for table in listed):
        return listed
    problems.append(Problem(FILE, name, f"liste de tables attendue, écrite [[{name}]]"))
    return []


def _with_sources(
    table: Mapping[str, Any], pages: Mapping[str, Mapping[str, Any]], place: Place, problems: list[Problem]
) -> dict[str, Any]:
    """Return the table with each reference to a page completed by the page itself."""
    criteria = []
    for position, criterion in enumerate(_tables(table.get("criterion"), "criteria.criterion", problems), 1):
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
