"""The supervisor's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Decision, Impact
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.approval import (
    DecisionAsked,
    FundOffered,
    decide_request,
    funds_that_may_pay,
    other_open_requests,
)
from techrequests.store.request_lists import ALL_REQUESTS
from techrequests.ui.cards import amount, capital, paragraphs, plain
from techrequests.ui.forms import Form
from techrequests.ui.links import page_link
from techrequests.ui.menu import PAGE_OF
from techrequests.ui.press import button
from techrequests.ui.steps import alternatives_input, alternatives_text, step_button
from techrequests.ui.tables import address_of
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit

_ALL = "pages/requests/all_requests.py"
_LATER = "Let the Business Office choose"


def findings(case: Case) -> None:
    """What the technology department found, for the one who decides and for the one who asks."""
    if not case.reviews:
        st.caption("There is no review yet.")
        return
    found = case.reviews[0]
    who = plain(case.name(found.reviewer_id, "the technology department"))
    st.markdown(
        f"**Technology review** by {who}\n\n"
        f"Feasibility: **{found.feasibility}** · Affects: **{found.impact}** · "
        f"Standards: **{found.alignment}**\n\n"
        f"{paragraphs(found.findings)}"
    )
    if found.override_reason:
        st.warning(
            f"**Forwarded although it is {' and '.join(found.against)}.** "
            f"{paragraphs(found.override_reason)}",
            icon=":material/block:",
        )


def beside_it(visit: Visit, case: Case) -> None:
    """The school's other open requests, so that priorities can be weighed."""
    others = remember(
        other_open_requests, visit.database, case.request.site_id, case.request.request_id
    )
    together = others[0]["together"] if others else 0
    words = f"{together:,} other open request{'' if together == 1 else 's'}"
    with st.expander(f"{words} of {plain(case.site_name)}", icon=":material/list_alt:"):
        lines = (
            f"**{row['request_id']}** {plain(row['title'])} · {row['priority']} · "
            f"{row['status']} · {amount(row['estimate_cents'])}"
            for row in others
        )
        st.markdown("\n\n".join(lines) or ":gray[None: this is the only one.]")
        if others and PAGE_OF[_ALL].open_to(visit.actor):
            picked = {"state": ("open",), "site": (case.request.site_id,)}
            query = address_of(visit, ALL_REQUESTS, picked)
            page_link(_ALL, label="See them all", icon=":material/list_alt:", **query)


def decision_form(visit: Visit, case: Case) -> None:
    """The supervisor's own view of priority and impact; then approve, ask or deny."""
    request = case.request
    form = Form(prefix=f"decision:{request.request_id}")
    impact = case.reviews[0].impact if case.reviews else Impact.CLASSROOM
    form.fill({"priority": request.priority, "impact": impact})
    st.subheader("Your decision")
    if request.on_behalf_of_id:
        absent = plain(case.name(request.on_behalf_of_id))
        st.info(f"You decide for **{absent}**, who is away.", icon=":material/event_busy:")
    form.draw(Decision, "priority", "impact", "feedback")
    if not case.facts.spares:
        _set_aside(visit, case, form)
    cost = "the spare, $0.00" if case.facts.spares else dollars(request.estimate_cents)
    with st.container(horizontal=True):
        button(
            f"Approve {cost}".replace("$", "\\$"),
            key=form.key("approve"),
            type="primary",
            args=(
                decide_request,
                lambda: _asked(case, form, Action.APPROVE),
                "Approved; everybody is told.",
                lambda _: form.clear(),
            ),
        )
        if case.may(Action.ASK_BEFORE_DECIDING):
            step_button(visit, case, STEP_OF[Action.ASK_BEFORE_DECIDING])
        _deny(visit, case, form)


def _set_aside(visit: Visit, case: Case, form: Form) -> None:
    """Which fund holds the estimate from the approval on."""
    offered = remember(funds_that_may_pay, visit.database, case.request, visit.today)
    funds = {one.fund_id: _fund(visit, one) for one in offered}
    st.selectbox(
        "Set the money aside in",
        ["", *funds],
        index=1 if offered and not offered[0].short_cents else 0,
        format_func=lambda fund_id: funds.get(fund_id, _LATER),
        key=form.key("fund_id"),
        help="Held until the Business Office decides what pays. Others may not pay for this.",
    )


def _fund(visit: Visit, one: FundOffered) -> str:
    """A fund in the words that a person may read: not everybody who decides sees balances."""
    if not visit.actor.may(Permission.SEE_FUNDS):
        return f"{one.name}, short of this" if one.short_cents else one.name
    words = f"{one.name}: {dollars(one.available_cents)} available"
    return f"{words}, {dollars(one.short_cents)} short" if one.short_cents else words


def _deny(visit: Visit, case: Case, form: Form) -> None:
    step = STEP_OF[Action.DENY]
    with st.popover(step.label):
        form.note(
            step.note, required=True, help="The requester and the technology department read this."
        )
        alternatives_input(visit, case, form)
        button(
            f"{capital(Action.DENY)} the request",
            key=form.key("deny"),
            type="primary",
            args=(
                decide_request,
                lambda: _asked(case, form, Action.DENY),
                "Denied; the requester is told.",
                lambda _: form.clear(),
            ),
        )


def _asked(case: Case, form: Form, action: Action) -> DecisionAsked:
    denied = action is Action.DENY
    return DecisionAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        decision_id=form.save_id,
        action=action,
        **form.values(Decision, "priority", "impact"),
        note=form.value("note" if denied else "feedback") or "",
        alternatives=alternatives_text(form) if denied else "",
        fund_id=None if denied else form.value("fund_id") or None,
    )
