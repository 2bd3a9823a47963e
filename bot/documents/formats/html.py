"""HTML to plain Markdown: what a reader sees of the page, without its navigation."""

import re
from collections.abc import Iterator
from datetime import date

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

from bot.documents.content import Content
from bot.documents.encodings import clean
from bot.documents.formats.grid import Cell
from bot.documents.formats.page import Page
from bot.documents.formats.typography import WITHDRAWN
from bot.documents.formats.writer import Writer, one_line
from bot.documents.losses import Losses

BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SECTIONS = frozenset({*HEADINGS, "table"})
SENTENCE_WORDS = 6
LISTS = frozenset({"ul", "ol", "menu"})
LIST_NAMES = sorted(LISTS)
PARAGRAPHS = frozenset({"p", "summary", "figcaption", "caption", "legend", "address", "dt"})
# What a page has at its end to take its reader back to the call of a note.
BACK = re.compile(r"^\s*[↩↑⇑⮌^][\ufe0e\ufe0f]?\s*$")
SPACES = re.compile(r"[ \t\n]+")
DATE_NAMES = ("article:published_time", "dcterms.issued", "dcterms.date", "dc.date", "dcterms.created", "date")


def read_html(html: str) -> Content:
    """Return what a reader sees of a page, its title, its publication day if it declares one, and what was not read."""
    soup = BeautifulSoup(html, "html.parser")
    title = soup.find("title")
    name, published, losses = one_line(title.get_text()) if title else "", _published(soup), Losses()
    page = Page(soup, losses)
    page.prepare()
    renderer = _Renderer(keep_lines=False)
    root = _root(soup, page.called)
    renderer.blocks(root)
    for text in _sentences_around(root):
        losses.add("around", text)
    writer = renderer.writer
    # Characters that the page spells by name are only now what they are.
    return Content(
        text=clean(writer.text()),
        title=name,
        published=published,
        headers=frozenset(map(clean, writer.headers)),
        losses=losses.found(),
    )


def html_in_markdown(markdown: str) -> Content:
    """Return Markdown with its HTML elements made into Markdown; text outside of them is kept as it is."""
    soup, losses = BeautifulSoup(markdown, "html.parser"), Losses()
    Page(soup, losses, withdrawn=WITHDRAWN).prepare()
    renderer = _Renderer(keep_lines=True)
    renderer.blocks(soup)
    return Content(renderer.writer.text(), headers=renderer.writer.headers, losses=losses.found())


def _root(soup: BeautifulSoup, called: list[Tag]) -> Tag:
    """Return the part of a page to read, with the notes that it calls: a page with a main part says what is around."""
    mains = soup.find_all(lambda tag: tag.name == "main" or tag.get("role") == "main", limit=2)
    root = mains[0] if len(mains) == 1 and one_line(mains[0].get_text()) else soup
    for element in called:
        target = element if one_line(element.get_text()) or element.parent is None else element.parent
        if root not in target.parents or any(map(_is_page_furniture, target.parents)):
            root.append(target.extract())
    return root


def _sentences_around(root: Tag) -> Iterator[str]:
    """Yield the sentences that stand outside of what is read of a page: in its head and foot, beside its main part."""
    around = [tag for tag in root.descendants if isinstance(tag, Tag) and _is_page_furniture(tag)]
    inside: Tag = root
    for parent in root.parents:
        around += [tag for tag in _tags(parent) if tag is not inside]
        inside = parent
    for tag in around:
        for piece in map(one_line, _pieces(tag)):
            if len(piece.split()) >= SENTENCE_WORDS and piece.endswith((".", "!", "?", "…")):
                yield piece


def _published(soup: BeautifulSoup) -> date | None:
    declared = {
        str(meta.get("property") or meta.get("name") or "").lower(): str(meta.get("content") or "")
        for meta in soup.find_all("meta")
    }
    for name in DATE_NAMES:
        if found := re.match(r"\d{4}-\d{2}-\d{2}", declared.get(name, "")):
            try:
                return date.fromisoformat(found.group())
            except ValueError:
                continue
    return None


