"""Rows of a sheet to sentences: « colonne : valeur ; colonne : valeur », under the names that head the columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.documents.formats.writer import EMPTY_CELL, Writer, one_line
from bot.documents.places import Place

LONGEST_NAME = 120
MOST_HEADERS = 2
# Letters, but no amount, date or share.
FIGURE = re.compile(r"^(?=\D*+\d)\+?[\d\s\xa0\u202f.,/:%€$-]++(?:[kM]€|euros?)?$")

MOMENT = re.compile(r"\d[-/:]\d")


@dataclass(frozen=True)
class Row:
    """The cells of a row, as shown; `number` is what a reader counts from 1, `bold` whether it is set off."""

    number: int
    cells: tuple[str, ...]
    bold: bool = False


def write_records(rows: Sequence[Row], writer: Writer, sheet: str, *, is_headed: bool = False) -> None:
    """Write the rows of a sheet; blank rows part its tables. `is_headed` says that the first row names the columns."""
    for number, block in enumerate(_blocks(rows)):
        _write_block(block, writer, sheet, is_headed=is_headed and number == 0)


def _blocks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        if any(row.cells):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _write_block(block: list[Row], writer: Writer, sheet: str, *, is_headed: bool) -> None:
    title, body = (0, block) if is_headed else _titled(block)
    for row in block[:title]:
        writer.at(Place("row", row.number, sheet))
        writer.paragraph(" ".join(cell for cell in row.cells if cell))
    heads = 1 if is_headed else _heads(body)
    names = _names(body[:heads]) if heads else ()
    for row in body[heads:]:
        writer.at(Place("row", row.number, sheet))
        writer.item(_sentence(row, names))
    if heads == len(body):
        # Names without a row under them are still what the sheet says.
        for row in body:
            writer.at(Place("row", row.number, sheet))
            writer.item(_plain(row))
    writer.end_paragraph()


def _titled(block: list[Row]) -> tuple[int, list[Row]]:
    """Return how many rows of a single cell stand above a table, and the table."""
    width = max(sum(map(bool, row.cells)) for row in block)
    count = 0
    while width > 1 and count < len(block) and sum(map(bool, block[count].cells)) == 1:
        count += 1
    if width == 1:
        return (1, block[1:]) if len(block) > 1 and not _is_figure(block[0]) and block[0].bold else (0, block)
    return count, block[count:]


def _is_figure(row: Row) -> bool:
    return all(FIGURE.match(cell) for cell in row.cells if cell)


def _heads(body: list[Row]) -> int:
    """Return how many rows name the columns: 0 for a list of values beside their names."""
    if len(body) < 2 or not _can_head(body[0]):
        return 0
    if sum(map(bool, body[0].cells)) == 1 or _is_beside(body):
        return 0
    doubled = len(body) > 2 and _is_spread(body[0]) and all(map(_is_name_or_year, filter(None, body[1].cells)))
    return MOST_HEADERS if doubled else 1


def _can_head(row: Row) -> bool:
    cells = [cell for cell in row.cells if cell]
    named = [cell for cell in cells if not FIGURE.match(cell) or _is_name_or_year(cell)]
    is_named = not FIGURE.match(cells[0]) if cells else False
    return is_named and len(named) == len(cells) and all(len(cell) <= LONGEST_NAME for cell in cells)


def _is_name_or_year(cell: str) -> bool:
    return not FIGURE.match(cell) or bool(re.fullmatch(r"(?:19|20)\d\d", cell))


def _is_spread(row: Row) -> bool:
    """Whether a name heads several columns: repeated in each of those that its merged cell covers."""
    cells = [cell for cell in row.cells if cell]
    return len(set(cells)) < len(cells)


def _is_beside(body: list[Row]) -> bool:
    """Whether rows are names with their values beside them, without names above: « Porteur | Ville de Nérac »."""
    if any(sum(map(bool, row.cells)) > 2 for row in body):
        return False
    first = [next(cell for cell in row.cells if cell) for row in body]
    if sum(cell.endswith(":") for cell in first) * 2 > len(first):
        return True
    if body[0].bold and not body[1].bold:
        return False
    return len({_kind([cell for cell in row.cells if cell][-1]) for row in body[1:]}) > 1


def _kind(cell: str) -> str:
    """Return what a value is by its form: a column of a table holds one kind."""
    if not FIGURE.match(cell):
        return "text"
    return "moment" if MOMENT.search(cell) else "share" if cell.endswith("%") else "number"


def _names(heads: list[Row]) -> tuple[str, ...]:
    width = max(len(row.cells) for row in heads)
    columns = [[row.cells[n] for row in heads if n < len(row.cells) and row.cells[n]] for n in range(width)]
    return tuple(" ".join(dict.fromkeys(one_line(name).rstrip(" :") for name in column)) for column in columns)


def _sentence(row: Row, names: Sequence[str]) -> str:
    if not names:
        return _plain(row)
    told = []
    for place, cell in enumerate(row.cells):
        name = names[place] if place < len(names) else ""
        if cell:
            value = one_line(cell).replace(" ; ", ", ")
            told.append(f"{name} : {value}" if name else value)
    return " ; ".join(told)


def _plain(row: Row) -> str:
    cells = [one_line(cell).replace(" ; ", ", ") for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    while cells and not cells[0]:
        cells.pop(0)
    if len(cells) == 2:
        return f"{cells[0].rstrip(' :')} : {cells[1]}"
    return " ; ".join(cell or EMPTY_CELL for cell in cells)
