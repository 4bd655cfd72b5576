"""Setting things up: who does it, the checklist, and the hand-over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset, AssetEvent, AssetStatus
from techrequests.domain.categories import categories_of
from techrequests.domain.deployment import DeploymentTask, checklist, next_task
from techrequests.domain.errors import InvalidError, Problem, StaleError
from techrequests.domain.fields import problems
from techrequests.domain.policy import Permission
from techrequests.domain.workflow import Action, decide
from techrequests.services.steps import decided, done_before, found, save, seen
from techrequests.store.deployment import (
    last_position,
    least_busy,
    technicians,
    work_at,
)
from techrequests.store.inventory import assets_of_request
from techrequests.store.people import names, site_names
from techrequests.store.requests import facts_for, lines_of
from techrequests.store.spares import kept_for

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.cases import Case
    from techrequests.services.steps import Choice
    from techrequests.store.database import Database, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianAsked:
    """Who is to set a request up."""

    request_id: str
    seen_version: int
    key: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TickAsked:
    """What a task's box was set to; the task's own version, so that two boxes never collide."""

    task_id: str
    seen_version: int
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAsked:
    """A task to add to a request's checklist; its id is made with the form."""

    task_id: str
    request_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAsked:
    """What is handed over, and what the requester should know about it.

    Attributes:
        room: Where the units stand from now on; empty leaves each where it is.
    """

    request_id: str
    seen_version: int
    key: str
    room: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A request with its checklist and its units.

    Attributes:
        technicians: Who may take it: names by code.
        choices: Every step that leaves the status, with what stops this person.
        names: Full names by code, for everybody mentioned.
    """

    request: TechRequest
    tasks: tuple[DeploymentTask, ...]
    assets: tuple[Asset, ...]
    technicians: Mapping[str, str]
    choices: tuple[Choice, ...]
    names: Mapping[str, str]

    def reasons(self, action: Action) -> tuple[str, ...]:
        """What stops this person from taking a step."""
        one = next((choice for choice in self.choices if choice.step.action is action), None)
        return one.reasons if one else (f"This request is “{self.request.status}” now.",)


def begin(
    work: Work, request: TechRequest, today: date, *, came: Collection[str] | None = None
) -> TechRequest:
    """Write the checklist of a request that is about to be deployed, and find its technician.

    Args:
        work: Where to write.
        request: About to be deployed.
        today: The district's day.
        came: The lines of which something came; None for all.

    Returns:
        The request, not yet saved, with the technician it has or the one with the least to do; with
        nobody where nobody may deploy, which the queue of deployments shows.
    """
    lines = lines_of(work, request.request_id)
    categories = categories_of(
        request, (line for line in lines if came is None or line.line_id in came)
    )
    work.insert_all(
        next_task(request.request_id, position, label)
        for position, label in enumerate(checklist(categories), start=1)
    )
    able = technicians(work, request.site_id, today)
    kept = request.technician_id if request.technician_id in able else None
    return replace(request, technician_id=kept or least_busy(work, able))


def assign_technician(
    database: Database, actor: Actor, asked: TechnicianAsked, *, now: datetime
) -> TechRequest:
    """Say who sets a request up; the technician and the requester are told.

    Raises:
        BlockedError: The person may not do this here, or it is past deploying.
        InvalidError: The chosen person may not deploy at this site.
        StaleError: The request changed since the form was opened.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        able = technicians(work, request.site_id, now.date())
        if asked.person_id not in able:
            raise InvalidError(
                Problem("person_id", f"Pick somebody who may {Permission.DEPLOY_DEVICES} here.")
            )
        change = decided(
            work,
            replace(request, technician_id=asked.person_id),
            Action.ASSIGN_TECHNICIAN,
            actor,
            now=now,
            detail=able[asked.person_id],
        )
        return save(work, change)


def tick(database: Database, actor: Actor, asked: TickAsked, *, now: datetime) -> DeploymentTask:
    """Tick a task off, or take the tick back; a second tap on the same box changes nothing.

    Raises:
        BlockedError: Not this person's deployment, or handed over already.
        NotFoundError: No such task, or not for this person.
        StaleError: Somebody else set the box the other way since the page was drawn.
    """
    with database.write() as work:
        task = work.get(DeploymentTask, asked.task_id)
        if (task.done_at is not None) == asked.done:
            found(work, actor, task.request_id)
            return task
        if task.version != asked.seen_version:
            raise StaleError("Somebody else changed this task meanwhile. Look at it, then retry.")
        _worked(
            work,
            actor,
            task.request_id,
            now,
            f"{'done' if asked.done else 'open again'}: {task.label}",
        )
        changed = replace(
            task,
            done_by_id=actor.person_id if asked.done else None,
            done_at=now if asked.done else None,
        )
        return work.update(changed)


