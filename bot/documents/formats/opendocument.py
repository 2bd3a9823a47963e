"""ODT to plain Markdown, through odfpy: headings by outline level, items by list, tables by row."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from odf.namespaces import DCNS, METANS, OFFICENS, STYLENS, TABLENS, TEXTNS
from odf.opendocument import load

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import DAMAGED, ENCRYPTED, checked_archive
from bot.documents.formats.writer import Writer

PARTS = ("content.xml", "styles.xml", "meta.xml")
TEXT_TYPE = "application/vnd.oasis.opendocument.text"
# What is not read: contents, notes of reviewers, deleted text, declarations.
UNREAD = {
    *((TEXTNS, name) for name in ("table-of-content", "alphabetical-index", "illustration-index", "tracked-changes")),
    *((TEXTNS, name) for name in ("sequence-decls", "variable-decls", "user-field-decls", "note-citation")),
    *((OFFICENS, name) for name in ("annotation", "annotation-end", "forms", "scripts")),
}


def read_odt(data: bytes, limits: Limits) -> Content:
    """Return the text of an ODT document and its properties. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="ODT")
    _refuse_encrypted(archive)
    document = load(_reduced(archive))
    writer = Writer()
    _Body(writer, _title_styles(document)).write(document.text)
    return Content(clean(writer.text()), title=_title(document), published=_published(document))


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


def _reduced(archive: ZipFile) -> BytesIO:
    """Return the document with its text only: odfpy would also load pictures, embedded objects and macros.

    odfpy prints damaged XML and goes on with half of it, so each part is parsed here first.
    """
    parts = [part for part in PARTS if part in archive.namelist()]
    reduced = BytesIO()
    with ZipFile(reduced, "w") as copy:
        copy.writestr("mimetype", TEXT_TYPE)
        for part in parts:
            xml = archive.read(part)
            expat.ParserCreate().Parse(xml, True)
            copy.writestr(part, xml)
        entries = "".join(f'<m:file-entry m:full-path="{part}" m:media-type="text/xml"/>' for part in parts)
        namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        copy.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{namespace}">{entries}</m:manifest>')
    reduced.seek(0)
    return reduced


class _Body:
    def __init__(self, writer: Writer, title_styles: set[str]) -> None:
        self._writer = writer
        self._title_styles = title_styles
        self._has_title = False

    def write(self, container: Any) -> None:
        for element in container.childNodes:
            name = getattr(element, "qname", None)
            if name in UNREAD or name is None:
                continue
            if name == (TEXTNS, "h"):
                level = int(element.attributes.get((TEXTNS, "outline-level"), 1))
                self._writer.heading(level + self._has_title, _text(element))
            elif name == (TEXTNS, "p"):
                self._paragraph(element)
            elif name == (TEXTNS, "list"):
                self._list(element, 0)
            elif name == (TABLENS, "table"):
                self._table(element)
            else:
                self.write(element)

    def _paragraph(self, element: Any) -> None:
        text = _text(element)
        if element.attributes.get((TEXTNS, "style-name")) in self._title_styles and text.strip():
            self._has_title = True
            self._writer.heading(1, text)
        else:
            self._writer.paragraph(text)

    def _list(self, element: Any, depth: int) -> None:
        for item in element.childNodes:
            texts: list[str] = []
            for child in getattr(item, "childNodes", []):
                if child.qname == (TEXTNS, "list"):
                    self._writer.item(" ".join(texts), depth)
                    texts = []
                    self._list(child, depth + 1)
                elif child.qname == (TEXTNS, "h"):
                    # LibreOffice numbers headings by putting them in a list.
                    self._writer.heading(int(child.attributes.get((TEXTNS, "outline-level"), 1)), _text(child))
                else:
                    texts.append(_text(child))
            self._writer.item(" ".join(texts), depth)
        if depth == 0:
            self._writer.end_paragraph()

    def _table(self, table: Any) -> None:
        for row in _descendants(table, (TABLENS, "table-row")):
            cells = [cell for cell in row.childNodes if cell.qname == (TABLENS, "table-cell")]
            self._writer.row([" ".join(_text(child) for child in cell.childNodes) for cell in cells])
        self._writer.end_paragraph()


def _descendants(element: Any, name: tuple[str, str]) -> Iterator[Any]:
    for child in element.childNodes:
        if getattr(child, "qname", None) == name:
            yield child
        else:
            yield from _descendants(child, name)


def _text(node: Any) -> str:
    return "".join(_pieces(node))


def _pieces(node: Any) -> Iterator[str]:
    if node.nodeType in (node.TEXT_NODE, node.CDATA_SECTION_NODE):
        yield re.sub(r"[ \t\r\n]+", " ", node.data)
        return
    if node.qname in UNREAD:
        return
    if node.qname in ((TEXTNS, "s"), (TEXTNS, "tab")):
        yield " "
    elif node.qname == (TEXTNS, "line-break"):
        yield "\n"
    for child in node.childNodes:
        yield from _pieces(child)
    if node.qname == (TEXTNS, "p"):
        yield " "  # a paragraph of a note or of a text box


def _title_styles(document: Any) -> set[str]:
    """Return the names of the style « Title » and of those made from it, as LibreOffice does for each change."""
    names = {"Title"}
    for holder in (document.styles, document.automaticstyles):
        for style in holder.childNodes:
            attributes = getattr(style, "attributes", None) or {}
            if attributes.get((STYLENS, "parent-style-name")) == "Title":
                names.add(str(attributes.get((STYLENS, "name"))))
    return names


def _title(document: Any) -> str:
    return clean(_property(document, (DCNS, "title"))).strip()


def _published(document: Any) -> date | None:
    for name in ((DCNS, "date"), (METANS, "creation-date")):
        try:
            return date.fromisoformat(_property(document, name)[:10])
        except ValueError:
            continue
    return None


def _property(document: Any, name: tuple[str, str]) -> str:
    return next((_text(element) for element in _descendants(document.meta, name)), "")
