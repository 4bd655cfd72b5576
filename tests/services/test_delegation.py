"""Approvers who are away, delegates, and overdue decisions, over simulated days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    a_decision,
    a_key,
    a_likeness,
    a_review,
    away,
    decisions_of,
    given,
    hushed,
    in_status,
    left,
    stepped,
    submitted,
    the_request,
    told,
    who,
)
from techrequests.background import jobs
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
    TechRequestsError,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.policy import SCHEDULE, Permission, Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.notify.messages import Message
from techrequests.runtime import Runtime
from techrequests.services.approval import decide_request
from techrequests.services.delegation import (
    DelegationAsked,
    EndAsked,
    delegate,
    end_delegation,
    every_absence,
    own_absences,
)
from techrequests.services.intake_form import offered, route_of
from techrequests.services.pending import MoveAsked, move_decision, move_decisions
from techrequests.services.quotes import AmendAsked, amend
from techrequests.services.review import AssignAsked, name_approver, review
from techrequests.settings import Settings
from techrequests.store.checks import run_checks
from techrequests.store.requests import events_of, lines_of
from techrequests.store.today import waiting_for

if TYPE_CHECKING:
    from techrequests.domain.delegation import Delegation
    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.store.database import Database


def day(number: int) -> date:
    """So many days after the tests' day."""
    return TODAY + timedelta(days=number)


def at(number: int) -> datetime:
    return NOON + timedelta(days=number)


def live(database: Database, first: int, last: int, *, escalation_days: int = 10) -> None:
    """Let the days pass, and the real job run twice a day; all invariants hold every evening."""
    settings = Settings(escalation_days=escalation_days)
    (job,) = [one for one in jobs(Runtime(database, settings)) if one.name == "decisions"]
    for number in range(first, last + 1):
        job.run(at(number) - timedelta(hours=11))
        job.run(at(number))
        assert run_checks(database, now=at(number)) == []


def waiting(database: Database, requester_id: str = "tina", **said: Any) -> TechRequest:  # noqa: ANN401
    return in_status(database, Status.AWAITING_APPROVAL, requester_id=requester_id, **said)


def with_whom(database: Database, request: TechRequest) -> tuple[str | None, str | None]:
    present = the_request(database, request.request_id)
    return present.approver_id, present.on_behalf_of_id


def happened(database: Database, request: TechRequest) -> list[tuple[str, str]]:
    """What the calendar did, and its words."""
    with database.read() as reader:
        events = events_of(reader, request.request_id)
    return [(one.action, one.detail) for one in events if one.actor_id == SCHEDULE.person_id]


def letters(database: Database, person_id: str) -> list[str]:
    """Subjects of everything somebody was told, oldest first."""
    with database.read() as reader:
        found = reader.find(
            Message, "WHERE person_id = $person_id ORDER BY message_no", person_id=person_id
        )
    return [one.subject for one in found]


def ended(database: Database, one: Delegation, by: str, number: int) -> Delegation:
    asked = EndAsked(delegation_id=one.delegation_id, seen_version=one.version)
    return end_delegation(database, who(database, by, day(number)), asked, now=at(number))


def judged(database: Database, request: TechRequest, by: str, number: int = 0) -> TechRequest:
    """The request after somebody approved it as they see it."""
    present = the_request(database, request.request_id)
    actor = who(database, by, day(number))
    return decide_request(database, actor, a_decision(present), now=at(number))


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


class TestOwnRequests:
    def test_the_delegates_own_request_goes_to_who_is_above_the_approver(
        self, database: Database
    ) -> None:
        before, before_for_tom = waiting(database, "tom"), waiting(database, "tina", by="tom")
        away(database, "pia", "tom", day(0), day(3))
        for request in (before, before_for_tom):
            assert with_whom(database, request) == ("sue", None)
        assert submitted(database, "tom").approver_id == "sue"
        assert submitted(database, "tina", by="tom").approver_id == "sue"
        live(database, 0, 5)
        with pytest.raises(BlockedError):
            judged(database, before, "tom")

    def test_a_supervisor_who_asks_is_decided_on_above_and_by_who_stands_in_there(
        self, database: Database
    ) -> None:
        away(database, "sue", "lea", day(0), day(3))
        away(database, "pia", "tom", day(0), day(3))
        assert submitted(database, "pia").approver_id == "lea"

    def test_nobody_above_and_only_the_requester_to_stand_in_waits_for_the_approver(
        self, database: Database
    ) -> None:
        request = waiting(database, "pia")
        away(database, "sue", "pia", day(0), day(20))
        live(database, 0, 12)
        assert with_whom(database, request) == ("sue", None)
        assert happened(database, request) == [("report overdue", "")]


