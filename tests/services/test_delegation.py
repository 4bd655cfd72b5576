"""Approvers who are away and their delegates, over simulated days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    TODAY,
    a_key,
    a_likeness,
    a_review,
    away,
    decisions_of,
    hushed,
    in_status,
    stepped,
    submitted,
    the_request,
    told,
    who,
)
from services.absences import at, day, ended, happened, judged, letters, live, waiting, with_whom
from techrequests.domain.errors import (
    BlockedError,
    NotFoundError,
    TechRequestsError,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.intake_form import offered, route_of
from techrequests.services.pending import move_decisions
from techrequests.services.quotes import AmendAsked, amend
from techrequests.services.review import AssignAsked, name_approver, review
from techrequests.store.requests import events_of, lines_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import RequestLine
    from techrequests.store.database import Database


class TestDays:
    def test_what_waits_goes_to_the_delegate_on_the_first_day_and_back_after_the_last(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(2), day(4))
        held = {}
        for number in range(7):
            live(database, number, number)
            held[number] = with_whom(database, request)
        pia, tom = ("pia", None), ("tom", "pia")
        assert held == {0: pia, 1: pia, 2: tom, 3: tom, 4: tom, 5: pia, 6: pia}
        assert happened(database, request) == [
            ("delegate", "Tom Berg for Pia Lang"),
            ("return decision", "Pia Lang, after Tom Berg"),
        ]

    def test_each_is_told_what_concerns_them(self, database: Database) -> None:
        request = waiting(database)
        hushed(database)
        away(database, "pia", "tom", day(1), day(1))
        assert letters(database, "tom") == ["Tom Berg decides for Pia Lang on October 6, 2026"]
        live(database, 1, 1)
        assert letters(database, "tom")[1].endswith("handed the decision to the delegate")
        assert letters(database, "tina")[0].endswith("handed the decision to the delegate")
        live(database, 2, 2)
        assert letters(database, "pia")[-1].endswith("gave the decision back")
        assert letters(database, "tom")[-1].endswith("gave the decision back")
        assert "Pia Lang, after Tom Berg" in told(database, request.request_id)["pia"].body

    def test_a_delegation_from_today_moves_what_waits_at_once(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(3))
        assert with_whom(database, request) == ("tom", "pia")

    def test_a_delegation_that_is_ended_early_gives_back_what_is_not_decided(
        self, database: Database
    ) -> None:
        decided, open_one = waiting(database), waiting(database)
        one = away(database, "pia", "tom", day(0), day(9))
        judged(database, decided, "tom")
        ended(database, one, "pia", 1)
        assert with_whom(database, open_one) == ("pia", None)
        assert with_whom(database, decided) == ("tom", "pia")
        assert letters(database, "tom")[-2] == "Tom Berg no longer decides for Pia Lang"
        with pytest.raises(NotFoundError):
            judged(database, open_one, "tom", 1)
        live(database, 1, 3)
        assert happened(database, open_one)[1:] == [("return decision", "Pia Lang, after Tom Berg")]

    def test_a_second_run_at_the_same_moment_does_nothing(self, database: Database) -> None:
        waiting(database)
        away(database, "pia", "tom", day(1), day(3))
        assert len(move_decisions(database, 10, now=at(1))) == 1
        commits = database.commits.total
        assert move_decisions(database, 10, now=at(1)) == ()
        assert database.commits.total == commits

    def test_new_requests_go_to_the_delegate_directly(self, database: Database) -> None:
        away(database, "pia", "tom", day(0), day(3))
        sent = submitted(database)
        assert (sent.approver_id, sent.on_behalf_of_id) == ("tom", "pia")
        forwarded = review(database, who(database, "rita"), a_review(sent), now=NOON)
        assert (forwarded.approver_id, forwarded.on_behalf_of_id) == ("tom", "pia")
        assert "tom" in told(database, sent.request_id)
        assert happened(database, sent) == []
        tina = who(database, "tina")
        route = route_of(database, tina, offered(database), a_likeness(), TODAY)
        assert route.approver == "Tom Berg for Pia Lang"

    def test_who_is_routed_is_looked_up_again_at_every_turn(self, database: Database) -> None:
        """Approved by Pia, amended while she is away."""
        request = in_status(database, Status.QUOTING)
        assert request.approver_id == "pia"
        away(database, "pia", "tom", day(0), day(3))
        with database.read() as reader:
            lines = tuple(lines_of(reader, request.request_id))
        asked = AmendAsked(
            request_id=request.request_id,
            seen_version=request.version,
            key=a_key("amend"),
            lines=tuple(_typed(line) for line in lines),
            note="One more.",
        )
        amended = amend(database, who(database, "rita"), asked, now=NOON)
        assert (amended.approver_id, amended.on_behalf_of_id) == ("tom", "pia")

    def test_an_answer_to_a_delegate_who_is_none_any_more_goes_to_the_approver(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(0))
        present = the_request(database, request.request_id)
        asked = stepped(database, present, Action.ASK_BEFORE_DECIDING, "tom")
        answered = stepped(database, asked, Action.ANSWER, "tina", now=at(2))
        assert answered.approver_id == "tom"
        live(database, 2, 2)
        assert with_whom(database, request) == ("pia", None)

    def test_who_is_named_while_away_is_stood_in_for(self, database: Database) -> None:
        away(database, "sue", "lea", day(0), day(3))
        request = waiting(database)
        asked = AssignAsked(
            request_id=request.request_id,
            seen_version=request.version,
            person_id="sue",
            note="Pia is ill.",
        )
        named = name_approver(database, who(database, "ada"), asked, now=NOON)
        assert (named.approver_id, named.on_behalf_of_id) == ("lea", "sue")
        assert told(database, request.request_id)["lea"].body.startswith(
            "Ada Wynn named the person who decides (Lea Novak for Sue Park)."
        )


def _typed(line: RequestLine) -> LineAsked:
    return LineAsked(
        item_id=line.item_id,
        description=line.description,
        quantity=line.quantity + 1,
        unit_estimate_cents=line.unit_estimate_cents,
    )


class TestDeciding:
    def test_a_delegate_without_any_role_decides_and_both_names_are_kept(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(3))
        hushed(database)
        assert judged(database, request, "tom").status is Status.QUOTING
        with database.read() as reader:
            (decision,) = decisions_of(reader, request.request_id)
            last = events_of(reader, request.request_id)[-1]
        assert (decision.approver_id, decision.on_behalf_of_id) == ("tom", "pia")
        assert (last.actor_id, last.on_behalf_of_id) == ("tom", "pia")
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "rita", "pia"}
        assert messages["pia"].subject.endswith("Tom Berg for Pia Lang approved the request")

    def test_ones_own_decision_names_nobody_else(self, database: Database) -> None:
        request = waiting(database)
        judged(database, request, "pia")
        with database.read() as reader:
            (decision,) = decisions_of(reader, request.request_id)
        assert decision.on_behalf_of_id is None

    def test_a_delegate_decides_where_the_approver_could_and_nowhere_else(
        self, database: Database
    ) -> None:
        away(database, "pia", "tom", day(0), day(3))
        tom = who(database, "tom")
        assert tom.stands_in == {("pia", "LHS")}
        assert tom.may(Permission.DECIDE_REQUESTS, "LHS")
        assert not tom.may(Permission.DECIDE_REQUESTS, "WES")
        assert not tom.decides("LHS")
        assert not tom.may(Permission.SEE_REQUESTS)
        with pytest.raises(TechRequestsError):
            judged(database, waiting(database, "will"), "tom")

    @pytest.mark.parametrize("number", [-1, 4])
    def test_a_delegate_is_nobody_before_and_after_the_days(
        self, database: Database, number: int
    ) -> None:
        away(database, "pia", "tom", day(0), day(3))
        assert who(database, "tom", day(number)).stands_in == frozenset()

    def test_the_evening_after_the_last_day_nothing_is_decided_before_the_calendar_has_run(
        self, database: Database
    ) -> None:
        """Sue may decide everywhere herself, but no longer for Pia."""
        request = waiting(database)
        away(database, "pia", "sue", day(0), day(0))
        with pytest.raises(BlockedError, match="not yours to decide any more"):
            judged(database, request, "sue", 1)

    def test_the_approver_who_is_away_does_not_decide_beside_the_delegate(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(3))
        with pytest.raises(BlockedError):
            judged(database, request, "pia")
