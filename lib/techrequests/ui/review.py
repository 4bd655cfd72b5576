"""The reviewer's form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import (
    Alignment,
    Feasibility,
    Impact,
    Review,
    speaks_against,
)
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.review import (
    AssignAsked,
    ReviewAsked,
    assignable,
    name_approver,
    reassign,
    review,
)
from techrequests.services.spares import unit_words
from techrequests.ui.cards import plain
from techrequests.ui.correct import category_form
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.spares import stock_of
from techrequests.ui.steps import alternatives_input, alternatives_text, step_button
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def review_form(visit: Visit, case: Case) -> None:
    """Feasibility, impact and standards; then forward, ask or decline."""
    form = Form(prefix=f"review:{case.request.request_id}")
    form.fill(
        {
            "feasibility": Feasibility.FEASIBLE,
            "impact": Impact.CLASSROOM,
            "alignment": _alignment(case),
        }
    )
    st.subheader("Your review")
    form.draw(Review, "feasibility", "impact", "alignment", "findings")
    if against := speaks_against(form.value("feasibility"), form.value("alignment")):
        st.markdown(
            f":orange[:material/block:] You find it **{' and '.join(against)}**: decline it, or "
            "say why it goes on."
        )
        form.note(
            "Why it goes to the supervisor all the same",
            required=True,
            help="The supervisor reads this before deciding. The requester can read it too.",
            name="override_reason",
        )
    blocked = case.choice(Action.FORWARD)
    why_not = " ".join(blocked.reasons) if blocked else "This request is not in review any more."
    with st.container(horizontal=True):
        button(
            "Forward to the supervisor",
            key=form.key("forward"),
            type="primary",
            disabled=bool(why_not),
            help=plain(why_not or f"Goes to {case.decider('whoever is named to decide')}."),
            args=(
                review,
                lambda: _asked(case, form, Action.FORWARD),
                "Forwarded to the supervisor.",
                lambda _: form.clear(),
            ),
        )
        _use_spare(visit, case, form)
        if case.may(Action.ASK):
            step_button(visit, case, STEP_OF[Action.ASK])
        if case.may(Action.DECLINE):
            _decline(visit, case, form)
        if case.may(Action.CORRECT_CATEGORY):
            category_form(visit, case)
        assign(visit, case)


def _use_spare(visit: Visit, case: Case, form: Form) -> None:
    """Offered where the stock covers everything that is asked for."""
    known = stock_of(visit, case)
    if not known.proposed or not case.may(Action.USE_SPARE):
        return
    button(
        STEP_OF[Action.USE_SPARE].label,
        key=form.key("spare"),
        icon=":material/inventory_2:",
        help=f"Keeps {unit_words(known.proposed)} for this request. The supervisor decides as "
        "always; then it is set up at once, without quotes, funds and an order.",
        args=(
            review,
            lambda: replace(
                _asked(case, form, Action.USE_SPARE),
                spares=tuple(one.unit.asset_tag for one in known.proposed),
            ),
            "Kept, and forwarded to the supervisor.",
            lambda _: form.clear(),
        ),
    )


def _decline(visit: Visit, case: Case, form: Form) -> None:
    step = STEP_OF[Action.DECLINE]
    with st.popover(step.label):
        form.note(step.note, required=True, help="The requester reads this.")
        alternatives_input(visit, case, form)
        button(
            "Decline the request",
            key=form.key("decline"),
            type="primary",
            args=(
                review,
                lambda: _asked(case, form, Action.DECLINE),
                "Declined; the requester is told.",
                lambda _: form.clear(),
            ),
        )


def _alignment(case: Case) -> Alignment:
    """A sensible start: everything from the catalogue is in the standards."""
    standard = bool(case.lines) and all(line.item_id for line in case.lines)
    return Alignment.STANDARD if standard else Alignment.EXCEPTION


def _asked(case: Case, form: Form, action: Action) -> ReviewAsked:
    return ReviewAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        review_id=form.save_id,
        **form.values(Review, "feasibility", "impact", "alignment", "findings"),
        override_reason=form.value("override_reason") or "",
        action=action,
        note=form.value("note") or "",
        alternatives=alternatives_text(form),
    )


def assign(visit: Visit, case: Case) -> None:
    """Give the review to somebody else, or say who decides."""
    if case.may(Action.REASSIGN):
        _assign(visit, case, Action.REASSIGN, Permission.REVIEW_REQUESTS)
    if case.may(Action.NAME_APPROVER):
        _assign(visit, case, Action.NAME_APPROVER, Permission.DECIDE_REQUESTS)


def _assign(visit: Visit, case: Case, action: Action, permission: Permission) -> None:
    step = STEP_OF[action]
    form = Form(prefix=f"{action}:{case.request.request_id}")
    offered = remember(assignable, visit.database, case.request, visit.today)[permission]
    service = reassign if action is Action.REASSIGN else name_approver
    with st.popover(step.label):
        st.selectbox(
            "To",
            list(offered),
            format_func=lambda key: offered.get(key, key),
            index=None,
            key=form.key("person_id"),
        )
        form.note(step.note, required=True)
        button(
            step.label,
            key=form.key("go"),
            type="primary",
            args=(
                service,
                lambda: _assign_asked(case, form),
                "Assigned; they are told.",
                lambda _: form.clear(),
            ),
        )


def _assign_asked(case: Case, form: Form) -> AssignAsked:
    return AssignAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        person_id=form.value("person_id") or "",
        note=form.value("note") or "",
    )
