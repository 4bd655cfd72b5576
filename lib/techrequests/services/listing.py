"""Read a listing for a page or for a CSV file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind
from techrequests.store.listings import (
    MOST_CSV_ROWS,
    PAGE_ROWS,
    Asked,
    ListFilter,
    Listing,
    options,
    rows,
    total,
)

if TYPE_CHECKING:
    import pandas as pd

    from techrequests.store.database import Database

Scope = tuple[tuple[str, Any], ...]
"""Parameters of a listing's own `where`, as pairs, so that answers can be remembered by them."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def listing_page(
    database: Database, listing: Listing, asked: Asked, scope: Scope
) -> tuple[pd.DataFrame, int]:
    """One page of rows, and how many there are over all pages."""
    with database.read() as reader:
        found = rows(reader, listing, asked, dict(scope))
        before, here = (max(asked.page, 1) - 1) * PAGE_ROWS, len(found)
        if here < PAGE_ROWS and (here or not before):
            return found, before + here  # the last page says itself how many there are
        return found, total(reader, listing, asked, dict(scope))


def options_of(database: Database, picked: ListFilter) -> dict[str, str]:
    """What a filter offers: words by value."""
    with database.read() as reader:
        return options(reader, picked)


def csv_text(database: Database, listing: Listing, asked: Asked, scope: Scope) -> bytes:
    """Everything that matches as CSV in UTF-8 with a byte order mark, as Excel expects it."""
    first = Asked(
        search=asked.search, filters=asked.filters, order=asked.order, descending=asked.descending
    )
    with database.read() as reader:
        frame = rows(reader, listing, first, dict(scope), most=MOST_CSV_ROWS)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.label for column in listing.taken])
    money = [column.kind is Kind.MONEY for column in listing.taken]
    names = [column.name for column in listing.taken]
    for row in frame[names].itertuples(index=False):
        writer.writerow(
            [_cell(value, money=cents) for value, cents in zip(row, money, strict=True)]
        )
    return out.getvalue().encode("utf-8-sig")


def frame_csv(frame: pd.DataFrame) -> bytes:
    """A frame of figures as CSV, for the tables behind charts."""
    safe = frame.map(lambda value: safe_cell(value) if isinstance(value, str) else value)
    return safe.to_csv(index=False).encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading apostrophe makes it text."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _cell(value: Any, *, money: bool) -> str:  # noqa: ANN401  # any column's value
    if value is None or value != value:  # noqa: PLR0124  # pandas' missing values differ from themselves
        return ""
    if money:
        return f"{int(value) / 100:.2f}"
    if isinstance(value, str):
        return safe_cell(value)
    return str(value).removesuffix(" 00:00:00")
