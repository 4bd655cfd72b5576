"""Links to pages: Streamlit wants them relative to its own script, which lies elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import streamlit as st

from techrequests import runtime
from techrequests.ui.menu import PAGE_OF

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor
    from techrequests.exchange.exports import Query

ROOT = Path(__file__).parents[3]
"""The top of the project, where `pages/` lies."""


WHO_IN_LINK = "as"
"""Who one is, in the addresses of the sample district."""


def script(path: str) -> str:
    """Where the script of a page is, for Streamlit."""
    return str(ROOT / path)


def page_link(path: str, label: str = "", icon: str = "", **query: str | list[str]) -> None:
    """A link to a page, by default with its own title and icon.

    Args:
        path: As in `menu.PAGES`.
        label: Words instead of the page's title.
        icon: Instead of the page's icon.
        query: What goes into the address, such as `request="TR-2027-0042"`.
    """
    info = PAGE_OF[path]
    st.page_link(
        script(path), label=label or info.title, icon=icon or info.icon, query_params=query or None
    )


def file_address(actor: Actor, attachment_id: str) -> str:
    """Where a file of a request is fetched."""
    return _fetched(actor, f"/files/{quote(attachment_id, safe='')}", ())


def table_address(actor: Actor, file_name: str, query: Query) -> str:
    """Where a table is fetched as a file, such as `funds.csv`."""
    return _fetched(actor, f"/tables/{quote(file_name, safe='')}", query)


def _fetched(actor: Actor, path: str, query: Query) -> str:
    """An address of ours; in the sample district it says who comes."""
    whose = ((WHO_IN_LINK, actor.person_id),) if runtime.current().settings.demo else ()
    asked = urlencode((*query, *whose))
    return f"{path}?{asked}" if asked else path
