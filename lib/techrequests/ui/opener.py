"""Open a row of a table by its name: for the keyboard, and where a finger misses a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_PIXELS = 200


def opener(name: str, words: Mapping[T, str], on_open: Callable[[T], None]) -> None:
    """Open a row of a table without a mouse: its cells take clicks alone.

    Args:
        name: Unique on the page.
        words: What can be opened, in words.
        on_open: Called with what was picked, before the page is drawn again.
    """
    st.selectbox(
        "Open",
        list(words),
        index=None,
        format_func=lambda key: words.get(key, str(key)),
        key=f"{name}_open",
        placeholder="Open …",
        label_visibility="collapsed",
        width=_PIXELS,
        on_change=_picked,
        args=(f"{name}_open", on_open),
    )


def _picked(picker: str, on_open: Callable[[Any], None]) -> None:
    key = st.session_state.get(picker)
    if key is not None:
        st.session_state[picker] = None
        on_open(key)
