"""What an order still costs: the money by fund, the invoices, and the form for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import Invoice
from techrequests.services.fund_choices import FundMoney, request_money
from techrequests.services.funding import InvoiceAsked, order_and_invoices, record_invoice
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button, form_id
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def money(visit: Visit, case: Case) -> tuple[FundMoney, ...]:
    """Where the request's money stands, by fund."""
    found = remember(request_money, visit.database, visit.actor, case.request.request_id)
    rows = [
        f"| {plain(one.fund_name)} | {amount(one.balance.reserved_cents)} "
        f"| {amount(one.balance.encumbered_cents)} | {amount(one.balance.expended_cents)} |"
        for one in found
        if one.balance.available_cents
    ]
    if rows:
        head = "| Fund | Set aside | On order | Paid |\n|:--|--:|--:|--:|\n"
        st.markdown(head + "\n".join(rows))
    return found


def invoices(visit: Visit, case: Case) -> None:
    """The order and its invoices."""
    order, paid = remember(order_and_invoices, visit.database, visit.actor, case.request.request_id)
    if order is None:
        return
    day = f"{order.ordered_on:%B} {order.ordered_on.day}, {order.ordered_on.year}"
    st.markdown(f"Order **{plain(order.order_number)}** of {day}")
    rows = [
        f"| {plain(one.invoice_number)} | {one.invoiced_on:%m/%d/%Y} | {amount(one.amount_cents)} "
        f"| {'last one' if one.final else ''} |"
        for one in paid
    ]
    if rows:
        head = "| Invoice | Date | Amount | |\n|:--|:--|--:|:--|\n"
        st.markdown(head + "\n".join(rows))
    else:
        st.caption("No invoice yet.")


def invoice_form(visit: Visit, case: Case, standing: Sequence[FundMoney]) -> None:
    """Record a bill; more than what is on order needs a fund that may pay it."""
    encumbered = sum(one.balance.encumbered_cents for one in standing)
    form = Form(prefix=f"invoice:{case.request.request_id}:{case.request.version}")
    form.fill(
        {"invoiced_on": visit.today, "amount_cents": encumbered or None, "final": bool(encumbered)}
    )
    st.subheader("Record an invoice")
    for column, name in zip(
        st.columns(3), ("invoice_number", "invoiced_on", "amount_cents"), strict=True
    ):
        with column:
            form.draw(Invoice, name)
    form.draw(Invoice, "final")
    cents = form.cents("amount_cents") or 0
    if cents > encumbered:
        _above(visit, case, form, standing, cents - encumbered)
    elif form.value("final") and cents < encumbered:
        st.caption(f"{amount(encumbered - cents)} goes back to the funds.")
    button(
        "Record the invoice",
        key=form.key("go"),
        type="primary",
        args=(
            record_invoice,
            lambda: InvoiceAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form_id(form.prefix),
                **form.values(Invoice, "invoice_number", "invoiced_on", "amount_cents", "final"),
                override_reason=form.value("override_reason") or "",
            ),
            "The invoice is recorded.",
            lambda _: form.clear(),
        ),
    )


def _above(
    visit: Visit, case: Case, form: Form, standing: Sequence[FundMoney], above_cents: int
) -> None:
    used = [
        one.fund_name
        for one in standing
        if one.balance.encumbered_cents or one.balance.expended_cents
    ]
    who = plain(used[-1]) if used else "The last fund"
    st.warning(
        f"{amount(above_cents)} more than is on order. {who} pays it, if it may.",
        icon=":material/warning:",
    )
    if visit.actor.may(Permission.OVERRIDE_FUND_LIMITS, case.request.site_id):
        st.text_area(
            "Why may the fund go over its limit? (only if it is short)",
            key=form.key("override_reason"),
            height=80,
        )
