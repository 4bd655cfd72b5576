"""The technology department's judgement, and who is asked to judge."""

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
    reviews_of,
    submitted,
    the_request,
    told,
    who,
)
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
from techrequests.domain.techrequest import Alignment, Feasibility, Impact, Status
from techrequests.domain.workflow import Action
from techrequests.services.review import AssignAsked, name_approver, reassign, review
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def assign(
    database: Database,
    service: Callable[..., TechRequest],
    by: str,
    to: str,
    **said: Any,  # noqa: ANN401
) -> TechRequest:
    """Ask a service to put somebody in charge of the only request."""
    request = the_request(database, "TR-2027-0001")
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "person_id": to,
        "note": "Holiday.",
    }
    return service(database, who(database, by), AssignAsked(**{**usual, **said}), now=NOON)


class TestReview:
    def test_a_forwarded_request_carries_the_findings_to_the_supervisor(
        self, database: Database
    ) -> None:
        request = submitted(database)
        hushed(database)
        forwarded = reviewed(
            database,
            request,
            feasibility=Feasibility.WITH_CHANGES,
            impact=Impact.SITE,
            alignment=Alignment.EXCEPTION,
            findings="  Needs a dock.\n",
        )
        assert (forwarded.status, forwarded.approver_id) == ("awaiting approval", "pia")
        assert forwarded.version == request.version + 1
        with database.read() as reader:
            (found,) = reviews_of(reader, request.request_id)
        assert (found.feasibility, found.impact, found.alignment, found.findings) == (
            "feasible with changes",
            "a whole school or office",
            "justified exception",
            "Needs a dock.",
        )
        assert (found.outcome, found.reviewer_id, found.reviewed_at) == ("forward", "rita", NOON)
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "pia"}
        assert "You are next: approve or deny it." in messages["pia"].body
        assert "Next: The supervisor approves or denies it." in messages["tina"].body

    def test_a_declined_request_says_why_and_what_else_to_do(self, database: Database) -> None:
        declined = in_status(database, Status.DECLINED)
        assert declined.closed_at == NOON
        message = told(database, declined.request_id)["tina"]
        assert message.subject.endswith("Rita Moss declined the request")
        assert message.body == (
            "Rita Moss declined the request.\n\n"
            "Reason: The room has no power outlet for it.\n\n"
            "What you could do instead:\n- Use the cart in room 12.\n\n"
            "Next: The technology department declined it."
        )

    def test_a_double_click_reviews_once(self, database: Database) -> None:
        request = submitted(database)
        asked = a_review(request)
        first, second = (review(database, who(database, "rita"), asked, now=NOON) for _ in "12")
        assert first == second
        with database.read() as reader:
            assert len(reviews_of(reader, request.request_id)) == 1

    def test_a_refused_review_can_be_mended_and_sent_with_the_same_form(
        self, database: Database
    ) -> None:
        asked = a_review(submitted(database), action=Action.DECLINE)
        with pytest.raises(InvalidError):
            review(database, who(database, "rita"), asked, now=NOON)
        mended = replace(asked, note="No.", alternatives="Share one.")
        assert review(database, who(database, "rita"), mended, now=NOON).status == "declined"

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"findings": " "}, "findings"),
            ({"findings": "x" * 4001}, "findings"),
            ({"feasibility": None}, "feasibility"),
            ({"impact": None}, "impact"),
            ({"alignment": "fits"}, "alignment"),
            ({"action": Action.DECLINE, "alternatives": "Share."}, "note"),
            ({"action": Action.DECLINE, "note": "No."}, "alternatives"),
        ],
    )
    def test_what_is_missing_is_asked_for_and_nothing_is_saved(
        self, database: Database, said: dict[str, Any], field: str
    ) -> None:
        request = submitted(database)
        with pytest.raises(InvalidError) as refused:
            reviewed(database, request, **said)
        assert [problem.field for problem in refused.value.problems] == [field]
        assert the_request(database, request.request_id) == request

    @pytest.mark.parametrize(
        ("by", "error"),
        [
            ("rob", BlockedError),
            ("tina", BlockedError),
            ("pia", BlockedError),
            ("ada", BlockedError),
            ("bea", BlockedError),
            ("will", NotFoundError),
        ],
    )
    def test_only_the_named_reviewer_reviews(
        self, database: Database, by: str, error: type[TechRequestsError]
    ) -> None:
        request = submitted(database)
        with pytest.raises(error):
            review(database, who(database, by), a_review(request), now=NOON)
        assert the_request(database, request.request_id) == request

    def test_only_forwarding_and_declining_end_a_review(self, database: Database) -> None:
        for action in set(Action) - {Action.FORWARD, Action.DECLINE}:
            with pytest.raises(NotAllowedError):
                reviewed(database, submitted(database), action=action)

    def test_the_slower_of_two_is_told_who_was_faster(self, database: Database) -> None:
        request = submitted(database)
        reviewed(database, request)
        with pytest.raises(
            StaleError, match="In the meantime Rita Moss reviewed it and forwarded it"
        ):
            reviewed(database, request)

    def test_the_supervisor_is_looked_up_again_when_the_first_has_left(
        self, database: Database
    ) -> None:
        request = submitted(database)
        left(database, "pia")
        assert reviewed(database, request).approver_id == "sue"

    def test_a_supervisor_somebody_named_stays_named(self, database: Database) -> None:
        submitted(database)
        request = assign(database, name_approver, "ada", "sue")
        assert reviewed(database, request).approver_id == "sue"

    def test_with_no_supervisor_to_be_found_it_stands_in_a_queue_that_is_watched(
        self, database: Database
    ) -> None:
        request = submitted(database, "sue")
        hushed(database)
        forwarded = reviewed(database, request)
        assert (forwarded.status, forwarded.approver_id) == ("awaiting approval", None)
        assert set(told(database, request.request_id)) == {"sue", "ada"}


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
