"""The sample district: alive on every page, consistent, and the same each time it is written."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sample_days import REQUESTS, TODAY
from techrequests.domain.errors import StoreError
from techrequests.domain.techrequest import Status
from techrequests.sample.generate import fill, first_moment, in_memory, write_district
from techrequests.store.checks import run_checks
from techrequests.store.people import actor
from techrequests.store.today import waiting_for

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.store.database import Database

MIDNIGHT = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)


def digest(database: Database) -> str:
    """One number for everything in a database."""
    told = hashlib.sha256()
    with database.read() as reader:
        tables = reader.rows(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' ORDER BY table_name"
        )
        for table in tables:
            rows = reader.rows(f"SELECT * FROM {table['table_name']} ORDER BY ALL")  # noqa: S608
            told.update(repr(rows).encode())
    return told.hexdigest()


def test_the_same_seed_and_day_give_the_same_district(district: Database, tmp_path: Path) -> None:
    with in_memory(tmp_path / "files") as again:
        fill(again, today=TODAY, requests=REQUESTS, seed=7)
        assert digest(again) == digest(district)


def test_another_seed_gives_another_district(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        with in_memory(tmp_path / f"files-{seed}") as database:
            fill(database, today=TODAY, requests=1, seed=seed)
            found.append(digest(database))
    assert found[0] != found[1]


def test_each_request_is_of_the_category_of_its_first_item(district: Database) -> None:
    with district.read() as reader:
        others = reader.rows(
            "SELECT r.request_id, r.category, l.category AS first FROM tech_request r "
            "JOIN request_line l ON l.request_id = r.request_id AND l.content_version = 1 "
            "WHERE l.position = 1 AND r.category <> coalesce(l.category, '')"
        )
    assert others == []


def test_nothing_in_it_breaks_a_rule(district: Database) -> None:
    assert run_checks(district, now=MIDNIGHT) == []


def test_some_request_stands_in_every_status(district: Database) -> None:
    with district.read() as reader:
        found = {row["status"] for row in reader.rows("SELECT DISTINCT status FROM tech_request")}
    assert found == set(Status)


def test_it_has_as_many_requests_as_were_asked_for(district: Database) -> None:
    with district.read() as reader:
        new = reader.value("SELECT count(*) FROM tech_request WHERE continues_id IS NULL")
    assert new == REQUESTS


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("refused and started again", "SELECT 1 FROM tech_request WHERE continues_id IS NOT NULL"),
        ("asked and answered", "SELECT 1 FROM request_event WHERE action = 'answer'"),
        ("amended", "SELECT 1 FROM tech_request WHERE content_version > 1"),
        ("chosen with a reason", "SELECT 1 FROM quote WHERE justification <> ''"),
        (
            "paid from two funds",
            """SELECT request_id FROM ledger_entry WHERE kind = 'encumber'
            GROUP BY request_id HAVING count(DISTINCT fund_id) > 1""",
        ),
        (
            "delivered in parts",
            "SELECT order_line_id FROM receipt GROUP BY order_line_id HAVING count(*) > 1",
        ),
        ("billed for less", "SELECT 1 FROM ledger_entry WHERE why LIKE 'Left over after%'"),
        ("a problem reported", "SELECT 1 FROM request_event WHERE action = 'report problem'"),
        ("an internal comment", "SELECT 1 FROM comment WHERE internal"),
        ("a picture", "SELECT 1 FROM attachment WHERE media_type = 'image/png'"),
        ("an unread message", "SELECT 1 FROM message WHERE read_at IS NULL"),
        ("a message that was read", "SELECT 1 FROM message WHERE read_at IS NOT NULL"),
        ("spare stock", "SELECT 1 FROM asset WHERE status = 'in stock' AND request_id IS NULL"),
        (
            "nobody to decide",
            "SELECT 1 FROM tech_request WHERE approver_id IS NULL AND status = 'awaiting approval'",
        ),
    ],
)
def test_everything_has_happened_to_somebody(district: Database, what: str, sql: str) -> None:
    with district.read() as reader:
        assert reader.value(sql) is not None, what


@pytest.mark.parametrize(
    ("role", "why"),
    [
        ("reviewer", "quoting"),
        ("approver", "awaiting approval"),
        ("business office", "funding"),
        ("business manager", "funding"),
        ("technician", "deploying"),
        ("administrator", "nobody decides"),
    ],
)
def test_somebody_of_every_role_has_work_waiting(district: Database, role: str, why: str) -> None:
    with district.read() as reader:
        people = reader.rows("SELECT DISTINCT person_id FROM role_grant WHERE role = $r", r=role)
        waiting = {
            row["why"]
            for person in people
            if reader.value("SELECT active FROM person WHERE person_id = $p", p=person["person_id"])
            for row in waiting_for(reader, actor(reader, person["person_id"], TODAY), TODAY)
        }
    assert why in waiting


def test_nothing_happens_before_the_funds_begin_or_after_the_last_evening(
    district: Database,
) -> None:
    with district.read() as reader:
        row = reader.row(
            "SELECT min(happened_at) AS earliest, max(happened_at) AS latest FROM request_event"
        )
    assert row is not None
    assert first_moment(TODAY) <= row["earliest"]
    assert MIDNIGHT - timedelta(days=6) < row["latest"] < MIDNIGHT


def test_people_act_on_working_days_only(district: Database) -> None:
    with district.read() as reader:
        weekends = reader.value(
            "SELECT count(*) FROM request_event "
            "WHERE date_part('dow', happened_at) IN (0, 6) AND actor_id <> 'schedule'"
        )
    assert weekends == 0


def test_no_text_sounds_like_a_placeholder(district: Database) -> None:
    empty = re.compile(
        r"\b(lorem|ipsum|dummy|foo|bar|asdf|tbd|todo|xxx|test ?data)\b", re.IGNORECASE
    )
    with district.read() as reader:
        texts = reader.rows(
            "SELECT title || ' ' || problem || ' ' || impact || ' ' || requirements AS said "
            "FROM tech_request UNION ALL SELECT note || ' ' || alternatives FROM request_event "
            "UNION ALL SELECT body FROM comment "
            "UNION ALL SELECT subject || ' ' || body FROM message "
            "UNION ALL SELECT findings FROM review UNION ALL SELECT full_name FROM person"
        )
    assert len(texts) > REQUESTS
    assert [row["said"] for row in texts if empty.search(row["said"])] == []


def test_a_district_is_never_written_over_another(written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(StoreError, match="Remove it first"):
        write_district(written, today=TODAY, requests=1)
    assert written.read_bytes() == before


def test_what_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not complete"):
        write_district(
            tmp_path / "district.duckdb", today=TODAY, requests=1, folder=tmp_path / "nothing"
        )
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_up_to_one(tmp_path: Path) -> None:
    shares: list[float] = []
    with in_memory(tmp_path / "files") as database:
        fill(database, today=TODAY, requests=1, seed=7, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
