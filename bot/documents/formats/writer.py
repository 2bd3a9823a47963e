"""The plain Markdown that every format is turned into: headings, list items, table rows and paragraphs."""

import re
from collections.abc import Iterator, Sequence

from bot.documents.content import Content
from bot.documents.formats.grid import Cell, heading_rows, spread
from bot.documents.formats.typography import notes_apart, settled
from bot.documents.places import Place, Places

BULLET = re.compile(r"^[ \t]*(?:[-*+•●◦▪‣⁃∙·–—■□►➢✓✔✅]|o(?=\s\s))[ \t]+(?=\S)")
EMPTY_CELL = "–"
# Bullets that are boxes or ticks where the document has both.
_BOXES, _OTHER_BOXES = frozenset("□■✓✔✅"), frozenset("☐☑☒✗✘")
_BOX = "\ue0f5"  # stands before one, until it is known
_PAGE_WORDS = frozenset({"page", "pages", "p", "sur", "de", "of"})
_BOXED = re.compile(f"{_BOX}. ")
_SPACES = re.compile(r"[ \t\n]+")
_LINE = re.compile(r"[ \t]+")


class Writer:
    """Collects the blocks of a document in reading order."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, str]] = []
        self._places: list[tuple[int, Place]] = []
        self._headers: set[str] = set()

    def heading(self, level: int, text: str) -> None:
        text, notes = notes_apart(text)
        if title := one_line(text):
            self._blocks.append(("heading", f"{'#' * max(1, min(level, 6))} {title}"))
        for note in notes:
            self.paragraph(note)

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its line breaks stay."""
        for line in settled(text).split("\n"):
            self._add_line(line)
        self.end_paragraph()

    def line(self, text: str) -> None:
        """Add a line to the open paragraph; one that begins with a bullet is a list item."""
        self._add_line(settled(text))

    def _add_line(self, text: str) -> None:
        line = _LINE.sub(" ", text).strip()
        if BULLET.match(line):
            text = BULLET.sub("", line)
            self.item(f"{_BOX}{line[0]} {text}" if line[0] in _BOXES else text)
        elif line:
            # A text that happens to begin as a heading does is none.
            self._blocks.append(("line", re.sub(r"^#+ ", "", line)))

    def item(self, text: str, depth: int = 0) -> None:
        if item := one_line(settled(text)):
            self._blocks.append(("item", f"{'  ' * min(depth, 5)}- {item}"))

    def table(self, rows: Sequence[Sequence[Cell]], headings: int = 0) -> None:
        """Add a table, a line a row; `headings` is how many rows at the top are declared to head the columns."""
        told = [[one_line(settled(text)).replace(" ; ", ", ") for text in row] for row in spread(rows)]
        told = [row for row in told if any(row)]
        heads = heading_rows(told, headings)
        self.end_paragraph()
        for number, row in enumerate(told):
            line = _row(row)
            self._blocks.append(("item", line))
            if number < heads:
                self._headers.add(line)
        self.end_paragraph()

    def code(self, text: str) -> None:
        """Add preformatted lines, set off so that none of them is taken for a heading."""
        for line in settled(text).strip("\n").split("\n"):
            self._blocks.append(("line", "    " + line.rstrip()))
        self.end_paragraph()

    def raw(self, markdown: str) -> None:
        """Add Markdown as it stands, the marks of `typography` included."""
        self._blocks.append(("raw", markdown))

    def end_paragraph(self) -> None:
        """Say that what follows does not belong to the list or paragraph before."""
        self._blocks.append(("end", ""))

    def content(self, content: Content) -> None:
        """Add what was read of another document that stands in this one."""
        self._blocks.append(("raw", content.text))
        self._headers |= content.headers

    @property
    def headers(self) -> frozenset[str]:
        """The lines that head the columns of the tables added."""
        return frozenset(self._headers)

    def at(self, place: Place) -> None:
        """Say where in the document what follows stands."""
        self._places.append((len(self._blocks), place))

    def text(self) -> str:
        text = "".join(self._parts()).strip()
        return _with_boxes(text) if _BOX in text else text

    def places(self) -> Places:
        """Return the places told, each with the line of the text where it begins."""
        line, lines = -2, []
        for part in self._parts():
            begins = len(part) - len(part.lstrip("\n"))
            lines.append(line + begins)
            line += part.count("\n")
        return tuple((lines[block], place) for block, place in self._places if block < len(lines))

    def _parts(self) -> Iterator[str]:
        """Yield each block with the blank that sets it apart from the one before; "" for an end of paragraph."""
        before = "end"
        for kind, block in self._blocks:
            blank = "\n" if kind == before and kind != "heading" else "\n\n"
            yield "" if kind == "end" else blank + block
            before = kind


def _with_boxes(text: str) -> str:
    """Return a text with the signs of its boxes where some are ticked and some are not, else with bullets alone."""
    signs = {text[place + 1] for place in range(len(text)) if text[place] == _BOX}
    if len(signs) > 1 or _OTHER_BOXES & set(text):
        return text.replace(_BOX, "")
    return _BOXED.sub("", text)


def _row(cells: list[str]) -> str:
    """Return a row as an item; trailing empty cells are left out, others keep their place."""
    while not cells[-1]:
        cells.pop()
    return "- " + " ; ".join(text or EMPTY_CELL for text in cells)


def running_text(text: str) -> str:
    """Return what a header or a footer says on one line, "" for one that only counts pages."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return "" if _PAGE_WORDS.issuperset(words) else one_line(settled(text))


def one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
