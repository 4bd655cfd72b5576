"""Correcting a request that was sent: the same form, and what was changed before and after."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.calendar import short_date
from techrequests.domain.catalogue import Category
from techrequests.domain.intake import typing_problems
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.correction import (
    CategoryAsked,
    correct,
    correct_category,
    reviewer_then,
)
from techrequests.services.intake_form import draft_of
from techrequests.ui.cards import before_after, capital, plain
from techrequests.ui.draft import asked, form, leave, number_of_draft, overtaken, to_send
from techrequests.ui.forms import Form
from techrequests.ui.intake import two_windows
from techrequests.ui.press import button, go
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def save_correction(visit: Visit) -> None:
    """Who looks at it then, and the button that sends what was corrected."""
    request = remember(draft_of, visit.database, visit.actor, number_of_draft()).request
    wrong = typing_problems(asked())
    if other := overtaken(visit):
        two_windows(other)
    elif wrong:
        st.warning("\n".join(f"- {plain(one.message)}" for one in wrong), icon=":material/edit:")
    st.caption(
        "Nothing is changed until you save it here. The reviewer is told, and sees what stood "
        f"there before. {_then(visit, request, asked().values.get('category'))}"
    )
    button(
        "Save the correction",
        type="primary",
        icon=":material/check:",
        key=form().key("correct"),
        args=(correct, to_send, "Corrected; the reviewer is told.", _corrected),
    )


def _corrected(saved: TechRequest) -> None:
    leave()
    go("pages/requests/one_request.py", request=saved.request_id)


def _then(visit: Visit, request: TechRequest, category: Category | None) -> str:
    """Whose it becomes with another category, before anything is saved; empty while it stays."""
    if category is None or category == request.category:
        return ""
    who = remember(reviewer_then, visit.database, request, category, visit.today)
    return f"**{plain(who)}** reviews {category} here, so it goes to them." if who else ""


def category_form(visit: Visit, case: Case) -> None:
    """What the request and its items in free text are; another person's kind goes to them."""
    step = STEP_OF[Action.CORRECT_CATEGORY]
    request = case.request
    lines = [line for line in case.lines if line.item_id is None]
    own = Form(prefix=f"{step.action}:{request.request_id}:{request.version}")
    with st.popover(step.label):
        _category_box("Category of the request", own, "category", request.category)
        for line in lines:
            same = line.category == request.category
            _category_box(line.description, own, line.line_id, None if same else line.category)
        chosen = _category(own, "category")
        own.note(step.note, required=False)
        st.caption(_then(visit, request, chosen) or "The review stays with you.")
        button(
            step.label,
            key=own.key("go"),
            type="primary",
            args=(
                correct_category,
                lambda: _category_asked(request, own, lines),
                "Corrected; the requester is told.",
                lambda _: own.clear(),
            ),
        )


def _category_box(label: str, own: Form, name: str, start: Category | None) -> None:
    kinds = list(Category)
    own.fill({name: start})
    st.selectbox(
        plain(label),
        kinds,
        index=kinds.index(start) if start else None,
        format_func=capital,
        placeholder="As the request",
        key=own.key(name),
    )
    own.problem(name)


def _category(own: Form, name: str) -> Category | None:
    chosen = own.value(name)
    return Category(chosen) if chosen else None


def _category_asked(request: TechRequest, own: Form, lines: Iterable[RequestLine]) -> CategoryAsked:
    return CategoryAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key=own.save_id,
        category=_category(own, "category"),
        lines=tuple((line.line_id, _category(own, line.line_id)) for line in lines),
        note=own.value("note") or "",
    )


def corrections(case: Case) -> None:
    """For the reviewer: what the requester corrected since it was sent, before and after."""
    for _, some in groupby(reversed(case.changes), key=lambda one: one.content_version):
        changed = sorted(some, key=lambda one: one.position)
        who = plain(case.name(changed[0].changed_by_id))
        when = short_date(changed[0].changed_at)
        st.info(
            f"**{who} corrected this request on {when}.**\n\n"
            + "\n\n".join(f"**{plain(one.label)}**  \n{before_after(one)}" for one in changed),
            icon=":material/edit_note:",
        )
