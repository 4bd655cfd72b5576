"""Delegations: who decides while an approver is away?"""

import streamlit as st

from techrequests.ui.delegation import everybody_away
from techrequests.ui.visit import enter

visit = enter("pages/admin/delegations.py")

st.title("Delegations")
st.caption(
    "While an approver is away, their delegate decides exactly what they could decide, and never "
    "on a request of their own. The history keeps both names."
)
everybody_away(visit)