class _Renderer:
    """Walks a page in reading order. With `keep_lines`, text outside of HTML blocks is Markdown: left as written."""

    def __init__(self, *, keep_lines: bool) -> None:
        self.writer = Writer()
        self._keep_lines = keep_lines

    def blocks(self, container: Tag) -> None:
        """Render the children of a container: runs of text and inline elements are paragraphs."""
        run: list[PageElement] = []
        for child in container.children:
            if isinstance(child, Tag) and _is_block(child):
                self._end_run(run)
                self._block(child)
            else:
                run.append(child)
        self._end_run(run)

    def _end_run(self, run: list[PageElement]) -> None:
        text = "".join(_inline(element, self._keep_lines) for element in run)
        run.clear()
        if not text.strip():
            return
        if self._keep_lines:
            self.writer.raw(text)
        else:
            self.writer.paragraph(text)

    def _block(self, tag: Tag) -> None:
        if _is_page_furniture(tag):
            return
        name = tag.name
        if name in HEADINGS:
            self.writer.heading(HEADINGS[name], _flat(tag))
        elif name in LISTS:
            self._list(tag, depth=0)
        elif name == "dl":
            self._definitions(tag)
        elif name == "table":
            self._table(tag)
        elif name == "pre":
            self.writer.code(tag.get_text())
        elif name in PARAGRAPHS and not _holds(tag, BLOCKS):
            self.writer.paragraph("".join(_inline(child, False) for child in tag.children))
        else:
            self.blocks(tag)

    def _list(self, tag: Tag, depth: int) -> None:
        for child in list(tag.children):
            if not isinstance(child, Tag):
                self.writer.item(_inline(child, False), depth)  # text that stands in no item
            elif child.name in LISTS:
                self._list(child, depth + 1)
            elif _holds(child, SECTIONS):
                # Steps, each with its heading: sections rather than items.
                self.blocks(child)
            else:
                self._item(child, depth)
        if depth == 0:
            self.writer.end_paragraph()

    def _item(self, tag: Tag, depth: int) -> None:
        inner = [each for each in tag.descendants if isinstance(each, Tag) and each.name in LISTS]
        nested = [each for each in inner if each.find_parent(LIST_NAMES) is tag.parent]
        for each in nested:
            each.extract()
        self.writer.item(_item_text(tag), depth)
        for each in nested:
            self._list(each, depth + 1)

    def _definitions(self, tag: Tag) -> None:
        term = ""
        for child in tag.find_all(["dt", "dd"]):
            if child.find_parent("dl") is not tag:
                continue  # of a list inside this one, told with its item
            if child.name == "dt":
                term = _flat(child)
            else:
                self.writer.item(f"{term} : {_flat(child)}" if term else _flat(child))
        self.writer.end_paragraph()

    def _table(self, table: Tag) -> None:
        rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
        if not rows:
            self.blocks(table)
            return
        if caption := table.find("caption"):
            self.writer.paragraph(_flat(caption))
        if table.get("role") == "presentation" or _holds(table, SECTIONS):
            for cell in (cell for row in rows for cell in _tags(row)):
                self.blocks(cell)
            return
        self.writer.table([_cells(row) for row in rows], _heading_rows(rows))


def _cells(row: Tag) -> list[Cell]:
    return [
        Cell(_flat(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
        for cell in _tags(row)
        if cell.name in ("td", "th")
    ]


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return int(value) if re.fullmatch(r"[0-9]{1,5}", value) else 1


def _heading_rows(rows: list[Tag]) -> int:
    heads = 0
    for row in rows:
        cells = [cell for cell in _tags(row) if cell.name in ("td", "th")]
        is_head = row.parent is not None and row.parent.name == "thead"
        if not (is_head or (cells and all(cell.name == "th" for cell in cells))):
            break
        heads += 1
    return heads


def _tags(tag: Tag) -> Iterator[Tag]:
    return (child for child in tag.children if isinstance(child, Tag))


def _is_block(tag: Tag) -> bool:
    # An inline element around blocks, as in <a><div>, is a block to its reader.
    return tag.name in BLOCKS or _holds(tag, BLOCKS)


def _holds(tag: Tag, names: frozenset[str]) -> bool:
    return any(isinstance(each, Tag) and each.name in names for each in tag.descendants)


def _is_page_furniture(tag: Tag) -> bool:
    if tag.name not in ("header", "footer") or tag.find_parent(["main", "article"]):
        return False
    return tag.name == "footer" or not tag.find("h1")


def _inline(element: PageElement, keep_lines: bool) -> str:
    """Return the text of an inline element; a line break of the page is `\\n`, one of the source a space."""
    if isinstance(element, Tag):
        return _inline_tag(element, keep_lines)
    # Comments, doctypes and declarations are strings of other classes.
    if type(element) not in (NavigableString, CData):
        return ""
    return str(element) if keep_lines else SPACES.sub(" ", str(element))


def _inline_tag(tag: Tag, keep_lines: bool) -> str:
    if tag.name == "br":
        return "  \n" if keep_lines else "\n"
    text = "".join(_inline(child, keep_lines) for child in tag.children)
    address = str(tag.get("href") or "") if tag.name == "a" else ""
    if address.startswith("mailto:"):
        return with_address(text, address)
    return "" if tag.name == "a" and BACK.match(text) else text


def with_address(text: str, mailto: str) -> str:
    """Return the text of an e-mail link with the address, which is what the reader needs."""
    address = mailto.removeprefix("mailto:").partition("?")[0].strip()
    if not address or address.lower() in text.lower():
        return text
    return f"{text} ({address})" if text.strip() else address


def _flat(tag: Tag) -> str:
    return one_line(" ".join(_pieces(tag)))


def _item_text(tag: Tag) -> str:
    """Return a list item on one line: « Titre : explication » when its first paragraph is a title."""
    pieces = [piece for piece in map(one_line, _pieces(tag)) if piece]
    for index, piece in enumerate(pieces[:-1]):
        pieces[index] = piece if piece[-1] in ".:;,!?…»)" else piece + (" :" if index == 0 else " ;")
    return " ".join(pieces)


def _pieces(tag: Tag) -> list[str]:
    """Return the text of an element, cut where its inner blocks begin and end."""
    pieces = [""]
    for child in tag.children:
        if isinstance(child, Tag) and _is_block(child):
            pieces += [*_pieces(child), ""]
        elif isinstance(child, Tag) and child.name == "br":
            pieces.append("")
        else:
            pieces[-1] += _inline(child, False)
    return pieces
