"""Who is asked to judge: another reviewer, or a supervisor who was named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    a_review,
    given,
    hushed,
    in_status,
    left,
    reviewed,
    submitted,
    the_request,
    told,
    who,
)
from services.in_charge import assign
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    TechRequestsError,
)
from techrequests.domain.policy import Role
from techrequests.domain.techrequest import Status
from techrequests.services.review import name_approver, reassign, review
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestReassign:
    def test_another_reviewer_takes_over_and_both_sides_hear_of_it(
        self, database: Database
    ) -> None:
        request = submitted(database)
        hushed(database)
        taken = assign(database, reassign, "ada", "rob", note="Rita is away.")
        assert (taken.reviewer_id, taken.status) == ("rob", "in review")
        with database.read() as reader:
            event = events_of(reader, request.request_id)[-1]
        assert (event.action, event.detail, event.note) == (
            "reassign",
            "Rob Silva",
            "Rita is away.",
        )
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "rob"}
        assert messages["rob"].body.startswith(
            "Ada Wynn assigned the review to somebody else (Rob Silva).\n\nReason: Rita is away."
        )
        with pytest.raises(BlockedError, match="Another person reviews this"):
            review(database, who(database, "rita"), a_review(taken), now=NOON)
        assert reviewed(database, taken).status == "awaiting approval"

    def test_a_reviewer_takes_a_request_over_by_assigning_it_to_themselves(
        self, database: Database
    ) -> None:
        submitted(database)
        assert assign(database, reassign, "rob", "rob").reviewer_id == "rob"

    @pytest.mark.parametrize(
        ("by", "to", "said", "error"),
        [
            ("ada", "rob", {"note": " "}, InvalidError),
            ("ada", "ben", {}, InvalidError),  # no reviewer
            ("ada", "tina", {}, InvalidError),  # who asks for it
            ("ada", "nobody", {}, InvalidError),
            ("pia", "rob", {}, BlockedError),
            ("tina", "rob", {}, BlockedError),
            ("will", "rob", {}, NotFoundError),
            ("ada", "rob", {"seen_version": 1}, StaleError),
        ],
    )
    def test_who_may_not_or_cannot_is_refused(
        self,
        database: Database,
        by: str,
        to: str,
        said: dict[str, Any],
        error: type[TechRequestsError],
    ) -> None:
        request = submitted(database)
        with pytest.raises(error):
            assign(database, reassign, by, to, **said)
        assert the_request(database, request.request_id) == request

    def test_nobody_chooses_the_judge_of_their_own_request(self, database: Database) -> None:
        submitted(database, "rita")
        for service, to in ((reassign, "rob"), (name_approver, "pia")):
            with pytest.raises(TechRequestsError) as refused:
                assign(database, service, "rita", to)
            assert isinstance(refused.value, (BlockedError, InvalidError))

    def test_a_reviewer_who_left_cannot_be_chosen(self, database: Database) -> None:
        submitted(database)
        left(database, "rob")
        with pytest.raises(InvalidError, match="Pick somebody who may review requests here"):
            assign(database, reassign, "ada", "rob")


class TestNameApprover:
    @pytest.mark.parametrize(
        "status", [Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.AWAITING_APPROVAL]
    )
    def test_somebody_who_may_decide_can_be_named(self, database: Database, status: Status) -> None:
        request = in_status(database, status)
        hushed(database)
        named = assign(database, name_approver, "ada", "sue")
        assert (named.approver_id, named.status) == ("sue", status)
        assert set(told(database, request.request_id)) == {"tina", "sue"}

    @pytest.mark.parametrize(
        ("to", "words"),
        [
            ("tina", "who did not ask for it"),
            ("tom", "who did not ask for it"),  # who filled in the form, and may decide
            ("wanda", "who may approve or deny requests here"),  # decides for another school
            ("ben", "who may approve or deny requests here"),
        ],
    )
    def test_only_somebody_who_may_decide_on_it_can_be_named(
        self, database: Database, to: str, words: str
    ) -> None:
        given(database, "tom", Role.APPROVER)
        request = submitted(database, "tina", by="tom")
        with pytest.raises(InvalidError, match=words):
            assign(database, name_approver, "ada", to)
        assert the_request(database, request.request_id) == request

    @pytest.mark.parametrize("by", ["rita", "ada"])
    def test_nobody_names_themselves(self, database: Database, by: str) -> None:
        """A reviewer who may also decide would else review, name and approve alone."""
        given(database, by, Role.APPROVER)
        request = submitted(database)
        with pytest.raises(NotAllowedError, match="You cannot name yourself"):
            assign(database, name_approver, by, by)
        assert the_request(database, request.request_id) == request

    def test_a_decided_request_keeps_its_approver(self, database: Database) -> None:
        in_status(database, Status.QUOTING)
        with pytest.raises(BlockedError, match="is “quoting” now"):
            assign(database, name_approver, "ada", "sue")

    def test_a_supervisor_who_is_also_the_reviewer_may_do_both(self, database: Database) -> None:
        """The two people are who asks and who decides; a small office has no third one."""
        given(database, "rita", Role.APPROVER)
        with database.write() as work:
            work.update(replace(work.get(Person, "tina"), supervisor_id="rita"))
        request = reviewed(database, submitted(database))
        assert (request.reviewer_id, request.approver_id) == ("rita", "rita")
