"""The technology department's judgement: feasibility, impact, alignment with standards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import is_explained
from techrequests.domain.techrequest import (
    Alignment,
    Feasibility,
    Impact,
    Review,
    TechRequest,
    speaks_against,
)
from techrequests.domain.workflow import STEP_OF, Action, note_problems
from techrequests.services.deciders import Asking, decider_now, decider_words, in_place_of
from techrequests.services.spares import keep
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.people import holders, holders_of_each, names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.workflow import Change
    from techrequests.store.database import Database, Work


_FORWARDS = frozenset({Action.FORWARD, Action.USE_SPARE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked:
    """A reviewer's findings and what follows from them.

    Attributes:
        review_id: Made with the form, so that a double click saves one review.
        action: FORWARD, USE_SPARE or DECLINE.
        note: The reason, when declining.
        alternatives: One a line, when declining.
        spares: The tags of the units that are to be used, for USE_SPARE.
        override_reason: Why it is forwarded although it is not feasible or against the standards.
    """

    request_id: str
    seen_version: int
    review_id: str
    feasibility: Feasibility
    impact: Impact
    alignment: Alignment
    findings: str
    action: Action
    note: str = ""
    alternatives: str = ""
    spares: tuple[str, ...] = ()
    override_reason: str = ""

    @property
    def key(self) -> str:
        """The click that saves it."""
        return self.review_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignAsked:
    """Who is to take a request over, and why."""

    request_id: str
    seen_version: int
    person_id: str
    note: str


def review(database: Database, actor: Actor, asked: ReviewAsked, *, now: datetime) -> TechRequest:
    """Write the review, and forward the request to the supervisor or decline it.

    Raises:
        BlockedError: Not this person's to review, or not in review any more.
        InvalidError: The findings, the reason or the alternatives are missing, or nothing says why
            what is not feasible or against the standards is forwarded.
        StaleError: The request changed since the form was opened.
    """
    if asked.action not in {*_FORWARDS, Action.DECLINE}:
        raise NotAllowedError("A review ends with forwarding or declining.")
    words = note_problems(STEP_OF[asked.action], asked.note, asked.alternatives)
    against = _against(asked)
    judged = problems(Review, _judgement(asked))
    if wrong := (*judged, *words, *_unexplained(against, asked.override_reason)):
        raise InvalidError(*wrong)
    with database.write() as work:
        if served := done_before(work, actor, asked, now):
            return served
        request = seen(work, actor, asked.request_id, asked.seen_version)
        if asked.action in _FORWARDS:
            # Looked up afresh: the supervisor may have left since the request was submitted.
            request = decider_now(work, request, now.date()).named_on(request)
        change = decided(
            work,
            request,
            asked.action,
            actor,
            now=now,
            note=asked.note,
            alternatives=asked.alternatives,
            detail=_all_the_same(against, asked.override_reason),
        )
        if asked.action is Action.USE_SPARE:
            change = _about(change, keep(work, actor, request, asked.spares, now))
        work.insert(_written(request, actor, asked, now))
        return save(work, change)


def _written(request: TechRequest, actor: Actor, asked: ReviewAsked, now: datetime) -> Review:
    return Review(
        review_id=asked.review_id,
        request_id=request.request_id,
        content_version=request.content_version,
        reviewer_id=actor.person_id,
        feasibility=asked.feasibility,
        impact=asked.impact,
        alignment=asked.alignment,
        findings=asked.findings.strip(),
        outcome=Action.FORWARD if asked.action in _FORWARDS else asked.action,
        override_reason=asked.override_reason.strip() if _against(asked) else "",
        reviewed_at=now,
    )


def _about(change: Change, spares: str) -> Change:
    """The change with the units that are set aside, before what its history says anyway."""
    detail = ", ".join(filter(None, (spares, change.event.detail)))
    return replace(change, event=replace(change.event, detail=detail))


def _judgement(asked: ReviewAsked) -> dict[str, str]:
    return {
        "findings": asked.findings,
        "feasibility": asked.feasibility,
        "impact": asked.impact,
        "alignment": asked.alignment,
        "override_reason": asked.override_reason,
    }


def _against(asked: ReviewAsked) -> tuple[str, ...]:
    """What the review itself has against being forwarded; nothing against being declined."""
    return speaks_against(asked.feasibility, asked.alignment) * (asked.action in _FORWARDS)


def _unexplained(against: Sequence[str], reason: str) -> tuple[Problem, ...]:
    if not against or is_explained(reason):
        return ()
    words = (
        f"You found it {' and '.join(against)}. Decline it, or say in a few words why the "
        "supervisor should decide on it all the same."
    )
    return (Problem("override_reason", words),)


def _all_the_same(against: Sequence[str], reason: str) -> str:
    """What the history says of an override."""
    return f"although it is {' and '.join(against)}: {reason.strip()}" if against else ""


def reassign(database: Database, actor: Actor, asked: AssignAsked, *, now: datetime) -> TechRequest:
    """Give the review to another reviewer.

    Raises:
        BlockedError: The person may not assign work, or the request is finished.
        InvalidError: The reason is missing, or the chosen person cannot review this request.
        StaleError: The request changed since the form was opened.
    """
    return _assign(database, actor, asked, Action.REASSIGN, now)


def name_approver(
    database: Database, actor: Actor, asked: AssignAsked, *, now: datetime
) -> TechRequest:
    """Say who decides, for a request whose requester has no supervisor or whose supervisor is away.

    Raises:
        BlockedError: The person may not assign work, or the request is past its decision.
        InvalidError: The reason is missing, or the chosen person may not decide on this request.
        NotAllowedError: People who name themselves.
        StaleError: The request changed since the form was opened.
    """
    if asked.person_id == actor.person_id:
        raise NotAllowedError("You cannot name yourself. Ask somebody else to name you.")
    return _assign(database, actor, asked, Action.NAME_APPROVER, now)


_MUST_HOLD = {
    Action.REASSIGN: Permission.REVIEW_REQUESTS,
    Action.NAME_APPROVER: Permission.DECIDE_REQUESTS,
}


def assignable(
    database: Database, request: TechRequest, today: date
) -> dict[Permission, dict[str, str]]:
    """Who could review a request or decide on it: names by code, by what they would do."""
    wanted = (Permission.REVIEW_REQUESTS, Permission.DECIDE_REQUESTS)
    with database.read() as reader:
        able = holders_of_each(reader, wanted, today, request.site_id)
    return {
        permission: {key: name for key, name in some.items() if key not in request.own_people}
        for permission, some in able.items()
    }


def _assign(
    database: Database, actor: Actor, asked: AssignAsked, action: Action, now: datetime
) -> TechRequest:
    permission = _MUST_HOLD[action]
    with database.write() as work:
        request = seen(work, actor, asked.request_id, asked.seen_version)
        able = holders(work, permission, now.date(), request.site_id)
        if asked.person_id not in able or asked.person_id in request.own_people:
            raise InvalidError(
                Problem(
                    "person_id",
                    f"Pick somebody who may {permission} here and who did not ask for it.",
                )
            )
        named, words = _named(work, request, asked.person_id, action, now.date())
        change = decided(
            work,
            named,
            action,
            actor,
            now=now,
            note=asked.note,
            detail=words,
        )
        return save(work, change)


def _named(
    work: Work, request: TechRequest, person_id: str, action: Action, today: date
) -> tuple[TechRequest, str]:
    """The request with the person named on it, and by what name."""
    if action is Action.REASSIGN:
        return replace(request, reviewer_id=person_id), names(work, [person_id])[person_id]
    decider = in_place_of(work, person_id, Asking.of(request, today))
    return decider.named_on(request), decider_words(work, decider)
