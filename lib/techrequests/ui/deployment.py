"""The technician's work: the list, the checklist, and the hand-over; made for a phone."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.assets import Asset
from techrequests.domain.calendar import short_date
from techrequests.domain.deployment import DeploymentTask
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.deployment import (
    Deployment,
    HandOverAsked,
    TaskAsked,
    TechnicianAsked,
    TickAsked,
    add_task,
    assign_technician,
    deployment_of,
    hand_over,
    tick,
)
from techrequests.store.deployment import DEPLOYMENTS, MINE, NOBODYS
from techrequests.ui.cards import ago, plain, priority_mark
from techrequests.ui.forms import Form
from techrequests.ui.links import page_link
from techrequests.ui.press import button, form_id, go
from techrequests.ui.tables import cards
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit

PAGE = "pages/devices/deployments.py"
WHOSE = {"Mine": MINE, "Unassigned": NOBODYS, "All": ""}
"""The words on the switch, which stand in the address too, and what the list calls them."""

_EMPTY = {
    MINE: "Nothing waits for you to set up. Look at what is unassigned.",
    NOBODYS: "Everything has a technician.",
    "": "Nothing is being set up at your sites.",
}


def the_list(visit: Visit) -> None:
    """What is being set up, as cards with how far each is."""
    words = st.segmented_control(
        "Whose",
        list(WHOSE),
        default="Mine",
        required=True,
        key="whose",
        bind="query-params",
        label_visibility="collapsed",
        width="stretch",
    )
    whose = WHOSE[words or "Mine"]
    cards(
        visit,
        DEPLOYMENTS,
        partial(_card, visit),
        empty=_EMPTY[whose],
        switches=(whose,) if whose else (),
    )


def _card(visit: Visit, row: dict[str, Any]) -> None:
    with st.container(border=True):
        waits = ago(row["stage_since"], visit.now)
        since = "new today" if waits == "today" else f"waits {waits}"
        where = " · ".join(filter(None, (row.get("site"), row["rooms"])))
        whose = plain(row["technician"] or "") or ":orange[nobody yet]"
        units = f" · {_units(row['units'])}" if row["units"] else ""
        due = f" · needed by {short_date(row['needed_by'])}" if row["needed_by"] else ""
        st.markdown(
            f"**{plain(row['title'])}** {priority_mark(row['priority'])}  \n"
            f":small[{row['request_id']} · {plain(where)} · for {plain(row['requester'])}"
            f"{units}{due}]  \n:small[:gray[{whose}, {since}]]"
        )
        done, tasks = row["done"], row["tasks"]
        if tasks:
            st.progress(done / tasks, text=f"{done} of {tasks} done")
        st.button(
            "Open",
            key=f"open:{row['request_id']}",
            icon=":material/checklist:",
            width="stretch",
            on_click=go,
            args=(PAGE,),
            kwargs={"request": row["request_id"]},
        )


def _units(count: int) -> str:
    return f"{count:,} unit{'' if count == 1 else 's'}"


def job_of(visit: Visit, case: Case) -> Deployment:
    """The request's checklist and units."""
    return remember(deployment_of, visit.database, case)


def checklist(job: Deployment) -> None:
    """Each task as a row to tap; a tap on a done one opens it again."""
    done = sum(task.done_at is not None for task in job.tasks)
    st.subheader(f"Checklist, {done} of {len(job.tasks)} done")
    why_not = " ".join(job.reasons(Action.TICK))
    if why_not:
        st.caption(plain(why_not))
    for task in job.tasks:
        _task(job, task, why_not)
    if not why_not:
        _add(job)


def _task(job: Deployment, task: DeploymentTask, why_not: str) -> None:
    is_done = task.done_at is not None
    who = job.names.get(task.done_by_id or "", "")
    help_words = f"{who}, {short_date(task.done_at)}" if task.done_at else "Tap when it is done."
    button(
        f":gray[{plain(task.label)}]" if is_done else plain(task.label),
        key=f"task:{task.task_id}",
        icon=":material/check_box:" if is_done else ":material/check_box_outline_blank:",
        disabled=bool(why_not),
        help=plain(why_not or help_words),
        args=(
            tick,
            TickAsked(task_id=task.task_id, seen_version=task.version, done=not is_done),
            "",
        ),
    )


