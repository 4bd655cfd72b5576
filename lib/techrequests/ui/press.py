"""Buttons that act on what the person saw, not on what the page would show now."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests import runtime
from techrequests.domain.errors import NotAllowedError, NotFoundError
from techrequests.ui import visit
from techrequests.ui.links import WHO_IN_LINK, script
from techrequests.ui.menu import PAGE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from techrequests.domain.policy import Actor

    Service = Callable[..., Any]

_GO = "go_to"


def button(label: str, *, key: str, args: tuple[Any, ...], **looks: Any) -> None:  # noqa: ANN401  # what `st.button` takes
    """A button that runs a service, and tells beside it why the service refused.

    Args:
        label: Its words.
        key: Also where a refusal is told.
        args: As `press` takes them: service, asked, done, then.
        looks: Further arguments of `st.button`.
    """
    st.button(label, key=key, on_click=press, args=args, kwargs={"where": key}, **looks)
    visit.refusal(key)


def press(
    service: Service,
    asked: object,
    done: str,
    then: Callable[[Any], None] | None = None,
    *,
    where: str = "",
) -> None:
    """Run `service` for the signed-in person; the outcome shows on the redrawn page.

    This belongs into `on_click`, never into `if st.button(...)`: Streamlit redraws the whole page
    before that `if` is reached, so the version in hand would be one the person never saw, and a
    button that is gone by then would swallow the click.

    Args:
        service: Called as `service(database, actor, asked, now=...)`.
        asked: What the person asks for, or a function that makes it from the widgets' values.
        done: A short sentence for the person when it worked.
        then: Called with the service's answer when it worked.
        where: What `visit.refusal` is called with where a refusal is to be told.
    """
    visit.forget_problems()
    with visit.errors_shown(where):
        who = visit.signed_in()
        if who is None:
            raise NotAllowedError(
                "You are signed out. Sign in again; what you typed is still here."
            )
        with _refusals_noted(service, who):
            running, what = runtime.current(), asked() if callable(asked) else asked
            answer = service(running.database, who, what, now=running.now())
        if done:
            visit.tell(done)
        if then:
            then(answer)


@contextmanager
def _refusals_noted(service: Service, who: Actor) -> Iterator[None]:
    try:
        yield
    except (NotAllowedError, NotFoundError) as error:
        # A button that is drawn is one that a person may press: who gets here was faster than a
        # change of their roles, or sent something that no page offered.
        visit.note_refused(who, getattr(service, "__name__", "an action"), str(error))
        raise


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


def follow(here: str) -> None:
    """Open the page a callback asked for; the frame calls this before it draws anything.

    Args:
        here: The page that is open, by its name in the address.
    """
    if _GO not in st.session_state:
        return
    path, query = st.session_state.pop(_GO)
    if WHO_IN_LINK in st.query_params:
        query = {**query, WHO_IN_LINK: st.query_params[WHO_IN_LINK]}
    if PAGE_OF[path].url == here:
        # To switch to the page that is open would put its address into the browser's history twice.
        st.query_params.from_dict(query)
    else:
        st.switch_page(script(path), query_params=query)
