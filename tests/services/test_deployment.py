"""Who sets devices up, the hand-over and what happens when it does not work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, a_key, handed_over, in_status, received, seen_by, stepped, ticked, who
from services.two_to_set_up import job, rita, tasks
from techrequests.domain.assets import AssetEvent, AssetStatus
from techrequests.domain.errors import BlockedError, InvalidError, NotAllowedError
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.deployment import (
    HandOverAsked,
    TechnicianAsked,
    assign_technician,
    deployment_of,
    hand_over,
)
from techrequests.services.listing import listing_records
from techrequests.store.checks import run_checks
from techrequests.store.deployment import DEPLOYMENTS, MINE, NOBODYS
from techrequests.store.inventory import assets_of_request
from techrequests.store.listings import Asked
from techrequests.store.requests import events_of, last_event

if TYPE_CHECKING:
    from techrequests.domain.assets import Asset
    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

__all__ = ["job", "rita"]


def units(database: Database, request: TechRequest) -> list[Asset]:
    with database.read() as reader:
        return assets_of_request(reader, request.request_id)


def to(request: TechRequest, person_id: str) -> TechnicianAsked:
    return TechnicianAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key=a_key("technician"),
        person_id=person_id,
    )


def test_another_technician_takes_over_and_both_sides_are_told(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    taken = assign_technician(database, rita, to(job, "rob"), now=NOON)
    assert taken.technician_id == "rob"
    with database.read() as reader:
        told = reader.rows(
            "SELECT person_id FROM message WHERE request_id = $it AND subject LIKE $what",
            it=job.request_id,
            what="%assigned a technician",
        )
        _, event = last_event(reader, job.request_id) or ("", None)
    assert {row["person_id"] for row in told} == {"rob", "tina"}
    assert event
    assert event.detail == "Rob Silva"


def test_a_second_click_on_assign_is_harmless(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    asked = to(job, "rob")
    first = assign_technician(database, rita, asked, now=NOON)
    assert assign_technician(database, rita, asked, now=NOON) == first


def test_only_people_who_may_deploy_there_can_be_assigned(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    for person_id in ("tina", "ben", "nobody"):
        with pytest.raises(InvalidError, match="Pick somebody who may deploy devices here"):
            assign_technician(database, rita, to(job, person_id), now=NOON)
    with pytest.raises(BlockedError, match="You may not deploy devices here"):
        assign_technician(database, who(database, "ada"), to(job, "rob"), now=NOON)


def test_a_technician_named_before_the_goods_came_keeps_the_job(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    named = assign_technician(database, who(database, "rita"), to(request, "rob"), now=NOON)
    assert named.technician_id == "rob"
    assert received(database, named).technician_id == "rob"


def test_handing_over_makes_the_requester_the_custodian(
    database: Database, job: TechRequest
) -> None:
    request = handed_over(database, ticked(database, job), room="114", note="Enjoy!")
    assert request.status is Status.DELIVERED
    for unit in units(database, job):
        assert (unit.status, unit.custodian_id, unit.room) == (AssetStatus.DEPLOYED, "tina", "114")
    with database.read() as reader:
        [*_, event] = reader.find(AssetEvent, "ORDER BY asset_event_no")
    assert event.what == "Handed over to Tina Cho, room 114"
    assert run_checks(database, now=NOON) == []


def test_units_that_are_lost_or_in_repair_are_not_handed_over(
    database: Database, job: TechRequest
) -> None:
    with database.write() as work:
        work.run(
            "UPDATE asset SET status = 'in repair', version = version + 1 WHERE asset_tag = $tag",
            tag="A-100001",
        )
    handed_over(database, ticked(database, job))
    assert [(unit.status, unit.custodian_id) for unit in units(database, job)] == [
        (AssetStatus.IN_REPAIR, None),
        (AssetStatus.DEPLOYED, "tina"),
    ]


def test_units_at_another_site_are_left_as_they_are_and_named(
    database: Database, job: TechRequest
) -> None:
    with database.write() as work:
        work.run(
            "UPDATE asset SET site_id = 'WES', room = '7', version = version + 1 "
            "WHERE asset_tag = 'A-100001'"
        )
    request = handed_over(database, ticked(database, job), room="114")
    assert [(unit.status, unit.room) for unit in units(database, job)] == [
        (AssetStatus.ASSIGNED, "7"),
        (AssetStatus.DEPLOYED, "114"),
    ]
    with database.read() as reader:
        last = events_of(reader, request.request_id)[-1]
    assert last.detail == "left at another site: A-100001"


def test_nothing_is_handed_over_half_set_up_or_by_somebody_else(
    database: Database, job: TechRequest
) -> None:
    with pytest.raises(BlockedError, match="items are still open on the checklist"):
        handed_over(database, job)
    ready = ticked(database, job)
    asked = HandOverAsked(request_id=job.request_id, seen_version=ready.version, key="k")
    with pytest.raises(BlockedError, match="Another technician has this"):
        hand_over(database, who(database, "rob"), asked, now=NOON)
    assert {unit.status for unit in units(database, job)} == {AssetStatus.ASSIGNED}


def test_a_double_click_hands_over_once(database: Database, rita: Actor, job: TechRequest) -> None:
    ready = ticked(database, job)
    asked = HandOverAsked(request_id=job.request_id, seen_version=ready.version, key="k")
    first = hand_over(database, rita, asked, now=NOON)
    assert hand_over(database, rita, asked, now=NOON) == first


def test_a_hand_over_is_not_a_step_without_its_form(database: Database, job: TechRequest) -> None:
    with pytest.raises(NotAllowedError, match="needs its own form"):
        stepped(database, ticked(database, job), Action.HAND_OVER, "rita")


def test_a_reported_problem_comes_back_with_a_task_that_says_what_to_fix(
    database: Database,
) -> None:
    request = in_status(database, Status.DELIVERED)
    before = tasks(database, request)
    problem = "The left hinge is loose. " * 20
    again = stepped(database, request, Action.REPORT_PROBLEM, "tina", note=problem)
    [*_, fix] = tasks(database, request)
    assert (again.status, again.technician_id) == (Status.DEPLOYING, "rita")
    assert (fix.position, fix.done_at) == (len(before) + 1, None)
    assert fix.label.startswith("Fix: The left hinge is loose. The left")
    assert fix.label.endswith("…")
    assert len(fix.label) <= 160
    with pytest.raises(BlockedError, match="1 item is still open"):
        handed_over(database, again)
    assert handed_over(database, ticked(database, again)).status is Status.DELIVERED
    assert run_checks(database, now=NOON) == []


def test_each_technician_sees_their_own_work_and_nobodys(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    rob = who(database, "rob")
    mine = listed(database, rita, MINE)
    assert [row["request_id"] for row in mine] == [job.request_id]
    assert mine[0]["units"] == 2
    assert mine[0]["done"] == 0
    assert listed(database, rob, MINE) == ()
    assert listed(database, rob, NOBODYS) == ()
    assert len(listed(database, rob)) == 1
    with pytest.raises(NotAllowedError):
        listed(database, who(database, "tina"))


def test_deployments_are_searched_filtered_and_sorted(
    database: Database, rita: Actor, job: TechRequest
) -> None:
    def found(**asked: Any) -> int:  # noqa: ANN401  # as in Asked
        return len(listing_records(database, rita, "deployments", Asked(**asked))[0])

    assert found(search="rita moss") == found(search=job.request_id) == 1
    assert found(search="nothing of the kind") == 0
    assert found(filters=(("site", (job.site_id,)), ("technician", ("rita",)))) == 1
    assert found(filters=(("technician", ("rob",)),)) == 0
    for column in DEPLOYMENTS.columns:
        assert found(order=column.name, descending=True) == 1


def listed(database: Database, actor: Actor, *switches: str) -> tuple[dict[str, Any], ...]:
    return listing_records(database, actor, "deployments", Asked(switches=switches))[0]


def test_one_deployment_shows_what_stops_it(database: Database, job: TechRequest) -> None:
    shown = deployment_of(database, seen_by(database, "rita", job))
    assert shown.technicians == {"rita": "Rita Moss", "rob": "Rob Silva"}
    assert [unit.asset_tag for unit in shown.assets] == ["A-100001", "A-100002"]
    assert shown.reasons(Action.TICK) == ()
    assert "still open on the checklist" in shown.reasons(Action.HAND_OVER)[0]
    assert shown.reasons(Action.CONFIRM) == ("This request is “deploying” now.",)
