"""Overview: where does everything stand, and what waits too long?"""

import streamlit as st

from techrequests.ui.overview import overview
from techrequests.ui.visit import enter

visit = enter("pages/insight/overview.py")

st.title("Overview")
overview(visit)
