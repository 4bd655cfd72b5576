"""All requests: where does everything stand that I may see?"""

import streamlit as st

from techrequests.store.request_lists import ALL_REQUESTS
from techrequests.ui.press import go
from techrequests.ui.tables import table
from techrequests.ui.visit import enter

visit = enter("pages/requests/all_requests.py")

st.title("All requests")
table(
    visit,
    ALL_REQUESTS,
    on_open=lambda number: go("pages/requests/one_request.py", request=number),
    empty="There are no requests that you may see yet.",
)
