"""CSV to sentences, a row each: the separators and quotes of the programs that export it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from bot.documents.content import Content
from bot.documents.formats.records import Row, write_records
from bot.documents.formats.writer import Writer

SEPARATORS = ";\t,|"
DECLARED = re.compile(r"^\"?sep=(.)\"?[ \t]*\n")
SAMPLE = 200  # lines
LONGEST_CELL = 1_000_000


def read_delimited(text: str) -> Content:
    """Return the rows of a text in columns, under the names of its first full row."""
    declared = DECLARED.match(text)
    first = 1
    if declared:
        text, first = text[declared.end() :], 2
    separator = declared.group(1) if declared else _separator(text)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    rows: list[Row] = []
    before = 0
    for cells in reader:
        rows.append(Row(first + before, tuple(cell.strip() for cell in cells)))
        before = reader.line_num
    writer = Writer()
    above = _above(rows)
    for part, headed in ((rows[:above], False), (rows[above:], True)):
        write_records(part, writer, "", is_headed=headed and _names_columns(part))
    return Content(writer.text(), places=writer.places())


def _separator(text: str) -> str:
    """Return the sign that cuts most lines in the same number of cells, at least two."""
    lines = [line for line in text.split("\n", SAMPLE)[:SAMPLE] if line.strip()]

    def weight(separator: str) -> tuple[int, int, int]:
        counts = Counter(map(len, csv.reader(lines, delimiter=separator)))
        counts.pop(1, None)
        if not counts:
            return 0, 0, -SEPARATORS.index(separator)
        cells, rows = counts.most_common(1)[0]
        return rows, cells, -SEPARATORS.index(separator)

    return max(SEPARATORS, key=weight)


def _above(rows: Sequence[Row]) -> int:
    """Return how many rows stand above the table: titles, the day of the export."""
    widths = Counter(sum(map(bool, row.cells)) for row in rows if any(row.cells))
    usual = max((width for width, count in widths.items() if count >= max(1, 0.2 * len(rows))), default=0)
    for place, row in enumerate(rows[:20]):
        if sum(map(bool, row.cells)) >= max(2, 0.6 * usual):
            return place
    return 0


def _names_columns(rows: Sequence[Row]) -> bool:
    """Whether the first row of an export names its columns, rather than be a record like the others."""
    filled = [cell for cell in rows[0].cells if cell] if rows else []
    return (
        len(rows) > 1
        and len(filled) > 1
        and not any(
            re.fullmatch(r"(?=\D*+\d)[-+\d\s.,/%€]++", cell)
            for cell in filled
            if not re.fullmatch(r"(?:19|20)\d\d", cell)
        )
    )
