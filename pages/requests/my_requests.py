"""My requests: what became of what I asked for?"""

import streamlit as st

from techrequests.store.request_lists import MY_REQUESTS
from techrequests.ui.links import page_link
from techrequests.ui.press import go
from techrequests.ui.tables import table
from techrequests.ui.visit import enter

visit = enter("pages/requests/my_requests.py")

st.title("My requests")
table(
    visit,
    MY_REQUESTS,
    on_open=lambda number: go("pages/requests/one_request.py", request=number),
    empty="You have not asked for anything yet. Start with “Submit a request”.",
)
page_link("pages/requests/submit.py")
