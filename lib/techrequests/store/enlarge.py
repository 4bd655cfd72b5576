"""Copies of a whole district within its own database, for measuring how a large one behaves.

Each copy of a request keeps its history, its people and its money; only numbers, codes and the
school differ. The first copies are of whole schools with everything under way; the others are only
of what is finished, as in a district that has been at it for long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.assets import TAG_PREFIX
from techrequests.store.sealing import seal_all

if TYPE_CHECKING:
    import duckdb

    from techrequests.store.database import Database

_ENDED = "('closed', 'declined', 'denied', 'withdrawn', 'cancelled')"

# Running numbers of tables that the database counts, with the sequence of each.
_NUMBERED = {
    "event_no": ("request_event", "request_event_numbers"),
    "entry_no": ("ledger_entry", "ledger_entry_numbers"),
    "asset_event_no": ("asset_event", "asset_event_numbers"),
    "message_no": ("message", "message_numbers"),
}
_OF_A_REQUEST = (
    "request_line",
    "request_change",
    "review",
    "decision",
    "comment",
    "attachment",
    "request_event",
    "quote",
    "ledger_entry",
    "purchase_order",
    "order_line",
    "receipt",
    "invoice",
    "deployment_task",
    "message",
)
_PEOPLE = {
    "requester_id",
    "submitted_by_id",
    "reviewer_id",
    "approver_id",
    "on_behalf_of_id",
    "technician_id",
    "author_id",
    "changed_by_id",
    "uploaded_by_id",
    "actor_id",
    "placed_by_id",
    "received_by_id",
    "recorded_by_id",
    "custodian_id",
    "done_by_id",
    "person_id",
    "supervisor_id",
}
_PARTS = {
    "line_id",
    "change_id",
    "review_id",
    "decision_id",
    "comment_id",
    "attachment_id",
    "quote_id",
    "quote_line_id",
    "order_id",
    "order_line_id",
    "receipt_id",
    "invoice_id",
    "reverses_id",
    "task_id",
}
_TEXTS = {"subject", "body", "what"}

# One row per copied request: which copy, whose school, its old and its new number.
_COPIED = f"""
    CREATE TEMP TABLE copied AS
    SELECT n.n, n.school, r.request_id AS old_id,
           substr(r.request_id, 1, 8)
               || CAST(CAST(substr(r.request_id, 9) AS INTEGER) + n.n * $width AS TEXT) AS new_id
    FROM tech_request r CROSS JOIN (
        SELECT n, n % $schools AS school FROM range(1, $copies + 1) AS numbers (n)
    ) n
    WHERE n.n < $schools OR r.status IN {_ENDED}
"""  # noqa: S608  # constants
_SCHOOLS = (
    "CREATE TEMP TABLE school AS SELECT n AS n, n AS school FROM range(1, $schools) AS numbers (n)"
)
_BUDGETS = """
    INSERT INTO ledger_entry (fund_id, kind, amount_cents, actor_id, posted_at, why, overridden)
    SELECT fund_id, kind, amount_cents * $copies, actor_id, posted_at, why, overridden
    FROM ledger_entry WHERE kind = 'budget' ORDER BY entry_no
