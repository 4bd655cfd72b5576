"""Decisions that wait move with the calendar: to a delegate, back again, and up when overdue.

Whoever has one is reminded before it moves up.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.calendar import long_date
from techrequests.domain.errors import BlockedError, TechRequestsError
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.reminders import decision_reminder_due, first_decision_reminder
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.domain.workflow import Action
from techrequests.services.deciders import (
    Asking,
    Decider,
    above,
    decider_now,
    decider_words,
    in_place_of,
)
from techrequests.services.steps import decided, found, save, seen
from techrequests.store.delegation import (
    decider_reminded_at,
    decisions_to_look_at,
    with_the_decider_since,
)
from techrequests.store.people import names

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Reader

_log = logging.getLogger(__name__)

_NEVER_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAsked:
    """A step of the calendar with a decision that waits, about the version that was looked at.

    Attributes:
        escalation_days: After how many days with the same person a decision is overdue; 0 never.
    """

    request_id: str
    seen_version: int
    action: Action
    escalation_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to be done with a decision that waits.

    Attributes:
        decider: Who has it from now on.
        detail: Who that is, in words.
    """

    action: Action
    decider: Decider
    detail: str = ""


def move_decisions(
    database: Database, escalation_days: int, *, now: datetime
) -> tuple[tuple[Action, str], ...]:
    """Take every step that is due now, each request in a transaction of its own.

    A second run at the same time does nothing, and one request's trouble does not hold up the next.

    Returns:
        What was done, as pairs of step and request number.
    """
    done: list[tuple[Action, str]] = []
    for asked in _due(database, escalation_days, now):
        try:
            move_decision(database, SCHEDULE, asked, now=now)
        except TechRequestsError as error:
            # Somebody decided in this moment, most likely; the next run looks again.
            _log.info("no %s for %s: %s", asked.action, asked.request_id, error)
        else:
            done.append((asked.action, asked.request_id))
    return tuple(done)


def move_decision(
    database: Database, actor: Actor, asked: MoveAsked, *, now: datetime
) -> TechRequest:
    """Give a decision that waits to whom it belongs now, or say that it is overdue.

    Raises:
        BlockedError: Another step is due, or none; or a person tried what only the calendar does.
        StaleError: The request changed since it was looked at.
    """
    with database.write() as work:
        request = seen(work, actor, asked.request_id, asked.seen_version)
        move = due_move(work, request, asked.escalation_days, now)
        if move is None or move.action is not asked.action:
            raise BlockedError(("This decision is with the right person.",))
        change = decided(
            work,
            _moved(request, move, now),
            move.action,
            actor,
            now=now,
            detail=move.detail,
        )
        return save(work, replace(change, besides=_who_had_it(request, move)))


def due_move(
    reader: Reader, request: TechRequest, escalation_days: int, now: datetime
) -> Move | None:
    """What the calendar does with a request now: one step at most."""
    if request.status is not Status.AWAITING_APPROVAL:
        return None
    present = Decider(request.approver_id, request.on_behalf_of_id)
    right = decider_now(reader, request, now.date())
    if right != present:
        return _to(reader, _why(present, right), right, present)
    if not present.approver_id or not escalation_days:
        return None
    since = with_the_decider_since(reader, request)
    if now < since + timedelta(days=escalation_days):
        return _reminder(reader, request, since, escalation_days, now)
    if higher := _higher(reader, present, Asking.of(request, now.date())):
        return _to(reader, Action.ESCALATE, higher, present)
    return None if request.overdue_since else Move(action=Action.REPORT_OVERDUE, decider=present)


def _due(database: Database, escalation_days: int, now: datetime) -> list[MoveAsked]:
    old_since = now - first_decision_reminder(escalation_days or _NEVER_DAYS)
    due = []
    with database.read() as reader:
        for request_id in decisions_to_look_at(reader, now.date(), old_since):
            request = found(reader, SCHEDULE, request_id)
            if move := due_move(reader, request, escalation_days, now):
                due.append(
                    MoveAsked(
                        request_id=request_id,
                        seen_version=request.version,
                        action=move.action,
                        escalation_days=escalation_days,
                    )
                )
    return due


def _reminder(
    reader: Reader, request: TechRequest, since: datetime, escalation_days: int, now: datetime
) -> Move | None:
    """A reminder of a decision before it moves up, where one is due; it says when and to whom."""
    reminded_at = decider_reminded_at(reader, request, since)
    if not decision_reminder_due(
        since=since, escalation_days=escalation_days, last_reminded_at=reminded_at, now=now
    ):
        return None
    present = Decider(request.approver_id, request.on_behalf_of_id)
    higher = _higher(reader, present, Asking.of(request, now.date()))
    whom = f"passed up to {decider_words(reader, higher)}" if higher else "reported as overdue"
    day = long_date((since + timedelta(days=escalation_days)).date())
    return Move(action=Action.REMIND_APPROVER, decider=present, detail=f"{whom} on {day}")


def _who_had_it(request: TechRequest, move: Move) -> tuple[str, ...]:
    """Who is told that a decision is not with them any more."""
    if move.action is Action.REMIND_APPROVER:
        return ()
    return tuple(filter(None, (request.approver_id, request.on_behalf_of_id)))


def _higher(reader: Reader, present: Decider, asking: Asking) -> Decider | None:
    """Who decides above: the nearest one with whom it was not too long already."""
    had_it = {present.person_id, present.on_behalf_of_id}
    passed: list[str] = []
    at = above(reader, present.approver_id or "", asking)
    while at is not None and at not in passed:
        higher = in_place_of(reader, at, asking)
        if higher.person_id not in had_it:
            return higher
        passed.append(at)
        at = above(reader, at, asking)
    return None


def _why(present: Decider, right: Decider) -> Action:
    if present.approver_id != right.approver_id:
        return Action.FIND_APPROVER
    return Action.DELEGATE if right.on_behalf_of_id else Action.RETURN_DECISION


def _to(reader: Reader, action: Action, decider: Decider, before: Decider) -> Move:
    words = decider_words(reader, decider) or "nobody is found"
    former = names(reader, [before.person_id]).get(before.person_id or "")
    passed = f", after {former}" if former and action is not Action.DELEGATE else ""
    return Move(action=action, decider=decider, detail=f"{words}{passed}")


def _moved(request: TechRequest, move: Move, now: datetime) -> TechRequest:
    if move.action is Action.REPORT_OVERDUE:
        return replace(request, overdue_since=now)
    if move.action is Action.REMIND_APPROVER:
        return request
    return move.decider.named_on(request)
