"""A record class and its table say the same; where they do not, the missing SQL is printed."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import MISSING, fields, make_dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pytest

import techrequests.domain
import techrequests.notify
import techrequests.services
import techrequests.store
from builders import submitted
from techrequests.domain.errors import StoreError
from techrequests.domain.fields import Field, describe
from techrequests.domain.techrequest import TechRequest
from techrequests.store.database import Database
from techrequests.store.migrate import migrate, scripts, split, version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.fields import Column, Record

README = Path(__file__).parents[2] / "README.md"
BOOKKEEPING = {
    "schema_version": "written by the migrations",
    "idempotency_key": "written by Work.made",
    "counter": "written by Work.next_number",
    "audit_head": "written by audit.record",
    "hold": "written by resumption.resume, and in a copy by backup.copy_tables",
    "resumption": "written by resumption.resume",
    "sealed_act": "written by seals.add_act",
    "seal_state": "written by seals.add_act and sealing.seal_later",
    "seal_broken": "written by sealing.seal_later",
    "setting_seen": "written by audit.keep_setting",
    "sheet_tab": "written by sheet_tabs.keep_tab",
    "sheet_base": "written by sheet_tabs.keep_base",
    "sheet_key": "written by sheet_tabs.issue_keys",
    "sheet_conflict": "written by sheet_tabs.keep_conflicts",
    "sheet_write": "written by sheet_log.note_writes",
    "sheet_link": "written by sheet_link.keep_link",
    "sheet_sharing": "written by sheet_link.keep_sharing",
    "sheet_left_out": "written by sheet_tabs.leave_out",
    "sheet_run": "written by sheet_log.keep_run",
    "file_mapping": "written by mappings.keep_mapping",
    "data_mend": "written by mends.mend",
    "file_value": "written by mappings.keep_values",
}
"""Tables without a record class, and who writes them."""


VIEWS = {
    "budgeted_fund": "a fund with its budget in one row, saved as a fund and ledger entries",
    "fund_in_sheet": "the same with its balances, which are never saved",
    "order_cost": "what an order comes to, added up from its lines and bills, never saved",
}
"""Record classes that are read from a view, and how they are saved."""


def record_classes() -> dict[str, type[Record]]:
    """Every record class by its table, but those that are read from a view."""
    found: dict[str, type[Record]] = {}
    for package in (
        techrequests.domain,
        techrequests.store,
        techrequests.services,
        techrequests.notify,
    ):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(info.name)).values():
                if isinstance(value, type) and hasattr(value, "TABLE") and value.TABLE:
                    assert found.setdefault(value.TABLE.name, value) is value
    return {table: record for table, record in found.items() if table not in VIEWS}


RECORDS = record_classes()


@pytest.fixture(scope="module")
def empty() -> Iterator[Database]:
    """A migrated database without a district."""
    opened = Database.open()
    migrate(opened)
    yield opened
    opened.close()


def expected_type(column: Column) -> str:
    """The SQL type of a field: cents need 64 bits, other whole numbers do not."""
    kind = str if issubclass(column.python_type, StrEnum) else column.python_type
    if kind is int:
        return "BIGINT" if column.name.endswith(("_cents", "_bytes")) else "INTEGER"
    names = {str: "VARCHAR", bool: "BOOLEAN", date: "DATE", datetime: "TIMESTAMP"}
    return names[kind]


def expected_columns(record: type[Record]) -> dict[str, tuple[str, bool]]:
    """SQL type and whether NULL is allowed, by name."""
    columns = {column.name: (expected_type(column), column.nullable) for column in describe(record)}
    # The database numbers the rows of a class that does not declare its key.
    columns.setdefault(record.TABLE.key, ("BIGINT", False))
    return columns


def actual_columns(database: Database) -> dict[str, dict[str, tuple[str, bool]]]:
    with database.read() as reader:
        rows = reader.rows(
            "SELECT c.table_name, c.column_name, c.data_type, c.is_nullable "
            "FROM information_schema.columns c "
            "JOIN information_schema.tables t ON t.table_name = c.table_name "
            "WHERE t.table_type = 'BASE TABLE'"
        )
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for row in rows:
        columns = tables.setdefault(row["table_name"], {})
        columns[row["column_name"]] = (row["data_type"], row["is_nullable"] == "YES")
    return tables


def missing_sql(record: type[Record], actual: dict[str, tuple[str, bool]]) -> list[str]:
    """The statements that would bring a table to what its class says."""
    table, expected = record.TABLE.name, expected_columns(record)
    usual = {
        field.name: default_sql(field.default)
        for field in fields(record)
        if field.default is not MISSING
    }
    added = [
        f"ALTER TABLE {table} ADD COLUMN {name} {kind.replace('VARCHAR', 'TEXT')}"
        + ("" if nullable else f" NOT NULL DEFAULT {usual.get(name, '…')}")
        + ";"
        for name, (kind, nullable) in expected.items()
        if name not in actual
    ]
    dropped = [
        f"ALTER TABLE {table} DROP COLUMN {name};" for name in actual if name not in expected
    ]
    changed = [
        f"-- {table}.{name} is {actual[name]}, its class says {said} (type, may be NULL)"
        for name, said in expected.items()
        if name in actual and actual[name] != said
    ]
    return [*added, *dropped, *changed]


def default_sql(value: object) -> str:
    """A field's default as SQL."""
    return f"'{value}'" if isinstance(value, (str, date)) else str(value).upper()


