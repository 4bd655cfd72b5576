"""The district's own tables: a page of rows, what they point to, and who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.fields import Kind, shown
from techrequests.store.listings import PAGE_ROWS, containing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from techrequests.domain.fields import Record
    from techrequests.store.database import Reader

    R = TypeVar("R", bound=Record)

NAME_COLUMNS = {
    "person": "full_name",
    "site": "name",
    "standard_item": "name",
    "vendor": "name",
    "fund": "name",
}
"""Which column says in words what a row of a table is."""

KEYS = {
    "person": "person_id",
    "site": "site_id",
    "standard_item": "item_id",
    "vendor": "vendor_id",
    "fund": "fund_id",
}

_LIKE = " ILIKE $search ESCAPE '!'"

# One row per change of a cell, newest first.
_HISTORY = """
    SELECT e.table_edit_no, e.row_key, e.field, e.before, e.after, e.edited_at,
           p.full_name AS who, coalesce(l.why, '') AS why, e.via
    FROM table_edit e JOIN doer p ON p.person_id = e.actor_id
    LEFT JOIN ledger_entry l ON e.field = 'budget_cents' AND l.kind = 'budget'
     AND l.fund_id = e.row_key AND l.posted_at = e.edited_at
    WHERE e.table_name = $table AND (e.row_key = $row_key OR $row_key IS NULL)
    ORDER BY e.table_edit_no DESC LIMIT $most
"""

_LAST_SAVE = """
    SELECT row_key, field, before, after, edited_at FROM table_edit
    WHERE table_name = $table AND edited_at = (
        SELECT max(edited_at) FROM table_edit WHERE table_name = $table
    ) AND actor_id = $actor_id
    ORDER BY table_edit_no
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAsked:
    """Which rows of a table a person wants to see.

    Attributes:
        search: Text that stands in any column, or in the name of what a column points to.
        inactive: Whether rows that are not active any more are shown too.
        filters: Pairs of a field's name and picked values as texts; an absent one lets everything
            pass.
        order: The field to sort by; anything else falls back to the table's own order.
        descending: Whether the last comes first, of that field.
        page: From 1.
    """

    search: str = ""
    inactive: bool = False
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    order: str = ""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a table may be listed.

    Attributes:
        usual: SQL of its own order.
        names: Tables by the fields that point to them: such a field is sorted by what it names.
    """

    usual: str
    names: Mapping[str, str]


def rows_of(
    reader: Reader, record: type[R], ways: Ways, asked: RowsAsked, *, most: int = PAGE_ROWS
) -> list[R]:
    """One page of a table as records."""
    where, values = _where(record, asked)
    offset = (max(asked.page, 1) - 1) * PAGE_ROWS
    order = f"{_order(record, ways, asked)}, {record.TABLE.key}"
    return reader.find(
        record, f"WHERE {where} ORDER BY {order} LIMIT {most} OFFSET {offset}", **values
    )


def count_of(reader: Reader, record: type[Record], asked: RowsAsked) -> int:
    """How many rows there are over all pages."""
    where, values = _where(record, asked)
    return int(reader.value(f"SELECT count(*) FROM {record.TABLE.name} WHERE {where}", **values))  # noqa: S608  # names from code


def by_key(reader: Reader, record: type[R], keys: Iterable[str]) -> dict[str, R]:
    """The records with these keys."""
    key = record.TABLE.key
    found = reader.find(record, f"WHERE {key} = ANY($keys)", keys=sorted(set(keys)))
    return {getattr(one, key): one for one in found}


def words_of(reader: Reader, table: str, *, active: bool = True) -> dict[str, str]:
    """What a table's rows are called, by key, in the order of their names."""
    key, name = KEYS[table], NAME_COLUMNS[table]
    where = "WHERE active" if active and table != "fund" else ""
    found = reader.run(f"SELECT {key}, {name} FROM {table} {where} ORDER BY {name}").fetchall()  # noqa: S608  # names from code
    return {str(code): str(words) for code, words in found}


def emails_of(reader: Reader) -> dict[str, str]:
    """Everybody's code by e-mail address in lower case."""
    found = reader.run("SELECT lower(email), person_id FROM person").fetchall()
    return {str(email): str(code) for email, code in found}


def standing_of(reader: Reader, table: str, keys: Iterable[str]) -> dict[str, bool]:
    """Which of these rows exist, and whether they are active."""
    key = KEYS[table]
    active = "TRUE" if table == "fund" else "active"
    sql = f"SELECT {key} AS row_key, {active} AS active FROM {table} WHERE {key} = ANY($keys)"  # noqa: S608
    found = reader.rows(sql, keys=sorted(set(keys)))
    return {row["row_key"]: row["active"] for row in found}


