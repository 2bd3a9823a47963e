"""Rows of words to lines in reading order: columns of text one after the other, the cells of a table side by side."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.documents.formats.glyphs import Rule
from bot.documents.formats.rows import BULLET_ALONE, BULLET_GAP, Row, Word

NUMBER_ALONE = re.compile(r"^(?:\d{1,2}|[a-z])[.)]$")
SENTENCE_END = (".", "!", "?", "…", ":", ";", ".»", ". »", ".)", "!)", "?)")
FULL_STOP = (".", "!", "?")

# In heights of letter.
NARROW, WIDE = 0.6, 1.2  # a gap that many rows repeat, one that two rows repeat
MANY = 8
FEWEST_ROWS = 2
FEWEST_WORDS = 4
APART = 1.8
FILLED = 0.85  # of the width of a column
SIDE_BY_SIDE = 0.9
SET_APART = 2.2
EQUAL = 0.1
FEWEST_JUSTIFIED = 5
DEEPEST = 4
LONGEST_BAND = 300  # rows


@dataclass(frozen=True)
class Line:
    """A line of a page; `x` and `y` are in points, from the bottom left corner. `fill` is its share of its column."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    fill: float = 1.0
    cells: tuple[str, ...] = ()  # of a row of a table


@dataclass
class _Band:
    """Rows that the same gaps run through."""

    rows: list[Row]
    gaps: list[tuple[float, float]]


def lines_of(rows: Sequence[Row], rules: Sequence[Rule]) -> list[Line]:
    """Return the rows of a page as lines in reading order."""
    return list(_arranged([_justified(_with_bullets(row)) for row in rows], rules, 0))


def _with_bullets(row: Row) -> Row:
    """Return a row with each bullet, or number, joined to the text that it opens."""
    words: list[Word] = []
    opens = False
    for word in row.words:
        if opens and word.left - words[-1].right < BULLET_GAP * word.size:
            before = words[-1]
            words[-1] = Word(f"{before.text} {word.text}", before.left, word.right, word.y, word.size, word.bold)
            opens = False
            continue
        opens = bool(BULLET_ALONE.match(word.text) or NUMBER_ALONE.match(word.text))
        opens = opens and (not words or word.left - words[-1].right > WIDE * word.size)
        words.append(Word(word.text, word.left, word.right, word.y, word.size, word.bold))
    return Row(words, row.y)


def _justified(row: Row) -> Row:
    """Return a row with the words that equal gaps spread over its width made one: they are no cells."""
    words: list[Word] = []
    run: list[Word] = row.words[:1]
    for word in row.words[1:]:
        gap = word.left - run[-1].right
        if len(run) == 1 or abs(gap - (run[-1].left - run[-2].right)) <= EQUAL * word.size:
            run.append(word)
        else:
            words += _as_one(run)
            run = [word]
    return Row(words + _as_one(run), row.y)


def _as_one(run: list[Word]) -> list[Word]:
    lettered = sum(any(map(str.isalpha, word.text)) for word in run)
    if len(run) < FEWEST_JUSTIFIED or lettered * 2 < len(run):
        return run
    first = run[0]
    text = " ".join(word.text for word in run)
    return [Word(text, first.left, run[-1].right, first.y, first.size, all(word.bold for word in run))]


def _arranged(rows: list[Row], rules: Sequence[Rule], depth: int) -> Iterator[Line]:
    if not rows:
        return
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    index = 0
    while index < len(rows):
        # Inside a column, two lines whose gaps meet are justified text rather than a table.
        band = _band(rows, index, rules, FEWEST_ROWS + bool(depth)) if depth < DEEPEST else None
        if band is None:
            yield _line(rows[index], left, right)
            index += 1
            continue
        index += len(band.rows)
        gap = _main_gap(band)
        if _is_columns(band.rows, gap, band.gaps, rules):
            for half in _halves(band.rows, gap):
                yield from _arranged(half, rules, depth + 1)
        else:
            yield from _table(band, rules, left, right)


def _line(row: Row, left: float, right: float) -> Line:
    letters = sum(len(word.text) for word in row.words)
    bold = sum(len(word.text) for word in row.words if word.bold) * 10 >= letters * 9
    fill = (row.right - left) / max(1.0, right - left)
    return Line(row.text, row.left, row.y, row.size, bold, fill)


# Bands


def _band(rows: list[Row], start: int, rules: Sequence[Rule], fewest: int) -> _Band | None:
    """Return the longest run of rows from `start` that a gap runs through, None when none is worth it."""
    cover = _cover([], rows[start])
    end = start + 1
    while end < min(len(rows), start + LONGEST_BAND):
        wider = _cover(cover, rows[end])
        if len(wider) < 2:
            break
        if len(wider) < len(cover) and _is_end_of_table(rows[start:end], cover, rows[end], rules):
            break
        cover, end = wider, end + 1
    found = _trimmed(rows[start:end])
    gaps = [gap for gap in _gaps(cover) if _is_worth(found, gap, fewest)]
    if not gaps:
        gaps = [gap for gap in _gaps(cover) if _stands_apart(found, gap)]
    if not gaps:
        return None
    # Rows above the first one that has something on both sides are told as they are.
    first = next(place for place, row in enumerate(found) if any(_is_faced(found, row, gap) for gap in gaps))
    return _Band(found, gaps) if first == 0 else None


