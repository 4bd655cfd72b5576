"""Delegates: who decides while an approver is away, set by themselves or by an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.delegation import Delegation
from techrequests.services.delegation import (
    DelegationAsked,
    EndAsked,
    approvers,
    delegate,
    end_delegation,
    every_absence,
    own_absences,
)
from techrequests.services.tables import colleagues
from techrequests.store.delegation import DELEGATIONS
from techrequests.ui.cards import plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.tables import table
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.store.delegation import Absence
    from techrequests.ui.visit import Visit

_ICON = ":material/event_busy:"


def i_am_away(visit: Visit, title: str) -> None:
    """A title, and beside it a way to set, see and end one's own delegations.

    Who only stands in for somebody has nothing to delegate.
    """
    me = visit.actor.person_id
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.title(title, width="content")
        if visit.actor.decides():
            _form(visit, "I am away", person_id=me)
    for absence in remember(own_absences, visit.database, me, visit.today):
        _card(visit, absence, own=True)


def everybody_away(visit: Visit) -> None:
    """Every delegation that stands or is to come, and all that ever were."""
    _form(visit, "Set a delegate")
    absences = remember(every_absence, visit.database, visit.today)
    for absence in absences:
        _card(visit, absence, own=False)
    if not absences:
        st.info(
            "Nobody is away, now or later. Approvers set a delegate on their Approvals page; "
            "you can do it for them here.",
            icon=":material/inbox:",
        )
    opened = st.expander(
        "Every delegation there was", icon=":material/history:", key="past", on_change="rerun"
    )
    if opened.open:
        with opened:
            table(visit, DELEGATIONS, empty="There has been no delegation yet.")


def _card(visit: Visit, absence: Absence, *, own: bool) -> None:
    one = absence.delegation
    now = one.starts_on <= visit.today
    mark = ":orange-badge[Away now]" if now else ":gray-badge[Planned]"
    whose = "you" if own else f"**{plain(absence.person)}**"
    waiting = f" · {absence.waiting:,} waiting for a decision" if now and absence.waiting else ""
    more = "" if own else f" · set by {plain(absence.set_by)}"
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(
            f"{mark} **{plain(absence.delegate)}** decides for {whose} {one.dates}"
            f"{waiting}{more}" + (f"  \n:gray[{plain(one.note)}]" if one.note else ""),
            width="content",
        )
        button(
            "End now" if now else "Take back",
            key=f"end:{one.delegation_id}",
            help="What is not decided goes back to the approver; both are told." if now else None,
            args=(
                end_delegation,
                EndAsked(delegation_id=one.delegation_id, seen_version=one.version),
                "The delegation has ended; what was not decided is back.",
            ),
        )


def _form(visit: Visit, label: str, person_id: str = "") -> None:
    """A pop-up with who decides instead, and when; and who is away, unless it is about oneself."""
    form = Form(prefix=f"delegation:{person_id}")
    form.fill({"starts_on": visit.today, "ends_on": visit.today})
    # Under a key of the form's, because a form that was saved closes with its pop-up.
    with st.popover(label, icon=_ICON, key=form.key("popover")):
        st.caption(
            "The delegate decides from the first day to the last, both included. What they have "
            "not decided by then goes back."
        )
        _fields(visit, form, person_id)


def _fields(visit: Visit, form: Form, person_id: str) -> None:
    everybody = remember(colleagues, visit.database)
    if not person_id:
        choices = remember(approvers, visit.database, visit.today)
        form.draw(Delegation, "person_id", choices={"person_id": choices})
    others = {code: words for code, words in everybody.items() if code != person_id}
    form.draw(Delegation, "delegate_id", choices={"delegate_id": others})
    with st.container(horizontal=True):
        form.draw(Delegation, "starts_on", "ends_on")
    form.draw(Delegation, "note")
    button(
        "Set the delegate",
        key=form.key("go"),
        type="primary",
        args=(
            delegate,
            lambda: _asked(form, person_id),
            "The delegate is set, and told.",
            lambda _: form.clear(),
        ),
    )


def _asked(form: Form, person_id: str) -> DelegationAsked:
    return DelegationAsked(
        delegation_id=form.save_id,
        person_id=person_id or form.value("person_id"),
        delegate_id=form.value("delegate_id"),
        starts_on=form.value("starts_on"),
        ends_on=form.value("ends_on"),
        note=form.value("note") or "",
    )
