"""Audit: who was let in, refused, trusted with more, or did what two people should do?"""

import streamlit as st

from techrequests.store.audit import AUDIT_TRAIL
from techrequests.store.duties import DUTIES
from techrequests.ui.press import go
from techrequests.ui.tables import table
from techrequests.ui.visit import enter

visit = enter("pages/admin/audit.py")

st.title("Audit")
st.caption(
    "Every event carries a seal over itself and the one before it. `techrequests check` finds "
    "whatever was altered or taken out."
)
table(visit, AUDIT_TRAIL, empty="Nothing has happened yet that belongs here.")
st.subheader("Several duties in one request")
st.caption(
    "One person who reviewed or received, approved, or paid for the same request; and who changed "
    "an approver's account, roles or people within 30 days before that approver decided on what "
    "they had submitted. None of it is wrong by itself: look whether it was meant so."
)
table(
    visit,
    DUTIES,
    on_open=lambda number: go("pages/requests/one_request.py", request=number),
    empty="Nobody took two duties in one request.",
)
