"""What is remembered between two looks at a spreadsheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from techrequests.domain.sheets import Conflict
    from techrequests.store.database import Reader, Work

_BASE = "SELECT row_key, texts FROM sheet_base WHERE table_name = $table"
_KEYS = "SELECT sheet_key, row_key FROM sheet_key WHERE table_name = $table"
_TABS = "SELECT table_name, tab_number FROM sheet_tab WHERE spreadsheet = $spreadsheet"
_FORGET = "DELETE FROM sheet_base WHERE table_name = $table AND row_key = ANY($keys)"
_KEEP_BASE = """
    INSERT INTO sheet_base (table_name, row_key, texts)
    SELECT $table, unnest($keys), unnest($texts)
"""
_ISSUE = """
    INSERT INTO sheet_key (table_name, sheet_key) SELECT $table, unnest($keys)
"""
_LINK = """
    UPDATE sheet_key SET row_key = $row_key WHERE table_name = $table AND sheet_key = $sheet_key
"""
_UNLINK = "UPDATE sheet_key SET row_key = NULL WHERE table_name = $table AND row_key = $row_key"
_NO_CONFLICTS = "DELETE FROM sheet_conflict WHERE table_name = $table"
_KEEP_CONFLICT = """
    INSERT INTO sheet_conflict (table_name, row_key, field, base, ours, theirs, seen_at)
    VALUES ($table, $row_key, $field, $base, $ours, $theirs, $seen_at)
"""
_CONFLICTS = """
    SELECT row_key, field, base, ours, theirs, seen_at FROM sheet_conflict
    WHERE table_name = $table ORDER BY row_key, field
"""
_NOTE_WRITES = """
    INSERT INTO sheet_write (table_name, sheet_key, field, before, after, written_at)
    SELECT $table, unnest($keys), unnest($fields), unnest($before), unnest($after), $written_at
"""


def tabs_of(reader: Reader, spreadsheet: str) -> dict[str, int]:
    """The tab of each table in a spreadsheet, by the number Google gave it."""
    rows = reader.rows(_TABS, spreadsheet=spreadsheet)
    return {row["table_name"]: row["tab_number"] for row in rows}


def keep_tab(work: Work, table: str, spreadsheet: str, tab_number: int) -> None:
    """Remember which tab shows a table."""
    work.run("DELETE FROM sheet_tab WHERE table_name = $table", table=table)
    work.run(
        "INSERT INTO sheet_tab VALUES ($table, $spreadsheet, $tab_number)",
        table=table,
        spreadsheet=spreadsheet,
        tab_number=tab_number,
    )


def base_of(reader: Reader, table: str) -> dict[str, dict[str, str]]:
    """What was last agreed on, by row and field."""
    return {row["row_key"]: json.loads(row["texts"]) for row in reader.rows(_BASE, table=table)}


def keys_of(reader: Reader, table: str) -> dict[str, str | None]:
    """Every key handed out for a spare row, with the row it became."""
    return {row["sheet_key"]: row["row_key"] for row in reader.rows(_KEYS, table=table)}


def conflicts_of(reader: Reader, table: str) -> list[dict[str, Any]]:
    """What waits for a person: row_key, field, base, ours, theirs, seen_at."""
    return reader.rows(_CONFLICTS, table=table)


def issue_keys(work: Work, table: str, keys: Sequence[str]) -> None:
    """Hand out keys for spare rows, before any of them stands in a sheet."""
    if keys:
        work.run(_ISSUE, table=table, keys=list(keys))


def link_keys(work: Work, table: str, links: Mapping[str, str | None]) -> None:
    """Remember which row a spare one became, or that it became none."""
    for sheet_key, row_key in links.items():
        if row_key is not None:
            # A pass that broke off may have left the key with a row that was never made.
            work.run(_UNLINK, table=table, row_key=row_key)
        work.run(_LINK, table=table, sheet_key=sheet_key, row_key=row_key)


def keep_base(
    work: Work,
    table: str,
    rows: Mapping[str, Mapping[str, str]],
    forgotten: Iterable[str] = (),
) -> None:
    """Remember what whole rows are agreed to be, and forget others."""
    gone = [*rows, *forgotten]
    if gone:
        work.run(_FORGET, table=table, keys=gone)
    if rows:
        texts = [json.dumps(dict(row), ensure_ascii=False) for row in rows.values()]
        work.run(_KEEP_BASE, table=table, keys=list(rows), texts=texts)


def keep_conflicts(work: Work, table: str, conflicts: Sequence[Conflict], now: datetime) -> None:
    """Remember what waits for a person now, and since when."""
    since = {(row["row_key"], row["field"]): row["seen_at"] for row in conflicts_of(work, table)}
    work.run(_NO_CONFLICTS, table=table)
    for one in conflicts:
        work.run(
            _KEEP_CONFLICT,
            table=table,
            row_key=one.key,
            field=one.field,
            base=one.base,
            ours=one.ours,
            theirs=one.theirs,
            seen_at=since.get((one.key, one.field), now),
        )


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
