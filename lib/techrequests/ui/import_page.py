"""Bring a table back as a file: choose it, say where its columns go, look, then save.

What takes long runs beside the page, which shows how far it is. Nothing is done as long as the
expander is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.exchange.editable import EDITABLE
from techrequests.exchange.file_rows import MOST_BYTES, MOST_ROWS
from techrequests.exchange.importing import SaveAsked, import_rows
from techrequests.exchange.opening import Opened, opened
from techrequests.exchange.planning import FileAsked, dry_run
from techrequests.store import people
from techrequests.ui.downloads import template_of
from techrequests.ui.import_result import came_of_it, would_do
from techrequests.ui.import_state import Bringing, column_key, columns, progress
from techrequests.ui.import_words import open_questions
from techrequests.ui.press import button, form_id, press, renew
from techrequests.ui.uploads import gone, sent
from techrequests.ui.visit import errors_shown, refusal

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.exchange.dry_run import DryRun
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit


def bring(visit: Visit, name: str) -> None:
    """Draw the way in for a file of a table, as it is called in `EDITABLE`."""
    if not visit.actor.may(EDITABLE[name].plan.permission):
        return
    opener = st.expander(
        "Import a file", icon=":material/upload_file:", key=f"bring_{name}", on_change="rerun"
    )
    if opener.open:
        state: Bringing = st.session_state.setdefault(f"bring_{name}_state", Bringing(name=name))
        with opener:
            _draw(visit, state)


def _draw(visit: Visit, state: Bringing) -> None:
    if state.job and state.job.over():
        with errors_shown(state.form):
            state.take()
    if not state.done:
        _choose(visit, state)
    if state.job:
        progress(state)
    elif state.done and state.run:
        came_of_it(state.run, state.done)
        st.button(
            "Import another file", key=f"{state.form}_another", on_click=_another, args=(state,)
        )
    elif state.opened:
        columns(state, state.opened, _other_tab)
        _hidden(state, state.opened)
        open_questions(visit, state)
        _check(state, state.opened)
        if state.run:
            would_do(visit, state.run)
            _save(state, state.run)


def _choose(visit: Visit, state: Bringing) -> None:
    people = " or a rostering export (OneRoster)" if state.name in {"people", "sites"} else ""
    st.file_uploader(
        f"A CSV file or an Excel workbook{people}",
        key=f"{state.form}_file:{form_id(state.form)}",
        max_upload_size=MOST_BYTES // 2**20,
        help=f"Up to {MOST_BYTES // 2**20} MB and {MOST_ROWS:,} rows. Nothing is saved before you "
        "have seen what it would do.",
        on_change=_chosen,
        args=(state,),
    )
    refusal(state.form)
    if not state.opened and not state.job:
        st.caption(
            "Start from an empty template, or from the file that “CSV” or “Excel” above gives you."
        )
        template_of(visit, state.name)


def _chosen(state: Bringing) -> None:
    place = f"{state.form}_file:{form_id(state.form)}"
    if gone(place):
        return  # what was read of it is here
    file = next(iter(sent(place)), None)
    state.start_over()
    state.content = file.getvalue() if file else b""
    if file:
        name = file.name
        press(_open, (state, name, ""), "", where=state.form)


def _open(
    source: Database, actor: Actor, asked: tuple[Bringing, str, str], *, now: datetime
) -> None:
    del actor
    state, name, tab = asked
    content = state.content
    visible = bool(st.session_state.get(f"{state.form}_visible:{form_id(state.form)}"))
    state.begin(
        "opened",
        lambda told: opened(
            source,
            state.name,
            name,
            content,
            today=now.date(),
            tab=tab,
            hidden_too=not visible,
            told=lambda rows: told(rows / MOST_ROWS),
        ),
    )


def _hidden(state: Bringing, file: Opened) -> None:
    """Whether rows count that the workbook does not show."""
    if file.hidden:
        st.checkbox(
            "Leave out the rows that the workbook hides",
            key=f"{state.form}_visible:{form_id(state.form)}",
            on_change=_read_again,
            args=(state, file.name),
        )


def _read_again(state: Bringing, name: str) -> None:
    tab = state.opened.tab if state.opened else ""
    state.start_over()
    press(_open, (state, name, tab), "", where=state.form)


def _other_tab(state: Bringing, name: str) -> None:
    tab = st.session_state[f"{state.form}_tab:{form_id(state.form)}"]
    state.start_over()
    press(_open, (state, name, tab), "", where=state.form)


def _check(state: Bringing, file: Opened) -> None:
    table, key = EDITABLE[state.name], form_id(state.form)
    if table.reason:
        st.text_input(
            table.reason,
            key=f"{state.form}_reason:{key}",
            help="Stands in the history with your name. Needed only for some changes.",
            on_change=state.forget_run,
        )
    if state.name == "people":
        st.checkbox(
            "The file holds everybody: who is not in it has left and becomes inactive",
            key=f"{state.form}_everybody:{key}",
            help="Who would become inactive is listed, with what they leave, before you save.",
            on_change=state.forget_run,
        )
        _staying(state)
    button(
        "See what it would do",
        key=f"{state.form}_check",
        type="secondary" if state.run else "primary",
        icon=":material/preview:",
        help="Nothing is saved by it.",
        args=(_look, lambda: (state, _asked(state, file)), ""),
    )


def _staying(state: Bringing) -> None:
    """Those proposed as inactive, to keep some."""
    gone = [line.key for line in state.run.lines if line.row.number < 0] if state.run else []
    kept = st.session_state.get(f"{state.form}_staying:{form_id(state.form)}") or []
    if gone or kept:
        st.multiselect(
            "Keep active all the same",
            sorted({*gone, *kept}),
            key=f"{state.form}_staying:{form_id(state.form)}",
            on_change=state.forget_run,
        )


def _asked(state: Bringing, file: Opened) -> FileAsked:
    said, key = st.session_state, form_id(state.form)
    return FileAsked(
        name=state.name,
        file=file.file,
        fields=tuple(
            said.get(column_key(state, file, column), name)
            for column, name in enumerate(file.fields)
        ),
        values=dict(state.values),
        defaults=dict(state.defaults),
        day_first=state.day_first,
        reason=said.get(f"{state.form}_reason:{key}") or "",
        everybody=bool(said.get(f"{state.form}_everybody:{key}")),
        staying=frozenset(said.get(f"{state.form}_staying:{key}") or ()),
    )


def _look(
    source: Database, actor: Actor, asked: tuple[Bringing, FileAsked], *, now: datetime
) -> None:
    state, file = asked
    state.run = state.done = None
    state.looks += 1
    state.begin("run", lambda told: dry_run(source, actor, file, now=now, told=told))


def _save(state: Bringing, run: DryRun) -> None:
    count = len(run.to_save)
    if not count or run.problems:
        return
    whole = f"{state.form}_whole"
    st.checkbox(
        "All or nothing: save only when every row can be saved",
        key=whole,
        help="In one piece, while nobody else can save; up to 500 rows. Otherwise rows are saved "
        "a hundred at a time, and those that cannot be are left for you as a file.",
    )
    button(
        f"Save {count:,} {'row' if count == 1 else 'rows'}",
        key=f"{state.form}_save",
        type="primary",
        icon=":material/save:",
        args=(_carry_out, lambda: (state, run, bool(st.session_state.get(whole))), ""),
    )


def _carry_out(
    source: Database, actor: Actor, asked: tuple[Bringing, DryRun, bool], *, now: datetime
) -> None:
    state, run, whole = asked
    if state.job or state.done:  # a second click
        return
    made = SaveAsked(run=run, save_id=f"{form_id(state.form)}-{state.looks}", whole=whole)

    def still() -> Actor:
        with source.read() as reader:
            return people.actor(reader, actor.person_id, now.date())

    state.begin("done", lambda told: import_rows(source, still, made, now=now, told=told))


def _another(state: Bringing) -> None:
    """Start over with another file."""
    renew(state.form)
    st.session_state.pop(f"bring_{state.name}_state", None)
