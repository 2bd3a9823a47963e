"""Lines on pages to headings, items and paragraphs: what a page shows by place and size, said in Markdown."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.formats.columns import SENTENCE_END, Line
from bot.documents.formats.grid import Cell
from bot.documents.formats.typography import settled
from bot.documents.formats.writer import BULLET, Writer
from bot.documents.places import Place

NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
# A large figure, alone on its line; what is under it says what it counts.
FIGURE = re.compile(r"^[+≈~<>]?\s?\d[\d\s\xa0\u202f.,/]*(?:\s?(?:%|€|[kM]€|Md€|M|k|x|×))?\+?$")
LONGEST_TITLE = 200
WORD_CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010\xad]$")
# Hyphens that belong to the word, wherever the line ends.
COMPOUND_BEGIN = frozenset(
    {"peut", "vis", "à", "est", "au", "ci", "là", "demi", "mi", "semi", "non", "quasi", "ex", "sous", "avant", "après"}
    | {
        "rendez",
        "celui",
        "celle",
        "ceux",
        "celles",
        "lui",
        "elle",
        "eux",
        "soi",
        "nous",
        "vous",
        "avez",
        "chef",
        "porte",
    }
    | {
        "outre",
        "grand",
        "haut",
        "bas",
        "co",
        "vice",
        "pré",
        "cent",
        "vingt",
        "trente",
        "quarante",
        "soixante",
        "quatre",
    }
)
COMPOUND_END = frozenset(
    {
        "même",
        "mêmes",
        "ci",
        "là",
        "il",
        "ils",
        "elle",
        "elles",
        "on",
        "je",
        "tu",
        "nous",
        "vous",
        "ce",
        "le",
        "la",
        "les",
    }
    | {"y", "en", "t", "dessus", "dessous", "à", "dire", "être", "vous", "clé", "clés"}
)


@dataclass(frozen=True)
class Style:
    """What is ordinary in a document: the size of its text, and the heading sizes, largest first."""

    size: float
    bold: bool
    heading_sizes: tuple[float, ...]

    def heading_level(self, line: Line, *, set_off: bool) -> int:
        """Return 1 to 5 for a heading, 0 for text: headings are larger, or bold and `set_off` from what is above."""
        if len(line.text) > LONGEST_TITLE or line.cells:
            return 0
        if line.size in self.heading_sizes and any(map(str.isalnum, line.text)):
            return min(4, self.heading_sizes.index(line.size) + 1)
        is_label = line.bold and not self.bold and len(line.text) <= 100 and line.text[-1] not in ".,;:"
        is_label = is_label and any(map(str.isalpha, line.text))
        return min(4, len(self.heading_sizes)) + 1 if is_label and set_off and not BULLET.match(line.text) else 0


def write_pages(pages: Sequence[Sequence[Line]], writer: Writer) -> None:
    """Write the pages' lines with paragraphs and list items each on one line, and which page they begin on."""
    style = _style([line for page in pages for line in page])
    words = Counter(re.findall(r"[\w'’]+(?:-[\w'’]+)*", " ".join(line.text for page in pages for line in page).lower()))
    composer = _Composer(style, words, writer)
    for number, page in enumerate(pages, start=1):
        composer.page(page, number)
    composer.end()


def reflow(text: str) -> str:
    """Return hard-wrapped text (e-mail, plain text at 80 columns) with each paragraph on one line."""
    lines = text.split("\n")
    words = Counter(re.findall(r"[\w'’]+(?:-[\w'’]+)*", text.lower()))
    width = max(map(len, lines), default=0)
    kept: list[str] = []
    before = ""
    for line in map(str.rstrip, lines):
        fill = len(before) / max(1, width)
        if line and not _begins_block(line) and not before.startswith("#") and _is_cut(before, fill):
            kept[-1] = joined(kept[-1], line.strip(), words)
        else:
            kept.append(line)
        before = line
    return "\n".join(kept)


def joined(before: str, after: str, words: Counter[str]) -> str:
    """Return two lines as one; a word cut by a hyphen at the line's end is made whole, `words` telling which are."""
    # Words are short, and the text before may be long.
    cut = WORD_CUT.search(before, max(0, len(before) - 80))
    follows = re.match(r"[^\W\d_]+", after)
    if not cut or not follows or not after[0].islower():
        return before + after if before.endswith("-") and after[:1].isalnum() else f"{before} {after}"
    stem = before[: cut.end(1)]
    if before.endswith("\xad") or not _is_compound(cut.group(1).lower(), follows.group().lower(), words):
        return stem + after
    return f"{stem}-{after}"


