"""What people see who are not signed in, or not let in: why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests import runtime
from techrequests.domain.sign_in import Why
from techrequests.services.first_administrator import (
    Guess,
    become_administrator,
    nobody_administers,
)
from techrequests.ui.account import visitor
from techrequests.ui.cards import plain
from techrequests.ui.menu import PAGE_AT
from techrequests.ui.visit import (
    errors_shown,
    note_refused_once,
    refusal,
    remember,
    tell,
)

if TYPE_CHECKING:
    from techrequests.domain.sign_in import Claims
    from techrequests.settings import Settings
    from techrequests.ui.account import Visitor

_CODE = "first_administrator_code"
_BECOME = "first_administrator"

_WORDS = {
    Why.SIGNED_OUT: "You are signed out.",
    Why.TOO_OLD: "It has been a while since you signed in. Please sign in again.",
    Why.IDLE: "Nothing was done here for a while, so you were signed out.",
    Why.UNREADABLE: "Your account does not say who you are. Please sign in again.",
    Why.NOT_OURS: "The account {email} does not belong to this district. "
    "Sign in with your district account. If you have none, or this is it, ask {contact}.",
    Why.UNVERIFIED: "Your account's provider does not vouch for the address {email}. "
    "Ask {contact} to look at the sign-in settings.",
    Why.UNKNOWN: "Nobody on the staff list has the address {email}. "
    "Ask {contact} to add you, then load this page again.",
    Why.TAKEN: "Another account was used for the address {email} before. "
    "Ask {contact} to let your new account in.",
    Why.INACTIVE: "Your account {email} is not active any more. "
    "If that is a mistake, ask {contact}.",
}


def draw(url: str) -> None:
    """Offer to sign in, and say why somebody who did is not let in.

    Args:
        url: The page that was asked for, as in the menu.
    """
    settings = runtime.current().settings
    came = visitor()
    st.title(plain(settings.district))
    if came.admission.why:
        st.warning(_why(came, settings), icon=":material/lock:")
    elif st.query_params.get("sign_in") == "failed":
        st.warning(
            "Signing in did not work. Please try once more; if it fails again, ask "
            f"{settings.help_contact}.",
            icon=":material/lock:",
        )
    else:
        st.write("Ask for technology, follow what you asked for, and do your part of it.")
    if came.claims and came.admission.why is not Why.NOT_OURS and _nobody_administers():
        _first_administrator(came.claims, horizontal=True)
    _buttons(settings)
    page = PAGE_AT[url]
    if page.permission:
        note_refused_once(None, f"page {page.title}", "nobody is signed in")


def _why(came: Visitor, settings: Settings) -> str:
    email = came.claims.email if came.claims else ""
    words = _WORDS[came.admission.why or Why.UNREADABLE]
    return words.format(email=plain(email) or "you signed in with", contact=settings.help_contact)


def _buttons(settings: Settings) -> None:
    if not settings.providers:
        st.info(
            "Nobody can sign in yet: no account provider is set. Whoever runs this server finds "
            "the steps in docs/sign-in.md.",
            icon=":material/key:",
        )
        return
    with st.container(width=360):
        for name in settings.providers:
            label = "Sign in" if name == "default" else f"Sign in with {name.title()}"
            st.button(
                label,
                key=f"sign_in_{name}",
                type="primary",
                icon=":material/login:",
                width="stretch",
                on_click=st.login,
                args=() if name == "default" else (name,),
            )


def offer_to_administer() -> None:
    """In the sidebar of somebody who is let in, while nobody administers the district."""
    came = visitor()
    if came.claims and _nobody_administers():
        label = "Become the administrator"
        with st.sidebar.popover(label, icon=":material/badge:", width="stretch"):
            _first_administrator(came.claims, horizontal=False)


def _nobody_administers() -> bool:
    running = runtime.current()
    return remember(nobody_administers, running.database, running.now().date())


def _first_administrator(claims: Claims, *, horizontal: bool) -> None:
    st.info(
        "This district has no administrator yet. If you run its server, type the one-time code "
        "from the server's log to become the first one.",
        icon=":material/badge:",
    )
    with st.container(horizontal=horizontal, vertical_alignment="bottom"):
        st.text_input("One-time code", key=_CODE, type="password", autocomplete="off", width=280)
        st.button("Become the administrator", key=_BECOME, on_click=_try, args=(claims,))
    refusal(_BECOME)


def _try(claims: Claims) -> None:
    running = runtime.current()
    typed = str(st.session_state.get(_CODE) or "")
    with errors_shown(_BECOME):
        rules = running.settings.sign_in_rules
        guess = Guess(running.code, typed)
        become_administrator(running.database, claims, rules, guess, now=running.now())
        tell("You are the administrator now.")