def _add(job: Deployment) -> None:
    form = Form(prefix=f"add-task:{job.request.request_id}")
    with st.expander("Add a task", icon=":material/add:"):
        form.draw(DeploymentTask, "label")
        button(
            "Add",
            key=form.key("go"),
            args=(
                add_task,
                lambda: TaskAsked(
                    task_id=form.save_id,
                    request_id=job.request.request_id,
                    label=form.value("label") or "",
                ),
                "Added.",
                lambda _: form.clear(),
            ),
        )


def technician(visit: Visit, job: Deployment) -> None:
    """Who does it, and a way to take it or give it to somebody else."""
    request = job.request
    if job.reasons(Action.ASSIGN_TECHNICIAN):
        return
    mine = request.technician_id == visit.actor.person_id
    with st.container(horizontal=True):
        if not mine and visit.actor.person_id in job.technicians:
            button(
                "Take it",
                key=f"take:{request.request_id}",
                type="primary",
                icon=":material/back_hand:",
                args=(
                    assign_technician,
                    _to(job, visit.actor.person_id),
                    "It is yours now; the requester is told.",
                ),
            )
        _assign(job)


def _assign(job: Deployment) -> None:
    form = Form(prefix=f"technician:{job.request.request_id}")
    others = {
        key: name for key, name in job.technicians.items() if key != job.request.technician_id
    }
    with st.popover(STEP_OF[Action.ASSIGN_TECHNICIAN].label, icon=":material/person_add:"):
        st.selectbox(
            "Technician",
            list(others),
            format_func=lambda key: others.get(key, key),
            index=None,
            key=form.key("person_id"),
        )
        button(
            "Assign",
            key=form.key("go"),
            type="primary",
            args=(
                assign_technician,
                lambda: _to(job, form.value("person_id") or ""),
                "Assigned; they are told.",
                lambda _: form.clear(),
            ),
        )


def _to(job: Deployment, person_id: str) -> TechnicianAsked:
    return TechnicianAsked(
        request_id=job.request.request_id,
        seen_version=job.request.version,
        key=form_id(f"technician:{job.request.request_id}:{person_id}"),
        person_id=person_id,
    )


def units(job: Deployment) -> None:
    """What is set up, unit by unit, and the way to their records."""
    if not job.assets:
        st.caption("Nothing of this is inventoried unit by unit.")
        return
    bare = sum(not asset.serial for asset in job.assets)
    missing = f", {bare:,} without a serial number" if bare else ""
    with st.expander(f"{_units(len(job.assets))}{missing}", icon=":material/devices:"):
        for what, found in groupby(job.assets, key=lambda asset: asset.description):
            rows = "\n".join(f"- {_unit_words(asset)}" for asset in found)
            st.markdown(f"**{plain(what)}**\n\n{rows}")
        page_link(
            "pages/devices/inventory.py",
            label="Change these records in the inventory",
            inventory_search=job.request.request_id,
        )


def _unit_words(asset: Asset) -> str:
    serial = plain(asset.serial) or ":orange[no serial number yet]"
    room = f", room {plain(asset.room)}" if asset.room else ""
    return f"{plain(asset.asset_tag)}: {serial}{room}"


def hand_over_form(job: Deployment) -> None:
    """Give it to the requester, once the checklist is done."""
    step = STEP_OF[Action.HAND_OVER]
    form = Form(prefix=f"hand-over:{job.request.request_id}")
    who = plain(job.names.get(job.request.requester_id, "the requester"))
    why_not = " ".join(job.reasons(Action.HAND_OVER))
    st.subheader("Hand over")
    elsewhere = [one.asset_tag for one in job.assets if one.site_id != job.request.site_id]
    if elsewhere:
        st.warning(
            f"At another site, so left as they are: {plain(', '.join(elsewhere))}.",
            icon=":material/location_off:",
        )
    form.draw(Asset, "room")
    form.note(step.note, required=step.note_required)
    button(
        f"Hand over to {who}",
        key=form.key("go"),
        type="primary",
        icon=":material/volunteer_activism:",
        width="stretch",
        disabled=bool(why_not),
        help=plain(why_not)
        or f"{who} becomes the custodian and is asked to confirm that it works.",
        args=(
            hand_over,
            lambda: HandOverAsked(
                request_id=job.request.request_id,
                seen_version=job.request.version,
                key=form.save_id,
                room=form.value("room") or "",
                note=form.value("note") or "",
            ),
            f"Handed over to {who}.",
            lambda _: form.clear(),
        ),
    )
    if why_not:
        st.caption(plain(why_not))
