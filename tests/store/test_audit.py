"""The audit trail: whatever is altered or taken out of it is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from builders import NOON
from techrequests.domain.audit import AuditEvent, AuditKind
from techrequests.domain.policy import NOBODY_ON_THE_STAFF
from techrequests.services.audit import note_refusal, note_settings
from techrequests.store.audit import breaks, head_of, record
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.store.database import Database


@pytest.fixture
def told(database: Database) -> Database:
    """A district with five events."""
    for number in range(1, 6):
        tell(database, f"event {number}")
    return database


def tell(database: Database, detail: str) -> None:
    with database.write() as work:
        record(work, AuditKind.GRANT, actor_id="ada", about="person tom", detail=detail, now=NOON)


def broken(database: Database) -> list[object]:
    with database.read() as reader:
        return [found["audit_no"] for found in breaks(reader)]


def harm(database: Database, *sql: str) -> None:
    with database.write() as work:
        for statement in sql:
            work.run(statement)


def test_a_trail_that_nobody_touched_is_whole(told: Database) -> None:
    assert broken(told) == []
    assert run_checks(told, now=NOON) == []


@pytest.mark.parametrize(
    "change",
    [
        "detail = 'nothing to see'",
        "actor_id = 'tom'",
        "kind = 'sign-in'",
        "about = 'person tina'",
        "happened_at = TIMESTAMP '2020-01-01'",
        "seal = repeat('0', 64)",
        "previous_hash = repeat('0', 64)",
    ],
)
def test_every_altered_value_is_found(told: Database, change: str) -> None:
    harm(told, f"UPDATE audit_event SET {change} WHERE audit_no = 3")  # noqa: S608
    assert 3 in broken(told)
    assert {finding.name for finding in run_checks(told, now=NOON)} == {"audit", "seal"}


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_row_that_was_taken_out_is_found(told: Database, number: int) -> None:
    harm(told, f"DELETE FROM audit_event WHERE audit_no = {number}")  # noqa: S608
    assert broken(told)


def test_closing_the_gap_by_new_numbers_is_found(told: Database) -> None:
    harm(
        told,
        "DELETE FROM audit_event WHERE audit_no = 3",
        "UPDATE audit_event SET audit_no = audit_no - 1 WHERE audit_no > 3",
    )
    assert broken(told)


def test_an_event_stands_only_when_its_transaction_does(told: Database) -> None:
    before = broken(told), head(told)
    with pytest.raises(ZeroDivisionError), told.write() as work:
        record(work, AuditKind.GRANT, actor_id="ada", about="x", detail="y", now=NOON)
        raise ZeroDivisionError
    assert (broken(told), head(told)) == before


def head(database: Database) -> tuple[int, str]:
    with database.read() as reader:
        return head_of(reader)


def test_many_at_once_make_one_chain(told: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: tell(told, f"more {number}"), range(64)))
    assert broken(told) == []
    assert head(told)[0] == 69


def test_a_very_long_detail_is_kept_short(database: Database) -> None:
    note_refusal(database, actor_id="tom", about="x" * 9_000, detail="y" * 9_000, now=NOON)
    with database.read() as reader:
        [event] = reader.find(AuditEvent)
    assert (len(event.about), len(event.detail)) == (500, 500)
    assert broken(database) == []


def test_settings_that_changed_since_the_last_start_are_told(database: Database) -> None:
    note_settings(database, {"smtp_host": "", "smtp_password": "set"}, now=NOON)
    note_settings(database, {"smtp_host": "", "smtp_password": "set"}, now=NOON)
    assert head(database)[0] == 0
    note_settings(database, {"smtp_host": "mail.example", "smtp_password": ""}, now=NOON)
    with database.read() as reader:
        events = reader.find(AuditEvent, "ORDER BY audit_no")
    assert [(event.about, event.detail) for event in events] == [
        ("smtp_host", "nothing → mail.example"),
        ("smtp_password", "set → nothing"),
    ]


def test_the_product_and_its_sheets_are_named_in_histories_as_everywhere(told: Database) -> None:
    with told.read() as reader:
        rows = reader.rows(
            "SELECT person_id, full_name FROM doer "
            "WHERE person_id NOT IN (SELECT person_id FROM person)"
        )
    assert {row["person_id"]: row["full_name"] for row in rows} == NOBODY_ON_THE_STAFF
