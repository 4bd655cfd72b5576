"""Narrow a table down: search, filters and order, folded away and kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.ui.cards import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

LAST_FIRST = " (last first)"


def first_page(name: str) -> None:
    """Go back to the first page of a table, since other rows match now."""
    st.session_state[f"{name}_page"] = 1


def _bound(name: str, what: str) -> dict[str, Any]:
    """What every widget of a table shares: its key is its name in the address as well."""
    return {
        "key": f"{name}_{what}",
        "bind": "query-params",
        "on_change": first_page,
        "args": (name,),
    }


def search(name: str) -> str:
    """Draw the search box."""
    return st.text_input("Search", placeholder="Search", width=220, **_bound(name, "search")) or ""


def popover() -> Any:  # noqa: ANN401  # Streamlit's containers
    """Where filters and order are folded away."""
    return st.popover("Filter and sort", icon=":material/tune:")


def pick(name: str, what: str, label: str, offered: Mapping[str, str]) -> tuple[str, ...]:
    """Draw one filter.

    Args:
        name: Of the table.
        what: Name of the filter in the address, behind the table's.
        label: What people read.
        offered: Words by value.
    """
    picked = st.multiselect(
        label,
        list(offered),
        format_func=lambda value: offered.get(value, value),
        placeholder="All",
        **_bound(name, what),
    )
    return tuple(picked)


def sort(name: str, orders: Iterable[str]) -> str:
    """Draw what to sort by; the first is the table's own order."""
    return str(st.selectbox("Sort by", list(orders), **_bound(name, "sort")))


def both_ways(columns: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Orders by their words: each column by its label, forwards and backwards."""
    found: dict[str, tuple[str, bool]] = {}
    for label, column in columns.items():
        found[label] = (column, False)
        found[label + LAST_FIRST] = (column, True)
    return found


def said(picked: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Which filters are set, since they are folded away: labels with the words of their values."""
    words = [f"{label}: **{', '.join(map(plain, values))}**" for label, values in picked if values]
    if words:
        st.markdown(f":material/filter_alt: Only {' · '.join(words)}")
