"""Markdown, as people and static sites write it, to plain Markdown: headings, items and sentences without marks."""

import html
import re
from itertools import pairwise

from bot.documents.content import Content
from bot.documents.formats.grid import Cell
from bot.documents.formats.typography import lowered, note, raised, settled
from bot.documents.formats.writer import Writer
from bot.documents.losses import Loss

FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FIRST_KEY = re.compile(r"\A\s*(?:#[^\n]*\n\s*)*[\w\"'-]+[ \t]*:(?:\s|\Z)")
HTML_BLOCK = re.compile(
    r"<(?:div|section|article|main|header|footer|nav|aside|table|ul|ol|dl|p|h[1-6]|details|blockquote|figure|form"
    r"|iframe|script|style|pre|template|svg|center|video|math|object|embed|select|textarea|input)\b"
    # What withdraws or raises text, and what may by its style.
    r"|<(?:del|s|strike|sup|sub|font|q)(?:\s[^<>]*)?>|<[a-z][a-z0-9]*\s[^<>]*\b(?:style|hidden|class|role)\b",
    re.IGNORECASE,
)
# Jekyll, Liquid and GitBook: {% hint %}, {{ variable }}, {: .class }
TEMPLATE_TAG = re.compile(r"\{%(?:[^%{]|%(?!\}))*%\}|\{\{[^{}]*\}\}|\{[:#][^{}\n]*\}")

FENCE = re.compile(r"^\s*(```+|~~~+)")
HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t]|$)")
UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
ITEM = re.compile(r"^([ \t]*)([-*+•]|\d{1,3}[.)])[ \t]+(\S.*)$")
TICKED = re.compile(r"^[ \t>]*(?:[-*+•]|\d{1,3}[.)])[ \t]+\[[xX]\][ \t]", re.MULTILINE)
BOX = re.compile(r"^\[([ xX])\](?=[ \t])")
TABLE_RULE = re.compile(r"^\s*(?:\|\s*)?:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?$")
CELL_END = re.compile(r"(?<!\\)\|")
QUOTE = re.compile(r"^\s{0,3}(?:>[ \t]?)+")
LINK_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]+\S+")
FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]\n]+\]:[ \t]*")
QUESTIONS = re.compile(r"^Questions?[ \xa0\u202f]?:")
SOURCES = re.compile(r"^Sources?[ \xa0\u202f]?:.*\]\(")

MARKED = re.compile(r"[\\`*_~<&\[^]|:[a-z]")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
UNESCAPED = re.compile("[\ue021-\ue07e]")
FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\n]+\]")
_TARGET = r"\([ \t]*+<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:[ \t]++(?:\"[^\"]*\"|'[^']*'))?[ \t]*+\)"
IMAGE = re.compile(r"!\[[^\[\]]*\](?:" + _TARGET + r"|\[[^\[\]]*\])")
LINK = re.compile(r"\[([^\[\]]*)\]" + _TARGET)
REFERENCE_LINK = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
AUTOLINK = re.compile(r"<(?:mailto:)?((?:https?://|[^\s<>@]+@)[^\s<>]+)>")
CODE = re.compile(r"(?<!`)(`+)(?!`)([^`]+)\1(?!`)")
EMOJI_NAME = re.compile(r"(?<!\S):[a-z][a-z0-9_+-]+:[ \t]*")
LINE_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
STARS = re.compile(r"(\*{1,3})(?=[^\s*])([^*]*[^*\s])\1")
UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]*[^_\s])\1(?!\w)")
# GitHub strikes with one tilde too, when it stands against the text on both sides; inside a word, Pandoc lowers.
STRUCK_ONCE = re.compile(r"(?<![\w~])~(?=[^\s~])[^~]*[^\s~]~(?![\w~])")
TWO_TILDES = re.compile(r"(?<!~)~~(?!~)")
LOWERED = re.compile(r"(?<=\w)~(\w{1,10})~")
RAISED = re.compile(r"(?<=[^\s^])\^(\d{1,3}|[^\W\d_]{1,4}|\*)\^")
INLINE_NOTE = re.compile(r"\^\[([^\[\]]*)\]")


def split_front_matter(text: str) -> tuple[str, str]:
    """Return the YAML between the first `---` lines, "" if there is none, and the rest.

    A text may also begin with a rule (`---`): only a block that begins with a key is front matter.
    """
    block = FRONT_MATTER.match(text)
    if block is None or (block.group(1) and not FIRST_KEY.match(block.group(1)) and block.group(1).strip()):
        return "", text
    return block.group(1) or "", text[block.end() :]


