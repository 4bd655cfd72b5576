"""The chain of seals in the store: acts are added to it, and every row is held against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.seals import (
    FIRST_SEAL,
    GONE,
    HASH_DIGITS,
    SEALED,
    UNSEALED,
    act_lines,
    act_seal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from techrequests.store.work import Reader, Work

ROWS_AN_ACT = 1_000
"""Rows that are sealed together when a migration seals those of a whole table."""

_READY = """
    SELECT count(*) FROM information_schema.tables
    WHERE table_name = 'sealed_act' AND table_catalog = current_database()
"""
_HEAD = """
    SELECT greatest(s.commit_no, coalesce(a.commit_no, 0)) AS commit_no,
           coalesce(a.act_no, 0) AS act_no, a.seal,
           (SELECT coalesce(max(event_no), 0) FROM request_event) AS event_no,
           (SELECT coalesce(max(audit_no), 0) FROM audit_event) AS audit_no
    FROM seal_state s
    LEFT JOIN (SELECT * FROM sealed_act ORDER BY act_no DESC LIMIT 1) a ON TRUE
    WHERE s.state_id = 1
"""
_ADD_ACT = "INSERT INTO sealed_act VALUES ($act_no, $commit_no, $lines, $seal)"
_COUNT = "UPDATE seal_state SET commit_no = $commit_no WHERE state_id = 1"
_SEAL_AT = "SELECT seal FROM sealed_act WHERE act_no = $act_no"

_COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_catalog = current_database() ORDER BY table_name, column_name
"""
_CHAIN = f"""
    SELECT act_no, wrong FROM (
        SELECT act_no, CASE
            WHEN act_no <> before + 1 THEN 'the acts before it were taken out'
            WHEN seal <> sha256(previous || act_no || ':' || commit_no || ':' || sealed_rows)
            THEN 'altered, or the act before it was'
        END AS wrong
        FROM (
            SELECT *, coalesce(lag(act_no) OVER (ORDER BY act_no), 0) AS before,
                   coalesce(lag(seal) OVER (ORDER BY act_no), '{FIRST_SEAL}') AS previous
            FROM sealed_act
        ) linked
    ) held WHERE wrong IS NOT NULL ORDER BY act_no
"""  # noqa: S608  # constants
_DIFFERENT = f"""
    WITH line AS (
        SELECT act_no, unnest(string_split(sealed_rows, chr(10))) AS line FROM sealed_act
    ), part AS (
        SELECT act_no, substr(line, 1, {HASH_DIGITS}) AS digest,
               substr(line, {HASH_DIGITS + 2}) AS row_name
        FROM line WHERE line <> ''
    ), sealed AS (
        SELECT row_name, arg_max(digest, act_no) AS digest FROM part GROUP BY row_name
    ), present AS (
        %s
    )
    SELECT coalesce(s.row_name, p.row_name) AS row_name, p.digest, CASE
               WHEN p.digest IS NULL THEN 'taken out'
               WHEN s.digest IS NULL OR s.digest = '{GONE}' THEN 'added'
               ELSE 'altered'
           END AS wrong
    FROM sealed s FULL JOIN present p ON p.row_name = s.row_name
    WHERE coalesce(s.digest, '') <> coalesce(p.digest, '')
      AND NOT (p.digest IS NULL AND s.digest = '{GONE}')
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a database stands.

    Attributes:
        commit_no: How many saves it has seen.
        act_no: How many of them sealed something.
        seal: Of the last such act.
        event_no: The newest step of a request.
        audit_no: The newest line of the audit trail.
    """

    commit_no: int
    act_no: int
    seal: str
    event_no: int
    audit_no: int


NOTHING_YET = Head(commit_no=0, act_no=0, seal=FIRST_SEAL, event_no=0, audit_no=0)


