"""Deployments: what do I set up, and is it ready to hand over?"""

import streamlit as st

from techrequests.domain.techrequest import Status
from techrequests.ui.comments import comment_form, files, timeline
from techrequests.ui.deployment import (
    PAGE,
    checklist,
    hand_over_form,
    job_of,
    technician,
    the_list,
    units,
)
from techrequests.ui.links import page_link
from techrequests.ui.queue import asked_case, elsewhere
from techrequests.ui.visit import enter

visit = enter("pages/devices/deployments.py")

if not st.query_params.get("request"):
    st.title("Deployments")
    the_list(visit)
    st.stop()
page_link(PAGE, label="Back to the list", icon=":material/arrow_back:")
case = asked_case(visit)
if case:
    job = job_of(visit, case)
    left, right = st.columns(2, gap="large")
    with left:
        if case.request.status is Status.DEPLOYING:
            technician(visit, job)
            checklist(job)
        else:
            elsewhere(visit, case)
    with right:
        if case.request.status is Status.DEPLOYING:
            hand_over_form(job)
        units(job)
        files(visit, case)
        with st.expander("History and comments", icon=":material/history:"):
            comment_form(visit, case)
            timeline(case)
