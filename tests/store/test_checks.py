"""Each check, broken on purpose: exactly that check fires, and names the row."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    RULES_OF_SIGN_IN,
    a_credit,
    a_draft,
    a_reversal,
    an_invoice,
    claims_of,
    decided,
    in_status,
    settle,
    who,
)
from store.broken_rows import BREAKS, OVER_THE_LEVY, STOP_ALL, a_copy, entry
from techrequests.domain.assets import AssetStatus, Condition, SpareUse
from techrequests.domain.catalogue import Category, SiteKind
from techrequests.domain.edits import TableEdit
from techrequests.domain.policy import GRANTABLE
from techrequests.domain.rules import not_own_request
from techrequests.domain.sheets import Sharing
from techrequests.domain.techrequest import Attachment, Comment, Status
from techrequests.domain.workflow import WORKFLOW, Action
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.correction import correct
from techrequests.services.delegation import DelegationAsked, delegate
from techrequests.services.funding import record_invoice
from techrequests.services.sheets import LinkAsked, ShareAsked, link, share
from techrequests.services.sign_in import admit
from techrequests.store.checks import FILES, broken_rows, checks, run_checks
from techrequests.store.database import Database
from techrequests.store.mappings import KeptMapping, keep_mapping, keep_values
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import StrEnum

SQL = {check.name: check.sql for check in checks()}
REFERENCES = sorted(set(re.findall(r"'(\w+\.\w+)'", SQL["reference"])))

KNOWN: Mapping[str, tuple[StrEnum, ...]] = {
    "tech_request.status": tuple(Status),
    "tech_request.category": tuple(Category),
    "request_line.category": tuple(Category),
    "site.kind": tuple(SiteKind),
    "role_grant.role": GRANTABLE,
    "request_event.action": tuple(Action),
    "asset.status": tuple(AssetStatus),
    "asset.condition": tuple(Condition),
}


@pytest.fixture(scope="module")
def whole() -> Iterator[Database]:
    """A district with a request in every status and a row in every table."""
    opened = Database.open()
    migrate(opened)
    settle(opened)
    for status in Status:
        in_status(opened, status)
    _settle_rest(opened)
    yield opened
    opened.close()


def _settle_rest(database: Database) -> None:
    closed = in_status(database, Status.DELIVERED)
    ben = who(database, "ben")
    wrong = an_invoice(database, closed, invoice_number="WRONG", amount_cents=1_00, final=False)
    closed = record_invoice(database, ben, wrong, now=NOON)
    closed = reverse_invoice(database, ben, a_reversal(database, closed), now=NOON)
    live = an_invoice(database, closed, invoice_number="INV-LIVE")
    closed = record_invoice(database, ben, live, now=NOON)
    record_credit(database, ben, a_credit(closed), now=NOON)
    admit(database, claims_of("tina"), RULES_OF_SIGN_IN, now=NOON)
    link(database, ben, LinkAsked(spreadsheet="sheet"), now=NOON)
    share(database, ben, ShareAsked(table="requests", sharing=Sharing.SHOWN), now=NOON)
    _decided_by_a_delegate(database)
    sent = in_status(database, Status.IN_REVIEW)
    again = a_draft(title="Three laptops", request_id=sent.request_id, seen_version=sent.version)
    correct(database, who(database, "tina"), again, now=NOON)
    _write_by_hand(database, by_status(database))


def _write_by_hand(database: Database, ids: dict[str, str]) -> None:
    """A row for each table that no service above has written to."""
    with database.write() as work:
        kept = KeptMapping(fields=("email",))
        keep_mapping(work, "people", ["Mail"], kept, said_by_id="ada", said_at=NOON)
        words = {("site_id", "lincoln hs"): "LHS"}
        keep_values(work, "people", words, said_by_id="ada", said_at=NOON)
        quote = work.value(
            "SELECT quote_id FROM quote WHERE request_id = $it", it=ids[str(Status.FUNDING)]
        )
        work.insert(
            SpareUse(
                spare_use_id="U1",
                request_id=ids[str(Status.WITHDRAWN)],
                asset_tag=work.value("SELECT min(asset_tag) FROM asset"),
                kept_by_id="rita",
                kept_at=NOON,
                freed_at=NOON,
            )
        )
        content = b"%PDF-1.7"
        work.insert(
            Attachment(
                attachment_id="A1",
                request_id=ids[str(Status.FUNDING)],
                quote_id=quote,
                file_name="quote.pdf",
                media_type="application/pdf",
                size_bytes=len(content),
                sha256=database.files.keep(content),
                uploaded_by_id="rita",
                uploaded_at=NOON,
            )
        )
        work.insert(
            Comment(
                comment_id="C1",
                request_id=ids[str(Status.IN_REVIEW)],
                author_id="rita",
                internal=False,
                body="Words.",
                written_at=NOON,
            )
        )
        work.insert(
            TableEdit(
                table_name="vendor",
                row_key="NORTHWIND",
                field="name",
                before="North",
                after="Northwind",
                actor_id="ada",
                edited_at=NOON,
            )
        )


def _decided_by_a_delegate(database: Database) -> None:
    """Pia is away since yesterday; Lea denied a request for her."""
    yesterday = NOON - timedelta(days=1)
    asked = DelegationAsked(
        delegation_id="D1",
        person_id="pia",
        delegate_id="lea",
        starts_on=yesterday.date(),
        ends_on=NOON.date() + timedelta(days=1),
    )
    delegate(database, who(database, "pia"), asked, now=yesterday)
    decided(
        database,
        in_status(database, Status.AWAITING_APPROVAL),
        action=Action.DENY,
        note="Not this year.",
        alternatives="Ask again in July.",
    )


def by_status(database: Database) -> dict[str, str]:
    with database.read() as reader:
        rows = reader.rows("SELECT status, min(request_id) AS it FROM tech_request GROUP BY status")
    return {row["status"]: row["it"] for row in rows}


class _UndoError(Exception):
    """Rolls a break back, so that the next test finds the district whole."""


def found_after(database: Database, *harm: str) -> dict[str, int]:
    """Which checks fire, by number of rows, once these statements have done their harm."""
    names = {status.replace(" ", "_"): it for status, it in by_status(database).items()}
    found: dict[str, int] = {}
    with pytest.raises(_UndoError), database.write() as work:
        for statement in harm:
            work.run(statement.format(**names))
        found = broken_rows(work, now=NOON)
        raise _UndoError
    return found


def test_a_district_that_the_services_made_breaks_nothing(whole: Database) -> None:
    assert set(by_status(whole)) == {str(status) for status in Status}
    assert run_checks(whole, now=NOON) == []


@pytest.mark.parametrize(("fires", "harm"), BREAKS)
def test_a_broken_rule_is_found_by_its_own_check(
    whole: Database, fires: str, harm: tuple[str, ...]
) -> None:
    found = found_after(whole, *harm)
    assert set(found) == set(fires.split())
    assert min(found.values()) > 0


def test_every_check_is_broken_by_some_case() -> None:
    assert {name for fires, _ in BREAKS for name in fires.split()} == set(SQL)


def test_a_row_that_points_nowhere_is_found_by_its_column(whole: Database) -> None:
    rows: list[dict[str, Any]] = []
    with pytest.raises(_UndoError), whole.write() as work:
        for reference in REFERENCES:
            table, column = reference.split(".")
            work.run(f"UPDATE {table} SET {column} = 'nobody'")  # noqa: S608  # names from checks.sql
        rows = work.rows(SQL["reference"])
        raise _UndoError
    assert sorted({row["reference"] for row in rows}) == REFERENCES
    assert {row["missing"] for row in rows} == {"nobody"}


def test_every_column_that_points_to_another_table_is_checked(whole: Database) -> None:
    """A new table brings its own line in checks.sql."""
    with whole.read() as reader:
        columns = {
            f"{row['table_name']}.{row['column_name']}"
            for row in reader.rows(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c "
                "JOIN information_schema.tables t ON t.table_name = c.table_name "
                "WHERE t.table_type = 'BASE TABLE' "
                "AND (c.column_name LIKE '%\\_id' ESCAPE '\\' OR c.column_name = 'asset_tag')"
            )
        }
        keys = {
            f"{row['table_name']}.{row['key']}"
            for row in reader.rows(
                "SELECT table_name, constraint_column_names[1] AS key FROM duckdb_constraints() "
                "WHERE constraint_type = 'PRIMARY KEY' AND len(constraint_column_names) = 1"
            )
        }
    assert columns - keys == set(REFERENCES)


@pytest.mark.parametrize("field", KNOWN)
def test_every_value_the_program_knows_passes_and_no_other(whole: Database, field: str) -> None:
    table, column = field.split(".")
    listed = re.search(rf"FROM {table} WHERE {column} NOT IN \((.*?)\)", SQL["value"])
    assert listed
    assert re.findall(r"'([^']+)'", listed[1]) == [str(value) for value in KNOWN[field]]
    rows: list[dict[str, Any]] = []
    with pytest.raises(_UndoError), whole.write() as work:
        work.run(f"UPDATE {table} SET {column} = 'bogus'")  # noqa: S608  # names from this file
        rows = work.rows(SQL["value"])
        raise _UndoError
    assert {row["field"] for row in rows} == {field}


def test_the_steps_that_nobody_takes_on_their_own_request_are_those_of_the_workflow() -> None:
    listed = re.search(r"e\.action IN \((.*?)\)", SQL["own_request"])
    assert listed
    barred = {str(step.action) for step in WORKFLOW if not_own_request in step.rules}
    assert set(re.findall(r"'([^']+)'", listed[1])) == barred


@pytest.mark.parametrize(
    "allowed",
    [
        entry("reserve", "quoting", fund="LEVY-27", overridden=True),
        entry("budget", cents=-1, fund="LEVY-27"),
        a_copy(
            "table_edit",
            "TRUE",
            table_edit_no="nextval('table_edit_numbers')",
            table_name="'fund'",
            row_key="'LEVY-27'",
            field="'reserve_control'",
        ),
    ],
    ids=["an override", "a smaller budget", "a control made stricter"],
)
def test_a_fund_may_be_over_its_limit_for_a_reason_on_record(whole: Database, allowed: str) -> None:
    assert set(found_after(whole, STOP_ALL, OVER_THE_LEVY)) == {"fund_limit"}
    assert found_after(whole, STOP_ALL, OVER_THE_LEVY, allowed) == {}


def test_a_lost_or_cut_file_is_found(database: Database) -> None:
    request = in_status(database, Status.DRAFT)
    kept = database.files.keep(b"whole")
    with database.write() as work:
        work.insert_all(
            Attachment(
                attachment_id=attachment_id,
                request_id=request.request_id,
                file_name="a.txt",
                media_type="text/plain",
                size_bytes=size,
                sha256=digest,
                uploaded_by_id="tina",
                uploaded_at=NOON,
            )
            for attachment_id, digest, size in (
                ("whole", kept, 5),
                ("cut", kept, 6),
                ("lost", "0" * 64, 5),
            )
        )
    (finding,) = run_checks(database, now=NOON)
    assert finding.name == FILES
    assert [row["attachment_id"] for row in finding.rows] == ["cut", "lost"]
