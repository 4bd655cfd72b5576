"""Inventory: what does the district have, where is it, and where did it come from?"""

import streamlit as st

from techrequests.store.inventory import INVENTORY
from techrequests.ui.import_page import bring
from techrequests.ui.inventory import drawer, open_unit, tools
from techrequests.ui.tables import table
from techrequests.ui.visit import enter

visit = enter("pages/devices/inventory.py")

st.title("Inventory")
tools(visit)
table(
    visit,
    INVENTORY,
    on_open=open_unit,
    empty="No unit is recorded yet. What is received appears here by itself.",
)
bring(visit, "inventory")
drawer(visit)