class TestChains:
    def test_a_delegate_who_is_away_is_stood_in_for(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "wanda", day(0), day(9))
        away(database, "wanda", "lea", day(2), day(3))
        held = []
        for number in range(5):
            live(database, number, number)
            held.append(with_whom(database, request)[0])
        assert held == ["wanda", "wanda", "lea", "lea", "wanda"]
        assert with_whom(database, request) == ("wanda", "pia")

    def test_who_stands_in_at_the_end_of_a_chain_decides(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "wanda", day(0), day(9))
        away(database, "wanda", "lea", day(0), day(9))
        judged(database, request, "lea")
        with database.read() as reader:
            (decision,) = decisions_of(reader, request.request_id)
        assert (decision.approver_id, decision.on_behalf_of_id) == ("lea", "pia")
        assert run_checks(database, now=NOON) == []

    @pytest.mark.parametrize(
        ("first", "last", "refused"), [(0, 2, True), (2, 9, True), (4, 5, False)]
    )
    def test_a_circle_is_refused_on_the_days_on_which_it_would_be_one(
        self, database: Database, first: int, last: int, *, refused: bool
    ) -> None:
        away(database, "pia", "wanda", day(0), day(3))
        away(database, "wanda", "sue", day(1), day(9))
        if refused:
            with pytest.raises(InvalidError, match="come back to who is away"):
                away(database, "sue", "pia", day(first), day(last))
        else:
            away(database, "sue", "pia", day(first), day(last))
        live(database, 0, 6)

    def test_a_circle_that_is_there_all_the_same_lets_decisions_go_up(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "wanda", day(0), day(3))
        one = away(database, "wanda", "lea", day(0), day(3))
        with database.write() as work:
            work.update(replace(one, delegate_id="pia"))
        move_decisions(database, 10, now=NOON)
        assert with_whom(database, request) == ("sue", None)


class TestLeaving:
    def test_what_waits_for_a_delegate_who_leaves_returns_and_the_delegation_ends(
        self, database: Database
    ) -> None:
        request = waiting(database)
        one = away(database, "pia", "tom", day(0), day(9))
        left(database, "tom")
        live(database, 1, 1)
        assert with_whom(database, request) == ("pia", None)
        assert "Tom Berg no longer decides for Pia Lang" in letters(database, "pia")
        assert own_absences(database, "pia", day(1)) == ()
        with database.read() as reader:
            assert reader.get(type(one), one.delegation_id).withdrawn_by_id == "schedule"

    def test_until_the_calendar_has_run_it_stands_in_the_queue_of_the_administrator(
        self, database: Database
    ) -> None:
        request = waiting(database)
        assert _queue(database, 0) == []
        away(database, "pia", "tom", day(0), day(9))
        left(database, "tom")
        assert _queue(database, 0) == [request.request_id]
        live(database, 0, 0)
        assert _queue(database, 0) == []

    def test_an_approver_who_leaves_gives_it_to_the_next_above(self, database: Database) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(9))
        left(database, "pia")
        live(database, 1, 1)
        assert with_whom(database, request) == ("sue", None)
        assert happened(database, request)[-1] == ("find approver", "Sue Park, after Tom Berg")

    def test_an_approver_who_loses_the_role_takes_the_delegate_along(
        self, database: Database
    ) -> None:
        request = waiting(database)
        away(database, "pia", "tom", day(0), day(9))
        with database.write() as work:
            work.update(replace(work.get(RoleGrant, "pia-approver-LHS"), ends_on=day(1)))
        live(database, 1, 1)
        assert with_whom(database, request) == ("tom", "pia")
        live(database, 2, 2)
        assert with_whom(database, request) == ("sue", None)

    def test_nobody_left_stands_in_the_queue_until_somebody_may(self, database: Database) -> None:
        request = waiting(database)
        for person_id in ("pia", "sue"):
            left(database, person_id)
        hushed(database)
        live(database, 1, 2)
        assert with_whom(database, request) == (None, None)
        assert _queue(database, 1) == [request.request_id]
        assert set(told(database, request.request_id)) == {"ada", "tina"}
        assert happened(database, request) == [("find approver", "nobody is found, after Pia Lang")]
        with database.write() as work:
            work.update(replace(work.get(Person, "tina"), supervisor_id="lea"))
        given(database, "lea", Role.APPROVER)
        live(database, 3, 3)
        assert with_whom(database, request) == ("lea", None)
        assert _queue(database, 3) == []


def _queue(database: Database, number: int) -> list[str]:
    """What stands before the administrator because nobody decides."""
    with database.read() as reader:
        rows = waiting_for(reader, who(database, "ada", day(number)), day(number))
    return [row["request_id"] for row in rows if row["why"] == "nobody decides"]


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
        assert _queue(database, 19) == []
        live(database, 20, 40)
        assert with_whom(database, request) == ("sue", None)
        assert [action for action, _ in happened(database, request)] == [
            "escalate",
            "report overdue",
        ]
        assert _queue(database, 40) == [request.request_id]
        assert (
            "nobody above who could take it over"
            in told(database, request.request_id)["ada"].subject
        )
        judged(database, request, "sue", 41)
        assert the_request(database, request.request_id).overdue_since is None
        assert _queue(database, 41) == []

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
        assert _queue(database, 10) == [request.request_id]

    def test_a_supervisor_whose_own_request_it_is_never_gets_it(self, database: Database) -> None:
        request = waiting(database, "tina", by="sue")
        live(database, 0, 12)
        assert with_whom(database, request) == ("pia", None)
        assert _queue(database, 12) == [request.request_id]

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


