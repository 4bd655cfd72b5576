"""What is around every page: who is here, the menu, then the page itself."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from techrequests import runtime
from techrequests.services.messages import counted
from techrequests.ui import account, demo_door, sign_in
from techrequests.ui.links import script
from techrequests.ui.menu import PAGES, SECTIONS, PageInfo
from techrequests.ui.press import follow
from techrequests.ui.visit import (
    database,
    kept_words,
    refusal_without_button,
    remember,
    signed_in,
)

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor


_MESSAGES = "pages/requests/messages.py"


def _page(info: PageInfo, title: str, *, shown: bool) -> st.Page:
    # A run marks the page it may run, so every run gets pages of its own; looking for the file of
    # each one again would be a seventh of its time.
    return copy(_found(info, title, shown=shown))


def _title(info: PageInfo, actor: Actor | None) -> str:
    """The words in the menu, with the number of unread messages."""
    if actor is None or info.path != _MESSAGES:
        return info.title
    unread = remember(counted, database(), actor).unread
    return f"{info.title} ({unread:,})" if unread else info.title


@lru_cache(maxsize=512)
def _found(info: PageInfo, title: str, *, shown: bool) -> st.Page:
    return st.Page(
        script(info.path),
        title=title,
        icon=info.icon,
        url_path=info.url or None,
        default=not info.url,
        visibility="visible" if shown else "hidden",
    )


# Streamlit writes white on the primary colour; on a dark page no colour carries that and its own
# use as text, so primary buttons and tags get a dark text there (WCAG 2.2 AA).
_DARK_FIX = """<style>
button[data-testid^="stBaseButton-primary"], span[data-tag] { color: #10191E; }
</style>"""


def draw() -> None:
    """Draw the page the browser asks for."""
    settings = runtime.current().settings
    # An icon of Material Symbols here would make the browser fetch it from Google.
    st.set_page_config(page_title=settings.district, page_icon="💻", layout="wide")
    if st.context.theme.type == "dark":
        st.html(_DARK_FIX)
    if settings.demo:
        demo_door.enter_by_link()
    actor = signed_in()
    menu: dict[str, list[st.Page]] = {title: [] for title in SECTIONS.values()}
    for info in PAGES:
        # Every page is registered for everybody: its own guard then says why it stays closed.
        menu[info.section].append(
            _page(
                info,
                _title(info, actor),
                shown=actor is not None and info.listed and info.open_to(actor),
            )
        )
    chosen = st.navigation(menu, position="sidebar" if actor else "hidden", expanded=True)
    if settings.demo:
        demo_door.draw(actor)
    elif actor:
        account.way_out(actor)
        sign_in.offer_to_administer()
    if actor is None:
        if not settings.demo:
            sign_in.draw(chosen.url_path)
        st.stop()
    follow(chosen.url_path)
    kept_words()
    chosen.run()
    refusal_without_button()
