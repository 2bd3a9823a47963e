"""What a page of a PDF shows, by PDFium: letters with their place, lines drawn through them, forms, annotations."""

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from bot.documents.encodings import clean

# Letters may be drawn several times; a page of more objects than this, or forms deeper than that, is a trap.
MOST_OBJECTS = 200_000
DEEPEST_FORM = 8
THIN = 3.0  # points: what is higher is no line
NO_UNICODE = frozenset({0, 0xFFFD, 0xFFFE, 0xFFFF})
HIDDEN = 0x02  # flags of annotations
COMMENTS = frozenset(
    {pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE, pdfium.FPDF_ANNOT_SQUIGGLY}
)
TICKED = frozenset({pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON})
VALUED = frozenset({pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX})
PASSWORD = 1 << 13

Fill = Callable[[Any, int], int]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Glyph:
    """A letter; `left` and `right` are along its line, `y` is where the line stands. In points, y upwards."""

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    spaced: bool = False  # a space was drawn before it
    struck: bool = False  # a line is drawn through it


@dataclass(frozen=True)
class Rule:
    """A thin line, horizontal for who reads the text."""

    left: float
    right: float
    y: float


@dataclass(frozen=True)
class Filled:
    """A value in a form, or a note written on the page, and where it stands."""

    name: str
    value: str
    left: float
    bottom: float
    right: float
    top: float
    box: bool = False  # one to tick


@dataclass
class View:
    """A page for one way of holding it: most have one; a text in the margin or a stamp, turned, makes another."""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)


@dataclass
class Shown:
    """What a page shows. `unnamed` letters are those whose font does not say what they are."""

    views: list[View] = field(default_factory=list)
    unnamed: int = 0
    has_image: bool = False
    comments: list[str] = field(default_factory=list)


def shown_on(page: pdfium.FPDF_PAGE, form: pdfium.FPDF_FORMHANDLE | None) -> Shown:
    """Return what a page shows, the letters that a line is drawn through marked."""
    shown = Shown()
    by_angle: dict[int, View] = {}
    _read_letters(page, shown, by_angle)
    segments = list(_segments(page, shown))
    struck = list(_read_annotations(page, form, shown, by_angle, segments))
    for angle, view in by_angle.items():
        view.rules = [rule for segment in segments if (rule := _rule(*segment, angle))]
        zones = [_turned_zone(zone, angle) for zone in struck]
        for glyph in view.glyphs if view.rules or zones else ():
            glyph.struck = _is_struck(glyph, view.rules, zones)
    # The upright first, then by the number of letters.
    shown.views = [by_angle[angle] for angle in sorted(by_angle, key=lambda each: -len(by_angle[each].glyphs))]
    return shown


# Letters


@dataclass
class _Look:
    angle: int
    size: float
    bold: bool


def _read_letters(page: pdfium.FPDF_PAGE, shown: Shown, by_angle: dict[int, View]) -> None:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return
    try:
        _Letters(text, shown, by_angle).read()
    finally:
        pdfium.FPDFText_ClosePage(text)


class _Letters:
    def __init__(self, text: pdfium.FPDF_TEXTPAGE, shown: Shown, by_angle: dict[int, View]) -> None:
        self._text = text
        self._shown = shown
        self._by_angle = by_angle
        self._object: int | None = -1
        self._look = _Look(0, 0.0, False)
        self._looks: dict[int, bool] = {}
        self._last: tuple[Glyph, float, float, int | None] | None = None

    def read(self) -> None:
        spaced, high = False, 0
        for index in range(pdfium.FPDFText_CountChars(self._text)):
            code = pdfium.FPDFText_GetUnicode(self._text, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if high and 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            high = 0
            if pdfium.FPDFText_IsGenerated(self._text, index) == 1:
                continue
            if code in (0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x202F, 0x2009):
                spaced = True
                continue
            if code in NO_UNICODE or pdfium.FPDFText_HasUnicodeMapError(self._text, index) == 1:
                self._shown.unnamed += 1
                continue
            if glyph := self._glyph(index, chr(code)):
                glyph.spaced = spaced
                spaced = False

    def _glyph(self, index: int, character: str) -> Glyph | None:
        # A hyphen that ends a line is told by PDFium as a mark of its own.
        character = "-" if character in "\x02\xad" else character
        text = clean(character) if character > "\x7f" else character
        if not text.strip() or text < " ":
            return None
        self._see(index)
        x, y = ctypes.c_double(), ctypes.c_double()
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetCharOrigin(self._text, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(self._text, index, box)
        look = self._look
        if self._last is not None and self._last[1:] == (x.value, y.value, self._object):
            # A ligature, of which PDFium tells the letters one by one.
            self._last[0].text += text
            return None
        left, baseline = _turned(x.value, y.value, look.angle)
        right = max(
            _turned(each, other, look.angle)[0] for each in (box.left, box.right) for other in (box.bottom, box.top)
        )
        glyph = Glyph(text, left, max(right, left), baseline, look.size, look.bold)
        self._by_angle.setdefault(look.angle, View()).glyphs.append(glyph)
        self._last = glyph, x.value, y.value, self._object
        return glyph

    def _see(self, index: int) -> None:
        """Look at the font and the size, where they may have changed."""
        drawn = pdfium.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(drawn, ctypes.c_void_p).value
        if key == self._object and key is not None:
            return
        self._object = key
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self._text, index) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 5) * 5 % 360
        self._look = _Look(angle, max(0.1, round(abs(size), 1)), self._is_bold(drawn))

    def _is_bold(self, drawn: pdfium.FPDF_PAGEOBJECT) -> bool:
        font = pdfium.FPDFTextObj_GetFont(drawn) if drawn else None
        key = ctypes.cast(font, ctypes.c_void_p).value if font else None
        if key is None:
            return False
        if key not in self._looks:
            name = _bytes(partial(_base_name, font)).decode("utf-8", "replace").lower()
            self._looks[key] = any(word in name for word in ("bold", "black", "heavy", "-bd", "cmbx"))
        return self._looks[key]


