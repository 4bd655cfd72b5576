"""Who decides on a delegate's own request, delegates of delegates, and who leaves meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    away,
    decisions_of,
    given,
    hushed,
    left,
    submitted,
    told,
)
from services.absences import day, happened, judged, letters, live, queue_of, waiting, with_whom
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
)
from techrequests.domain.policy import Role, RoleGrant
from techrequests.services.delegation import (
    own_absences,
)
from techrequests.services.pending import move_decisions
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.store.database import Database


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
        assert queue_of(database, 0) == []
        away(database, "pia", "tom", day(0), day(9))
        left(database, "tom")
        assert queue_of(database, 0) == [request.request_id]
        live(database, 0, 0)
        assert queue_of(database, 0) == []

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
        assert queue_of(database, 1) == [request.request_id]
        assert set(told(database, request.request_id)) == {"ada", "tina"}
        assert happened(database, request) == [("find approver", "nobody is found, after Pia Lang")]
        with database.write() as work:
            work.update(replace(work.get(Person, "tina"), supervisor_id="lea"))
        given(database, "lea", Role.APPROVER)
        live(database, 3, 3)
        assert with_whom(database, request) == ("lea", None)
        assert queue_of(database, 3) == []
