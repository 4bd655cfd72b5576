"""The linked spreadsheet: how it stands, what goes into it, and what a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests import runtime
from techrequests.domain.sheets import Sharing
from techrequests.services.sheet_tables import TABLES, may_edit_from_sheet, seen_in_sheet
from techrequests.services.sheets import (
    LinkAsked,
    ShareAsked,
    TabAsked,
    begin_tab_anew,
    let_rows_go,
    link,
    share,
    standing,
    unlink,
)
from techrequests.store.sheet_log import RUNS, WRITES
from techrequests.sync.commands import sync_now
from techrequests.sync.errors import UnlikelyError
from techrequests.ui.cards import plain
from techrequests.ui.downloads import files_of
from techrequests.ui.press import button, press
from techrequests.ui.sheet_conflicts import conflicts
from techrequests.ui.sheet_preview import connection, preview, told
from techrequests.ui.tables import table
from techrequests.ui.visit import refusal, remember

if TYPE_CHECKING:
    from techrequests.services.sheet_tables import SheetTable
    from techrequests.services.sheets import Standing
    from techrequests.sync.errors import StoppedError
    from techrequests.sync.synchronizer import State, Synchronizer
    from techrequests.ui.visit import Visit

_WORDS = {
    Sharing.OFF: "Off",
    Sharing.SHOWN: "Shown there",
    Sharing.EDITED: "Edited in both",
}
_ADDRESS = "https://docs.google.com/spreadsheets/d/{}"
_SET_UP = """
1. In the Google Cloud console make a project, enable the **Google Sheets API**, and make a
   **service account** with a JSON key.
2. Make a spreadsheet in a shared drive, and **share it** with the service account's address as
   Editor. Whoever shall read or type there gets it shared too.
3. Put the spreadsheet's address and the key under `[connections.gsheets]` into
   `.streamlit/secrets.toml` on the server, and start the app again.
4. Come back here: test the connection, link, and choose the tables.

