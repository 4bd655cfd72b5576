"""Today: what needs you now?"""

import streamlit as st

from techrequests.ui.cards import plain
from techrequests.ui.first_day import to_set_up
from techrequests.ui.links import page_link
from techrequests.ui.oversight import oversight
from techrequests.ui.today import jobs, unread
from techrequests.ui.visit import enter

visit = enter("pages/requests/today.py")

st.title(f"Good day, {plain(visit.actor.full_name.split()[0])}")
unread(visit)
jobs(visit, besides=to_set_up(visit))
oversight(visit)
page_link("pages/requests/submit.py")
