"""Changing an approved request: new items, and back to the supervisor."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.catalogue import Category
from techrequests.domain.fields import Kind
from techrequests.domain.intake import LineAsked, estimate_cents
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.intake_form import offered
from techrequests.services.quotes import AmendAsked, amend
from techrequests.ui.cards import amount, capital, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.standard_items import picker
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.domain.catalogue import StandardItem
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import RequestLine
    from techrequests.services.cases import Case
    from techrequests.services.comparison import Comparison
    from techrequests.ui.visit import Visit


def amend_form(visit: Visit, case: Case, known: Comparison) -> None:
    """Change items or prices; the supervisor decides anew."""
    step = STEP_OF[Action.AMEND]
    opened = st.expander(
        "Something must change",
        icon=":material/edit_document:",
        on_change="rerun",
        key=f"amend_open:{case.request.request_id}",
    )
    if not opened.open:
        return
    form = Form(prefix=f"amend:{case.request.request_id}:{case.request.content_version}")
    with opened:
        st.caption(
            "Other items, or a price above the approval, go back to the supervisor. Quotes for the "
            "old version then no longer count."
        )
        _take_over(form, known)
        for number, name in enumerate(_rows(form, known), start=1):
            _row(form, known, name, number)
        form.problem("lines")
        _adding(visit, form)
        cents = estimate_cents(_lines(form, known))
        st.markdown(f"Was {amount(case.request.estimate_cents)}, is **{amount(cents)}**")
        form.note(step.note, required=step.note_required)
        button(
            step.label,
            key=form.key("go"),
            type="primary",
            args=(
                amend,
                lambda: _asked(case, form, known),
                "Changed; the supervisor decides again.",
                lambda _: form.clear(),
            ),
        )


def _asked(case: Case, form: Form, known: Comparison) -> AmendAsked:
    names = enumerate(_rows(form, known), start=1)
    form.check_numbers(*(field for number, name in names for field in _numbers(name, number)))
    return AmendAsked(
        request_id=case.request.request_id,
        seen_version=case.request.version,
        key=form.save_id,
        note=form.value("note") or "",
        lines=_lines(form, known),
    )


def _numbers(name: str, number: int) -> list[tuple[Kind, str, str, str]]:
    return [
        (Kind.INTEGER, f"quantity:{name}", "Quantity", f"lines.{number}.quantity"),
        (Kind.MONEY, f"price:{name}", "Price each", f"lines.{number}.unit_estimate_cents"),
    ]


def _adding(visit: Visit, form: Form) -> None:
    """One more item, from the standards catalogue or in one's own words."""
    picked = st.session_state.get(f"{form.prefix}!picked", {})
    catalogue = remember(offered, visit.database).items
    picker(catalogue, form.key(f"pick {len(picked)}"), lambda item: _add(form, item))
    st.button(
        "Add something else",
        icon=":material/add:",
        key=form.key("add"),
        on_click=_add,
        args=(form,),
    )


def _take_over(form: Form, known: Comparison) -> None:
    """Offer the prices of each complete offer, with its shipping in the first item's price."""
    complete = [one for one in known.standings if not one.offer.gaps(known.lines)]
    with st.container(horizontal=True):
        for standing in complete:
            st.button(
                f"Take the prices of {plain(standing.vendor_name)}",
                key=form.key(f"take:{standing.offer.quote.quote_id}"),
                type="tertiary",
                help="Another item that they offer is taken over too. Shipping goes into the price "
                "of the first item, rounded up to the cent.",
                on_click=_take,
                args=(form, known, standing.offer),
            )


