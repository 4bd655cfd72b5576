"""What was changed in the sheet and in the app: what it was, what each has, and whose stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.sheets import Conflict
from techrequests.services.sheet_tables import TABLES, may_edit_from_sheet
from techrequests.services.sheets import DecideAsked, decide
from techrequests.ui.cards import plain
from techrequests.ui.press import button

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.services.sheet_tables import SheetTable
    from techrequests.services.sheets import Standing
    from techrequests.ui.visit import Visit

_MOST = 20
_DONE = "Decided. The next look at the sheet carries it out."


def conflicts(visit: Visit, found: Standing) -> None:
    """A card for each thing that waits for a person, the oldest first."""
    if not found.waiting:
        return
    st.subheader(f"Waiting for a decision ({len(found.waiting)})")
    for row in found.waiting[:_MOST]:
        with st.container(border=True):
            _card(visit, TABLES[row["table_name"]], row)
    if len(found.waiting) > _MOST:
        st.caption(f"The oldest {_MOST} are shown; the others follow when these are decided.")


def _card(visit: Visit, table: SheetTable, row: Mapping[str, Any]) -> None:
    conflict = Conflict(
        key=row["row_key"],
        field=row["field"],
        base=row["base"],
        ours=row["ours"],
        theirs=row["theirs"],
    )
    st.markdown(_heading(table, conflict))
    if conflict.field:
        columns = st.columns(3)
        sides = {
            "Last agreed": conflict.base,
            "In the app": conflict.ours,
            "In the sheet": conflict.theirs,
        }
        for column, (name, text) in zip(columns, sides.items(), strict=True):
            column.markdown(f":gray[{name}]  \n{plain(text) if text else '*nothing*'}")
    if may_edit_from_sheet(visit.actor, table):
        with st.container(horizontal=True):
            for ours, words in _choices(conflict).items():
                _choice(table, conflict, words, ours=ours)
    else:
        st.caption(f"Who may {table.edits} everywhere decides this.")


def _heading(table: SheetTable, conflict: Conflict) -> str:
    row = f"**{table.label} · {plain(conflict.key)}**"
    if not conflict.field:
        return f"{row} was taken out of the sheet. The app still has it."
    name = plain(table.heading(conflict.field))
    if conflict.ours is None:
        return f"{row} · **{name}** was changed in the sheet, but the app has the row no more."
    return f"{row} · **{name}** was changed in both."


def _choices(conflict: Conflict) -> dict[bool, str]:
    """Words by whether the app's side stands."""
    if conflict.field and conflict.ours is None:
        return {True: "Forget it"}
    if not conflict.field:
        return {True: "Put it back into the sheet", False: "Leave it out of the sheet"}
    return {True: "Keep the app's", False: "Take the sheet's"}


def _choice(table: SheetTable, conflict: Conflict, words: str, *, ours: bool) -> None:
    button(
        words,
        key=f"decide:{table.name}:{conflict.key}:{conflict.field}:{ours}",
        args=(decide, DecideAsked(table=table.name, conflict=conflict, ours=ours), _DONE),
    )
