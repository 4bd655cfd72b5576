"""A browser tab without a browser: speaks the protocol of Streamlit's pages over its websocket.

What a browser would draw is kept as Streamlit sent it, so that a test can look for anything in it,
and anything can be sent back, also what no browser would.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine, Iterable, Mapping
    from types import TracebackType

    from streamlit.proto.Common_pb2 import FileURLs
    from streamlit.proto.Delta_pb2 import Delta
    from websockets.asyncio.client import ClientConnection

T = TypeVar("T")

_MOST_BYTES = 2**26
_AGAIN = 2
"""The run was ended by a newer one, of which the end is still to come."""


_LOOP = asyncio.new_event_loop()
"""Where every connection of every tab lives: in one thread, since TLS is not safe in several."""

threading.Thread(target=_LOOP.run_forever, name="tabs", daemon=True).start()


def _wait_for(what: Coroutine[Any, Any, T], seconds: float = PATIENCE_SECONDS) -> T:
    return asyncio.run_coroutine_threadsafe(asyncio.wait_for(what, seconds), _LOOP).result()


@dataclass(frozen=True, slots=True)
class Stream:
    """A websocket, to be used from any thread."""

    _connection: ClientConnection

    @classmethod
    def open(cls, address: str, **how: Any) -> Self:  # noqa: ANN401  # as `websockets` takes them
        """Connect; `how` is for `websockets`."""

        async def connected() -> ClientConnection:
            return await connect(address, **how)

        return cls(_wait_for(connected()))

    def send(self, what: bytes | str) -> None:
        """Send a message."""
        _wait_for(self._connection.send(what))

    def recv(self, timeout: float = PATIENCE_SECONDS) -> bytes | str:
        """The next message.

        Raises:
            TimeoutError: None came in so many seconds.
        """
        return _wait_for(self._connection.recv(), timeout)

    def close(self) -> None:
        """Close it."""
        _wait_for(self._connection.close())


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
    _session: str = ""
    _files: Any = None
    _made: Any = None
    _page: str = ""
    _hash: str = ""
    _query: str = ""
    _seen: dict[str, None] = field(default_factory=dict)
    _stream: Stream | None = None

    def __enter__(self) -> Self:
        """Open the connection; nothing runs yet."""
        self._stream = Stream.open(
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
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.stream.close()

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
    def stream(self) -> Stream:
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

    @property
    def query(self) -> str:
        """What stands behind the question mark of the address by now."""
        return self._query

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
        message, self._made = BackMsg(), None
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = file_id, self._session
        asked.deferred_file.file_id = file_id
        self.say(message)
        while self._made is None:
            self._is_over()
        return str(self._made.deferred_file.url)

    def place_to_drop(self, label: str) -> str:
        """The id of the drawn place to drop files whose label starts so."""
        drawn = (
            one.file_uploader for one in self.drawn if one.WhichOneof("type") == "file_uploader"
        )
        return str(next(one.id for one in drawn if one.label.startswith(label)))

    def dropped(self, widget_id: str, place: FileURLs, name: str, size: int) -> Tab:
        """Tell the page of a file that was sent."""
        return self.rerun([holding(widget_id, place, name, size)])

    def place_for(self, name: str) -> FileURLs:
        """Where a file of that name is to be sent, as the page's uploader asks before it sends."""
        message, self._files = BackMsg(), None
        asked = message.file_urls_request
        asked.request_id, asked.session_id = name, self._session
        asked.file_names.append(name)
        self.say(message)
        while self._files is None:
            self._is_over()
        assert not self._files.error_msg, self._files.error_msg
        place: FileURLs = self._files.file_urls[0]
        return place

    def _is_over(self) -> bool:
        raw = self.stream.recv(timeout=PATIENCE_SECONDS)
        self.bytes_received += len(raw)
        message = ForwardMsg()
        message.ParseFromString(raw.encode() if isinstance(raw, str) else raw)
        if message.hash and message.metadata.cacheable:
            self._seen[message.hash] = None
        self._note(message)
        over = message.WhichOneof("type") == "script_finished"
        return over and bool(message.script_finished != _AGAIN)

    def _note(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "auth_redirect":
                self.leads_to = message.auth_redirect.url
            case "new_session":
                self._session = message.new_session.initialize.session_id
                self._hash = message.new_session.page_script_hash
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "file_urls_response":
                self._files = message.file_urls_response
            case "backend_operation_response":
                self._made = message.backend_operation_response
            case "delta":
                self._draw(message.delta)

    def _draw(self, delta: Delta) -> None:
        if delta.WhichOneof("type") == "new_element":
            self.drawn.append(delta.new_element)
        elif delta.add_block.expandable.id:
            self.folded.append(delta.add_block.expandable.id)


def holding(widget_id: str, place: FileURLs, name: str, size: int) -> WidgetState:
    """The state of a place to drop files that holds one."""
    state = WidgetState(id=widget_id)
    state.file_uploader_state_value.uploaded_file_info.add(
        name=name, size=size, file_id=place.file_id, file_urls=place
    )
    return state
