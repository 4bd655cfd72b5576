"""Tables that their pages draw by themselves leave with the same figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, in_status, quoted, who
from techrequests.domain.errors import NotAllowedError, NotFoundError
from techrequests.domain.policy import Role
from techrequests.domain.techrequest import Status
from techrequests.exchange.csv_out import csv_file
from techrequests.exchange.exports import taken_away
from techrequests.store import sheet_log

if TYPE_CHECKING:
    from techrequests.store.database import Database


def test_quotes_leave_side_by_side_and_add_up(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    request = quoted(database, request, vendor_id="BLUERIDGE")
    query = (("request", request.request_id),)
    grid = taken_away(database, who(database, "rob"), "comparison", query, now=NOON)
    assert grid.title == f"Quotes for {request.request_id}"
    assert [heading.label for heading in grid.headings[:2]] == ["Wanted", "Quantity"]
    assert {heading.label.partition(":")[0] for heading in grid.headings[2:]} == {
        "Northwind School Supply",
        "Blue Ridge Computers",
    }
    *lines, shipping, delivered = grid.rows
    for column in (4, 7):
        amounts = [int(str(row[column] or 0)) for row in (*lines, shipping)]
        assert sum(amounts) == delivered[column]
        assert all(row[column] == int(str(row[1])) * int(str(row[column - 1])) for row in lines)
    assert "Delivered" in csv_file(grid).decode("utf-8-sig")
    again = taken_away(database, who(database, "ben"), "funding_comparison", query, now=NOON)
    assert again == grid


def test_before_any_offer_only_what_is_wanted_leaves(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    grid = taken_away(
        database,
        who(database, "rob"),
        "comparison",
        (("request", request.request_id),),
        now=NOON,
    )
    assert grid.rows[-1] == ("Delivered", None)


def test_quotes_are_only_for_who_may_see_the_request_and_its_page(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    query = (("request", request.request_id),)
    for person in ("tina", "pia"):
        with pytest.raises(NotAllowedError, match="This table is for people who may"):
            taken_away(database, who(database, person), "comparison", query, now=NOON)
    with pytest.raises(NotFoundError):
        nowhere = (("request", "TR-2027-9999"),)
        taken_away(database, who(database, "rob"), "comparison", nowhere, now=NOON)


def test_every_look_at_the_sheet_leaves_the_newest_first(database: Database) -> None:
    with database.write() as work:
        for count in range(25):
            done = {"written": count, "taken": 0, "calls": 2, "trouble": ""}
            sheet_log.keep_run(work, started_at=NOON, ended_at=NOON, **done)
    grid = taken_away(database, who(database, "ben"), "sheet_runs", (), now=NOON)
    assert [row[2] for row in grid.rows] == list(range(24, -1, -1))
    with database.read() as reader:
        shown = sheet_log.newest_runs(reader)
    assert (len(shown), shown[0]["of_all"]) == (20, 25)


def test_the_looks_are_for_who_may_link_the_whole_district(database: Database) -> None:
    with database.write() as work:
        done = {"written": 1, "taken": 0, "calls": 2, "trouble": ""}
        sheet_log.keep_run(work, started_at=NOON, ended_at=NOON, **done)
        work.run("DELETE FROM role_grant WHERE person_id = 'ben'")
    given(database, "ben", Role.BUSINESS_OFFICE, "LHS")
    assert not taken_away(database, who(database, "ben"), "sheet_runs", (), now=NOON).rows
