"""Letters on a page to words in rows: joined by the gaps between them, whatever the order they were drawn in."""

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.documents.accents import COMBINING, composed
from bot.documents.formats.glyphs import Filled, Glyph, View
from bot.documents.formats.typography import lowered, raised

# In heights of letter.
SAME_ROW = 0.16  # how far apart two baselines of a row may be
WORD_GAP = 0.17
TOUCHING = 0.35  # between a word and its call of note
RAISED = (0.12, 0.8)
LOWERED = (-0.45, -0.07)
TIGHT = 0.06
FEWEST_STEPS = 8
LONGEST_RAISED = 8  # letters
BULLET_GAP = 3.5
BULLET_HEIGHT = 0.75
BESIDE = 25.0  # heights: how far a label may be from its value


BULLET_ALONE = re.compile(r"^[-•●◦▪‣⁃∙·–—■□►➢✓✔*]$")


@dataclass(slots=True)
class Word:
    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool


@dataclass(slots=True)
class Row:
    """Words of one height on a page, from left to right."""

    words: list[Word]
    y: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)


def rows_of(view: View) -> list[Row]:
    """Return the rows of a page, from top to bottom."""
    rows = [_row(glyphs) for glyphs in _by_height(_with_accents(view.glyphs))]
    rows = _with_bullets(_with_raised([row for row in rows if row.words]))
    for row in rows:
        row.words = list(_closed_up(row.words))
    if view.filled:
        _fill_in(rows, view.filled)
    return sorted((row for row in rows if row.words), key=lambda row: -row.y)


