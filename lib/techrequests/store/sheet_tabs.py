"""What is remembered of each tab of a spreadsheet between two looks at it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from techrequests.domain.sheets import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from techrequests.store.database import Reader, Work


class TabId(NamedTuple):
    """A tab of a spreadsheet, by the ids that Google gave them."""

    spreadsheet: str
    tab_number: int


_TABS = "SELECT tab_number, table_name, in_use FROM sheet_tab WHERE spreadsheet = $spreadsheet"
_IN_USE = """
    SELECT t.spreadsheet, t.tab_number
    FROM sheet_tab t JOIN sheet_link l ON l.spreadsheet = t.spreadsheet
    WHERE t.in_use AND t.table_name = $table
"""
_LEAVE_TAB = """
    UPDATE sheet_tab SET in_use = FALSE WHERE spreadsheet = $spreadsheet AND table_name = $table
"""
_KEEP_TAB = """
    INSERT INTO sheet_tab (spreadsheet, tab_number, table_name, in_use)
    VALUES ($spreadsheet, $tab_number, $table, TRUE)
    ON CONFLICT (spreadsheet, tab_number)
    DO UPDATE SET table_name = excluded.table_name, in_use = TRUE
"""
_BASE = """
    SELECT row_key, texts FROM sheet_base
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
"""
_FORGET = """
    DELETE FROM sheet_base
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number AND row_key = ANY($keys)
"""
_KEEP_BASE = """
    INSERT INTO sheet_base (spreadsheet, tab_number, row_key, texts)
    SELECT $spreadsheet, $tab_number, unnest($keys), unnest($texts)
"""
_KEYS = """
    SELECT sheet_key, row_key FROM sheet_key
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
"""
_ISSUE = """
    INSERT INTO sheet_key (spreadsheet, tab_number, sheet_key)
    SELECT $spreadsheet, $tab_number, unnest($keys)
"""
_LINK = """
    UPDATE sheet_key SET row_key = $row_key
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number AND sheet_key = $sheet_key
"""
_UNLINK = """
    UPDATE sheet_key SET row_key = NULL
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number AND row_key = $row_key
"""
_CONFLICTS = """
    SELECT row_key, field, base, ours, theirs, seen_at FROM sheet_conflict
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number ORDER BY row_key, field
"""
_ONE_CONFLICT = """
    SELECT row_key AS key, field, base, ours, theirs FROM sheet_conflict
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
    AND row_key = $key AND field = $field
"""
_WAITING = """
    FROM sheet_conflict c
    JOIN sheet_tab t ON t.spreadsheet = c.spreadsheet AND t.tab_number = c.tab_number
    JOIN sheet_link l ON l.spreadsheet = t.spreadsheet
    JOIN sheet_sharing s ON s.table_name = t.table_name
    WHERE t.in_use
"""
_ALL_CONFLICTS = f"""
    SELECT t.table_name, c.row_key, c.field, c.base, c.ours, c.theirs, c.seen_at {_WAITING}
    ORDER BY c.seen_at, t.table_name, c.row_key, c.field LIMIT $most
"""
_COUNT = f"SELECT count(*) AS conflicts {_WAITING}"
_NO_CONFLICTS = """
    DELETE FROM sheet_conflict WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
"""
_NO_CONFLICT = """
    DELETE FROM sheet_conflict
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
    AND row_key = $key AND field = $field
"""
_KEEP_CONFLICT = """
    INSERT INTO sheet_conflict
        (spreadsheet, tab_number, row_key, field, base, ours, theirs, seen_at)
    VALUES ($spreadsheet, $tab_number, $row_key, $field, $base, $ours, $theirs, $seen_at)
"""
_LEFT_OUT = """
    SELECT row_key FROM sheet_left_out
    WHERE spreadsheet = $spreadsheet AND tab_number = $tab_number
"""
_LEAVE_OUT = """
    INSERT INTO sheet_left_out VALUES ($spreadsheet, $tab_number, $key) ON CONFLICT DO NOTHING
