"""The submission form: saved in the store while it is typed, so that nothing is ever lost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.catalogue import Category
from techrequests.domain.fields import shown
from techrequests.domain.intake import DraftAsked, LineAsked
from techrequests.domain.techrequest import Priority, RequestLine, Status, TechRequest
from techrequests.services.intake import (
    Likeness,
    already_there,
    draft_of,
    route_of,
    save_draft,
    submit,
)
from techrequests.services.tables import active_items, colleagues
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import form_id, go, press, renew
from techrequests.ui.visit import errors_shown, problem_with, remember, signed_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.catalogue import StandardItem
    from techrequests.ui.visit import Visit

_FORM = "intake"
_OPEN = "intake_open"
_LINES = "intake_lines"
_ADDED = "intake_lines_added"
_FIELDS = tuple(column.name for column in shown(TechRequest))
_LINE_FIELDS = ("description", "quantity", "unit_estimate_cents")
_BLANK = {"category": Category.COMPUTERS, "priority": Priority.MEDIUM}


def form() -> Form:
    """The widgets of the submission form."""
    return Form(prefix=_FORM, on_change=keep)


def open_draft(visit: Visit) -> None:
    """Put the draft that the address names into the form, or start with an empty one."""
    number = str(st.query_params.get("request", ""))
    if st.session_state.get(_OPEN, ("", 0))[0] == number and _LINES in st.session_state:
        return
    _empty()
    values: Mapping[str, Any] = _BLANK
    requester = visit.actor.person_id
    if number:
        with errors_shown():
            draft, lines = draft_of(visit.database, visit.actor, number)
            if draft.status is Status.DRAFT:
                values = {name: getattr(draft, name) for name in _FIELDS}
                requester = draft.requester_id
                st.session_state[_OPEN] = (number, draft.version)
                for line in lines:
                    _add(line)
    form().fill({**values, "requester_id": requester})


def _empty() -> None:
    form().clear()
    renew(_FORM)
    st.session_state[_LINES] = []
    st.session_state[_OPEN] = (str(st.query_params.get("request", "")), 0)


def _add(line: RequestLine | None = None, item: StandardItem | None = None) -> None:
    """Put one more item on the form: from a saved draft, from the catalogue, or empty."""
    line_form = Form(prefix=f"{_FORM}:line:{uuid.uuid4().hex[:8]}")
    source = line or item
    st.session_state[_ADDED] = st.session_state.get(_ADDED, 0) + 1
    st.session_state[_LINES].append((line_form.prefix, source.item_id if source else None))
    line_form.fill({"quantity": 1, **_start_of(line, item)})


def _start_of(line: RequestLine | None, item: StandardItem | None) -> dict[str, Any]:
    if line:
        return {name: getattr(line, name) for name in _LINE_FIELDS}
    if item:
        return {"description": item.name, "unit_estimate_cents": item.unit_price_cents}
    return {}


def _lines() -> tuple[LineAsked, ...]:
    found = ((Form(prefix=prefix), item_id) for prefix, item_id in st.session_state.get(_LINES, []))
    return tuple(
        LineAsked(
            item_id=item_id,
            description=line.value("description") or "",
            quantity=line.value("quantity") or 0,
            unit_estimate_cents=line.cents("unit_estimate_cents") or 0,
        )
        for line, item_id in found
    )


def asked() -> DraftAsked:
    """The form as it stands now."""
    number, version = st.session_state.get(_OPEN, ("", 0))
    return DraftAsked(
        key=form_id(_FORM),
        request_id=number,
        seen_version=version,
        requester_id=form().value("requester_id") or "",
        values=form().values(TechRequest, *_FIELDS),
        lines=_lines(),
    )


def keep() -> None:
    """Save the draft after a change, in silence unless it fails."""
    person = signed_in()
    draft = asked()
    worth_it = bool(
        draft.request_id
        or draft.lines
        or any(map(draft.values.get, ("title", "problem", "impact")))
    )
    if (
        person
        and worth_it
        and all(line.description.strip() and line.quantity for line in draft.lines)
    ):
        press(save_draft, draft, "", _kept)


def _kept(saved: TechRequest) -> None:
    st.session_state[_OPEN] = (saved.request_id, saved.version)
    st.query_params["request"] = saved.request_id


def who_for(visit: Visit) -> None:
    """For oneself or a colleague."""
    people = remember(colleagues, visit.database)
    codes = list(people)
    start = form().start("requester_id")
    st.selectbox(
        "Who needs it?",
        codes,
        index=codes.index(start) if start in people else None,
        format_func=lambda key: people.get(key, key),
        key=form().key("requester_id"),
        on_change=keep,
        help="Yourself, or a colleague you fill this in for. Both of you can follow it.",
    )


def questions() -> None:
    """The district's four questions, and whatever other field a request has."""
    form().draw(TechRequest, *_FIELDS)


