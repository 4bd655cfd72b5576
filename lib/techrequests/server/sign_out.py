"""Signing out by its address: the sign-in itself ends, and no other site can ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from techrequests import runtime
from techrequests.server.identity import claims_behind, person_behind
from techrequests.server.request_scope import client_of, header_of, is_page_of_ours
from techrequests.services.sign_in import sign_out

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_WAY_OUT = "/auth/logout"
_OF_OURS = {"same-origin", "none"}
"""From a page of ours, or typed into the browser by the person."""


class SignOut:
    """Around the address that takes the sign-in cookie away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """End the sign-in and pass the request on, or refuse it."""
        if scope["type"] != "http" or not scope["path"].endswith(_WAY_OUT):
            await self._app(scope, receive, send)
        elif is_ours(scope):
            await run_in_threadpool(_end, scope)
            await self._app(scope, receive, send)
        else:
            await run_in_threadpool(_note, scope)
            words = "Another site asked to sign you out. Sign out on a page of this one instead."
            await PlainTextResponse(words, status_code=403)(scope, receive, send)


def is_ours(scope: Scope) -> bool:
    """Whether a page of ours or the person leads here; what tells nothing does not."""
    if site := header_of(scope, b"sec-fetch-site"):
        return site in _OF_OURS
    came_from = header_of(scope, b"origin") or header_of(scope, b"referer")
    return is_page_of_ours(came_from)


def _end(scope: Scope) -> None:
    if claims := claims_behind(scope):
        running = runtime.current()
        sign_out(running.database, claims, everywhere=False, now=running.now())


def _note(scope: Scope) -> None:
    person_id = person_behind(scope, uses=False) or ""
    why, address = "another site asked for it", client_of(scope)
    runtime.current().note_refusal("sign-out", why, person_id=person_id, address=address)
