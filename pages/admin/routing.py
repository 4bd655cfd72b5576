"""Routing: who reviews which requests?"""

import streamlit as st

from techrequests.domain.catalogue import RoutingRule
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/routing.py")

st.title("Routing")
st.caption(
    "The first active rule that fits a request names its reviewer; of several with one "
    "position, the reviewer with the least open work is taken."
)
editor(visit, Sheet(plan=PLANS[RoutingRule], name="routing", hidden=("rule_id",)))
