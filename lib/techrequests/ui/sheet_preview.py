"""What the next look at the sheet would do, and a test of the connection, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.services.sheet_tables import TABLES
from techrequests.sync.commands import Step, look_ahead, try_connection
from techrequests.ui.cards import plain
from techrequests.ui.press import button

if TYPE_CHECKING:
    from techrequests.sync.preview import Preview
    from techrequests.sync.synchronizer import Synchronizer

_TOLD = "sheets_told"


def preview(synchronizer: Synchronizer) -> None:
    """A button for a look ahead."""
    button(
        "What would it do?",
        key="sheets_preview",
        icon=":material/preview:",
        help="A look at the sheet that changes nothing.",
        args=(look_ahead, synchronizer, "", _keep),
    )


def connection(synchronizer: Synchronizer) -> None:
    """A button for the test of the connection."""
    button(
        "Test the connection",
        key="sheets_test",
        icon=":material/network_check:",
        args=(try_connection, synchronizer, "", _keep),
    )


def told() -> None:
    """What the last of these two came to, until it is put away."""
    found: tuple[Step | Preview, ...] | None = st.session_state.get(_TOLD)
    if found is None:
        return
    with st.container(border=True):
        for one in found:
            if isinstance(one, Step):
                _step(one)
            else:
                _previewed(one)
        if not found:
            st.markdown("No table is shared yet: there is nothing to do.")
        st.button("Close", key="sheets_told_close", on_click=_forget)


def _keep(found: tuple[Step | Preview, ...]) -> None:
    st.session_state[_TOLD] = found


def _forget() -> None:
    st.session_state.pop(_TOLD, None)


def _step(step: Step) -> None:
    if step.trouble:
        st.error(f"**{plain(step.what)}: no.** {plain(step.trouble)}", icon=":material/close:")
    else:
        st.success(plain(step.what), icon=":material/check:")


def _previewed(one: Preview) -> None:
    st.markdown(f"**{plain(one.title)}**: {_sentence(one)}")
    lines = _lines(one)
    if lines:
        frame = pd.DataFrame(lines, columns=["Where", "Row", "Field", "Before", "After"])
        st.dataframe(frame, hide_index=True, alt=f"What would change in {one.title}")


def _sentence(one: Preview) -> str:
    if one.stopped:
        return plain(one.stopped)
    if one.headings:
        return f"the tab would be set up, with {one.new_rows:,} rows."
    parts = [
        (len(one.writes), "cell", "into the sheet"),
        (one.new_rows, "row", "into the sheet"),
        (len(one.taken), "cell", "into the app"),
        (len(one.added), "row", "into the app"),
        (len(one.conflicts), "decision", "for a person"),
    ]
    said = [
        f"{count:,} {what}{'' if count == 1 else 's'} {where}"
        for count, what, where in parts
        if count
    ]
    return ", ".join(said) + "." if said else "app and sheet agree."


def _lines(one: Preview) -> list[tuple[str, str, str, str, str]]:
    table = next((table for table in TABLES.values() if table.label == one.title), None)

    def named(field: str) -> str:
        return table.heading(field) if table else field

    sheet = [
        ("Sheet", key, named(field), before, after) for key, field, before, after in one.writes
    ]
    app = [("App", key, named(cell.field), cell.before, cell.after) for key, cell in one.taken]
    return [*sheet, *app]
