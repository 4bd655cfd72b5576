"""Quotes: who offers it, for how much at the door, and which one do we take?"""

import streamlit as st

from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.store.request_lists import QUOTING_QUEUE
from techrequests.ui.amend import amend_form
from techrequests.ui.approval import findings
from techrequests.ui.cards import the_case
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.queue import elsewhere, queue_or_case
from techrequests.ui.quotes import ask, compared, offers, recording
from techrequests.ui.record_quote import record_form
from techrequests.ui.steps import plain_steps
from techrequests.ui.visit import enter

visit = enter("pages/purchasing/quotes.py")

if not st.query_params.get("request"):
    st.title("Quotes")
case = queue_or_case(
    visit,
    "pages/purchasing/quotes.py",
    QUOTING_QUEUE,
    empty="No approved request needs a quote.",
)
if case:
    known = compared(visit, case)
    first = recording(case)
    if first:
        record_form(case, known)
    if case.request.status == Status.QUOTING or known.standings:
        offers(visit, case, known)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if case.may(Action.RECORD_QUOTE):
            ask(visit, case, known)
            if not first:
                record_form(case, known)
        else:
            elsewhere(visit, case)
    with right:
        if case.may(Action.AMEND):
            amend_form(visit, case, known)
        plain_steps(visit, case)
        st.subheader("The request")
        the_case(case)
        findings(case)
        files(visit, case)
        with st.expander("History and comments", icon=":material/history:"):
            comment_form(visit, case)
            timeline(case)
