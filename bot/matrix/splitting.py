"""Where a Markdown text may be cut: between its blocks, then between items, rows, lines, sentences, words. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

_LINK: Final = re.compile(r"\[[^\[\]\n]{0,300}\]\([^()\s]{0,2000}\)")
_BOUNDARIES: Final = tuple(map(re.compile, (r"\n", r"(?<=[.!?…;]) ", r" ")))


def blocks(tokens: Sequence[Token], source: str) -> Iterator[str]:
    """Yield the source of each block of a text."""
    yield from _sources((token for token in tokens if token.level == 0), source)


def pieces(tokens: Sequence[Token], source: str) -> list[str]:
    """Return one block, which is too long, as two or more that are shorter and still mean the same."""
    first = tokens[0]
    if first.type in ("bullet_list_open", "ordered_list_open"):
        items = list(_sources((one for one in tokens if one.type == "list_item_open" and one.level == 1), source))
        if len(items) > 1:
            return items
    if first.type == "table_open":
        head, rows = _rows(source)
        if len(rows) > 1:
            middle = len(rows) // 2
            return ["\n".join([*head, *half]) for half in (rows[:middle], rows[middle:])]
    if first.type == "fence" and len(first.content) > 1:
        return [f"{first.markup}{first.info}\n{half}\n{first.markup}" for half in _halves(first.content)]
    return _halves(source)


def _sources(tokens: Iterator[Token], source: str) -> Iterator[str]:
    lines = source.split("\n")
    for token in tokens:
        if token.map is not None and token.nesting >= 0:
            yield "\n".join(lines[token.map[0] : token.map[1]])


def _rows(source: str) -> tuple[list[str], list[str]]:
    lines = source.strip("\n").split("\n")
    return lines[:2], lines[2:]


def _halves(text: str) -> list[str]:
    """Return a text cut in two near its middle, at the best kind of boundary, outside links."""
    middle = len(text) // 2
    links = [found.span() for found in _LINK.finditer(text)]
    for boundary in _BOUNDARIES:
        ends = [found.start() for found in boundary.finditer(text, 1, len(text) - 1)]
        near = [end for end in ends if len(text) // 5 < end < len(text) * 4 // 5]
        outside = [end for end in near if not any(start < end < stop for start, stop in links)]
        if outside:
            middle = min(outside, key=lambda end: abs(end - len(text) // 2))
            break
    return [text[:middle], text[middle:]]
