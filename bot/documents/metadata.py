"""What a document says of itself: front matter, sidecar, and what is guessed where they are silent.

Two kinds of front matter are met. Ours has at least one of the keys of `OURS`: it is checked strictly, so that a typing
error in a date is never read as « no date ». Any other is another site's (Jekyll, GitBook…): what fits is used, the
rest is none of our business. A sidecar (`NAME.EXT.yaml`, `NAME.EXT.toml`) is always ours; its keys outrank the others.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.documents.content import Content, Unusable
from bot.documents.encodings import decode
from bot.documents.readers import read_bytes
from bot.documents.titles import title_of
from bot.toml_text import read_toml

OURS = frozenset({"publisher", "verified", "valid_from", "valid_to", "editions"})
SIDECAR_ENDINGS = (".yaml", ".toml")
SIDECAR_SIZE = 65_536

DAY_AT_START = re.compile(r"^(\d{4}-\d{2}-\d{2})(?!\d)[-_. ]*")
EDITION = re.compile(r"\bfast[\s_-]?(\d{1,2})(?![\w]|[.,]\d)", re.IGNORECASE)


def _day(value: object) -> object:
    # Numbers are left to be refused: pydantic would read 2024 as seconds since 1970.
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value.strip()) if isinstance(value, str) else value


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, int) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(?:https?://\S+)?$", max_length=4000)]
Day = Annotated[date, BeforeValidator(_day)]
Edition = Annotated[int, Field(ge=1, le=99)]

EXPECTED = {
    "title": "un texte",
    "publisher": "un texte",
    "url": "une adresse http(s)",
    "published": "une date AAAA-MM-JJ",
    "valid_from": "une date AAAA-MM-JJ",
    "valid_to": "une date AAAA-MM-JJ",
    "verified": "une date AAAA-MM-JJ",
    "editions": "une liste de numéros d'édition, comme [13, 14]",
}


class Metadata(BaseModel):
    """The keys of front matter and sidecars; None where nothing was said."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Text | None = None
    publisher: Text | None = None
    url: Address | None = None
    published: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    editions: Annotated[list[Edition], BeforeValidator(_one_or_more)] | None = None
    verified: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Metadata":
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_to : avant valid_from")
        return self


def metadata_of(path: Path, content: Content) -> tuple[Metadata, bool]:
    """Return a document's metadata, guesses included, and whether they are written in our own terms.

    Raise Unusable naming the keys, all at once, when ours are wrong or a YAML cannot be read.
    """
    front_matter = _mapping(_yaml(content.front_matter, "en-tête"), "en-tête")
    is_ours = bool(OURS & front_matter.keys())
    metadata = _checked(front_matter, "en-tête") if is_ours else _foreign(front_matter)
    if sidecar := _sidecar(path):
        place, values = sidecar
        both = metadata.model_dump(exclude_none=True) | _checked(values, place).model_dump(exclude_none=True)
        metadata = _checked(both, f"en-tête et {place}")
    return _with_guesses(metadata, path, content), is_ours or sidecar is not None


def is_sidecar(path: Path) -> bool:
    """Whether `path` describes another file beside it: its name is that file's, with .yaml or .toml after."""
    try:
        return path.suffix.lower() in SIDECAR_ENDINGS and path.with_suffix("").is_file()
    except OSError:
        return False  # a path too long


def _sidecar(path: Path) -> tuple[str, dict[str, Any]] | None:
    found = [path.with_name(path.name + ending) for ending in SIDECAR_ENDINGS]
    present = [each for each in found if each.is_symlink() or each.exists()]
    if not present:
        return None
    if len(present) > 1:
        raise Unusable(f"deux fichiers de métadonnées ({found[0].name} et {found[1].name}) : gardez-en un")
    file = present[0]
    try:
        text = decode(read_bytes(file, SIDECAR_SIZE))
    except Unusable as unusable:
        raise Unusable(f"{file.name} : {unusable}") from None
    return file.name, _mapping(_toml(text, file.name) if file.suffix == ".toml" else _yaml(text, file.name), file.name)


def _toml(text: str, place: str) -> object:
    try:
        return read_toml(text)
    except ValueError as error:
        raise Unusable(f"{place} : TOML illisible ({_first_line(error)})") from None


def _yaml(text: str, place: str) -> object:
    if not text.strip():
        return {}
    if len(text) > SIDECAR_SIZE:
        raise Unusable(f"{place} : trop long pour des métadonnées")
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            # Aliases can make a few lines unfold without end, and metadata have no use for them.
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("les alias (*nom) ne sont pas acceptés")
            return super().compose_node(parent, index)

    try:
        return yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise Unusable(f"{place} : YAML illisible ({_first_line(error)})") from None


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error).partition("\n")[0][:200]
    return f"ligne {mark.line + 2}, {problem}" if mark is not None else problem


def _mapping(value: object, place: str) -> dict[str, Any]:
    if value is None:  # only comments
        return {}
    if not isinstance(value, dict):
        raise Unusable(f"{place} : des lignes « clé: valeur » sont attendues")
    return {str(key): each for key, each in value.items()}


def _checked(values: Mapping[str, Any], place: str) -> Metadata:
    try:
        return Metadata.model_validate(dict(values))
    except ValidationError as error:
        problems = dict.fromkeys(
            _problem(dict(each)) for each in error.errors(include_url=False, include_context=False)
        )
        raise Unusable(f"{place}, {' ; '.join(problems)}") from None


def _problem(error: dict[str, Any]) -> str:
    if not error["loc"]:
        return str(error["msg"]).removeprefix("Value error, ")
    key = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"clé {key} inconnue (clés possibles : {', '.join(EXPECTED)})"
    return f"clé {key} : {EXPECTED[key]} est attendu{'e' if EXPECTED[key].startswith('une') else ''}"


def _foreign(values: Mapping[str, Any]) -> Metadata:
    """Return what another site's front matter has that we understand; `date` is the usual name of `published` there."""
    kept: dict[str, Any] = {}
    for key, name in (("title", "title"), ("url", "url"), ("date", "published"), ("published", "published")):
        value = str(values[key]) if key == "title" and isinstance(values.get(key), int | float) else values.get(key)
        try:
            if value is not None and Metadata.model_validate({name: value}):
                kept[name] = value
        except ValidationError:
            continue
    return Metadata.model_validate(kept)


def _with_guesses(declared: Metadata, path: Path, content: Content) -> Metadata:
    stem = DAY_AT_START.sub("", path.stem)
    title = declared.title or title_of(content) or stem.replace("_", " ").strip() or path.stem
    editions = declared.editions
    if editions is None:
        editions = [
            int(number) for number in EDITION.findall(f"{title} \n {path.stem.replace('_', ' ')}") if int(number)
        ]
    return declared.model_copy(
        update={
            "title": title,
            "published": declared.published or _day_of_name(path) or content.published,
            "editions": sorted(set(editions)),
        }
    )


def _day_of_name(path: Path) -> date | None:
    found = DAY_AT_START.match(path.name)
    try:
        return date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None
