"""The technology department's judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    a_review,
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
from services.in_charge import assign
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    TechRequestsError,
)
from techrequests.domain.techrequest import Alignment, Feasibility, Impact, Status
from techrequests.domain.workflow import Action
from techrequests.services.review import name_approver, review

if TYPE_CHECKING:
    from techrequests.store.database import Database


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
        for action in set(Action) - {Action.FORWARD, Action.USE_SPARE, Action.DECLINE}:
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


AGAINST = (
    ({"feasibility": Feasibility.NOT_FEASIBLE}, "not feasible"),
    ({"alignment": Alignment.OFF_STANDARD}, "against the standards"),
    (
        {"feasibility": Feasibility.NOT_FEASIBLE, "alignment": Alignment.OFF_STANDARD},
        "not feasible and against the standards",
    ),
)


@pytest.mark.parametrize(("found", "words"), AGAINST)
class TestWhatSpeaksAgainstARequest:
    """What is not feasible or against the standards goes on only for a reason in words."""

    @pytest.mark.parametrize("reason", ["", "   ", "x", "why not"])
    def test_it_is_not_forwarded_without_a_reason(
        self, database: Database, found: dict[str, Any], words: str, reason: str
    ) -> None:
        request = submitted(database)
        with pytest.raises(InvalidError, match=f"You found it {words}") as refused:
            reviewed(database, request, **found, override_reason=reason)
        assert [one.field for one in refused.value.problems] == ["override_reason"]

    def test_with_a_reason_it_is_and_the_reason_is_kept_and_told(
        self, database: Database, found: dict[str, Any], words: str
    ) -> None:
        request = submitted(database)
        reason = "The principal has promised the outlet by June."
        forwarded = reviewed(database, request, **found, override_reason=f" {reason} ")
        assert forwarded.status is Status.AWAITING_APPROVAL
        with database.read() as reader:
            (kept,) = reviews_of(reader, request.request_id)
        assert kept.override_reason == reason
        assert " and ".join(kept.against) == words
        assert f"although it is {words}: {reason}" in told(database, request.request_id)["pia"].body

    def test_to_decline_it_takes_no_further_reason(
        self, database: Database, found: dict[str, Any], words: str
    ) -> None:
        said = {"note": "No outlet.", "alternatives": "Use the cart.", "action": Action.DECLINE}
        declined = reviewed(database, submitted(database), **found, **said)
        assert declined.status is Status.DECLINED
        with database.read() as reader:
            (kept,) = reviews_of(reader, declined.request_id)
        assert kept.override_reason == ""
        assert words


def test_a_reason_that_nothing_asks_for_is_not_kept(database: Database) -> None:
    request = reviewed(database, submitted(database), override_reason="Because I say so.")
    with database.read() as reader:
        (kept,) = reviews_of(reader, request.request_id)
    assert kept.override_reason == ""
