"""The inbox: what a person was told, newest first."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.services.messages import (
    PAGE_MESSAGES,
    counted,
    inbox,
    mark_all_read,
    mark_read,
)
from techrequests.store.messages import MessagesAsked
from techrequests.ui import narrow
from techrequests.ui.cards import ago, paragraphs, plain
from techrequests.ui.links import page_link
from techrequests.ui.press import button, press
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.store.messages import Told
    from techrequests.ui.visit import Visit

_NAME = "messages"
_PAGE = "messages_page"
_READ_HERE = "messages_read_here"
_STATES = {"unread": "Unread", "read": "Read"}
_ORDERS = {"Newest first": False, "Oldest first": True}


def inbox_page(visit: Visit) -> None:
    """One page of messages, with the unread ones marked."""
    count = remember(counted, visit.database, visit.actor)
    if not count.total:
        st.info("No messages yet. You are told here about your requests.", icon=":material/inbox:")
        return
    asked = _asked(visit)
    page = int(st.session_state.get(_PAGE) or 1)
    found, total = remember(inbox, visit.database, visit.actor, page, asked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count.unread:,} unread of {count.total:,}")
        if count.unread:
            button(
                "Mark all as read",
                key="messages_all",
                icon=":material/done_all:",
                args=(mark_all_read, count.newest, ""),
            )
    if not found:
        st.info("Nothing matches. Try fewer words, or clear a filter.", icon=":material/inbox:")
    for told in found:
        _message(visit, told)
    if total > PAGE_MESSAGES:
        st.pagination(ceil(total / PAGE_MESSAGES), key=_PAGE, bind="query-params")


def _asked(visit: Visit) -> MessagesAsked:
    """Draw the search box, the filter and the order; read what they say."""
    if visit.arrived:
        st.session_state.pop(_READ_HERE, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = narrow.search(_NAME)
        with narrow.popover():
            picked = narrow.pick(_NAME, "state", "Read or not", _STATES)
            order = narrow.sort(_NAME, _ORDERS)
    narrow.said([("Messages", [_STATES[state].lower() for state in picked])])
    return MessagesAsked(
        search=search,
        state=picked[0] if len(picked) == 1 else "",
        oldest_first=_ORDERS[order],
        kept=tuple(sorted(st.session_state.get(_READ_HERE, ()))),
    )


def _message(visit: Visit, told: Told) -> None:
    """One message; opening it is reading it."""
    key = f"message:{told.message_no}"
    # The mark stays while the page is open: a box with other words would be another, and closed.
    mark = ":blue-badge[new] " if _is_new(told) else ""
    opened = st.expander(
        f"{mark}{plain(told.subject)} · {ago(told.written_at, visit.now)}",
        key=key,
        on_change=_opened,
        args=(key, told.message_no),
    )
    if not opened.open:
        return
    with opened:
        st.markdown(paragraphs(told.body))
        if told.request_id:
            page_link("pages/requests/one_request.py", "Open the request", request=told.request_id)


def _is_new(told: Told) -> bool:
    """Unread, or read only just now on this page."""
    return told.read_at is None or told.message_no in st.session_state.get(_READ_HERE, ())


def _opened(key: str, message_no: int) -> None:
    if st.session_state.get(key):
        st.session_state[_READ_HERE] = {*st.session_state.get(_READ_HERE, ()), message_no}
        press(mark_read, message_no, "")
