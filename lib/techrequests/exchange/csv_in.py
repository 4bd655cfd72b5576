"""Read a CSV file as it comes: in whatever encoding, with whatever between its cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from techrequests.exchange.encodings import decoded
from techrequests.exchange.file_rows import MOST_ROWS, FileRows, check_width, numbered, refused
from techrequests.exchange.formula_safe import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEPARATORS = ",;\t|"
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LOOKED_AT = 20_000
_LONGEST_CELL = 100_000
_MOST_SEPARATORS = 3_000_000
_MOST_LINES = 20 * MOST_ROWS
"""Cells may have several lines each."""


def read_csv(name: str, content: bytes, told: Callable[[int], None]) -> FileRows:
    """Read a CSV file.

    Raises:
        InvalidError: It is no text, or its quotes do not fit.
    """
    found = decoded(content)
    if found is None:
        raise refused("This is no text that can be read. Save the table as CSV UTF-8 or as .xlsx.")
    text, notes = found
    separator, text = _separator(text)
    _check_bounds(text, separator)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = numbered(_cells(reader), told)
    except csv.Error as error:
        words = str(error).rstrip(".")
        raise refused(
            f"Line {reader.line_num:,} cannot be read ({words}). "
            "Look at its quotes, or save the file once more from the spreadsheet."
        ) from None
    return FileRows(name=name, rows=rows, notes=notes)


def _check_bounds(text: str, separator: str) -> None:
    """Refuse what is no table before it is taken apart, which takes long cell by cell.

    Raises:
        InvalidError: There are far too many cells or lines.
    """
    if text.count(separator) > _MOST_SEPARATORS:
        raise refused(
            f"The file has more than {_MOST_SEPARATORS:,} cells, most of them empty: take out the "
            "columns that do not belong to the table."
        )
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        raise refused(f"The file has more than {_MOST_LINES:,} lines. Split it.")


def _cells(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, start=1):
        while row and not row[-1].strip():
            row.pop()
        check_width(number, len(row))
        yield number, [as_typed(cell.replace("\r\n", "\n")) for cell in row]


def _separator(text: str) -> tuple[str, str]:
    """What stands between the cells, and the text without a line that says so."""
    said = _SAID.match(text)
    if said:
        return said[1], text[said.end() :]
    first = text[:_LOOKED_AT]
    counts = {one: _columns(first, one) for one in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: counts[one]), text


def _columns(text: str, separator: str) -> tuple[int, int]:
    """How many of the first rows agree on a number of columns above one, and on which."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths = []
    try:
        for row in rows:
            if any(row):
                widths.append(len(row) - 1)
            if len(widths) == 10:  # noqa: PLR2004  # enough to see it
                break
    except csv.Error:
        pass
    agreed = Counter(width for width in widths if width)
    return max(((times, width) for width, times in agreed.items()), default=(0, 0))