The file `docs/google-sheets.md`, which lies beside the program, has each step and how the sheet
behaves.
"""


def google_sheets(visit: Visit) -> None:
    """The whole page."""
    synchronizer = runtime.current().sheets
    if synchronizer is None:
        _not_set_up()
        return
    found = remember(standing, visit.database, visit.actor)
    _head(visit, synchronizer, found)
    conflicts(visit, found)
    _tables(visit, synchronizer, found)
    _done(visit, found)


def _not_set_up() -> None:
    st.caption(
        "A table can stand in a Google spreadsheet as well: leadership reads it there, and the "
        "Business Office may edit it in both places without losing anything."
    )
    st.info(
        "No spreadsheet is set up, and nothing else needs one. Whoever runs the server can add "
        "one in four steps:",
        icon=":material/table_view:",
    )
    st.markdown(_SET_UP)


def _head(visit: Visit, synchronizer: Synchronizer, found: Standing) -> None:
    address = _ADDRESS.format(synchronizer.where.spreadsheet_id)
    linked = found.link and found.link.spreadsheet == synchronizer.where.spreadsheet_id
    if linked:
        st.caption(
            f"This district's tables and [the spreadsheet]({address}) are kept in step about "
            "once a minute. What is typed there passes the same rules as here, and stands in the "
            "histories as “via Google Sheet”."
        )
        _state(visit.now.tzname() or "")
    else:
        st.caption(
            f"[The spreadsheet]({address}) of the settings is not linked yet: nothing in it is "
            "read or written."
        )
    with st.container(horizontal=True):
        if linked:
            _press_sync(synchronizer)
            preview(synchronizer)
        connection(synchronizer)
        _link(synchronizer, linked=bool(linked))
    told()


def _press_sync(synchronizer: Synchronizer) -> None:
    button(
        "Sync now",
        key="sheets_sync",
        icon=":material/sync:",
        type="primary",
        args=(sync_now, synchronizer, ""),
    )


def _under_way(state: State) -> None:
    """Which step of a pass it is at, with how many of its tables are done."""
    words = plain(state.doing) or "It begins in a moment"
    if state.of_tables:
        table_no = f"table {state.done + 1} of {state.of_tables}"
        st.progress(state.done / state.of_tables, text=f":material/sync: {words}: {table_no}")
    else:
        st.info(f"{words} …", icon=":material/sync:")


@st.fragment(run_every=1)
def _state(zone: str) -> None:
    """How the last pass went, or what the present one does."""
    synchronizer = runtime.current().sheets
    if synchronizer is None:
        return
    state = synchronizer.state
    if state.doing or state.wanted:
        _under_way(state)
    elif state.trouble:
        st.warning(plain(state.trouble), icon=":material/error:")
    elif state.looked_at:
        here = state.looked_at.astimezone(runtime.current().database.zone)
        at = f"at {here:%-I:%M:%S %p} {zone}".rstrip()
        if state.left.words:
            words = f"The last look at the sheet ended {at}. {' '.join(state.left.words)}"
            st.warning(plain(words), icon=":material/rule:")
        else:
            st.success(f"The last look at the sheet ended well {at}.", icon=":material/check:")
    else:
        st.info("The first look at the sheet has not ended yet.", icon=":material/hourglass:")


def _link(synchronizer: Synchronizer, *, linked: bool) -> None:
    spreadsheet = synchronizer.where.spreadsheet_id
    if not linked:
        asked = LinkAsked(spreadsheet=spreadsheet)
        button(
            "Link",
            key="sheets_link",
            icon=":material/link:",
            type="primary",
            args=(link, asked, "Linked. Choose the tables below."),
        )
        return
    with st.popover("Link", icon=":material/link:"):
        st.markdown(
            "A spreadsheet belongs to one database. A copy of either is left alone until somebody "
            "says that it is the one people work in."
        )
        button(
            "Take it over",
            key="sheets_take_over",
            help="After a move or a restore: this database, and no other, has the spreadsheet.",
            args=(link, LinkAsked(spreadsheet=spreadsheet, take_over=True), "It is ours now."),
        )
        button(
            "End the link",
            key="sheets_unlink",
            help="App and sheet stay as they are, and are no longer kept in step.",
            args=(unlink, None, "The link has ended."),
        )


def _tables(visit: Visit, synchronizer: Synchronizer, found: Standing) -> None:
    st.subheader("Tables")
    stopped = dict(synchronizer.state.stopped)
    for one in TABLES.values():
        sharing = found.shared[one.name].sharing if one.name in found.shared else Sharing.OFF
        with st.container(border=True):
            _table(visit, one, sharing)
            if one.name in stopped:
                _stopped(visit, one, stopped[one.name])


def _table(visit: Visit, one: SheetTable, sharing: Sharing) -> None:
    may_edit = may_edit_from_sheet(visit.actor, one)
    may_see = one in seen_in_sheet(visit.actor)
    may = {Sharing.OFF: True, Sharing.SHOWN: may_see, Sharing.EDITED: may_edit}
    offered = [choice for choice in Sharing if may[choice] or sharing is choice]
    locked = sharing is Sharing.EDITED and not may_edit
    words, control = st.columns([3, 2], vertical_alignment="center")
    words.markdown(f"**{one.label}**  \n:gray[{_what(one, may_edit=may_edit)}]")
    key = f"sharing:{one.name}:{sharing}"
    with control:
        st.segmented_control(
            f"How {one.label} stands in the sheet",
            offered,
            default=sharing,
            required=True,
            format_func=_WORDS.__getitem__,
            label_visibility="collapsed",
            key=key,
            disabled=locked,
            on_change=_share,
            args=(one.name, key),
        )
    refusal(key)


def _share(name: str, key: str) -> None:
    asked = ShareAsked(table=name, sharing=st.session_state[key])
    press(share, asked, "Saved. The next look at the sheet follows it.", where=key)


def _what(one: SheetTable, *, may_edit: bool) -> str:
    if one.edits is None:
        return "For leadership to read; changed in the app alone"
    if not may_edit:
        return f"Edited there only if somebody allows it who may {one.edits}"
    return "Cells may be edited, and rows added" if one.adds else "Cells may be edited"


def _stopped(visit: Visit, one: SheetTable, why: StoppedError) -> None:
    st.warning(plain(str(why)), icon=":material/front_hand:")
    if one.edits and not may_edit_from_sheet(visit.actor, one):
        return
    with st.container(horizontal=True):
        if isinstance(why, UnlikelyError):
            button(
                "It is meant so",
                key=f"gone:{one.name}",
                args=(
                    let_rows_go,
                    TabAsked(table=one.name, stop=str(why)),
                    "The next look goes on, and asks about rows that are gone. Nothing is deleted.",
                ),
            )
        button(
            "Make a new tab",
            key=f"anew:{one.name}",
            help="The old tab, if it is still there, is not read any more.",
            args=(begin_tab_anew, TabAsked(table=one.name), "The next look makes it."),
        )


def _done(visit: Visit, found: Standing) -> None:
    st.subheader("What was done")
    if not found.runs:
        st.info("No look at the sheet has changed anything yet.", icon=":material/inbox:")
        return
    runs = pd.DataFrame(
        [
            {
                "When": run["started_at"].replace(tzinfo=None),
                "To the sheet": run["written"],
                "Into the app": run["taken"],
                "Calls": run["calls"],
                "Trouble": run["trouble"],
            }
            for run in found.runs
        ]
    )
    config = {"When": st.column_config.DatetimeColumn(format="MMM D, h:mm A")}
    st.dataframe(runs, hide_index=True, column_config=config, alt="The newest looks at the sheet")
    files_of(visit, RUNS.name, rows=found.runs[0]["of_all"])
    opened = st.expander(
        "Every cell written into the sheet, with what stood there",
        icon=":material/history:",
        key="sheet_log",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            table(visit, WRITES, empty="Nothing was written yet.")
