"""What a question may be about: attributes.toml, read and checked."""

import fnmatch
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bot.errors import KnowledgeError
from bot.programme.models import Population, Record
from bot.programme.values import Text, Texts
from bot.refusals import refusals, system_reason
from bot.toml_text import read_toml

FILE = "attributes.toml"
Of = Literal["none", "edition", "year", "day", "laureate", "fund", "task"]


class Attribute(Record):
    """Something that can be asked. `about` tells a writer of wordings what it is; `label` names it in a sentence.

    `facts` are keys of facts, or fields of laureates and funds; `sections` are written « fiche#start of a heading ».
    """

    name: Text
    about: Text
    label: Text | None = None
    of: Of = "none"
    facts: Texts = ()
    population: Population | None = None
    sections: Annotated[Texts, Field()] = ()


@dataclass(frozen=True)
class Attributes:
    """All the attributes, and which one a section of a fiche is of."""

    all: tuple[Attribute, ...]

    @cached_property
    def by_name(self) -> dict[str, Attribute]:
        return {one.name: one for one in self.all}

    def of_section(self, document: str, heading: str) -> tuple[Attribute, ...]:
        """Return the attributes that name a section, those that name it most precisely first."""
        stem = document.removesuffix(".md")
        found = [
            (len(start), one)
            for one in self.all
            for fiche, _, start in (spec.partition("#") for spec in one.sections)
            if fnmatch.fnmatch(stem, fiche) and heading.startswith(start)
        ]
        longest = max((size for size, _ in found), default=0)
        return tuple(one for size, one in found if size == longest)


def load_attributes(folder: Path) -> Attributes:
    """Read attributes.toml of the facts' folder. Raises KnowledgeError with every problem found."""
    try:
        tables = read_toml((folder / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise KnowledgeError([f"{FILE} : illisible : {system_reason(error)}"]) from error
    except ValueError as error:
        raise KnowledgeError([f"{FILE} : ce n'est pas du TOML valide, en UTF-8 ({error})"]) from error
    found, problems = [], []
    for name, table in tables.items():
        try:
            found.append(Attribute.model_validate({**table, "name": name} if isinstance(table, dict) else table))
        except ValidationError as error:
            problems += [f"{FILE} : {name}{f'.{key}' if key else ''} : {said}" for key, said in refusals(error)]
    if problems:
        raise KnowledgeError(problems)
    return Attributes(tuple(found))
