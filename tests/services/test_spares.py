"""A spare instead of a purchase: who sees it, how it is kept, handed over and freed again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    LAPTOP,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_decision,
    a_key,
    a_review,
    decided,
    handed_over,
    in_status,
    named,
    seen_by,
    stepped,
    submitted,
    the_request,
    ticked,
    told,
    who,
)
from techrequests.domain.assets import Asset, AssetStatus, Condition
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import BlockedError, InvalidError, TechRequestsError
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.techrequest import Feasibility, Status
from techrequests.domain.workflow import Action
from techrequests.services.approval import decide_request
from techrequests.services.before_buying import before_buying
from techrequests.services.deployment import deployment_of
from techrequests.services.intake_form import Likeness, already_there
from techrequests.services.inventory import EditAsked, edit_asset
from techrequests.services.review import review
from techrequests.services.steps import TakeStep, take_step
from techrequests.services.stock import AddAsked, add_asset
from techrequests.services.units import UnitsAsked, save_units
from techrequests.store.approval import alternatives
from techrequests.store.checks import run_checks
from techrequests.store.inventory import history_of
from techrequests.store.requests import entries_of, events_of
from techrequests.store.spares import before_buying as rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

    Change = Callable[[Database, str, AssetStatus], None]

ONE_LAPTOP = replace(TWO_LAPTOPS, quantity=1)


def a_spare(database: Database, tag: str, site_id: str = "WES", **said: Any) -> Asset:  # noqa: ANN401
    values = {"item_id": LAPTOP.item_id, "site_id": site_id, "acquired_on": TODAY, **said}
    asked = AddAsked(key=a_key("unit"), asset_tag=tag, values=values)
    return add_asset(database, who(database, "rita"), asked, now=NOON)


def unit(database: Database, tag: str) -> Asset:
    with database.read() as reader:
        return reader.get(Asset, tag)


def past(database: Database, tag: str) -> list[str]:
    with database.read() as reader:
        return [row["what"] for row in history_of(reader, tag)]


def changed_to(database: Database, tag: str, status: AssetStatus) -> None:
    """Rita changes one unit on its own page."""
    seen = unit(database, tag).version
    values = {"status": status}
    asked = EditAsked(asset_tag=tag, seen_version=seen, values=values, note="It came back.")
    edit_asset(database, who(database, "rita"), asked, now=NOON)


def in_grid(database: Database, tag: str, status: AssetStatus) -> None:
    """Rita changes it in the table."""
    before = unit(database, tag)
    cell = Cell(field="status", before=before.status, after=status)
    row = RowEdit(key=tag, seen_version=before.version, cells=(cell,))
    asked = UnitsAsked(save_id=a_key("save"), edits=(row,), reason="It came back.")
    save_units(database, who(database, "rita"), asked, now=NOON)


def kept(database: Database, request: TechRequest, *tags: str) -> TechRequest:
    """The request after its reviewer chose spares."""
    asked = a_review(request, action=Action.USE_SPARE, spares=tags)
    return review(database, who(database, named(request.reviewer_id)), asked, now=NOON)


def proposed(database: Database, request: TechRequest, by: str = "rita") -> list[str]:
    known = before_buying(database, seen_by(database, by, request))
    return [one.unit.asset_tag for one in known.proposed]


@pytest.fixture
def one(database: Database) -> TechRequest:
    """Tina of the high school asks for a laptop; two are in stock at the elementary school."""
    a_spare(database, "S-1")
    a_spare(database, "S-2", condition=Condition.GOOD)
    return submitted(database, lines=(ONE_LAPTOP,))


class TestTheWay:
    def test_after_the_approval_it_goes_straight_to_deploying_and_nothing_is_bought(
        self, database: Database, one: TechRequest
    ) -> None:
        request = kept(database, one, "S-1")
        assert request.status is Status.AWAITING_APPROVAL
        assert unit(database, "S-1").status is AssetStatus.ASSIGNED
        assert run_checks(database, now=NOON) == []
        request = decided(database, request)
        assert request.status is Status.DEPLOYING
        assert request.technician_id
        assert run_checks(database, now=NOON) == []
        work = deployment_of(database, seen_by(database, request.technician_id, request))
        assert [asset.asset_tag for asset in work.assets] == ["S-1"]
        assert work.tasks
        with database.read() as reader:
            assert entries_of(reader, request.request_id) == []
            amounts = reader.rows("SELECT amount_cents, verdict FROM decision")
        assert amounts == [{"amount_cents": 0, "verdict": "approved"}]

    def test_the_hand_over_moves_it_to_the_requesters_school_and_its_history_says_so(
        self, database: Database, one: TechRequest
    ) -> None:
        request = decided(database, kept(database, one, "S-1"))
        request = handed_over(database, ticked(database, request))
        spare = unit(database, "S-1")
        assert (spare.status, spare.site_id, spare.custodian_id, spare.request_id) == (
            "deployed",
            "LHS",
            "tina",
            None,
        )
        assert past(database, "S-1")[0].startswith(
            "Moved from Washington Elementary to Lincoln High School. Handed over to Tina"
        )
        assert past(database, "S-1")[1] == f"Kept for {request.request_id} instead of a purchase"
        request = stepped(database, request, Action.CONFIRM, "tina")
        assert request.status is Status.CLOSED
        assert run_checks(database, now=NOON) == []

    def test_everybody_is_told_which_unit_it_is(self, database: Database, one: TechRequest) -> None:
        request = kept(database, one, "S-1")
        words = "set a spare aside for it and forwarded it to you (S-1 at Washington Elementary)"
        assert words in told(database, request.request_id)["pia"].body
        with database.read() as reader:
            *_, last = events_of(reader, request.request_id)
        assert (last.action, last.detail) == (Action.USE_SPARE, "S-1 at Washington Elementary")

    def test_a_fund_is_not_asked_for_what_costs_nothing(
        self, database: Database, one: TechRequest
    ) -> None:
        request = kept(database, one, "S-1")
        asked = a_decision(request, fund_id="GEN-27")
        with pytest.raises(InvalidError, match="costs nothing"):
            decide_request(database, who(database, "pia"), asked, now=NOON)


class TestFreedAgain:
    def test_a_denial_puts_it_back(self, database: Database, one: TechRequest) -> None:
        request = kept(database, one, "S-1")
        asked = {"action": Action.DENY, "note": "Not now.", "alternatives": "Share one."}
        decided(database, request, **asked)
        assert unit(database, "S-1").status is AssetStatus.IN_STOCK
        assert past(database, "S-1")[0] == f"Not needed for {request.request_id} any more"
        assert run_checks(database, now=NOON) == []

    def test_a_withdrawal_puts_it_back(self, database: Database, one: TechRequest) -> None:
        stepped(database, kept(database, one, "S-1"), Action.WITHDRAW, "tina")
        assert unit(database, "S-1").status is AssetStatus.IN_STOCK
        assert run_checks(database, now=NOON) == []

    def test_a_question_that_nobody_answers_puts_it_back(
        self, database: Database, one: TechRequest
    ) -> None:
        request = stepped(database, kept(database, one, "S-1"), Action.ASK_BEFORE_DECIDING, "pia")
        assert unit(database, "S-1").status is AssetStatus.ASSIGNED
        for days, action in ((3, Action.REMIND), (14, Action.LAPSE)):
            asked = TakeStep(
                request_id=request.request_id, seen_version=request.version, action=action
            )
            request = take_step(database, SCHEDULE, asked, now=NOON + timedelta(days=days))
        assert unit(database, "S-1").status is AssetStatus.IN_STOCK
        assert run_checks(database, now=NOON + timedelta(days=15)) == []

    def test_an_answer_keeps_it(self, database: Database, one: TechRequest) -> None:
        request = stepped(database, kept(database, one, "S-1"), Action.ASK_BEFORE_DECIDING, "pia")
        request = stepped(database, request, Action.ANSWER, "tina")
        assert decided(database, request).status is Status.DEPLOYING

    def test_what_was_lost_meanwhile_does_not_come_back_into_stock(
        self, database: Database, one: TechRequest
    ) -> None:
        request = kept(database, one, "S-1")
        with database.write() as work:
            work.update(replace(work.get(Asset, "S-1"), status=AssetStatus.LOST))
        stepped(database, request, Action.WITHDRAW, "tina")
        assert unit(database, "S-1").status is AssetStatus.LOST

    def test_by_hand_it_does_not_go_back_while_its_request_is_open(
        self, database: Database, one: TechRequest
    ) -> None:
        kept(database, one, "S-1")
        with pytest.raises(InvalidError, match=f"S-1 is kept for {one.request_id}"):
            changed_to(database, "S-1", AssetStatus.IN_STOCK)
        with pytest.raises(InvalidError, match=f"S-1 is kept for {one.request_id}"):
            in_grid(database, "S-1", AssetStatus.IN_STOCK)
        assert unit(database, "S-1").status is AssetStatus.ASSIGNED

    @pytest.mark.parametrize("in_one_way", [changed_to, in_grid])
    def test_what_came_back_after_the_hand_over_belongs_to_the_next_request_alone(
        self, database: Database, one: TechRequest, in_one_way: Change
    ) -> None:
        first = decided(database, kept(database, one, "S-1"))
        first = handed_over(database, ticked(database, first))
        in_one_way(database, "S-1", AssetStatus.IN_STOCK)
        second = kept(database, submitted(database, "tom", lines=(ONE_LAPTOP,)), "S-1")
        first = stepped(database, first, Action.REPORT_PROBLEM, "tina")
        handed_over(database, ticked(database, first))
        assert unit(database, "S-1").status is AssetStatus.ASSIGNED
        assert run_checks(database, now=NOON) == []
        second = decided(database, second)
        handed_over(database, ticked(database, second))
        assert unit(database, "S-1").custodian_id == "tom"
        assert run_checks(database, now=NOON) == []

    def test_it_can_be_kept_for_the_next_request(
        self, database: Database, one: TechRequest
    ) -> None:
        stepped(database, kept(database, one, "S-1"), Action.WITHDRAW, "tina")
        other = submitted(database, lines=(ONE_LAPTOP,))
        assert decided(database, kept(database, other, "S-1")).status is Status.DEPLOYING
        assert run_checks(database, now=NOON) == []


class TestOnlyOnce:
    def test_what_is_kept_is_nobody_elses(self, database: Database, one: TechRequest) -> None:
        kept(database, one, "S-1")
        other = submitted(database, lines=(ONE_LAPTOP,))
        assert proposed(database, other) == ["S-2"]
        with pytest.raises(InvalidError, match="S-1 is not free any more"):
            kept(database, other, "S-1")
        assert the_request(database, other.request_id).status is Status.IN_REVIEW

    def test_of_many_who_take_the_same_unit_at_once_one_gets_it(self, database: Database) -> None:
        a_spare(database, "S-1")
        requests = [submitted(database, lines=(ONE_LAPTOP,)) for _ in range(8)]

        def tried(request: TechRequest) -> str:
            try:
                return str(kept(database, request, "S-1").status)
            except TechRequestsError as error:
                return type(error).__name__

        with ThreadPoolExecutor(8) as pool:
            came = sorted(pool.map(tried, requests))
        assert came == ["InvalidError"] * 7 + ["awaiting approval"]
        assert run_checks(database, now=NOON) == []

    def test_a_second_click_keeps_it_once(self, database: Database, one: TechRequest) -> None:
        asked = a_review(one, action=Action.USE_SPARE, spares=("S-1",))
        rita = who(database, "rita")
        first = review(database, rita, asked, now=NOON)
        assert review(database, rita, asked, now=NOON).version == first.version

    def test_what_covers_only_a_part_is_bought(self, database: Database) -> None:
        a_spare(database, "S-1")
        two = submitted(database)
        assert proposed(database, two) == []
        with pytest.raises(InvalidError, match="not what is asked for"):
            kept(database, two, "S-1")
        a_spare(database, "S-2")
        assert proposed(database, two) == ["S-1", "S-2"]
        assert decided(database, kept(database, two, "S-1", "S-2")).status is Status.DEPLOYING

    def test_broken_units_and_those_of_a_sites_own_fund_stay(self, database: Database) -> None:
        a_spare(database, "S-1", condition=Condition.BROKEN)
        a_spare(database, "S-2")
        with database.write() as work:
            work.run("UPDATE fund SET sites = 'WES' WHERE fund_id = 'T1A-27'")
            work.run("UPDATE asset SET fund_id = 'T1A-27' WHERE asset_tag = 'S-2'")
        assert proposed(database, submitted(database, lines=(ONE_LAPTOP,))) == []

    def test_the_units_of_ones_own_school_come_first(self, database: Database) -> None:
        a_spare(database, "S-1", "WES")
        a_spare(database, "S-2", "LHS", condition=Condition.WORN)
        assert proposed(database, submitted(database, lines=(ONE_LAPTOP,))) == ["S-2"]

    def test_another_reviewer_is_refused(self, database: Database, one: TechRequest) -> None:
        asked = a_review(one, action=Action.USE_SPARE, spares=("S-1",))
        with pytest.raises(BlockedError, match="Another person reviews this"):
            review(database, who(database, "rob"), asked, now=NOON)
        assert unit(database, "S-1").status is AssetStatus.IN_STOCK


def test_what_is_not_feasible_needs_its_reason_with_a_spare_too(
    database: Database, one: TechRequest
) -> None:
    said = {"action": Action.USE_SPARE, "spares": ("S-1",), "feasibility": Feasibility.NOT_FEASIBLE}
    rita = who(database, "rita")
    with pytest.raises(InvalidError, match="You found it not feasible"):
        review(database, rita, a_review(one, **said), now=NOON)
    asked = a_review(one, **said, override_reason="The principal decides on the room.")
    review(database, rita, asked, now=NOON)
    with database.read() as reader:
        *_, last = events_of(reader, one.request_id)
    assert last.detail.startswith("S-1 at Washington Elementary, although it is not feasible")


class TestSeen:
    def test_reviewer_and_approver_see_what_there_is_before_buying(
        self, database: Database, one: TechRequest
    ) -> None:
        in_status(database, Status.CLOSED)
        bought = in_status(database, Status.ORDERED)
        with database.write() as work:
            item = work.get(StandardItem, LAPTOP.item_id)
            work.update(replace(item, notes="Only with a docking station."))
        for person_id in ("rita", "pia"):
            known = before_buying(database, seen_by(database, person_id, one))
            assert [(row["words"], row["units"]) for row in known.spare] == [
                ("Washington Elementary", 2)
            ]
            assert [(row["units"], row["words"]) for row in known.on_order] == [
                (2, f"PO-{bought.request_id} for {bought.request_id}")
            ]
            assert [(row["cents"], row["words"]) for row in known.paid] == [
                (LAPTOP.unit_price_cents, "Northwind School Supply")
            ]
            assert [row["words"] for row in known.notes] == ["Only with a docking station."]

    def test_the_form_names_the_site_in_words(self, database: Database) -> None:
        a_spare(database, "S-1")
        like = Likeness(
            request_id="",
            requester_id="tina",
            site_id="LHS",
            category="computers",
            title="",
            item_ids=(LAPTOP.item_id,),
        )
        (row,) = already_there(database, like).spare
        assert row["code"] == "Washington Elementary"

    def test_what_is_kept_is_no_alternative_for_others(
        self, database: Database, one: TechRequest
    ) -> None:
        kept(database, one, "S-1")
        other = submitted(database, lines=(ONE_LAPTOP,))
        with database.read() as reader:
            spare = [
                row
                for row in alternatives(rows_of(reader, other.request_id))
                if row["what"] == "spare"
            ]
        assert [row["units"] for row in spare] == [1]