def holders_of_emails(reader: Reader, emails: Iterable[str]) -> dict[str, str]:
    """Who has these addresses, whatever their capitals: person codes by lower-case address."""
    found = reader.rows(
        "SELECT lower(email) AS email, person_id FROM person WHERE lower(email) = ANY($emails)",
        emails=sorted({email.lower() for email in emails}),
    )
    return {row["email"]: row["person_id"] for row in found}


def same_codes(reader: Reader, record: type[Record], keys: Iterable[str]) -> dict[str, str]:
    """Codes in use that differ from these at most in capitals: the code in use by lower case."""
    key = record.TABLE.key
    sql = f"SELECT {key} AS row_key FROM {record.TABLE.name} WHERE lower({key}) = ANY($keys)"  # noqa: S608
    found = reader.rows(sql, keys=sorted({one.lower() for one in keys}))
    return {row["row_key"].lower(): row["row_key"] for row in found}


def history_of(
    reader: Reader, table: str, *, row_key: str | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """The newest changes of a table's cells, newest first.

    Returns:
        table_edit_no, row_key, field, before, after (texts), edited_at, who, why (of a
        budget's change, else empty), via.
    """
    return reader.rows(_HISTORY, table=table, row_key=row_key, most=most)


def last_save_of(reader: Reader, table: str, actor_id: str) -> list[dict[str, Any]]:
    """The cells of the last save of a table, when it was this person's; else nothing."""
    return reader.rows(_LAST_SAVE, table=table, actor_id=actor_id)


def last_change(
    reader: Reader, table: str, row_key: str, field: str
) -> tuple[str, datetime] | None:
    """Who changed a cell last, and when."""
    found = reader.row(
        "SELECT p.full_name, e.edited_at "
        "FROM table_edit e JOIN doer p ON p.person_id = e.actor_id "
        "WHERE e.table_name = $table AND e.row_key = $row_key AND e.field = $field "
        "ORDER BY e.table_edit_no DESC LIMIT 1",
        table=table,
        row_key=row_key,
        field=field,
    )
    return (found["full_name"], found["edited_at"]) if found else None


def _where(record: type[Record], asked: RowsAsked) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    values: dict[str, Any] = {}
    names = [column.name for column in shown(record)]
    if "active" in names and not asked.inactive:
        parts.append("active")
    if text := asked.search.strip():
        parts.append(f"({' OR '.join(_searched(record))})")
        values["search"] = containing(text)
    for sql, name, wanted in _picked(record, asked):
        parts.append(sql)
        values[name] = wanted
    return " AND ".join(parts) or "TRUE", values


def _picked(record: type[Record], asked: RowsAsked) -> Iterator[tuple[str, str, list[str]]]:
    """SQL, the name of its parameter, and the values of each filter that is set."""
    kinds = {column.name: column.kind for column in shown(record)}
    for name, wanted in asked.filters:
        if name in kinds and wanted:
            as_text = f"coalesce(CAST({name} AS TEXT), '')"
            if kinds[name] is Kind.YES_NO:
                as_text = f"CASE WHEN {name} THEN 'yes' ELSE 'no' END"
            yield f"{as_text} = ANY($picked_{name})", f"picked_{name}", list(wanted)


def _order(record: type[Record], ways: Ways, asked: RowsAsked) -> str:
    if asked.order not in {column.name for column in shown(record)}:
        return ways.usual
    by = asked.order
    if (table := ways.names.get(by)) in KEYS:
        named = f"SELECT x.{NAME_COLUMNS[table]} FROM {table} x"  # noqa: S608  # names from code
        by = f"({named} WHERE x.{KEYS[table]} = {record.TABLE.name}.{by})"
    return f"{by} {'DESC' if asked.descending else 'ASC'} NULLS LAST"


def recurring(reader: Reader, record: type[Record], name: str) -> list[str]:
    """The different values of a field as texts, in order."""
    table = record.TABLE.name
    found = reader.run(
        f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY {name}"  # noqa: S608  # names from code
    ).fetchall()
    return [str(value) for (value,) in found]


def _searched(record: type[Record]) -> list[str]:
    found = []
    for column in shown(record):
        table = column.field.refers_to if column.field else ""
        if column.kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}:
            found.append(column.name + _LIKE)
        if table in KEYS:
            found.append(
                f"{column.name} IN (SELECT {KEYS[table]} FROM {table} "  # noqa: S608
                f"WHERE {NAME_COLUMNS[table]}{_LIKE})"
            )
    return found
