"""Take a table away as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.exchange.exports import TEMPLATE
from techrequests.ui.links import table_address

if TYPE_CHECKING:
    from techrequests.exchange.exports import Query
    from techrequests.ui.visit import Visit


def files_of(visit: Visit, name: str, query: Query = (), *, rows: int) -> None:
    """Links to a table as CSV and as an Excel workbook, which are made when one asks for them.

    Args:
        visit: The page view.
        name: As in `exchange.exports.EXPORTS`.
        query: What the page is narrowed down to.
        rows: So many there are.
    """
    words = "The one row" if rows == 1 else f"All {rows:,} rows"
    with st.container(horizontal=True, width="content"):
        for label, ending in (("CSV", "csv"), ("Excel", "xlsx")):
            st.link_button(
                label,
                table_address(visit.actor, f"{name}.{ending}", query),
                icon=":material/download:",
                help=f"{words} that match, not only what is shown, as a file for {label}.",
            )


def template_of(visit: Visit, name: str) -> None:
    """Links to an empty table with the headings that a file of it may have."""
    with st.container(horizontal=True, width="content"):
        for label, ending in (("CSV", "csv"), ("Excel", "xlsx")):
            st.link_button(
                f"Template, {label}",
                table_address(visit.actor, f"{name}{TEMPLATE}.{ending}", ()),
                icon=":material/table:",
                help="The headings that the table knows, and no rows.",
            )
