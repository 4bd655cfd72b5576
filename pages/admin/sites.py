"""Sites: which schools and offices are there?"""

import streamlit as st

from techrequests.domain.catalogue import Site
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/sites.py")

st.title("Sites")
st.caption(
    "Requests, people, funds and devices belong to a site. One that closes becomes inactive; "
    "what happened there stays."
)
editor(visit, Sheet(plan=PLANS[Site], name="sites"))
