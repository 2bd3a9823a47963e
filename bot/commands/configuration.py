"""What is wrong with the configuration, and what of it can still be used to look further."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot import programme_texts as texts
from bot.config import ROOT, Config, load_config
from bot.errors import ConfigurationError
from bot.toml_text import read_toml

_NEEDED = ("state", "knowledge", "embedding")


@dataclass(frozen=True)
class Checked:
    """A configuration's problems; `config` is None when they hide where the knowledge and the index are."""

    file: str
    config: Config | None
    problems: tuple[str, ...]


def checked_configuration(path: Path | None) -> Checked:
    """Return the configuration of `path` (of the default file, or the defaults, when None) and its problems."""
    file = path or ROOT / "config.toml"
    try:
        config: Config | None = load_config(path)
        problems: list[str] = []
    except ConfigurationError as error:
        config = _usable_part(file)
        problems = [texts.placed(file.name, line) for line in str(error).split("\n")]
    if config is None:
        return Checked(file.name, None, (*problems, texts.rest_not_checked(file.name)))
    missing = (*_missing_folders(config, file.name), *_missing_files(config, file))
    return Checked(file.name, config, (*problems, *missing))


def _usable_part(file: Path) -> Config | None:
    """Return the configuration without its mistakes; None when they touch what is needed to look further."""
    try:
        config = Config(**_without_mistakes(read_toml(file.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError):
        return None
    base = file.resolve().parent
    return config.model_copy(
        update={"state": _absolute(config.state, base), "knowledge": _absolute(config.knowledge, base)}
    )


def _without_mistakes(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table without its unknown keys, nor the wrong values of sections that are not needed here."""
    try:
        Config(**table)
    except ValidationError as error:
        for one in error.errors():
            section, *key = one["loc"]
            if section in _NEEDED and (one["type"] != "extra_forbidden" or not key):
                raise
            inner = table.get(str(section))
            if key and isinstance(inner, dict):
                inner.pop(str(key[0]), None)
            else:
                table.pop(str(section), None)
    return table


def _absolute(section: Any, base: Path) -> Any:
    """Make the paths of a section absolute, as load_config does."""
    paths = {name: (base if name in section.model_fields_set else ROOT) / value for name, value in section}
    return section.model_copy(update=paths)


def _missing_folders(config: Config, file: str) -> Iterator[str]:
    for name, folder in config.knowledge:
        if not folder.is_dir():
            yield texts.folder_missing(file, f"knowledge.{name}", str(folder))


def _missing_files(config: Config, file: Path) -> Iterator[str]:
    named = {
        "matrix.password_file": config.matrix.password_file,
        "matrix.access_token_file": config.matrix.access_token_file,
        "llm.api_key_file": config.llm.api_key_file if config.llm else None,
    }
    for key, secret in named.items():
        if secret is not None and not (file.resolve().parent / secret).is_file():
            yield texts.file_missing(file.name, key, str(secret))
