"""The web server around the pages: start and stop, a health answer, and who may ask at all."""

from __future__ import annotations

import gc
import importlib
import ipaddress
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import config

from techrequests import runtime
from techrequests.background import Background, jobs
from techrequests.domain import errors
from techrequests.domain.errors import SettingsError, TechRequestsError
from techrequests.settings import Settings
from techrequests.store import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The hash is the one inline script of Streamlit's page; styles are inline throughout Streamlit.
# Nothing here names an outside host, and nothing may build code from text.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "script-src 'self' blob: 'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "connect-src 'self'; "
    "worker-src 'self' blob:; "
    "frame-ancestors 'self'; "
    "object-src 'none'; "
    "base-uri 'self'; "
    "form-action 'self'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
DEMO_IS_LOCAL = (
    "The sample district answers only to this computer itself: anybody can be anybody in it. "
    "Open it as http://127.0.0.1 or http://localhost, without a proxy in between."
)

_FORWARDED = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"}
_NOT_FOR_VISITORS = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the store before the first visitor, and close it after the last."""
    settings = Settings.read()
    if settings.demo and not is_loopback(config.get_option("server.address")):
        raise SettingsError(
            f"{DEMO_IS_LOCAL} Start it with --server.address 127.0.0.1, or turn the demo off."
        )
    running = runtime.start(settings)
    # The first visitor should not wait for these, and the collector need not look at them again.
    importlib.import_module("pandas")
    importlib.import_module("altair")
    gc.collect()
    gc.freeze()
    beside = Background(jobs(running))
    beside.start()
    try:
        yield
    finally:
        beside.stop()
        runtime.stop()


def health(_: Request) -> JSONResponse:
    """Say whether the store answers; `statements` and `commits` count since the start."""
    database = runtime.current().database
    counts = {"statements": database.statements.total, "commits": database.commits.total}
    try:
        schema = migrate.version(database)
    except TechRequestsError as error:
        return JSONResponse({"status": "failing", "why": str(error), **counts}, status_code=503)
    return JSONResponse({"status": "ok", "schema": schema, **counts})


ROUTES = [Route("/healthz", health, methods=["GET"])]


class SecurityHeaders:
    """Adds the headers that keep a browser from doing what these pages never need."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to the head of the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = dict(SECURITY_HEADERS)
                if runtime.current().settings.base_url.startswith("https://"):
                    added["strict-transport-security"] = "max-age=31536000"
                message["headers"] = [
                    *message.get("headers", []),
                    *((name.encode(), value.encode()) for name, value in added.items()),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Door:
    """Turns away whom these pages are not for, before anything of Streamlit runs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it in words."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, _told_plainly(send))
        elif runtime.current().settings.demo and not _from_here(scope):
            await _refuse(scope, receive, send, DEMO_IS_LOCAL, 403)
        elif scope["path"].startswith(_NOT_FOR_VISITORS) and not _from_here(scope):
            await _refuse(scope, receive, send, "There is nothing here.", 404)
        else:
            await self._app(scope, receive, send)


MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(Door)]


def _told_plainly(send: Send) -> Send:
    """Our own reasons not to start are sentences; whoever reads them needs no traceback."""

    async def send_plainly(message: Message) -> None:
        last = str(message.get("message", "")).rstrip().rpartition("\n")[2]
        if message["type"] == "lifespan.startup.failed" and last.startswith(errors.__name__):
            message["message"] = f"It cannot start. {last.partition(': ')[2]}"
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
    named = host_of(headers.get(b"host", b"").decode("latin-1"))
    return bool(
        client and is_loopback(client[0]) and is_loopback(named) and not _FORWARDED & set(headers)
    )


def host_of(header: str) -> str:
    """The name or address in a Host header, without port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def is_loopback(host: Any) -> bool:  # noqa: ANN401  # a setting of Streamlit, None when unset
    """Whether a name or address is this computer itself; none at all means every address."""
    if not host:
        return False
    if str(host).lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
