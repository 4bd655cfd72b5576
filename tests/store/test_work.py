"""What one transaction can ask of the store, and how seldom it has to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from builders import NOON, a_fund
from techrequests.domain.errors import TechRequestsError
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.store import work as work_module
from techrequests.store.work import MOST_ROWS_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.store.database import Database


def _entries(count: int) -> Iterator[Entry]:
    for number in range(1, count + 1):
        yield Entry(
            fund_id="GEN-27",
            kind=EntryKind.BUDGET,
            amount_cents=number,
            actor_id="bea",
            posted_at=NOON,
            why=f"Entry {number}",
        )


@pytest.mark.parametrize("count", [0, 1, MOST_ROWS_AT_ONCE, 2 * MOST_ROWS_AT_ONCE + 1])
def test_many_records_are_written_in_their_order_with_few_statements(
    database: Database, count: int
) -> None:
    with database.write() as work:
        before = database.statements.total
        work.insert_all(_entries(count))
        assert database.statements.total - before == -(-count // MOST_ROWS_AT_ONCE)
    with database.read() as reader:
        rows = reader.rows(
            "SELECT why FROM ledger_entry WHERE why LIKE 'Entry %' ORDER BY entry_no"
        )
    assert [row["why"] for row in rows] == [f"Entry {number + 1}" for number in range(count)]


def test_new_records_of_several_classes_start_at_version_1(database: Database) -> None:
    with database.write() as work:
        work.insert_all([a_fund(fund_id="NEW-1", version=7), *_entries(2), a_fund(fund_id="NEW-2")])
    with database.read() as reader:
        found = reader.rows("SELECT version FROM fund WHERE fund_id LIKE 'NEW-%'")
        assert reader.value("SELECT count(*) FROM ledger_entry WHERE why LIKE 'Entry %'") == 2
    assert found == [{"version": 1}, {"version": 1}]


def test_one_bad_record_keeps_all_of_them_out(database: Database) -> None:
    with pytest.raises(TechRequestsError), database.write() as work:
        work.insert_all([a_fund(fund_id="NEW-1"), a_fund(fund_id="NEW-1")])
    with database.read() as reader:
        assert not reader.value("SELECT count(*) FROM fund WHERE fund_id = 'NEW-1'")


def test_a_statement_that_was_read_before_serves_every_thread(database: Database) -> None:
    sql = "SELECT full_name FROM person WHERE person_id = $who AND $day = $day"

    def ask(number: int) -> str:
        with database.read() as reader:
            who = "tina" if number % 2 else "tom"
            name: str = reader.value(sql, who=who, day=number)
            return name

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(200)))
    assert found == ["Tina Cho" if number % 2 else "Tom Berg" for number in range(200)]


def test_a_changed_table_is_seen_by_a_statement_that_was_read_before(database: Database) -> None:
    with database.read() as reader:
        before = reader.rows("SELECT * FROM vendor")
    with database.write() as work:
        work.run("ALTER TABLE vendor ADD COLUMN fax TEXT")
    with database.read() as reader:
        after = reader.rows("SELECT * FROM vendor")
    assert set(after[0]) - set(before[0]) == {"fax"}


def test_what_was_read_before_is_forgotten_when_there_is_too_much_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "_MOST_PARSED", 3)
    with database.read() as reader:
        assert [reader.value(f"SELECT {number}") for number in range(10)] == list(range(10))
    assert len(work_module._parsed_before) <= 3


def test_a_wrong_statement_is_an_error_of_the_store(database: Database) -> None:
    with pytest.raises(TechRequestsError), database.read() as reader:
        reader.value("SELEC 1")