def add_task(
    database: Database, actor: Actor, asked: TaskAsked, *, now: datetime
) -> DeploymentTask:
    """Add a task to the end of a checklist.

    Raises:
        BlockedError: Not this person's deployment, or handed over already.
        InvalidError: The task has no words, or too many.
        NotFoundError: No such request, or not for this person.
    """
    if wrong := problems(DeploymentTask, {"label": asked.label}):
        raise InvalidError(*wrong)
    with database.write() as work:
        request = found(work, actor, asked.request_id)
        if work.made_before(asked.task_id):
            return work.get(DeploymentTask, asked.task_id)
        _worked(work, actor, request.request_id, now, f"added: {asked.label.strip()}")
        task = DeploymentTask(
            task_id=asked.task_id,
            request_id=request.request_id,
            position=last_position(work, request.request_id) + 1,
            label=asked.label.strip(),
        )
        work.insert(task)
        work.made(asked.task_id, request.request_id, now)
        return replace(task, version=1)


def hand_over(
    database: Database, actor: Actor, asked: HandOverAsked, *, now: datetime
) -> TechRequest:
    """Give what was set up to the requester, who is from now on its custodian.

    Units that are lost, in repair or retired stay as they are, and so do those at another site,
    unless they are spares that were kept for the request: those move with it.

    Raises:
        BlockedError: Tasks are open, or it is not this person's deployment.
        InvalidError: The note or the room is too long.
        StaleError: The request changed since the form was opened.
    """
    if wrong := problems(Asset, {"room": asked.room}):
        raise InvalidError(*wrong)
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        facts = facts_for(work, request, now.date())
        waiting = [
            asset
            for asset in assets_of_request(work, request.request_id)
            if asset.status in {AssetStatus.ASSIGNED, AssetStatus.IN_STOCK}
        ]
        spares = {one.unit.asset_tag for one in kept_for(work, request.request_id)}
        elsewhere = [
            one.asset_tag
            for one in waiting
            if one.site_id != request.site_id and one.asset_tag not in spares
        ]
        left = f"left at another site: {', '.join(elsewhere)}" if elsewhere else ""
        change = decide(
            request, Action.HAND_OVER, actor, facts, now=now, note=asked.note, detail=left
        )
        for asset in waiting:
            if asset.site_id == request.site_id or asset.asset_tag in spares:
                _deploy(work, asset, request, actor, asked.room.strip(), now)
        return save(work, change)


def deployment_of(database: Database, case: Case) -> Deployment:
    """A request with its checklist and its units."""
    request = case.request
    with database.read() as reader:
        tasks, assets = work_at(reader, request.request_id)
        able = technicians(reader, request.site_id, case.facts.today)
    return Deployment(
        request=request,
        tasks=tasks,
        assets=assets,
        technicians=able,
        choices=case.choices,
        # Who did a task is in the history of the request, and so among the names of the case.
        names=case.names,
    )


def _worked(work: Work, actor: Actor, request_id: str, now: datetime, detail: str) -> None:
    request = found(work, actor, request_id)
    save(work, decided(work, request, Action.TICK, actor, now=now, detail=detail))


def _deploy(  # noqa: PLR0913, PLR0917  # private
    work: Work, asset: Asset, request: TechRequest, actor: Actor, room: str, now: datetime
) -> None:
    work.update(
        replace(
            asset,
            status=AssetStatus.DEPLOYED,
            custodian_id=request.requester_id,
            site_id=request.site_id,
            room=room or (asset.room if asset.site_id == request.site_id else ""),
        )
    )
    known = names(work, [request.requester_id])
    what = f"Handed over to {known.get(request.requester_id, request.requester_id)}"
    if asset.site_id != request.site_id:
        sites = site_names(work, {asset.site_id, request.site_id})
        what = f"Moved from {sites[asset.site_id]} to {sites[request.site_id]}. {what}"
    work.insert(
        AssetEvent(
            asset_tag=asset.asset_tag,
            what=f"{what}, room {room}" if room else what,
            actor_id=actor.person_id,
            happened_at=now,
        )
    )
