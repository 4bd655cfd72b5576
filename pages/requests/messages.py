"""Messages."""

import streamlit as st

from techrequests.ui.visit import enter

visit = enter("pages/requests/messages.py")

st.title("Messages")
