"""The tables of one TOML file of the knowledge folder, or what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.programme.problems import Faults, Place, Problem, problem_of_text
from bot.refusals import system_reason
from bot.toml_text import read_toml

_HEADER = re.compile(r"^\s*\[\[?\s*(\w+)", re.MULTILINE)
_NAMES = ("key", "id", "name", "number", "edition")  # what tells one table from its neighbours


@dataclass(frozen=True)
class Table:
    """A table as TOML gives it, and where it stands: `name[position](label)`."""

    name: str
    place: Place
    content: Mapping[str, Any]


def read_tables(file: Path, known: Sequence[str], faults: Faults) -> list[Table]:
    """Return the tables of `known` names in the file; `faults` receives the others, and what cannot be read."""
    return [table for name, tables in _lists(file, known, faults) for table in placed(name, tables, file.name)]


def placed(name: str, tables: Sequence[Mapping[str, Any]], file: str, inside: str = "") -> Iterator[Table]:
    """Yield tables with their places, those of a table called `inside` being told after it."""
    for position, content in enumerate(tables, 1):
        path = f"{name}[{position}]" + (f"({label})" if (label := _label(content)) else "")
        yield Table(name, Place(file, f"{inside}.{path}" if inside else path), content)


def is_tables(value: object) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _lists(file: Path, known: Sequence[str], faults: Faults) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, tables in _content(file, faults).items():
        if name not in known:
            meant = get_close_matches(name, known, 1)
            faults.incomplete.update(meant)
            faults.problems.append(Problem(file.name, name, f"table inconnue ; attendu : {', '.join(meant or known)}"))
        elif not is_tables(tables):
            faults.incomplete.add(name)
            faults.problems.append(Problem(file.name, name, f"liste de tables attendue, écrite [[{name}]]"))
        else:
            yield name, tables


def _content(file: Path, faults: Faults) -> dict[str, Any]:
    try:
        data = file.read_bytes()
    except OSError as error:
        faults.problems.append(Problem(file.name, "fichier", f"illisible ({system_reason(error)})"))
        return {}
    text = data.decode("utf-8", errors="replace")
    try:
        return read_toml(data.decode("utf-8-sig"))
    except ValueError as error:
        faults.problems.append(problem_of_text(error, file.name, text))
        faults.incomplete.update(_HEADER.findall(text))
        return {}


def _label(content: Mapping[str, Any]) -> str:
    named = (content[name] for name in _NAMES if isinstance(content.get(name), str | int))
    return str(next(named, ""))
