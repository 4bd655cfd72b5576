"""Review: is this feasible, worth it, and in line with the district's standards?"""

import streamlit as st

from techrequests.domain.techrequest import Status
from techrequests.store.request_lists import EVERYBODY, REVIEW_QUEUE
from techrequests.ui.approval import beside_it
from techrequests.ui.cards import the_case
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.correct import corrections
from techrequests.ui.queue import elsewhere, queue_or_case
from techrequests.ui.review import review_form
from techrequests.ui.spares import before_it_is_bought, stock_of
from techrequests.ui.visit import enter

visit = enter("pages/requests/review.py")

if not st.query_params.get("request"):
    st.title("Review")
    st.toggle("Show everybody's", key=EVERYBODY, bind="query-params")
case = queue_or_case(
    visit,
    "pages/requests/review.py",
    REVIEW_QUEUE,
    empty="Nothing waits for your review.",
    switches=(EVERYBODY,) if st.session_state.get(EVERYBODY) else (),
)
if case:
    left, right = st.columns(2, gap="large")
    with left:
        corrections(case)
        the_case(case)
        before_it_is_bought(case, stock_of(visit, case))
    with right:
        if case.request.status == Status.IN_REVIEW:
            review_form(visit, case)
        else:
            elsewhere(visit, case)
    # A second pair, so that on a phone the review follows the case.
    left, right = st.columns(2, gap="large")
    with left:
        files(visit, case)
        beside_it(visit, case)
    with right, st.expander("History and comments", icon=":material/history:", expanded=True):
        comment_form(visit, case)
        timeline(case)
