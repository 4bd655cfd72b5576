"""What older versions left wrong is put right once, as entries that say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON
from services.orders_of_facts import Event, an_order_of, books, happens, with_pots
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.mends import mend
from techrequests.store.migrate import scripts, split
from techrequests.store.recovery import upgrade
from techrequests.store.requests import entries_of
from techrequests.store.sealing import seal_all

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.domain.techrequest import TechRequest

SHARES = {"POT-A": 200_00, "POT-B": 100_00}
RIGHT = {("POT-A", "1"): (0, 200_00)}


@pytest.fixture
def stuck(database: Database) -> TechRequest:
    """What an older version left of two tablets that came, and a dock that was canceled."""
    with_pots(database)
    request = an_order_of(database, ((2, 100_00), (1, 100_00)), SHARES)
    for event in (Event("accept", "1", 2), Event("bill", "1", 200_00), Event("cancel", "2", 1)):
        happens(database, request.request_id, event)
    assert books(database, request) == RIGHT
    with database.write() as work:
        (bill,) = work.rows("SELECT invoice_id FROM invoice")
        work.run("DELETE FROM ledger_entry WHERE order_id IS NULL AND kind <> 'budget'")
        lines = {
            entry.fund_id: entry.line_id for entry in work.find(Entry, "WHERE order_id IS NOT NULL")
        }
        for fund_id, paid, held in (("POT-A", 133_33, 66_67), ("POT-B", 66_67, 0)):
            for kind, cents, of in (
                (EntryKind.RELEASE_ENCUMBRANCE, paid, bill["invoice_id"]),
                (EntryKind.EXPEND, paid, bill["invoice_id"]),
                (EntryKind.RELEASE_ENCUMBRANCE, SHARES[fund_id] - paid - held, None),
            ):
                if cents:
                    work.insert(
                        Entry(
                            fund_id=fund_id,
                            request_id=request.request_id,
                            line_id=lines[fund_id],
                            kind=kind,
                            amount_cents=cents,
                            actor_id="ben",
                            posted_at=NOON,
                            why="As an older version did.",
                            invoice_id=of,
                        )
                    )
        work.run("DELETE FROM data_mend")
    seal_all(database)
    return request


def names(database: Database) -> set[str]:
    return {finding.name for finding in run_checks(database, now=NOON)}


def test_the_check_finds_what_is_stuck_and_who_paid_for_what_it_did_not_fund(
    database: Database, stuck: TechRequest
) -> None:
    assert names(database) == {"still_to_bill", "books"}
    found = next(one for one in run_checks(database, now=NOON) if one.name == "books")
    assert {row["request_id"] for row in found.rows} == {stuck.request_id}


def test_the_mend_posts_what_is_missing_once_and_says_why(
    database: Database, stuck: TechRequest
) -> None:
    with database.read() as reader:
        before = entries_of(reader, stuck.request_id)
    assert mend(database, now=NOON) == ["the books of 1 request put right"]
    assert books(database, stuck) == RIGHT
    with database.read() as reader:
        after = entries_of(reader, stuck.request_id)
    assert after[: len(before)] == before, "nothing that stands is changed"
    assert all("at an upgrade" in entry.why for entry in after[len(before) :])
    assert {entry.actor_id for entry in after[len(before) :]} == {"schedule"}
    assert names(database) == set()
    assert mend(database, now=NOON) == []


def test_an_upgrade_brings_the_split_of_orders_the_keys_of_invoices_and_the_mends(
    database: Database, stuck: TechRequest, tmp_path: Path
) -> None:
    """The schema of before these columns, with data in it."""
    old = as_of(15, database, tmp_path / "old.duckdb")
    done = upgrade(old, now=NOON)
    assert done[:2] == ["0016_tolerances.sql", "0017_data_mends.sql"]
    assert done[-1] == "the books of 1 request put right"
    assert books(old, stuck) == RIGHT
    with old.read() as reader:
        assert reader.value("SELECT number_key FROM invoice").startswith("inv-1")
    assert names(old) == set()
    old.close()


def as_of(number: int, database: Database, path: Path) -> Database:
    """The same data under an older schema."""
    old = Database.open(path, create=True)
    old.script(["CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"])
    for version, (name, sql) in scripts().items():
        if version <= number:
            noted = f"INSERT INTO schema_version VALUES ({version}, '{name}')"  # noqa: S608
            old.script([*split(sql), noted])
    old.close()
    with database.exclusive() as connection:
        connection.execute(f"ATTACH '{path}' AS old")
        found = connection.execute(
            "SELECT table_name, string_agg(column_name, ', ') FROM duckdb_columns() "
            "WHERE database_name = 'old' AND table_name <> 'schema_version' GROUP BY table_name"
        ).fetchall()
        for table, columns in found:
            connection.execute(f"DELETE FROM old.{table}")  # noqa: S608  # names of our own
            rows = f"SELECT {columns} FROM memory.{table}"  # noqa: S608
            connection.execute(f"INSERT INTO old.{table} ({columns}) {rows}")
        connection.execute("DETACH old")
    old = Database.open(path)
    with old.write() as work:
        for row in work.rows("SELECT sequence_name AS name FROM duckdb_sequences()"):
            work.run(f"SELECT max(nextval('{row['name']}')) FROM range(1000)")  # noqa: S608
    return old
