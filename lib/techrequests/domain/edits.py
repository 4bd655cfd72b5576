"""What was changed in the district's tables, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from techrequests.domain.fields import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEdit:
    """One cell that somebody changed; written once, in the transaction that changed it.

    Attributes:
        before: The old value as text; None for a new row.
        after: The new value as text.
    """

    TABLE: ClassVar[Table] = Table(name="table_edit", key="table_edit_no")

    table_name: str
    row_key: str
    field: str
    before: str | None
    after: str | None
    actor_id: str
    edited_at: datetime
