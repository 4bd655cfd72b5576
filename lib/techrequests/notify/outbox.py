"""Messages are written in the transaction of the step they tell about: both or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.delegation import for_whom
from techrequests.domain.policy import SCHEDULE, Permission
from techrequests.domain.reminders import open_question
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Audience
from techrequests.notify.messages import messages_for
from techrequests.store.people import Known, holders, who_is
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.techrequest import TechRequest
    from techrequests.domain.workflow import Change, RequestEvent
    from techrequests.store.database import Work


def tell(work: Work, change: Change) -> None:
    """Write a message to everybody the step tells, except the person who took it."""
    event, request = change.event, change.request
    if not change.step.tells and not change.besides:
        return
    besides = (*change.besides, event.on_behalf_of_id)
    named = (event.actor_id, request.reviewer_id, request.approver_id, request.technician_id)
    known = who_is(work, (*named, *besides))
    told = {
        person_id: None
        for audience in change.step.tells
        for person_id in _people(work, audience, change, known)
    } | {person_id: None for person_id in besides if person_id in known and known[person_id].active}
    told.pop(event.actor_id, None)
    work.insert_all(messages_for(change, _actor_words(event, known), told, _question(work, change)))


def _actor_words(event: RequestEvent, known: Mapping[str, Known]) -> str:
    """Who took the step, and for whom they decided."""
    if event.actor_id not in known:
        return SCHEDULE.full_name
    absent = known.get(event.on_behalf_of_id or "")
    return for_whom(known[event.actor_id].name, absent.name if absent else "")


def _question(work: Work, change: Change) -> str:
    if change.event.source is not Status.NEEDS_INFORMATION:
        return ""
    asked = open_question(events_of(work, change.request.request_id))
    return asked.note if asked else ""


def _people(
    work: Work, audience: Audience, change: Change, known: Mapping[str, Known]
) -> tuple[str, ...]:
    request = change.request
    if audience is Audience.REQUESTER:
        return tuple(dict.fromkeys((request.requester_id, request.submitted_by_id)))
    person_id, permission = _NAMED[audience](request)
    if person_id and person_id in known and known[person_id].active:
        return (person_id,)
    # Nobody is named, or who was has left: all who could take it up.
    return tuple(holders(work, permission, change.event.happened_at.date(), request.site_id))


_NAMED: Mapping[Audience, Callable[[TechRequest], tuple[str | None, Permission]]] = {
    Audience.REVIEWER: lambda request: (request.reviewer_id, Permission.REVIEW_REQUESTS),
    Audience.APPROVER: lambda request: (request.approver_id, Permission.EDIT_DIRECTORY),
    Audience.TECHNICIAN: lambda request: (
        request.technician_id or request.reviewer_id,
        Permission.DEPLOY_DEVICES,
    ),
    Audience.BUSINESS_OFFICE: lambda _: (None, Permission.ALLOCATE_FUNDS),
    Audience.ADMINISTRATORS: lambda _: (None, Permission.EDIT_DIRECTORY),
}
