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
    a_reversal,
    an_invoice,
    claims_of,
    decided,
    in_status,
    settle,
    who,
)
from techrequests.domain.assets import AssetStatus, Condition
from techrequests.domain.catalogue import Category, SiteKind
from techrequests.domain.edits import TableEdit
from techrequests.domain.policy import GRANTABLE
from techrequests.domain.rules import not_own_request
from techrequests.domain.sheets import Sharing
from techrequests.domain.techrequest import Attachment, Comment, Status
from techrequests.domain.workflow import WORKFLOW, Action
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.delegation import DelegationAsked, delegate
from techrequests.services.funding import record_invoice
from techrequests.services.sheets import LinkAsked, ShareAsked, link, share
from techrequests.services.sign_in import admit
from techrequests.store.checks import FILES, broken_rows, checks, run_checks
from techrequests.store.database import Database
from techrequests.store.mappings import keep_mapping
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import StrEnum

SQL = {check.name: check.sql for check in checks()}
REFERENCES = sorted(set(re.findall(r"'(\w+\.\w+)'", SQL["reference"])))

KNOWN: Mapping[str, tuple[StrEnum, ...]] = {
    "tech_request.status": tuple(Status),
    "tech_request.category": tuple(Category),
    "site.kind": tuple(SiteKind),
    "role_grant.role": GRANTABLE,
    "request_event.action": tuple(Action),
    "asset.status": tuple(AssetStatus),
    "asset.condition": tuple(Condition),
}


def entry(
    kind: str, status: str = "", cents: int = 1, fund: str = "GEN-27", *, overridden: bool = False
) -> str:
    """SQL that adds a ledger entry for the request in a status, or for none."""
    request = f"'{{{status}}}'" if status else "NULL"
    return (
        "INSERT INTO ledger_entry (fund_id, request_id, kind, amount_cents, actor_id, posted_at, "  # noqa: S608
        f"why, overridden) VALUES ('{fund}', {request}, '{kind}', {cents}, 'ben', "
        f"TIMESTAMP '2026-10-05 12:00:00', 'Because.', {overridden})"
    )


def update(table: str, change: str, status: str = "", where: str = "TRUE") -> str:
    """SQL that changes the rows of the request in a status, or all that `where` names."""
    whose = f"request_id = '{{{status}}}' AND " if status else ""
    return f"UPDATE {table} SET {change} WHERE {whose}{where}"  # noqa: S608


def the(column: str, table: str, status: str) -> str:
    """SQL for a value of the request in a status."""
    return f"(SELECT min({column}) FROM {table} WHERE request_id = '{{{status}}}')"  # noqa: S608


def a_copy(table: str, where: str, **changed: str) -> str:
    """SQL that adds a row once more, but for some columns."""
    replaced = ", ".join(f"{value} AS {name}" for name, value in changed.items())
    return f"INSERT INTO {table} SELECT * REPLACE ({replaced}) FROM {table} WHERE {where} LIMIT 1"  # noqa: S608


STOP_ALL = "UPDATE fund SET expend_control = 'stop'"
OVER_THE_LEVY = entry("reserve", "quoting", cents=2_000_00, fund="LEVY-27")
HOUR_EARLIER = "stage_since = stage_since - INTERVAL '1 hour'"
LIVE = "(SELECT min(invoice_id) FROM invoice WHERE invoice_number = 'INV-LIVE')"
OF_THE_CHOICE = f"quote_id = {the('quote_id', 'quote', 'ordered')}"

