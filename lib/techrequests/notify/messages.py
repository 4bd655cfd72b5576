"""What people are told about a step, as plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from techrequests.domain.fields import Table
from techrequests.domain.stages import STAGES, next_people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.workflow import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person; shown in the app, and mailed when mail is set up.

    Attributes:
        quiet: Whether it is only shown in the app.
        attempts: How often mailing was tried.
        tried_at: When it was tried last.
        failure: Why the last attempt failed; empty when it did not.
    """

    TABLE: ClassVar[Table] = Table(name="message", key="message_no")

    person_id: str
    request_id: str | None
    subject: str
    body: str
    written_at: datetime
    read_at: datetime | None = None
    emailed_at: datetime | None = None
    attempts: int = 0
    failure: str = ""
    tried_at: datetime | None = None
    quiet: bool = False


def messages_for(
    change: Change, actor_name: str, recipients: Iterable[str], question: str = ""
) -> list[Message]:
    """One message for each recipient about a step that was taken.

    Args:
        change: The step.
        actor_name: Who took it.
        recipients: Who is told.
        question: What the requester was asked, where the step reminds them of it.
    """
    return [_message(change, actor_name, person_id, question) for person_id in recipients]


def _message(change: Change, actor_name: str, person_id: str, question: str) -> Message:
    request, event = change.request, change.event
    done = f"{actor_name} {_said_to(person_id, change)}"
    parts = (
        f"{done} ({event.detail})." if event.detail else f"{done}.",
        *_parts(change, question),
        _next(change, person_id),
        change.step.still,
    )
    return Message(
        person_id=person_id,
        request_id=request.request_id,
        subject=one_line(f"{request.request_id} {request.title}: {done}"),
        body="\n\n".join(filter(None, parts)),
        written_at=event.happened_at,
    )


def _said_to(person_id: str, change: Change) -> str:
    """What was done, with “you” where it speaks of who reads it."""
    request, done = change.request, change.step.done
    if person_id == request.requester_id:
        done = done.replace("the requester", "you")
    if person_id == request.approver_id:
        done = done.replace("the supervisor", "you")
    return done


def one_line(text: str) -> str:
    """Text for a subject: a line break there would start a mail header of the writer's choice."""
    return " ".join(text.split())


def _next(change: Change, person_id: str) -> str:
    info = STAGES[change.event.target]
    if person_id in next_people(change.request):
        return f"You are next: {info.you_do}."
    return f"Next: {info.next}"


def _parts(change: Change, question: str) -> tuple[str, ...]:
    event, step = change.event, change.step
    offered = "\n".join(f"- {line}" for line in event.alternatives.splitlines() if line.strip())
    return (
        f"Question: {question}" if question else "",
        f"{step.note or 'Note'}: {event.note}" if event.note else "",
        f"What you could do instead:\n{offered}" if offered else "",
    )
