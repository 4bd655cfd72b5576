"""Approvers who are away: who decides for them, from when to when, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.domain.catalogue import Person
from techrequests.domain.delegation import Delegation, delegation_problems
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem, StaleError
from techrequests.domain.fields import problems
from techrequests.domain.policy import SCHEDULE, Permission
from techrequests.notify.messages import Message, one_line
from techrequests.services.deciders import own_deciders_kept
from techrequests.services.pending import move_decisions
from techrequests.store.audit import record
from techrequests.store.delegation import (
    Absence,
    absences,
    approves_between,
    of_who_left,
    standing_delegations,
)
from techrequests.store.people import holders, sites_of_roles, stands_above, who_is

if TYPE_CHECKING:
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Work

_NOTHING_OVERDUE = 0
"""A delegation gives and returns what waits; what is overdue waits for the job beside the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationAsked:
    """Who is away, who decides instead, and when; as typed.

    Attributes:
        delegation_id: Made with the form, so that a double click sets it once.
    """

    delegation_id: str
    person_id: str | None
    delegate_id: str | None
    starts_on: date | None
    ends_on: date | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAsked:
    """Which delegation is to end now, as it was seen."""

    delegation_id: str
    seen_version: int


def delegate(
    database: Database, actor: Actor, asked: DelegationAsked, *, now: datetime
) -> Delegation:
    """Set a delegate for oneself, or as an administrator for somebody else.

    What waits already is given to the delegate at once when the first day is today.

    Raises:
        InvalidError: Something is missing, past, in a circle, or double.
        NotAllowedError: Not this person's to set, or they would make themselves the delegate, or
            pick who decides on their own request.
    """
    values = {
        name: getattr(asked, name)
        for name in ("person_id", "delegate_id", "starts_on", "ends_on", "note")
    }
    if wrong := problems(Delegation, values):
        raise InvalidError(*wrong)
    new = Delegation(
        delegation_id=asked.delegation_id,
        **{**values, "note": asked.note.strip()},
        set_by_id=actor.person_id,
        set_at=now,
    )
    with database.write() as work:
        if work.made_before(new.delegation_id):
            return work.get(Delegation, new.delegation_id)
        _check_setter(work, actor, new)
        _check(work, new, now.date())
        work.made(new.delegation_id, new.delegation_id, now)
        with own_deciders_kept(work, actor, now.date()):
            work.insert(new)
        _audit(work, actor, new, "set", now)
        _tell(work, new, "decides for", new.note, now)
    move_decisions(database, _NOTHING_OVERDUE, now=now)
    return replace(new, version=1)


def end_delegation(
    database: Database, actor: Actor, asked: EndAsked, *, now: datetime
) -> Delegation:
    """End a delegation now, or before it begins; what was not decided returns to the approver.

    Raises:
        NotAllowedError: Neither one's own, nor an administrator's to end, or it says who decides
            on their own request.
        StaleError: It was ended by somebody else.
    """
    with database.write() as work:
        present = work.get(Delegation, asked.delegation_id)
        _check_owner(work, actor, present.person_id)
        if present.version != asked.seen_version or present.withdrawn_at:
            raise StaleError("This delegation has ended already.")
        with own_deciders_kept(work, actor, now.date()):
            ended = work.update(replace(present, withdrawn_at=now, withdrawn_by_id=actor.person_id))
        _tell(work, ended, "no longer decides for", "", now)
        _audit(work, actor, ended, "ended", now)
    move_decisions(database, _NOTHING_OVERDUE, now=now)
    return ended


def end_for_who_left(database: Database, *, now: datetime) -> tuple[str, ...]:
    """End the delegations of people who do not work here any more, and say so to who stays."""
    with database.read() as reader:
        if not of_who_left(reader, now.date()):
            return ()
    with database.write() as work:
        found = of_who_left(work, now.date())
        for one in found:
            ended = replace(one, withdrawn_at=now, withdrawn_by_id=SCHEDULE.person_id)
            work.update(ended)
            _tell(work, ended, "no longer decides for", "One of the two has left.", now)
            _audit(work, SCHEDULE, ended, "ended, as one of the two has left", now)
    return tuple(one.delegation_id for one in found)


def _audit(work: Work, actor: Actor, one: Delegation, done: str, now: datetime) -> None:
    record(
        work,
        AuditKind.GRANT,
        actor_id=actor.person_id,
        about=f"delegation of {one.person_id}",
        detail=f"{done}: {one.delegate_id} decides from {one.starts_on} to {one.ends_on}",
        now=now,
    )


def own_absences(database: Database, person_id: str, today: date) -> tuple[Absence, ...]:
    """One person's delegations that stand or are to come, the earliest first."""
    with database.read() as reader:
        return tuple(absences(reader, today, person_id))


def every_absence(database: Database, today: date) -> tuple[Absence, ...]:
    """Everybody's delegations that stand or are to come, the earliest first."""
    with database.read() as reader:
        return tuple(absences(reader, today))


def approvers(database: Database, today: date) -> dict[str, str]:
    """Who may approve somewhere today: names by person code."""
    with database.read() as reader:
        return holders(reader, Permission.DECIDE_REQUESTS, today)


def _check_setter(work: Work, actor: Actor, new: Delegation) -> None:
    _check_owner(work, actor, new.person_id)
    if new.delegate_id == actor.person_id != new.person_id:
        raise NotAllowedError(
            "You cannot make yourself somebody's delegate. Ask them, or another administrator."
        )


def _check_owner(work: Work, actor: Actor, person_id: str) -> None:
    if person_id == actor.person_id:
        return
    sites = {work.get(Person, person_id).site_id, *sites_of_roles(work, person_id)}
    if not all(actor.may(Permission.EDIT_DIRECTORY, site) for site in sites):
        raise NotAllowedError("Only the approver or an administrator can do this.")
    if stands_above(work, actor.person_id, person_id):
        raise NotAllowedError(
            "You cannot choose who decides on your own requests. Ask another administrator."
        )


def _check(work: Work, new: Delegation, today: date) -> None:
    known = who_is(work, [new.delegate_id])
    if new.delegate_id not in known or not known[new.delegate_id].active:
        words = "Please pick somebody who works here as the delegate."
        raise InvalidError(Problem("delegate_id", words))
    if wrong := delegation_problems(new, standing_delegations(work, today), today):
        raise InvalidError(*wrong)
    if not approves_between(work, new.person_id, new.starts_on, new.ends_on):
        words = "Only who approves requests on these days has something to delegate."
        raise InvalidError(Problem("person_id", words))


def _tell(work: Work, about: Delegation, what: str, more: str, now: datetime) -> None:
    """Tell both in one sentence, except who did it and who has left."""
    by = about.withdrawn_by_id or about.set_by_id
    known = who_is(work, (about.person_id, about.delegate_id))
    words = f"{known[about.delegate_id].name} {what} {known[about.person_id].name}"
    work.insert_all(
        Message(
            person_id=person_id,
            request_id=None,
            subject=one_line(words if about.withdrawn_at else f"{words} {about.dates}"),
            body=f"{words} {about.dates}.\n\n{more}".strip(),
            written_at=now,
        )
        for person_id, who in known.items()
        if who.active and person_id != by
    )
