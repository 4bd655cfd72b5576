"""Buttons that act on what the person saw, not on what the page would show now."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.errors import NotAllowedError
from techrequests.ui import visit
from techrequests.ui.links import script

if TYPE_CHECKING:
    from collections.abc import Callable

    Service = Callable[..., Any]

_GO = "go_to"


def press(
    service: Service,
    asked: object,
    done: str,
    then: Callable[[Any], None] | None = None,
) -> None:
    """Run `service` for the signed-in person; the outcome shows on the redrawn page.

    Give this to `on_click`, never call it in `if st.button(...)`: Streamlit redraws the whole page
    before that `if` is reached, so the version in hand would be one the person never saw, and a
    button that is gone by then would swallow the click.

    Args:
        service: Called as `service(database, actor, asked, now=...)`.
        asked: What the person asks for, or a function that makes it from the widgets' values.
        done: A short sentence for the person when it worked.
        then: Called with the service's answer when it worked.
    """
    with visit.errors_shown():
        who = visit.signed_in()
        if who is None:
            raise NotAllowedError(
                "You are signed out. Sign in again; what you typed is still here."
            )
        answer = service(
            visit.database(), who, asked() if callable(asked) else asked, now=visit.now_here()
        )
        visit.forget_problems()
        if done:
            visit.tell(done, is_error=False)
        if then:
            then(answer)


def press_in_dialog(
    service: Service,
    asked: object,
    done: str,
    then: Callable[[Any], None] | None = None,
) -> None:
    """`press` for a button inside `st.dialog`, which starts with `visit.kept_words()`."""
    with visit.words_kept():
        press(service, asked, done, then)


def form_id(name: str) -> str:
    """The idempotency key of an open form: the same until `renew` is called after a save."""
    return str(st.session_state.setdefault(f"form:{name}", uuid.uuid4().hex))


def renew(name: str) -> None:
    """The form was saved: its next save is a new one, and its fields start empty."""
    st.session_state.pop(f"form:{name}", None)


def go(path: str, **query: str) -> None:
    """Open another page at the next redraw; for callbacks, where Streamlit cannot switch pages."""
    st.session_state[_GO] = (path, query)


def follow_out_of_dialog() -> None:
    """Redraw the whole page when a callback asked for another: a dialog is redrawn alone."""
    if _GO in st.session_state:
        st.rerun()


def follow() -> None:
    """Open the page a callback asked for; the shell calls this before it draws anything."""
    if _GO in st.session_state:
        path, query = st.session_state.pop(_GO)
        st.switch_page(script(path), query_params=query)
