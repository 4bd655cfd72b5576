"""The seal: whatever is altered, added or taken out behind the product is named by `check`."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON, a_draft, a_key, an_invoice, in_status, settle, submitted, who
from techrequests.domain.edits import TableEdit
from techrequests.domain.purchasing import Receipt
from techrequests.domain.seals import SEALED, UNSEALED
from techrequests.domain.techrequest import Attachment, Comment, Status
from techrequests.services.audit import note_refusal
from techrequests.services.comments import CommentAsked, add_comment
from techrequests.services.correction import correct
from techrequests.services.funding import record_invoice
from techrequests.store import seals
from techrequests.store.checks import SEAL, run_checks
from techrequests.store.database import Database
from techrequests.store.migrate import migrate, scripts, split
from techrequests.store.sealing import seal_all, seal_later, seal_what_is_left
from techrequests.store.seals import breaks, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def whole() -> Iterator[Database]:
    """A district with a row in every table that is sealed."""
    opened = Database.open()
    migrate(opened)
    settle(opened)
    request = in_status(opened, Status.CLOSED)
    tina = who(opened, "tina")
    said = CommentAsked(comment_id=a_key(), request_id=request.request_id, body="Thank you.")
    add_comment(opened, tina, said, now=NOON)
    sent = submitted(opened)
    again = a_draft(title="Three laptops", request_id=sent.request_id, seen_version=sent.version)
    correct(opened, tina, again, now=NOON)
    with opened.write() as work:
        work.insert_all(
            TableEdit(
                table_name="vendor",
                row_key="NORTHWIND",
                field=field,
                before="North",
                after="Northwind",
                actor_id="ada",
                edited_at=NOON,
            )
            for field in ("name", "email")
        )
        work.insert(
            Attachment(
                attachment_id="A1",
                request_id=request.request_id,
                file_name="quote.pdf",
                media_type="application/pdf",
                size_bytes=4,
                sha256=opened.files.keep(b"%PDF"),
                uploaded_by_id="rita",
                uploaded_at=NOON,
            )
        )
    note_refusal(opened, actor_id="tina", about="pages/funds", detail="Not yours.", now=NOON)
    record_invoice(opened, who(opened, "ben"), an_invoice(opened, request), now=NOON)
    yield opened
    opened.close()


class _UndoError(Exception):
    """Rolls a harm back, so that the next test finds the district whole."""


def wrong_after(database: Database, *harm: str) -> list[tuple[str, str, str]]:
    """Table, row and what is wrong, once these statements have done their harm."""
    found: list[dict[str, Any]] = []
    with pytest.raises(_UndoError), database.write() as work:
        for sql in harm:
            work.run(sql)
        found = [dict(one) for one in breaks(work)]
        raise _UndoError
    return [(row["table"], row["row"], row["wrong"]) for row in found if "table" in row]


def acts_after(database: Database, *harm: str) -> list[tuple[int, str]]:
    found: list[dict[str, Any]] = []
    with pytest.raises(_UndoError), database.write() as work:
        for sql in harm:
            work.run(sql)
        found = [dict(one) for one in breaks(work)]
        raise _UndoError
    return [(row["act"], row["wrong"]) for row in found if "act" in row]


def columns() -> list[tuple[str, str, str]]:
    opened = Database.open()
    migrate(opened)
    with opened.read() as reader:
        rows = reader.rows(seals._COLUMNS)
    opened.close()
    return [
        (row["table_name"], row["column_name"], row["data_type"])
        for row in rows
        if row["table_name"] in SEALED
        and row["column_name"] not in {UNSEALED, SEALED[row["table_name"]]}
    ]


ANOTHER = {
    "VARCHAR": "coalesce({0}, '') || 'x'",
    "BIGINT": "coalesce({0}, 0) + 1",
    "INTEGER": "coalesce({0}, 0) + 1",
    "BOOLEAN": "NOT {0}",
    "TIMESTAMP": "coalesce({0}, TIMESTAMP '2026-01-01') + INTERVAL 1 MICROSECOND",
    "DATE": "coalesce({0}, DATE '2026-01-01') + 1",
}
"""SQL for another value of a column, the least that differs."""


def key_of_one(database: Database, table: str) -> str:
    with database.read() as reader:
        key = reader.value(f"SELECT CAST(max({SEALED[table]}) AS TEXT) FROM {table}")  # noqa: S608
    assert key, f"no row in {table}"
    return str(key)


def test_what_the_services_made_is_as_it_was_sealed(whole: Database) -> None:
    assert run_checks(whole, now=NOON) == []
    with whole.read() as reader:
        for table in SEALED:
            assert reader.value(f"SELECT count(*) FROM {table}"), table  # noqa: S608


@pytest.mark.parametrize(("table", "column", "kind"), columns())
def test_every_altered_value_is_named(whole: Database, table: str, column: str, kind: str) -> None:
    if (table, column) == ("ledger_entry", "kind"):
        change = "CASE kind WHEN 'expend' THEN 'encumber' ELSE 'expend' END"
    elif (table, column) == ("decision", "verdict"):
        change = "CASE verdict WHEN 'denied' THEN 'approved' ELSE 'denied' END"
    elif (table, column) == ("order_line", "cancelled"):
        change = "1 - cancelled"
    else:
        change = ANOTHER[kind].format(column)
    key = key_of_one(whole, table)
    harm = f"UPDATE {table} SET {column} = {change} WHERE {SEALED[table]} = '{key}'"  # noqa: S608
    assert wrong_after(whole, harm) == [(table, key, "altered")]


@pytest.mark.parametrize("table", SEALED)
def test_a_row_that_was_taken_out_is_named(whole: Database, table: str) -> None:
    key = key_of_one(whole, table)
    harm = f"DELETE FROM {table} WHERE {SEALED[table]} = '{key}'"  # noqa: S608
    assert wrong_after(whole, harm) == [(table, key, "taken out")]


@pytest.mark.parametrize("table", SEALED)
def test_a_row_that_was_added_is_named(whole: Database, table: str) -> None:
    key, name = key_of_one(whole, table), SEALED[table]
    new = f"{key}9" if key.isdigit() else f"{key}-2"
    unique = ", 'PO-X' AS order_number" if table == "purchase_order" else ""
    harm = (
        f"INSERT INTO {table} SELECT * REPLACE ('{new}' AS {name}{unique}) "  # noqa: S608
        f"FROM {table} WHERE {name} = '{key}'"
    )
    assert wrong_after(whole, harm) == [(table, new, "added")]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE sealed_act SET sealed_rows = sealed_rows || 'x' WHERE act_no = 3",
        "UPDATE sealed_act SET commit_no = commit_no + 1 WHERE act_no = 3",
        "UPDATE sealed_act SET seal = repeat('f', 64) WHERE act_no = 3",
    ],
)
def test_an_altered_act_is_named(whole: Database, harm: str) -> None:
    acts = acts_after(whole, harm)
    assert acts
    assert acts[0][0] in {3, 4}
    assert "altered" in acts[0][1]


def test_an_act_that_was_taken_out_is_named_also_when_the_others_are_renumbered(
    whole: Database,
) -> None:
    assert acts_after(whole, "DELETE FROM sealed_act WHERE act_no = 3")[0] == (
        4,
        "the acts before it were taken out",
    )
    renumbered = (
        "DELETE FROM sealed_act WHERE act_no = 3",
        "UPDATE sealed_act SET act_no = act_no - 1 WHERE act_no > 3",
    )
    assert acts_after(whole, *renumbered)


def test_check_says_which_row(database: Database) -> None:
    request = in_status(database, Status.DELIVERED)
    key = key_of_one(database, "ledger_entry")
    with database.write() as work:
        work.run(f"UPDATE ledger_entry SET why = 'Nothing to see' WHERE entry_no = {key}")  # noqa: S608
    (finding,) = run_checks(database, now=NOON)
    assert finding.name == SEAL
    assert [dict(row) for row in finding.rows] == [
        {"table": "ledger_entry", "row": key, "wrong": "altered"}
    ]
    # Acts that follow do not seal it as it is.
    submitted(database, "tom")
    assert request.request_id
    assert [found.name for found in run_checks(database, now=NOON)] == [SEAL]


def test_what_is_not_committed_is_not_sealed(database: Database) -> None:
    submitted(database)
    with database.read() as reader:
        before = head_of(reader)
    with pytest.raises(ZeroDivisionError), database.write() as work:
        work.insert(_comment("C1"))
        raise ZeroDivisionError
    with database.read() as reader:
        assert head_of(reader) == before
    submitted(database, "tom")
    assert run_checks(database, now=NOON) == []


def test_a_look_counts_as_no_save(database: Database) -> None:
    submitted(database)
    with database.read() as reader:
        before = head_of(reader)
    with database.write() as work:
        work.value("SELECT count(*) FROM person")
    with database.read() as reader:
        assert head_of(reader) == before


def _comment(comment_id: str, body: str = "Words.") -> Comment:
    return Comment(
        comment_id=comment_id,
        request_id="TR-2027-0001",
        author_id="tina",
        internal=False,
        body=body,
        written_at=NOON,
    )


def test_many_at_once_make_one_chain(database: Database) -> None:
    submitted(database)

    def say(number: int) -> None:
        with database.write() as work:
            work.insert(_comment(f"C{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say, range(64)))
    assert run_checks(database, now=NOON) == []


def test_a_row_that_changes_twice_in_one_save_is_sealed_as_it_is_left(database: Database) -> None:
    submitted(database)
    with database.write() as work:
        work.insert(
            Attachment(
                attachment_id="A1",
                request_id="TR-2027-0001",
                file_name="a.txt",
                media_type="text/plain",
                size_bytes=1,
                sha256=database.files.keep(b"a"),
                uploaded_by_id="tina",
                uploaded_at=NOON,
            )
        )
        kept = work.update(replace(work.get(Attachment, "A1"), file_name="b.txt"))
        work.update(replace(kept, file_name="c.txt"))
    assert run_checks(database, now=NOON) == []


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            st.datetimes(),
            st.integers(0, 2**31 - 1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_store_and_python_hash_the_same_whatever_is_said(
    whole: Database, said: list[tuple[str, Any, int]]
) -> None:
    found: list[object] = []
    with pytest.raises(_UndoError), whole.write() as work:
        for number, (text, moment, units) in enumerate(said):
            work.insert(
                Receipt(
                    receipt_id=f"R-{number}",
                    order_line_id=text,
                    request_id=f"=3:{text}",
                    accepted=units,
                    rejected=0,
                    reason=text + "é👩‍👩‍👧\n\t",
                    received_by_id="",
                    received_at=moment.replace(tzinfo=NOON.tzinfo),
                )
            )
        seals.add_act(work, head_of(work) or seals.NOTHING_YET, work.sealed)
        found = list(breaks(work))
        raise _UndoError
    assert found == []


class TestMigrations:
    """What a migration writes is sealed by it; what was broken before stays broken."""

    def test_a_district_of_before_the_seal_is_sealed_as_it_is(self, database: Database) -> None:
        in_status(database, Status.CLOSED)
        _unseal(database)
        with database.read() as reader:
            assert head_of(reader) is None
        _bring_the_seal(database)
        assert run_checks(database, now=NOON) == []
        with database.read() as reader:
            head = head_of(reader)
        assert head
        assert head.act_no == 1
        key = key_of_one(database, "decision")
        with database.write() as work:
            work.run("UPDATE decision SET feedback = 'Yes!'")
        (finding,) = run_checks(database, now=NOON)
        assert finding.rows[0]["row"] == key

    def test_a_large_one_is_sealed_in_several_acts(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_status(database, Status.CLOSED)
        _unseal(database)
        monkeypatch.setattr("techrequests.store.sealing.ROWS_AN_ACT", 7)
        _bring_the_seal(database)
        assert run_checks(database, now=NOON) == []
        with database.read() as reader:
            head = head_of(reader)
        assert head
        assert head.act_no > 3

    def test_a_later_migration_seals_what_it_changed_and_nothing_else(
        self, database: Database
    ) -> None:
        in_status(database, Status.CLOSED)
        key = key_of_one(database, "asset")
        with database.write() as work:
            work.run("UPDATE asset SET cost_cents = 1")
        seal_later(database)
        database.script(
            [
                "ALTER TABLE asset ADD COLUMN plate TEXT NOT NULL DEFAULT 'none'",
                "UPDATE decision SET feedback = 'Brought over.'",
                "ALTER TABLE comment ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE",
                "DELETE FROM review",
            ]
        )
        seal_what_is_left(database)
        with database.read() as reader:
            wrong = [dict(row) for row in breaks(reader)]
        assert {"table": "asset", "row": key, "wrong": "altered"} in wrong
        assert {row["table"] for row in wrong} == {"asset"}

    def test_one_that_was_broken_off_is_sealed_by_the_next_start(self, database: Database) -> None:
        in_status(database, Status.CLOSED)
        with database.write() as work:
            work.run("UPDATE asset SET serial = 'FORGED'")
        seal_later(database)
        database.script(["UPDATE decision SET feedback = 'Brought over.'"])
        # The power went here.
        seal_later(database)
        migrate(database)
        with database.read() as reader:
            assert {(row["table"], row["wrong"]) for row in breaks(reader)} == {
                ("asset", "altered")
            }

    def test_a_column_that_says_nothing_changes_no_seal(self, database: Database) -> None:
        in_status(database, Status.CLOSED)
        database.script(
            [
                "ALTER TABLE comment ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE",
                "ALTER TABLE asset ADD COLUMN plate TEXT",
                "ALTER TABLE invoice ADD COLUMN tax_cents BIGINT NOT NULL DEFAULT 0",
            ]
        )
        assert run_checks(database, now=NOON) == []


def _unseal(database: Database) -> None:
    """As the schema before the seal was."""
    database.script(
        [f"DROP TABLE {table}" for table in ("sealed_act", "seal_state", "seal_broken")]
    )


def _bring_the_seal(database: Database) -> None:
    """What the migration that brings it does, whichever came after it."""
    _, sql = scripts()[18]
    database.script(split(sql))
    migrate(database)


def test_a_district_filled_past_the_services_is_sealed_when_asked(database: Database) -> None:
    with database.exclusive() as connection:
        connection.execute(
            "INSERT INTO comment VALUES ('C9', 'TR-1', 'tina', FALSE, 'x', TIMESTAMP '2026-01-01')"
        )
    with database.read() as reader:
        assert list(breaks(reader))
    seal_all(database)
    with database.read() as reader:
        assert list(breaks(reader)) == []


def test_no_sql_of_its_own_writes_a_sealed_table() -> None:
    """`check` would report such a row as altered behind the app; records go through `Work`."""
    sealed_after = {"enlarge.py": "seal_all", "mends.py": "seal_what_is_left"}
    writes = re.compile(rf"(INSERT INTO|UPDATE|DELETE FROM)\s+({'|'.join(SEALED)})\b")
    for path in Path(seals.__file__).parents[1].rglob("*.py"):
        text = path.read_text()
        if writes.search(text):
            assert path.name in sealed_after, path
            assert f"{sealed_after[path.name]}(database)" in text