"""
_MOST = 200


def tabs_of(reader: Reader, spreadsheet: str) -> dict[str, int]:
    """The tab that shows each table in a spreadsheet, by its number."""
    rows = reader.rows(_TABS, spreadsheet=spreadsheet)
    return {row["table_name"]: row["tab_number"] for row in rows if row["in_use"]}


def known_tabs(reader: Reader, spreadsheet: str) -> frozenset[int]:
    """Every tab of a spreadsheet that shows a table, or did once."""
    return frozenset(row["tab_number"] for row in reader.rows(_TABS, spreadsheet=spreadsheet))


def tab_of(reader: Reader, table: str) -> TabId | None:
    """The tab that shows a table in the linked spreadsheet, once there is one."""
    row = reader.row(_IN_USE, table=table)
    return TabId(**row) if row else None


def keep_tab(work: Work, table: str, tab: TabId) -> None:
    """Remember which tab of its spreadsheet shows a table."""
    leave_tab(work, table, tab.spreadsheet)
    work.run(_KEEP_TAB, table=table, **tab._asdict())


def leave_tab(work: Work, table: str, spreadsheet: str) -> None:
    """Let a table have no tab, as in the beginning; no other table takes the old one over."""
    work.run(_LEAVE_TAB, table=table, spreadsheet=spreadsheet)


def base_of(reader: Reader, tab: TabId) -> dict[str, dict[str, str]]:
    """What was last agreed on, by row and field."""
    rows = reader.rows(_BASE, **tab._asdict())
    return {row["row_key"]: json.loads(row["texts"]) for row in rows}


def keep_base(
    work: Work, tab: TabId, rows: Mapping[str, Mapping[str, str]], forgotten: Iterable[str] = ()
) -> None:
    """Remember what whole rows are agreed to be, and forget others."""
    gone = [*rows, *forgotten]
    if gone:
        work.run(_FORGET, keys=gone, **tab._asdict())
    if rows:
        texts = [json.dumps(dict(row), ensure_ascii=False) for row in rows.values()]
        work.run(_KEEP_BASE, keys=list(rows), texts=texts, **tab._asdict())


def keys_of(reader: Reader, tab: TabId) -> dict[str, str | None]:
    """Every key handed out for a spare row, with the row it became."""
    return {row["sheet_key"]: row["row_key"] for row in reader.rows(_KEYS, **tab._asdict())}


def issue_keys(work: Work, tab: TabId, keys: Sequence[str]) -> None:
    """Hand out keys for spare rows, before any of them stands in a sheet."""
    if keys:
        work.run(_ISSUE, keys=list(keys), **tab._asdict())


def link_keys(work: Work, tab: TabId, links: Mapping[str, str | None]) -> None:
    """Remember which row a spare one became, or that it became none."""
    for sheet_key, row_key in links.items():
        if row_key is not None:
            # A pass that broke off may have left the key with a row that was never made.
            work.run(_UNLINK, row_key=row_key, **tab._asdict())
        work.run(_LINK, sheet_key=sheet_key, row_key=row_key, **tab._asdict())


def left_out(reader: Reader, tab: TabId) -> frozenset[str]:
    """The rows that a person agreed to leave out of the sheet."""
    return frozenset(row["row_key"] for row in reader.rows(_LEFT_OUT, **tab._asdict()))


def leave_out(work: Work, tab: TabId, key: str) -> None:
    """Leave a row out of the sheet from now on."""
    work.run(_LEAVE_OUT, key=key, **tab._asdict())


def conflicts_of(reader: Reader, tab: TabId) -> list[dict[str, Any]]:
    """What waits for a person: row_key, field, base, ours, theirs, seen_at."""
    return reader.rows(_CONFLICTS, **tab._asdict())


def waiting(reader: Reader, tab: TabId, key: str, field: str) -> Conflict | None:
    """What waits for a person in one place, if anything does."""
    row = reader.row(_ONE_CONFLICT, key=key, field=field, **tab._asdict())
    return Conflict(**row) if row else None


def all_waiting(reader: Reader) -> list[dict[str, Any]]:
    """What waits for a person in the tables that are shared, the oldest first.

    Returns:
        At most 200: table_name, row_key, the other fields of `Conflict`, and seen_at.
    """
    return reader.rows(_ALL_CONFLICTS, most=_MOST)


def count_waiting(reader: Reader) -> int:
    """How much waits for a person in the tables that are shared."""
    row = reader.row(_COUNT)
    return int(row["conflicts"]) if row else 0


def keep_conflicts(work: Work, tab: TabId, conflicts: Sequence[Conflict], now: datetime) -> None:
    """Remember what waits for a person now, and since when."""
    since = {(row["row_key"], row["field"]): row["seen_at"] for row in conflicts_of(work, tab)}
    work.run(_NO_CONFLICTS, **tab._asdict())
    for one in conflicts:
        work.run(
            _KEEP_CONFLICT,
            row_key=one.key,
            field=one.field,
            base=one.base,
            ours=one.ours,
            theirs=one.theirs,
            seen_at=since.get((one.key, one.field), now),
            **tab._asdict(),
        )


def no_conflict(work: Work, tab: TabId, conflict: Conflict) -> None:
    """A person has decided."""
    work.run(_NO_CONFLICT, key=conflict.key, field=conflict.field, **tab._asdict())
