"""The submission form: what is needed and why, what should be bought, and who will look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.intake import estimate_cents, typing_problems
from techrequests.domain.techrequest import RequestLine, TechRequest
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.intake import submit
from techrequests.services.intake_form import (
    Likeness,
    already_there,
    draft_of,
    offered,
    route_of,
)
from techrequests.services.steps import TakeStep, take_step
from techrequests.ui.cards import amount, plain
from techrequests.ui.comments import listed, upload
from techrequests.ui.draft import (
    FIELDS,
    LINE_FIELDS,
    add_line,
    asked,
    correcting,
    filled_from_item,
    form,
    keep,
    keep_anyway,
    keep_this,
    leave,
    lines,
    number_of_draft,
    overtaken,
    remove_line,
    take_other,
    times_added,
    to_send,
    version_of_draft,
)
from techrequests.ui.press import button, go
from techrequests.ui.standard_items import picker
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.domain.catalogue import StandardItem
    from techrequests.services.intake_form import Draft, Offered
    from techrequests.ui.forms import Form
    from techrequests.ui.visit import Visit


def to_pick_from(visit: Visit) -> Offered:
    """The people and the items that the form offers."""
    return remember(offered, visit.database)


def who_for(known: Offered) -> None:
    """For oneself or a colleague."""
    people = known.people
    codes = list(people)
    start = form().start("requester_id")
    st.selectbox(
        "Who needs it?",
        codes,
        index=codes.index(start) if start in people else None,
        format_func=lambda key: (
            f"{people[key].full_name}, {people[key].job_title}" if key in people else key
        ),
        key=form().key("requester_id"),
        on_change=keep,
        help="Yourself, or a colleague you fill this in for. Both of you can follow it.",
    )


def questions() -> None:
    """The district's four questions, and whatever other field a request has."""
    *first, category = FIELDS[: FIELDS.index("category") + 1]
    form().draw(TechRequest, *first, category)
    if item := filled_from_item():
        st.caption(f"From the first item you picked: {plain(item)}. Change it if it is wrong.")
    form().draw(TechRequest, *FIELDS[len(first) + 1 :])


def items(known: Offered) -> None:
    """What is asked for: from the standards catalogue, or in one's own words."""
    st.subheader("What should be bought?")
    catalogue = known.items
    with st.container():
        form().problem("lines", now=len(lines()))
    for line, item_id in lines():
        _line(line, catalogue.get(item_id or ""))
    picker(catalogue, form().key(f"add {times_added()}"), _add_picked)
    st.button(
        "Add something else", icon=":material/add:", on_click=add_line, key=form().key("other")
    )
    wrong = any(one.field.startswith("lines.") for one in form().found)
    if not wrong and (whole := estimate_cents(asked().lines)):
        st.markdown(f"Estimate: **{amount(whole)}**")


def _add_picked(item: StandardItem) -> None:
    add_line(item=item)
    keep()


def _line(line: Form, item: StandardItem | None) -> None:
    description, *others, category = LINE_FIELDS
    with st.container(border=True):
        line.draw(RequestLine, description)
        with st.container(horizontal=True):
            for name in others if item else (*others, category):
                line.draw(RequestLine, name)
        st.button(
            "Remove",
            icon=":material/delete:",
            type="tertiary",
            key=line.key("remove"),
            on_click=remove_line,
            args=(line.prefix,),
        )
        if item:
            st.caption(
                f"In the standards catalogue: {item.category}, {plain(item.manufacturer)} "
                f"{plain(item.model)}, "
                f"arrives in about {item.lead_time_days} days."
            )


def papers(visit: Visit) -> None:
    """The files of the draft; the first one makes it a draft."""
    st.subheader("Files")
    number = number_of_draft()
    if number:
        listed(visit, remember(draft_of, visit.database, visit.actor, number).files)
    upload(keep_anyway, name="upload:draft")