"""
_ROLES = """
    INSERT INTO role_grant
    SELECT g.grant_id || '-' || s.school || '-' || t.site_id, g.person_id || '-' || s.school,
           g.role, t.site_id || s.school, g.starts_on, g.ends_on, g.version
    FROM role_grant g CROSS JOIN school s
    JOIN (SELECT site_id FROM site_before) t ON g.site_id IN ('*', t.site_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """How a district is copied.

    Attributes:
        copies: How often every finished request is copied.
        schools: Sets of schools and staff afterwards, the first ones included.
        width: A power of ten above the running number of any request or unit.
    """

    copies: int
    schools: int
    width: int


def copy_requests(database: Database, plan: Copies) -> None:
    """Copy requests, people, schools and units many times, each table in a transaction of its own.

    For a database that nobody else uses, and that is thrown away when this fails.
    """
    with database.exclusive() as connection:
        values = {"schools": plan.schools, "copies": plan.copies, "width": plan.width}
        for sql in (_COPIED, _SCHOOLS, "CREATE TEMP TABLE site_before AS FROM site"):
            connection.execute(
                sql, {name: one for name, one in values.items() if f"${name}" in sql}
            )
        last = {number: _last(connection, number) for number in _NUMBERED}
        for table, source in _SOURCES.items():
            connection.execute(_insert(connection, table, source, plan, last))
        connection.execute(_ROLES)
        connection.execute(_BUDGETS, {"copies": plan.copies})
        for number, (_, sequence) in _NUMBERED.items():
            _wind(connection, sequence, last[number] * (plan.copies + 1))
        connection.execute(
            f"UPDATE counter SET last = last + {plan.copies * plan.width}"  # noqa: S608
        )
        connection.execute("DROP TABLE copied; DROP TABLE school; DROP TABLE site_before")
    seal_all(database)


def highest_number(database: Database) -> int:
    """The highest running number of any request or unit so far."""
    with database.read() as reader:
        return int(reader.value("SELECT coalesce(max(last), 0) FROM counter"))


def counts(database: Database) -> tuple[int, int]:
    """How many requests there are, and how many of them are finished."""
    with database.read() as reader:
        finished = f"SELECT count(*) FROM tech_request WHERE status IN {_ENDED}"  # noqa: S608
        return int(reader.value("SELECT count(*) FROM tech_request")), int(reader.value(finished))


_OF_A_SCHOOL = "CROSS JOIN school c"
_OF_A_CASE = "JOIN copied c ON c.old_id = t.request_id"
_UNITS = """
    JOIN (
        SELECT a.asset_tag AS unit, c.n, c.school, c.old_id, c.new_id
        FROM asset a JOIN copied c ON c.old_id = a.request_id
        UNION ALL
        SELECT a.asset_tag, s.n, s.school, NULL, NULL
        FROM asset a CROSS JOIN school s WHERE a.request_id IS NULL
    ) c ON c.unit = t.asset_tag
"""
# Where the copies of each table come from; what happened to units before the units themselves.
_SOURCES = {
    "site": _OF_A_SCHOOL,
    "person": _OF_A_SCHOOL,
    "tech_request": _OF_A_CASE,
    **dict.fromkeys(_OF_A_REQUEST, _OF_A_CASE),
    "quote_line": (
        "JOIN quote q ON q.quote_id = t.quote_id JOIN copied c ON c.old_id = q.request_id"
    ),
    "idempotency_key": "JOIN copied c ON starts_with(t.made, c.old_id)",
    "asset_event": _UNITS,
    "asset": _UNITS,
}


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source: str,
    plan: Copies,
    last: dict[str, int],
) -> str:
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = $table ORDER BY ordinal_position",
        {"table": table},
    ).fetchall()
    names = [row[0] for row in found]
    values = ", ".join(_copied(table, name, plan, last) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} t {source}"  # noqa: S608


def _copied(table: str, name: str, plan: Copies, last: dict[str, int]) -> str:
    """SQL of a column's value in a copy; `c` is the copy, `t` the row it is of."""
    column = f"t.{name}"
    if _NUMBERED.get(name, ("",))[0] == table:
        return f"{column} + c.n * {last[name]}"
    if name in _PEOPLE:
        return (
            f"CASE WHEN c.school = 0 OR {column} = 'schedule' THEN {column} "
            f"ELSE {column} || '-' || c.school END"
        )
    if name in _PARTS:
        return f"c.new_id || substr({column}, length(c.old_id) + 1)"
    if name in _TEXTS:
        return f"replace({column}, coalesce(c.old_id, ''), coalesce(c.new_id, ''))"
    return _COLUMNS.get((table, name), _COLUMNS.get(("", name), column)).format(
        t=column, width=plan.width
    )


_COLUMNS = {
    ("", "request_id"): "c.new_id",
    ("", "site_id"): "CASE WHEN c.school = 0 THEN {t} ELSE {t} || c.school END",
    ("", "asset_tag"): (
        f"'{TAG_PREFIX}' || CAST(CAST(substr({{t}}, {len(TAG_PREFIX) + 1}) AS INTEGER) "
        "+ c.n * {width} AS TEXT)"
    ),
    ("tech_request", "continues_id"): (
        "substr({t}, 1, 8) || CAST(CAST(substr({t}, 9) AS INTEGER) + c.n * {width} AS TEXT)"
    ),
    ("asset", "serial"): "{t} || CASE WHEN {t} = '' THEN '' ELSE '-' || c.n END",
    ("purchase_order", "order_number"): "{t} || '-' || c.n",
    ("invoice", "invoice_number"): "{t} || '-' || c.n",
    ("invoice", "number_key"): "{t} || '-' || c.n",
    ("request_event", "detail"): "{t} || CASE t.action WHEN 'order' THEN '-' || c.n ELSE '' END",
    ("site", "name"): "{t} || ' ' || (c.school + 1)",
    ("person", "full_name"): "{t} || ' ' || (c.school + 1)",
    ("person", "email"): "replace({t}, '@', '-' || c.school || '@')",
    ("idempotency_key", "key"): "{t} || '#' || c.n",
    ("idempotency_key", "made"): "c.new_id || substr({t}, length(c.old_id) + 1)",
}


def _last(connection: duckdb.DuckDBPyConnection, number: str) -> int:
    table, _ = _NUMBERED[number]
    found = connection.execute(f"SELECT coalesce(max({number}), 0) FROM {table}").fetchone()  # noqa: S608
    return int(found[0]) if found else 0


def _wind(connection: duckdb.DuckDBPyConnection, sequence: str, least: int) -> None:
    """Let a sequence give numbers above `least`; it cannot be set, so it is asked often enough."""
    connection.execute(
        f"SELECT count(n) FROM (SELECT nextval('{sequence}') AS n FROM range({least})) AS asked"  # noqa: S608
    ).fetchone()