def _is_compound(begin: str, end: str, words: Counter[str]) -> bool:
    whole, compound = words[begin + end], words[f"{begin}-{end}"]
    if whole or compound:
        return compound > whole
    return begin in COMPOUND_BEGIN or end in COMPOUND_END


def _begins_block(line: str) -> bool:
    return bool(BULLET.match(line) or NUMBERED.match(line.strip()) or line.startswith("#"))


def _is_cut(line: str, fill: float) -> bool:
    """Whether a line goes on with the next one: it reaches the right margin, or does not end a sentence."""
    return fill > 0.75 or (not line.endswith(SENTENCE_END) and fill > 0.5)


def _style(lines: Sequence[Line]) -> Style:
    weight: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weight[line.size, line.bold] += len(line.text)
    (size, bold), _ = weight.most_common(1)[0] if weight else ((0.0, False), 0)
    larger = {line.size for line in lines if line.size >= 1.15 * size > 0}
    return Style(size, bold, tuple(sorted(larger, reverse=True)))


class _Composer:
    def __init__(self, style: Style, words: Counter[str], writer: Writer) -> None:
        self._style = style
        self._words = words
        self._writer = writer
        self._text = ""
        self._before: Line | None = None
        self._first: Line | None = None
        self._level = 0
        self._rows: list[list[Cell]] = []
        self._page = self._told_page = 0

    def page(self, lines: Sequence[Line], number: int) -> None:
        for index, line in enumerate(lines):
            self._line(line, number, first_of_page=index == 0)

    def _line(self, line: Line, page: int, *, first_of_page: bool) -> None:
        level = self._style.heading_level(line, set_off=first_of_page or self._gap(line) > 1.4 or self._level > 0)
        if line.cells:
            if not self._rows:
                self.end()
                self._page = page
            self._rows.append([Cell(cell) for cell in line.cells])
        elif self._is_counted(line, first_of_page=first_of_page):
            self._level = level
            self._text = f"{self._text} {line.text}"
        elif self._continues(line, level, first_of_page=first_of_page):
            self._text = joined(self._text, line.text, self._words)
        else:
            self.end()
            self._text, self._level, self._first, self._page = line.text, level, line, page
        self._before = line

    def _is_counted(self, line: Line, *, first_of_page: bool) -> bool:
        """Whether a line says what the large figure above it counts."""
        return (
            not first_of_page
            and self._level > 0
            and bool(FIGURE.match(self._text))
            and line.text[:1].islower()
            and 0 < self._gap(line) < 2
        )

    def _continues(self, line: Line, level: int, *, first_of_page: bool) -> bool:
        before = self._before
        if before is None or not self._text or level != self._level or BULLET.match(line.text):
            return False
        if before.cells:
            return False
        if first_of_page:
            return level == 0 and not self._text.endswith(SENTENCE_END) and line.text[:1].islower()
        gap = self._gap(line)
        if gap < 0 or gap > (1.45 if level else 1.75):
            return gap < 0 and not self._text.endswith(SENTENCE_END) and line.text[:1].islower()
        if level and (FIGURE.match(self._text) or FIGURE.match(line.text)):
            return False
        return level > 0 or self._is_same_paragraph(before, line)

    def _gap(self, line: Line) -> float:
        """Return how far below the line before this one is, in heights of line; negative in another column."""
        if self._before is None:
            return 0.0
        return (self._before.y - line.y) / max(self._before.size, line.size, 1.0)

    def _is_same_paragraph(self, before: Line, line: Line) -> bool:
        if abs(before.size - line.size) > 0.15 * before.size or (before.bold != line.bold and len(before.text) < 60):
            return False
        first = self._first
        if first and BULLET.match(first.text) and line.x <= first.x + 1 < before.x + 1:
            return False  # back at the margin: the item is over
        if NUMBERED.match(line.text) and self._text.endswith(SENTENCE_END):
            return False
        return _is_cut(before.text, before.fill) or line.text[:1].islower()

    def end(self) -> None:
        """Write what is open."""
        text = settled(self._text)
        if (text.strip() or self._rows) and self._page != self._told_page:
            self._writer.at(Place("page", self._page))
            self._told_page = self._page
        if self._rows:
            self._writer.table(self._rows)
            self._rows = []
        if self._level and not _is_sentence(text):
            self._writer.heading(self._level, text)
        elif BULLET.match(text):
            self._writer.item(BULLET.sub("", text))
        else:
            self._writer.paragraph(text)
        self._text = ""


def _is_sentence(text: str) -> bool:
    """Whether a text in large letters is a sentence rather than a title."""
    return text.rstrip("»”) \xa0").endswith((".", "!", ";", "…", ",")) or len(text) > LONGEST_TITLE
