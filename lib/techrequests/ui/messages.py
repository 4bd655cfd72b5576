"""The inbox: what a person was told, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.services.messages import inbox, mark_all_read, mark_read
from techrequests.ui.cards import ago, paragraphs, plain
from techrequests.ui.links import page_link
from techrequests.ui.press import button
from techrequests.ui.visit import remember

if TYPE_CHECKING:
    from techrequests.store.messages import Told
    from techrequests.ui.visit import Visit

_PAGE = "messages_page"


def inbox_page(visit: Visit) -> None:
    """One page of messages, with the unread ones marked."""
    page = int(st.session_state.get(_PAGE) or 1)
    found = remember(inbox, visit.database, visit.actor, page)
    if not found.messages:
        st.info("No messages yet. You are told here about your requests.", icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{found.unread:,} unread of {found.total:,}")
        if found.unread:
            button(
                "Mark all as read",
                key="messages_all",
                icon=":material/done_all:",
                args=(mark_all_read, found.messages[0].message_no, ""),
            )
    for told in found.messages:
        _message(visit, told)
    if found.pages > 1:
        st.pagination(found.pages, key=_PAGE, bind="query-params")


def _message(visit: Visit, told: Told) -> None:
    new = told.read_at is None
    mark = ":blue-badge[new] " if new else ""
    with st.expander(f"{mark}{plain(told.subject)} · {ago(told.written_at, visit.now)}"):
        st.markdown(paragraphs(told.body))
        with st.container(horizontal=True):
            if told.request_id:
                page_link(
                    "pages/requests/one_request.py", "Open the request", request=told.request_id
                )
            if new:
                button(
                    "Mark as read",
                    key=f"message:{told.message_no}",
                    icon=":material/done:",
                    args=(mark_read, told.message_no, ""),
                )
