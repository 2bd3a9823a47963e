"""From the Markdown of an answer to the bodies of Matrix messages, within what clients show. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bot.matrix.plain import plain_text
from bot.matrix.splitting import blocks, pieces
from bot.matrix.tables import as_lists
from bot.matrix.typography import set_in_french

LONGEST: Final = 4_000  # characters of a body
# An event is at most 65 536 bytes: an edit holds the bodies twice, and encryption makes 4 bytes of 3.
_LARGEST: Final = 20_000  # bytes of both bodies as JSON
_LONGEST_HEADING: Final = 600  # characters of HTML: under more, little fits
# Those that Element keeps, less tables, which no phone can read, and images, which a client would fetch.
_TAGS: Final = set(
    "a b blockquote br code del details div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strike strong sub summary sup "
    "u ul".split()
)
_ATTRIBUTES: Final = {"*": set(), "a": {"href"}, "code": {"class"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Part:
    """The bodies of one message: plain text that reads well alone, and HTML."""

    plain: str
    html: str


_NOTHING: Final = Part("…", "…")


def render_parts(markdown: str) -> tuple[Part, ...]:
    """Return the messages that say a Markdown text, at least one; each body has at most LONGEST characters.

    Split between paragraphs and items of lists, within one only when it is too long by itself; never after what
    announces the next thing.
    """
    source = _cleaned(markdown)
    environment: dict[str, Any] = {}
    parts: list[Part] = []
    heading: Part | None = None  # what announces the next block, and goes with it
    for block in blocks(_parser().parse(source, environment), source):  # fills in the definitions of links
        fitting = _fitting(block, environment, heading)
        if not fitting:
            continue
        joined, others = _joined(heading, fitting[0]), fitting[1:]
        heading = joined if not others and _announces(block, joined) else None
        parts += [] if heading else [joined, *others]
    return tuple(_packed([*parts, *([heading] if heading else [])])) or (_NOTHING,)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return parser.enable(["table", "strikethrough"]).disable("image")


def _cleaned(markdown: str) -> str:
    """Return a text that JSON can carry, its lines ended one way."""
    return markdown.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


def _fitting(source: str, environment: dict[str, Any], heading: Part | None) -> list[Part]:
    """Return the parts of one block, cut where it must be for the first to stand under its heading."""
    tokens = _parser().parse(source, environment)
    part = _part(as_lists(tokens), environment)
    if not part.plain:
        return []
    if _fits(_joined(heading, part)):
        return [part]
    return [one for piece in pieces(tokens, source) for one in _fitting(piece, environment, heading)]


def _announces(source: str, part: Part) -> bool:
    """Whether a block, with those that announce it, is a title, or a line that a list follows: nothing to end on."""
    is_title = source.startswith("#") or source.rstrip().endswith((":", "**"))
    return is_title and len(part.html) <= _LONGEST_HEADING


def _joined(before: Part | None, part: Part) -> Part:
    return Part(f"{before.plain}\n\n{part.plain}", f"{before.html}\n{part.html}") if before else part


def _part(tokens: Sequence[Token], environment: dict[str, Any]) -> Part:
    set_in_french(tokens)
    html = _parser().renderer.render(tokens, _parser().options, environment)
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return Part(plain_text(SyntaxTreeNode(tokens)), clean.replace("&nbsp;", "\u00a0").strip())


def _fits(part: Part) -> bool:
    if len(part.plain) > LONGEST or len(part.html) > LONGEST:
        return False
    return len(json.dumps([part.plain, part.html], ensure_ascii=False).encode()) <= _LARGEST


def _packed(parts: Iterable[Part]) -> list[Part]:
    """Return as few messages as hold the parts, in order."""
    packed: list[Part] = []
    for part in parts:
        joined = _joined(packed[-1] if packed else None, part)
        if packed and _fits(joined):
            packed[-1] = joined
        else:
            packed.append(part)
    return packed
