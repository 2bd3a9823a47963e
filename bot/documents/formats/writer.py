"""The plain Markdown that every format is turned into: headings, list items, table rows and paragraphs."""

import re

BULLET = re.compile(r"^[ \t]*(?:[-*+•●◦▪‣⁃∙·–—■□►➢✓✔✅]|o(?=\s\s))[ \t]+(?=\S)")
EMPTY_CELL = "–"
_SPACES = re.compile(r"[ \t\n]+")
_LINE = re.compile(r"[ \t]+")


class Writer:
    """Collects the blocks of a document in reading order."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, str]] = []

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

    def text(self) -> str:
        parts: list[str] = []
        before = "end"
        for kind, block in self._blocks:
            if kind != "end":
                parts.append("\n" if kind == before and kind != "heading" else "\n\n")
                parts.append(block)
            before = kind
        return "".join(parts).strip()


def one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
