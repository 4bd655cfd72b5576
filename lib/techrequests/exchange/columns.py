"""Which column of a file goes into which field: remembered, found by its heading, or said."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.exchange.file_rows import refused
from techrequests.exchange.headings import fields_of, meant_by, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from techrequests.exchange.editable import Editable
    from techrequests.exchange.file_rows import FileRow, FileRows

_LOOKED_AT_ROWS = 10
_SAMPLES = 3
_LONGEST_SAMPLE = 40
_TOTAL = re.compile(r"(grand |sub-?)?totals?( \(.*\))?:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTable:
    """A file as a table: headings, and rows below them.

    Attributes:
        headings: One per column; a column without one has an empty one.
        rows: What stands below, without rows of totals.
        totals: The numbers of rows that only add up others.
    """

    headings: tuple[str, ...]
    rows: tuple[FileRow, ...]
    totals: tuple[int, ...] = ()

    def samples(self, column: int) -> str:
        """The first values of a column, to know it by."""
        values = (str(row.cell(column)).strip() for row in self.rows)
        found = [value[:_LONGEST_SAMPLE] for value in values if value][:_SAMPLES]
        return ", ".join(found)


def table_of(table: Editable, read: FileRows) -> FileTable:
    """Find the headings of a file: of its first rows, the one that knows most of our fields.

    Raises:
        InvalidError: Nothing stands below them.
    """
    known = vocabulary(table)
    first = read.rows[:_LOOKED_AT_ROWS]
    best = max(range(len(first)), key=lambda at: (_known(table, known, first[at]), -at), default=0)
    headings = tuple(str(cell).strip() for cell in read.rows[best].cells)
    below = read.rows[best + 1 :]
    if not below:
        raise refused("The file has headings, but no row below them.")
    width = max(len(headings), *(len(row.cells) for row in below))
    totals = {row.number for row in below if _adds_up(row)}
    return FileTable(
        headings=headings + ("",) * (width - len(headings)),
        rows=tuple(row for row in below if row.number not in totals),
        totals=tuple(sorted(totals)),
    )


def mapping_problems(table: Editable, fields: Iterable[str]) -> list[str]:
    """Why a file cannot be used with these columns, in words."""
    names, times = fields_of(table), Counter(name for name in fields if name)
    found = [f"“{name}” is not a field of this table." for name in times if name not in names]
    found += [
        f"Two columns go into “{names[name]}”: leave one of them out."
        for name, count in times.items()
        if count > 1 and name in names
    ]
    keys = [(table.record.TABLE.key,), *table.keys]
    if not any(set(key) <= set(times) for key in keys):
        ways = (" with ".join(f"“{names[name]}”" for name in key) for key in keys)
        found.append(f"No column says which row is meant: one must go into {', or '.join(ways)}.")
        if not any(times):
            found.append(
                f"Headings are looked for in the first {_LOOKED_AT_ROWS} rows that are not empty: "
                "take out what stands above them."
            )
    return found


def _known(table: Editable, known: Mapping[str, tuple[str, int]], row: FileRow) -> int:
    return len({meant_by(table, known, str(cell)) for cell in row.cells} - {""})


def _adds_up(row: FileRow) -> bool:
    first = next((str(cell).strip() for cell in row.cells if str(cell).strip()), "")
    return bool(_TOTAL.fullmatch(first))