def _take(form: Form, known: Comparison, offer: Offer) -> None:
    form.clear()
    taken: dict[str, object] = {}
    shipping_cents = offer.quote.shipping_cents
    for line in known.lines:
        theirs = offer.line_for(line.line_id)
        whole = (theirs.total_cents if theirs else line.estimate_cents) + shipping_cents
        shipping_cents = 0
        taken[f"price:{line.line_id}"] = -(-whole // line.quantity)
        if theirs and not theirs.is_for(line):
            taken[f"description:{line.line_id}"] = theirs.description
    form.fill(taken)


def _rows(form: Form, known: Comparison) -> list[str]:
    """Names of the items on the form: those of the request and added ones, less removed ones."""
    added: list[str] = st.session_state.get(f"{form.prefix}!added", [])
    removed: set[str] = st.session_state.get(f"{form.prefix}!removed", set())
    return [
        name for name in [*(line.line_id for line in known.lines), *added] if name not in removed
    ]


def _row(form: Form, known: Comparison, name: str, number: int) -> None:
    line = _old(known, name)
    if line:
        form.fill(
            {
                f"description:{name}": line.description,
                f"quantity:{name}": line.quantity,
                f"price:{name}": line.unit_estimate_cents,
                f"category:{name}": line.category,
            }
        )
    if item := _picked(form, name):
        form.fill({f"description:{name}": item.name, f"price:{name}": item.unit_price_cents})
    form.fill({f"quantity:{name}": 1})
    with st.container(border=True):
        st.text_input(
            "Item", value=form.start(f"description:{name}", ""), key=form.key(f"description:{name}")
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            form.number(Kind.INTEGER, f"quantity:{name}", "Quantity", width=120)
            form.number(Kind.MONEY, f"price:{name}", "Price each, $", width=150)
            if _is_free_text(form, known, name):
                _category_box(form, name)
            st.button(
                "Remove",
                icon=":material/delete:",
                type="tertiary",
                key=form.key(f"remove:{name}"),
                on_click=_remove,
                args=(form, name),
            )
        form.problem(f"description:{name}", f"lines.{number}.description")
        for kind, field, label, known_as in _numbers(name, number):
            form.problem(field, known_as, first=form.unread(kind, field, label))


def _lines(form: Form, known: Comparison) -> tuple[LineAsked, ...]:
    found = []
    for name in _rows(form, known):
        line = _old(known, name)
        description = form.value(f"description:{name}", line.description if line else "") or ""
        found.append(
            LineAsked(
                item_id=_item_id(form, name, line, description),
                description=description,
                quantity=_quantity(form, name, line),
                unit_estimate_cents=_price(form, name, line),
                category=_category(form, name),
            )
        )
    return tuple(found)


def _category_box(form: Form, name: str) -> None:
    kinds, start = list(Category), _category(form, name)
    st.selectbox(
        "Category",
        kinds,
        index=kinds.index(start) if start else None,
        format_func=capital,
        placeholder="As the request",
        key=form.key(f"category:{name}"),
        width=190,
    )


def _category(form: Form, name: str) -> Category | None:
    """The category of an item; the catalog says its own when it is saved."""
    chosen = form.value(f"category:{name}")
    return Category(chosen) if chosen else None


def _is_free_text(form: Form, known: Comparison, name: str) -> bool:
    line = _old(known, name)
    description = form.value(f"description:{name}", line.description if line else "") or ""
    return _item_id(form, name, line, description) is None


def _item_id(form: Form, name: str, line: RequestLine | None, description: str) -> str | None:
    """The standard item behind a description; another description is another thing."""
    if item := _picked(form, name):
        return item.item_id if description.strip() == item.name else None
    return line.item_id if line and description.strip() == line.description else None


def _picked(form: Form, name: str) -> StandardItem | None:
    """What was picked from the standards catalogue for an added item."""
    picked: dict[str, StandardItem] = st.session_state.get(f"{form.prefix}!picked", {})
    return picked.get(name)


def _quantity(form: Form, name: str, line: RequestLine | None) -> int:
    if form.key(f"quantity:{name}") in st.session_state:
        return form.units(f"quantity:{name}") or 0
    return int(form.start(f"quantity:{name}", line.quantity if line else 1))


def _price(form: Form, name: str, line: RequestLine | None) -> int:
    cents = form.cents(f"price:{name}")
    if cents is None and form.key(f"price:{name}") not in st.session_state and line:
        return line.unit_estimate_cents
    return cents or 0


def _old(known: Comparison, name: str) -> RequestLine | None:
    return next((line for line in known.lines if line.line_id == name), None)


def _add(form: Form, item: StandardItem | None = None) -> None:
    """One more item: from the standards catalogue, or empty."""
    added, picked, name = f"{form.prefix}!added", f"{form.prefix}!picked", uuid.uuid4().hex[:8]
    st.session_state[added] = [*st.session_state.get(added, []), name]
    if item:
        st.session_state[picked] = {**st.session_state.get(picked, {}), name: item}


def _remove(form: Form, name: str) -> None:
    removed = f"{form.prefix}!removed"
    st.session_state[removed] = {*st.session_state.get(removed, set()), name}
