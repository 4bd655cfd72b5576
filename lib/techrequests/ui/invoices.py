"""What an order still costs: the money by fund, the invoices, and the form for one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.calendar import long_date
from techrequests.domain.invoice_doubts import date_doubts
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import Invoice
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.books import Bill, books_of
from techrequests.services.funding import record_invoice
from techrequests.services.ordering import InvoiceAsked
from techrequests.ui.cards import amount, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button
from techrequests.ui.visit import problem_with, remember

if TYPE_CHECKING:
    from datetime import date

    from techrequests.services.books import Billing, Books
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


def books(visit: Visit, case: Case) -> Books:
    """Everything about the money of the request."""
    return remember(books_of, visit.database, case.request)


def money(known: Books) -> None:
    """Where the request's money stands, by fund."""
    held = [one for one in known.money if one.balance.available_cents]
    # Only where there is something: three columns of amounts are too wide for a phone.
    standing = [
        (label, amounts)
        for label, amounts in (
            ("Reserved", [one.balance.reserved_cents for one in held]),
            ("Encumbered", [one.balance.encumbered_cents for one in held]),
            ("Expended", [one.balance.expended_cents for one in held]),
        )
        if any(amounts)
    ]
    if standing:
        rows = [["Fund", *(label for label, _ in standing)], [":--", *("--:" for _ in standing)]]
        for number, one in enumerate(held):
            amounts = (amount(cents[number]) for _, cents in standing)
            rows.append([plain(one.fund_name), *amounts])
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def invoices(case: Case, known: Billing) -> None:
    """The order, what came of it, and its bills; what was reversed stays and is marked."""
    order = known.order
    day = long_date(order.ordered_on)
    st.markdown(
        f"Order **{plain(order.order_number)}** of {day}: {amount(known.cost.due_cents)} ordered, "
        f"{amount(known.invoiced_cents)} invoiced\n\n{_arrived(case, known)}"
    )
    for before in known.earlier:
        day = long_date(before.ordered_on)
        st.caption(f"Before it, order {plain(before.order_number)} of {day} was cancelled.")
    if known.cost.credit_cents:
        st.warning(
            f"{amount(known.cost.credit_cents)} was paid for what is cancelled. Ask the vendor for "
            "a credit, and record it below.",
            icon=":material/assignment_return:",
        )
    rows = [
        f"| {_number(known, one)} | {one.invoiced_on:%m/%d/%Y} | {amount(one.amount_cents)} "
        f"| {' · '.join(_remarks(one))} |"
        for one in known.invoices
    ]
    if rows:
        head = "| Invoice | Date | Amount | |\n|:--|:--|--:|:--|\n"
        st.markdown(head + "\n".join(rows))
    else:
        st.caption("No invoice yet.")


def _remarks(bill: Invoice) -> list[str]:
    last = "last one" if bill.final else ""
    return [words for words in (plain(bill.reason), plain(bill.confirmation), last) if words]


def _arrived(case: Case, known: Billing) -> str:
    units = sum(one.quantity for one in known.lines)
    cancelled = sum(one.cancelled for one in known.lines)
    words = [
        f"{units:,} {'unit' if units == 1 else 'units'} ordered",
        f"{case.facts.accepted:,} received",
    ]
    if cancelled:
        words.append(f"{cancelled:,} cancelled")
    if case.facts.outstanding:
        words.append(f"**{case.facts.outstanding:,} still to come**")
    return ":material/local_shipping: " + " · ".join(words)


def _number(known: Billing, bill: Invoice) -> str:
    number = plain(bill.invoice_number)
    if bill.reverses_id:
        return f"{number} :gray-badge[:material/undo: Reversal]"
    if bill.invoice_id in known.reversed_ids:
        return f"~~{number}~~ :red-badge[Reversed]"
    return f"{number} :green-badge[Credit]" if bill.amount_cents < 0 else number


def invoice_form(visit: Visit, case: Case, known: Books) -> None:
    """Record a bill, seeing before what every fund pays and gets back."""
    encumbered = sum(one.encumbered_cents for one in known.held.values())
    to_come = case.facts.outstanding
    form = Form(prefix=f"invoice:{case.request.request_id}")
    form.follow(
        {
            "invoiced_on": visit.today,
            "amount_cents": encumbered or None,
            "final": bool(encumbered) and not to_come,
        }
    )
    st.subheader("Record an invoice")
    for column, name in zip(
        st.columns(3), ("invoice_number", "invoiced_on", "amount_cents"), strict=True
    ):
        with column:
            form.draw(Invoice, name)
    form.draw(Invoice, "final")
    confirm(form, known.billing, visit.today)
    cents, final = form.cents("amount_cents") or 0, bool(form.value("final"))
    if final and to_come:
        st.warning(
            f"{to_come:,} {'unit is' if to_come == 1 else 'units are'} still to come. After the "
            "last invoice the funds hold nothing for them.",
            icon=":material/local_shipping:",
        )
    if cents > encumbered:
        _above(visit, case, form, cents - encumbered)
    if cents > 0:
        _by_fund(known, Bill(amount_cents=cents, final=final))
    button(
        "Record the invoice",
        key=form.key("go"),
        type="primary",
        args=(
            record_invoice,
            lambda: InvoiceAsked(
                request_id=case.request.request_id,
                seen_version=case.request.version,
                key=form.save_id,
                **form.values(Invoice, "invoice_number", "invoiced_on", "amount_cents", "final"),
                reason=form.value("reason") or "",
                override_reason=form.value("override_reason") or "",
                confirmation=form.value("confirmation") or "",
            ),
            "The invoice is recorded.",
            lambda _: form.clear(),
        ),
    )


def confirm(form: Form, billing: Billing | None, today: date) -> None:
    """Ask why a date that cannot well be, or a number much like another's, is right."""
    dated = form.value("invoiced_on")
    doubts = list(date_doubts(dated, billing.order.ordered_on, today)) if billing and dated else []
    typed = form.value("confirmation") or ""
    refused = problem_with("confirmation", f"{form.prefix}#", typed)
    if not (doubts or typed or refused):
        return
    if doubts:
        st.warning(" ".join(doubts), icon=":material/event_upcoming:")
    form.note("Why is it right?", required=True, name="confirmation")


def _by_fund(known: Books, typed: Bill) -> None:
    """What each fund pays of the bill as typed, and what goes back to it."""
    rows = [
        f"| {plain(one.fund_name)} | {amount(one.pays_cents)} | {amount(one.given_back_cents)} |"
        for one in known.payment(typed)
    ]
    if rows:
        head = "| Fund | Pays | Goes back to it |\n|:--|--:|--:|\n"
        st.markdown(head + "\n".join(rows))


def _above(visit: Visit, case: Case, form: Form, above_cents: int) -> None:
    st.warning(
        f"{amount(above_cents)} more than is encumbered. The funds of the order pay it by their "
        "shares, if they may.",
        icon=":material/warning:",
    )
    form.note(STEP_OF[Action.RECORD_INVOICE].note, required=True, name="reason")
    if visit.actor.may(Permission.OVERRIDE_FUND_LIMITS, case.request.site_id):
        st.text_area(
            "Why may it go over the limit? (if a fund is short, or it is more than is tolerated)",
            key=form.key("override_reason"),
            height=80,
        )
