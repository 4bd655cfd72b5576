"""The inbox: what a person was told, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.services.messages import counted, inbox, mark_all_read, mark_read
from techrequests.ui.cards import ago, paragraphs, plain
from techrequests.ui.links import page_link
from techrequests.ui.press import button, press
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.store.messages import Told
    from techrequests.ui.visit import Visit

_PAGE = "messages_page"
_READ_HERE = "messages_read_here"


def inbox_page(visit: Visit) -> None:
    """One page of messages, with the unread ones marked."""
    page = int(st.session_state.get(_PAGE) or 1)
    found = remember(inbox, visit.database, visit.actor, page)
    if not found:
        st.info("No messages yet. You are told here about your requests.", icon=":material/inbox:")
        return
    count = remember(counted, visit.database, visit.actor)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count.unread:,} unread of {count.total:,}")
        if count.unread:
            button(
                "Mark all as read",
                key="messages_all",
                icon=":material/done_all:",
                args=(mark_all_read, found[0].message_no, ""),
            )
    for told in found:
        _message(visit, told)
    if count.pages > 1:
        st.pagination(count.pages, key=_PAGE, bind="query-params")


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
