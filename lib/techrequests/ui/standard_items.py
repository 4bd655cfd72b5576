"""Picking from the standards catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.catalogue import StandardItem


def picker(
    catalogue: Mapping[str, StandardItem], key: str, on_pick: Callable[[StandardItem], None]
) -> None:
    """A box that adds what is picked; give it a new key after each pick, so that it is empty."""
    st.selectbox(
        "Add from the standards catalogue",
        list(catalogue),
        format_func=lambda code: (
            f"{catalogue[code].name}, about ${catalogue[code].unit_price_cents / 100:,.0f}"
        ),
        index=None,
        placeholder="Type to search: laptop, projector, headset …",
        key=key,
        on_change=_picked,
        args=(catalogue, key, on_pick),
    )


def _picked(
    catalogue: Mapping[str, StandardItem], key: str, on_pick: Callable[[StandardItem], None]
) -> None:
    if item := catalogue.get(st.session_state.get(key) or ""):
        on_pick(item)
