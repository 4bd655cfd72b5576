"""Google Sheets: which tables stand in the spreadsheet, and what waits for a person?"""

import streamlit as st

from techrequests.ui.google_sheets import google_sheets
from techrequests.ui.visit import enter

visit = enter("pages/admin/google_sheets.py")

st.title("Google Sheets")
google_sheets(visit)
