"""Audit: who was let in, refused, trusted with more, or went over a limit?"""

import streamlit as st

from techrequests.store.audit import AUDIT_TRAIL
from techrequests.ui.tables import table
from techrequests.ui.visit import enter

visit = enter("pages/admin/audit.py")

st.title("Audit")
st.caption(
    "Every event carries a seal over itself and the one before it. `techrequests check` finds "
    "whatever was altered or taken out."
)
table(visit, AUDIT_TRAIL, empty="Nothing has happened yet that belongs here.")
