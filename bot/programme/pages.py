"""The public pages of the [[source]] tables, and the references to them that records carry."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.programme.models import Page, Source
from bot.programme.problems import Faults, Place, Problem
from bot.programme.reading import Table

_HEADING = re.compile(r"^#{1,6}[ \t]++(.*[^ \t\n])[ \t]*$", re.MULTILINE)
# What an unknown page is stood in for by, so that the other mistakes of its record are told too.
UNKNOWN_PAGE = {"id": "?", "title": "?", "publisher": "?", "url": "https://beta.gouv.fr", "date": date(2000, 1, 1)}

Headings = Mapping[str, frozenset[str]]


class Pages:
    """The pages by their id; what a record says of one is the fiche, its section and the editions it speaks of."""

    def __init__(self, tables: Iterable[Table], faults: Faults) -> None:
        """Know the [[source]] tables; `faults` receives what is wrong with them, and later the unknown references."""
        self._faults = faults
        self._pages: dict[str, Page] = {}
        for table in tables:
            one = faults.validated(Page, "source", table.place, table.content)
            if one and one.record.id in self._pages:
                # One of the two may be another page misnamed: that one would be called unknown wherever it is cited.
                faults.incomplete.add("source")
                faults.problems.append(table.place.problem("id", "source décrite deux fois"))
            elif one:
                self._pages[one.record.id] = one.record

    def completed(self, content: Mapping[str, Any], place: Place, inside: str = "") -> dict[str, Any]:
        """Return a record's content with the pages that it refers to; `inside` begins the paths of its keys."""
        found = dict(content)
        if isinstance(found.get("sources"), list):
            refs = enumerate(found["sources"], 1)
            found["sources"] = [self._page(ref, place, f"{inside}sources[{number}]") for number, ref in refs]
        if "announced" in found:
            found["announced"] = self._page(found["announced"], place, f"{inside}announced")
        return found

    def _page(self, ref: object, place: Place, path: str) -> object:
        if not isinstance(ref, dict):
            return ref
        known, wanted = self._pages, ref.get("id")
        if isinstance(wanted, str) and wanted in known:
            return {**known[wanted].model_dump(), **ref}
        if wanted is None or (isinstance(wanted, str) and "source" not in self._faults.incomplete):
            told = "clé manquante" if wanted is None else f"source inconnue : {wanted}"
            self._faults.problems.append(place.problem(f"{path}.id", told))
        return {**UNKNOWN_PAGE, **ref}


def headings_of(documents: Path) -> Headings:
    """Return the headings of every fiche, by its path in the folder; an unreadable one has none."""
    return {file.relative_to(documents).as_posix(): _headings(file) for file in documents.rglob("*.md")}


def _headings(file: Path) -> frozenset[str]:
    try:
        return frozenset(_HEADING.findall(file.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return frozenset()


def not_in_fiches(place: Place, sources: Iterable[tuple[str, Source]], headings: Headings) -> Iterator[Problem]:
    """Yield the sources, each with the path of its key, whose fiche or section does not exist."""
    for path, source in sources:
        if source.document not in headings:
            yield place.problem(f"{path}.document", f"fiche introuvable : {source.document}")
        elif source.section not in headings[source.document]:
            yield place.problem(f"{path}.section", f"section absente de {source.document} : {source.section}")


def too_recent(place: Place, verified: date, sources: Iterable[tuple[str, Source]]) -> Iterator[Problem]:
    """Yield the sources published after the day on which the record says that they were checked."""
    for path, source in sources:
        if verified < source.date:
            yield place.problem("verified", f"vérifié le {verified}, avant {path} ({source.date})")
