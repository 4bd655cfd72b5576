"""What was recorded wrongly, an order or an invoice, and money that a vendor gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import Invoice, PurchaseOrder
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.billing import CreditAsked, ReverseAsked, record_credit, reverse_invoice
from techrequests.services.order_correction import CorrectionAsked, correct_order
from techrequests.ui.forms import Form
from techrequests.ui.invoices import confirm
from techrequests.ui.press import button

if TYPE_CHECKING:
    from techrequests.services.books import Billing
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit

_ORDERED = ("order_number", "ordered_on")
_TYPED = ("invoice_number", "invoiced_on", "amount_cents")


def corrections(visit: Visit, case: Case, known: Billing | None) -> None:
    """What can be done about the order and bills that are recorded, for who may."""
    if known is None:
        return
    with st.container(horizontal=True):
        if case.may(Action.CORRECT_ORDER):
            with st.popover(STEP_OF[Action.CORRECT_ORDER].label, icon=":material/edit:"):
                _order(case, known)
        if case.may(Action.REVERSE_INVOICE) and known.invoices:
            with st.popover("Reverse a wrong invoice", icon=":material/undo:"):
                _reverse(visit, case, known)
        if case.may(Action.RECORD_CREDIT) and known.invoiced_cents > 0:
            with st.popover("Record a vendor's credit", icon=":material/assignment_return:"):
                _credit(visit, case, known)


def _order(case: Case, known: Billing) -> None:
    form = Form(prefix=f"correct:{case.request.request_id}")
    form.follow({name: getattr(known.order, name) for name in _ORDERED})
    st.caption("What it costs and who pays stay as they are.")
    form.draw(PurchaseOrder, *_ORDERED)
    step = STEP_OF[Action.CORRECT_ORDER]
    form.note(step.note, required=step.note_required)
    button(
        step.label,
        key=form.key("go"),
        type="primary",
        args=(
            correct_order,
            lambda: CorrectionAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                **form.values(PurchaseOrder, *_ORDERED),
                reason=form.value("note") or "",
            ),
            "The order is corrected.",
            lambda _: form.clear(),
        ),
    )


def _reverse(visit: Visit, case: Case, known: Billing) -> None:
    form = Form(prefix=f"reverse:{case.request.request_id}")
    standing = {
        one.invoice_id: f"{one.invoice_number}, {dollars(one.amount_cents)}"
        for one in known.invoices
        if not one.reverses_id and one.invoice_id not in known.reversed_ids
    }
    if not standing:
        st.caption("Everything is reversed already.")
        return
    st.caption(
        "It stays in the list, marked. What it paid goes back, and is encumbered again unless "
        "another bill was the last one. Then record the right one."
    )
    step = STEP_OF[Action.REVERSE_INVOICE]
    st.selectbox(
        "Which one?", list(standing), format_func=standing.__getitem__, key=form.key("invoice_id")
    )
    form.note(step.note, required=step.note_required)
    if visit.actor.may(Permission.OVERRIDE_FUND_LIMITS, case.request.site_id):
        form.note(
            "Why may a fund go over its limit, if it is short?",
            required=False,
            name="override_reason",
        )
    button(
        step.label,
        key=form.key("go"),
        type="primary",
        args=(
            reverse_invoice,
            lambda: ReverseAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                invoice_id=form.value("invoice_id") or "",
                reason=form.value("note") or "",
                override_reason=form.value("override_reason") or "",
            ),
            "It is reversed.",
            lambda _: form.clear(),
        ),
    )


def _credit(visit: Visit, case: Case, known: Billing) -> None:
    form = Form(prefix=f"credit:{case.request.request_id}")
    form.fill({"invoiced_on": visit.today})
    st.caption(
        "The funds that paid get it back: first those of canceled lines, else each by its share."
    )
    labels = {"invoice_number": "Credit number", "invoiced_on": "Credit date"}
    form.draw(Invoice, *_TYPED, labels=labels)
    confirm(form, known, visit.today)
    step = STEP_OF[Action.RECORD_CREDIT]
    form.note(step.note, required=step.note_required)
    button(
        step.label,
        key=form.key("go"),
        type="primary",
        args=(
            record_credit,
            lambda: CreditAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                **form.values(Invoice, *_TYPED),
                reason=form.value("note") or "",
                confirmation=form.value("confirmation") or "",
            ),
            "The credit is recorded.",
            lambda _: form.clear(),
        ),
    )
