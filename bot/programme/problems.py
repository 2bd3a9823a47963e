"""What is wrong in the knowledge files, said in French with the file and the key."""

import re
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_MESSAGES = {
    "extra_forbidden": "clé inconnue",
    "missing": "clé manquante",
    "string_type": "texte attendu",
    "bool_type": "true ou false attendu",
    "bool_parsing": "true ou false attendu",
    "int_type": "nombre entier attendu",
    "int_parsing": "nombre entier attendu",
    "date_type": "date attendue, écrite 2023-12-01 sans guillemets",
    "date_from_datetime_parsing": "date attendue, écrite 2023-12-01 sans guillemets",
    "date_from_datetime_inexact": "date attendue, sans heure",
    "date_parsing": "date attendue, écrite 2023-12-01 sans guillemets",
    "tuple_type": "liste attendue",
    "too_short": "il en faut au moins un élément",
    "string_pattern_mismatch": "adresse en https:// attendue",
    "greater_than_equal": "nombre trop petit",
    "model_type": "table attendue",
    "dict_type": "table attendue",
}


@dataclass(frozen=True)
class Problem:
    """One mistake, at one place."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file} : {self.path} : {self.message}"


@dataclass(frozen=True)
class Place:
    """Where a record was written: its file and the path of its table."""

    file: str
    path: str

    def problem(self, key: str, message: str) -> Problem:
        return Problem(self.file, f"{self.path}.{key}" if key else self.path, message)


def _message(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] in ("literal_error", "enum"):
        return f"valeur inconnue {error['input']!r} ; attendu : {error['ctx']['expected'].replace(' or ', ' ou ')}"
    found = "" if error["type"] in ("missing", "extra_forbidden") else f", et non {error['input']!r}"
    return _MESSAGES.get(error["type"], f"valeur refusée ({error['type']})") + found


def _path(parts: tuple[int | str, ...]) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def problems_of(error: ValidationError, place: Place) -> list[Problem]:
    """Return the problems of a record that pydantic refused."""
    return [place.problem(_path(one["loc"]), _message(one)) for one in error.errors()]


def problem_of_text(error: ValueError, file: str, text: str) -> Problem:
    """Return the problem of a file that is not UTF-8 or not TOML, with the key of the line at fault."""
    if isinstance(error, UnicodeDecodeError):
        return Problem(file, "fichier", "illisible : ce n'est pas de l'UTF-8")
    found = _POSITION.search(str(error))
    if not found:
        return Problem(file, "fin du fichier", "TOML illisible : le fichier s'arrête trop tôt")
    line, column = int(found[1]), int(found[2])
    key = text.splitlines()[line - 1].partition("=")[0].strip()
    return Problem(file, key or f"ligne {line}", f"TOML illisible, ligne {line}, colonne {column}")
