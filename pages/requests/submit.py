"""Submit a request: what do you need, and why?"""

import streamlit as st

from techrequests.ui.intake import (
    items,
    look_first,
    open_draft,
    questions,
    send,
    who_decides,
    who_for,
)
from techrequests.ui.talk import upload
from techrequests.ui.visit import enter

visit = enter("pages/requests/submit.py")

st.title("Submit a request")
st.caption("Everything is kept while you type: you can close this page and go on tomorrow.")
open_draft(visit)
who_for(visit)
questions()
items(visit)
look_first(visit)
if draft := st.query_params.get("request"):
    st.subheader("Files")
    upload(draft)
who_decides(visit)
send()