def _with_accents(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the letters with the accents that were drawn over them put on them."""
    kept: list[Glyph] = []
    over: Glyph | None = None
    for glyph in glyphs:
        if glyph.text in COMBINING:
            if kept and _is_over(glyph, kept[-1]) and (made := composed(kept[-1].text, glyph.text)):
                kept[-1].text = made
                continue
            over = glyph
        elif over is not None:
            if _is_over(over, glyph) and kept and kept[-1] is over and (made := composed(glyph.text, over.text)):
                glyph.text, glyph.spaced = made, over.spaced
                kept.pop()
            over = None
        kept.append(glyph)
    return kept


def _is_over(accent: Glyph, letter: Glyph) -> bool:
    middle, width = (accent.left + accent.right) / 2, letter.right - letter.left
    return (
        letter.left + 0.1 * width < middle < letter.right - 0.1 * width and abs(accent.y - letter.y) < 0.5 * letter.size
    )


def _by_height(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    y = 0.0
    for glyph in sorted(glyphs, key=lambda each: -each.y):
        if row and y - glyph.y > SAME_ROW * min(glyph.size, row[-1].size):
            yield row
            row = []
        if not row:
            y = glyph.y
        row.append(glyph)
    if row:
        yield row


def _row(glyphs: list[Glyph]) -> Row:
    words: list[Word] = []
    last: Glyph | None = None
    glyphs = sorted(glyphs, key=lambda each: each.left)
    pitch = _pitch(glyphs)
    start: float | None = None
    for glyph in glyphs:
        if last is not None and _is_twice(last, glyph):
            continue  # drawn twice, to look bold
        if glyph.struck:
            # The place of what is struck stays taken: it is no gap between two columns.
            if words:
                words[-1].right = max(words[-1].right, glyph.right)
            else:
                start = glyph.left if start is None else start
        elif last is None or last.struck or glyph.spaced or _is_apart(last, glyph, pitch):
            left = glyph.left if words or start is None else start
            words.append(Word(glyph.text, left, glyph.right, glyph.y, glyph.size, glyph.bold))
        else:
            word = words[-1]
            word.text += glyph.text
            word.right = max(word.right, glyph.right)
            word.size, word.bold = max(word.size, glyph.size), word.bold and glyph.bold
        last = glyph
    return Row(words, statistics.median(word.y for word in words) if words else 0.0)


def _pitch(glyphs: Sequence[Glyph]) -> float:
    """Return the distance that letters are set at, whatever their widths, 0 when it is not the same for most."""
    touching = sum(abs(after.left - before.right) <= TIGHT * after.size for before, after in pairwise(glyphs))
    if touching * 2 > len(glyphs):
        return 0.0
    steps = [after.left - before.left for before, after in pairwise(glyphs)]
    if len(steps) < FEWEST_STEPS:
        return 0.0
    pitch = statistics.median(steps)
    return pitch if sum(abs(step - pitch) <= 0.04 * pitch for step in steps) > 0.6 * len(steps) else 0.0


def _is_apart(last: Glyph, glyph: Glyph, pitch: float) -> bool:
    size = max(glyph.size, last.size)
    if pitch and pitch < 1.2 * size:
        return glyph.left - last.left > 1.5 * pitch
    return not -size < glyph.left - last.right <= WORD_GAP * size


def _is_twice(one: Glyph, other: Glyph) -> bool:
    return one.text == other.text and other.left - one.left < 0.12 * one.size and one.size == other.size


def _closed_up(words: list[Word]) -> Iterator[Word]:
    """Close up letters that are set apart one by one: « M A R C H É »."""
    run: list[Word] = []
    for word in [*words, None]:
        if word is not None and len(word.text) == 1 and (not run or word.left - run[-1].right < word.size):
            run.append(word)
            continue
        yield from _joined(run) if len(run) > 4 and sum(each.text.isalpha() for each in run) > 2 else run
        run = []
        if word is not None:
            if len(word.text) == 1:
                run.append(word)
            else:
                yield word


def _joined(run: list[Word]) -> Iterator[Word]:
    gap = statistics.median(after.left - before.right for before, after in pairwise(run))
    word = run[0]
    for before, after in pairwise(run):
        if after.left - before.right > max(1.6 * gap, gap + 0.1 * after.size):
            yield word
            word = after
        else:
            word.text, word.right = word.text + after.text, after.right
    yield word


def _with_raised(rows: list[Row]) -> list[Row]:
    """Put what is a little above or below a word, and touches it, beside it: calls of notes, ordinals, indexes."""
    for place, row in enumerate(rows):
        for other in (*rows[max(0, place - 3) : place], *rows[place + 1 : place + 4]):
            if other.words and row.words:
                _take_raised(row, other)
    return [row for row in rows if row.words]


def _with_bullets(rows: list[Row]) -> list[Row]:
    """Put a bullet that stands a little higher or lower than its text in the row of that text."""
    for place, row in enumerate(rows):
        if len(row.words) != 1 or not BULLET_ALONE.match(row.text):
            continue
        around = (*rows[max(0, place - 3) : place], *rows[place + 1 : place + 4])
        beside = [
            other
            for other in around
            if other.words
            and abs(other.y - row.y) <= BULLET_HEIGHT * max(other.size, row.size)
            and any(0 < word.left - row.right < BULLET_GAP * word.size for word in other.words)
        ]
        if beside:
            nearest = min(beside, key=lambda other: abs(other.y - row.y))
            nearest.words = sorted([*nearest.words, *row.words], key=lambda word: word.left)
            row.words = []
    return [row for row in rows if row.words]


def _take_raised(row: Row, other: Row) -> None:
    """Take into `row` the words of `other` that are raised or lowered beside its own."""
    left: list[Word] = []
    for word in other.words:
        host = next((each for each in row.words if _bears(each, word)), None)
        if host is None:
            left.append(word)
            continue
        mark = raised if word.y > host.y else lowered
        if word.left >= host.left:
            host.text += mark(word.text)
        else:
            host.text = mark(word.text) + host.text
        host.left, host.right = min(host.left, word.left), max(host.right, word.right)
    other.words = left


def _bears(host: Word, word: Word) -> bool:
    if len(word.text) > LONGEST_RAISED or not 0.3 * host.size <= word.size <= host.size:
        return False
    distance = (word.y - host.y) / host.size
    is_raised, is_lowered = RAISED[0] <= distance <= RAISED[1], LOWERED[0] <= distance <= LOWERED[1]
    if not is_raised and not (is_lowered and word.size < 0.9 * host.size):
        return False
    gap = word.left - host.right if word.left >= host.left else host.left - word.right
    return -0.3 * host.size <= gap <= TOUCHING * host.size


def _fill_in(rows: list[Row], filled: Sequence[Filled]) -> None:
    """Put the values of a form in the rows of their labels."""
    size = statistics.median(row.size for row in rows) if rows else 10.0
    for value in filled:
        lines = [line for line in value.value.split("\n") if line.strip()]
        top = value.top - size if len(lines) > 1 else (value.top + value.bottom - 0.7 * size) / 2
        for number, line in enumerate(lines):
            y = top - 1.2 * size * number
            row = next((each for each in rows if abs(each.y - y) < 0.7 * size), None)
            text = _beside_label(line, value, row, rows) if number == 0 else line
            word = Word(text, value.left, value.right, row.y if row else y, size, bold=False)
            if row is None:
                rows.append(Row([word], y))
            else:
                row.words = sorted([*row.words, word], key=lambda each: each.left)


def _beside_label(line: str, value: Filled, row: Row | None, rows: list[Row]) -> str:
    """Return a value, with the name of its field when nothing on the page says what it is."""
    words = row.words if row else []
    near = BESIDE * (words[0].size if words else 10.0)
    if value.box:
        sign, _, choice = line.partition(" ")
        is_told = any(value.right - 2 <= word.left < value.right + near for word in words)
        is_told = is_told or any(value.left - near < word.right <= value.left + 2 for word in words)
        if is_told:
            return sign
        named = "" if choice.lower() in ("", "yes", "on", "off", "oui", "1", value.name.lower()) else f" {choice}"
        return f"{value.name}{named} : {sign}" if value.name else line
    is_told = any(value.left - near < word.right <= value.left + 2 for word in words) or any(
        0 < each.y - value.top < 2.5 * each.size and each.left < value.right and value.left < each.right + each.size
        for each in rows
    )
    return line if is_told or not value.name else f"{value.name} : {line}"
