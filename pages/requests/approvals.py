"""Approvals: is this worth it for my school?"""

import streamlit as st

from techrequests.domain.workflow import Action
from techrequests.store.request_lists import APPROVAL_QUEUE
from techrequests.ui.approval import beside_it, decision_form, findings
from techrequests.ui.cards import the_case
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.delegation import i_am_away
from techrequests.ui.queue import elsewhere, queue_or_case
from techrequests.ui.spares import before_it_is_bought, stock_of
from techrequests.ui.visit import enter

visit = enter("pages/requests/approvals.py")

if not st.query_params.get("request"):
    i_am_away(visit, "Approvals")
case = queue_or_case(
    visit,
    "pages/requests/approvals.py",
    APPROVAL_QUEUE,
    empty="Nothing waits for your decision.",
)
if case:
    left, right = st.columns(2, gap="large")
    with left:
        the_case(case)
        before_it_is_bought(case, stock_of(visit, case))
        findings(case)
    with right:
        if case.may(Action.APPROVE):
            decision_form(visit, case)
        else:
            elsewhere(visit, case)
    # A second pair, so that on a phone the decision follows the review.
    left, right = st.columns(2, gap="large")
    with left:
        files(visit, case)
        beside_it(visit, case)
    with right, st.expander("History and comments", icon=":material/history:", expanded=True):
        comment_form(visit, case)
        timeline(case)
