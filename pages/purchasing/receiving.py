"""Receiving: what came in, and what is still on its way?"""

import streamlit as st

from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.store.receiving import RECEIVING_QUEUE
from techrequests.ui.comments import comment_form, timeline
from techrequests.ui.queue import elsewhere, queue_or_case
from techrequests.ui.receiving import (
    after_receiving,
    cancel_form,
    goods_of,
    order_card,
    receive_form,
    what_came,
)
from techrequests.ui.visit import enter

visit = enter("pages/purchasing/receiving.py")

if not st.query_params.get("request"):
    st.title("Receiving")
case = queue_or_case(
    visit,
    "pages/purchasing/receiving.py",
    RECEIVING_QUEUE,
    empty="Nothing is on its way to your sites. Orders appear here when they are placed.",
)
if case:
    goods = goods_of(visit, case)
    left, right = st.columns(2, gap="large")
    with left:
        if case.may(Action.RECEIVE):
            receive_form(visit, case, goods)
        elif case.request.status is Status.DEPLOYING:
            after_receiving(case)
        else:
            elsewhere(visit, case)
    with right:
        order_card(goods)
        what_came(goods)
        if case.may(Action.CANCEL_LINES):
            cancel_form(visit, case, goods)
        with st.expander("History and comments", icon=":material/history:"):
            comment_form(visit, case)
            timeline(case)
