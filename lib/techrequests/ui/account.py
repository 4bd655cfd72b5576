"""Who is at the keyboard, by the account they signed in with; and the way in and out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from techrequests import runtime
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.sign_in import Claims, Why, read_claims
from techrequests.runtime import utc_now
from techrequests.services.sign_in import (
    Admission,
    account_standing,
    admission,
    admit,
    idle_out,
    sign_out,
)
from techrequests.ui.cards import plain

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database
    from techrequests.store.sign_in import Standing


_IDLE = "sign_in_that_was_idle"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came, as far as their account tells; without claims nobody signed in."""

    claims: Claims | None
    admission: Admission


class LastSeen:
    """When each sign-in was last used, in this process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: dict[str, datetime] = {}

    def use(self, sign_in_id: str, now: datetime) -> datetime:
        """Note that it is used now; when it was used before."""
        with self._lock:
            before = self._moments.get(sign_in_id, now)
            self._moments[sign_in_id] = now
            return before


_last_seen = LastSeen()


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
    if found.person_id and _was_idle(claims):
        idle_out(runtime.current().database, claims, now=utc_now())
        st.session_state[_IDLE] = claims.sign_in_id
        found = Admission(why=Why.IDLE)
    elif found.why is Why.SIGNED_OUT and st.session_state.get(_IDLE) == claims.sign_in_id:
        # The store only knows that it ended; the tab that let it end knows why.
        found = Admission(why=Why.IDLE)
    return Visitor(claims, found)


def let_in(claims: Claims) -> Admission:
    """Whether an account is let in; asks the store only what it is not known to say."""
    running, now = runtime.current(), utc_now()
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


def _was_idle(claims: Claims) -> bool:
    now = utc_now()
    idle = now - _last_seen.use(claims.sign_in_id, now)
    return idle > runtime.current().settings.sign_in_rules.idle


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
        sign_out(database, claims, everywhere=everywhere, now=utc_now())
    st.logout()
