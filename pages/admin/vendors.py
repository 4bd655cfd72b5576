"""Vendors: whom does the district buy from?"""

import streamlit as st

from techrequests.domain.catalogue import Vendor
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/vendors.py")

st.title("Vendors")
st.caption(
    "Quotes are asked from these companies, and orders go to them. Mind the day on which a "
    "contract ends."
)
editor(visit, Sheet(plan=PLANS[Vendor], name="vendors"))
