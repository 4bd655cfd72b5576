"""Funding: which funds pay, when is it ordered, and what was billed?"""

import streamlit as st

from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.store.order_lists import ALL_ORDERS, CREDITS, ORDERS
from techrequests.store.request_lists import FUNDING_QUEUE
from techrequests.ui.approval import findings
from techrequests.ui.cards import the_case
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.corrections import corrections
from techrequests.ui.funding import order_day, order_form, purchase, split
from techrequests.ui.invoices import books, invoice_form, invoices, money
from techrequests.ui.queue import elsewhere, queue_or_case
from techrequests.ui.quotes import compared, offers
from techrequests.ui.steps import plain_steps
from techrequests.ui.visit import enter

PATH = "pages/purchasing/funding.py"
visit = enter(PATH)

listing, empty = FUNDING_QUEUE, "No chosen quote waits for a fund."
if not st.query_params.get("request"):
    st.title("Funding")
    shown = st.segmented_control(
        "Show",
        ["To fund and order", "Invoices to come", "Credits to come", "All orders"],
        default="To fund and order",
        required=True,
        key="funding_show",
        bind="query-params",
        label_visibility="collapsed",
    )
    if shown == "Invoices to come":
        listing, empty = ORDERS, "Everything that was ordered is paid."
    elif shown == "Credits to come":
        listing, empty = CREDITS, "Nothing was paid for what is cancelled."
    elif shown == "All orders":
        listing, empty = ALL_ORDERS, "Nothing was ordered yet."
case = queue_or_case(visit, PATH, listing, empty=empty)
if case:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("What is bought")
        quotes = compared(visit, case)
        purchase(quotes)
        if quotes.standings and not case.choice(Action.CHOOSE_QUOTE):
            with st.expander("All quotes side by side", icon=":material/request_quote:"):
                offers(visit, case, quotes)
        known = books(visit, case)
        if known.billing:
            invoices(case, known.billing)
        money(known)
        offer = quotes.chosen
        if offer and case.request.status == Status.FUNDING and case.may(Action.ALLOCATE):
            day = order_day(visit, case)
            order_form(visit, case, day, split(visit, case, offer, known, day))
        elif case.may(Action.RECORD_INVOICE):
            invoice_form(visit, case, known)
        else:
            elsewhere(visit, case)
        corrections(visit, case, known.billing)
    with right:
        plain_steps(visit, case)
        st.subheader("The request")
        the_case(case)
        findings(case)
        files(visit, case)
        with st.expander("History and comments", icon=":material/history:"):
            comment_form(visit, case)
            timeline(case)
