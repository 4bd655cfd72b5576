"""A large district is the small one many times over, and breaks no rule either."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sample_days import TODAY
from techrequests.domain.intake import DraftAsked, LineAsked
from techrequests.domain.techrequest import Priority, Status
from techrequests.sample.enlarge import MOST_SCHOOLS, enlarge, planned
from techrequests.services.intake import submit
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.people import actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WANTED = 900
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def large(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The sample district, enlarged."""
    path = tmp_path_factory.mktemp("large") / written.name
    shutil.copy(written, path)
    shutil.copytree(f"{written}.files", f"{path}.files")
    opened = Database.open(path)
    enlarge(opened, WANTED)
    yield opened
    opened.close()


def test_it_has_about_as_many_requests_as_were_asked_for(large: Database) -> None:
    with large.read() as reader:
        found = reader.value("SELECT count(*) FROM tech_request")
    assert abs(found - WANTED) / WANTED < 0.03


def test_nothing_in_it_breaks_a_rule(large: Database) -> None:
    assert run_checks(large, now=NOON) == []


def test_nobody_has_more_to_do_than_in_the_small_one(large: Database, district: Database) -> None:
    sql = """
        SELECT status, max(requests) AS most FROM (
            SELECT status, approver_id, reviewer_id, requester_id, count(*) AS requests
            FROM tech_request
            WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
            GROUP BY status, approver_id, reviewer_id, requester_id
        ) counted GROUP BY status ORDER BY status
    """
    with large.read() as reader, district.read() as before:
        assert reader.rows(sql) == before.rows(sql)


def test_every_school_and_everybody_is_there_ten_times(large: Database, district: Database) -> None:
    with large.read() as reader, district.read() as before:
        for table in ("site", "person"):
            sql = f"SELECT count(*) FROM {table}"  # noqa: S608
            assert reader.value(sql) == MOST_SCHOOLS * before.value(sql)


def test_life_goes_on_in_it(large: Database) -> None:
    with large.read() as reader:
        who = actor(reader, "mrivera", TODAY)
    asked = DraftAsked(
        key="one more",
        requester_id="mrivera",
        values={
            "title": "A headset",
            "category": "accessories",
            "problem": "Mine broke.",
            "impact": "I cannot record lessons.",
            "priority": Priority.LOW,
        },
        lines=(LineAsked(description="Headset", quantity=1, unit_estimate_cents=6400),),
    )
    assert submit(large, who, asked, now=NOON).status is Status.IN_REVIEW
    assert run_checks(large, now=NOON) == []


def test_a_district_that_is_large_enough_stays_as_it_is(district: Database) -> None:
    assert planned(district, 1).copies == 0
