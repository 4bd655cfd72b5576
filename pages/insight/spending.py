"""Spending: what is left in each fund, and where did the money go?"""

import streamlit as st

from techrequests.ui.spending import spending_page
from techrequests.ui.visit import enter

visit = enter("pages/insight/spending.py")

st.title("Spending")
spending_page(visit)
