"""Asking for something: a draft that is kept while it is typed, and its submission."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.catalogue import Category, Person
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import problems, shown
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import TERMINAL, RequestLine, Status, TechRequest
from techrequests.domain.workflow import Action, decide
from techrequests.services.steps import found, save, seen
from techrequests.store.intake import Already, already
from techrequests.store.people import names, supervisor_who_may_decide
from techrequests.store.requests import facts_for, lines_of, replace_draft_lines
from techrequests.store.routing import reviewer_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Reader, Work

MOST_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """One item of the form; `item_id` is None for free text."""

    item_id: str | None = None
    description: str
    quantity: int
    unit_estimate_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsked:
    """The form as it stands on the person's screen.

    Attributes:
        key: Idempotency key of a new draft.
        request_id: The draft; empty for a new one.
        values: The fields of `TechRequest` that the form holds, by name.
    """

    key: str
    request_id: str = ""
    seen_version: int = 0
    requester_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[LineAsked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who will look at a request, by name; None where nobody is found and it stands in a queue."""

    reviewer: str | None
    approver: str | None


def save_draft(
    database: Database, actor: Actor, asked: DraftAsked, *, now: datetime
) -> TechRequest:
    """Keep what was typed so far; empty fields are fine until it is submitted.

    Raises:
        InvalidError: Something is too long or out of range; the message says what.
        NotAllowedError: The person may not submit requests.
        StaleError: The same draft was saved in another window.
    """
    with database.write() as work:
        return _keep(work, actor, asked, now)


def submit(database: Database, actor: Actor, asked: DraftAsked, *, now: datetime) -> TechRequest:
    """Save the form and send it to the technology department.

    Raises:
        BlockedError: Nothing is asked for, or somebody else's draft.
        InvalidError: A field is missing or wrong; all problems at once.
        StaleError: The same draft was saved in another window.
    """
    with database.write() as work:
        request = _keep(work, actor, asked, now)
        if request.status is not Status.DRAFT:
            return request  # a second click on Submit: it was sent already
        today = now.date()
        if wrong := _submission_problems(request, today):
            raise InvalidError(*wrong)
        routed = replace(
            request,
            reviewer_id=reviewer_for(
                work,
                site_id=request.site_id,
                category=request.category,
                barred=request.own_people,
                today=today,
            ),
            approver_id=approver_for(work, request, today),
        )
        change = decide(routed, Action.SUBMIT, actor, facts_for(work, routed, today), now=now)
        return save(work, change)


def approver_for(reader: Reader, request: TechRequest, today: date) -> str | None:
    """Who decides: the requester's nearest supervisor who may, and whose own request it is not."""
    return supervisor_who_may_decide(
        reader,
        request.requester_id,
        site_id=request.site_id,
        barred=request.own_people,
        today=today,
    )


def route_of(
    database: Database, actor: Actor, requester_id: str, category: str, today: date
) -> Route:
    """Who would review and who would decide, before anything is sent."""
    with database.read() as reader:
        site_id = reader.get(Person, requester_id).site_id
        barred = frozenset({requester_id, actor.person_id})
        reviewer = reviewer_for(
            reader, site_id=site_id, category=category, barred=barred, today=today
        )
        approver = supervisor_who_may_decide(
            reader, requester_id, site_id=site_id, barred=barred, today=today
        )
        known = names(reader, [reviewer, approver])
    return Route(reviewer=known.get(reviewer or ""), approver=known.get(approver or ""))


def already_there(database: Database, actor: Actor, asked: DraftAsked) -> Already:
    """Requests, spare stock and open orders that look like what is being asked for."""
    with database.read() as reader:
        return already(
            reader,
            request_id=asked.request_id,
            site_id=reader.get(Person, asked.requester_id or actor.person_id).site_id,
            category=str(asked.values.get("category", "")),
            title=str(asked.values.get("title", "")),
            item_ids=[line.item_id for line in asked.lines if line.item_id],
        )


