"""Who may ask at all, before anything of Streamlit runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from techrequests import runtime
from techrequests.domain import errors
from techrequests.rate_limit import RateLimit
from techrequests.server.identity import person_behind
from techrequests.server.request_scope import (
    client_of,
    header_of,
    host_of,
    is_home,
    is_loopback,
    is_own,
    is_page_of_ours,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEMO_IS_LOCAL = (
    "The sample district answers only to this computer itself: anybody can be anybody in it. "
    "Open it as http://127.0.0.1 or http://localhost, without a proxy in between."
)

_FORWARDED = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"}
_NOT_FOR_VISITORS = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
_FOR_STAFF = ("/media/", "/_stcore/upload_file")
"""What was downloaded or is uploaded: Streamlit itself asks nobody there who they are."""

_SIGNING_IN = "/auth/login"
_UPLOADING = "/_stcore/upload_file"
_MOST_UPLOADS_AN_HOUR = 100
"""By person: what is uploaded lies in memory until the page keeps it or its tab is closed."""


class Access:
    """Turns away whom these pages are not for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._sign_ins = RateLimit(seconds=60)
        self._uploads = RateLimit(seconds=3600)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it in words."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, _told_plainly(send))
        elif refused := await self._refusal(scope):
            await _refuse(scope, receive, send, *refused)
        else:
            await self._app(_with_port(scope), receive, send)

    async def _refusal(self, scope: Scope) -> tuple[str, int] | None:
        if refused := _wrong_way(scope):
            return refused
        running, path = runtime.current(), scope["path"]
        if path.startswith(_SIGNING_IN) and not self._sign_ins.allows(
            client_of(scope), running.now(), most=running.settings.sign_ins_a_minute
        ):
            return "Too many sign-ins from here. Wait a minute, then try again.", 429
        if path.startswith(_FOR_STAFF) and not running.settings.demo:
            return await run_in_threadpool(self._not_for_staff, scope)
        return None

    def _not_for_staff(self, scope: Scope) -> tuple[str, int] | None:
        person_id = person_behind(scope)
        if person_id is None:
            return "Please sign in first.", 403
        uploads = scope["path"].startswith(_UPLOADING) and scope["method"] == "PUT"
        now = runtime.current().now()
        if uploads and not self._uploads.allows(person_id, now, most=_MOST_UPLOADS_AN_HOUR):
            return "Too many files within an hour. Wait a while, then try again.", 429
        return None


def _wrong_way(scope: Scope) -> tuple[str, int] | None:
    """Why whoever comes so is not for these pages at all."""
    settings = runtime.current().settings
    if settings.demo and not _from_here(scope):
        return DEMO_IS_LOCAL, 403
    origin = header_of(scope, b"origin")
    if scope["type"] == "websocket" and origin and not is_page_of_ours(origin):
        # Streamlit would ask an outside host for this computer's address before it refuses.
        return "Pages of other sites may not open these.", 403
    if not settings.demo and not is_own(_named(scope)):
        return f"This is not the address of these pages. Open {settings.base_url}.", 421
    if scope["path"].startswith(_NOT_FOR_VISITORS) and not _from_here(scope):
        return "There is nothing here.", 404
    return None


def _with_port(scope: Scope) -> Scope:
    """The request as if its proxy had handed on the port that the browser named.

    Streamlit compares what a websocket says of its page with `Host`, letter by letter, and where
    they differ asks an outside host for this computer's address.
    """
    origin = header_of(scope, b"origin")
    if scope["type"] != "websocket" or not is_home(origin):
        return scope
    others = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {**scope, "headers": [*others, (b"host", urlsplit(origin).netloc.encode())]}


def _named(scope: Scope) -> str:
    return host_of(header_of(scope, b"host"))


def _told_plainly(send: Send) -> Send:
    """Our own reasons not to start are sentences; whoever reads them needs no traceback."""

    async def send_plainly(message: Message) -> None:
        _, ours, last = f"\n{message.get('message', '')}".rpartition(f"\n{errors.__name__}.")
        if message["type"] == "lifespan.startup.failed" and ours:
            message["message"] = "\n".join(
                f"It cannot start. {line}" for line in last.partition(": ")[2].strip().splitlines()
            )
        await send(message)

    return send_plainly


async def _refuse(scope: Scope, receive: Receive, send: Send, words: str, code: int) -> None:
    if scope["type"] == "websocket":
        # Before the handshake is accepted, this is an HTTP 403.
        await send({"type": "websocket.close", "code": 1008, "reason": words[:100]})
        return
    await PlainTextResponse(words, status_code=code)(scope, receive, send)


def _from_here(scope: Scope) -> bool:
    """Whether a request comes from this computer, under a name of it, and not through a proxy.

    The name matters: a hostile page can point a name of its own at 127.0.0.1.
    """
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    client: tuple[str, int] | None = scope.get("client")
    return bool(
        client
        and is_loopback(client[0])
        and is_loopback(_named(scope))
        and not _FORWARDED & set(headers)
    )
