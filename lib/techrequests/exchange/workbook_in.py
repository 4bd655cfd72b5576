"""Read an Excel workbook: what its cells show, never what their formulas would do here."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl

from techrequests.exchange.file_rows import DAY_ZERO, FileRows, ShownNumber, numbered, refused
from techrequests.exchange.number_formats import is_plain, shown_number, shown_text
from techrequests.exchange.sheet_marks import marks_of
from techrequests.exchange.workbook_words import other_kind, other_tabs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from techrequests.exchange.file_rows import FileRow, Raw, Uncalculated
    from techrequests.exchange.sheet_marks import Marks

MOST_UNPACKED = 200 * 2**20
_MOST_RATIO, _RATIO_FROM = 200, 2**20
_MOST_CELLS = 30_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TOO_LARGE = (
    "Unpacked, this file is far larger than a table. "
    "Copy the table into a new workbook, and import that."
)
_BROKEN = (
    "This workbook cannot be read: it may be damaged or protected by a password. "
    "Save it once more as .xlsx without a password, or as CSV UTF-8."
)

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
    check_archive(content)
    if words := other_kind(content):
        raise refused(words)
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
        raise refused(_BROKEN) from error
    return FileRows(
        name=name,
        rows=read.rows,
        tab=read.tab,
        tabs=tuple(tabs),
        notes=tuple(other_tabs(read.tab, list(tabs), hidden)),
        hidden=frozenset(read.marks.hidden_rows),
        hidden_columns=tuple(read.marks.hidden_columns),
    )


def check_archive(content: bytes) -> None:
    """Refuse an archive that would unpack to far more than it is.

    Raises:
        InvalidError: It would, or is no archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise refused(_BROKEN) from None
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _RATIO_FROM and part.file_size > _MOST_RATIO * part.compress_size
        for part in parts
    )
    if unpacked > MOST_UNPACKED or swollen:
        raise refused(_TOO_LARGE)


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


def _cells(sheet: Any, marks: Marks, day_zero: date) -> Iterator[list[Raw]]:  # noqa: ANN401  # a read-only sheet, which the stubs do not know
    if not marks.last_row:
        return
    # A file may claim any size: only what is there counts.
    sheet.reset_dimensions()
    left = _MOST_CELLS
    for row in sheet.iter_rows(max_row=marks.last_row):
        left -= 1 + len(row)
        if left < 0:
            raise refused(_TOO_LARGE)
        yield [_raw(cell, marks.formulas, day_zero) for cell in row]


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
