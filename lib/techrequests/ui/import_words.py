"""What a file leaves open: what its words mean, what new rows say, and how its days are written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.fields import Kind
from techrequests.exchange.editable import EDITABLE
from techrequests.services.tables import table_choices
from techrequests.ui.cards import plain
from techrequests.ui.press import form_id
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.ui.import_state import Bringing
    from techrequests.ui.visit import Visit

_MOST_WORDS = 30
_COLUMNS = 3
_YES_NO = {"yes": "Yes", "no": "No"}


def open_questions(visit: Visit, state: Bringing) -> None:
    """Ask what the look at the file left open; answers are kept for the next such file."""
    choices = _choices(visit, state)
    _words(state, choices)
    _defaults(state, choices)
    if state.either_order or state.day_first:
        st.checkbox(
            "Days are written day first: 01/07/2026 is July 1",
            key=f"{state.form}_day_first:{form_id(state.form)}",
            value=state.day_first,
            on_change=_said_day_first,
            args=(state,),
        )


def _choices(visit: Visit, state: Bringing) -> dict[str, Mapping[str, str]]:
    """What each field may be, in words by value."""
    table = EDITABLE[state.name]
    found: dict[str, Mapping[str, str]] = dict(
        remember(table_choices, visit.database, table.plan).cells
    )
    for name, values in table.lists.items():
        found[name] = {value: value[:1].upper() + value[1:] for value in values}
    for name, several in table.many.items():
        if isinstance(several, tuple):
            found[name] = {value: value[:1].upper() + value[1:] for value in several}
    return found


def _words(state: Bringing, choices: Mapping[str, Mapping[str, str]]) -> None:
    if not state.unknown:
        return
    words = sorted(state.unknown.items(), key=lambda item: (-item[1], item[0]))
    with st.expander("What words of the file mean", icon=":material/translate:", expanded=True):
        st.caption("Say it once: it is remembered for the next file.")
        _in_columns(
            [
                partial(_word, state, name, word, rows, choices)
                for (name, word), rows in words[:_MOST_WORDS]
            ]
        )
        if len(words) > _MOST_WORDS:
            st.caption(f"The {_MOST_WORDS} most frequent of {len(words):,} words are asked for.")


def _word(
    state: Bringing, name: str, word: str, rows: int, choices: Mapping[str, Mapping[str, str]]
) -> None:
    column = EDITABLE[state.name].column(name)
    yes_no = column is not None and column.kind is Kind.YES_NO
    offered = _YES_NO if yes_no else choices.get(name, {})
    label = column.field.label if column and column.field else name
    times = "1 row" if rows == 1 else f"{rows:,} rows"
    said = state.values.get((name, word), "")
    options = ["", *offered]
    key = f"{state.form}_word:{form_id(state.form)}:{name}:{word}"
    st.selectbox(
        plain(f"{label} “{word}”, {times}"),
        options,
        index=options.index(said) if said in options else 0,
        format_func=lambda value: offered.get(value, "not said"),
        key=key,
        on_change=_said_word,
        args=(state, name, word, key),
    )


def _said_word(state: Bringing, name: str, word: str, key: str) -> None:
    if value := st.session_state.get(key):
        state.values[name, word] = value
    else:
        state.values.pop((name, word), None)
    state.forget_run()


def _defaults(state: Bringing, choices: Mapping[str, Mapping[str, str]]) -> None:
    if not state.missing:
        return
    with st.expander(
        "What new rows say where the file says nothing", icon=":material/edit_note:", expanded=True
    ):
        _in_columns(
            [
                partial(_default, state, name, label, choices.get(name, {}))
                for name, label in state.missing.items()
            ]
        )


def _default(state: Bringing, name: str, label: str, offered: Mapping[str, str]) -> None:
    key = f"{state.form}_default:{form_id(state.form)}:{name}"
    said = state.defaults.get(name, "")
    if offered:
        options = ["", *offered]
        st.selectbox(
            label,
            options,
            index=options.index(said) if said in options else 0,
            format_func=lambda value: offered.get(value, "nothing"),
            key=key,
            on_change=_said_default,
            args=(state, name, key),
        )
    else:
        st.text_input(label, value=said, key=key, on_change=_said_default, args=(state, name, key))


def _said_default(state: Bringing, name: str, key: str) -> None:
    if value := str(st.session_state.get(key) or "").strip():
        state.defaults[name] = value
    else:
        state.defaults.pop(name, None)
    state.forget_run()


def _said_day_first(state: Bringing) -> None:
    said = st.session_state.get(f"{state.form}_day_first:{form_id(state.form)}")
    state.day_first = bool(said)
    state.forget_run()


def _in_columns(drawn: list[Callable[[], None]]) -> None:
    for at in range(0, len(drawn), _COLUMNS):
        for place, draw in zip(st.columns(_COLUMNS), drawn[at : at + _COLUMNS], strict=False):
            with place:
                draw()
