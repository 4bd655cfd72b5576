"""Funds: what is there, what is left, and the Business Office's own table."""

import streamlit as st

from techrequests.domain.policy import Permission
from techrequests.ui.editor import editor
from techrequests.ui.funds import balances, fund_sheet
from techrequests.ui.tolerances import tolerances
from techrequests.ui.visit import enter

visit = enter("pages/purchasing/funds.py")

st.title("Funds")
balances(visit)
if visit.actor.may(Permission.EDIT_FUNDS):
    st.subheader("The fund table")
    st.caption(
        "Type into a cell or paste from a spreadsheet. Nothing is saved until you have seen it "
        "before and after. A pasted cell that does not fit its column, such as a word where a date "
        "belongs, stays as it was: compare what you pasted with “Not saved yet”."
    )
    editor(visit, fund_sheet())
tolerances(visit)