# Names of checks, then what breaks exactly these.
BREAKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reference", ("UPDATE comment SET author_id = 'nobody'",)),
    ("value", (update("site", "kind = 'castle'", where="site_id = 'DO'"),)),
    ("supervisor", (update("person", "supervisor_id = 'tina'", where="person_id = 'sue'"),)),
    ("supervisor", (update("person", "supervisor_id = 'sue'", where="person_id = 'sue'"),)),
    ("estimate", (update("tech_request", "estimate_cents = 1", "draft"),)),
    ("estimate", (update("request_line", "quantity = quantity + 1", "in_review"),)),
    (
        "lines",
        (
            "DELETE FROM request_line WHERE request_id = '{in_review}'",
            update("tech_request", "estimate_cents = 0", "in_review"),
        ),
    ),
    ("content_version", (update("review", "content_version = 2", "declined"),)),
    (
        "last_event",
        (
            a_copy(
                "request_event",
                "request_id = '{closed}' AND target = 'closed'",
                event_no="nextval('request_event_numbers')",
                source="'closed'",
                target="'delivered'",
            ),
        ),
    ),
    (
        "event_chain",
        (update("request_event", "source = 'draft'", "awaiting_approval", "action = 'forward'"),),
    ),
    ("stage_since", (update("tech_request", HOUR_EARLIER, "in_review"),)),
    ("stage_since", (update("tech_request", HOUR_EARLIER, "draft"),)),
    ("submitted_at", (update("tech_request", "submitted_at = NULL", "quoting"),)),
    ("submitted_at", (update("tech_request", "submitted_at = created_at", "draft"),)),
    ("closed_at", (update("tech_request", "closed_at = NULL", "denied"),)),
    ("closed_at", (update("tech_request", "closed_at = created_at", "in_review"),)),
    ("asked_from", (update("tech_request", "asked_from = NULL", "needs_information"),)),
    ("asked_from", (update("tech_request", "asked_from = 'in review'", "quoting"),)),
    ("future", (update("ledger_entry", "posted_at = posted_at + INTERVAL '1 day'", "ordered"),)),
    (
        "future",
        (
            update(
                "request_event",
                "happened_at = happened_at + INTERVAL '1 day'",
                where="action = 'tick'",
            ),
        ),
    ),
    (
        "own_request both_names",
        (update("request_event", "actor_id = 'tina'", "quoting", "action = 'approve'"),),
    ),
    ("own_request both_names", (update("decision", "approver_id = 'tina'", "denied"),)),
    ("own_request", (update("tech_request", "approver_id = 'tina'", "awaiting_approval"),)),
    ("own_request", (update("tech_request", "on_behalf_of_id = 'tina'", "awaiting_approval"),)),
    ("delegate", (a_copy("delegation", "TRUE", delegation_id="'second'", delegate_id="'tom'"),)),
    ("delegate on_behalf", (update("delegation", "delegate_id = 'pia'"),)),
    (
        "delegate_circle",
        (
            a_copy(
                "delegation", "TRUE", delegation_id="'2'", person_id="'lea'", delegate_id="'sue'"
            ),
            a_copy(
                "delegation", "TRUE", delegation_id="'3'", person_id="'sue'", delegate_id="'pia'"
            ),
        ),
    ),
    ("on_behalf", (update("tech_request", "on_behalf_of_id = approver_id", "quoting"),)),
    ("on_behalf both_names", (update("decision", "on_behalf_of_id = 'sue'", "quoting"),)),
    ("on_behalf", (update("delegation", "ends_on = starts_on"),)),
    ("on_behalf", (update("delegation", "withdrawn_at = set_at"),)),
    ("both_names", (update("decision", "decided_at = decided_at - INTERVAL '1 hour'", "denied"),)),
    ("overdue", (update("tech_request", "overdue_since = stage_since", "quoting"),)),
    ("approval", (update("decision", "verdict = 'denied'", "funding"),)),
    (
        "approval",
        (
            update("tech_request", "content_version = 2", "quoting"),
            update("request_line", "content_version = 2", "quoting"),
        ),
    ),
    ("refusal", (update("decision", "verdict = 'approved'", "denied"),)),
    ("refusal", (update("review", "outcome = 'forward'", "declined"),)),
    ("one_choice", (a_copy("quote", "request_id = '{funding}'", quote_id="'second'"),)),
    ("choice", (update("quote", "chosen_at = NULL", "funding"),)),
    ("choice_stands", (update("quote", "received_at = NULL", "funding"),)),
    ("same_item", (update("quote_line", "description = 'Console'", where=OF_THE_CHOICE),)),
    (
        "above_order",
        (update("invoice", "above_cents = amount_cents + 1", where="amount_cents > 0"),),
    ),
    ("within_approval", (update("decision", "amount_cents = 1", "ordered"),)),
    ("money_held", (entry("reserve", "denied"),)),
    ("money_held", (entry("reserve", "ordered"),)),
    ("money_held", (entry("encumber", "quoting"),)),
    ("negative_money", (entry("release reserve", "quoting"),)),
    ("negative_money", (entry("release encumbrance", "ordered"),)),
    ("negative_money invoiced", (entry("credit", "ordered"),)),
    ("entry", (entry("budget", "quoting"),)),
    ("entry", (entry("reserve"),)),
    (
        "fund_limit",
        (STOP_ALL, update("ledger_entry", "amount_cents = 1", where="kind = 'budget'")),
    ),
    ("fund_limit", (STOP_ALL, OVER_THE_LEVY)),
    (
        "order obligation",
        (
            a_copy(
                "purchase_order",
                "request_id = '{ordered}'",
                order_id="'second'",
                order_number="'PO-2'",
            ),
        ),
    ),
    (
        "same_request",
        (
            update(
                "quote_line",
                f"line_id = {the('line_id', 'request_line', 'ordered')}",
                where=f"quote_id = {the('quote_id', 'quote', 'funding')}",
            ),
        ),
    ),
    (
        "same_request",
        (
            update(
                "ledger_entry",
                f"line_id = {the('line_id', 'request_line', 'funding')}",
                "ordered",
                "kind = 'encumber'",
            ),
        ),
    ),
    ("same_request", (update("receipt", "request_id = '{ordered}'", "deploying"),)),
    ("same_request", (update("order_line", "request_id = '{funding}'", "ordered"),)),
    ("same_request", (update("attachment", "request_id = '{draft}'"),)),
    (
        "same_request",
        (update("asset", f"order_line_id = {the('order_line_id', 'order_line', 'ordered')}"),),
    ),
    (
        "same_request order_terms",
        (update("purchase_order", f"quote_id = {the('quote_id', 'quote', 'funding')}", "ordered"),),
    ),
    ("same_request invoiced", (update("invoice", "request_id = '{ordered}'"),)),
    ("order_terms", (update("purchase_order", "vendor_id = 'BLUERIDGE'", "ordered"),)),
    ("order_terms", (update("quote_line", "unit_price_cents = 1", where=OF_THE_CHOICE),)),
    ("obligation", (update("ledger_entry", "amount_cents = 1", "ordered", "kind = 'encumber'"),)),
    (
        "invoiced posted",
        (
            update(
                "invoice", "amount_cents = amount_cents + 1", where="invoice_number = 'INV-LIVE'"
            ),
        ),
    ),
    (
        "posted",
        (
            update(
                "ledger_entry",
                "invoice_id = NULL",
                where=f"kind = 'expend' AND invoice_id = {LIVE}",
            ),
        ),
    ),
    ("reversal", (update("invoice", f"reverses_id = {LIVE}", where="reverses_id IS NOT NULL"),)),
    ("given_back", (update("invoice", "reason = ''", where="amount_cents < 0"),)),
    (
        "billed_once",
        (update("invoice", "invoice_number = 'inv- live'", where="invoice_number = 'CM-1'"),),
    ),
    ("invoiced", (entry("expend", "ordered"),)),
    ("accepted", (update("receipt", "accepted = 100", "deploying"),)),
    ("arrival", (update("order_line", "cancelled = quantity", "ordered"),)),
    ("arrival inventoried", (update("receipt", "accepted = accepted - 1", "deploying"),)),
    ("inventoried", (a_copy("asset", "request_id = '{deploying}'", asset_tag="'A-1'"),)),
    ("serial", (update("asset", "serial = 'A1'", "deploying"),)),
    ("checklist", (update("deployment_task", "done_at = NULL", "delivered"),)),
    ("counter", (update("counter", "last = 1", where="name LIKE 'TR-%'"),)),
    ("counter", ("DELETE FROM counter",)),
    ("last_seen", (update("sign_in", "last_seen_at = signed_in_at - INTERVAL '1 hour'"),)),
    (
        "sheet_key",
        ("INSERT INTO sheet_key VALUES ('book', 7, 'r-1', 'GIFT'), ('book', 7, 'r-2', 'GIFT')",),
    ),
)


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
    _write_by_hand(database, by_status(database))


def _write_by_hand(database: Database, ids: dict[str, str]) -> None:
    """A row for each table that no service above has written to."""
    with database.write() as work:
        keep_mapping(work, "people", ["Mail"], ["email"], said_by_id="ada", said_at=NOON)
        quote = work.value(
            "SELECT quote_id FROM quote WHERE request_id = $it", it=ids[str(Status.FUNDING)]
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
