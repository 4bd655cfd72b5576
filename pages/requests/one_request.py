"""One request: where it stands, who acts next, and everything that happened."""

import streamlit as st

from techrequests.ui.approval import findings
from techrequests.ui.cards import the_case
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.one_request import actions, links, money
from techrequests.ui.queue import asked_case
from techrequests.ui.visit import enter

visit = enter("pages/requests/one_request.py")

case = asked_case(visit)
if case:
    actions(visit, case)
    left, right = st.columns([3, 2], gap="large")
    with left:
        links(case)
        the_case(case)
        if case.reviews:
            findings(case)
        st.subheader("Files")
        files(visit, case)
        st.subheader("Comments")
        comment_form(visit, case)
    with right:
        money(visit, case)
        timeline(case)
