"""The steps of the workflow as buttons: what a step asks for follows from the WORKFLOW table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.workflow import Action
from techrequests.services.approval import ways_out
from techrequests.services.before_buying import before_buying
from techrequests.services.steps import TakeStep, take_step
from techrequests.ui.cards import paragraphs, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.domain.workflow import Step
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit

_PROPOSED = "alternative:"
_TWO_LINES = 80


def plain_steps(visit: Visit, case: Case) -> None:
    """A button for every step that this person can take with nothing but a note."""
    possible = [one.step for one in case.choices if one.step.plain and not one.reasons]
    if not possible:
        return
    with st.container(horizontal=True, width="content"):
        for step in possible:
            step_button(visit, case, step)


def step_button(visit: Visit, case: Case, step: Step) -> None:
    """One step: a button, or a pop-up that asks for its note and alternatives first."""
    form = Form(prefix=f"{step.action}:{case.request.request_id}")
    if not step.note:
        button(
            step.label,
            key=form.key("go"),
            args=(take_step, _asked(case, step, form), f"You {step.done}."),
        )
        return
    with st.popover(step.label):
        if step.action is Action.ANSWER and case.question:
            st.markdown(f"**Question:** {paragraphs(case.question.note)}")
        form.note(step.note, required=step.note_required)
        if step.alternatives:
            alternatives_input(visit, case, form)
        button(
            step.label,
            key=form.key("go"),
            type="primary",
            args=(
                take_step,
                lambda: _asked(case, step, form),
                f"You {step.done}.",
                lambda _: form.clear(),
            ),
        )


def alternatives_input(visit: Visit, case: Case, form: Form) -> None:
    """Ways out to offer: some are proposed, own words can be added."""
    st.markdown("What could they do instead? :gray[Offer at least one.]")
    known = remember(before_buying, visit.database, case)
    ticked = [
        st.checkbox(plain(words), key=form.key(f"{_PROPOSED}{words}"))
        for words in ways_out((*known.spare, *known.cheaper), visit.today)
    ]
    typed = st.text_area(
        "In your own words, one a line", key=form.key("alternatives"), height=_TWO_LINES
    )
    form.problem("alternatives", now=(*ticked, typed))


def alternatives_text(form: Form) -> str:
    """The ticked and the typed alternatives, one a line."""
    start = form.key(_PROPOSED)
    ticked = [
        key.removeprefix(start)
        for key, on in st.session_state.items()
        if on and isinstance(key, str) and key.startswith(start)
    ]
    return "\n".join([*ticked, form.value("alternatives") or ""]).strip()


def _asked(case: Case, step: Step, form: Form) -> TakeStep:
    return TakeStep(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        action=step.action,
        note=form.value("note") or "",
        alternatives=alternatives_text(form) if step.alternatives else "",
    )
