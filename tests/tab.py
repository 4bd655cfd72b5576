"""A browser tab without a browser: speaks the protocol of Streamlit's pages over its websocket.

What a browser would draw is kept as Streamlit sent it, so that a test can look for anything in it,
and anything can be sent back, also what no browser would.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from websockets.sync.client import ClientConnection

_MOST_BYTES = 2**26
_AGAIN = 2
"""The run was ended by a newer one, of which the end is still to come."""


@dataclass(slots=True)
class Tab:
    """One visit of the pages; use it in `with`.

    Attributes:
        address: Of the server, such as `http://127.0.0.1:8501`.
        trust: The certificate that it has, where it speaks TLS.
        source: The address of this computer from which it asks, such as 127.0.0.4.
        headers: Sent at the opening, such as a cookie.
        xsrf: The token beside the sign-in cookie; without it the server ignores the cookie.
        last_session: Which one to come back to; not without `xsrf`.
        drawn: Every element of the last run, as Streamlit's own messages.
        leads_to: Where the last run sent the browser, such as to the sign-in.
        bytes_received: Since the opening.
    """

    address: str
    trust: ssl.SSLContext | None = None
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    xsrf: str = ""
    last_session: str = ""
    drawn: list[Any] = field(default_factory=list)
    leads_to: str = ""
    bytes_received: int = 0
    _page: str = ""
    _hash: str = ""
    _query: str = ""
    _seen: dict[str, None] = field(default_factory=dict)
    _stream: ClientConnection | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Open the connection; nothing runs yet."""
        self._stream = self._open.enter_context(
            connect(
                f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
                sock=self._socket(),
                ssl=self.trust,
                subprotocols=[Subprotocol(word) for word in self._words() if word],
                origin=Origin(self.address),
                additional_headers=dict(self.headers),
                max_size=_MOST_BYTES,
                compression=None,
                open_timeout=PATIENCE_SECONDS,
                ping_interval=None,
            )
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._open.close()

    def _socket(self) -> socket.socket:
        """Every server of the tests is on this computer, whatever its name."""
        port = urlsplit(self.address).port
        assert port
        return socket.create_connection(
            ("127.0.0.1", port), PATIENCE_SECONDS, source_address=(self.source, 0)
        )

    def _words(self) -> tuple[str, str, str]:
        return "streamlit", self.xsrf, self.last_session

    @property
    def stream(self) -> ClientConnection:
        """The open connection."""
        if self._stream is None:
            raise RuntimeError("use it in `with`")
        return self._stream

    def open(self, page: str, **query: str) -> Self:
        """Go to a page by its name in the address, with what stands behind the question mark."""
        self._page, self._hash, self._query = page, "", urlencode(query)
        return self.rerun()

    def rerun(self, widgets: Iterable[WidgetState] = (), *, page: str = "") -> Self:
        """Ask for a run with these widgets' states, and wait until it is over.

        Args:
            widgets: Their states.
            page: Hash of another page than the one that is open.
        """
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self._query
        asked.page_script_hash = page or self._hash
        asked.page_name = "" if self._hash else self._page
        asked.context_info.timezone, asked.context_info.locale = "UTC", "en-US"
        asked.context_info.url = self.address
        asked.cached_message_hashes.extend(self._seen)
        asked.widget_states.widgets.extend(widgets)
        self.drawn.clear()
        self.leads_to = ""
        self.say(message)
        while not self._is_over():
            pass
        return self

    def say(self, message: BackMsg) -> None:
        """Send anything, and wait for nothing."""
        self.stream.send(message.SerializeToString())

    @property
    def words(self) -> str:
        """Everything drawn, as text."""
        return "\n".join(map(str, self.drawn))

    def buttons(self, words: str) -> list[str]:
        """The ids of the drawn buttons whose label starts so."""
        drawn = (one.button for one in self.drawn if one.WhichOneof("type") == "button")
        return [button.id for button in drawn if button.label.startswith(words)]

    def click(self, widget_id: str) -> Tab:
        """Press a button by its id, whether it is drawn or not."""
        return self.rerun([WidgetState(id=widget_id, trigger_value=True)])

    def _is_over(self) -> bool:
        raw = self.stream.recv(timeout=PATIENCE_SECONDS)
        self.bytes_received += len(raw)
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        if message.hash and message.metadata.cacheable:
            self._seen[message.hash] = None
        match message.WhichOneof("type"):
            case "auth_redirect":
                self.leads_to = message.auth_redirect.url
            case "new_session":
                self._hash = message.new_session.page_script_hash
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self.drawn.append(message.delta.new_element)
            case "script_finished":
                return bool(message.script_finished != _AGAIN)
        return False
