"""ODT to plain Markdown: headings by outline level, items by list, tables by row; what is not read is counted."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import DAMAGED, ENCRYPTED, checked_archive
from bot.documents.formats.equations import equation_text
from bot.documents.formats.grid import Cell
from bot.documents.formats.odf_styles import STYLE, TEXT, Look, Styles
from bot.documents.formats.symbols import as_signs, is_of_signs
from bot.documents.formats.typography import lowered, note, raised
from bot.documents.formats.writer import Writer, running_text
from bot.documents.formats.xmltree import parsed
from bot.documents.losses import Losses

TEXT_TYPE: Final = "application/vnd.oasis.opendocument.text"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, META, FORM = (f"{{{_OASIS}{name}:1.0}}" for name in ("office", "table", "meta", "form"))
DRAW: Final = f"{{{_OASIS}drawing:1.0}}"
SVG: Final = f"{{{_OASIS}svg-compatible:1.0}}"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
DUBLIN_CORE: Final = "{http://purl.org/dc/elements/1.1/}"
MATHML: Final = "{http://www.w3.org/1998/Math/MathML}"
# What is not read: contents, deleted text, declarations, numbers of pages, the description of a picture.
UNREAD: Final = {
    *(f"{TEXT}{name}" for name in ("table-of-content", "alphabetical-index", "illustration-index", "tracked-changes")),
    *(f"{TEXT}{name}" for name in ("sequence-decls", "variable-decls", "user-field-decls", "note-citation")),
    *(f"{TEXT}{name}" for name in ("page-number", "page-count", "ruby-text")),
    *(f"{OFFICE}{name}" for name in ("annotation-end", "forms", "scripts")),
    *(f"{SVG}{name}" for name in ("title", "desc")),
}
BOXES: Final = frozenset(f"{DRAW}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse", "caption"))
# What has a style of its own, by the family of this style.
SHOWN: Final = {f"{TEXT}span": "text", f"{TEXT}a": "text", f"{TEXT}p": "paragraph", f"{TEXT}h": "paragraph"}
MOST_REPEATED = 200


def read_odt(data: bytes, limits: Limits) -> Content:
    """Return the text of an ODT document, its properties, and what was not read. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="ODT")
    with archive:
        _refuse_encrypted(archive)
        content = parsed(archive.read("content.xml"))
        styles, meta = (_tree(archive, name) for name in ("styles.xml", "meta.xml"))
        body = _Body(archive, Styles(content, styles), content)
        if (text := next(content.iter(f"{OFFICE}text"), None)) is not None:
            body.write(text)
        body.write_running(styles)
    return Content(
        clean(body.writer.text()),
        title=clean(_property(meta, f"{DUBLIN_CORE}title")).strip(),
        published=_published(meta),
        losses=body.losses.found(),
        headers=frozenset(map(clean, body.writer.headers)),
    )


def _tree(archive: ZipFile, name: str) -> Element | None:
    return parsed(archive.read(name)) if name in archive.namelist() else None


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


