"""Messages: what was I told?"""

import streamlit as st

from techrequests.ui.messages import inbox_page
from techrequests.ui.visit import enter

visit = enter("pages/requests/messages.py")

st.title("Messages")
inbox_page(visit)
