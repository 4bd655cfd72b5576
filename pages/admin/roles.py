"""Roles: who may do what, and where?"""

import streamlit as st

from techrequests.domain.policy import RoleGrant
from techrequests.services.tables import PLANS
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import enter

visit = enter("pages/admin/roles.py")

st.title("Roles")
st.caption(
    "A role is held for one site or for every site, for a time or for good. To take one away, "
    "set its last day; nobody changes their own."
)
editor(visit, Sheet(plan=PLANS[RoleGrant], name="roles", hidden=("grant_id",)))
