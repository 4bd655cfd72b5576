"""What the Business Office tolerates above an approval and above an order, on its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.policy import Permission
from techrequests.domain.tolerances import Tolerances
from techrequests.services.tables import PLANS
from techrequests.services.tolerances import tolerances_of
from techrequests.ui.cards import plain
from techrequests.ui.editor import editor
from techrequests.ui.editor_state import Sheet
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.ui.visit import Visit


def tolerances(visit: Visit) -> None:
    """The limits as everybody may read them; who may go over them changes them here."""
    st.subheader("Tolerances")
    known = remember(tolerances_of, visit.database)
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in known.sentences))
    if not visit.actor.may(Permission.OVERRIDE_FUND_LIMITS):
        st.caption("The business manager sets them.")
        return
    if st.toggle("Change the tolerances", key="tolerances_open"):
        hidden = ("tolerances_id",)
        editor(visit, Sheet(plan=PLANS[Tolerances], name="tolerances", hidden=hidden, fixed=True))
