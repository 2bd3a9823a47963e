"""ODT to plain Markdown: headings by outline level, items by list, tables by row."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from zipfile import ZipFile

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import DAMAGED, ENCRYPTED, ENTITIES, checked_archive
from bot.documents.formats.writer import Writer

TEXT_TYPE: Final = "application/vnd.oasis.opendocument.text"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, META = (f"{_OASIS}{name}:1.0 " for name in ("office", "text", "table", "style", "meta"))
DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/ "
# What is not read: contents, notes of reviewers, deleted text, declarations.
UNREAD: Final = {
    *(f"{TEXT}{name}" for name in ("table-of-content", "alphabetical-index", "illustration-index", "tracked-changes")),
    *(f"{TEXT}{name}" for name in ("sequence-decls", "variable-decls", "user-field-decls", "note-citation")),
    *(f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms", "scripts")),
}


def read_odt(data: bytes, limits: Limits) -> Content:
    """Return the text of an ODT document and its properties. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="ODT")
    _refuse_encrypted(archive)
    content = _parsed(archive.read("content.xml"))
    styles, meta = (_parsed(archive.read(n)) if n in archive.namelist() else None for n in ("styles.xml", "meta.xml"))
    writer = Writer()
    body = _Body(writer, _title_styles(content, styles))
    if (text := next(content.iter(f"{OFFICE}text"), None)) is not None:
        body.write(text)
    return Content(
        clean(writer.text()), title=clean(_property(meta, f"{DUBLIN_CORE}title")).strip(), published=_published(meta)
    )


def _refuse_encrypted(archive: ZipFile) -> None:
    names = archive.namelist()
    manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    if b"encryption-data" in manifest or "encrypted-package" in names:
        raise Unusable(ENCRYPTED)
    mimetype = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else TEXT_TYPE
    if not mimetype.startswith(TEXT_TYPE):
        raise Unusable("ce n'est pas un document texte OpenDocument : vérifiez le fichier ou son extension")
    if "content.xml" not in names:
        raise Unusable(DAMAGED)


def _parsed(xml: bytes) -> Element:
    """Return the root of an XML part, its names as « namespace name »; a part that defines entities is refused."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entity
    parser.Parse(xml, True)
    return builder.close()


def _refuse_entity(*_: object) -> None:
    raise Unusable(ENTITIES)


class _Body:
    def __init__(self, writer: Writer, title_styles: set[str]) -> None:
        self._writer = writer
        self._title_styles = title_styles
        self._has_title = False

    def write(self, container: Element) -> None:
        for element in container:
            if element.tag in UNREAD:
                continue
            if element.tag == f"{TEXT}h":
                self._writer.heading(_level(element) + self._has_title, _text(element))
            elif element.tag == f"{TEXT}p":
                self._paragraph(element)
            elif element.tag == f"{TEXT}list":
                self._list(element, 0)
            elif element.tag == f"{TABLE}table":
                self._table(element)
            else:
                self.write(element)

    def _paragraph(self, element: Element) -> None:
        text = _text(element)
        if element.get(f"{TEXT}style-name") in self._title_styles and text.strip():
            self._has_title = True
            self._writer.heading(1, text)
        else:
            self._writer.paragraph(text)

    def _list(self, element: Element, depth: int) -> None:
        for item in element:
            texts: list[str] = []
            for child in item:
                if child.tag == f"{TEXT}list":
                    self._writer.item(" ".join(texts), depth)
                    texts = []
                    self._list(child, depth + 1)
                elif child.tag == f"{TEXT}h":
                    # LibreOffice numbers headings by putting them in a list.
                    self._writer.heading(_level(child), _text(child))
                else:
                    texts.append(_text(child))
            self._writer.item(" ".join(texts), depth)
        if depth == 0:
            self._writer.end_paragraph()

    def _table(self, table: Element) -> None:
        for row in _rows(table):
            cells = [cell for cell in row if cell.tag == f"{TABLE}table-cell"]
            self._writer.row([" ".join(map(_text, cell)) for cell in cells])
        self._writer.end_paragraph()


def _rows(element: Element) -> Iterator[Element]:
    """Yield the rows of a table; those of a table inside one of them are part of its text."""
    for child in element:
        if child.tag == f"{TABLE}table-row":
            yield child
        else:
            yield from _rows(child)


def _level(heading: Element) -> int:
    return int(heading.get(f"{TEXT}outline-level", "1"))


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in UNREAD:
        return
    if element.tag in (f"{TEXT}s", f"{TEXT}tab"):
        yield " "
    elif element.tag == f"{TEXT}line-break":
        yield "\n"
    yield _spaced(element.text)
    for child in element:
        yield from _pieces(child)
        yield _spaced(child.tail)
    if element.tag == f"{TEXT}p":
        yield " "  # a paragraph of a note or of a text box


def _spaced(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _title_styles(*parts: Element | None) -> set[str]:
    """Return the names of the style « Title » and of those made from it, as LibreOffice does for each change."""
    styles = (style for part in parts if part is not None for style in part.iter(f"{STYLE}style"))
    made = (style.get(f"{STYLE}name", "") for style in styles if style.get(f"{STYLE}parent-style-name") == "Title")
    return {"Title", *made}


def _published(meta: Element | None) -> date | None:
    for name in (f"{DUBLIN_CORE}date", f"{META}creation-date"):
        try:
            return date.fromisoformat(_property(meta, name)[:10])
        except ValueError:
            continue
    return None


def _property(meta: Element | None, name: str) -> str:
    return next(map(_text, meta.iter(name)), "") if meta is not None else ""