class _Body:
    """Writes blocks in order; a paragraph's text boxes come after it."""

    def __init__(self, archive: ZipFile, styles: Styles, content: Element) -> None:
        self.writer = Writer()
        self.losses = Losses()
        self._archive = archive
        self._styles = styles
        self._controls = {
            each.get(f"{FORM}id", ""): each
            for forms in content.iter(f"{OFFICE}forms")
            for each in forms.iter()
            if f"{FORM}id" in each.attrib
        }
        self._has_title = False
        self._look = Look()
        self._boxes: list[Element] = []

    # Blocks

    def write(self, container: Element) -> None:
        for element in container:
            if element.tag in UNREAD or _is_withdrawn(element):
                continue
            if element.tag == f"{TEXT}h":
                self._write_heading(element, int(self._has_title))
            elif element.tag == f"{TEXT}p":
                self._write_paragraph(element)
            elif element.tag == f"{TEXT}list":
                self._write_list(element, 0)
            elif element.tag == f"{TABLE}table":
                self._write_table(element)
            elif told := _TOLD.get(element.tag):
                self.writer.paragraph(told(self, element))
            else:
                self.write(element)

    def _write_heading(self, element: Element, below: int) -> None:
        text, boxes = self._text(element)
        self.writer.heading(_level(element) + below, text)
        self._write_boxes(boxes)

    def _write_paragraph(self, element: Element) -> None:
        text, boxes = self._text(element)
        if self._styles.is_title(element.get(f"{TEXT}style-name", "")) and text.strip():
            self._has_title = True
            self.writer.heading(1, text)
        else:
            self.writer.paragraph(text)
        self._write_boxes(boxes)

    def _write_boxes(self, boxes: list[Element]) -> None:
        for box in boxes:
            self.write(box)

    def _write_list(self, element: Element, depth: int) -> None:
        for item in element:
            texts: list[str] = []
            for child in item:
                if child.tag == f"{TEXT}list":
                    self.writer.item(" ".join(texts), depth)
                    texts = []
                    self._write_list(child, depth + 1)
                elif child.tag == f"{TEXT}h":
                    # LibreOffice numbers headings by putting them in a list.
                    self._write_heading(child, 0)
                elif child.tag == f"{TABLE}table":
                    self.writer.item(" ".join(texts), depth)
                    texts = []
                    self._write_table(child)
                else:
                    texts.append(self._flat([child]))
            self.writer.item(" ".join(texts), depth)
        if depth == 0:
            self.writer.end_paragraph()

    def _write_table(self, table: Element) -> None:
        rows: list[list[Cell]] = []
        heads = 0
        for row, is_head in _rows(table):
            cells = [
                self._cell(cell)
                for cell in row
                if cell.tag == f"{TABLE}table-cell"
                for _ in range(_number(cell, f"{TABLE}number-columns-repeated"))
            ]
            has_text = any(cell.text for cell in cells)
            rows += [cells] * (_number(row, f"{TABLE}number-rows-repeated") if has_text else 1)
            heads = len(rows) if is_head else heads
        self.writer.table(rows, heads)

    def _cell(self, cell: Element) -> Cell:
        across, down = (_number(cell, f"{TABLE}number-{name}-spanned", 1000) for name in ("columns", "rows"))
        return Cell(self._flat(cell), across, down)

    def write_running(self, styles: Element | None) -> None:
        """Write what headers and footers say, once each, after the rest; page numbers are left out."""
        told: set[str] = set()
        for element in styles.iter() if styles is not None else ():
            if str(element.tag).startswith((f"{STYLE}header", f"{STYLE}footer")) and "properties" not in element.tag:
                text = running_text(self._flat(element))
                if text not in told:
                    told.add(text)
                    self.writer.paragraph(text)

    # Text

    def _flat(self, blocks: Iterable[Element]) -> str:
        """Return the text of blocks on one line, lists, tables and text boxes included."""
        texts: list[str] = []
        for block in blocks:
            text, boxes = self._text(block)
            texts += [text, *map(self._flat, boxes)]
        return " ".join(text.strip() for text in texts if text.strip())

    def _text(self, paragraph: Element) -> tuple[str, list[Element]]:
        """Return the text of a paragraph, and the text boxes that hang on it."""
        around, self._boxes = self._boxes, []
        text, boxes = "".join(self._pieces(paragraph)), self._boxes
        self._boxes = around
        return text, boxes

    def _pieces(self, element: Element) -> Iterator[str]:
        if element.tag in UNREAD or _is_withdrawn(element):
            return
        if told := _TOLD.get(element.tag):
            yield told(self, element)
        elif element.tag in BOXES:
            self._boxes.append(element)
        else:
            yield self._styled(element)
            if element.tag in (f"{TEXT}p", f"{TEXT}h"):
                yield " "  # a paragraph of a note or of a cell

    def _styled(self, element: Element) -> str:
        """Return the text of an element as its style shows it."""
        family = SHOWN.get(element.tag)
        own = self._styles.look(family, element.get(f"{TEXT}style-name", "")) if family else None
        around = self._look
        self._look = look = own.over(around) if own else around
        text = self._shown(element.text)
        for child in element:
            text += "".join(self._pieces(child)) + self._shown(child.tail)
        self._look = around
        if own is None or not own.place:
            return text
        return raised(text) if look.place == "raised" else lowered(text)

    def _shown(self, text: str | None) -> str:
        """Return letters, nothing of those that are struck or hidden."""
        if not text or self._look.struck or self._look.hidden:
            return ""
        font = self._look.font or ""
        return as_signs(_spaced(text), font) if is_of_signs(font) else _spaced(text)

    def _note(self, element: Element) -> str:
        body = element.find(f"{TEXT}note-body")
        if body is None or self._look.struck or self._look.hidden:
            return ""
        around, self._look = self._look, Look()
        text = self._flat(body)
        self._look = around
        return note(text)

    def _comment(self, element: Element) -> str:
        around, self._look = self._look, Look()
        text = self._flat(each for each in element if str(each.tag).startswith(TEXT))
        self._look = around
        if text:
            self.losses.add("comment", text)
        return ""

    def _object(self, element: Element) -> str:
        """Return an equation as text; other objects (a chart, a sheet) are counted."""
        name = posixpath.normpath(element.get(f"{XLINK}href", "")).lstrip("/")
        inside = element if len(element) else _tree(self._archive, f"{name}/content.xml")
        if inside is None:
            self.losses.add("object")
            return ""
        math = inside if inside.tag == f"{MATHML}math" else next(inside.iter(f"{MATHML}math"), None)
        if math is not None and (text := equation_text(math)):
            return text
        is_chart = any(str(each.tag).startswith(f"{{{_OASIS}chart:1.0}}") for each in inside.iter())
        self.losses.add("equation" if math is not None else "chart" if is_chart else "object")
        return ""

    def _control(self, element: Element) -> str:
        control = self._controls.get(element.get(f"{DRAW}control", ""))
        if control is None:
            self.losses.add("field")
            return ""
        return f" {_form_field(control)} "


