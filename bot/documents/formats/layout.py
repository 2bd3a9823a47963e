"""Lines on pages to headings, items and paragraphs: what a page shows by place and size, said in Markdown."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.documents.formats.writer import BULLET, Writer

BULLET_ALONE = re.compile(r"^[-•●◦▪‣⁃∙·–—■□►➢✓✔*]$")
NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\S)")
PAGE_NUMBER = re.compile(
    r"^(?:page\s*+)?(?:[-–—]\s*)?\d{1,4}\s*+[-–—]?\s*+(?:(?:/|sur|of)\s*\d{1,4})?$|^[ivx]{1,6}$", re.IGNORECASE
)
# A line of a table of contents: its title is also where it belongs.
CONTENTS_LINE = re.compile(r"(?<![.…])(?<!\. )(?:\. ?|…){5,}\s*(?:\d{1,4}|[ivx]{1,6})?$")
SENTENCE_END = (".", "!", "?", "…", ":", ";", ".»", ". »", ".)", "!)", "?)")
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
class Line:
    """A line of a page; `x` and `y` are in points, from the bottom left corner."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True)
class Style:
    """What is ordinary in a document: the size of its text, and the heading sizes, largest first."""

    size: float
    bold: bool
    heading_sizes: tuple[float, ...]

    def heading_level(self, line: Line, *, set_off: bool) -> int:
        """Return 1 to 5 for a heading, 0 for text: headings are larger, or bold and `set_off` from what is above."""
        if len(line.text) > 200 or not any(map(str.isalpha, line.text)):
            return 0
        if line.size in self.heading_sizes:
            return min(4, self.heading_sizes.index(line.size) + 1)
        is_label = line.bold and not self.bold and len(line.text) <= 100 and line.text[-1] not in ".,;:"
        return min(4, len(self.heading_sizes)) + 1 if is_label and set_off and not BULLET.match(line.text) else 0


def to_markdown(pages: Sequence[Sequence[Line]]) -> str:
    """Return the pages' text with paragraphs and list items each on one line, without running headers."""
    kept = _without_running_lines(pages)
    style = _style([line for page in kept for line in page])
    words = Counter(re.findall(r"[\w'’]+(?:-[\w'’]+)*", " ".join(line.text for page in kept for line in page).lower()))
    composer = _Composer(style, words)
    for page in kept:
        composer.page(_with_rows(page))
    return composer.text()


def reflow(text: str) -> str:
    """Return hard-wrapped text (e-mail, plain text at 80 columns) with each paragraph on one line."""
    lines = text.split("\n")
    words = Counter(re.findall(r"[\w'’]+(?:-[\w'’]+)*", text.lower()))
    width = max(map(len, lines), default=0)
    kept: list[str] = []
    before = ""
    for line in map(str.rstrip, lines):
        if line and not _begins_block(line) and not before.startswith("#") and _is_cut(before, lines_width=width):
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


