"""Messages are written in the transaction of the step they tell about: both or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.policy import SCHEDULE, Permission
from techrequests.domain.workflow import Audience
from techrequests.notify.messages import messages_for
from techrequests.store.people import holders, is_active, names

if TYPE_CHECKING:
    from techrequests.domain.workflow import Change
    from techrequests.store.database import Work


def tell(work: Work, change: Change) -> None:
    """Write a message to everybody the step tells, except the person who took it."""
    event = change.event
    told = {
        person_id: None
        for audience in change.step.tells
        for person_id in _people(work, audience, change)
        if person_id != event.actor_id
    }
    if not told:
        return
    known = names(work, [event.actor_id])
    work.insert_all(messages_for(change, known.get(event.actor_id, SCHEDULE.full_name), told))


def _people(work: Work, audience: Audience, change: Change) -> tuple[str, ...]:
    request = change.request
    match audience:
        case Audience.REQUESTER:
            return tuple(dict.fromkeys((request.requester_id, request.submitted_by_id)))
        case Audience.REVIEWER:
            return _one_or_all(work, request.reviewer_id, Permission.REVIEW_REQUESTS, change)
        case Audience.APPROVER:
            return _one_or_all(work, request.approver_id, Permission.EDIT_DIRECTORY, change)
        case Audience.TECHNICIAN:
            return _one_or_all(
                work,
                request.technician_id or request.reviewer_id,
                Permission.DEPLOY_DEVICES,
                change,
            )
        case Audience.BUSINESS_OFFICE:
            return _one_or_all(work, None, Permission.ALLOCATE_FUNDS, change)
        case Audience.ADMINISTRATORS:
            return _one_or_all(work, None, Permission.EDIT_DIRECTORY, change)


def _one_or_all(
    work: Work, person_id: str | None, permission: Permission, change: Change
) -> tuple[str, ...]:
    """The named person; where nobody is named, or who was has left, all who could take it up."""
    if person_id and is_active(work, person_id):
        return (person_id,)
    today = change.event.happened_at.date()
    return tuple(holders(work, permission, today, change.request.site_id))
