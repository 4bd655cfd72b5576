"""Submit a request: what do you need, and why?"""

import streamlit as st

from techrequests.ui.draft import open_draft
from techrequests.ui.intake import (
    items,
    look_first,
    papers,
    questions,
    send,
    who_decides,
    who_for,
)
from techrequests.ui.visit import enter

visit = enter("pages/requests/submit.py")

st.title("Submit a request")
if open_draft(visit):
    st.caption(
        "What you enter is kept as a draft as soon as you leave a field: "
        "you can close this page and go on tomorrow."
    )
    who_for(visit)
    questions()
    items(visit)
    look_first(visit)
    papers(visit)
    who_decides(visit)
    send()
