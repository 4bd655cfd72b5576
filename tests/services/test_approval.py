"""The supervisor's decision, and what helps with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    BUDGET_CENTS,
    LAPTOP,
    NOON,
    TODAY,
    a_decision,
    decided,
    decisions_of,
    given,
    held_cents,
    hushed,
    in_status,
    left,
    stepped,
    the_request,
    told,
    who,
)
from services.deciding import change_fund, waiting
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    TechRequestsError,
)
from techrequests.domain.funds import Control
from techrequests.domain.intake import LineAsked
from techrequests.domain.policy import Role
from techrequests.domain.techrequest import Impact, Priority, Status
from techrequests.domain.workflow import Action
from techrequests.services.approval import alternatives_for, decide_request, funds_that_may_pay
from techrequests.store.requests import facts_for

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestDecision:
    def test_an_approval_is_recorded_with_the_supervisors_own_judgement(
        self, database: Database
    ) -> None:
        request = waiting(database)
        hushed(database)
        approved = decided(
            database,
            request,
            priority=Priority.CRITICAL,
            impact=Impact.SITE,
            note=" Please hurry. ",
        )
        assert (approved.status, approved.priority) == ("quoting", request.priority)
        with database.read() as reader:
            (found,) = decisions_of(reader, request.request_id)
            facts = facts_for(reader, approved, TODAY)
        assert (found.verdict, found.priority, found.impact) == (
            "approved",
            "critical",
            "a whole school or office",
        )
        assert (found.feedback, found.amount_cents, found.approver_id) == (
            "Please hurry.",
            1_798_00,
            "pia",
        )
        assert (facts.approved_cents, facts.reserved_cents) == (1_798_00, 0)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"note": "Buy the blue ones."}, "Feedback: Buy the blue ones."),
            (
                {"action": Action.DENY, "note": "Not now.", "alternatives": "Share.\n\nWait."},
                "Reason: Not now.\n\nWhat you could do instead:\n- Share.\n- Wait.",
            ),
        ],
    )
    def test_requester_helper_and_technology_department_all_get_the_feedback(
        self, database: Database, said: dict[str, Any], words: str
    ) -> None:
        request = waiting(database, by="tom")
        hushed(database)
        decided(database, request, **said)
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "tom", "rita"}
        assert all(words in message.body for message in messages.values())

    def test_when_the_reviewer_has_left_the_whole_department_gets_the_feedback(
        self, database: Database
    ) -> None:
        request = waiting(database)
        hushed(database)
        left(database, "rita")
        decided(database, request)
        assert set(told(database, request.request_id)) == {"tina", "rob"}

    def test_a_denial_ends_the_request_and_is_no_approval(self, database: Database) -> None:
        denied = in_status(database, Status.DENIED)
        assert (denied.status, denied.closed_at) == ("denied", NOON)
        with database.read() as reader:
            assert facts_for(reader, denied, TODAY).approved_cents is None
            (found,) = decisions_of(reader, denied.request_id)
        assert (found.verdict, found.feedback, found.alternatives) == (
            "denied",
            "Not this year.",
            "Ask again in July.",
        )

    def test_a_double_click_decides_and_reserves_once(self, database: Database) -> None:
        request = waiting(database)
        asked = a_decision(request, fund_id="GEN-27")
        actor = who(database, "pia")
        first, second = (decide_request(database, actor, asked, now=NOON) for _ in "12")
        assert first == second
        assert held_cents(database, "GEN-27") == 1_798_00
        with database.read() as reader:
            assert len(decisions_of(reader, request.request_id)) == 1

    @pytest.mark.parametrize(
        ("by", "error"),
        [
            ("sue", BlockedError),  # may decide, but was not named
            ("wanda", NotFoundError),
            ("rita", BlockedError),
            ("ada", BlockedError),
            ("bea", BlockedError),
            ("tina", BlockedError),
        ],
    )
    def test_only_the_named_supervisor_decides(
        self, database: Database, by: str, error: type[TechRequestsError]
    ) -> None:
        request = waiting(database)
        with pytest.raises(error):
            decide_request(database, who(database, by), a_decision(request), now=NOON)
        assert the_request(database, request.request_id) == request

    def test_a_supervisor_who_lost_the_role_no_longer_decides(self, database: Database) -> None:
        request = waiting(database)
        with database.write() as work:
            work.run("DELETE FROM role_grant WHERE person_id = 'pia'")
        with pytest.raises(BlockedError, match="You may not approve or deny requests here"):
            decided(database, request)

    def test_who_filled_in_the_form_does_not_decide_whatever_they_hold(
        self, database: Database
    ) -> None:
        given(database, "tom", Role.APPROVER)
        request = waiting(database, by="tom")
        with database.write() as work:
            work.run("UPDATE tech_request SET approver_id = 'tom'")
        with pytest.raises(BlockedError, match="You cannot decide on your own request"):
            decide_request(database, who(database, "tom"), a_decision(request), now=NOON)

    @pytest.mark.parametrize(
        ("said", "fields"),
        [
            ({"action": Action.DENY}, ["note", "alternatives"]),
            ({"note": "x" * 2001}, ["feedback"]),
            ({"priority": None}, ["priority"]),
            ({"priority": "urgent", "impact": None}, ["priority", "impact"]),
        ],
    )
    def test_what_is_missing_is_asked_for(
        self, database: Database, said: dict[str, Any], fields: list[str]
    ) -> None:
        request = waiting(database)
        with pytest.raises(InvalidError) as refused:
            decided(database, request, **said)
        assert [problem.field for problem in refused.value.problems] == fields
        assert the_request(database, request.request_id) == request

    def test_only_approving_and_denying_are_decisions(self, database: Database) -> None:
        request = waiting(database)
        for action in set(Action) - {Action.APPROVE, Action.DENY}:
            with pytest.raises(NotAllowedError):
                decided(database, request, action=action)

    def test_an_approval_of_what_was_withdrawn_meanwhile_is_refused(
        self, database: Database
    ) -> None:
        request = waiting(database)
        stepped(database, request, Action.WITHDRAW, "tina", note="")
        with pytest.raises(StaleError, match="In the meantime Tina Cho withdrew the request"):
            decided(database, request, fund_id="GEN-27")
        assert held_cents(database, "GEN-27") == 0


class TestHelpForDeciding:
    def test_only_funds_that_may_pay_are_offered(self, database: Database) -> None:
        request = waiting(database)
        general = ("GEN-27", "General fund 2026-27", 50_000_00, 0)
        assert funds_that_may_pay(database, request, TODAY) == (general,)
        at_wes = waiting(database, requester_id="will")
        offered = funds_that_may_pay(database, at_wes, TODAY)
        assert {one.fund_id for one in offered} == {"GEN-27", "T1A-27"}
        change_fund(database, "GEN-27", closed=True)
        assert funds_that_may_pay(database, request, TODAY) == ()

    def test_a_fund_that_is_short_is_offered_last_and_only_where_it_warns(
        self, database: Database
    ) -> None:
        displays = LineAsked(description="Display", quantity=9, unit_estimate_cents=2_500_00)
        request = waiting(database, requester_id="will", lines=(displays,))
        change_fund(database, "T1A-27", reserve_control=Control.WARN)
        first, last = funds_that_may_pay(database, request, TODAY)
        assert (first.fund_id, first.short_cents) == ("GEN-27", 0)
        assert (last.fund_id, last.available_cents) == ("T1A-27", 20_000_00)
        assert last.short_cents == 2_500_00
        change_fund(database, "T1A-27", reserve_control=Control.STOP)
        (only,) = funds_that_may_pay(database, request, TODAY)
        assert only.fund_id == "GEN-27"

    def test_every_fund_offered_is_accepted(self, database: Database) -> None:
        request = waiting(database, requester_id="will")
        offered = funds_that_may_pay(database, request, TODAY)
        assert len(offered) == 2
        for fund_id in (one.fund_id for one in offered):
            again = waiting(database, requester_id="will")
            assert decided(database, again, fund_id=fund_id).status == "quoting"
            assert held_cents(database, fund_id) < BUDGET_CENTS[fund_id]

    def test_alternatives_are_offered_in_words(self, database: Database) -> None:
        cheaper = replace(LAPTOP, item_id="LAP-OLD", name="Loan laptop 13 in")
        with database.write() as work:
            work.insert(replace(cheaper, unit_price_cents=620_00))
        offered = alternatives_for(database, waiting(database), TODAY)
        assert offered[0] == (
            "Ask for the Loan laptop 13 in instead ($620.00 each instead of $899.00)."
        )
        assert "Chromebook" not in " ".join(offered), "cheaper, but something else"
        assert "Ask again for the budget year that starts on July 1, 2027." in offered
