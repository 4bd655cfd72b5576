"""What comes over a page's connection that no browser of ours would say: told to the audit trail.

Streamlit lets a value for a control, a page or a part of a page fall that it does not know, and
tells nobody. A browser only ever names what it was sent, so a name that its session never had is
somebody's own doing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance

from techrequests import runtime
from techrequests.server.identity import person_behind
from techrequests.server.request_scope import client_of, header_of
from techrequests.store.people import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.proto.ClientState_pb2 import ClientState
    from streamlit.runtime.app_session import AppSession

    Name = tuple[str, str]

NO_SUCH = {
    "control": "a value came for a control that this page does not have",
    "page": "a page came that does not exist",
    "part": "a part of this page came that it does not have",
}
"""In words, by the kind of what was named."""

NOT_FOR_PAGES = "a message came that these pages never send"

_SAID = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"}
_DONE_ASIDE = {"deferred_file", "dataframe_chunk"}
"""What our browsers send; a cache cleared by anybody, say, would be cleared for all."""

_TAIL = 40
SESSION = "techrequests.session"
"""Where a connection's scope says which session of Streamlit's it is, once that runs."""

_RETURNS = 3
"""A browser that comes back names its last session third among the subprotocols."""


class ForgedMessages:
    """Listens to what browsers say to the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, but what no page of ours says."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        said = header_of(scope, b"sec-websocket-protocol").split(",")
        line = Line(returning=len(said) >= _RETURNS and bool(said[_RETURNS - 1].strip()))

        async def receive_heard() -> Message:
            while True:
                message = await receive()
                forged = line.hear(message.get("bytes") or b"")
                if forged:
                    await run_in_threadpool(_note, scope, forged)
                if forged is None or forged.passes:
                    return message

        async def send_watched(message: Message) -> None:
            line.watch(message.get("bytes") or b"")
            scope[SESSION] = line.session_id
            await send(message)

        await self._app(scope, receive_heard, send_watched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """What was said that no browser of ours would say.

    Attributes:
        page: Address of the page, without its slash.
        query: What stood behind it.
        passes: Whether Streamlit may hear it, because it lets it fall by itself.
    """

    words: str
    page: str = ""
    query: str = ""
    passes: bool = True


@dataclass(slots=True)
class Line:
    """One connection of a browser.

    Attributes:
        returning: Whether the browser was here before, and may name what it was sent then: the
            server was started anew, or forgot a tab that slept.
        session_id: Once a run of this connection began.
        held: What the browser has named by right.
    """

    returning: bool
    session_id: str = ""
    held: set[Name] = field(default_factory=set)

    def watch(self, raw: bytes) -> None:
        """Learn from what the server says which session this is."""
        if raw and not self.session_id:
            message = ForwardMsg()
            message.ParseFromString(raw)
            self.session_id = message.new_session.initialize.session_id

    def hear(self, raw: bytes) -> Forged | None:
        """What is forged of a message, if anything."""
        if not raw:
            return None
        said = BackMsg()
        try:
            said.ParseFromString(raw)
        except DecodeError:
            return Forged(words=NOT_FOR_PAGES)
        kind = said.WhichOneof("type")
        if kind == "rerun_script":
            return self._judged(said.rerun_script)
        aside = said.backend_operation_request.WhichOneof("payload")
        if kind in _SAID or (kind == "backend_operation_request" and aside in _DONE_ASIDE):
            return None
        return Forged(words=f"{NOT_FOR_PAGES}: {aside or kind}", passes=False)

    def _judged(self, asked: ClientState) -> Forged | None:
        session = session_of(self.session_id) if self.session_id else None
        named = set(_named(asked))
        unknown = {name for name in named - self.held if not _knows(session, *name)}
        self.held |= named - unknown
        if not self.session_id and self.returning:
            self.held |= unknown
        elif unknown:
            kind, name = min(unknown)
            return Forged(
                words=f"{NO_SUCH[kind]}: …{_printable(name[-_TAIL:])}",
                page=_address(session, asked),
                query=asked.query_string,
            )
        return None


def session_of(session_id: str) -> AppSession | None:
    """What Streamlit knows of a session; it has no public way to ask."""
    found = get_instance()._session_mgr.get_session_info(session_id)  # noqa: SLF001
    return found.session if found else None


def _named(asked: ClientState) -> Iterator[Name]:
    for state in asked.widget_states.widgets:
        yield "control", state.id
    if asked.page_script_hash:
        yield "page", asked.page_script_hash
    if asked.fragment_id:
        yield "part", asked.fragment_id


def _knows(session: AppSession | None, kind: str, name: str) -> bool:
    """Whether a session ever drew a control, and has a page or a part of one."""
    if session is None:
        return False
    if kind == "control":
        return session.session_state.get_widget_metadata(name) is not None
    return name in session.get_pages() if kind == "page" else session.has_fragment(name)


def _address(session: AppSession | None, asked: ClientState) -> str:
    found = session.get_pages().get(asked.page_script_hash) if session else None
    return (found.get("url_pathname") or "") if found else asked.page_name


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _note(scope: Scope, forged: Forged) -> None:
    about, address = f"page /{_printable(forged.page)}", client_of(scope)
    person_id = _person(scope, forged)
    runtime.current().note_refusal(about, forged.words, person_id=person_id, address=address)


def _person(scope: Scope, forged: Forged) -> str:
    """Who says it, or nobody; in the sample district whom the address names."""
    running = runtime.current()
    if not running.settings.demo:
        return person_behind(scope, uses=False) or ""
    named = parse_qs(forged.query).get("as", [])
    with running.database.read() as reader:
        return next(iter(names(reader, named)), "")
