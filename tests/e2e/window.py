"""Browser windows, and when a page in one of them has come to rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Error, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

PATIENCE_MS = 1_000 * PATIENCE_SECONDS

_DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"]'
_MOMENT_MS = 250
"""Longer than a table holds back what is typed into it, before it tells the server."""

_AGAIN = 2
"""The run was ended by a newer one, of which the end is still to come."""

expect.set_options(timeout=PATIENCE_MS)


class Wire:
    """What a page says to its server, and whether the answer is still to come.

    Attributes:
        waits: Whether a run was asked for that is not over.
    """

    def __init__(self, page: Page) -> None:
        self.waits = False
        self._socket: WebSocket | None = None
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self._socket, self.waits = socket, False
        socket.on("framesent", lambda raw: self._sent(socket, raw))
        socket.on("framereceived", lambda raw: self._received(socket, raw))
        socket.on("close", self._closed)

    def _sent(self, socket: WebSocket, raw: str | bytes) -> None:
        said = BackMsg()
        said.ParseFromString(_bytes(raw))
        if socket is self._socket and said.WhichOneof("type") == "rerun_script":
            self.waits = True

    def _received(self, socket: WebSocket, raw: str | bytes) -> None:
        told = ForwardMsg()
        told.ParseFromString(_bytes(raw))
        over = told.WhichOneof("type") == "script_finished" and told.script_finished != _AGAIN
        if socket is self._socket and over:
            self.waits = False

    def _closed(self, socket: WebSocket) -> None:
        if socket is self._socket:
            self.waits = False


_WIRES: WeakKeyDictionary[Page, Wire] = WeakKeyDictionary()


def _bytes(raw: str | bytes) -> bytes:
    return raw.encode() if isinstance(raw, str) else raw


def new_window(browser: Browser, **how: Any) -> BrowserContext:  # noqa: ANN401  # as Playwright's
    """A window with a sign-in of its own, whose pages are listened to and waited for."""
    window = browser.new_context(**how)
    window.set_default_timeout(PATIENCE_MS)
    window.on("page", _listen)
    return window


def _listen(page: Page) -> None:
    _WIRES[page] = Wire(page)


def settle(page: Page) -> None:
    """Wait until a page is drawn and nothing is on its way."""
    page.wait_for_selector(_DRAWN)
    _let_it_act(page)
    end = time.monotonic() + PATIENCE_SECONDS
    while _WIRES[page].waits:
        assert time.monotonic() < end, "the server does not answer"
        page.wait_for_timeout(10)
    page.wait_for_selector(_DRAWN)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def _let_it_act(page: Page) -> None:
    """Wait by the page's own clock: what it set itself to do sooner than that is done."""
    while True:
        try:
            page.evaluate(f"() => new Promise(done => setTimeout(done, {_MOMENT_MS}))")
        except Error as error:
            if "navigation" not in error.message:
                raise
            page.wait_for_selector(_DRAWN)
        else:
            return


def is_back(page: Page) -> None:
    """Wait until a page found its server again; Streamlit greys its controls until then."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-connection-state", "CONNECTED"
    )
