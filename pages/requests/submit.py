"""Submit a request: what do you need, and why?"""

import streamlit as st

from techrequests.ui.correct import save_correction
from techrequests.ui.draft import correcting, open_correction, open_draft
from techrequests.ui.intake import (
    items,
    look_first,
    papers,
    questions,
    send,
    to_pick_from,
    who_decides,
    who_for,
)
from techrequests.ui.visit import enter

visit = enter("pages/requests/submit.py")

st.title("Correct a request" if correcting() else "Submit a request")
if correcting():
    if open_correction(visit):
        known = to_pick_from(visit)
        questions()
        items(known)
        save_correction(visit)
elif open_draft(visit):
    st.caption(
        "What you enter is kept as a draft as soon as you leave a field: "
        "you can close this page and go on tomorrow."
    )
    known = to_pick_from(visit)
    who_for(known)
    questions()
    items(known)
    look_first(visit, known)
    papers(visit)
    who_decides(visit, known)
    send(visit)
