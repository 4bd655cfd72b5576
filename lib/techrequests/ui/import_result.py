"""What a file would do to a table, and what came of it when it was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.domain.fields import shown
from techrequests.exchange.dry_run import DryRun, Fate, Line
from techrequests.exchange.editable import EDITABLE
from techrequests.exchange.errors_file import errors_file
from techrequests.services.tables import table_choices
from techrequests.ui.cards import plain
from techrequests.ui.cells import label, readable, words
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.exchange.importing import Imported
    from techrequests.ui.visit import Visit

_MOST_ROWS = 200
_ROW_PIXELS, _ROWS_HIGH = 35, 10

_WORDS = {
    Fate.ADDED: ("New", "A row that the table does not have yet."),
    Fate.CHANGED: ("Changed", "A row in which some cells become different."),
    Fate.SAME: ("Unchanged", "A row that stands in the table just so."),
    Fate.WRONG: ("Cannot be saved", "A row with something wrong; the reasons are below."),
}


_LEFT = {
    "people": "Direct reports",
    "requests": "Open requests",
    "own requests": "Own requests",
    "rules": "Routing rules",
    "delegations": "Delegations",
    "units": "Units",
}
"""What somebody leaves to others, as in `store.table_rules.left_behind`."""


def would_do(visit: Visit, run: DryRun) -> None:
    """The rows by what becomes of them, with every change before and after."""
    counts = run.counts
    with st.container(horizontal=True):
        for fate, (heading, meaning) in _WORDS.items():
            st.metric(heading, f"{counts[fate]:,}", help=meaning, border=True, width="stretch")
    for problem in run.problems:
        st.warning(plain(problem), icon=":material/edit_note:")
    for note in run.notes:
        st.caption(plain(note))
    if not run.to_save and not counts[Fate.WRONG]:
        st.info("The file says what the table says: there is nothing to save.")
    _leavers(visit, run)
    _changes(visit, run)
    _wrong(run, run.of(Fate.WRONG))


def came_of_it(run: DryRun, done: Imported) -> None:
    """What was saved, and what was not."""
    said = [
        _count(done.new_rows, "new row"),
        _count(done.cells, "changed cell"),
    ]
    saved = " and ".join(words for words in said if words)
    if saved:
        st.success(f"Saved: {saved}.", icon=":material/check_circle:")
    else:
        st.info("Nothing was saved.", icon=":material/info:")
    if done.notes:
        st.warning("\n\n".join(plain(note) for note in done.notes), icon=":material/info:")
    _wrong(run, done.refused)


def _leavers(visit: Visit, run: DryRun) -> None:
    """Who would become inactive, with the work that somebody has to take over first."""
    if not run.leavers:
        return
    count = len(run.leavers)
    who = "One person becomes" if count == 1 else f"{count:,} people become"
    st.warning(f"{who} inactive, and can sign in no more:", icon=":material/person_off:")
    sites = remember(table_choices, visit.database, EDITABLE[run.name].plan).cells
    rows = [
        {
            "Name": one.full_name,
            "Site": words(sites, "site_id", one.site_id),
            **{
                head: f"{one.left[name]:,}" if name in one.left else ""
                for name, head in _LEFT.items()
            },
        }
        for one in run.leavers[:_MOST_ROWS]
    ]
    _table(rows, f"{len(rows)} people who become inactive, with what they leave to others")


def _changes(visit: Visit, run: DryRun) -> None:
    record = EDITABLE[run.name].record
    columns = {column.name: column for column in shown(record)}
    choices = remember(table_choices, visit.database, EDITABLE[run.name].plan).cells
    rows = [
        {
            "In the file": f"row {line.row.number:,}" if line.row.number > 0 else "no more in it",
            "What": "new" if line.fate is Fate.ADDED else line.key,
            "Column": label(columns.get(cell.field), cell.field),
            "Before": readable(columns.get(cell.field), words(choices, cell.field, cell.before)),
            "After": readable(columns.get(cell.field), words(choices, cell.field, cell.after)),
        }
        for line in run.to_save[:_MOST_ROWS]
        for cell in line.cells
    ]
    if not rows:
        return
    _table(rows, f"{len(rows)} cells with their values before and after")
    if len(run.to_save) > _MOST_ROWS:
        st.caption(f"The first {_MOST_ROWS} of {len(run.to_save):,} rows are shown.")


def _wrong(run: DryRun, lines: Sequence[Line]) -> None:
    if not lines:
        return
    rows = [
        {
            "In the file": f"row {line.row.number:,}" if line.row.number > 0 else line.key,
            "Why it cannot be saved": reason,
        }
        for line in lines[:_MOST_ROWS]
        for reason in line.reasons
    ]
    _table(rows, f"{len(rows)} reasons why rows cannot be saved")
    count = "The row" if len(lines) == 1 else f"The {len(lines):,} rows"
    # Theirs alone: what they brought themselves, with what is wrong with it.
    st.download_button(
        f"{count} that cannot be saved, as a file",
        data=lambda: errors_file(run.file, lines),
        file_name=f"{run.name}-to-mend.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"bring_{run.name}_wrong",
        help="As they came, each behind its reason: mend them there, and bring that file again.",
    )


def _table(rows: list[dict[str, str]], alt: str) -> None:
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={"In the file": st.column_config.TextColumn(width=110)},
        height=_ROW_PIXELS * (_ROWS_HIGH + 1) if len(rows) > _ROWS_HIGH else "content",
        alt=alt,
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}" if number else ""