def _cover(cover: list[tuple[float, float]], row: Row) -> list[tuple[float, float]]:
    """Return the stretches of a page that are written on, joined where less than a narrow gap parts them."""
    pieces = sorted([*cover, *((word.left, word.right) for word in row.words)])
    merged = [pieces[0]]
    for left, right in pieces[1:]:
        if left - merged[-1][1] < NARROW * row.size:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _gaps(cover: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(before[1], after[0]) for before, after in pairwise(cover)]


def _is_end_of_table(before: list[Row], cover: list[tuple[float, float]], row: Row, rules: Sequence[Rule]) -> bool:
    """Whether a row that writes across a gap ends a table, rather than belongs to a column that holds one."""
    gaps = [gap for gap in _gaps(cover) if _is_worth(before, gap)]
    crossed = [gap for gap in gaps if any(word.left < gap[1] and word.right > gap[0] for word in row.words)]
    if not crossed:
        return False
    kept = [gap for gap in gaps if gap not in crossed]
    return not kept or not any(_is_columns(before, gap, kept, rules) for gap in kept)


def _trimmed(rows: list[Row]) -> list[Row]:
    """Return a band without what stands apart below it."""
    for place in range(len(rows) - 1, 0, -1):
        if rows[place - 1].y - rows[place].y <= SET_APART * max(rows[place].size, rows[place - 1].size):
            return rows[: place + 1] if place < len(rows) - 1 else rows
    return rows[:1]


def _sides(row: Row, gap: tuple[float, float]) -> tuple[list[Word], list[Word]]:
    middle = (gap[0] + gap[1]) / 2
    return [word for word in row.words if word.right <= middle], [word for word in row.words if word.left >= middle]


def _is_faced(rows: list[Row], row: Row, gap: tuple[float, float]) -> bool:
    """Whether a row has words on the left of a gap, and something beside them on the right, or the other way."""
    left, right = _sides(row, gap)
    if left and right:
        return True
    wanted = 1 if left else 0
    return any(
        abs(other.y - row.y) < SIDE_BY_SIDE * row.size and _sides(other, gap)[wanted]
        for other in rows
        if other is not row
    )


