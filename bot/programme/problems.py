"""What is wrong in the knowledge files, said in French with the file and the key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import KnowledgeError
from bot.refusals import refusals, toml_position
from bot.toml_text import TooDeep

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


@dataclass(frozen=True)
class Problem:
    """One mistake, at one place; told in one line."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return " ".join(f"{self.file} : {self.path} : {self.message}".split())


@dataclass(frozen=True)
class Place:
    """Where a record was written: its file and the path of its table."""

    file: str
    path: str

    def problem(self, key: str, message: str) -> Problem:
        return Problem(self.file, f"{self.path}.{key}" if key else self.path, message)


@dataclass(frozen=True)
class Placed(Generic[R]):
    """A record and where it was written."""

    place: Place
    record: R


@dataclass
class Faults:
    """The problems found so far, and the names of the tables some of which could not be read."""

    problems: list[Problem] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)

    def validated(self, model: type[M], table: str, place: Place, content: Mapping[str, object]) -> Placed[M] | None:
        """Return the record of a table; None, with its problems told, when it is refused."""
        try:
            return Placed(place, model.model_validate(content))
        except ValidationError as error:
            self.problems += [place.problem(path, message) for path, message in refusals(error)]
            self.incomplete.add(table)
            return None

    def raise_if_any(self) -> None:
        """Raise KnowledgeError with every problem, each once; do nothing when there is none."""
        if self.problems:
            raise KnowledgeError([str(problem) for problem in dict.fromkeys(self.problems)])


def problem_of_text(error: Exception, file: str, text: str) -> Problem:
    """Return the problem of a file that is not UTF-8 or not TOML, with the key of the line at fault."""
    if isinstance(error, UnicodeDecodeError):
        return Problem(file, "fichier", "illisible : ce n'est pas de l'UTF-8")
    if isinstance(error, TooDeep):
        return Problem(file, "fichier", f"TOML illisible : {error}")
    if "at end of document" in str(error):
        return Problem(file, "fin du fichier", "TOML illisible : le fichier s'arrête trop tôt")
    position = toml_position(error)
    if position is None:
        return Problem(file, "fichier", "TOML illisible")
    line, column = position
    key = text.splitlines()[line - 1].partition("=")[0].strip()
    fault = "clé ou table écrite deux fois" if "overwrite" in str(error) else "TOML illisible"
    return Problem(file, key or f"ligne {line}", f"{fault}, ligne {line}, colonne {column}")
