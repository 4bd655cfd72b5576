"""A table on its way into a file: headings with their kinds, and rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from techrequests.domain.fields import Record

Value = str | int | float | bool | date | None
"""What a cell may hold: amounts are US cents, moments are what the district's clocks show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above a column, and of what kind its values are."""

    label: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table for a file.

    Attributes:
        title: What it is called, also on the tab of a workbook.
        rows: One value per heading.
    """

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Value, ...], ...]


def grid_of_records(record: type[Record], rows: Iterable[Record]) -> Grid:
    """A table of ours with every field that people see; codes, not names, so that it comes back."""
    columns = shown(record)
    return Grid(
        title=record.TABLE.label,
        headings=tuple(
            Heading(label=column.field.label, kind=column.kind)
            for column in columns
            if column.field
        ),
        rows=tuple(
            tuple(_value(getattr(row, column.name), column.kind) for column in columns)
            for row in rows
        ),
    )


def grid_of_frame(title: str, frame: pd.DataFrame, columns: Mapping[str, Heading]) -> Grid:
    """Columns of a DataFrame, by name."""
    kinds = [heading.kind for heading in columns.values()]
    picked = frame[list(columns)].astype(object)
    return Grid(
        title=title,
        headings=tuple(columns.values()),
        rows=tuple(
            tuple(_value(value, kind) for value, kind in zip(row, kinds, strict=True))
            for row in picked.itertuples(index=False, name=None)
        ),
    )


def _value(value: Any, kind: Kind) -> Value:  # noqa: ANN401  # of a record or a DataFrame
    if value is None or value != value:  # noqa: PLR0124  # pandas' missing values differ from themselves
        return None
    if isinstance(value, datetime):
        bare = value.replace(tzinfo=None)
        return bare.date() if kind is Kind.DATE else bare
    if kind in {Kind.MONEY, Kind.INTEGER} and not isinstance(value, float):
        return int(value)
    if isinstance(value, (bool, int, float, date)):
        return value
    return str(value)
