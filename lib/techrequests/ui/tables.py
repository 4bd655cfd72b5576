"""Draw a listing: search, filters and sort in the URL, pages of 50, all that matches as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.fields import Kind
from techrequests.exchange.exports import query_of
from techrequests.services.listing import (
    listing_for,
    listing_page,
    listing_records,
    options_of,
)
from techrequests.store.listings import PAGE_ROWS, Asked, ListColumn, Listing
from techrequests.ui import narrow
from techrequests.ui.downloads import files_of
from techrequests.ui.opener import opener
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.ui.visit import Visit

_PAGES_PIXELS = 260


def table(
    visit: Visit,
    listing: Listing,
    *,
    on_open: Callable[[str], None] | None = None,
    empty: str,
    switches: tuple[str, ...] = (),
) -> None:
    """Draw a listing with everything people expect of a table.

    Args:
        visit: The page view.
        listing: What to show.
        on_open: Called with the row's key when it is clicked, before the page is drawn again.
        empty: A kind sentence for when there is nothing at all.
        switches: Names of the page's own switches that are on.
    """
    listing = listing_for(visit.actor, listing.name)
    asked = replace(_asked(visit, listing), switches=switches)
    page = remember(_page, visit.database, visit.actor, listing, asked)
    if not page.total:
        st.info(_nothing(asked, empty), icon=":material/inbox:")
        return
    _draw(listing, page, on_open)
    with _footer():
        rows_and_pages(listing.name, page.total)
        if on_open:
            opener(listing.name, page.named, on_open)
        files_of(visit, listing.name, query_of(asked), rows=page.total)


def cards(
    visit: Visit,
    listing: Listing,
    draw: Callable[[dict[str, Any]], None],
    *,
    empty: str,
    switches: tuple[str, ...] = (),
) -> None:
    """Draw a listing as cards, for a phone, with all else that a table has.

    Args:
        visit: The page view.
        listing: What to show.
        draw: Draws one row, its values by column.
        empty: A kind sentence for when there is nothing at all.
        switches: Names of the page's own switches that are on.
    """
    listing = listing_for(visit.actor, listing.name)
    asked = replace(_asked(visit, listing), switches=switches)
    rows, total = remember(listing_records, visit.database, visit.actor, listing.name, asked)
    if not rows:
        st.info(_nothing(asked, empty), icon=":material/inbox:")
        return
    for row in rows:
        draw(row)
    with _footer():
        rows_and_pages(listing.name, total)
        files_of(visit, listing.name, query_of(asked), rows=total)


def _footer() -> DeltaGenerator:
    return st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )


def address_of(
    visit: Visit, listing: Listing, picked: Mapping[str, tuple[str, ...]], sort: str = ""
) -> dict[str, str | list[str]]:
    """What goes into the address of a page so that its table shows only some rows.

    Args:
        visit: The page view.
        listing: The table of that page.
        picked: Values by the name of a filter.
        sort: The label of the column to sort by; its own order when empty.
    """
    query: dict[str, str | list[str]] = {f"{listing.name}_sort": sort} if sort else {}
    for one in listing.filters:
        if values := picked.get(one.name):
            offered = remember(options_of, visit.database, one)
            query[f"{listing.name}_{one.name}"] = [offered[it] for it in values if it in offered]
    return query


def _asked(visit: Visit, listing: Listing) -> Asked:
    """Draw the search box, and the drop-downs folded away behind one button; read what they say."""
    name = listing.name
    _as_it_was(visit, listing)
    offered = {one.name: remember(options_of, visit.database, one) for one in listing.filters}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = narrow.search(name)
        with narrow.popover():
            picked = {
                one.name: narrow.pick(name, one.name, one.label, offered[one.name])
                for one in listing.filters
            }
            orders = _orders(listing)
            order = narrow.sort(name, orders)
    narrow.said(
        (one.label, [offered[one.name].get(value, value) for value in picked[one.name]])
        for one in listing.filters
    )
    column, descending = orders[order]
    return Asked(
        search=search,
        filters=tuple((key, values) for key, values in picked.items() if values),
        order=column,
        descending=descending,
        page=int(st.session_state.get(f"{name}_page") or 1),
    )


def _as_it_was(visit: Visit, listing: Listing) -> None:
    """Set the filters again for who comes back.

    On the way from a row to its page Streamlit leaves an address of this page in the browser's
    history that has the next page's query: its “Back” leads there first.
    """
    kept, back = f"{listing.name}_kept", f"{listing.name}_back"
    if st.session_state.pop(back, False):
        st.session_state.update(st.session_state[kept])
    elif visit.arrived and "request" in st.query_params and st.session_state.get(kept):
        # In the run of a “Back” itself the address alone counts.
        st.session_state[back] = True
        st.rerun()
    st.session_state[kept] = {
        key: value for key in _keys(listing) if (value := st.session_state.get(key))
    }


def _keys(listing: Listing) -> tuple[str, ...]:
    """What the widgets of a listing are called, in the session and in the address."""
    names = ("search", *(one.name for one in listing.filters), "sort", "page")
    return tuple(f"{listing.name}_{name}" for name in names)


def _orders(listing: Listing) -> dict[str, tuple[str, bool]]:
    """What can be sorted by, the listing's own order first."""
    found = narrow.both_ways({one.label: one.name for one in listing.columns if one.sortable})
    first = next(
        words for words, order in found.items() if order == (listing.order, listing.descending)
    )
    return {first: found.pop(first), **found}