def who_decides(visit: Visit, known: Offered) -> None:
    """Who will review and who will approve, before anything is sent."""
    like = _likeness(visit, known)
    route = remember(route_of, visit.database, visit.actor, known, like, visit.today)
    st.subheader("Who will look at it")
    unknown = "nobody is named for this yet" if like.category else "who, depends on the category"
    reviewer = (
        plain(route.reviewer)
        if route.reviewer and like.category
        else f"the technology department ({unknown})"
    )
    approver = (
        plain(route.approver)
        if route.approver
        else "somebody the technology office names, as no supervisor is on file"
    )
    st.markdown(
        f"1. **{reviewer}** checks feasibility, impact and standards.\n"
        f"2. **{approver}** approves or denies it."
    )


def look_first(visit: Visit, known: Offered) -> None:
    """Likely duplicates, spare stock and open orders of the same model."""
    found = remember(already_there, visit.database, _likeness(visit, known))
    for row in found.spare:
        st.info(
            f"{row['units']} spare {plain(row['words'])} at {plain(row['code'])}: "
            "the technology department sees it too, and may use it instead of buying.",
            icon=":material/inventory_2:",
        )
    for row in found.on_order:
        st.info(
            f"{row['units']} of {plain(row['words'])} are already on order {row['code']}.",
            icon=":material/local_shipping:",
        )
    for row in found.similar:
        st.warning(
            f"{plain(row['who'])} already asked for “{plain(row['words'])}” "
            f"({row['code']}, {row['status']}).",
            icon=":material/content_copy:",
        )


def _likeness(visit: Visit, known: Offered) -> Likeness:
    draft = asked()
    requester_id = draft.requester_id or visit.actor.person_id
    requester = known.people.get(requester_id)
    return Likeness(
        request_id=draft.request_id,
        requester_id=requester_id,
        site_id=requester.site_id if requester else visit.actor.site_id,
        category=str(draft.values.get("category") or ""),
        title=str(draft.values.get("title", "")),
        item_ids=tuple(line.item_id for line in draft.lines if line.item_id),
    )


def send(visit: Visit) -> None:
    """What is kept of the form; submit it, or discard it."""
    number = number_of_draft()
    left_out = typing_problems(asked())
    if other := overtaken(visit):
        two_windows(other)
    elif left_out:
        words = "\n".join(f"- {plain(problem.message)}" for problem in left_out)
        st.warning(f"Not saved yet, everything else is:\n\n{words}", icon=":material/edit_note:")
    elif number:
        st.caption(f"Saved as draft {number}.")
    button(
        "Submit the request",
        type="primary",
        icon=":material/send:",
        key=form().key("send"),
        args=(submit, to_send, "Submitted.", _sent),
    )
    if number:
        _discard(number)


def two_windows(other: Draft) -> None:
    """Choose between what stands here and what somebody saved since."""
    what = "request was changed" if correcting() else "draft was changed in another window"
    with st.container(border=True):
        st.markdown(
            f":orange[:material/tab_duplicate:] **Not saved**: this {what} since you opened it "
            "here."
        )
        with st.container(horizontal=True):
            st.button("Keep what stands here", on_click=keep_this, args=(other,))
            st.button("Take the other one", on_click=take_other, args=(other,))


def _discard(number: str) -> None:
    step = STEP_OF[Action.DISCARD]
    with st.popover(step.label, type="tertiary", icon=":material/delete:"):
        st.markdown("What you typed here is put away. Nobody else has seen it.")
        button(
            "Discard it",
            key=form().key("discard"),
            args=(
                take_step,
                lambda: TakeStep(
                    request_id=number, seen_version=version_of_draft(), action=step.action
                ),
                "The draft is discarded.",
                _discarded,
            ),
        )


def _discarded(_: TechRequest) -> None:
    leave()
    go("pages/requests/my_requests.py")


def _sent(saved: TechRequest) -> None:
    leave()
    go("pages/requests/one_request.py", request=saved.request_id)
