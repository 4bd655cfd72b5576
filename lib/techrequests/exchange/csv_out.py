"""A table as a CSV file: UTF-8 with a byte order mark, as Excel expects it, and no formulas."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING

from techrequests.domain.fields import Kind
from techrequests.exchange.formula_safe import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.exchange.grid import Grid, Value


def csv_file(grid: Grid) -> bytes:
    """A table as CSV; amounts are dollars with two decimals, days and moments are ISO 8601."""
    kinds = [heading.kind for heading in grid.headings]
    rows = (
        [_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in grid.rows
    )
    return csv_rows([[heading.label for heading in grid.headings], *rows])


def csv_rows(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of texts as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _words(value: Value, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and kind is Kind.MONEY:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return inert(value) if isinstance(value, str) else str(value)
