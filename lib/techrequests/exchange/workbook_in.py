"""Read an Excel workbook: what its cells show, never what their formulas would do here."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import WorkSheetParser

from techrequests.exchange.archive import BROKEN, check_workbook
from techrequests.exchange.file_rows import (
    DAY_ZERO,
    FileRows,
    ShownNumber,
    check_width,
    numbered,
    refused,
)
from techrequests.exchange.number_formats import is_plain, shown_number, shown_text
from techrequests.exchange.sheet_marks import marks_of
from techrequests.exchange.workbook_words import other_kind, other_tabs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from techrequests.exchange.file_rows import FileRow, Raw, Uncalculated
    from techrequests.exchange.sheet_marks import Marks

_MOST_ROW_NUMBER = 2**20
"""A spreadsheet has no rows below."""
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
    if words := other_kind(content):
        raise refused(words)
    check_workbook(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        tabs = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        day_zero = book.epoch.date()
        read = _read(tabs, tab, day_zero, told)
        book.close()
    except _DAMAGE as error:
        raise refused(BROKEN) from error
    return FileRows(
        name=name,
        rows=read.rows,
        tab=read.tab,
        tabs=tuple(tabs),
        notes=tuple(other_tabs(read.tab, list(tabs), hidden)),
        hidden=frozenset(read.marks.hidden_rows),
        hidden_columns=tuple(read.marks.hidden_columns),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A tab that was read."""

    tab: str
    rows: tuple[FileRow, ...]
    marks: Marks


def _read(tabs: dict[str, Any], wanted: str, day_zero: date, told: Callable[[int], None]) -> _Read:
    if wanted and wanted not in tabs:
        raise refused(f"There is no tab “{wanted}”. There are: {', '.join(tabs)}.")
    for title in [wanted] if wanted else tabs:
        marks = marks_of(tabs[title])
        if rows := numbered(_cells(tabs[title], marks, day_zero), told):
            return _Read(tab=title, rows=rows, marks=marks)
    raise refused("The workbook is empty: nothing stands in any of its tabs.")


def _cells(sheet: Any, marks: Marks, day_zero: date) -> Iterator[tuple[int, list[Raw]]]:  # noqa: ANN401  # a read-only sheet, which the stubs do not know
    """The rows that the sheet holds, by number: what it claims of its size costs nothing."""
    last = 0
    with sheet._get_source() as source:  # noqa: SLF001  # its own `iter_rows` fills every gap with empty rows
        for number, cells in _parser(sheet, source).parse():
            if number > _MOST_ROW_NUMBER:
                raise refused(f"Row {number:,} is below the last row that a spreadsheet has.")
            if number > last:
                last = number
                found = [ReadOnlyCell(sheet, **cell) for cell in cells]
                yield number, _row(number, found, marks.formulas, day_zero)


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


def _row(
    number: int, cells: Sequence[Any], formulas: dict[str, Uncalculated], day_zero: date
) -> list[Raw]:
    """The cells of a row from its first column on, those that are missing as empty ones."""
    found = {cell.column: raw for cell in cells if (raw := _raw(cell, formulas, day_zero)) != ""}
    width = max(found, default=0)
    check_width(number, width)
    return [found.get(column, "") for column in range(1, width + 1)]


def _raw(cell: Any, formulas: dict[str, Uncalculated], day_zero: date) -> Raw:  # noqa: ANN401  # one of openpyxl's kinds of cell
    value = cell.value
    if value is None:
        return formulas.get(getattr(cell, "coordinate", ""), "") if formulas else ""
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        return shown_text(text, cell.number_format)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, cell.number_format, day_zero)
    return _plain(value)


def _plain(value: Any) -> Raw:  # noqa: ANN401  # whatever openpyxl makes of a cell
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    return value if isinstance(value, (bool, date)) else str(value)


def _number(value: float, number_format: str, day_zero: date) -> Raw:
    if is_plain(number_format) and day_zero == DAY_ZERO:
        return value
    return ShownNumber(value, shown_number(value, number_format), day_zero)
