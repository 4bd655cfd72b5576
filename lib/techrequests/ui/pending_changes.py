"""What is typed into a table and not saved: before and after, what is wrong with it, and saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.domain.errors import ConflictError, InvalidError, Problem
from techrequests.domain.fields import shown
from techrequests.services.edits import TableAsked
from techrequests.services.table_plan import row_words
from techrequests.services.tables import rows_as_they_are
from techrequests.ui.cards import plain
from techrequests.ui.cells import label, readable, words
from techrequests.ui.press import button, form_id, renew
from techrequests.ui.visit import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.services.edits import Saved
    from techrequests.store.database import Database
    from techrequests.ui.cells import Choices
    from techrequests.ui.editor_state import Desk, Sheet

_MOST_ROWS = 10
_MOST_PROBLEMS = 8
_ROW_PIXELS = 35


def unsaved(of: Sheet, desk: Desk, choices: Choices) -> None:
    """What is typed and not saved: before and after, what is wrong with it, and the buttons."""
    edits, added = desk.edits(), desk.added(of.columns)
    if not edits and not added:
        return
    cells = sum(len(edit.cells) for edit in edits)
    with st.container(border=True):
        st.markdown(f"**Not saved yet:** {_counted(cells, len(added))}")
        _before_and_after(of, desk, choices)
        _problems(desk)
        if of.before_saving:
            of.before_saving(desk)
        form = f"{of.name}_save"
        with st.container(horizontal=True):
            button(
                "Save",
                key=form,
                type="primary",
                icon=":material/save:",
                args=(
                    _saving(of, desk),
                    lambda: _table_asked(of, desk, form_id(form)),
                    "",
                    lambda saved: _saved(of, desk, saved, form),
                ),
            )
            st.button("Discard", key=f"{of.name}_discard", on_click=desk.clear)
            if desk.conflict:
                st.button(
                    "Take the new values of others",
                    key=f"{of.name}_take",
                    help="Gives up only the cells that somebody else changed meanwhile.",
                    on_click=_take,
                    args=(of, desk),
                )


def _before_and_after(of: Sheet, desk: Desk, choices: Choices) -> None:
    columns = {column.name: column for column in shown(of.plan.record)}
    rows = [
        {
            "Row": row_words(desk.record(edit.key)),
            "Column": label(columns.get(cell.field), cell.field),
            "Before": readable(columns.get(cell.field), words(choices, cell.field, cell.before)),
            "After": readable(columns.get(cell.field), words(choices, cell.field, cell.after)),
        }
        for edit in desk.edits()
        for cell in edit.cells
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            height="content" if len(rows) <= _MOST_ROWS else _ROW_PIXELS * _MOST_ROWS,
            alt=f"{len(rows)} changed cells with their values before and after",
        )


def _problems(desk: Desk) -> None:
    if not desk.problems:
        return
    lines = [f"- {plain(problem.message)}" for problem in desk.problems[:_MOST_PROBLEMS]]
    more = len(desk.problems) - _MOST_PROBLEMS
    if more > 0:
        lines.append(f"- and {more:,} more")
    st.error("\n".join(lines))


def _saving(of: Sheet, desk: Desk) -> Callable[..., Saved]:
    """The sheet's service, which leaves what it found wrong on the desk."""

    def save(source: Database, actor: Actor, asked: TableAsked, *, now: datetime) -> Saved:
        try:
            return of.save(source, actor, asked, now=now)
        except InvalidError as error:
            desk.problems, desk.conflict = error.problems, isinstance(error, ConflictError)
            count = len(error.problems)
            words = "one thing needs" if count == 1 else f"{count:,} things need"
            message = f"Nothing was saved: {words} another look, below. What you typed is kept."
            raise InvalidError(Problem("", message)) from error

    return save


def _table_asked(of: Sheet, desk: Desk, save_id: str) -> TableAsked:
    return TableAsked(
        record=of.plan.record,
        save_id=save_id,
        edits=desk.edits(),
        new_rows=desk.added(of.columns),
    )


def _saved(of: Sheet, desk: Desk, saved: Saved, form: str) -> None:
    del of
    desk.clear(saved.notes)
    renew(form)
    st.toast(f"Saved: {_counted(saved.cells, saved.new_rows)}.", icon=":material/check:")


def _take(of: Sheet, desk: Desk) -> None:
    keys = tuple(edit.key for edit in desk.edits())
    desk.take(rows_as_they_are(database(), of.plan.record, keys))


def notes(desk: Desk) -> None:
    """What the last save leaves to be done."""
    if desk.notes:
        st.warning("\n\n".join(plain(note) for note in desk.notes), icon=":material/info:")


def _counted(cells: int, rows: int) -> str:
    found = [
        f"{cells:,} changed {'cell' if cells == 1 else 'cells'}" if cells else "",
        f"{rows:,} new {'row' if rows == 1 else 'rows'}" if rows else "",
    ]
    return " and ".join(part for part in found if part) or "nothing new"