class TestSetting:
    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"delegate_id": None}, "“Who decides instead” is empty"),
            ({"starts_on": None}, "“First day” is empty"),
            ({"delegate_id": "pia"}, "their own delegate"),
            ({"delegate_id": "ghost"}, "somebody who works here"),
            ({"starts_on": day(-1)}, "is past"),
            ({"ends_on": day(0), "starts_on": day(1)}, "is before “First day”"),
            ({"ends_on": day(366)}, "366 days at most"),
            ({"note": "x" * 201}, "1 characters too long"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, database: Database, said: dict[str, Any], words: str
    ) -> None:
        usual: dict[str, Any] = {
            "delegation_id": a_key(),
            "person_id": "pia",
            "delegate_id": "tom",
            "starts_on": day(0),
            "ends_on": day(3),
        }
        asked = DelegationAsked(**{**usual, **said})
        with pytest.raises(InvalidError, match=words):
            delegate(database, who(database, "pia"), asked, now=NOON)
        assert every_absence(database, TODAY) == ()

    @pytest.mark.parametrize(
        ("person_id", "delegate_id", "by", "allowed"),
        [
            ("pia", "tom", "pia", True),
            ("pia", "tom", "ada", True),
            ("pia", "ada", "ada", False),
            ("pia", "ada", "pia", True),
            ("sue", "lea", "ada", False),  # Sue decides on what Ada asks for
            ("pia", "tom", "sue", False),
            ("pia", "tom", "tom", False),
            ("tom", "tina", "tom", False),
            ("tom", "tina", "ada", False),
        ],
    )
    def test_approvers_set_their_own_and_administrators_anybodys_but_not_to_themselves(
        self, database: Database, person_id: str, delegate_id: str, by: str, *, allowed: bool
    ) -> None:
        if allowed:
            away(database, person_id, delegate_id, day(0), day(3), by=by)
            (found,) = every_absence(database, TODAY)
            assert (found.delegation.set_by_id, found.waiting) == (by, 0)
        else:
            with pytest.raises((NotAllowedError, InvalidError)):
                away(database, person_id, delegate_id, day(0), day(3), by=by)

    def test_a_delegate_hands_on_only_what_is_their_own_to_decide(self, database: Database) -> None:
        """Standing in is no right of one's own: Tom could otherwise make his friends approvers."""
        away(database, "pia", "tom", day(0), day(3))
        with pytest.raises(InvalidError, match="something to delegate"):
            away(database, "tom", "tina", day(0), day(3))

    def test_a_second_click_sets_it_once(self, database: Database) -> None:
        asked = DelegationAsked(
            delegation_id="once",
            person_id="pia",
            delegate_id="tom",
            starts_on=day(0),
            ends_on=day(3),
        )
        for _ in range(2):
            delegate(database, who(database, "pia"), asked, now=NOON)
        assert len(own_absences(database, "pia", TODAY)) == 1

    def test_one_delegate_at_a_time(self, database: Database) -> None:
        one = away(database, "pia", "tom", day(0), day(3))
        with pytest.raises(InvalidError, match="already"):
            away(database, "pia", "tina", day(3), day(5))
        away(database, "pia", "tina", day(4), day(5))
        ended(database, one, "pia", 0)
        away(database, "pia", "lea", day(0), day(3))

    @pytest.mark.parametrize(
        ("by", "allowed"), [("pia", True), ("ada", True), ("tom", False), ("sue", False)]
    )
    def test_who_may_end_one(self, database: Database, by: str, *, allowed: bool) -> None:
        one = away(database, "pia", "tom", day(0), day(3))
        if allowed:
            ended(database, one, by, 0)
            with pytest.raises(StaleError, match="ended already"):
                ended(database, one, by, 0)
        else:
            with pytest.raises(NotAllowedError):
                ended(database, one, by, 0)


def test_an_administrator_does_not_choose_who_decides_on_what_they_asked_for(
    database: Database,
) -> None:
    request = submitted(database, "tina", by="ada")
    assert request.approver_id == "pia"
    asked = DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id="pia",
        delegate_id="tom",
        starts_on=TODAY,
        ends_on=TODAY,
    )
    with pytest.raises(NotAllowedError, match="on your own request TR-"):
        delegate(database, who(database, "ada"), asked, now=NOON)