def draft_of(
    database: Database, actor: Actor, request_id: str
) -> tuple[TechRequest, list[RequestLine]]:
    """A draft of one's own with its lines.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    with database.read() as reader:
        return found(reader, actor, request_id), lines_of(reader, request_id)


def start_again(
    database: Database, actor: Actor, request_id: str, *, key: str, now: datetime
) -> TechRequest:
    """Start a new draft from a finished request of one's own; it keeps the link.

    Raises:
        NotAllowedError: The request is not finished, or it is somebody else's.
    """
    with database.write() as work:
        old = found(work, actor, request_id)
        if old.status not in TERMINAL or actor.person_id not in old.own_people:
            raise NotAllowedError(
                "Only the requester can start again, and only from a finished request."
            )
        lines = tuple(
            LineAsked(
                item_id=line.item_id,
                description=line.description,
                quantity=line.quantity,
                unit_estimate_cents=line.unit_estimate_cents,
            )
            for line in lines_of(work, request_id)
        )
        values = {column.name: getattr(old, column.name) for column in shown(TechRequest)}
        if old.needed_by and old.needed_by < now.date():
            values["needed_by"] = None
        asked = DraftAsked(key=key, requester_id=old.requester_id, values=values, lines=lines)
        return _new(work, actor, asked, now, continues_id=request_id)


def _keep(work: Work, actor: Actor, asked: DraftAsked, now: datetime) -> TechRequest:
    if wrong := _typing_problems(asked):
        raise InvalidError(*wrong)
    if not asked.request_id:
        return _new(work, actor, asked, now)
    if (
        work.value("SELECT status FROM tech_request WHERE request_id = $it", it=asked.request_id)
        != Status.DRAFT
    ):
        return found(work, actor, asked.request_id)
    draft = seen(work, actor, asked.request_id, asked.seen_version)
    if actor.person_id not in draft.own_people:
        raise NotAllowedError("Only the person who started a draft can change it.")
    requester = work.get(Person, asked.requester_id)
    changed = replace(
        draft,
        **_form_values(asked),
        requester_id=requester.person_id,
        site_id=requester.site_id,
        estimate_cents=_estimate_cents(asked),
    )
    replace_draft_lines(work, draft.request_id, request_lines(draft.request_id, 1, asked.lines))
    return work.update(changed)


def _new(
    work: Work, actor: Actor, asked: DraftAsked, now: datetime, continues_id: str | None = None
) -> TechRequest:
    if not actor.may(Permission.SUBMIT_REQUESTS):
        raise NotAllowedError("You may not submit requests. Ask the technology office.")
    if made := work.made_before(asked.key):
        return found(work, actor, made)
    requester = work.get(Person, asked.requester_id)
    year = fiscal_year(now.date())
    request = TechRequest(
        request_id=f"TR-{year}-{work.next_number(f'TR-{year}'):04d}",
        **{
            "title": "",
            "category": Category.COMPUTERS,
            "problem": "",
            "impact": "",
            **_form_values(asked),
        },
        site_id=requester.site_id,
        requester_id=requester.person_id,
        submitted_by_id=actor.person_id,
        estimate_cents=_estimate_cents(asked),
        continues_id=continues_id,
        created_at=now,
        stage_since=now,
    )
    work.insert(request)
    work.made(asked.key, request.request_id, now)
    work.insert_all(request_lines(request.request_id, 1, asked.lines))
    return replace(request, version=1)


def _form_values(asked: DraftAsked) -> dict[str, Any]:
    values = {
        column.name: asked.values[column.name]
        for column in shown(TechRequest)
        if column.name in asked.values
    }
    return {name: value.strip() if type(value) is str else value for name, value in values.items()}


def _estimate_cents(asked: DraftAsked) -> int:
    return sum(line.quantity * line.unit_estimate_cents for line in asked.lines)


def request_lines(request_id: str, version: int, asked: Sequence[LineAsked]) -> list[RequestLine]:
    """The lines of one version of a request, numbered in order."""
    return [
        RequestLine(
            line_id=f"{request_id}/{version}/{position}",
            request_id=request_id,
            content_version=version,
            position=position,
            item_id=line.item_id,
            description=line.description.strip(),
            quantity=line.quantity,
            unit_estimate_cents=line.unit_estimate_cents,
        )
        for position, line in enumerate(asked, start=1)
    ]


def _typing_problems(asked: DraftAsked) -> tuple[Problem, ...]:
    """What cannot be kept even in a draft: text too long, numbers out of range, too many lines."""
    filled = {
        name: value
        for name, value in asked.values.items()
        if value not in (None, "") and str(value).strip()
    }
    return (*problems(TechRequest, filled), *line_problems(asked.lines))


def line_problems(lines: Sequence[LineAsked]) -> tuple[Problem, ...]:
    """What is wrong with the items of a form: too many, unnamed, or numbers out of range."""
    wrong: list[Problem] = []
    if len(lines) > MOST_LINES:
        wrong.append(Problem("lines", f"Please keep it to {MOST_LINES} items, or attach a list."))
    for number, line in enumerate(lines, start=1):
        values = {
            "description": line.description,
            "quantity": line.quantity,
            "unit_estimate_cents": line.unit_estimate_cents,
        }
        wrong += [
            Problem("lines", f"Item {number}: {found.message}")
            for found in problems(RequestLine, values)
        ]
    return tuple(wrong)


def _submission_problems(request: TechRequest, today: date) -> tuple[Problem, ...]:
    values = {column.name: getattr(request, column.name) for column in shown(TechRequest)}
    wrong = list(problems(TechRequest, values))
    if request.needed_by and request.needed_by < today:
        wrong.append(
            Problem("needed_by", "“Needed by” is in the past: pick a later day, or leave it empty.")
        )
    return tuple(wrong)
