"""Today: what needs you now?"""

import streamlit as st

from techrequests.ui.today import jobs
from techrequests.ui.visit import enter

visit = enter("pages/requests/today.py")

st.title(f"Good day, {visit.actor.full_name.split()[0]}")
jobs(visit)
st.page_link("pages/requests/submit.py", label="Submit a request", icon=":material/add_circle:")
