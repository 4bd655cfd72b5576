"""Decisions that are overdue, over simulated days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import (
    away,
    given,
    hushed,
    stepped,
    the_request,
    told,
    who,
)
from services.absences import at, day, happened, judged, live, queue_of, waiting, with_whom
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import (
    BlockedError,
)
from techrequests.domain.policy import SCHEDULE, Role
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.pending import MoveAsked, move_decision

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestOverdue:
    def test_an_overdue_decision_goes_to_the_approvers_own_supervisor(
        self, database: Database
    ) -> None:
        request = waiting(database)
        hushed(database)
        live(database, 0, 9)
        assert with_whom(database, request) == ("pia", None)
        live(database, 10, 10)
        assert with_whom(database, request) == ("sue", None)
        assert happened(database, request) == [("escalate", "Sue Park, after Pia Lang")]
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "pia", "sue"}
        assert messages["pia"].subject.endswith("passed the overdue decision up")
        assert judged(database, request, "sue", 11).status is Status.QUOTING

    def test_with_nobody_above_it_stays_and_stands_in_the_administrators_queue(
        self, database: Database
    ) -> None:
        request = waiting(database)
        live(database, 0, 19)
        assert queue_of(database, 19) == []
        live(database, 20, 40)
        assert with_whom(database, request) == ("sue", None)
        assert [action for action, _ in happened(database, request)] == [
            "escalate",
            "report overdue",
        ]
        assert queue_of(database, 40) == [request.request_id]
        assert (
            "nobody above who could take it over"
            in told(database, request.request_id)["ada"].subject
        )
        judged(database, request, "sue", 41)
        assert the_request(database, request.request_id).overdue_since is None
        assert queue_of(database, 41) == []

    def test_it_goes_to_the_delegate_of_a_supervisor_who_is_away(self, database: Database) -> None:
        request = waiting(database)
        away(database, "sue", "lea", day(5), day(15))
        live(database, 0, 10)
        assert with_whom(database, request) == ("lea", "sue")
        assert happened(database, request) == [
            ("escalate", "Lea Novak for Sue Park, after Pia Lang")
        ]
        live(database, 11, 16)
        assert with_whom(database, request) == ("sue", None)

    def test_it_passes_those_with_whom_it_is_already(self, database: Database) -> None:
        """Pia stands in above for Sue, and Lea is above Sue."""
        with database.write() as work:
            work.update(replace(work.get(Person, "sue"), supervisor_id="lea"))
            work.update(replace(work.get(Person, "lea"), supervisor_id=None))
        given(database, "lea", Role.APPROVER)
        request = waiting(database)
        away(database, "sue", "pia", day(0), day(30))
        live(database, 0, 10)
        assert with_whom(database, request) == ("lea", None)

    def test_a_delegate_who_is_the_supervisor_too_is_passed(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "sue", day(0), day(30))
        live(database, 0, 10)
        assert with_whom(database, request) == ("sue", "pia")
        assert queue_of(database, 10) == [request.request_id]

    def test_a_supervisor_whose_own_request_it_is_never_gets_it(self, database: Database) -> None:
        request = waiting(database, "tina", by="sue")
        live(database, 0, 12)
        assert with_whom(database, request) == ("pia", None)
        assert queue_of(database, 12) == [request.request_id]

    def test_a_delegate_has_the_same_days_and_then_it_goes_above_the_approver(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(3), day(90))
        live(database, 0, 12)
        assert with_whom(database, request) == ("tom", "pia")
        live(database, 13, 13)
        assert with_whom(database, request) == ("sue", None)
        assert set(told(database, request.request_id)) >= {"tina", "tom", "pia", "sue"}

    def test_a_question_stops_the_days_and_the_answer_starts_them_again(
        self, database: Database
    ) -> None:
        request = waiting(database)
        live(database, 0, 9)
        request = the_request(database, request.request_id)
        asked = stepped(database, request, Action.ASK_BEFORE_DECIDING, "pia", now=at(9))
        live(database, 10, 12)
        stepped(database, asked, Action.ANSWER, "tina", now=at(12))
        live(database, 13, 21)
        assert with_whom(database, request) == ("pia", None)
        live(database, 22, 22)
        assert with_whom(database, request) == ("sue", None)

    def test_zero_days_is_never(self, database: Database) -> None:
        request = waiting(database)
        for number in (50, 300):
            live(database, number, number, escalation_days=0)
        assert happened(database, request) == []

    def test_only_the_calendar_moves_decisions(self, database: Database) -> None:
        request = waiting(database)
        asked = MoveAsked(
            request_id=request.request_id,
            seen_version=request.version,
            action=Action.ESCALATE,
            escalation_days=10,
        )
        for person_id in ("ada", "rita", "sue", "pia"):
            with pytest.raises(BlockedError, match="may not act by the calendar"):
                move_decision(database, who(database, person_id), asked, now=at(20))
        with pytest.raises(BlockedError, match="with the right person"):
            move_decision(database, SCHEDULE, asked, now=at(5))
