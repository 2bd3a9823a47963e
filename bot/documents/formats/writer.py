"""The plain Markdown that every format is turned into: headings, list items, table rows and paragraphs."""

import re
from collections.abc import Iterator

from bot.documents.places import Place, Places

BULLET = re.compile(r"^[ \t]*(?:[-*+•●◦▪‣⁃∙·–—■□►➢✓✔✅]|o(?=\s\s))[ \t]+(?=\S)")
EMPTY_CELL = "–"
_SPACES = re.compile(r"[ \t\n]+")
_LINE = re.compile(r"[ \t]+")


class Writer:
    """Collects the blocks of a document in reading order."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, str]] = []
        self._places: list[tuple[int, Place]] = []

    def heading(self, level: int, text: str) -> None:
        if title := one_line(text):
            self._blocks.append(("heading", f"{'#' * max(1, min(level, 6))} {title}"))

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its line breaks stay."""
        for line in text.split("\n"):
            self.line(line)
        self.end_paragraph()

    def line(self, text: str) -> None:
        """Add a line to the open paragraph; one that begins with a bullet is a list item."""
        line = _LINE.sub(" ", text).strip()
        if BULLET.match(line):
            self.item(BULLET.sub("", line))
        elif line:
            # A text that happens to begin as a heading does is none.
            self._blocks.append(("line", re.sub(r"^#+ ", "", line)))

    def item(self, text: str, depth: int = 0) -> None:
        if item := one_line(text):
            self._blocks.append(("item", f"{'  ' * min(depth, 5)}- {item}"))

    def row(self, cells: list[str]) -> None:
        """Add a row of a table; trailing empty cells are left out, others keep their place."""
        texts = [one_line(cell).replace(" ; ", ", ") for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            self._blocks.append(("item", "- " + " ; ".join(text or EMPTY_CELL for text in texts)))

    def code(self, text: str) -> None:
        """Add preformatted lines, set off so that none of them is taken for a heading."""
        for line in text.strip("\n").split("\n"):
            self._blocks.append(("line", "    " + line.rstrip()))
        self.end_paragraph()

    def raw(self, markdown: str) -> None:
        """Add Markdown as it stands."""
        self._blocks.append(("raw", markdown))

    def end_paragraph(self) -> None:
        """Say that what follows does not belong to the list or paragraph before."""
        self._blocks.append(("end", ""))

    def at(self, place: Place) -> None:
        """Say where in the document what follows stands."""
        self._places.append((len(self._blocks), place))

    def text(self) -> str:
        return "".join(self._parts()).strip()

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


def one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
