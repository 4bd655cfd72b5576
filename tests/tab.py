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

    from streamlit.proto.Common_pb2 import FileURLs
    from streamlit.proto.Delta_pb2 import Delta
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
        folded: The ids of what the last run drew that opens by a click.
        leads_to: Where the last run sent the browser, such as to the sign-in.
        bytes_received: Since the opening.
        session_id: The server's name for this visit, known after the first run.
    """

    address: str
    trust: ssl.SSLContext | None = None
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    xsrf: str = ""
    last_session: str = ""
    drawn: list[Any] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    leads_to: str = ""
    bytes_received: int = 0
    session_id: str = ""
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
        self.folded.clear()
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

    def unfold(self) -> Tab:
        """Open everything on the page that opens by a click."""
        return self.rerun([WidgetState(id=one, bool_value=True) for one in self.folded])

    def links(self) -> list[str]:
        """Where everything that was drawn leads that is fetched from the server as a file."""
        found: list[str] = []
        for one in self.drawn:
            match one.WhichOneof("type"):
                case "link_button":
                    found.append(one.link_button.url)
                case "download_button" if one.download_button.deferred_file_id:
                    found.append(self._deferred(one.download_button.deferred_file_id))
                case "download_button":
                    found.append(one.download_button.url)
        return [address for address in found if address.startswith("/")]

    def _deferred(self, file_id: str) -> str:
        """Where a file is that is made when somebody asks for it."""
        message = BackMsg()
        message.backend_operation_request.request_id = "1"
        message.backend_operation_request.session_id = self.session_id
        message.backend_operation_request.deferred_file.file_id = file_id
        self.say(message)
        while (said := self._heard()).WhichOneof("type") != "backend_operation_response":
            pass
        return str(said.backend_operation_response.deferred_file.url)

    def place_to_drop(self, label: str) -> str:
        """The id of the drawn place to drop files whose label starts so."""
        drawn = (
            one.file_uploader for one in self.drawn if one.WhichOneof("type") == "file_uploader"
        )
        return str(next(one.id for one in drawn if one.label.startswith(label)))

    def places_for(self, *file_names: str) -> list[FileURLs]:
        """Where the server wants these files to be sent, as a browser asks."""
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.session_id = self.session_id
        message.file_urls_request.file_names.extend(file_names)
        self.say(message)
        while (said := self._heard()).WhichOneof("type") != "file_urls_response":
            pass
        return list(said.file_urls_response.file_urls)

    def dropped(self, widget_id: str, place: FileURLs, name: str, size: int) -> Tab:
        """Tell the page of a file that was sent."""
        state = WidgetState(id=widget_id)
        state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=size, file_id=place.file_id, file_urls=place
        )
        return self.rerun([state])

    def _draw(self, delta: Delta) -> None:
        if delta.WhichOneof("type") == "new_element":
            self.drawn.append(delta.new_element)
        elif delta.add_block.expandable.id:
            self.folded.append(delta.add_block.expandable.id)

    def _heard(self) -> ForwardMsg:
        raw = self.stream.recv(timeout=PATIENCE_SECONDS)
        self.bytes_received += len(raw)
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        return message

    def _is_over(self) -> bool:
        message = self._heard()
        if message.hash and message.metadata.cacheable:
            self._seen[message.hash] = None
        match message.WhichOneof("type"):
            case "auth_redirect":
                self.leads_to = message.auth_redirect.url
            case "new_session":
                self._hash = message.new_session.page_script_hash
                self.session_id = message.new_session.initialize.session_id
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta":
                self._draw(message.delta)
            case "script_finished":
                return bool(message.script_finished != _AGAIN)
        return False
