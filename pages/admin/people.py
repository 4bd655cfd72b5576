"""People: who works here, where, and who is whose supervisor?"""

import streamlit as st

from techrequests.domain.catalogue import Person
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/people.py")

st.title("People")
st.caption(
    "Requests go to the supervisor of whoever asks, or to the next one above who may approve. "
    "Somebody who leaves becomes inactive; their requests and history stay."
)
editor(visit, Sheet(plan=PLANS[Person], name="people"))
