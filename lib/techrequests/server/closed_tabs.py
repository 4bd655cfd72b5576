"""What a closed tab leaves behind: it may come back to where it was, but not cost for ever.

Streamlit keeps the sessions of closed tabs, with three open files and all that was uploaded in
each, and lets them go only when yet another tab is closed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from streamlit import config
from streamlit.runtime import get_instance

if TYPE_CHECKING:
    from streamlit.runtime import Runtime

FILES_SECONDS = 60
"""So long a file that was sent waits for a tab whose line broke while it was on its way."""

KEPT_WHERE_FEW_FIT = 32
"""Closed tabs that are kept where only few files may be open at once."""

_waiting: set[asyncio.Task[None]] = set()


def keep_fewer() -> None:
    """Keep fewer closed tabs than Streamlit's 128, before the first of them."""
    storage: Any = _sessions_of(get_instance())._session_storage  # noqa: SLF001
    kept = storage._cache  # noqa: SLF001
    storage._cache = type(kept)(maxsize=KEPT_WHERE_FEW_FIT, ttl=kept.ttl)  # noqa: SLF001


def tab_closed(session_id: str, *, stranger: bool) -> None:
    """Let go of what a closed tab holds: of nobody's at once, of a person's bit by bit.

    Args:
        session_id: Streamlit's name for it; empty when it never ran.
        stranger: Whether nobody is signed in there, so that nothing is lost with it.
    """
    if not session_id:
        return
    if stranger:
        get_instance().close_session(session_id)
        return
    task = asyncio.get_running_loop().create_task(_forget(session_id))
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)


async def _forget(session_id: str) -> None:
    await asyncio.sleep(FILES_SECONDS)
    streamlit = get_instance()
    if not streamlit.is_active_session(session_id):
        streamlit.uploaded_file_mgr.remove_session_files(session_id)
    await asyncio.sleep(int(config.get_option("server.disconnectedSessionTTL")) + 1)
    storage: Any = _sessions_of(streamlit)._session_storage  # noqa: SLF001
    storage._cache.expire()  # noqa: SLF001


def _sessions_of(streamlit: Runtime) -> Any:  # noqa: ANN401  # it has no public way to its sessions
    return streamlit._session_mgr  # noqa: SLF001
