"""One TOML file of the knowledge folder, or what is wrong with it."""

import tomllib
from pathlib import Path
from typing import Any

from bot.programme.problems import Problem, problem_of_text


def read_toml(file: Path, problems: list[Problem]) -> dict[str, Any]:
    """Return the content of the file; {} and one more problem when it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError as error:
        problems.append(Problem(file.name, "fichier", f"illisible ({error.strerror})"))
        return {}
    try:
        return tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        problems.append(problem_of_text(error, file.name, data.decode("utf-8", errors="replace")))
        return {}


def tables_of(content: dict[str, Any], name: str, file: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """Return the tables [[name]] of a file; [] and one more problem when that is something else."""
    listed = content.get(name, [])
    if isinstance(listed, list) and all(isinstance(table, dict) for table in listed):
        return listed
    problems.append(Problem(file, name, f"liste de tables attendue, écrite [[{name}]]"))
    return []


def unknown_tables(content: dict[str, Any], known: tuple[str, ...], file: str) -> list[Problem]:
    """Return one problem for each table that the file should not have."""
    expected = ", ".join(known)
    return [Problem(file, name, f"table inconnue ; attendu : {expected}") for name in content if name not in known]
