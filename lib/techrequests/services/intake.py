"""Asking for something: a draft that is kept while it is typed, and its submission."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.catalogue import Person
from techrequests.domain.categories import category_of
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import shown
from techrequests.domain.intake import (
    DraftAsked,
    LineAsked,
    estimate_cents,
    form_values,
    kept_part,
    request_lines,
    submission_problems,
    with_categories,
)
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import TERMINAL, Status, TechRequest
from techrequests.domain.workflow import Action, decide
from techrequests.services.deciders import Asking, nearest_decider
from techrequests.services.steps import found, save, seen
from techrequests.store.intake import begun_since, item_categories
from techrequests.store.requests import facts_for, lines_of, replace_draft_lines
from techrequests.store.routing import reviewer_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import RequestLine
    from techrequests.store.database import Database, Reader, Work


AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 60
"""Nobody types faster than this; a script would."""


def save_draft(
    database: Database, actor: Actor, asked: DraftAsked, *, now: datetime
) -> TechRequest:
    """Keep what was typed so far; empty fields are fine until it is submitted.

    What a draft cannot hold is left out: `domain.intake.typing_problems` names it.

    Raises:
        InvalidError: An item is not in the catalogue, or the requester has left.
        NotAllowedError: The person may not submit requests, or it is not theirs to change.
        StaleError: The same draft was saved otherwise, or submitted, in another window.
    """
    with database.write() as work:
        return _keep(work, actor, kept_part(asked), now)


def submit(database: Database, actor: Actor, asked: DraftAsked, *, now: datetime) -> TechRequest:
    """Save the form and send it to the technology department.

    Raises:
        BlockedError: Somebody else's draft.
        InvalidError: A field is missing or wrong; all problems at once.
        StaleError: The same draft was saved in another window.
    """
    with database.write() as work:
        request = _keep(work, actor, kept_part(asked), now)
        if request.submitted_at:
            return request  # a second click on Submit: it was sent already
        today = now.date()
        if wrong := submission_problems(request, asked, today):
            raise InvalidError(*wrong)
        routed = replace(
            nearest_decider(work, Asking.of(request, today)).named_on(request),
            reviewer_id=reviewer_for(
                work,
                site_id=request.site_id,
                category=category_of(request),
                barred=request.own_people,
                today=today,
            ),
        )
        change = decide(routed, Action.SUBMIT, actor, facts_for(work, routed, today), now=now)
        settled = _with_category(lines_of(work, request.request_id), request)
        replace_draft_lines(work, request.request_id, settled)
        return save(work, change)


def start_again(
    database: Database, actor: Actor, request_id: str, *, key: str, now: datetime
) -> TechRequest:
    """Start a new draft from a finished request of one's own; it keeps the link.

    Raises:
        InvalidError: The requester has left the district.
        NotAllowedError: The request is not finished, or it is somebody else's.
    """
    with database.write() as work:
        if made := work.made_before(key):
            return found(work, actor, made)
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
                category=line.category,
            )
            for line in lines_of(work, request_id)
        )
        values = {column.name: getattr(old, column.name) for column in shown(TechRequest)}
        if old.needed_by and old.needed_by < now.date():
            values["needed_by"] = None
        asked = DraftAsked(key=key, requester_id=old.requester_id, values=values, lines=lines)
        return _new(work, actor, asked, now, continues_id=request_id)


def _keep(work: Work, actor: Actor, asked: DraftAsked, now: datetime) -> TechRequest:
    asked = replace(asked, lines=known_lines(work, asked.lines))
    request_id = asked.request_id or work.made_before(asked.key)
    if not request_id:
        return _new(work, actor, asked, now)
    present = found(work, actor, request_id)
    if _says(work, present, asked):
        return present  # a second click, or nothing new typed
    # A new form learns the draft's number from its first save, which made version 1.
    draft = seen(work, actor, request_id, asked.seen_version if asked.request_id else 1)
    _check_writer(actor, draft, asked)
    requester = _requester(work, asked)
    changed = replace(
        draft,
        **form_values(asked),
        requester_id=requester.person_id,
        site_id=requester.site_id,
        estimate_cents=estimate_cents(asked.lines),
    )
    replace_draft_lines(work, draft.request_id, request_lines(draft.request_id, 1, asked.lines))
    return work.update(changed)


def _says(reader: Reader, request: TechRequest, asked: DraftAsked) -> bool:
    """Whether a request already holds exactly what a form says."""
    return (
        request.requester_id == asked.requester_id
        and all(getattr(request, name) == value for name, value in form_values(asked).items())
        and _with_category(lines_of(reader, request.request_id), request)
        == request_lines(
            request.request_id, request.content_version, asked.lines, category=request.category
        )
    )


def _with_category(lines: Iterable[RequestLine], request: TechRequest) -> list[RequestLine]:
    """The lines with the category of the request where they have none of their own."""
    return [replace(line, category=line.category or request.category) for line in lines]


def _check_writer(actor: Actor, draft: TechRequest, asked: DraftAsked) -> None:
    if draft.status is not Status.DRAFT:
        raise NotAllowedError("This request was submitted already. Add a comment to it instead.")
    if actor.person_id not in draft.own_people:
        raise NotAllowedError("Only the person who started a draft can change it.")
    if asked.requester_id != draft.requester_id and actor.person_id != draft.submitted_by_id:
        raise NotAllowedError("Only the person who started a draft can say whom it is for.")


def _requester(reader: Reader, asked: DraftAsked) -> Person:
    person = reader.get(Person, asked.requester_id)
    if not person.active:
        words = f"{person.full_name} does not work here any more. Pick somebody else."
        raise InvalidError(Problem("requester_id", words))
    return person


def _new(
    work: Work, actor: Actor, asked: DraftAsked, now: datetime, continues_id: str | None = None
) -> TechRequest:
    if not actor.may(Permission.SUBMIT_REQUESTS):
        raise NotAllowedError("You may not submit requests. Ask the technology office.")
    if begun_since(work, actor.person_id, now - AN_HOUR) >= MOST_AN_HOUR:
        raise NotAllowedError(
            f"You have begun {MOST_AN_HOUR} requests within an hour. Finish some of them, or wait "
            "a while; what you typed is still here."
        )
    requester = _requester(work, asked)
    year = fiscal_year(now.date())
    request = TechRequest(
        request_id=f"TR-{year}-{work.next_number(f'TR-{year}'):04d}",
        **{
            "title": "",
            "category": None,
            "problem": "",
            "impact": "",
            **form_values(asked),
        },
        site_id=requester.site_id,
        requester_id=requester.person_id,
        submitted_by_id=actor.person_id,
        estimate_cents=estimate_cents(asked.lines),
        continues_id=continues_id,
        created_at=now,
        stage_since=now,
    )
    work.insert(request)
    work.made(asked.key, request.request_id, now)
    work.insert_all(request_lines(request.request_id, 1, asked.lines))
    return replace(request, version=1)


def known_lines(reader: Reader, lines: Sequence[LineAsked]) -> tuple[LineAsked, ...]:
    """The items, with the categories that the standards catalog says.

    Raises:
        InvalidError: Some name a code that the catalog does not have.
    """
    known = item_categories(reader, (line.item_id for line in lines if line.item_id))
    wrong = [
        Problem("lines", f"Item {number}: “{line.item_id}” is not in the standards catalogue.")
        for number, line in enumerate(lines, start=1)
        if line.item_id and line.item_id not in known
    ]
    if wrong:
        raise InvalidError(*wrong)
    return with_categories(lines, known)