def _is_worth(rows: list[Row], gap: tuple[float, float], fewest: int = FEWEST_ROWS) -> bool:
    faced = [row for row in rows if _is_faced(rows, row, gap) and _sides(row, gap)[0]]
    if len(faced) < fewest:
        return False
    size = sorted(row.size for row in faced)[len(faced) // 2]
    return gap[1] - gap[0] >= (NARROW if len(faced) >= MANY else WIDE) * size


def _main_gap(band: _Band) -> tuple[float, float]:
    def weight(gap: tuple[float, float]) -> tuple[int, float]:
        return sum(_is_faced(band.rows, row, gap) for row in band.rows), gap[1] - gap[0]

    return max(band.gaps, key=weight)


# Columns


def _halves(rows: list[Row], gap: tuple[float, float]) -> Iterator[list[Row]]:
    for side in (0, 1):
        yield [Row(words, row.y) for row in rows if (words := _sides(row, gap)[side])]


def _beside(rows: list[Row], gap: tuple[float, float], gaps: Sequence[tuple[float, float]]) -> Iterator[list[Row]]:
    """Yield what stands on the left and on the right of a gap, each up to the next gap."""
    low = max((right for _, right in gaps if right < gap[1]), default=float("-inf"))
    high = min((left for left, _ in gaps if left > gap[0]), default=float("inf"))
    for half in _halves(rows, gap):
        pieces = (Row([word for word in row.words if low <= word.left and word.right <= high], row.y) for row in half)
        yield [piece for piece in pieces if piece.words]


def _is_columns(
    rows: list[Row], gap: tuple[float, float], gaps: Sequence[tuple[float, float]], rules: Sequence[Rule]
) -> bool:
    """Whether what stands on both sides of a gap is running text, to be read one side after the other."""
    if len(_crossing(rows, gap, rules)) > 1:
        return False
    halves = list(_beside(rows, gap, gaps))
    if all(map(_is_whole, halves)) and any(map(_is_prose, halves)):
        return True
    if not all(_is_wordy(half) for half in halves):
        return False
    both = sum(all(_sides(row, gap)) for row in rows)
    shorter = min(map(len, halves))
    if both < 0.6 * shorter and shorter > 2:
        return True
    return all(_goes_on(half) for half in halves)


def _is_prose(rows: list[Row]) -> bool:
    """Whether rows are sentences that go on from row to row."""
    return _is_whole(rows) and not all(row.text.endswith(FULL_STOP) for row in rows[:-1])


def _is_whole(rows: list[Row]) -> bool:
    """Whether rows are sentences from the first to the last: none is begun and not ended."""
    if not rows[0].text[:1].isupper() or not rows[-1].text.endswith(FULL_STOP):
        return False
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    return all(
        _continues(after.text) or before.text.endswith(FULL_STOP) or before.right - left >= FILLED * (right - left)
        for before, after in pairwise(rows)
    )


def _stands_apart(rows: list[Row], gap: tuple[float, float]) -> bool:
    """Whether a gap that a single row shows parts sentences all the same, one of which goes on below."""
    halves = list(_halves(rows, gap))
    return (
        gap[1] - gap[0] >= APART * rows[0].size
        and all(half and _is_whole(half) and len(half[0].text.split()) >= FEWEST_WORDS for half in halves)
        and any(map(_is_prose, halves))
    )


def _crossing(rows: list[Row], gap: tuple[float, float], rules: Sequence[Rule]) -> list[float]:
    """Return the heights of the lines drawn across a gap, from top to bottom."""
    top, bottom = rows[0].y + rows[0].size, rows[-1].y - rows[-1].size
    heights = {round(rule.y) for rule in rules if rule.left < gap[1] and rule.right > gap[0] and bottom < rule.y < top}
    return sorted(heights, reverse=True)


def _is_wordy(rows: list[Row]) -> bool:
    return sum(len(row.text.split()) for row in rows) >= 2.5 * len(rows)


def _goes_on(rows: list[Row]) -> bool:
    """Whether lines go on from one to the next, and fill their width, as those of a paragraph do."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    pairs = list(pairwise(rows))
    open_ends = [(row, after) for row, after in pairs if not row.text.endswith(SENTENCE_END)]
    going = [(row, after) for row, after in open_ends if _continues(after.text) or row.text[-1] in ",-'’"]
    # A line that ends early, though the first word of the next had room, is a cell.
    early = [
        1
        for row, after in open_ends
        if right - row.right > after.words[0].right - after.words[0].left + row.size
        and right - row.right > 0.25 * (right - left)
    ]
    return len(going) >= max(1, 0.3 * len(pairs)) and len(early) <= 0.25 * len(pairs)


def _continues(text: str) -> bool:
    return text[:1].islower() or text[:1].isdigit() or text[:1] in "(«€%"


# Tables


def _table(band: _Band, rules: Sequence[Rule], left: float, right: float) -> Iterator[Line]:
    """Yield the rows of a table as lines of cells; a row with a single cell is a line as any other."""
    for rows in _table_rows(band, rules):
        cells = _cells(rows, band.gaps)
        if sum(map(bool, cells)) < 2:
            yield from (_line(row, left, right) for row in rows)
            continue
        first = rows[0]
        yield Line(" ".join(cells), first.left, rows[-1].y, first.size, bold=False, cells=tuple(cells))


def _table_rows(band: _Band, rules: Sequence[Rule]) -> Iterator[list[Row]]:
    """Yield the rows of a table, each as the rows of words that its cells spread over."""
    heights = _crossing(band.rows, _main_gap(band), rules)
    steps = [before.y - after.y for before, after in pairwise(band.rows)]
    tight = min(steps, default=0.0)
    is_uneven = bool(steps) and max(steps) >= 1.25 * tight
    group = [band.rows[0]]
    for before, row in pairwise(band.rows):
        if len(heights) > 1:
            goes_on = not any(row.y < height < before.y for height in heights)
        else:
            goes_on = _cells_go_on(before, row, band.gaps, is_tight=is_uneven and before.y - row.y <= 1.12 * tight)
        if not goes_on:
            yield group
            group = []
        group.append(row)
    yield group


def _cells_go_on(before: Row, row: Row, gaps: list[tuple[float, float]], *, is_tight: bool) -> bool:
    above, below = _cells([before], gaps), _cells([row], gaps)
    if before.y - row.y > 1.6 * row.size:
        return False
    both = [(up, down) for up, down in zip(above, below, strict=True) if up and down]
    alone = sum(bool(up) != bool(down) for up, down in zip(above, below, strict=True))
    if is_tight and below[0] == "" and len(both) == sum(map(bool, below)):
        return True
    going = all(not up.endswith(FULL_STOP) and _continues(down) and not down[0].isdigit() for up, down in both)
    return bool(both) and going and (is_tight or alone > 0)


def _cells(rows: list[Row], gaps: list[tuple[float, float]]) -> list[str]:
    cells: list[list[str]] = [[] for _ in range(len(gaps) + 1)]
    middles = [(low + high) / 2 for low, high in gaps]
    for row in rows:
        for word in row.words:
            cells[sum(word.left >= middle for middle in middles)].append(word.text)
    return [" ".join(words) for words in cells]
