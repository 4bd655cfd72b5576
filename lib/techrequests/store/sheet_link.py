"""Which spreadsheet this database is linked to, what of it is shared, and what passes did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind
from techrequests.domain.sheets import Conflict, Link, Shared, Sharing
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_LINK = """
    SELECT link_code AS code, spreadsheet, home, take_over, linked_by_id, linked_at FROM sheet_link
"""
_KEEP_LINK = """
    INSERT INTO sheet_link VALUES
        (1, $code, $spreadsheet, $home, $take_over, $linked_by_id, $linked_at)
"""
_KEEP_SHARING = """
    INSERT INTO sheet_sharing VALUES ($table, $sharing, FALSE, $shared_by_id, $shared_at)
"""
_ALLOW = "UPDATE sheet_sharing SET vanish_allowed = $allowed WHERE table_name = $table"
_LEAVE_OUT = "INSERT INTO sheet_left_out VALUES ($table, $key) ON CONFLICT DO NOTHING"
_NO_CONFLICT = """
    DELETE FROM sheet_conflict
    WHERE table_name = $table AND row_key = $key AND field = $field
"""
_CONFLICTS = """
    SELECT table_name, row_key, field, base, ours, theirs, seen_at FROM sheet_conflict
    ORDER BY seen_at, table_name, row_key, field LIMIT $most
"""
_RUN = """
    INSERT INTO sheet_run (started_at, ended_at, written, taken, calls, trouble)
    VALUES ($started_at, $ended_at, $written, $taken, $calls, $trouble)
"""
_RUNS = "SELECT * FROM sheet_run ORDER BY run_no DESC LIMIT $most"
_MOST = 200


def link_of(reader: Reader) -> Link | None:
    """The spreadsheet this database is linked to, if any."""
    found = reader.row(_LINK)
    return Link(**found) if found else None


def keep_link(work: Work, link: Link) -> None:
    """Link the database; what was agreed on with another spreadsheet is forgotten."""
    elsewhere = "SELECT count(*) FROM sheet_tab WHERE spreadsheet <> $it"
    if work.value(elsewhere, it=link.spreadsheet):
        for table in ("sheet_tab", "sheet_base", "sheet_key", "sheet_conflict", "sheet_left_out"):
            work.run(f"DELETE FROM {table}")  # noqa: S608  # names from here
    forget_link(work)
    values = {name: getattr(link, name) for name in Link.__slots__}
    work.run(_KEEP_LINK, **values)


def forget_link(work: Work) -> None:
    """Keep this database in step with nothing; what was agreed on stays known."""
    work.run("DELETE FROM sheet_link")


def taken_over(work: Work) -> None:
    """The spreadsheet knows this database now: another one is not pushed aside again."""
    work.run("UPDATE sheet_link SET take_over = FALSE")


def sharing_of(reader: Reader) -> dict[str, Shared]:
    """How each table is shared that is."""
    rows = reader.rows("SELECT * FROM sheet_sharing")
    return {
        row["table_name"]: Shared(
            sharing=Sharing(row["sharing"]),
            by_id=row["shared_by_id"],
            vanish_allowed=row["vanish_allowed"],
        )
        for row in rows
    }


def keep_sharing(work: Work, table: str, sharing: Sharing, *, by_id: str, now: datetime) -> None:
    """Remember which way a table goes."""
    work.run("DELETE FROM sheet_sharing WHERE table_name = $table", table=table)
    if sharing is not Sharing.OFF:
        work.run(_KEEP_SHARING, table=table, sharing=sharing, shared_by_id=by_id, shared_at=now)


def allow_vanished(work: Work, table: str, *, allowed: bool) -> None:
    """Let the next pass find many rows gone, or end that."""
    work.run(_ALLOW, table=table, allowed=allowed)


def left_out(reader: Reader, table: str) -> frozenset[str]:
    """The rows that a person agreed to leave out of the sheet."""
    sql = "SELECT row_key FROM sheet_left_out WHERE table_name = $table"
    return frozenset(row["row_key"] for row in reader.rows(sql, table=table))


def leave_out(work: Work, table: str, key: str) -> None:
    """Leave a row out of the sheet from now on."""
    work.run(_LEAVE_OUT, table=table, key=key)


def forget_tab(work: Work, table: str) -> None:
    """Begin a table's tab anew: what was agreed on belongs to the old one, which is let lie."""
    # Its number stays known, so that no table takes the old tab for its own.
    work.run(
        "UPDATE sheet_tab SET table_name = table_name || ' until ' || tab_number "
        "WHERE table_name = $table",
        table=table,
    )
    for one in ("sheet_base", "sheet_key", "sheet_conflict", "sheet_left_out"):
        work.run(f"DELETE FROM {one} WHERE table_name = $table", table=table)  # noqa: S608


def waiting(reader: Reader, table: str, key: str, field: str) -> Conflict | None:
    """What waits for a person in one place, if anything does."""
    row = reader.row(
        "SELECT base, ours, theirs FROM sheet_conflict "
        "WHERE table_name = $table AND row_key = $key AND field = $field",
        table=table,
        key=key,
        field=field,
    )
    return Conflict(key=key, field=field, **row) if row else None


def all_waiting(reader: Reader) -> list[dict[str, Any]]:
    """What waits for a person, the oldest first: table_name and the fields of `Conflict`.

    Returns:
        At most 200, with row_key for the key, and seen_at.
    """
    return reader.rows(_CONFLICTS, most=_MOST)


def no_conflict(work: Work, table: str, conflict: Conflict) -> None:
    """A person has decided."""
    work.run(_NO_CONFLICT, table=table, key=conflict.key, field=conflict.field)


def keep_run(work: Work, **run: object) -> None:
    """Write down a pass: started_at, ended_at, written, taken, calls, trouble."""
    work.run(_RUN, **run)


def newest_runs(reader: Reader, most: int = 20) -> list[dict[str, Any]]:
    """The newest passes that did something or came to grief, the newest first."""
    return reader.rows(_RUNS, most=most)


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
