"""Standards catalogue: what does the district buy and support?"""

import streamlit as st

from techrequests.domain.catalogue import StandardItem
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/catalogue.py")

st.title("Standards catalogue")
st.caption(
    "Requesters pick from these models, and reviewers hold requests against them. A model "
    "that is not bought any more becomes inactive."
)
editor(visit, Sheet(plan=PLANS[StandardItem], name="catalogue"))
