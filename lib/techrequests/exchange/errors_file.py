"""The rows that were not saved, as they came, each with its reason: mend them, bring them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.exchange.csv_out import csv_rows
from techrequests.exchange.formula_safe import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.dry_run import Line

WHY = "Why it was not saved"


def errors_file(file: FileTable, lines: Iterable[Line]) -> bytes:
    """Rows of a file as CSV, behind their reasons and the number each has in the file."""
    width = range(len(file.headings))
    rows = (
        [
            inert(" ".join(line.reasons)),
            str(line.row.number) if line.row.number > 0 else line.key,
            *(inert(str(line.row.cell(at))) for at in width),
        ]
        for line in lines
    )
    return csv_rows([[WHY, "Row", *map(inert, file.headings)], *rows])
