"""Who is at the keyboard, by the account they signed in with; and the way in and out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from techrequests import runtime
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.sign_in import Claims, Why, read_claims
from techrequests.services.last_seen import is_used
from techrequests.services.sign_in import (
    Admission,
    account_standing,
    admission,
    admit,
    sign_out,
)
from techrequests.ui.cards import plain

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.sign_in import Standing


_IDLE = "sign_in_that_was_idle"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came, as far as their account tells; without claims nobody signed in."""

    claims: Claims | None
    admission: Admission


def visitor() -> Visitor:
    """Who is signed in with their provider, and whether they are let in right now."""
    told = st.user.to_dict()
    if not told.get("is_logged_in"):
        return Visitor(None, Admission())
    try:
        claims = read_claims(told)
    except NotAllowedError:
        return Visitor(None, Admission(why=Why.UNREADABLE))
    found = let_in(claims)
    if found.person_id and not _is_used(claims):
        st.session_state[_IDLE] = claims.sign_in_id
        found = Admission(why=Why.IDLE)
    elif found.why is Why.SIGNED_OUT and st.session_state.get(_IDLE) == claims.sign_in_id:
        # The store only knows that it ended; the tab that let it end knows why.
        found = Admission(why=Why.IDLE)
    return Visitor(claims, found)


def let_in(claims: Claims) -> Admission:
    """Whether an account is let in; asks the store only what it is not known to say."""
    running = runtime.current()
    now = running.now()
    rules = running.settings.sign_in_rules
    standing = _standing(running.database.commits.total, running.database, claims)
    known = admission(claims, rules, standing, now)
    if known and known.person_id:
        return known
    return admit(running.database, claims, rules, now=now)


# As `visit.remember`, which stands upon this module.
@lru_cache(maxsize=2048)
def _standing(_commits: int, database: Database, claims: Claims) -> Standing | None:
    return account_standing(database, claims)


def _is_used(claims: Claims) -> bool:
    running = runtime.current()
    standing = _standing(running.database.commits.total, running.database, claims)
    rules = running.settings.sign_in_rules
    return is_used(running.database, running.seen, claims, standing, rules, runtime.current().now())


def way_out(actor: Actor) -> None:
    """In the sidebar: who is signed in, and how to leave."""
    with st.sidebar.popover(plain(actor.full_name), icon=":material/account_circle:"):
        st.button("Sign out", icon=":material/logout:", on_click=_leave, args=(False,))
        st.button(
            "Sign out everywhere",
            help="In every browser and on every device, such as one that was lost.",
            on_click=_leave,
            args=(True,),
        )


def _leave(everywhere: bool) -> None:  # noqa: FBT001  # Streamlit hands arguments on by position
    claims = visitor().claims
    if claims:
        database = runtime.current().database
        sign_out(database, claims, everywhere=everywhere, now=runtime.current().now())
    st.logout()
