"""Read an Excel workbook: what its cells show, never what their formulas would do here."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from techrequests.exchange.archive import BROKEN, check_workbook
from techrequests.exchange.file_rows import (
    FileRows,
    Uncalculated,
    check_width,
    numbered,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from techrequests.exchange.file_rows import FileRow, Raw

_MOST_ROW_NUMBER = 2**20
"""A spreadsheet has no rows below."""
_ROW, _CELL, _FORMULA, _VALUE = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "c", "f", "v"))
_ZEROS = re.compile(r"0{2,}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAMAGE = (
    ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
    OSError, EOFError, AssertionError, zipfile.BadZipFile,
)  # fmt: skip
"""What openpyxl lets through of a damaged file."""


def read_workbook(name: str, content: bytes, tab: str, told: Callable[[int], None]) -> FileRows:
    """Read one tab of a workbook, by default the first that is not empty.

    Raises:
        InvalidError: It is none, is damaged, or would unpack to far more than it is.
    """
    check_workbook(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        tabs = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
        rows, found = _rows(tabs, tab, told)
        book.close()
    except _DAMAGE as error:
        raise refused(BROKEN) from error
    return FileRows(name=name, rows=rows, tab=found, tabs=tuple(tabs))


def _rows(
    tabs: dict[str, Any], wanted: str, told: Callable[[int], None]
) -> tuple[tuple[FileRow, ...], str]:
    if wanted and wanted not in tabs:
        raise refused(f"There is no tab “{wanted}”. There are: {', '.join(tabs)}.")
    for title in [wanted] if wanted else tabs:
        if rows := numbered(_cells(tabs[title]), told):
            return rows, title
    raise refused("The workbook is empty: nothing stands in any of its tabs.")


def _cells(sheet: Any) -> Iterator[tuple[int, list[Raw]]]:  # noqa: ANN401  # a read-only sheet, which the stubs do not know
    """The rows that the sheet holds, by number: what it claims of its size costs nothing."""
    formulas = _without_value(sheet)
    last = 0
    with sheet._get_source() as source:  # noqa: SLF001  # its own `iter_rows` fills every gap with empty rows
        for number, cells in _parser(sheet, source).parse():
            if number > _MOST_ROW_NUMBER:
                raise refused(f"Row {number:,} is below the last row that a spreadsheet has.")
            if number > last:
                last = number
                yield (
                    number,
                    _row(number, [ReadOnlyCell(sheet, **cell) for cell in cells], formulas),
                )


def _parser(sheet: Any, source: IO[bytes]) -> WorkSheetParser:  # noqa: ANN401
    book = sheet.parent
    return WorkSheetParser(
        source,
        sheet._shared_strings,  # noqa: SLF001
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,  # noqa: SLF001
        timedelta_formats=book._timedelta_formats,  # noqa: SLF001
    )


def _row(number: int, cells: Sequence[Any], formulas: dict[str, Uncalculated]) -> list[Raw]:
    """The cells of a row from its first column on, those that are missing as empty ones."""
    found = {cell.column: raw for cell in cells if (raw := _raw(cell, formulas)) != ""}
    width = max(found, default=0)
    check_width(number, width)
    return [found.get(column, "") for column in range(1, width + 1)]


def _without_value(sheet: Any) -> dict[str, Uncalculated]:  # noqa: ANN401
    """The formulas of a sheet whose value was never worked out, by coordinate.

    openpyxl reads either values or formulas, and cannot tell such a cell from an empty one.
    """
    found: dict[str, Uncalculated] = {}
    with sheet._get_source() as source:  # noqa: SLF001  # it has no other way to the sheet's XML
        for _, element in iterparse(source):
            if element.tag == _CELL and _is_uncalculated(element):
                words = element.findtext(_FORMULA) or ""
                found[element.get("r", "")] = Uncalculated(f"={words}")
            if element.tag == _ROW:
                element.clear()
    return found


def _is_uncalculated(cell: Any) -> bool:  # noqa: ANN401  # an element of either XML library
    # A formula that comes to an empty text has no value either, but is marked as a text.
    has_formula = cell.find(_FORMULA) is not None
    return has_formula and not cell.findtext(_VALUE) and cell.get("t") != "str"


def _raw(cell: Any, formulas: dict[str, Uncalculated]) -> Raw:  # noqa: ANN401  # one of openpyxl's kinds of cell
    value = cell.value
    if value is None:
        return formulas.get(getattr(cell, "coordinate", ""), "") if formulas else ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, (bool, int, float)):
        return _shown(value, cell.number_format)
    if isinstance(value, datetime):
        whole = value.time() == time()
        return value.date() if whole else value
    if isinstance(value, (date, time, timedelta)):
        return value if isinstance(value, date) else str(value)
    return str(value)


def _shown(value: float, number_format: str) -> Raw:
    """A number as the cell shows it, where zeros in front belong to it."""
    zeros = _ZEROS.fullmatch(number_format or "")
    if zeros and not isinstance(value, bool) and value == int(value) and value >= 0:
        return f"{int(value):0{len(number_format)}d}"
    return value
