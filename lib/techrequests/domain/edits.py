"""What was changed in the district's tables, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from techrequests.domain.fields import Column, Kind, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEdit:
    """One cell that somebody changed; written once, in the transaction that changed it.

    Attributes:
        before: The old value as text; None for a new row.
        after: The new value as text.
        via: By which way it came, such as “from a file”; empty for the page itself.
    """

    TABLE: ClassVar[Table] = Table(name="table_edit", key="table_edit_no")

    table_name: str
    row_key: str
    field: str
    before: str | None
    after: str | None
    actor_id: str
    edited_at: datetime
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that a person typed into, as text that `fields.from_text` reads.

    Attributes:
        before: What stood there when they saw it.
        after: What they typed.
    """

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """The changed cells of a row that was seen at a version."""

    key: str
    seen_version: int
    cells: tuple[Cell, ...]


NewRow = tuple[tuple[str, str], ...]
"""What was typed into a new row: pairs of field and text."""


def cell_text(column: Column, value: Any) -> str:  # noqa: ANN401  # the column decides the type
    """Write a value so that `fields.from_text` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind is Kind.MONEY:
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
