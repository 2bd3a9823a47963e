"""DOCX to plain Markdown: what a reader of the document sees, in reading order; what is not read is counted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import checked_archive
from bot.documents.formats.equations import equation_text
from bot.documents.formats.grid import Cell
from bot.documents.formats.ooxml import Package
from bot.documents.formats.symbols import as_signs, is_of_signs
from bot.documents.formats.typography import lowered, note, raised
from bot.documents.formats.word_styles import Styles, W, is_on
from bot.documents.formats.writer import Writer, running_text
from bot.documents.formats.xmltree import outermost
from bot.documents.losses import Losses

MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/"
VML: Final = "{urn:schemas-microsoft-com:vml}"
HEADING_STYLE = re.compile(r"^(?:heading|titre) (\d)$", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"^(?:toc|table of figures|tm) ?\d?", re.IGNORECASE)
LIST_STYLES = ("List Bullet", "List Number", "List Paragraph Bullet")
PAGE_FIELD = re.compile(r"^\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
# What is not read: deleted text, field codes, properties.
UNREAD: Final = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "sdtPr", "tblPr")
) | {f"{W}{name}" for name in ("trPr", "tcPr", "sectPr", "footnoteRef", "endnoteRef", "softHyphen", "annotationRef")}
# What stands around blocks, or around runs, without being one.
AROUND: Final = frozenset(f"{W}{name}" for name in ("ins", "moveTo", "customXml", "smartTag", "sdtContent"))
BOX: Final = f"{W}txbxContent"
NOTES: Final = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
NOT_WORD = "ce n'est pas un document Word : vérifiez le fichier ou son extension"
# The empty document that python-docx starts from, dated so.
TEMPLATE_DAY = date(2013, 12, 23)
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
DEEPEST_CHUNK = 3


def read_docx(data: bytes, limits: Limits) -> Content:
    """Return the text of a Word document, its properties, and what was not read. Raise Unusable with the reason."""
    return _read(data, limits, 0)


def _read(data: bytes, limits: Limits, depth: int) -> Content:
    archive = checked_archive(data, limits, kind="DOCX")
    with archive:
        package = Package(archive)
        main = package.main()
        root = package.tree(main)
        body = root.find(f"{W}body") if root is not None and root.tag == f"{W}document" else None
        if body is None:
            raise Unusable(NOT_WORD)
        reader = _Body(package, main, limits, depth)
        reader.write(body)
        reader.write_running(body)
        reader.count_comments()
        properties = package.core_properties()
    return Content(
        clean(reader.writer.text()),
        title=clean(_property(properties, f"{DUBLIN_CORE}title")).strip(),
        published=_day(_property(properties, f"{TERMS}modified")) or _day(_property(properties, f"{TERMS}created")),
        losses=reader.losses.found(),
        headers=frozenset(map(clean, reader.writer.headers)),
    )


class _Body:
    """Writes blocks in order; a paragraph's text boxes come after it."""

    def __init__(self, package: Package, main: str, limits: Limits, depth: int) -> None:
        self.writer = Writer()
        self.losses = Losses()
        self._package = package
        self._limits = limits
        self._depth = depth
        self._part = main
        self._main = main
        self._styles = Styles(self._tree_of("styles"))
        self._notes = {kind: self._notes_of(kind) for kind in NOTES.values()}
        self._has_title = False
        self._paragraph: Element | None = None
        self._table: Element | None = None
        self._fields: list[tuple[str, bool]] = []  # codes of the open fields, and whether their results have begun
        self._boxes: list[Element] = []

    def _tree_of(self, kind: str) -> Element | None:
        parts = self._package.related(self._main, kind)
        return self._package.tree(parts[0]) if parts else None

    def _notes_of(self, kind: str) -> dict[str, Element]:
        tree = self._tree_of(kind)
        return {each.get(f"{W}id", ""): each for each in (tree if tree is not None else ())}

    # Blocks

    def write(self, container: Element) -> None:
        """Write paragraphs and tables in order, those in content controls (w:sdt) included."""
        for element in container:
            if element.tag == f"{W}p":
                self._write_paragraph(element)
            elif element.tag == f"{W}tbl":
                self._write_table(element)
            elif element.tag == f"{W}sdt":
                if not _is_contents(element):
                    self.write(element)
            elif element.tag in (f"{W}altChunk", f"{W}subDoc"):
                self._write_chunk(element)
            elif element.tag == f"{COMPATIBILITY}AlternateContent":
                self.write(self._alternative(element))
            elif element.tag == f"{MATH}oMathPara":
                self.writer.paragraph(self._equation(element))
            elif element.tag in AROUND:
                self.write(element)

    def _write_paragraph(self, element: Element) -> None:
        styles = self._styles.of_paragraph(element)
        names = [_name(style) for style in styles] or [""]
        if CONTENTS_STYLE.match(names[0]):
            return
        text, boxes = self._text(element)
        if names[0] in ("Title", "Titre"):
            self._has_title = self._has_title or bool(text.strip())
            self.writer.heading(1, text)
        elif level := _heading_level(element, styles, names):
            self.writer.heading(level + self._has_title, text)
        elif (depth := _item_depth(element, styles, names)) is not None:
            self.writer.item(text, depth)
        else:
            self.writer.paragraph(text)
        for box in boxes:
            self.write(box)

    def _write_table(self, table: Element) -> None:
        around, self._table = self._table, table
        rows: list[list[Cell]] = []
        going_on: dict[int, tuple[list[Cell], int]] = {}  # column → the row of a cell that goes down, its place there
        heads = 0
        for row in _parts(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            if is_on(row.find(f"{W}trPr/{W}tblHeader")) and heads == len(rows):
                heads += 1
            rows.append(self._row(row, going_on))
        self._table = around
        self.writer.table(rows, heads or _has_first_row(table, rows))

    def _row(self, row: Element, going_on: dict[int, tuple[list[Cell], int]]) -> list[Cell]:
        """Return the cells that begin in a row; those of the rows above that go on in it grow."""
        column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
        cells = [Cell("", column)] if column else []
        for cell in _parts(row, f"{W}tc"):
            across = _number(cell.find(f"{W}tcPr/{W}gridSpan"))
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is None or merged.get(f"{W}val", "continue") != "continue" or column not in going_on:
                going_on.pop(column, None)
                if merged is not None:
                    going_on[column] = cells, len(cells)
                is_deleted = cell.find(f"{W}tcPr/{W}cellDel") is not None
                cells.append(Cell("" if is_deleted else self._flat(cell), across))
            else:
                begun, place = going_on[column]
                begun[place] = replace(begun[place], down=begun[place].down + 1)
            column += across
        return cells

    def _write_chunk(self, element: Element) -> None:
        """Write a document of another kind that this one holds: HTML, text, Word."""
        relation = self._package.relations(self._part).get(element.get(f"{RELATION}id", ""))
        data = self._package.data(relation.target) if relation and relation.target else None
        content = self._chunk(relation.target if relation else "", data) if data else None
        if content is None:
            self.losses.add("chunk")
            return
        self.writer.content(content)
        self.losses.take(content.losses)

    def _chunk(self, name: str, data: bytes) -> Content | None:
        from bot.documents.formats.parsing import parse_chunk

        if self._depth >= DEEPEST_CHUNK:
            return None
        if data.startswith(b"PK"):
            try:
                return _read(data, self._limits, self._depth + 1)
            except Unusable:
                return None
        return parse_chunk(name, data)

    def write_running(self, body: Element) -> None:
        """Write what headers and footers say, once each, after the rest; page numbers are left out."""
        told: set[str] = set()
        for kind in ("header", "footer"):
            for part in self._package.related(self._main, kind):
                root = self._package.tree(part)
                self._part = part
                text = running_text(self._flat(root)) if root is not None else ""
                if text not in told:
                    told.add(text)
                    self.writer.paragraph(text)
        self._part = self._main

    def count_comments(self) -> None:
        comments = self._tree_of("comments")
        for comment in comments if comments is not None else ():
            if (text := self._flat(comment)).strip():
                self.losses.add("comment", text)

    # Text

    def _flat(self, container: Element) -> str:
        """Return the text of blocks on one line, tables and text boxes included."""
        texts: list[str] = []
        for paragraph in _parts(container, f"{W}p", f"{MATH}oMathPara"):
            if paragraph.tag != f"{W}p":
                texts.append(self._equation(paragraph))
                continue
            text, boxes = self._text(paragraph)
            texts += [text, *map(self._flat, boxes)]
        return " ".join(text for text in texts if text.strip())

    def _text(self, paragraph: Element) -> tuple[str, list[Element]]:
        """Return the text of a paragraph, and the text boxes that hang on it."""
        around = self._paragraph, self._boxes, self._fields
        self._paragraph, self._boxes, self._fields = paragraph, [], []
        text, boxes = "".join(self._pieces(paragraph)), self._boxes
        self._paragraph, self._boxes, self._fields = around
        return text, boxes

    def _pieces(self, element: Element) -> Iterator[str]:
        for child in element:
            if child.tag in UNREAD:
                if child.tag == f"{W}instrText" and self._fields:
                    self._fields[-1] = (self._fields[-1][0] + (child.text or ""), self._fields[-1][1])
            elif child.tag == f"{W}r":
                yield self._run(child)
            elif told := _TOLD.get(child.tag):
                yield told(self, child)
            elif child.tag == f"{W}fldSimple" and PAGE_FIELD.match(child.get(f"{W}instr", "")):
                continue
            else:
                yield from self._pieces(child)

    def _run(self, run: Element) -> str:
        look = self._styles.look(run, self._paragraph, self._table)
        if look.struck or look.hidden:
            self._follow_fields(run)
            return ""
        text = "".join(self._pieces(run))
        if is_of_signs(look.font):
            text = as_signs(text, look.font)
        if look.place:
            text = raised(text) if look.place == "raised" else lowered(text)
        return text

    def _follow_fields(self, run: Element) -> None:
        for mark in run.iter(f"{W}fldChar"):
            self._field_mark(mark)

    def _letters(self, element: Element) -> str:
        in_page_number = any(has_begun and PAGE_FIELD.match(code) for code, has_begun in self._fields)
        return "" if in_page_number else element.text or ""

    def _break(self, element: Element) -> str:
        return " " if element.get(f"{W}type") == "page" else "\n"

    def _sign(self, element: Element) -> str:
        code = element.get(f"{W}char", "")
        letter = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else ""
        return as_signs(letter, element.get(f"{W}font", ""))

    def _field_mark(self, element: Element) -> str:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(("", False))
            return _form_field(element.find(f"{W}ffData"))
        if kind == "separate" and self._fields:
            self._fields[-1] = (self._fields[-1][0], True)
        elif kind == "end" and self._fields:
            self._fields.pop()
        return ""

    def _note(self, reference: Element) -> str:
        kind = NOTES[reference.tag]
        found = self._notes[kind].get(reference.get(f"{W}id", ""))
        if found is None:
            self.losses.add("note")
            return ""
        around, self._part = self._part, next(iter(self._package.related(self._main, kind)), self._part)
        text = self._flat(found)
        self._part = around
        return note(text)

    def _equation(self, element: Element) -> str:
        if text := equation_text(element):
            return text
        self.losses.add("equation")
        return ""

    def _control(self, control: Element) -> str:
        """Return the text of a content control; a box that shows no sign is told by its state."""
        text = "".join(self._pieces(control))
        box = control.find(f"{W}sdtPr/{W14}checkbox")
        if box is None or text.strip():
            return text
        state = box.find(f"{W14}checked")
        return "☑" if state is not None and state.get(f"{W14}val") in ("1", "true", "on") else "☐"

    def _alternative(self, element: Element) -> Element:
        """Return the first of several forms of one thing that holds text; the others say the same."""
        forms = list(element)
        return next((form for form in forms if _holds_text(form)), forms[0] if forms else element)

    def _chosen(self, element: Element) -> str:
        return "".join(self._pieces(self._alternative(element)))

    def _picture(self, element: Element) -> str:
        """Return what a drawing spells, take up its text boxes, and count what it holds that is not read."""
        chosen = self._alternative_of(element)
        boxes = list(outermost(chosen, BOX))
        self._boxes += boxes
        spelt = [each.get("string", "") for each in chosen.iter(f"{VML}textpath")]
        for data in chosen.iter(f"{DRAWING}main}}graphicData"):
            self._count_graphic(data)
        return " ".join(spelt)

    def _alternative_of(self, element: Element) -> Element:
        """Return a drawing with one form of each of the things that it has in several."""
        copy = Element(element.tag, element.attrib)
        for child in element:
            if child.tag == f"{COMPATIBILITY}AlternateContent":
                copy.extend(self._alternative_of(self._alternative(child)))
            elif child.tag == BOX:
                copy.append(child)
            else:
                copy.append(self._alternative_of(child))
        return copy

    def _count_graphic(self, data: Element) -> None:
        kind = data.get("uri", "").rpartition("/")[2]
        if kind == "chart":
            self.losses.add("chart")
        elif kind == "diagram":
            texts = self._diagram(data)
            if texts:
                box = Element(BOX)
                box.extend(texts)
                self._boxes.append(box)
            else:
                self.losses.add("diagram")

    def _diagram(self, data: Element) -> list[Element]:
        """Return the texts of a diagram (SmartArt) as paragraphs."""
        ids = next((each for each in data if each.tag.endswith("}relIds")), None)
        relation = self._package.relations(self._part).get(ids.get(f"{RELATION}dm", "") if ids is not None else "")
        tree = self._package.tree(relation.target) if relation else None
        paragraphs = []
        for paragraph in tree.iter(f"{DRAWING}main}}p") if tree is not None else ():
            if text := "".join(each.text or "" for each in paragraph.iter(f"{DRAWING}main}}t")).strip():
                paragraphs.append(_paragraph_of(text))
        return paragraphs

    def _object(self, element: Element) -> str:
        boxes = list(outermost(element, BOX))
        self._boxes += boxes
        program = next((each.get("ProgID", "") for each in element.iter() if "ProgID" in each.attrib), "")
        if not boxes:
            self.losses.add("equation" if program.startswith("Equation") else "object")
        return ""


_TOLD: dict[str, Callable[[_Body, Element], str]] = {
    f"{W}t": _Body._letters,
    f"{W}br": _Body._break,
    f"{W}cr": _Body._break,
    f"{W}tab": lambda body, element: " ",
    f"{W}ptab": lambda body, element: " ",
    f"{W}noBreakHyphen": lambda body, element: "-",
    f"{W}sym": _Body._sign,
    f"{W}fldChar": _Body._field_mark,
    f"{W}footnoteReference": _Body._note,
    f"{W}endnoteReference": _Body._note,
    f"{W}sdt": _Body._control,
    f"{W}drawing": _Body._picture,
    f"{W}pict": _Body._picture,
    f"{W}object": _Body._object,
    f"{MATH}oMath": _Body._equation,
    f"{MATH}oMathPara": _Body._equation,
    f"{COMPATIBILITY}AlternateContent": _Body._chosen,
}


def _parts(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the parts of a table, a row or a cell, those in revisions and content controls included."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in UNREAD:
            yield from _parts(child, *tags)


def _holds_text(form: Element) -> bool:
    return any((each.tag in _SPELT and (each.text or "").strip()) or each.tag in _DRAWN for each in form.iter())


_SPELT = frozenset({f"{W}t", f"{MATH}t"})
_DRAWN = frozenset({f"{W}sym", f"{VML}textpath", f"{DRAWING}chart}}chart", f"{DRAWING}diagram}}relIds"})


def _paragraph_of(text: str) -> Element:
    paragraph, run, letters = Element(f"{W}p"), Element(f"{W}r"), Element(f"{W}t")
    letters.text = text
    run.append(letters)
    paragraph.append(run)
    return paragraph


def _form_field(data: Element | None) -> str:
    """Return what an old form field shows when its result is not text: a box, or what is chosen from a list."""
    if data is None:
        return ""
    if (box := data.find(f"{W}checkBox")) is not None:
        state = box.find(f"{W}checked")
        return "☑" if is_on(box.find(f"{W}default") if state is None else state) else "☐"
    if (choices := data.find(f"{W}ddList")) is not None:
        entries = [each.get(f"{W}val", "") for each in choices.iter(f"{W}listEntry")]
        found = choices.find(f"{W}result")
        chosen = _number(found if found is not None else choices.find(f"{W}default"), 0)
        return entries[chosen] if chosen < len(entries) else ""
    return ""


def _is_contents(control: Element) -> bool:
    gallery = next(control.iter(f"{W}docPartGallery"), None)
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _name(style: Element) -> str:
    name = style.find(f"{W}name")
    return name.get(f"{W}val", "") if name is not None else ""


def _heading_level(paragraph: Element, styles: list[Element], names: list[str]) -> int:
    for name in names:
        if found := HEADING_STYLE.match(name):
            return int(found.group(1))
    for element in (paragraph, *styles):
        level = element.find(f"{W}pPr/{W}outlineLvl")
        if level is not None:
            value = _number(level, 9)
            return value + 1 if value < 9 else 0
    return 0


def _item_depth(paragraph: Element, styles: list[Element], names: list[str]) -> int | None:
    for element in (paragraph, *styles):
        numbering = element.find(f"{W}pPr/{W}numPr")
        if numbering is not None:
            number = numbering.find(f"{W}numId")
            if number is not None and number.get(f"{W}val") == "0":
                return None  # numbering taken off
            return _number(numbering.find(f"{W}ilvl"), 0)
    return 0 if any(name.startswith(LIST_STYLES) for name in names) else None


def _number(element: Element | None, default: int = 1) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if re.fullmatch(r"\d{1,4}", value) else default


def _has_first_row(table: Element, rows: list[list[Cell]]) -> int:
    """Whether the style of a table sets its first row off, as its headings; not when it holds figures alone."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None or len(rows) < 3:
        return 0
    flags = look.get(f"{W}firstRow") or ("1" if int(look.get(f"{W}val", "0") or "0", 16) & 0x20 else "0")
    has_words = all(any(map(str.isalpha, cell.text)) for cell in rows[0] if cell.text.strip())
    return int(flags in ("1", "true", "on") and has_words)


def _property(properties: Element | None, name: str) -> str:
    found = properties.find(name) if properties is not None else None
    return (found.text or "") if found is not None else ""


def _day(stamp: str) -> date | None:
    try:
        day = date.fromisoformat(stamp.strip()[:10])
    except ValueError:
        return None
    return day if day != TEMPLATE_DAY else None
