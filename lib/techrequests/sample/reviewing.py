"""What reviewers and supervisors do: judge, ask, forward, decline, approve and deny."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Alignment, Feasibility, Impact, Status
from techrequests.domain.workflow import Action
from techrequests.sample.around import recall
from techrequests.services.approval import (
    DecisionAsked,
    alternatives_for,
    decide_request,
    funds_that_may_pay,
)
from techrequests.services.comments import CommentAsked, add_comment
from techrequests.services.review import (
    AssignAsked,
    ReviewAsked,
    name_approver,
    reassign,
    review,
)

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.sample.life import Life
    from techrequests.sample.world import Acts

_IMPACTS = (Impact.ONE_PERSON, Impact.CLASSROOM, Impact.SITE, Impact.DISTRICT)
_IMPACT_WEIGHTS = (3, 6, 3, 1)


def judge(life: Life) -> Acts:
    """Review a request: hand it to a colleague, ask, decline, or forward it with findings."""
    yield life.wait(0.3, 5)
    if life.left(Status.IN_REVIEW):
        return
    if life.twist("reassign"):
        _hand_to_a_colleague(life)
        yield life.wait(0.3, 3)
        if life.left(Status.IN_REVIEW):
            return
    if life.twist("ask"):
        life.take(life.reviewer, Action.ASK, life.world.say("question"))
        life.world.spawn(recall(life.world), life.now)
        return
    if life.twist("withdraw early"):
        life.take(life.requester, Action.WITHDRAW, life.world.say("withdraw reason"))
        return
    if life.twist("internal note"):
        _note(life)
    _review(life, Action.DECLINE if life.twist("decline") else Action.FORWARD)


def decide(life: Life) -> Acts:
    """Decide as the supervisor; where nobody is found, an administrator names somebody first."""
    if life.request.approver_id is None:
        yield life.wait(1, 4)
        if not life.left(Status.AWAITING_APPROVAL):
            _name_somebody(life)
    yield life.wait(0.3, 6)
    if life.left(Status.AWAITING_APPROVAL):
        return
    if life.twist("ask before deciding"):
        supervisor = life.world.person(life.request.approver_id or "")
        life.take(supervisor, Action.ASK_BEFORE_DECIDING, life.world.say("question"))
        life.world.spawn(recall(life.world), life.now)
        return
    _decide(life, Action.DENY if life.twist("deny") else Action.APPROVE)


def _review(life: Life, action: Action) -> None:
    request, forward = life.request, action is Action.FORWARD
    rng = life.world.rng
    standard = all(want.item_id for want in life.case.wants)
    asked = ReviewAsked(
        request_id=request.request_id,
        seen_version=request.version,
        review_id=life.key("review"),
        feasibility=rng.choice(
            (Feasibility.FEASIBLE, Feasibility.FEASIBLE, Feasibility.WITH_CHANGES)
        )
        if forward
        else Feasibility.NOT_FEASIBLE,
        impact=rng.choices(_IMPACTS, _IMPACT_WEIGHTS)[0],
        alignment=Alignment.OFF_STANDARD
        if not forward
        else Alignment.STANDARD
        if standard
        else Alignment.EXCEPTION,
        findings=" ".join(life.world.say("findings") for _ in range(rng.choice((1, 1, 2)))),
        action=action,
        note="" if forward else life.world.say("decline reason"),
        alternatives="" if forward else _alternatives(life, request),
    )
    life.act(review, life.reviewer, asked)


def _decide(life: Life, action: Action) -> None:
    request, approve = life.request, action is Action.APPROVE
    rng = life.world.rng
    note = life.world.say("approval feedback") if life.world.chance(0.7) else ""
    asked = DecisionAsked(
        request_id=request.request_id,
        seen_version=request.version,
        decision_id=life.key("decision"),
        action=action,
        priority=request.priority,
        impact=rng.choices(_IMPACTS, _IMPACT_WEIGHTS)[0],
        note=note if approve else life.world.say("denial reason"),
        alternatives="" if approve else _alternatives(life, request),
        fund_id=_fund(life, request) if approve and life.twist("hold money") else None,
    )
    supervisor = life.world.person(request.approver_id or "")
    life.act(decide_request, supervisor, asked)


def _fund(life: Life, request: TechRequest) -> str | None:
    offered = funds_that_may_pay(life.database, request, life.world.today)
    able = sorted(one.fund_id for one in offered if not one.short_cents)
    return life.world.rng.choice(able) if able else None


def _alternatives(life: Life, request: TechRequest) -> str:
    offered = alternatives_for(life.database, request, life.world.today)
    return "\n".join((offered[0], life.world.say("alternative")))


def _hand_to_a_colleague(life: Life) -> None:
    request = life.request
    able = life.world.able(Permission.REVIEW_REQUESTS, request.site_id)
    others = sorted(able.keys() - request.own_people - {request.reviewer_id})
    if others:
        asked = AssignAsked(
            request_id=request.request_id,
            seen_version=request.version,
            person_id=life.world.rng.choice(others),
            note=life.world.say("reassign reason"),
        )
        life.act(reassign, life.reviewer, asked)


def _name_somebody(life: Life) -> None:
    request = life.request
    able = life.world.able(Permission.DECIDE_REQUESTS, request.site_id)
    administrators = life.world.able(Permission.EDIT_DIRECTORY, request.site_id)
    named = min(able.keys() - request.own_people - administrators.keys())
    asked = AssignAsked(
        request_id=request.request_id,
        seen_version=request.version,
        person_id=named,
        note=f"{life.requester.full_name} has no supervisor in the system.",
    )
    actor = life.world.person(min(administrators.keys() - request.own_people))
    life.act(name_approver, actor, asked)


def _note(life: Life) -> None:
    asked = CommentAsked(
        comment_id=life.key("comment"),
        request_id=life.request_id,
        body=life.world.say("internal comment"),
        internal=True,
    )
    life.act(add_comment, life.reviewer, asked)
