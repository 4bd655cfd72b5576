"""Who is behind a request that is no page: by the cookie that Streamlit gave at the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from streamlit.auth_util import get_origin_from_redirect_uri
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    _parse_decoded_user_cookie,
)

from techrequests import runtime
from techrequests.domain.errors import NotAllowedError, NotFoundError
from techrequests.domain.sign_in import read_claims
from techrequests.services.last_seen import is_used
from techrequests.services.sign_in import account_standing, admission
from techrequests.store.people import actor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from techrequests.domain.policy import Actor
    from techrequests.domain.sign_in import Claims

COOKIE = "_streamlit_user"


def actor_behind(asked: Request) -> Actor | None:
    """The person who asks for a file, with what they may do right now; None for a stranger."""
    running = runtime.current()
    # In the sample district anybody can be anybody, on this computer.
    person_id = (
        asked.query_params.get("as") if running.settings.demo else person_behind(asked.scope)
    )
    today = running.now().date()
    try:
        with running.database.read() as reader:
            return actor(reader, person_id, today) if person_id else None
    except NotFoundError:
        return None


def person_behind(scope: Scope, *, uses: bool = True) -> str | None:
    """The code of the person whose sign-in a request carries, if they are let in right now.

    Args:
        scope: The request.
        uses: Whether it counts as something that the person does, and ends a sign-in that was idle
            for too long.
    """
    claims = claims_behind(scope)
    if claims is None:
        return None
    running = runtime.current()
    now = running.now()
    rules = running.settings.sign_in_rules
    standing = account_standing(running.database, claims)
    found = admission(claims, rules, standing, now)
    if found is None or not found.person_id:
        return None
    if uses and not is_used(running.database, running.seen, claims, standing, rules, now):
        return None
    return found.person_id


def claims_behind(scope: Scope) -> Claims | None:
    """What a provider said of the account whose sign-in a request carries."""
    asked = HTTPConnection(scope)
    # Without accounts there is no secret of ours behind a cookie.
    origin = get_origin_from_redirect_uri() if runtime.current().settings.auth else None
    kept = _get_signed_cookie_with_chunks(asked.cookies, COOKIE) if origin else None
    if not kept or not origin:
        return None
    told = _parse_decoded_user_cookie(kept, origin)
    try:
        return read_claims(told) if told.get("is_logged_in") else None
    except NotAllowedError:
        return None