_TOLD: dict[str, Callable[[_Body, Element], str]] = {
    f"{TEXT}s": lambda body, element: " ",
    f"{TEXT}tab": lambda body, element: " ",
    f"{TEXT}line-break": lambda body, element: "\n",
    f"{TEXT}note": _Body._note,
    f"{OFFICE}annotation": _Body._comment,
    f"{DRAW}object": _Body._object,
    f"{DRAW}object-ole": _Body._object,
    f"{DRAW}control": _Body._control,
}


def _form_field(control: Element) -> str:
    """Return what a field of a form shows: its box and label, its value, what is chosen from its list."""
    kind = str(control.tag).removeprefix(FORM)
    if kind in ("checkbox", "radio"):
        ticked = ("checked", "true")
        states = (control.get(f"{FORM}{name}") for name in ("current-state", "current-selected", "state", "selected"))
        is_ticked = next((state in ticked for state in states if state), False)
        return f"{'☑' if is_ticked else '☐'} {control.get(f'{FORM}label', '')}"
    if kind == "listbox":
        chosen = [each for each in control.iter(f"{FORM}option") if each.get(f"{FORM}current-selected") == "true"]
        return ", ".join(each.get(f"{FORM}label", "") for each in chosen)
    if kind in ("fixed-text", "frame"):
        return control.get(f"{FORM}label", "")
    if kind in ("button", "image", "hidden", "password"):
        return ""
    return control.get(f"{FORM}current-value") or control.get(f"{FORM}value") or ""


def _is_withdrawn(element: Element) -> bool:
    """Whether a section, a paragraph or a field is not shown."""
    if element.tag == f"{TEXT}section":
        return element.get(f"{TEXT}display") == "none"
    hiding = (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph")
    return element.tag in hiding and element.get(f"{TEXT}is-hidden") == "true"


def _rows(element: Element, is_head: bool = False) -> Iterator[tuple[Element, bool]]:
    """Yield the rows of a table, and whether they head it; those of a table inside one of them are part of its text."""
    for child in element:
        if child.tag == f"{TABLE}table-row":
            yield child, is_head
        else:
            yield from _rows(child, is_head or child.tag == f"{TABLE}table-header-rows")


def _number(element: Element, name: str, most: int = MOST_REPEATED) -> int:
    value = element.get(name, "")
    return max(1, min(int(value), most)) if re.fullmatch(r"[0-9]{1,9}", value) else 1


def _level(heading: Element) -> int:
    return int(heading.get(f"{TEXT}outline-level", "1"))


def _spaced(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _published(meta: Element | None) -> date | None:
    for name in (f"{DUBLIN_CORE}date", f"{META}creation-date"):
        try:
            return date.fromisoformat(_property(meta, name)[:10])
        except ValueError:
            continue
    return None


def _property(meta: Element | None, name: str) -> str:
    found = next(meta.iter(name), None) if meta is not None else None
    return "".join(found.itertext()) if found is not None else ""