def items(visit: Visit) -> None:
    """What is asked for: from the standards catalogue, or in one's own words."""
    st.subheader("What should be bought?")
    catalogue = {item.item_id: item for item in remember(active_items, visit.database)}
    for prefix, item_id in st.session_state.get(_LINES, []):
        _line(prefix, catalogue.get(item_id))
    if message := problem_with("lines"):
        st.markdown(f":red[:material/error: {message}]")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Add from the standards catalogue",
            list(catalogue),
            format_func=lambda key: (
                f"{catalogue[key].name}, about ${catalogue[key].unit_price_cents / 100:,.0f}"
            ),
            index=None,
            placeholder="Type to search: laptop, projector, headset …",
            # A new key after each pick, so that the box is empty again.
            key=_picker(),
            on_change=_add_picked,
            args=(catalogue, _picker()),
        )
        st.button("Add something else", icon=":material/add:", on_click=_add, key=f"{_FORM}:other")
    whole = sum(line.quantity * line.unit_estimate_cents for line in _lines())
    if whole:
        st.markdown(f"Estimate: **{amount(whole)}**")


def _picker() -> str:
    return form().key(f"add {st.session_state.get(_ADDED, 0)}")


def _add_picked(catalogue: Mapping[str, StandardItem], picker: str) -> None:
    item = catalogue.get(st.session_state.get(picker, ""))
    if item:
        _add(item=item)
        keep()


def _line(prefix: str, item: StandardItem | None) -> None:
    line = Form(prefix=prefix, on_change=keep)
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        line.draw(RequestLine, *_LINE_FIELDS)
        st.button(
            "Remove",
            icon=":material/delete:",
            type="tertiary",
            key=line.key("remove"),
            on_click=_remove,
            args=(prefix,),
        )
    if item:
        st.caption(
            f"In the standards catalogue: {item.manufacturer} {item.model}, "
            f"arrives in about {item.lead_time_days} days."
        )


def _remove(prefix: str) -> None:
    st.session_state[_LINES] = [line for line in st.session_state[_LINES] if line[0] != prefix]
    keep()


def who_decides(visit: Visit) -> None:
    """Who will review and who will approve, before anything is sent."""
    draft = asked()
    route = remember(
        route_of,
        visit.database,
        visit.actor,
        draft.requester_id,
        str(draft.values.get("category", "")),
        visit.today,
    )
    st.subheader("Who will look at it")
    reviewer = (
        plain(route.reviewer)
        if route.reviewer
        else "the technology department (nobody is named for this yet)"
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


def look_first(visit: Visit) -> None:
    """Likely duplicates, spare stock and open orders of the same model."""
    draft = asked()
    like = Likeness(
        request_id=draft.request_id,
        requester_id=draft.requester_id or visit.actor.person_id,
        category=str(draft.values.get("category", "")),
        title=str(draft.values.get("title", "")),
        item_ids=tuple(line.item_id for line in draft.lines if line.item_id),
    )
    found = remember(already_there, visit.database, like)
    for row in found.spare:
        st.info(
            f"{row['units']} spare {plain(str(row['name']))} at {row['site_id']}: "
            "say so in the requirements if one would do.",
            icon=":material/inventory_2:",
        )
    for row in found.on_order:
        st.info(
            f"{row['units']} of {plain(str(row['description']))} are already on order "
            f"{row['order_number']}.",
            icon=":material/local_shipping:",
        )
    for row in found.similar:
        st.warning(
            f"{row['requester']} already asked for “{plain(str(row['title']))}” "
            f"({row['request_id']}, {row['status']}).",
            icon=":material/content_copy:",
        )


def send() -> None:
    """Submit, or see what is still missing."""
    st.button(
        "Submit the request",
        type="primary",
        icon=":material/send:",
        key=f"{_FORM}:send",
        on_click=press,
        args=(submit, asked, "Submitted.", _sent),
    )


def _sent(saved: TechRequest) -> None:
    _empty()
    st.session_state.pop(_LINES)
    go("pages/requests/one_request.py", request=saved.request_id)