def _base_name(font: Any, buffer: Any, size: int) -> int:
    return int(pdfium.FPDFFont_GetBaseFontName(font, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char)), size))


def wide_text(fill: Fill) -> str:
    """Return the UTF-16 that a function of PDFium writes to a buffer; it is first asked for the length."""
    return _bytes(fill)[:-2].decode("utf-16-le", "replace")


def _bytes(fill: Fill) -> bytes:
    length = fill(None, 0)
    if length <= 1:
        return b""
    buffer = ctypes.create_string_buffer(length)
    fill(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    return buffer.raw[:length]


def _turned(x: float, y: float, angle: int) -> tuple[float, float]:
    if angle == 0:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos + y * sin, y * cos - x * sin


# Lines


def _segments(page: pdfium.FPDF_PAGE, shown: Shown) -> Iterator[tuple[float, float, float, float]]:
    """Yield the thin things drawn on a page, each as the two ends of a line."""
    left = MOST_OBJECTS
    waiting = [(pdfium.FPDFPage_GetObject(page, n), IDENTITY, 0) for n in range(pdfium.FPDFPage_CountObjects(page))]
    waiting.reverse()
    while waiting and left:
        left -= 1
        drawn, matrix, depth = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            shown.has_image = True
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST_FORM:
            inner = _times(_matrix(drawn), matrix)
            count = pdfium.FPDFFormObj_CountObjects(drawn)
            waiting += [(pdfium.FPDFFormObj_GetObject(drawn, n), inner, depth + 1) for n in range(count)]
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _thin_parts(drawn, _times(_matrix(drawn), matrix))


def _matrix(drawn: pdfium.FPDF_PAGEOBJECT) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, found):
        return IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _thin_parts(path: pdfium.FPDF_PAGEOBJECT, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    part: list[tuple[float, float]] = []
    for number in range(min(pdfium.FPDFPath_CountSegments(path), 4000)):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = matrix
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _thin_part(part, bool(stroke.value))
            part = []
        part.append(point)
    yield from _thin_part(part, bool(stroke.value))


def _thin_part(part: list[tuple[float, float]], is_stroked: bool) -> Iterator[tuple[float, float, float, float]]:
    if len(part) < 2:
        return
    xs, ys = [x for x, _ in part], [y for _, y in part]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if min(width, height) <= THIN or len(part) == 2:
        first, last = min(part), max(part)
        if width >= height:
            middle = (max(ys) + min(ys)) / 2
            # A slanted line keeps its ends; a thin shape is one line through its middle.
            yield (min(xs), middle, max(xs), middle) if height <= THIN else (*first, *last)
        else:
            middle = (max(xs) + min(xs)) / 2
            yield middle, min(ys), middle, max(ys)
    elif is_stroked:
        for (x1, y1), (x2, y2) in pairwise(part):
            yield x1, y1, x2, y2


def _rule(x1: float, y1: float, x2: float, y2: float, angle: int) -> Rule | None:
    """Return a line as one that runs along the text, None when it does not."""
    (left, low), (right, high) = sorted((_turned(x1, y1, angle), _turned(x2, y2, angle)))
    if right - left < 2 or abs(high - low) > 0.05 * (right - left) + 0.5:
        return None
    return Rule(left, right, (low + high) / 2)


def _is_struck(glyph: Glyph, rules: list[Rule], zones: list[tuple[float, float, float, float]]) -> bool:
    middle, height = (glyph.left + glyph.right) / 2, glyph.size
    low, high = glyph.y + 0.13 * height, glyph.y + 0.5 * height
    return any(rule.left <= middle <= rule.right and low <= rule.y <= high for rule in rules) or any(
        left <= middle <= right and bottom <= glyph.y + 0.25 * height <= top for left, bottom, right, top in zones
    )


# Forms and annotations


def _read_annotations(
    page: pdfium.FPDF_PAGE,
    form: pdfium.FPDF_FORMHANDLE | None,
    shown: Shown,
    by_angle: dict[int, View],
    segments: list[tuple[float, float, float, float]],
) -> Iterator[tuple[float, float, float, float]]:
    """Note what annotations and fields hold; yield the zones that are struck out."""
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        try:
            if pdfium.FPDFAnnot_GetFlags(note) & HIDDEN:
                continue
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            if kind == pdfium.FPDF_ANNOT_STRIKEOUT:
                yield from _zones(note)
            elif kind == pdfium.FPDF_ANNOT_LINE:
                start, end = pdfium.FS_POINTF(), pdfium.FS_POINTF()
                if pdfium.FPDFAnnot_GetLine(note, start, end):
                    segments.append((start.x, start.y, end.x, end.y))
            elif filled := _written(note, kind, form):
                _place(by_angle, filled)
            elif kind in COMMENTS and (text := _contents(note)):
                shown.comments.append(text)
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _place(by_angle: dict[int, View], filled: Filled) -> None:
    """Put a value on the page, held as most of its text is."""
    angle = max(by_angle, key=lambda each: len(by_angle[each].glyphs), default=0)
    left, bottom, right, top = _turned_zone((filled.left, filled.bottom, filled.right, filled.top), angle)
    view = by_angle.setdefault(angle, View())
    view.filled.append(replace(filled, left=left, bottom=bottom, right=right, top=top))


def _turned_zone(zone: tuple[float, float, float, float], angle: int) -> tuple[float, float, float, float]:
    left, bottom, right, top = zone
    corners = [_turned(x, y, angle) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _zones(note: pdfium.FPDF_ANNOTATION) -> Iterator[tuple[float, float, float, float]]:
    for number in range(pdfium.FPDFAnnot_CountAttachmentPoints(note)):
        quad = pdfium.FS_QUADPOINTSF()
        if pdfium.FPDFAnnot_GetAttachmentPoints(note, number, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield min(xs), min(ys), max(xs), max(ys)


def _contents(note: pdfium.FPDF_ANNOTATION) -> str:
    return _told(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))


def _told(fill: Fill) -> str:
    return clean(wide_text(fill)).strip()


def _written(note: pdfium.FPDF_ANNOTATION, kind: int, form: pdfium.FPDF_FORMHANDLE | None) -> Filled | None:
    """Return what an annotation writes on the page: the value of a field, a text."""
    if kind == pdfium.FPDF_ANNOT_WIDGET and form:
        return _field(note, form)
    return _free_text(note) if kind == pdfium.FPDF_ANNOT_FREETEXT else None


def _free_text(note: pdfium.FPDF_ANNOTATION) -> Filled | None:
    text, box = _contents(note), _box(note)
    return Filled("", text, *box) if text and box else None


def _box(note: pdfium.FPDF_ANNOTATION) -> tuple[float, float, float, float] | None:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(note, rect):
        return None
    return (
        min(rect.left, rect.right),
        min(rect.bottom, rect.top),
        max(rect.left, rect.right),
        max(rect.bottom, rect.top),
    )


def _field(note: pdfium.FPDF_ANNOTATION, form: pdfium.FPDF_FORMHANDLE) -> Filled | None:
    kind, box = pdfium.FPDFAnnot_GetFormFieldType(form, note), _box(note)
    if box is None:
        return None
    title = _told(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldAlternateName(form, note, buffer, size))
    name = title or _told(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldName(form, note, buffer, size))
    if kind in TICKED:
        choice = _told(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldExportValue(form, note, buffer, size))
        state = _told(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"AS", buffer, size))
        # What is shown is the state; without one, the value of the field.
        is_ticked = state != "Off" if state else bool(pdfium.FPDFAnnot_IsChecked(form, note))
        return Filled(name, f"{'☑' if is_ticked else '☐'} {choice}".strip(), *box, box=True)
    if kind in VALUED and not pdfium.FPDFAnnot_GetFormFieldFlags(form, note) & PASSWORD:
        value = _told(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, note, buffer, size))
        return Filled(name, value, *box) if value else None
    return None
