"""Today: what needs you now?"""

import streamlit as st

from techrequests.ui.links import page_link
from techrequests.ui.oversight import oversight
from techrequests.ui.today import jobs, unread
from techrequests.ui.visit import enter

visit = enter("pages/requests/today.py")

st.title(f"Good day, {visit.actor.full_name.split()[0]}")
unread(visit)
jobs(visit)
oversight(visit)
page_link("pages/requests/submit.py")