def _is_cut(line: str, *, lines_width: int) -> bool:
    """Whether a line goes on with the next one: it reaches the right margin, or does not end a sentence."""
    return len(line) > 0.75 * lines_width or (not line.endswith(SENTENCE_END) and len(line) > 0.5 * lines_width)


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages without page numbers and tables of contents; what pages repeat at an edge is kept once."""
    keys = [[_edge_key(line) for line in page] for page in pages]
    edges = Counter(key for page in keys for key in {page[index] for index in _edge(len(page))})
    often = max(3, len(pages) // 10)
    seen: set[str] = set()
    kept: list[list[Line]] = []
    for page, page_keys in zip(pages, keys, strict=True):
        dropped = {index for index in _edge(len(page)) if PAGE_NUMBER.match(page[index].text)}
        dropped |= {index for index, line in enumerate(page) if CONTENTS_LINE.search(line.text)}
        for index in _edge(len(page)):
            if edges[page_keys[index]] >= often:
                dropped |= {index} if page_keys[index] in seen else set()
                seen.add(page_keys[index])
        kept.append([line for index, line in enumerate(page) if index not in dropped])
    return kept


def _edge(length: int) -> list[int]:
    """Return the indexes of the lines where headers and footers are: two at each end, one on a page of few lines."""
    depth = 2 if length > 6 else 1
    return sorted({*range(min(depth, length)), *range(max(0, length - depth), length)})


def _edge_key(line: Line) -> str:
    # A header often holds the page's number, at one end.
    return re.sub(r"^\d{1,4}\s+|(?<!\s)\s+\d{1,4}(?:\s*/\s*\d{1,4})?$", "", line.text)


def _style(lines: Sequence[Line]) -> Style:
    weight: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weight[line.size, line.bold] += len(line.text)
    (size, bold), _ = weight.most_common(1)[0] if weight else ((0.0, False), 0)
    larger = {line.size for line in lines if line.size >= 1.15 * size > 0}
    return Style(size, bold, tuple(sorted(larger, reverse=True)))


def _with_rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Join the pieces that stand side by side: a bullet and its text, the cells of a row (« - a ; b »)."""
    row: list[Line] = []
    for line in lines:
        if row and not _beside(row[-1], line):
            yield _as_line(row)
            row = []
        row.append(line)
    if row:
        yield _as_line(row)


def _beside(left: Line, right: Line) -> bool:
    tolerance = 0.75 if BULLET_ALONE.match(left.text) else 0.3
    return abs(left.y - right.y) <= tolerance * max(right.size, 1) and right.x > left.x + 1


def _as_line(row: list[Line]) -> Line:
    first = row[0]
    if BULLET_ALONE.match(first.text) and len(row) > 1:
        return replace(row[1], text="• " + " ".join(piece.text for piece in row[1:]), x=first.x)
    if re.fullmatch(r"\d{1,2}[.)]", first.text) and len(row) > 1:
        return replace(row[1], text=" ".join(piece.text for piece in row), x=first.x)
    if len(row) == 1:
        return first
    return replace(first, text="• " + " ; ".join(piece.text for piece in row), bold=False)


class _Composer:
    def __init__(self, style: Style, words: Counter[str]) -> None:
        self._style = style
        self._words = words
        self._writer = Writer()
        self._text = ""
        self._before: Line | None = None
        self._first: Line | None = None
        self._level = 0
        self._width = 0

    def page(self, lines: Iterator[Line]) -> None:
        page = list(lines)
        self._width = max((len(line.text) for line in page), default=0)
        for index, line in enumerate(page):
            self._line(line, first_of_page=index == 0)

    def text(self) -> str:
        self._end()
        return self._writer.text()

    def _line(self, line: Line, *, first_of_page: bool) -> None:
        level = self._style.heading_level(line, set_off=first_of_page or self._gap(line) > 1.4 or self._level > 0)
        if self._continues(line, level, first_of_page=first_of_page):
            self._text = joined(self._text, line.text, self._words)
        else:
            self._end()
            self._text, self._level, self._first = line.text, level, line
        self._before = line

    def _continues(self, line: Line, level: int, *, first_of_page: bool) -> bool:
        before = self._before
        if before is None or not self._text or level != self._level or BULLET.match(line.text):
            return False
        if first_of_page:
            return level == 0 and not self._text.endswith(SENTENCE_END) and line.text[:1].islower()
        gap = self._gap(line)
        if gap < 0 or gap > (1.45 if level else 1.75):
            return gap < 0 and not self._text.endswith(SENTENCE_END) and line.text[:1].islower()
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
        return _is_cut(before.text, lines_width=self._width) or line.text[:1].islower()

    def _end(self) -> None:
        if self._level:
            self._writer.heading(self._level, self._text)
        elif BULLET.match(self._text):
            self._writer.item(BULLET.sub("", self._text))
        else:
            self._writer.paragraph(self._text)
        self._text = ""