def read_markdown(markdown: str) -> Content:
    """Return the text of a Markdown file, with the HTML it may hold made into Markdown too."""
    text = TEMPLATE_TAG.sub("", without_comments(markdown))
    headers: frozenset[str] = frozenset()
    losses: tuple[Loss, ...] = ()
    if HTML_BLOCK.search(text):
        from bot.documents.formats.html import html_in_markdown

        inner = html_in_markdown(_protect_code(AUTOLINK.sub(r"\1", text)))
        text, headers, losses = inner.text, inner.headers, inner.losses
    writer = _Reader().read(text)
    return Content(writer.text(), headers=headers | writer.headers, losses=losses)


def without_comments(text: str) -> str:
    """Return `text` without its `<!-- comments -->`; one that is never closed stays."""
    kept: list[str] = []
    start = 0
    while (begin := text.find("<!--", start)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[start:begin])
        start = end + 3
    return "".join([*kept, text[start:]])


def _protect_code(text: str) -> str:
    return CODE.sub(lambda code: html.escape(code.group(), quote=False), text)


class _Reader:
    """Reads line by line; a paragraph or an item is collected until what ends it, then cleaned as a whole."""

    def __init__(self) -> None:
        self._writer = Writer()
        self._open: list[str] = []
        self._item_depth: int | None = None
        self._indents: list[int] = []
        self._has_ticks = False

    def read(self, markdown: str) -> Writer:
        # Where nothing is ticked, the boxes say no more than bullets do.
        self._has_ticks = TICKED.search(markdown) is not None
        lines = markdown.split("\n")
        index = 0
        while index < len(lines):
            index = self._read_block(lines, index)
        self._close()
        return self._writer

    def _read_block(self, lines: list[str], index: int) -> int:
        """Take up the line at `index`; return the index of the next one to read."""
        if fence := FENCE.match(lines[index]):
            return self._code(lines, index, fence.group(1))
        line = QUOTE.sub("", lines[index]).rstrip("\r")
        if "|" in line and index + 1 < len(lines) and _is_table_rule(QUOTE.sub("", lines[index + 1])):
            return self._table(lines, index)
        self._line(line)
        return index + 1

    def _line(self, line: str) -> None:
        if not line.strip():
            self._blank()
        elif heading := HEADING.match(line):
            self._heading(len(heading.group(1)), _without_closing(line[heading.end() :]))
        elif self._is_underlined(line):
            level = 1 if "=" in line else 2
            title = " ".join(self._open)
            self._open = []
            self._heading(level, title)
        elif RULE.match(line) or LINK_DEFINITION.match(line):
            self._close()
        elif SOURCES.match(line):
            self._close()
            # Kept as written: its links become the passage's sources.
            self._writer.raw(settled(line.strip()))
        elif QUESTIONS.match(line):
            self._close()
            self._writer.paragraph(plain(line))
        elif (item := ITEM.match(line)) and self._may_begin_item(item.group(2)):
            self._item(item)
        else:
            self._continue(line)

    def _blank(self) -> None:
        if self._item_depth is None:
            self._close()
        else:
            self._end_open()

    def _heading(self, level: int, title: str) -> None:
        self._close()
        self._writer.heading(level, plain(title))

    def _is_underlined(self, line: str) -> bool:
        return bool(self._open) and self._item_depth is None and UNDERLINE.match(line) is not None

    def _may_begin_item(self, mark: str) -> bool:
        # « …jusqu'au\n16. » is the middle of a sentence; a list begins after a blank line, or at 1.
        return not mark[0].isdigit() or not self._open or self._item_depth is not None or mark[:-1] == "1"

    def _item(self, item: re.Match[str]) -> None:
        self._end_open()
        indent = len(item.group(1).expandtabs(4))
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1] + 1:
            self._indents.append(indent)
        self._item_depth = len(self._indents) - 1
        self._open = [BOX.sub(self._box, item.group(3)).lstrip()]

    def _box(self, box: re.Match[str]) -> str:
        return ("☐" if box.group(1) == " " else "☑") if self._has_ticks else ""

    def _continue(self, line: str) -> None:
        if not self._open and self._item_depth is not None and not line.startswith(("  ", "\t")):
            self._close()
        if FOOTNOTE.match(line):
            self._close()
        self._open.append(FOOTNOTE.sub("", line))

    def _end_open(self) -> None:
        """Write the open paragraph or item; a list stays open."""
        text = plain(_joined(self._open))
        self._open = []
        if self._item_depth is None:
            self._writer.paragraph(text)
        else:
            self._writer.item(text, self._item_depth)

    def _close(self) -> None:
        self._end_open()
        self._writer.end_paragraph()
        self._item_depth = None
        self._indents = []

    def _code(self, lines: list[str], index: int, fence: str) -> int:
        self._close()
        end = index + 1
        while end < len(lines) and not lines[end].lstrip().startswith(fence):
            end += 1
        self._writer.code("\n".join(lines[index + 1 : end]))
        return end + 1

    def _table(self, lines: list[str], index: int) -> int:
        self._close()
        rows: list[list[Cell]] = []
        headings = 0
        while index < len(lines) and "|" in lines[index]:
            row = QUOTE.sub("", lines[index]).strip()
            if _is_table_rule(row):
                headings = headings or len(rows)
            else:
                rows.append([Cell(plain(cell)) for cell in _cells(row)])
            index += 1
        self._writer.table(rows, headings)
        return index


