"""Running headers, footers and page numbers: what pages repeat at one place, but for a number that follows them."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.documents.formats.rows import Row

# A line of a table of contents: its title is also where it belongs.
CONTENTS_LINE = re.compile(r"(?<![.…])(?<!\. )(?:\. ?|…){5,}\s*(?:\d{1,4}|[ivx]{1,6})?$")
NUMBER = re.compile(r"\d+")
ROMAN = re.compile(r"^[ivxl]{1,7}$", re.IGNORECASE)
OF_PAGES = re.compile(r"^(?:page)?n?°?(\d{1,4})(?:/|sur|of|de|\||-)(\d{1,4})$", re.IGNORECASE)
PAGE_WORD = re.compile(r"page?#|(?:^|\W)p\.?#|folio#")
DEPTH = 2  # lines at each end of a page
SAME_PLACE = 8.0  # points
FIRST_PAGE = range(-30, 400)  # what the first page of a document may be numbered
APART = 1.7  # heights
SMALL = 1.2  # of the size of the text: a page number is no larger
MOST = 10  # a header runs when a tenth of the pages bear it, and three


@dataclass(frozen=True)
class _Edge:
    """A line at the top or the bottom of a page; `key` is what it says without its numbers and spaces."""

    page: int
    row: int
    key: str
    numbers: tuple[int, ...]
    y: float
    size: float
    text: str
    apart: bool


def without_running_lines(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Return the rows of pages without page numbers, the lines that bear them, and tables of contents.

    A header that is the same on many pages is kept on the first, unless the document says it elsewhere.
    """
    edges = list(_edges(pages))
    body = _body_size(pages)
    dropped = {(edge.page, edge.row) for edge in edges if _tells_its_page(edge, len(pages))}
    inside = _told_inside(pages, edges)
    dropped |= {place for group in _groups(edges) for place in _running(group, len(pages), body, inside)}
    return [
        [row for index, row in enumerate(page) if (number, index) not in dropped and not CONTENTS_LINE.search(row.text)]
        for number, page in enumerate(pages)
    ]


def _edges(pages: Sequence[Sequence[Row]]) -> Iterator[_Edge]:
    for number, page in enumerate(pages):
        depth = DEPTH if len(page) > 6 else 1
        for index in sorted({*range(min(depth, len(page))), *range(max(0, len(page) - depth), len(page))}):
            row = page[index]
            text = "".join(row.text.split())
            value = _roman(text)
            key = NUMBER.sub("#", text).lower() if value is None else "#"
            numbers = tuple(int(each[-9:]) for each in NUMBER.findall(text)) if value is None else (value,)
            yield _Edge(number, index, key, numbers, row.y, row.size, row.text, _is_apart(page, index))


def _is_apart(page: Sequence[Row], index: int) -> bool:
    """Whether a row at an end of a page stands apart from the text, which lies on the other side."""
    row, step = page[index], 1 if index < len(page) / 2 else -1
    inner = page[index + step] if 0 <= index + step < len(page) else None
    return inner is None or abs(inner.y - row.y) > APART * max(row.size, inner.size)


def _roman(text: str) -> int | None:
    if not ROMAN.match(text):
        return None
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in text.lower()]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _body_size(pages: Sequence[Sequence[Row]]) -> float:
    weight: dict[float, int] = defaultdict(int)
    for page in pages:
        for row in page:
            weight[row.size] += len(row.text)
    return max(weight, key=lambda size: weight[size], default=0.0)


def _tells_its_page(edge: _Edge, pages: int) -> bool:
    """Whether a line says by itself that it is the number of its page: « Page 1/4 » on the first of four."""
    found = OF_PAGES.match("".join(edge.text.split()))
    return found is not None and (int(found.group(1)), int(found.group(2))) == (edge.page + 1, pages)


def _groups(edges: Sequence[_Edge]) -> Iterator[list[_Edge]]:
    """Yield the lines that say the same but for numbers, at the same place."""
    by_key: dict[tuple[str, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        by_key[edge.key, len(edge.numbers)].append(edge)
    for alike in by_key.values():
        group: list[_Edge] = []
        for edge in sorted(alike, key=lambda each: each.y):
            if group and edge.y - group[-1].y > SAME_PLACE:
                yield group
                group = []
            group.append(edge)
        yield group


def _told_inside(pages: Sequence[Sequence[Row]], edges: Sequence[_Edge]) -> set[str]:
    """Return what the rows say that stand at no edge of a page."""
    at_edge = {(edge.page, edge.row) for edge in edges}
    return {
        row.text
        for number, page in enumerate(pages)
        for index, row in enumerate(page)
        if (number, index) not in at_edge
    }


def _running(group: list[_Edge], pages: int, body: float, inside: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the place of each line of a group that runs through the pages."""
    lines = {edge.page: edge for edge in sorted(group, key=lambda each: -each.row)}
    slots = len(group[0].numbers)
    if slots and (running := _numbered(list(lines.values()), slots, pages, body)):
        yield from ((edge.page, edge.row) for edge in running)
        return
    same: dict[tuple[int, ...], list[_Edge]] = defaultdict(list)
    for edge in lines.values():
        same[edge.numbers].append(edge)
    for repeated in same.values():
        if len(repeated) >= max(3, pages // MOST) and any(map(str.isalnum, repeated[0].key)):
            first = -1 if repeated[0].text in inside else min(edge.page for edge in repeated)
            yield from ((edge.page, edge.row) for edge in repeated if edge.page != first)


def _numbered(lines: list[_Edge], slots: int, pages: int, body: float) -> list[_Edge]:
    """Return the lines of which one number follows the pages while the others stay; none when it does not."""
    for slot in range(slots):
        offsets: dict[tuple[int, ...], list[_Edge]] = defaultdict(list)
        for edge in lines:
            others = edge.numbers[:slot] + edge.numbers[slot + 1 :]
            offsets[edge.numbers[slot] - edge.page, *others].append(edge)
        for (first, *_), running in offsets.items():
            if first in FIRST_PAGE and _is_proven(running, pages, body):
                return running
    return []


def _is_proven(running: list[_Edge], pages: int, body: float) -> bool:
    if len(running) < 2 or statistics.median(edge.size for edge in running) > SMALL * body:
        return False
    if PAGE_WORD.search(running[0].key) or running[0].key in ("#", "-#-", "–#–", "—#—", "#/#", "#|#"):
        return len(running) > 2 or len(running) * 2 >= pages
    # Points of a plan may follow the pages too; what numbers them stands apart from the text.
    is_apart = sum(edge.apart or edge.size < 0.9 * body for edge in running) * 2 > len(running)
    return is_apart and len(running) >= min(3, pages)
