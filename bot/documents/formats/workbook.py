"""XLSX to sentences, a row each, as the sheets show them; what they hide is counted, not read."""

import re
import warnings
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import clean
from bot.documents.formats.archive import checked_archive
from bot.documents.formats.number_formats import shown
from bot.documents.formats.records import Row, write_records
from bot.documents.formats.typography import raised, settled
from bot.documents.formats.writer import Writer
from bot.documents.losses import Losses

DAMAGED = "fichier abîmé ou tronqué : copiez ou téléchargez-le de nouveau"
NOT_A_WORKBOOK = "ce n'est pas un classeur Excel (XLSX) : vérifiez le fichier ou son extension"
# A formula whose result the program that wrote it did not keep.
UNKEPT = re.compile(rb"<f\b[^<>]*+>(?:(?<=/>)|[^<]*+</f>)\s*+(?:<v\s*+/>|<v>\s*+</v>)?+\s*+</c>")
DRAWN_TEXT = re.compile(rb"<a:t>([^<]*)</a:t>")
WIDEST = 400  # columns
CORE = "docProps/core.xml"


def read_xlsx(data: bytes, limits: Limits) -> Content:
    """Return the sheets of a workbook, each under its name. Raise Unusable with the reason."""
    archive = checked_archive(data, limits, kind="XLSX")
    names = set(archive.namelist())
    if not any(name.startswith("xl/") for name in names):
        raise Unusable(NOT_A_WORKBOOK)
    losses = Losses()
    _count_unread(archive, names, losses)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it would not write back
        try:
            workbook = load_workbook(BytesIO(data), data_only=True, rich_text=True)
        except InvalidFileException:
            raise Unusable(NOT_A_WORKBOOK) from None
    writer = Writer()
    sheets = [sheet for sheet in workbook.worksheets if isinstance(sheet, Worksheet)]
    shown_sheets = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        if sheet not in shown_sheets:
            losses.add("hidden sheet", _text_of(sheet))
    for sheet in shown_sheets:
        _write_sheet(sheet, writer, losses, is_alone=len(shown_sheets) == 1)
    title, published = _properties(workbook) if CORE in names else ("", None)
    return Content(writer.text(), title=title, published=published, losses=losses.found(), places=writer.places())


def _count_unread(archive: ZipFile, names: set[str], losses: Losses) -> None:
    for name in sorted(names):
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            if count := len(UNKEPT.findall(archive.read(name))):
                losses.add("formula", count=count)
        elif re.fullmatch(r"xl/charts/chart\d*\.xml", name):
            losses.add("chart")
        elif re.fullmatch(r"xl/drawings/drawing\d*\.xml", name):
            for box in archive.read(name).split(b"</xdr:sp>")[:-1]:
                text = b" ".join(DRAWN_TEXT.findall(box)).decode("utf-8", "replace").strip()
                if text:
                    losses.add("text box", text)


def _write_sheet(sheet: Worksheet, writer: Writer, losses: Losses, *, is_alone: bool) -> None:
    rows = list(_rows(sheet, losses))
    if not any(any(row.cells) for row in rows):
        return
    name = clean(sheet.title)
    # « Feuil1 » is no title, where there is no other sheet to tell it from.
    if not is_alone or not re.fullmatch(r"(?:feuil|sheet|feuille)\s?\d*", name, re.IGNORECASE):
        writer.heading(2, name)
    first = sheet.auto_filter.ref or next((table.ref for table in sheet.tables.values()), "")
    top = int(found.group()) if (found := re.search(r"\d+", first or "")) else 0
    if top and any(row.number == top and any(row.cells) for row in rows):
        write_records([row for row in rows if row.number < top], writer, name)
        write_records([row for row in rows if row.number >= top], writer, name, is_headed=True)
    else:
        write_records(rows, writer, name)


def _rows(sheet: Worksheet, losses: Losses) -> Iterator[Row]:
    hidden = _hidden_columns(sheet)
    merged = _merged(sheet)
    unread: dict[str, list[str]] = {"hidden row": [], "hidden column": []}
    columns: set[int] = set()
    for cells in sheet.iter_rows(max_col=min(sheet.max_column or 1, WIDEST)):
        number = cells[0].row
        texts = [_told(merged.get((number, cell.column), cell), losses) for cell in cells]
        if sheet.row_dimensions[number].hidden and any(texts):
            unread["hidden row"].append(" ".join(texts))
            continue
        for cell, text in zip(cells, texts, strict=True):
            if cell.column in hidden and text:
                columns.add(cell.column)
                unread["hidden column"].append(text)
        kept = [(cell, text) for cell, text in zip(cells, texts, strict=True) if cell.column not in hidden]
        filled = [cell for cell, text in kept if text]
        is_bold = bool(filled) and all(cell.font.b for cell in filled if isinstance(cell, Cell))
        yield Row(number, tuple(text for _, text in kept), is_bold)
    for kind, count in (("hidden row", len(unread["hidden row"])), ("hidden column", len(columns))):
        if count:
            losses.add(kind, " ".join(unread[kind]), count=count)


def _hidden_columns(sheet: Worksheet) -> set[int]:
    """Return the numbers of the columns that are hidden; a group of them is declared by its first."""
    return {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for number in range(dimension.min, min(dimension.max, WIDEST) + 1)
    }


def _merged(sheet: Worksheet) -> dict[tuple[int, int], Cell | MergedCell]:
    """Return, for each cell that another one covers, that one."""
    covered: dict[tuple[int, int], Cell | MergedCell] = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] <= 10_000:
            first = sheet.cell(area.min_row, area.min_col)
            covered |= dict.fromkeys(area.cells, first)
    return covered


def _told(cell: Cell | MergedCell, losses: Losses) -> str:
    if cell.comment is not None and not isinstance(cell, MergedCell):
        losses.add("comment", cell.comment.text or "")
    value = cell.value
    if value is None or (cell.font and cell.font.strike) or cell.data_type == "e":
        return ""
    if isinstance(value, CellRichText):
        return " ".join(settled(clean("") + "".join(map(_run, value))).split())
    if isinstance(value, str):
        return " ".join(clean(value).split())
    return shown(value, cell.number_format or "")


def _run(run: str | TextBlock) -> str:
    if isinstance(run, str):
        return clean(run)
    text = clean(run.text)
    if run.font.strike:
        return " "
    return raised(text) if run.font.vertAlign == "superscript" else text


def _text_of(sheet: Worksheet) -> str:
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _properties(workbook: Workbook) -> tuple[str, date | None]:
    told = workbook.properties
    moment = told.modified or told.created
    return clean(str(told.title or "")).strip(), moment.date() if moment else None
