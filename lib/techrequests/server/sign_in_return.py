"""Around the sign-in: back to the page one came for, by cookies that only travel encrypted."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders

from techrequests import runtime
from techrequests.server.identity import COOKIE as USER_COOKIE
from techrequests.server.request_scope import host_of, place_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "techrequests_return"
FAILED = "/?sign_in=failed"
"""Where one comes to when the provider's answer lets nobody in; the page says so."""

_SECONDS = 600
_LONGEST = 1500


class SignInReturn:
    """Keeps where one was at the way out to the provider, and goes there on the way back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mend the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_mended(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mend(scope, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_mended)


def _mend(scope: Scope, answer: MutableHeaders) -> None:
    asked = Headers(scope=scope)
    if scope["path"].endswith("/auth/login"):
        place = came_from(asked)
        if place:
            answer.append("set-cookie", _cookie(quote(place, safe=""), _SECONDS))
    elif scope["path"].endswith("/oauth2callback") and answer.get("location"):
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if {"state", "error"} & set(query) and not _let_in(answer):
            answer["location"] = FAILED
        elif place := kept_place(asked):
            answer["location"] = place
        answer.append("set-cookie", _cookie("", 0))
    if runtime.current().settings.base_url.startswith("https://"):
        _only_encrypted(answer)


def _let_in(answer: MutableHeaders) -> bool:
    """Whether Streamlit took the provider's word; a replayed or refused answer brings no cookie."""
    cookies = answer.getlist("set-cookie")
    return any(re.match(rf"{USER_COOKIE}=[^;]{{20}}", cookie) for cookie in cookies)


def came_from(asked: Headers) -> str:
    """Path and query of the page of ours that led to the sign-in, or nothing."""
    address = asked.get("referer", "")
    came = place_of(address)
    # Not every proxy hands the port on; whichever it is, one comes back to the app's own.
    if came is None or came.host != host_of(asked.get("host", "")):
        return ""
    page = urlsplit(address)
    place = page.path + (f"?{page.query}" if page.query else "")
    return place if place != FAILED and is_place(place) else ""


def kept_place(asked: Headers) -> str:
    """What `came_from` said before the sign-in, or nothing."""
    found = SimpleCookie(asked.get("cookie", "")).get(COOKIE)
    place = unquote(found.value) if found else ""
    return place if is_place(place) else ""


def is_place(path: str) -> bool:
    """Whether this leads to a page of ours; browsers take two slashes of any kind for a host."""
    plain = path.isprintable() and path.isascii() and "\\" not in path
    return plain and path.startswith("/") and not path.startswith("//") and len(path) < _LONGEST


def _cookie(value: str, seconds: int) -> str:
    return f"{COOKIE}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax"


def _only_encrypted(answer: MutableHeaders) -> None:
    cookies = answer.getlist("set-cookie")
    if cookies:
        del answer["set-cookie"]
    for cookie in cookies:
        marked = "secure" in {part.strip().lower() for part in cookie.split(";")}
        answer.append("set-cookie", cookie if marked else f"{cookie}; Secure")
