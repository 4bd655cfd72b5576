"""Files that people sent to a page: what is there of them, and that they do not stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

if TYPE_CHECKING:
    from collections.abc import Iterable


def sent(key: str) -> list[UploadedFile]:
    """The files that a place to drop them holds, by the session key of the place."""
    return [one for one in _held(key) if isinstance(one, UploadedFile)]


def gone(key: str) -> bool:
    """Whether a place names a file that is not there any more: its tab was away for too long."""
    return len(sent(key)) < len(_held(key))


def _held(key: str) -> list[object]:
    held = st.session_state.get(key) or []
    return held if isinstance(held, list) else [held]


def let_go(files: Iterable[UploadedFile]) -> None:
    """Forget what was read: Streamlit itself holds it until the tab is long closed."""
    context = get_script_run_ctx()
    if context:
        manager: Any = context.uploaded_file_mgr
        for one in files:
            manager.remove_file(context.session_id, one.file_id)
