"""The technology department's judgement: feasibility, impact, alignment with standards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Alignment, Feasibility, Impact, Review, TechRequest
from techrequests.domain.workflow import STEP_OF, Action, note_problems
from techrequests.services.deciders import Asking, decider_now, decider_words, in_place_of
from techrequests.services.spares import keep
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.people import holders, holders_of_each, names

if TYPE_CHECKING:
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
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
        InvalidError: The findings, the reason or the alternatives are missing.
        StaleError: The request changed since the form was opened.
    """
    if asked.action not in {*_FORWARDS, Action.DECLINE}:
        raise NotAllowedError("A review ends with forwarding or declining.")
    words = note_problems(STEP_OF[asked.action], asked.note, asked.alternatives)
    if wrong := (*problems(Review, _judgement(asked)), *words):
        raise InvalidError(*wrong)
    with database.write() as work:
        if served := done_before(work, actor, asked, now):
            return served
        request = seen(work, actor, asked.request_id, asked.seen_version)
        spares = ""
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
        )
        if asked.action is Action.USE_SPARE:
            spares = keep(work, actor, request, asked.spares, now)
        work.insert(
            Review(
                review_id=asked.review_id,
                request_id=request.request_id,
                content_version=request.content_version,
                reviewer_id=actor.person_id,
                feasibility=asked.feasibility,
                impact=asked.impact,
                alignment=asked.alignment,
                findings=asked.findings.strip(),
                outcome=Action.FORWARD if spares else asked.action,
                reviewed_at=now,
            )
        )
        return save(work, replace(change, event=replace(change.event, detail=spares)))


def _judgement(asked: ReviewAsked) -> dict[str, str]:
    return {
        "findings": asked.findings,
        "feasibility": asked.feasibility,
        "impact": asked.impact,
        "alignment": asked.alignment,
    }


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
