"""TOML as every file of this project is read: a table, or a refusal, however deep the text nests."""

import tomllib
from collections.abc import Iterator
from typing import Any, Final

_DEEPEST: Final = 20  # tables and lists inside one another; no file of ours has more than five
TOO_DEEP: Final = f"tables ou listes imbriquées sur plus de {_DEEPEST} niveaux"


class TooDeep(ValueError):
    """A TOML text nests deeper than any that is meant; the message is a French clause."""

    def __init__(self) -> None:
        super().__init__(TOO_DEEP)


def read_toml(text: str) -> dict[str, Any]:
    """Return the table of a TOML text. Raises TooDeep, or tomllib.TOMLDecodeError, both of them a ValueError."""
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise TooDeep from None
    # What tomllib reads may still be too deep for those who check it, key by key.
    if not _ends_within(table, _DEEPEST):
        raise TooDeep
    return table


def _ends_within(value: object, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [inner for one in layer for inner in _inside(one)]
    return not layer


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
