"""A document's text cut into passages: by headings, then by length. The door to langchain_text_splitters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

SIZE = 1000
# A part may be larger by this much, rather than leave a sentence or an item alone in the next one.
TOLERANCE = 250
# A « sentence » longer than this is no sentence (a dump, a table without line ends): it is cut at spaces.
LONGEST_SENTENCE = 3000
INTRODUCTION = 300
SENTENCE_WORDS = 8
HEADING = re.compile(r"^(#{1,6}) (.+)$")
ITEM = re.compile(r"^\s*- ")
# Not after an initial or an abbreviation: « M. Dupont », « art. 5 ».
SENTENCE_END = (
    r"(?:(?<=[.!?…])|(?<=[.!?…][»)”\"])|(?<=[.!?…][ \xa0\u202f]»))"
    r"(?<!\b[A-ZÀ-Ý]\.)(?<!\bMM\.)(?<!\bMme\.)(?<!\bart\.)(?<!\bcf\.)(?<!\bex\.)(?<!\bp\.)(?<!\benv\.)"
    r"\s+(?=[A-ZÀ-ÝŒ«“\"(])"
)
SEPARATORS = [r"\n\n", r"\n(?=- )", r"\n", SENTENCE_END]


@dataclass
class Section:
    """What stands between two headings. `trail` holds the headings above it, outermost first, without the title.

    `start` is which line of the text its first line is.
    """

    trail: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    start: int = 0


def sections(text: str, title: str) -> Iterator[Section]:
    """Yield the sections of a text in order.

    A heading that nothing follows is left out, unless it holds a figure or is a sentence: it is then its own text.
    """
    section = Section(())
    open_headings: list[tuple[int, str]] = []
    previous_level = 0
    for number, line in enumerate(text.split("\n")):
        found = HEADING.match(line)
        if found is None:
            section.lines.append(line)
            continue
        level, heading = len(found.group(1)), found.group(2).strip()
        yield from _told(section, closed_by=level, level=previous_level)
        open_headings = [(each, name) for each, name in open_headings if each < level]
        if _folded(heading) != _folded(title) or open_headings:
            open_headings.append((level, heading))
        section = Section(tuple(name for _, name in open_headings), start=number + 1)
        previous_level = level
    yield from _told(section, closed_by=0, level=previous_level)


def _told(section: Section, *, closed_by: int, level: int) -> Iterator[Section]:
    if any(line.strip() for line in section.lines):
        yield section
    elif section.trail and closed_by <= level and _says_something(section.trail[-1]):
        yield Section(section.trail[:-1], [section.trail[-1]], section.start - 1)


def _says_something(heading: str) -> bool:
    """Whether a heading is worth telling without a text below it: it holds a figure, or is a sentence."""
    return re.search(r"\d|[.!?…]$", heading) is not None or len(heading.split()) >= SENTENCE_WORDS


def _folded(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.lower()))


def cut(text: str, headers: frozenset[str] = frozenset()) -> list[str]:
    """Return a section's text in parts of about `SIZE` characters, cut between blocks, items or sentences only.

    `headers` are the lines that head the columns of tables: a part that begins inside a table begins with its own.
    """
    text = _with_lists_introduced(text)
    parts = _parts(text)
    if len(parts) < 2 or not headers:
        return parts
    told, open_headers, end = [], list[str](), 0
    for part in parts:
        lines = part.split("\n")
        start = text.index(part, end)
        goes_on = "\n\n" not in text[end:start] and ITEM.match(lines[0]) and lines[0] not in headers
        begins_in_table = bool(open_headers and goes_on)
        end = start + len(part)
        told.append("\n".join([*open_headers, part]) if begins_in_table else part)
        open_headers = _headers_at_end(lines, headers, open_headers if begins_in_table else [])
    return told


def _headers_at_end(lines: list[str], headers: frozenset[str], open_headers: list[str]) -> list[str]:
    """Return the headers of the table in which a part ends, [] when it ends outside of any."""
    is_header_before = False
    for line in lines:
        is_header = line in headers
        if is_header:
            open_headers = [*(open_headers if is_header_before else []), line]
        elif not ITEM.match(line):
            open_headers = []
        is_header_before = is_header
    return open_headers if sum(map(len, open_headers)) <= INTRODUCTION else []


def _parts(text: str) -> list[str]:
    if len(text) <= SIZE + TOLERANCE:
        return [text] if text else []
    # Imported here: it takes most of a second, and short sections have no need of it.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=SEPARATORS, is_separator_regex=True, keep_separator="start", chunk_size=SIZE, chunk_overlap=0
    )
    chunks = splitter.split_text(text)
    if len(chunks[-1]) <= TOLERANCE and len(chunks[-2]) <= SIZE:
        chunks[-2:] = [text[text.rindex(chunks[-2]) :].strip()]
    return [part for chunk in chunks for part in _cut_at_spaces(chunk)]


def _with_lists_introduced(text: str) -> str:
    """Return the text with no blank line between a list and the line that introduces it, so that they stay together."""
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]
    joined: list[str] = []
    for block in blocks:
        before = joined[-1] if joined else ""
        introduces = before and not ITEM.match(before.rsplit("\n", 1)[-1])
        is_short = before.endswith(":") or len(before) <= INTRODUCTION
        if ITEM.match(block) and introduces and is_short:
            joined[-1] = f"{before}\n{block}"
        else:
            joined.append(block)
    return "\n\n".join(joined)


def _cut_at_spaces(text: str) -> Iterator[str]:
    while len(text) > LONGEST_SENTENCE:
        end = text.rfind(" ", SIZE, LONGEST_SENTENCE)
        end = end if end > 0 else LONGEST_SENTENCE
        yield text[:end].strip()
        text = text[end:].strip()
    if text:
        yield text
