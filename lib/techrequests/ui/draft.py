"""The draft behind the submission form: opened, kept while it is typed, and sent."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests import runtime
from techrequests.domain.catalogue import Category
from techrequests.domain.errors import NotFoundError, StaleError
from techrequests.domain.fields import shown
from techrequests.domain.intake import DraftAsked, LineAsked, first_category, noticed
from techrequests.domain.techrequest import Priority, RequestLine, Status, TechRequest
from techrequests.services.intake import save_draft
from techrequests.services.intake_form import draft_of
from techrequests.ui.cards import plain
from techrequests.ui.forms import Form
from techrequests.ui.links import page_link
from techrequests.ui.visit import database, errors_shown, remember, signed_in

if TYPE_CHECKING:
    from techrequests.domain.catalogue import StandardItem
    from techrequests.services.intake_form import Draft
    from techrequests.ui.visit import Visit

FORM = "intake"
FIELDS = tuple(column.name for column in shown(TechRequest))
LINE_FIELDS = ("description", "quantity", "unit_estimate_cents", "category")
_OPEN = "intake_open"
_LINES = "intake_lines"
_ADDED = "intake_lines_added"
_FILLED = "intake_category_filled"
_MODE = "intake_correcting"
_CORRECT = "correct"
_BLANK = {"category": None, "priority": Priority.MEDIUM}


def form() -> Form:
    """The widgets of the submission form, with what can be said of them while they are typed."""
    return Form(prefix=FORM, on_change=keep, found=noticed(asked(), runtime.current().now().date()))


def number_of_draft() -> str:
    """The number of the open draft; empty before anything is kept."""
    number: str = st.session_state.get(_OPEN, ("", 0))[0]
    return number


def version_of_draft() -> int:
    """The version of the open draft that the form stands on."""
    version: int = st.session_state.get(_OPEN, ("", 0))[1]
    return version


def correcting() -> bool:
    """Whether the form corrects a request that was sent, and saves nothing while it is typed."""
    return bool(st.query_params.get(_CORRECT))


def open_correction(visit: Visit) -> bool:
    """Put the request that the address names into the form, as it stands now.

    Returns:
        Whether there is a form to fill in; otherwise it is said why not.
    """
    if (known := _found(visit, str(st.query_params.get(_CORRECT, "")))) is None:
        return False
    if known.not_correctable:
        st.info(plain(" ".join(known.not_correctable)), icon=":material/info:")
        _open_link(known.request)
        return False
    _put_in_once(known)
    return True


def open_draft(visit: Visit) -> bool:
    """Put the draft that the address names into the form, or start with an empty one.

    Returns:
        Whether there is a form to fill in; otherwise it is said why not.
    """
    number = str(st.query_params.get("request", ""))
    if not number:
        if number_of_draft() or _LINES not in st.session_state:
            start_over()
            form().fill({**_BLANK, "requester_id": visit.actor.person_id})
        return True
    if (known := _found(visit, number)) is None:
        return False
    if known.request.status is not Status.DRAFT:
        _not_a_draft(known.request)
        return False
    _put_in_once(known)
    return True


def _found(visit: Visit, number: str) -> Draft | None:
    """What the address names; None, with a kind sentence, where there is nothing."""
    try:
        return remember(draft_of, visit.database, visit.actor, number)
    except NotFoundError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        page_link("pages/requests/submit.py", label="Start a new request")
        return None


def _put_in_once(known: Draft) -> None:
    there = (number_of_draft(), st.session_state.get(_MODE))
    if there != (known.request.request_id, correcting()) or _LINES not in st.session_state:
        _put_in(known)


def _not_a_draft(request: TechRequest) -> None:
    words = "was submitted" if request.submitted_at else f"is {request.status}"
    title = plain(request.title) or "Untitled"
    st.info(
        f"**{request.request_id}** “{title}” {words}, so there is nothing to fill in any more.",
        icon=":material/info:",
    )
    _open_link(request)
    page_link("pages/requests/submit.py", label="Start a new request")


def _open_link(request: TechRequest) -> None:
    page_link(
        "pages/requests/one_request.py",
        label=f"Open {request.request_id}",
        icon=":material/description:",
        request=request.request_id,
    )


def _put_in(known: Draft) -> None:
    start_over()
    draft = known.request
    st.session_state[_OPEN] = (draft.request_id, draft.version)
    for line in known.lines:
        # What is of the request's category in somebody's own words follows the request.
        same = line.item_id is None and line.category == draft.category
        add_line(replace(line, category=None) if same else line)
    values = {name: getattr(draft, name) for name in FIELDS}
    form().fill({**values, "requester_id": draft.requester_id})


def overtaken(visit: Visit) -> Draft | None:
    """The open draft as it was saved in another window since it was put into this form."""
    if not number_of_draft():
        return None
    known = remember(draft_of, visit.database, visit.actor, number_of_draft())
    return None if known.request.version == version_of_draft() else known


def keep_this(other: Draft) -> None:
    """Let the form stand, in place of what was saved in another window."""
    st.session_state[_OPEN] = (other.request.request_id, other.request.version)
    keep_anyway()


def take_other(other: Draft) -> None:
    """Let go of what the form has more than what was saved in another window."""
    _put_in(other)


def start_over() -> None:
    """Empty the form; the draft stays in the store."""
    Form(prefix=FORM).clear()
    st.session_state[_LINES] = []
    st.session_state[_OPEN] = ("", 0)
    st.session_state[_MODE] = correcting()
    st.session_state.pop(_FILLED, None)


def leave() -> None:
    """Forget the draft: it is sent, or discarded."""
    start_over()
    st.session_state.pop(_LINES)


def lines() -> list[tuple[Form, str | None]]:
    """The items on the form, each with its code in the standards catalogue."""
    found = noticed(asked(), runtime.current().now().date())
    return [
        (
            Form(
                prefix=prefix,
                on_change=keep,
                part_of=FORM,
                problems_as=f"lines.{number}.",
                found=found,
            ),
            item_id,
        )
        for number, (prefix, item_id) in enumerate(st.session_state.get(_LINES, []), start=1)
    ]


def times_added() -> int:
    """How many items were put on the form so far."""
    return int(st.session_state.get(_ADDED, 0))


def add_line(line: RequestLine | None = None, item: StandardItem | None = None) -> None:
    """Put one more item on the form: from a saved draft, from the catalogue, or empty."""
    line_form = Form(prefix=f"{FORM}:line:{uuid.uuid4().hex[:8]}")
    source = line or item
    st.session_state[_ADDED] = times_added() + 1
    st.session_state[_LINES].append((line_form.prefix, source.item_id if source else None))
    line_form.fill({"quantity": 1, **_start_of(line, item)})


def remove_line(prefix: str) -> None:
    """Take an item off the form."""
    st.session_state[_LINES] = [line for line in st.session_state[_LINES] if line[0] != prefix]
    keep()


def _start_of(line: RequestLine | None, item: StandardItem | None) -> dict[str, Any]:
    if line:
        values = {name: getattr(line, name) for name in LINE_FIELDS}
        # A draft keeps a price that was never given as nothing: it is asked for again.
        return values | {"unit_estimate_cents": line.unit_estimate_cents or None}
    if item:
        return {
            "description": item.name,
            "unit_estimate_cents": item.unit_price_cents,
            "category": item.category,
        }
    return {}


def _lines_asked() -> tuple[LineAsked, ...]:
    found = ((Form(prefix=prefix), item_id) for prefix, item_id in st.session_state.get(_LINES, []))
    return tuple(
        LineAsked(
            item_id=item_id,
            description=line.value("description") or "",
            quantity=line.units("quantity") or 0,
            unit_estimate_cents=line.cents("unit_estimate_cents"),
            category=_category(line),
        )
        for line, item_id in found
    )


def _category(line: Form) -> Category | None:
    chosen = line.value("category")
    return Category(chosen) if chosen else None


def filled_from_item() -> str:
    """The first item, where the category was filled from it and nobody chose another; else ""."""
    category, item = st.session_state.get(_FILLED, (None, ""))
    return item if category and category == Form(prefix=FORM).value("category") else ""


def _fill_category() -> None:
    """Fill the category from the first item that has one, as long as nobody has chosen it."""
    bare, lines = Form(prefix=FORM), _lines_asked()
    if bare.value("category") and not filled_from_item():
        return
    category = first_category(lines)
    item = next((line.description for line in lines if line.category == category), "")
    bare.follow({"category": category})
    st.session_state[_FILLED] = (category, item)


def asked() -> DraftAsked:
    """The form as it stands now."""
    bare = Form(prefix=FORM)
    return DraftAsked(
        key=bare.save_id,
        request_id=number_of_draft(),
        seen_version=version_of_draft(),
        requester_id=bare.value("requester_id") or "",
        values=bare.values(TechRequest, *FIELDS),
        lines=_lines_asked(),
    )


def to_send() -> DraftAsked:
    """The form as it is to be submitted.

    Raises:
        InvalidError: A price or a quantity cannot be read, and would be lost in silence.
    """
    for line, _ in lines():
        line.values(RequestLine, "quantity", "unit_estimate_cents")
    return asked()


def keep() -> None:
    """Save the draft after a change, in silence unless it fails."""
    _fill_category()
    if correcting():
        return
    draft = asked()
    if (
        draft.request_id
        or draft.lines
        or any(map(draft.values.get, ("title", "problem", "impact")))
    ):
        keep_anyway()


def keep_anyway() -> str:
    """Save the draft even when it is empty still, so that files can be kept with it.

    Returns:
        Its number; empty when it could not be saved.
    """
    if correcting():
        return number_of_draft()
    person = signed_in()
    # What was saved in another window is told beside the button, for as long as it is so.
    with errors_shown(), suppress(StaleError):
        if person:
            saved = save_draft(database(), person, asked(), now=runtime.current().now())
            st.session_state[_OPEN] = (saved.request_id, saved.version)
            st.query_params["request"] = saved.request_id
    return number_of_draft()
