"""What requesters do: ask, answer, confirm, report what does not work, and ask again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import school_days_after
from techrequests.domain.intake import DraftAsked, LineAsked
from techrequests.domain.policy import SCHEDULE
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.sample.papers import photo
from techrequests.services.comments import CommentAsked, FileAsked, add_comment, attach
from techrequests.services.intake import save_draft, start_again, submit
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from techrequests.sample.life import Life
    from techrequests.sample.world import Acts

_ROOM = re.compile(r"\b([Rr]oom) [0-9]+\b")
_SOONEST_DAYS, _LATEST_DAYS = 25, 110
_GIVES_UP_DAYS = 30
_UNCONFIRMED = (
    (Action.REMIND_OF_DELIVERY, 5),
    (Action.REMIND_OF_DELIVERY, 10),
    (Action.CLOSE_UNCONFIRMED, 15),
)
"""What happens so many school days after a delivery, with the usual settings."""
_COMMENTS = ("requester comment", "requester comment", "technology comment", "internal comment")


def ask(life: Life) -> Acts:
    """Fill in the form, at once or over some days, and send it."""
    asked = _form(life)
    actor = life.world.person(life.submitted_by_id)
    if life.halt is Status.DRAFT or life.twist("first a draft"):
        draft = life.act(save_draft, actor, replace(asked, lines=()))
        if life.halt is Status.DRAFT:
            return
        yield life.wait(0.05, 2)
        asked = replace(asked, request_id=draft.request_id, seen_version=draft.version)
        if life.twist("discard"):
            life.take(actor, Action.DISCARD)
            return
    life.act(submit, actor, asked)
    if life.twist("photo"):
        _add_photo(life)
    life.world.spawn(chat(life), life.wait(2, 40))


def answer(life: Life) -> Acts:
    """Answer a question; who never does finds the request withdrawn by the calendar."""
    if life.twist("never answers"):
        yield life.now + timedelta(days=_GIVES_UP_DAYS)
        return
    yield life.wait(0.2, 6)
    if life.left(Status.NEEDS_INFORMATION):
        return
    if life.twist("withdraw"):
        life.take(life.requester, Action.WITHDRAW, life.world.say("withdraw reason"))
    else:
        life.take(life.requester, Action.ANSWER, life.world.say("answer"))


def confirm(life: Life) -> Acts:
    """Look whether it works, and say so; for who never does, the calendar closes it."""
    if life.twist("never confirms"):
        yield from _unconfirmed(life)
        return
    yield life.wait(0.3, 8)
    if life.left(Status.DELIVERED):
        return
    if life.twist("problem"):
        life.take(life.requester, Action.REPORT_PROBLEM, life.world.say("problem"))
    else:
        note = life.world.say("confirmation") if life.world.chance(0.6) else ""
        life.take(life.requester, Action.CONFIRM, note)


def _unconfirmed(life: Life) -> Acts:
    """What the calendar does with a delivery of which nobody says whether it works."""
    since = life.now
    for action, days in _UNCONFIRMED:
        yield school_days_after(since, days)
        life.take(SCHEDULE, action)


def chat(life: Life) -> Acts:
    """Say something about the request while it is under way."""
    while life.world.chance(0.3) and not life.request.closed_at:
        kind = life.world.rng.choice(_COMMENTS)
        author = life.requester if kind == "requester comment" else life.reviewer
        asked = CommentAsked(
            comment_id=life.key("comment"),
            request_id=life.request_id,
            body=life.world.say(kind),
            internal=kind == "internal comment",
        )
        life.act(add_comment, author, asked)
        yield life.wait(1, 15)


def begin_again(life: Life, new: Life) -> Acts:
    """Ask for less after a refusal; the new request keeps the link to the old one."""
    yield life.wait(1, 8)
    actor = life.world.person(life.submitted_by_id)
    new.act(start_again, actor, life.request_id, key=new.key("draft"))
    yield new.wait(0.1, 1)
    draft, lines = new.request, new.known(lines_of)
    fewer = tuple(
        LineAsked(
            item_id=line.item_id,
            description=line.description,
            quantity=max(1, line.quantity * 2 // 3),
            unit_estimate_cents=line.unit_estimate_cents,
            category=line.category,
        )
        for line in lines
    )
    asked = DraftAsked(
        key=new.key("submit"),
        request_id=draft.request_id,
        seen_version=draft.version,
        requester_id=new.requester_id,
        lines=fewer,
    )
    new.act(submit, actor, asked)


def _form(life: Life) -> DraftAsked:
    return DraftAsked(
        key=life.key("draft"),
        requester_id=life.requester_id,
        values=_values(life),
        lines=tuple(_line(life, index) for index in range(len(life.case.wants))),
    )


def _values(life: Life) -> dict[str, Any]:
    rng, case = life.world.rng, life.case
    room = f"{rng.randrange(1, 4)}{rng.randrange(1, 30):02d}"
    needed_by = None
    if life.world.chance(0.4):
        needed_by = life.world.today + timedelta(days=rng.randrange(_SOONEST_DAYS, _LATEST_DAYS))
    return {
        "title": _ROOM.sub(rf"\1 {room}", case.title),
        "category": case.category,
        "problem": _ROOM.sub(rf"\1 {room}", case.problem),
        "impact": _ROOM.sub(rf"\1 {room}", case.impact),
        "priority": case.priority,
        "requirements": _ROOM.sub(rf"\1 {room}", case.requirements),
        "needed_by": needed_by,
    }


def _line(life: Life, index: int) -> LineAsked:
    want = life.case.wants[index]
    item = life.world.items.get(want.item_id)
    return LineAsked(
        item_id=want.item_id or None,
        description=item.name if item else want.description,
        quantity=want.quantity,
        unit_estimate_cents=item.unit_price_cents if item else want.unit_cents,
        category=want.category,
    )


def _add_photo(life: Life) -> None:
    asked = FileAsked(
        attachment_id=life.key("photo"),
        request_id=life.request_id,
        file_name=f"photo-{life.number:04d}.png",
        content=photo(life.world.rng),
    )
    life.act(attach, life.world.person(life.submitted_by_id), asked)