def _cells(row: str) -> list[str]:
    inner = row.removeprefix("|")
    return CELL_END.split(inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner)


def _without_closing(title: str) -> str:
    """Return the text of a heading without the signs that may close it: « ## Titre ## »."""
    text = title.strip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else text


def _is_table_rule(line: str) -> bool:
    return "-" in line and "|" in line and TABLE_RULE.match(line) is not None


def _joined(lines: list[str]) -> str:
    """Return the lines of a paragraph on one line, but for hard breaks (two spaces or a backslash at the end)."""
    text = ""
    for line in lines:
        hard = line.endswith(("  ", "\\"))
        text += line.strip().removesuffix("\\").rstrip() + ("\n" if hard else " ")
    return text.strip()


def plain(text: str) -> str:
    """Return a line of Markdown as a reader sees it: the text of links, no image, no emphasis mark, no tag."""
    if not MARKED.search(text):
        return text
    text = ESCAPED.sub(lambda escape: chr(0xE000 + ord(escape.group(1))), text)
    text = CODE.sub(lambda code: _as_is(code.group(2).strip()), text)
    text = INLINE_NOTE.sub(lambda told: note(told.group(1)), IMAGE.sub("", FOOTNOTE_MARK.sub("", text)))
    text = REFERENCE_LINK.sub(r"\1", LINK.sub(_link_text, AUTOLINK.sub(r"\1", text)))
    text = TAG.sub("", LINE_BREAK.sub("\n", EMOJI_NAME.sub("", text)))
    for _ in range(3):
        text = UNDERSCORES.sub(r"\2", STARS.sub(r"\2", text))
    text = STRUCK_ONCE.sub("", without_struck(text))
    text = LOWERED.sub(lambda sign: lowered(sign.group(1)), RAISED.sub(lambda sign: raised(sign.group(1)), text))
    return UNESCAPED.sub(lambda kept: chr(ord(kept.group()) - 0xE000), html.unescape(text))


def without_struck(text: str) -> str:
    """Return a text without what stands between two `~~`; marks that enclose nothing stay."""
    if "~~" not in text:
        return text
    pieces = TWO_TILDES.split(text)
    kept, struck = [pieces[0]], list[str]()
    is_open = False
    for before, piece in pairwise(pieces):
        if is_open and before[-1:].strip():
            is_open, struck = False, []
            kept.append(piece)
        elif is_open:
            struck.append(piece)
        elif piece[:1].strip():
            is_open, struck = True, [piece]
        else:
            kept.append(f"~~{piece}")
    kept += [f"~~{piece}" for piece in struck]
    return "".join(kept)


def _as_is(code: str) -> str:
    """Return `code` out of reach of the following replacements, which `plain` undoes at its end."""
    return re.sub(r"[!-/:-@\[-`{-~]", lambda sign: chr(0xE000 + ord(sign.group())), code)


def _link_text(link: re.Match[str]) -> str:
    text, target = link.group(1), link.group(2)
    if not target.startswith("mailto:"):
        # GitBook writes a reference to another page as a link named after its file.
        return "" if text.endswith(".md") and target.endswith(text) else text
    address = target.removeprefix("mailto:").partition("?")[0]
    return text if address.lower() in text.lower() else f"{text} ({address})".strip()
