"""Tables become lists: one item a row, each cell after the name of its column. Pure."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from markdown_it.token import Token


def as_lists(tokens: Sequence[Token]) -> list[Token]:
    """Return Markdown tokens with each table replaced by a list that says the same."""
    said: list[Token] = []
    rows: list[list[Token]] | None = None  # of the table being read
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif rows is None:
            said.append(token)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
        elif token.type == "table_close":
            said += _list(rows)
            rows = None
    return said


def _list(rows: Sequence[Sequence[Token]]) -> list[Token]:
    names, *others = rows
    items = [_item(names, row) for row in others] or [_item((), names)]
    return [Token("bullet_list_open", "ul", 1), *chain.from_iterable(items), Token("bullet_list_close", "ul", -1)]


def _item(names: Sequence[Token], cells: Sequence[Token]) -> list[Token]:
    said: list[Token] = []
    for name, cell in zip_longest(names, cells):
        if cell is None or not cell.content:
            continue
        named = [*(name.children or ()), _text(" : ")] if name is not None and name.content else []
        said += [*([_text(" ; ")] if said else []), *named, *(cell.children or ())]
    inline = Token("inline", "", 0, children=said or [_text("—")])
    return [
        Token("list_item_open", "li", 1),
        Token("paragraph_open", "p", 1, hidden=True),
        inline,
        Token("paragraph_close", "p", -1, hidden=True),
        Token("list_item_close", "li", -1),
    ]


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)