def rows_and_pages(name: str, total: int) -> None:
    """Say which rows of a table are shown, and offer the other pages.

    Args:
        name: The page is in the session and the address as `{name}_page`.
        total: All rows that match.
    """
    if total <= PAGE_ROWS:
        st.caption(f"{total:,} {'row' if total == 1 else 'rows'}")
        return
    page = f"{name}_page"
    first = (int(st.session_state.get(page) or 1) - 1) * PAGE_ROWS
    st.caption(f"Rows {first + 1:,} to {min(first + PAGE_ROWS, total):,} of {total:,}")
    st.pagination(ceil(total / PAGE_ROWS), key=page, bind="query-params", width=_PAGES_PIXELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Rows of a listing as they are drawn.

    Attributes:
        rows: The columns that are shown, money in dollars.
        keys: Of the rows, in their order.
        named: The rows in words, by key.
        total: How many rows there are over all pages.
    """

    rows: pd.DataFrame
    keys: list[str]
    named: Mapping[str, str]
    total: int


def _page(database: Database, actor: Actor, listing: Listing, asked: Asked) -> _Page:
    frame, total = listing_page(database, actor, listing.name, asked)
    shown = frame[[column.name for column in listing.shown]].copy()
    for column in listing.shown:
        if column.kind is Kind.MONEY:
            shown[column.name] = shown[column.name] / 100
        elif column.kind is Kind.TEXT:
            shown[column.name] = shown[column.name].fillna("")
    keys = frame[listing.key].tolist()
    return _Page(rows=shown, keys=keys, named=_named(listing, frame), total=total)


def _named(listing: Listing, frame: pd.DataFrame) -> dict[str, str]:
    others = [one for one in listing.shown if one.name != listing.key]
    beside = next((one for one in others if one.opens), others[0])
    rows = zip(frame[listing.key], frame[beside.name].fillna(""), strict=True)
    return {key: f"{key} · {words}" for key, words in rows}


def _draw(listing: Listing, page: _Page, on_open: Callable[[str], None] | None) -> None:
    config = {column.name: _config(column) for column in listing.shown}
    if on_open:
        for column in listing.shown:
            if column.opens or column.name == listing.key:
                config[column.name] = _opening(listing, column, page.keys, on_open)
    st.dataframe(
        page.rows,
        hide_index=True,
        column_config=config,
        height="content",
        alt=f"{listing.title}, {len(page.rows)} rows",
    )


def _opening(
    listing: Listing, column: ListColumn, keys: list[str], on_open: Callable[[str], None]
) -> Any:  # noqa: ANN401  # Streamlit's column types share no base
    click = f"{listing.name}_{column.name}_click"
    return st.column_config.ButtonColumn(
        column.label,
        type="secondary" if column.name == listing.key else "tertiary",
        key=click,
        alignment="left",
        width=column.width,
        on_click=_clicked,
        args=(click, keys, on_open),
    )


def _clicked(click: str, keys: list[str], on_open: Callable[[str], None]) -> None:
    on_open(keys[st.session_state[click].row])


def _config(column: ListColumn) -> Any:  # noqa: ANN401  # Streamlit's column types share no base
    wide = column.width
    match column.kind:
        case Kind.MONEY:
            return st.column_config.NumberColumn(column.label, format="dollar", width=wide)
        case Kind.MOMENT:
            return st.column_config.DatetimeColumn(column.label, format="MMM D, YYYY", width=wide)
        case Kind.DATE:
            return st.column_config.DateColumn(column.label, format="MMM D, YYYY", width=wide)
        case Kind.INTEGER:
            return st.column_config.NumberColumn(column.label, format="localized", width=wide)
        case Kind.YES_NO:
            return st.column_config.CheckboxColumn(column.label, width=wide)
        case _:
            return st.column_config.TextColumn(column.label, width=wide)


def _nothing(asked: Asked, empty: str) -> str:
    if asked.search or asked.filters:
        return "Nothing matches. Try fewer words, or clear a filter."
    return empty
