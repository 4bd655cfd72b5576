"""What the page of one request shows besides the case and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.ledger import balance
from techrequests.domain.policy import Permission
from techrequests.domain.stages import STAGES
from techrequests.domain.techrequest import TERMINAL
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.cases import request_entries
from techrequests.services.intake import start_again
from techrequests.ui.cards import amount, plain
from techrequests.ui.correct import category_form
from techrequests.ui.links import page_link
from techrequests.ui.menu import PAGE_AT
from techrequests.ui.press import button, form_id, go, renew
from techrequests.ui.review import assign
from techrequests.ui.steps import plain_steps
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.cases import Case
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit


def actions(visit: Visit, case: Case) -> None:
    """What this person can do now: here, or on the page where it is decided."""
    request = case.request
    page = PAGE_AT.get(STAGES[request.status].page) if STAGES[request.status].page else None
    elsewhere = [one.step for one in case.choices if not one.step.plain and not one.reasons]
    if page and elsewhere and page.open_to(visit.actor):
        page_link(
            page.path,
            label=f"Open in {page.title}",
            icon=page.icon,
            request=request.request_id,
        )
    if case.may(Action.CORRECT):
        page_link(
            "pages/requests/submit.py",
            label=STEP_OF[Action.CORRECT].label,
            icon=":material/edit_note:",
            correct=request.request_id,
        )
    with st.container(horizontal=True):
        plain_steps(visit, case)
        if case.may(Action.CORRECT_CATEGORY):
            category_form(visit, case)
        assign(visit, case)
    _start_again(visit, case)


def _start_again(visit: Visit, case: Case) -> None:
    request = case.request
    if request.status not in TERMINAL or visit.actor.person_id not in request.own_people:
        return
    name = f"again:{request.request_id}"
    button(
        "Start a new request from this one",
        key=name,
        icon=":material/replay:",
        help="A draft with the same answers, which you can change; it keeps the link to this one.",
        args=(
            _start,
            (request.request_id, form_id(name)),
            "A new draft is ready.",
            lambda made: _open_draft(made, name),
        ),
    )


def _start(
    database: Database, actor: Actor, asked: tuple[str, str], *, now: datetime
) -> TechRequest:
    request_id, key = asked
    return start_again(database, actor, request_id, key=key, now=now)


def _open_draft(made: TechRequest, name: str) -> None:
    renew(name)
    go("pages/requests/submit.py", request=made.request_id)


def links(case: Case) -> None:
    """The request this one was started from."""
    if case.request.continues_id:
        page_link(
            "pages/requests/one_request.py",
            label=f"Started from {case.request.continues_id}",
            icon=":material/link:",
            request=case.request.continues_id,
        )


def money(visit: Visit, case: Case) -> None:
    """Where the request's money stands, for those who may see funds."""
    if not visit.actor.may(Permission.SEE_FUNDS):
        return
    entries = remember(request_entries, visit.database, case)
    if not entries:
        return
    standing = balance(entries)
    st.subheader("Money")
    funds = ", ".join(sorted({entry.fund_id for entry in entries}))
    st.markdown(
        f"Reserved {amount(standing.reserved_cents)} · "
        f"encumbered {amount(standing.encumbered_cents)} · "
        f"expended {amount(standing.expended_cents)} · from {plain(funds)}"
    )
