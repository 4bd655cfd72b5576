"""Cells and rows as a person types them into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import NOON, a_key, who
from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.fields import describe
from techrequests.services.edits import TableAsked
from techrequests.services.tables import (
    save_table,
)

if TYPE_CHECKING:
    from techrequests.domain.fields import Record
    from techrequests.services.edits import Saved
    from techrequests.store.database import Database


ADMIN = "ada"


def stored(database: Database, record: type[Record], key: str) -> Any:  # noqa: ANN401  # any record
    with database.read() as reader:
        return reader.get(record, key)


def an_edit(database: Database, record: type[Record], key: str, **typed: str) -> RowEdit:
    """The cells of a row, typed by somebody who sees it as it stands now."""
    row = stored(database, record, key)
    columns = {column.name: column for column in describe(record)}
    return RowEdit(
        key=key,
        seen_version=row.version,
        cells=tuple(
            Cell(
                field=name,
                before=cell_text(columns[name], getattr(row, name)) if name in columns else "",
                after=text,
            )
            for name, text in typed.items()
        ),
    )


def save(
    database: Database,
    record: type[Record],
    *edits: RowEdit,
    new: tuple[dict[str, str], ...] = (),
    by: str = ADMIN,
    save_id: str = "",
) -> Saved:
    asked = TableAsked(
        record=record,
        save_id=save_id or a_key("save"),
        edits=edits,
        new_rows=tuple(tuple(row.items()) for row in new),
    )
    return save_table(database, who(database, by), asked, now=NOON)


def change(
    database: Database, record: type[Record], key: str, by: str = ADMIN, **typed: str
) -> Saved:
    return save(database, record, an_edit(database, record, key, **typed), by=by)
