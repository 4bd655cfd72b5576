"""Taking a step of the workflow: the one way in which a request changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from techrequests.domain.deployment import next_task
from techrequests.domain.errors import NotAllowedError, NotFoundError, StaleError
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.techrequest import TechRequest
from techrequests.domain.workflow import STEP_OF, WORKFLOW, Action, Step, Undo, blockers, decide
from techrequests.notify.outbox import tell
from techrequests.services.holds import hold_again
from techrequests.services.posting import release_reserves
from techrequests.services.spares import free
from techrequests.store.deployment import last_position
from techrequests.store.quotes import choose_none
from techrequests.store.requests import facts_for, last_event, seen_by

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.rules import Facts
    from techrequests.domain.workflow import Change, RequestEvent
    from techrequests.store.database import Database, Reader, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A step out of a request's status, and every reason why this person cannot take it now."""

    step: Step
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep:
    """What a person asks for, about the version they saw."""

    request_id: str
    seen_version: int
    action: Action
    note: str = ""
    alternatives: str = ""


class Click(Protocol):
    """What every form sends besides its values: which request, as seen when, which form."""

    @property
    def request_id(self) -> str:
        """The request it is about."""

    @property
    def seen_version(self) -> int:
        """Its version when the form was drawn."""

    @property
    def key(self) -> str:
        """Made with the form, so that a double click acts once."""


def take_step(database: Database, actor: Actor, asked: TakeStep, *, now: datetime) -> TechRequest:
    """Take a step that needs nothing but its note.

    Raises:
        BlockedError: A rule refuses.
        InvalidError: The note is missing or too long.
        NotAllowedError: The step needs more than a note, so it has a service of its own.
        NotFoundError: No such request, or not for this person.
        StaleError: The request changed since the person's page was drawn.
    """
    if not STEP_OF[asked.action].plain:
        raise NotAllowedError(f"“{STEP_OF[asked.action].label}” needs its own form.")
    with database.write() as work:
        request = seen(work, actor, asked.request_id, asked.seen_version)
        change = decided(
            work,
            request,
            asked.action,
            actor,
            now=now,
            note=asked.note,
            alternatives=asked.alternatives,
        )
        return save(work, change)


def seen(work: Work, actor: Actor, request_id: str, seen_version: int) -> TechRequest:
    """Read a request that a person is about to change, as they saw it.

    Raises:
        NotFoundError: No such request, or not for this person.
        StaleError: It changed since; the message says who did what.
    """
    request = found(work, actor, request_id)
    if request.version != seen_version:
        raise StaleError(f"{_what_changed(work, request)} Look at the request again, then retry.")
    return request


def done_before(work: Work, actor: Actor, asked: Click, now: datetime) -> TechRequest | None:
    """The request as it stands when this very click was served already; else remember the click.

    A refused attempt rolls its memory back, so the corrected form goes through with the same key;
    a form that is drawn again after its save shows a newer version, so its next click is a new one.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    click = f"{asked.key}@{asked.seen_version}"
    if work.made_first(click, asked.request_id, now):
        return None
    return found(work, actor, asked.request_id)


def found(reader: Reader, actor: Actor, request_id: str) -> TechRequest:
    """Read a request that a person may see, or that the calendar acts on.

    Raises:
        NotFoundError: No such request, or not for this person; the two are not told apart.
    """
    unknown = NotFoundError(
        f"There is no request {request_id}, or it is not yours to see. Check the number."
    )
    requests = (
        reader.find(TechRequest, "WHERE request_id = $request_id", request_id=request_id)
        if actor is SCHEDULE
        else seen_by(reader, actor, request_id)
    )
    if not requests:
        raise unknown
    return requests[0]


def decided(  # noqa: PLR0913  # what `decide` takes, with the facts looked up
    work: Work,
    request: TechRequest,
    action: Action,
    actor: Actor,
    *,
    now: datetime,
    note: str = "",
    alternatives: str = "",
    detail: str = "",
) -> Change:
    """Decide on a step by what the store knows of the request now; nothing is written yet.

    Raises:
        BlockedError: A rule refuses.
        InvalidError: The note or the alternatives are missing or too long.
    """
    return decide(
        request,
        action,
        actor,
        facts_for(work, request, now.date()),
        now=now,
        note=note,
        alternatives=alternatives,
        detail=detail,
    )


def choices(request: TechRequest, actor: Actor, facts: Facts) -> tuple[Choice, ...]:
    """Every step that leaves the request's status, with what stops this person from taking it."""
    steps = (step for step in WORKFLOW if request.status in step.sources)
    return tuple(Choice(step=step, reasons=blockers(request, step, actor, facts)) for step in steps)


def save(work: Work, change: Change) -> TechRequest:
    """Write a decided change: the request, its event, what it undoes, and the messages.

    Returns:
        The request with its new version.
    """
    request = work.update(change.request)
    change = replace(change, event=_undone(work, change))
    work.insert(change.event)
    _open_task(work, change)
    tell(work, change)
    return request


def _undone(work: Work, change: Change) -> RequestEvent:
    """Reset what the step undoes; the event, with what could not be put back as it was."""
    event, undoes = change.event, change.step.undoes
    if undoes & {Undo.RESERVATION, Undo.ALLOCATION}:
        why = f"{change.step.label}: {event.note}".rstrip(": ")
        release_reserves(
            work, event.request_id, actor_id=event.actor_id, now=event.happened_at, why=why
        )
    if Undo.SPARE in undoes:
        free(work, event.request_id, event.actor_id, event.happened_at)
    if Undo.QUOTE_CHOICE in undoes:
        choose_none(work, event.request_id)
    if Undo.ALLOCATION not in undoes:
        return event
    refused = hold_again(work, change.request, actor_id=event.actor_id, now=event.happened_at)
    words = f"Nothing is held from the approval: {' '.join(refused)}" if refused else ""
    return replace(event, detail=" ".join(filter(None, (event.detail, words))))


def _open_task(work: Work, change: Change) -> None:
    if change.step.opens_task:
        label = f"{change.step.opens_task}{change.event.note}"
        position = last_position(work, change.request.request_id) + 1
        work.insert(next_task(change.request.request_id, position, label))


def _what_changed(reader: Reader, request: TechRequest) -> str:
    newest = last_event(reader, request.request_id)
    if newest is None:
        return "This request was changed in another window."
    name, event = newest
    return f"In the meantime {name} {STEP_OF[event.action].done}."
