"""One person with two duties in a request is listed, and refused where the district says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    a_draft,
    allocated,
    chosen,
    given,
    in_status,
    ordered,
    quoted,
    received,
    seen_by,
    who,
)
from builders.requests import a_decision, a_review
from techrequests.domain.duties import Duty, kept_apart
from techrequests.domain.edits import TableEdit
from techrequests.domain.errors import BlockedError, NotAllowedError
from techrequests.domain.policy import Role
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import WORKFLOW, Action
from techrequests.services.approval import decide_request
from techrequests.services.intake import submit
from techrequests.services.listing import listing_page
from techrequests.services.review import review
from techrequests.store.checks import run_checks
from techrequests.store.duties import DUTIES, OWN_APPROVER, SEVERAL_DUTIES, notices
from techrequests.store.listings import Asked

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def listed(database: Database, by: str = "lea") -> list[dict[str, Any]]:
    frame, _ = listing_page(database, who(database, by), DUTIES.name, Asked())
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def everything_by(database: Database, person_id: str) -> TechRequest:
    """One person reviews, chooses, pays for and receives what Tina asked for."""
    for role in (Role.REVIEWER, Role.BUSINESS_OFFICE):
        given(database, person_id, role)
    request = in_status(database, Status.FUNDING)
    return received(database, ordered(database, allocated(database, request)), by=person_id)


class TestListed:
    """Leadership and auditors see it; no check is broken by it."""

    def test_an_ordinary_request_is_not(self, database: Database) -> None:
        in_status(database, Status.CLOSED)
        assert listed(database) == []

    def test_who_pays_and_receives_is(self, database: Database) -> None:
        request = everything_by(database, "ben")
        (row,) = listed(database)
        assert (row["request_id"], row["who"]) == (request.request_id, "Ben Frost")
        assert row["kind"] == SEVERAL_DUTIES
        assert row["did"] == "allocate, order, receive"
        assert run_checks(database, now=NOON) == []

    @pytest.mark.parametrize("person_id", ["tina", "rita", "ben", "pia"])
    def test_only_leadership_and_administrators_see_it(
        self, database: Database, person_id: str
    ) -> None:
        with pytest.raises(NotAllowedError):
            listed(database, person_id)
        assert listed(database, "ada") == []


class TestAnApproverWasPrepared:
    """Ada submits for Tina what an approver decides whom she has just made or moved."""

    @pytest.mark.parametrize(
        ("edit", "days", "found"),
        [
            ({"table_name": "person", "row_key": "pia", "field": "email"}, 1, "account (email)"),
            ({"table_name": "person", "row_key": "pia", "field": "email"}, 29, "account (email)"),
            ({"table_name": "person", "row_key": "pia", "field": "email"}, 31, ""),
            ({"table_name": "person", "row_key": "sue", "field": "email"}, 1, ""),
            (
                {"table_name": "role_grant", "row_key": "pia-approver-LHS", "field": "role"},
                1,
                "changed a role",
            ),
            (
                {"table_name": "role_grant", "row_key": "gone", "field": "person_id"},
                1,
                "changed a role",
            ),
            (
                {"table_name": "person", "row_key": "tina", "field": "supervisor_id"},
                1,
                "changed who supervises the requester",
            ),
            ({"table_name": "person", "row_key": "tina", "field": "job_title"}, 1, ""),
        ],
    )
    def test_shortly_before(
        self, database: Database, edit: dict[str, str], days: int, found: str
    ) -> None:
        self.changed(database, "ada", NOON - timedelta(days=days), **edit)
        ada = who(database, "ada")
        sent = submit(database, ada, a_draft("tina"), now=NOON)
        forwarded = review(database, who(database, "rita"), a_review(sent), now=NOON)
        decide_request(database, who(database, "pia"), a_decision(forwarded), now=NOON)
        rows = listed(database)
        assert [row["kind"] for row in rows] == ([OWN_APPROVER] if found else [])
        if found:
            assert found in rows[0]["did"]
            assert rows[0]["did"].endswith("approved it")
        with database.read() as reader:
            assert len(notices(reader)) == len(rows)
        assert run_checks(database, now=NOON) == []

    def test_by_somebody_else_is_nothing_to_ask_about(self, database: Database) -> None:
        edit = {"table_name": "person", "row_key": "pia", "field": "email"}
        self.changed(database, "bea", NOON - timedelta(days=1), **edit)
        in_status(database, Status.QUOTING)
        assert listed(database) == []

    @staticmethod
    def changed(database: Database, by: str, at: datetime, **said: str) -> None:
        edit = TableEdit(before=None, after="pia", actor_id=by, edited_at=at, **said)
        with database.write() as work:
            work.insert(edit)


class TestKeptApart:
    """A district may say that nobody takes two duties in one request."""

    def test_off_unless_a_district_says_so(self, database: Database) -> None:
        assert not database.separate_duties
        assert everything_by(database, "ben").status is Status.DEPLOYING

    def test_who_paid_does_not_receive(self, database: Database) -> None:
        database.separate_duties = True
        given(database, "ben", Role.REVIEWER)
        request = in_status(database, Status.ORDERED)
        with pytest.raises(BlockedError, match=r"took part in this request for payment, and your"):
            received(database, request, by="ben")
        choice = seen_by(database, "ben", request).choice(Action.RECEIVE)
        assert choice
        words = "You already took part in this request for payment, and your district keeps that "
        assert choice.reasons == (f"{words}apart from technology. Somebody else has to do this.",)
        assert received(database, request, by="rita").status is Status.DEPLOYING

    def test_who_reviewed_does_not_approve(self, database: Database) -> None:
        database.separate_duties = True
        given(database, "pia", Role.REVIEWER)
        request = in_status(database, Status.IN_REVIEW)
        with database.write() as work:
            work.run("UPDATE tech_request SET reviewer_id = 'pia'")
        forwarded = review(database, who(database, "pia"), a_review(request), now=NOON)
        with pytest.raises(BlockedError, match="apart from approval"):
            decide_request(database, who(database, "pia"), a_decision(forwarded), now=NOON)

    def test_one_office_still_does_all_its_own_work(self, database: Database) -> None:
        database.separate_duties = True
        assert in_status(database, Status.CLOSED).status is Status.CLOSED
        request = chosen(database, quoted(database, in_status(database, Status.QUOTING)))
        assert ordered(database, allocated(database, request)).status is Status.ORDERED

    def test_every_duty_is_taken_by_some_step(self) -> None:
        assert {step.duty for step in WORKFLOW if step.duty} == set(Duty)

    def test_a_step_that_is_nobodys_duty_is_everybodys(self) -> None:
        taken = frozenset({("ben", str(Duty.PAYMENT))})
        assert kept_apart("ben", None, taken) is None
        assert kept_apart("ben", Duty.PAYMENT, taken) is None
        assert kept_apart("bea", Duty.TECHNOLOGY, taken) is None
