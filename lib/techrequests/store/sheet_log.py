"""What passes over the linked spreadsheet did, and every cell they wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_RUN = """
    INSERT INTO sheet_run (started_at, ended_at, written, taken, calls, trouble)
    VALUES ($started_at, $ended_at, $written, $taken, $calls, $trouble)
"""
_RUNS = "SELECT *, count(*) OVER () AS of_all FROM sheet_run ORDER BY run_no DESC LIMIT $most"
_NOTE_WRITES = """
    INSERT INTO sheet_write (table_name, sheet_key, field, before, after, written_at)
    SELECT $table, unnest($keys), unnest($fields), unnest($before), unnest($after), $written_at
"""


def keep_run(work: Work, **run: object) -> None:
    """Write down a pass: started_at, ended_at, written, taken, calls, trouble."""
    work.run(_RUN, **run)


def newest_runs(reader: Reader, most: int = 20) -> list[dict[str, Any]]:
    """The newest passes that did something or came to grief, the newest first.

    Each also says how many there are, `of_all`.
    """
    return reader.rows(_RUNS, most=most)


def note_writes(
    work: Work, table: str, cells: Sequence[tuple[str, str, str, str]], now: datetime
) -> None:
    """Write down each cell before it is sent: key in the sheet, field, before, after."""
    if cells:
        keys, fields, before, after = (list(column) for column in zip(*cells, strict=True))
        work.run(
            _NOTE_WRITES,
            table=table,
            keys=keys,
            fields=fields,
            before=before,
            after=after,
            written_at=now,
        )


def forget_before(work: Work, then: datetime) -> None:
    """Let go of what was written down before a moment."""
    work.run("DELETE FROM sheet_write WHERE written_at < $then", then=then)
    work.run("DELETE FROM sheet_run WHERE started_at < $then", then=then)


WRITES = Listing(
    name="sheet_writes",
    title="Cells written into the sheet",
    source="sheet_write w",
    key="sheet_write_no",
    columns=(
        ListColumn(
            name="sheet_write_no", label="Number", sql="w.sheet_write_no", kind=Kind.INTEGER
        ),
        ListColumn(name="written_at", label="When", sql="w.written_at", kind=Kind.MOMENT),
        ListColumn(name="table_name", label="Table", sql="replace(w.table_name, '_', ' ')"),
        ListColumn(name="sheet_key", label="Row", sql="w.sheet_key"),
        ListColumn(name="field", label="Field", sql="w.field"),
        ListColumn(name="before", label="Before", sql="w.before", sortable=False),
        ListColumn(name="after", label="After", sql="w.after", sortable=False),
    ),
    search=("w.sheet_key", "w.field", "w.before", "w.after"),
    filters=(
        ListFilter(
            name="table_name",
            label="Table",
            sql="w.table_name",
            options_sql="SELECT DISTINCT table_name, replace(table_name, '_', ' ') "
            "FROM sheet_write ORDER BY table_name",
        ),
    ),
    where="w.table_name = ANY($tables)",
    order="sheet_write_no",
    descending=True,
)
"""One row per cell that was to be written into the sheet of some tables, the newest first."""


RUNS = Listing(
    name="sheet_runs",
    title="Looks at the sheet",
    source="sheet_run r",
    key="run_no",
    columns=(
        ListColumn(name="run_no", label="Number", sql="r.run_no", kind=Kind.INTEGER),
        ListColumn(name="started_at", label="When", sql="r.started_at", kind=Kind.MOMENT),
        ListColumn(name="written", label="To the sheet", sql="r.written", kind=Kind.INTEGER),
        ListColumn(name="taken", label="Into the app", sql="r.taken", kind=Kind.INTEGER),
        ListColumn(name="calls", label="Calls", sql="r.calls", kind=Kind.INTEGER),
        ListColumn(name="trouble", label="Trouble", sql="r.trouble"),
    ),
    search=("r.trouble",),
    where="$everywhere",
    order="run_no",
    descending=True,
)
"""One row per pass that did something or came to grief, the newest first."""
