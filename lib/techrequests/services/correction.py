"""Correcting a request until its review is done: all of it, or only the categories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.corrections import Version, changes, in_short
from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.intake import (
    estimate_cents,
    form_values,
    request_lines,
    submission_problems,
)
from techrequests.domain.workflow import Action, decide
from techrequests.services.intake import known_lines
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.people import names
from techrequests.store.requests import facts_for, lines_of, set_categories
from techrequests.store.routing import reviewer_again

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from techrequests.domain.catalogue import Category
    from techrequests.domain.intake import DraftAsked
    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.domain.workflow import Change
    from techrequests.store.database import Database, Reader

_NOTHING = "Nothing is changed yet: correct something, or leave the request as it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAsked:
    """What a request and its items in free text are.

    Attributes:
        lines: Pairs of a line and its category; None for that of the request.
    """

    request_id: str
    seen_version: int
    key: str
    category: Category | None
    lines: tuple[tuple[str, Category | None], ...] = ()
    note: str = ""


def correct(database: Database, actor: Actor, asked: DraftAsked, *, now: datetime) -> TechRequest:
    """Change what was asked for; what was sent before stays as an earlier version.

    Where another category is another person's to review, the request goes to them.

    Raises:
        BlockedError: Somebody else's request, or its review is done.
        InvalidError: A field is missing or wrong, all at once, or nothing is changed.
        StaleError: The request changed since the form was opened.
    """
    with database.write() as work:
        if served := done_before(work, actor, asked, now):
            return served
        request = seen(work, actor, asked.request_id, asked.seen_version)
        asked = replace(asked, lines=known_lines(work, asked.lines))
        version = request.content_version + 1
        corrected = replace(
            request, **form_values(asked), estimate_cents=estimate_cents(asked.lines)
        )
        lines = request_lines(request.request_id, version, asked.lines, category=corrected.category)
        before = Version(request, lines_of(work, request.request_id))
        changed = changes(before, Version(corrected, lines), changed_by_id=actor.person_id, now=now)
        change = decide(
            corrected,
            Action.CORRECT,
            actor,
            replace(facts_for(work, request, now.date()), lines=len(lines)),
            now=now,
            detail=in_short(changed),
        )
        wrong = submission_problems(request, asked, now.date())
        if wrong := wrong or (() if changed else (Problem("", _NOTHING),)):
            raise InvalidError(*wrong)
        work.insert_all(lines)
        work.insert_all(changed)
        return save(work, _handed_on(change, _reviewer(work, request, corrected, now.date())))


def correct_category(
    database: Database, actor: Actor, asked: CategoryAsked, *, now: datetime
) -> TechRequest:
    """Say what a request and its items are; another person's kind goes to that person.

    Raises:
        BlockedError: Not this person's to review, or the review is done.
        InvalidError: No category, an item whose category the catalog says, or nothing is changed.
        StaleError: The request changed since the form was opened.
    """
    with database.write() as work:
        if served := done_before(work, actor, asked, now):
            return served
        request = seen(work, actor, asked.request_id, asked.seen_version)
        if asked.category is None:
            raise InvalidError(Problem("category", "Pick the category of the request."))
        lines = _own_words(lines_of(work, request.request_id), asked)
        other = {
            line.line_id: category or asked.category
            for line, category in lines
            if line.category != (category or asked.category)
        }
        corrected = replace(request, category=asked.category)
        if not other and corrected == request:
            raise InvalidError(Problem("", _NOTHING))
        reviewer_id = _reviewer(work, request, corrected, now.date())
        words = [_was_is("", request.category, asked.category)] + [
            _was_is(f"{line.description}: ", line.category, other[line.line_id])
            for line, _ in lines
            if line.line_id in other
        ]
        if reviewer_id != request.reviewer_id:
            words.append(f"now with {_name(work, reviewer_id)}")
        change = decided(
            work,
            corrected,
            Action.CORRECT_CATEGORY,
            actor,
            now=now,
            note=asked.note,
            detail="; ".join(filter(None, words)),
        )
        set_categories(work, other)
        return save(work, _handed_on(change, reviewer_id))


def reviewer_then(database: Database, request: TechRequest, category: Category, today: date) -> str:
    """By name who reviews a request once it has a category; empty where it stays who it is."""
    with database.read() as reader:
        corrected = replace(request, category=category)
        found = reviewer_again(reader, corrected, today)
        return "" if found == request.reviewer_id else _name(reader, found)


def _reviewer(
    reader: Reader, request: TechRequest, corrected: TechRequest, today: date
) -> str | None:
    """Who reviews the corrected request; only another category looks for another one."""
    if corrected.category == request.category:
        return request.reviewer_id
    return reviewer_again(reader, corrected, today)


def _handed_on(change: Change, reviewer_id: str | None) -> Change:
    """The change with who reviews it from now on; whoever loses the review hears of it as well."""
    before = change.request.reviewer_id
    if before == reviewer_id:
        return change
    request = replace(change.request, reviewer_id=reviewer_id)
    return replace(change, request=request, besides=(before,) if before else ())


def _own_words(
    lines: Sequence[RequestLine], asked: CategoryAsked
) -> list[tuple[RequestLine, Category | None]]:
    """The lines that are said to have a category, beside it."""
    known = {line.line_id: line for line in lines if line.item_id is None}
    if not known.keys() >= {line_id for line_id, _ in asked.lines}:
        words = "The standards catalog says the category of its own items. Correct it there."
        raise InvalidError(Problem("category", words))
    return [(known[line_id], category) for line_id, category in asked.lines]


def _was_is(what: str, was: Category | None, is_now: Category) -> str:
    return f"{what}{was or 'none'} → {is_now}" if was != is_now else ""


def _name(reader: Reader, person_id: str | None) -> str:
    return names(reader, [person_id or ""]).get(person_id or "", "nobody yet")