def head_of(reader: Reader) -> Head | None:
    """Where a database stands; None before the migration that brought the seal."""
    if not reader.value(_READY):
        return None
    row = reader.rows(_HEAD)[0]
    return Head(**{**row, "seal": row["seal"] or FIRST_SEAL})


def seal_at(reader: Reader, act_no: int) -> str | None:
    """The seal of an act; that of none for number 0, and None when there is no such act."""
    if act_no == 0:
        return FIRST_SEAL
    found: str | None = reader.value(_SEAL_AT, act_no=act_no)
    return found


def add_act(work: Work, head: Head, lines: Sequence[str]) -> Head:
    """Count a save, and seal the rows that it wrote.

    Returns:
        Where the database stands once it is committed.
    """
    commit_no = head.commit_no + 1
    if not lines:
        work.run(_COUNT, commit_no=commit_no)
        return replace(head, commit_no=commit_no)
    act_no, text = head.act_no + 1, act_lines(lines)
    seal = act_seal(head.seal, act_no, commit_no, text)
    work.run(_ADD_ACT, act_no=act_no, commit_no=commit_no, lines=text, seal=seal)
    return Head(
        commit_no=commit_no,
        act_no=act_no,
        seal=seal,
        event_no=_newest(head.event_no, "request_event", lines),
        audit_no=_newest(head.audit_no, "audit_event", lines),
    )


def _newest(known: int, table: str, lines: Iterable[str]) -> int:
    start = f" {table} "
    numbers = (
        int(line[HASH_DIGITS + len(start) :])
        for line in lines
        if line.startswith(start, HASH_DIGITS)
    )
    return max(numbers, default=known)


def breaks(reader: Reader) -> Iterator[Mapping[str, object]]:
    """What is not as it was sealed: acts of the chain, then rows."""
    yield from broken_acts(reader)
    for row in different_rows(reader):
        table, key = str(row["row_name"]).split(" ", 1)
        yield {"table": table, "row": key, "wrong": row["wrong"]}


def broken_acts(reader: Reader) -> Iterator[Mapping[str, object]]:
    """Where the chain itself was altered, or something was taken out of it."""
    for row in reader.rows(_CHAIN):
        yield {"act": row["act_no"], "wrong": row["wrong"]}


def different_rows(reader: Reader) -> list[dict[str, object]]:
    """Rows that are not as they were sealed: table and key, the hash now, and what is wrong."""
    return reader.rows(f"{different_sql(reader)} ORDER BY row_name")


def different_sql(reader: Reader) -> str:
    """The same as a statement, in no order."""
    return _DIFFERENT % "\n        UNION ALL ".join(_present(reader))


def _present(reader: Reader) -> Iterator[str]:
    """For each sealed table, SQL that gives the name and the hash of every row."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for row in reader.rows(_COLUMNS):
        columns.setdefault(row["table_name"], []).append((row["column_name"], row["data_type"]))
    for table, key in SEALED.items():
        if table not in columns:
            continue  # it comes with the migration that is about to run
        said = " || ".join(_said(name, kind) for name, kind in columns[table] if name != UNSEALED)
        yield (
            f"SELECT '{table} ' || CAST({key} AS TEXT) AS row_name, "  # noqa: S608  # names from the catalog
            f"substr(sha256('{table}' || chr(10) || {said}), 1, {HASH_DIGITS}) AS digest "
            f"FROM {table}"
        )


def _said(name: str, kind: str) -> str:
    """SQL for what a column says, as `domain.seals.line_of` puts it."""
    text = name if kind == "VARCHAR" else f"CAST({name} AS TEXT)"
    nothing = {"VARCHAR": f"{name} = ''", "BOOLEAN": f"NOT {name}"}.get(
        kind, f"{name} = 0" if kind in {"BIGINT", "INTEGER"} else "FALSE"
    )
    return (
        f"CASE WHEN {name} IS NULL OR {nothing} THEN '' "
        f"ELSE '{name}=' || length({text}) || ':' || {text} END"
    )