@pytest.mark.parametrize("table", sorted(RECORDS))
def test_a_table_has_exactly_the_columns_of_its_class(empty: Database, table: str) -> None:
    missing = missing_sql(RECORDS[table], actual_columns(empty).get(table, {}))
    assert not missing, "Write a migration:\n" + "\n".join(missing)


def test_every_table_has_a_class_or_a_reason_not_to(empty: Database) -> None:
    assert set(actual_columns(empty)) - set(RECORDS) == set(BOOKKEEPING)


def test_the_missing_sql_is_printed_for_a_new_field() -> None:
    record = RECORDS["site"]
    actual = expected_columns(record)
    for new in ("phone", "site_id", "active"):
        actual.pop(new)
    actual["fax"] = ("VARCHAR", True)
    actual["name"] = ("INTEGER", False)
    assert missing_sql(record, actual) == [
        "ALTER TABLE site ADD COLUMN site_id TEXT NOT NULL DEFAULT …;",
        "ALTER TABLE site ADD COLUMN phone TEXT NOT NULL DEFAULT '';",
        "ALTER TABLE site ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE;",
        "ALTER TABLE site DROP COLUMN fax;",
        "-- site.name is ('INTEGER', False), its class says ('VARCHAR', False) (type, may be NULL)",
    ]


def test_the_statement_of_the_readme_is_the_one_that_is_printed_and_it_works(
    database: Database,
) -> None:
    # Whoever follows the README has the column already, when all tests run at the end.
    database.script(["ALTER TABLE tech_request DROP COLUMN IF EXISTS room"])
    room = Annotated[str, Field(label="Room", example="112", max_length=40, optional=True)]
    record = make_dataclass(
        "Roomy", [("room", room, "")], bases=(TechRequest,), frozen=True, kw_only=True
    )
    [printed] = missing_sql(record, actual_columns(database)["tech_request"])
    assert printed in README.read_text()
    database.script([printed])
    assert missing_sql(record, actual_columns(database)["tech_request"]) == []
    request = submitted(database)
    with database.read() as reader:
        assert reader.get(record, request.request_id).room == ""


@pytest.mark.parametrize("table", sorted(RECORDS))
def test_the_key_of_a_class_is_the_primary_key_of_its_table(empty: Database, table: str) -> None:
    with empty.read() as reader:
        keys = reader.rows(
            "SELECT constraint_column_names AS names FROM duckdb_constraints() "
            "WHERE table_name = $table AND constraint_type = 'PRIMARY KEY'",
            table=table,
        )
    assert [row["names"] for row in keys] == [[RECORDS[table].TABLE.key]]


def test_only_what_is_written_once_goes_without_a_version() -> None:
    """Without one two people could overwrite each other's changes unseen."""
    unguarded = {
        table
        for table, record in RECORDS.items()
        if "version" not in {column.name for column in describe(record)}
    }
    guarded_by_the_request = {"request_line"}
    marked_as_read_and_sent = {"message"}
    assert unguarded - guarded_by_the_request - marked_as_read_and_sent == {
        "asset_event",
        "audit_event",
        "comment",
        "decision",
        "invoice",
        "ledger_entry",
        "quote_line",
        "receipt",
        "request_change",
        "request_event",
        "review",
        "table_edit",
    }


def test_migrations_are_numbered_and_run_once(database: Database) -> None:
    assert version(database) == max(scripts())
    assert migrate(database) == []


def test_a_newer_database_is_refused_and_left_alone(database: Database) -> None:
    with database.write() as work:
        work.run("INSERT INTO schema_version VALUES (9999, 'from the future')")
    with pytest.raises(StoreError, match="knows up to"):
        migrate(database)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        ("-- only a comment\n", []),
        ("SELECT 1;\nSELECT 2;\n", ["SELECT 1", "SELECT 2"]),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT ';' AS x\n  -- why; because\nFROM t;\n", ["SELECT ';' AS x\nFROM t"]),
    ],
)
def test_a_script_is_split_at_the_ends_of_its_statements(sql: str, expected: list[str]) -> None:
    assert [part.rstrip(";") for part in split(sql)] == expected


def test_names_in_statements_come_from_code(database: Database) -> None:
    """A value is never part of a statement's text."""
    tricky: dict[str, Any] = {"it": "'; DROP TABLE person; --"}
    with database.read() as reader:
        assert reader.rows("SELECT * FROM person WHERE person_id = $it", **tricky) == []
        assert reader.value("SELECT count(*) FROM person") > 0
