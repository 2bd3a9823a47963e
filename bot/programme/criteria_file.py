"""Loading of knowledge/programme/eligibility.toml: every problem at once, each « file : key : what is wrong »."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.programme.criteria import Criteria
from bot.programme.criteria_checks import between_periods, located_sources
from bot.programme.pages import Pages, headings_of, not_in_fiches, too_recent
from bot.programme.problems import Faults, Placed, Problem
from bot.programme.reading import Table, read_tables

FILE = "eligibility.toml"
_PAGES = re.compile(rb"^\s*(?:\[\[?\s*\"?source\"?\s*\]|\"?source\"?\s*=)", re.MULTILINE)


def load_criteria(folder: Path, documents: Path | None = None) -> tuple[Criteria, ...]:
    """Return the periods in order of time; with `documents`, every cited section must be there.

    Raises KnowledgeError with every problem found.
    """
    faults = Faults()
    tables = read_tables(folder / FILE, ("criteria", "source"), faults)
    own = [table for table in tables if table.name == "source"]
    pages = Pages([*_pages_of_other_files(folder, faults), *own], faults)
    periods = [one for table in tables if table.name == "criteria" and (one := _period(table, pages, faults))]
    faults.problems += _problems(periods, faults, documents)
    faults.raise_if_any()
    return tuple(sorted((one.record for one in periods), key=lambda one: one.valid_from))


def _pages_of_other_files(folder: Path, faults: Faults) -> Iterator[Table]:
    for file in sorted(folder.glob("*.toml")):
        if file.name != FILE and file.is_file() and _PAGES.search(file.read_bytes()):
            # What else is wrong in that file is told when the facts are loaded.
            of_file = Faults()
            yield from (table for table in read_tables(file, ("source",), of_file) if table.name == "source")
            faults.incomplete |= of_file.incomplete & {"source"}


def _period(table: Table, pages: Pages, faults: Faults) -> Placed[Criteria] | None:
    content = dict(table.content)
    if isinstance(content.get("criterion"), list):
        content["criterion"] = [
            pages.completed(one, table.place, f"criterion[{number}].") if isinstance(one, dict) else one
            for number, one in enumerate(content["criterion"], 1)
        ]
    return faults.validated(Criteria, table.name, table.place, content)


def _problems(periods: list[Placed[Criteria]], faults: Faults, documents: Path | None) -> Iterator[Problem]:
    if not periods and "criteria" not in faults.incomplete:
        yield Problem(FILE, "criteria", "aucun critère")
    if "criteria" not in faults.incomplete:
        yield from between_periods(periods)
    headings = headings_of(documents) if documents else None
    for period in periods:
        for place, sources in located_sources(period):
            yield from too_recent(place, period.record.verified, sources)
            if headings is not None:
                yield from not_in_fiches(place, sources, headings)
