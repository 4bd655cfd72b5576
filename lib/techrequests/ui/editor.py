"""Edit a table like a spreadsheet: what is typed is shown before and after, then saved at once.

The browser enforces nothing, so that `sheet` turns what it sends into edits and the service checks
each of them. Rows are frozen while something is typed: positions always mean the rows one sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from techrequests.domain.fields import shown
from techrequests.exchange.exports import query_of_rows
from techrequests.services.table_plan import in_address
from techrequests.services.tables import (
    UndoAsked,
    may_undo,
    table_choices,
    table_history,
    table_page,
    undo_last_save,
)
from techrequests.store.tables import RowsAsked
from techrequests.ui import narrow, sheet
from techrequests.ui.cells import configs, label, readable, words
from techrequests.ui.downloads import files_of
from techrequests.ui.editor_state import Desk
from techrequests.ui.import_page import bring
from techrequests.ui.pending_changes import notes, unsaved
from techrequests.ui.press import button, form_id, renew
from techrequests.ui.tables import rows_and_pages
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.ui.cells import Choices
    from techrequests.ui.editor_state import Sheet
    from techrequests.ui.visit import Visit

_ROW_PIXELS = 35
_MOST_ROWS_HIGH = 12
"""More rows scroll inside the table, so that the button to save stays in sight."""


def editor(visit: Visit, of: Sheet) -> None:
    """Draw a table that is edited in place, with search, pages, new rows, files and history."""
    desk: Desk = st.session_state.setdefault(f"{of.name}_desk", Desk(name=of.name))
    picked_from = remember(table_choices, visit.database, of.plan)
    choices = picked_from.cells
    asked = RowsAsked() if of.fixed else _asked(of, picked_from.filters)
    rows, total = remember(table_page, visit.database, of.plan, asked)
    desk.follow(asked, rows)
    _cells(of, desk, choices)
    if not of.fixed:
        _below(visit, of, asked, total)
    # Drawn last, when the new rows are read too, but right below the table.
    waiting = st.container()
    if not of.fixed:
        _new_rows(of, desk, choices)
        bring(visit, of.name)
    with waiting:
        unsaved(of, desk, choices)
        notes(desk)
    _history(visit, of, choices)


def _asked(of: Sheet, offered: Choices) -> RowsAsked:
    """Draw the search box, the switch, filters and order; read what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = narrow.search(of.name)
        with narrow.popover():
            picked = _picked(of, offered)
            orders = {"Usual order": ("", False), **narrow.both_ways(_labels(of))}
            order, descending = orders[narrow.sort(of.name, orders)]
        inactive = any(column.name == "active" for column in of.columns) and st.toggle(
            "Show inactive",
            key=f"{of.name}_inactive",
            bind="query-params",
            on_change=narrow.first_page,
            args=(of.name,),
        )
    labels = {name: label for label, name in _labels(of).items()}
    narrow.said(
        (labels[name], [offered[name].get(value, value) for value in values])
        for name, values in picked
    )
    return RowsAsked(
        search=search,
        inactive=bool(inactive),
        filters=picked,
        order=order,
        descending=descending,
        page=int(st.session_state.get(f"{of.name}_page") or 1),
    )


def _picked(of: Sheet, offered: Choices) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The filters that are set, by the names of their fields."""
    filters = {
        name: narrow.pick(of.name, in_address(name), label, offered[name])
        for label, name in _labels(of).items()
        if name in offered
    }
    return tuple((name, values) for name, values in filters.items() if values)


def _labels(of: Sheet) -> dict[str, str]:
    """The columns it shows: their names by what people call them."""
    return {column.field.label: column.name for column in of.columns if column.field}


def _cells(of: Sheet, desk: Desk, choices: Choices) -> None:
    if not desk.rows:
        narrowed = desk.asked and (desk.asked.search or desk.asked.filters)
        found = "Nothing matches. Try fewer words, or clear a filter."
        empty = "There are no rows yet. You can add rows below."
        st.info(found if narrowed else empty, icon=":material/inbox:")
        return
    st.data_editor(
        desk.drawn(of.columns),
        key=desk.key,
        hide_index=True,
        placeholder="",
        height=_ROW_PIXELS * (min(len(desk.rows), _MOST_ROWS_HIGH) + 1) + 3,
        column_config=configs(of, choices, desk.base, new=False),
        alt=f"{of.plan.record.TABLE.label}, {len(desk.rows)} rows, editable",
    )
    desk.typed = sheet.typed_in(desk.rows, st.session_state[desk.key])


def _below(visit: Visit, of: Sheet, asked: RowsAsked, total: int) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        rows_and_pages(of.name, total)
        files_of(visit, of.name, query_of_rows(asked), rows=total)


def _new_rows(of: Sheet, desk: Desk, choices: Choices) -> None:
    opened = st.expander("Add rows", icon=":material/add:", key=f"{of.name}_add", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(
            "Type, or paste rows from a spreadsheet into the first cell. "
            "Where a cell opens a list, a pasted text must be the code."
        )
        frame = desk.drawn_new(of)
        st.data_editor(
            frame,
            key=desk.new_key,
            num_rows="dynamic",
            placeholder="",
            hide_index=True,
            column_config=configs(of, choices, frame, new=True),
            alt=f"New rows for {of.plan.record.TABLE.label}",
        )
        desk.new_rows = sheet.added_in(desk.new_base, st.session_state[desk.new_key])


def _history(visit: Visit, of: Sheet, choices: Choices) -> None:
    opened = st.expander(
        "Who changed what", icon=":material/history:", key=f"{of.name}_history", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        found = remember(table_history, visit.database, of.plan.record)
        if not found:
            st.caption("Nobody has changed anything here yet.")
            return
        _changes(of, found, choices)
        _undo(visit, of)


def _changes(of: Sheet, found: Sequence[dict[str, Any]], choices: Choices) -> None:
    columns = {column.name: column for column in shown(of.plan.record)}
    rows = [
        {
            "When": one["edited_at"].replace(tzinfo=None),
            "Who": one["who"],
            "Row": one["row_key"],
            "Column": label(columns.get(one["field"]), one["field"]),
            **{
                side.capitalize(): readable(
                    columns.get(one["field"]), words(choices, one["field"], one[side])
                )
                for side in ("before", "after")
            },
            **({"Why": one["why"]} if any(each["why"] for each in found) else {}),
            **({"How": one["via"]} if any(each["via"] for each in found) else {}),
        }
        for one in found
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={"When": st.column_config.DatetimeColumn(format="MMM D, YYYY, h:mm a")},
        alt=f"The last {len(found)} changes, newest first",
    )


def _undo(visit: Visit, of: Sheet) -> None:
    if not of.undoable or not remember(may_undo, visit.database, visit.actor, of.plan.record):
        return
    form = f"{of.name}_undo"
    button(
        "Undo my last save",
        key=form,
        icon=":material/undo:",
        help="Puts back what your last save changed; rows you added become inactive.",
        args=(
            undo_last_save,
            UndoAsked(record=of.plan.record, save_id=form_id(form)),
            "Your last save is undone.",
            lambda _: renew(form),
        ),
    )
