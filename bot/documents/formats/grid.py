"""Tables as grids: a cell that spans others is told in each of them, and the rows that head the columns are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MOST_COLUMNS = 200
_MOST_REPEATED = 20_000  # characters of one cell, its repetitions together


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and how many columns and rows it covers; `down` is 0 when it goes on to the last row."""

    text: str
    across: int = 1
    down: int = 1


def spread(rows: Sequence[Sequence[Cell]]) -> Iterator[list[str]]:
    """Yield the rows with a text for every column; a cell that is a whole row is told once."""
    width = max((sum(min(cell.across, _MOST_COLUMNS) for cell in row) for row in rows), default=0)
    above: dict[int, tuple[int, str]] = {}  # column → how many rows more, and the text
    for number, row in enumerate(rows):
        if len(row) == 1 and row[0].across >= width > 1 and not above:
            yield [row[0].text]
            continue
        texts: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in row:
            _from_above(texts, above)
            _place(texts, below, cell, cell.down or len(rows) - number)
        while any(column >= len(texts) for column in above):
            texts += [""] if len(texts) not in above else []
            _from_above(texts, above)
        above = {column: (left - 1, text) for column, (left, text) in above.items() if left > 1} | below
        yield texts


def _from_above(texts: list[str], above: dict[int, tuple[int, str]]) -> None:
    while len(texts) in above:
        texts.append(above[len(texts)][1])


def _place(texts: list[str], below: dict[int, tuple[int, str]], cell: Cell, down: int) -> None:
    across = max(1, min(cell.across, _MOST_COLUMNS))
    is_repeated = len(cell.text) * across * down <= _MOST_REPEATED
    for number in range(across):
        if down > 1:
            below[len(texts)] = (down - 1, cell.text if is_repeated else "")
        texts.append(cell.text if is_repeated or not number else "")


def heading_rows(rows: Sequence[Sequence[str]], declared: int) -> int:
    """Return how many rows at the top head the columns: those `declared`, else a first one of words over figures."""
    if declared:
        return min(declared, len(rows) - 1)
    if len(rows) < 3 or len(rows[0]) < 2:
        return 0
    has_words = all(cell.strip() and not any(sign.isdigit() for sign in cell) for cell in rows[0])
    has_figures = sum(any(sign.isdigit() for cell in row for sign in cell) for row in rows[1:]) * 2 > len(rows) - 1
    return int(has_words and has_figures)
