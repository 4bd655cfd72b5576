"""Read an Excel workbook: what its cells show, never what their formulas would do here."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from techrequests.exchange.file_rows import FileRows, Uncalculated, numbered, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from techrequests.exchange.file_rows import FileRow, Raw

MOST_UNPACKED = 200 * 2**20
_MOST_RATIO, _RATIO_FROM = 200, 2**20
_MOST_CELLS = 30_000_000
_ROW, _CELL, _FORMULA, _VALUE = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("row", "c", "f", "v"))
_ZEROS = re.compile(r"0{2,}")
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
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        tabs = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
        rows, found = _rows(tabs, tab, told)
        book.close()
    except _DAMAGE as error:
        raise refused(_BROKEN) from error
    return FileRows(name=name, rows=rows, tab=found, tabs=tuple(tabs))


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


def _rows(
    tabs: dict[str, Any], wanted: str, told: Callable[[int], None]
) -> tuple[tuple[FileRow, ...], str]:
    if wanted and wanted not in tabs:
        raise refused(f"There is no tab “{wanted}”. There are: {', '.join(tabs)}.")
    for title in [wanted] if wanted else tabs:
        if rows := numbered(_cells(tabs[title]), told):
            return rows, title
    raise refused("The workbook is empty: nothing stands in any of its tabs.")


def _cells(sheet: Any) -> Iterator[list[Raw]]:  # noqa: ANN401  # a read-only sheet, which the stubs do not know
    # A file may claim any size: only what is there counts.
    sheet.reset_dimensions()
    formulas = _without_value(sheet)
    left = _MOST_CELLS
    for row in sheet.iter_rows():
        left -= 1 + len(row)
        if left < 0:
            raise refused(_TOO_LARGE)
        yield [_raw(cell, formulas) for cell in row]


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
