"""A file that somebody brings, as rows of cells, before anything is known of what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

from techrequests.domain.errors import InvalidError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Raw = str | int | float | bool | date
"""What a cell of a file holds; an empty one is an empty text."""


class Uncalculated(str):
    """A formula whose value the workbook does not hold; nothing but Excel can tell it."""

    __slots__ = ()


DAY_ZERO = date(1899, 12, 30)
"""From which day a spreadsheet counts its days, unless it was made on an old Mac."""


class ShownNumber(float):
    """A number whose cell shows something else than its digits alone.

    Attributes:
        shown: What the cell shows; None where its format cannot be told.
        day_zero: From which day the workbook counts its days.
    """

    __slots__ = ("day_zero", "shown")

    shown: str | None
    day_zero: date

    def __new__(cls, value: float, shown: str | None, day_zero: date = DAY_ZERO) -> Self:
        """A number with what its cell shows."""
        made = super().__new__(cls, value)
        made.shown, made.day_zero = shown, day_zero
        return made

    def __str__(self) -> str:
        """What the cell shows, or its digits."""
        return f"{float(self):.15g}" if self.shown is None else self.shown


MOST_BYTES = 20 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 200

_TOLD_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of a file.

    Attributes:
        number: From 1, as a spreadsheet program numbers it.
        cells: As many as it has, the empty ones at its end left out.
    """

    number: int
    cells: tuple[Raw, ...]

    def cell(self, column: int) -> Raw:
        """What stands in a column, from 0."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """A file, or one tab of a workbook.

    Attributes:
        name: Of the file.
        rows: Those that are not empty.
        tab: Its name, in a workbook.
        tabs: The names of all its tabs.
        notes: What a person should know about how it was read.
        hidden: The numbers of rows that a workbook holds but does not show.
        hidden_columns: Likewise of columns, from 1.
    """

    name: str
    rows: tuple[FileRow, ...]
    tab: str = ""
    tabs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    hidden_columns: tuple[int, ...] = ()


def refused(words: str) -> InvalidError:
    """A file that cannot be used, in words that say what to do."""
    return InvalidError(Problem("file", words))


def check_width(number: int, columns: int) -> None:
    """Refuse a row that is wider than any table.

    Raises:
        InvalidError: It is.
    """
    if columns > MOST_COLUMNS:
        raise refused(
            f"Row {number:,} has {columns:,} columns, and a file may have {MOST_COLUMNS}. "
            "Take out what does not belong into the table."
        )


def numbered(
    rows: Iterable[tuple[int, Iterable[Raw]]], told: Callable[[int], None]
) -> tuple[FileRow, ...]:
    """Rows that are not empty, with their numbers.

    Args:
        rows: Rows of the file by number, from 1.
        told: Called now and then with how many rows are read.

    Raises:
        InvalidError: They are too many, or too wide.
    """
    found = []
    for times, (number, row) in enumerate(rows, start=1):
        cells = list(row)
        while cells and isinstance(cells[-1], str) and not cells[-1].strip():
            cells.pop()
        check_width(number, len(cells))
        if cells:
            found.append(FileRow(number=number, cells=tuple(cells)))
        if len(found) > MOST_ROWS + 1:
            raise refused(
                f"The file has more than {MOST_ROWS:,} rows. Split it, and import it in parts."
            )
        if times % _TOLD_EVERY == 0:
            told(times)
    return tuple(found)
