"""A table as an Excel workbook: real numbers, real dates, and texts that stay texts."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from techrequests.domain.fields import Kind
from techrequests.exchange.formula_safe import inert

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from techrequests.exchange.grid import Grid, Value

_FORMATS: dict[str, dict[str, Any]] = {
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "money": {"num_format": "#,##0.00"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    # What Excel itself remembers of an apostrophe typed in front: the text is never run.
    "inert": {"quote_prefix": True},
}
_NARROWEST, _WIDEST, _MEASURED_ROWS = 10, 60, 200
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE, _LONGEST_TEXT = 31, 32_767


def workbook_file(grid: Grid, made_at: datetime) -> bytes:
    """A table as an Excel workbook with one tab; its first row stays in sight."""
    out = io.BytesIO()
    book = Workbook(
        out,
        {
            "constant_memory": True,  # a row is written and forgotten
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"title": grid.title, "created": made_at.replace(tzinfo=None)})
    formats = {name: book.add_format(looks) for name, looks in _FORMATS.items()}
    sheet = book.add_worksheet(_NOT_IN_TITLES.sub(" ", grid.title)[:_LONGEST_TITLE])
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(_widths(grid)):
        sheet.set_column(column, column, width)
    for column, heading in enumerate(grid.headings):
        sheet.write_string(0, column, heading.label, formats["heading"])
    for number, row in enumerate(grid.rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, (number, column), value, grid.headings[column].kind, formats)
    if grid.headings:
        sheet.autofilter(0, 0, len(grid.rows), len(grid.headings) - 1)
    book.close()
    return out.getvalue()


def _write(
    sheet: Worksheet,
    place: tuple[int, int],
    value: Value,
    kind: Kind,
    formats: dict[str, Format],
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, value, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, formats["day"])
    elif isinstance(value, str):
        text = value[:_LONGEST_TEXT]
        sheet.write_string(*place, text, formats["inert"] if inert(text) != text else None)
    elif kind is Kind.MONEY:
        sheet.write_number(*place, value / 100, formats["money"])
    else:
        sheet.write_number(*place, value)


def _widths(grid: Grid) -> list[int]:
    """Characters per column, for the first rows."""
    first = [[heading.label for heading in grid.headings], *grid.rows[:_MEASURED_ROWS]]
    columns = zip(*first, strict=True)
    return [
        min(_WIDEST, max(_NARROWEST, *(len(str(value)) + 2 for value in column)))
        for column in columns
    ]
