"""How much of what is uploaded may lie in memory: it does until a page took it.

Streamlit asks nobody whether a page waits for a file, and keeps it until long after its tab closed.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from streamlit.runtime import get_instance

from techrequests import runtime
from techrequests.domain.attachments import MOST_BYTES_A_DAY, MOST_FILES
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.sign_in import read_claims
from techrequests.server.forged_messages import session_of
from techrequests.server.identity import claims_behind
from techrequests.server.request_scope import client_of, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from starlette.types import ASGIApp, Receive, Scope, Send

UPLOADING = "/_stcore/upload_file/"

MOST_OF_A_TAB = 100 * 2**20
MOST_OF_A_PERSON = 200 * 2**20
MOST_OF_ALL = 1_000 * 2**20
"""Bytes that lie in memory at once."""

_A_DAY = timedelta(days=1)
_FRAME = 2**16
"""What a browser sends around a file."""

Refusal = tuple[str, int]


class UploadRoom:
    """Counts what is uploaded in bytes, by tab, person and day, before any of it is taken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ledger = Ledger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse a file for which there is no room."""
        if scope["type"] != "http" or scope["method"] != "PUT" or UPLOADING not in scope["path"]:
            await self._app(scope, receive, send)
            return
        length = header_of(scope, b"content-length")
        session_id = scope["path"].partition(UPLOADING)[2].partition("/")[0]
        whose = await run_in_threadpool(_whose, scope, session_id)
        refused = self._refusal(session_id, whose, length)
        if refused:
            words, code = refused
            await PlainTextResponse(words, status_code=code)(scope, receive, send)
            return
        with self._ledger.coming(session_id, whose, int(length), runtime.current().now()):
            await self._app(scope, receive, send)

    def _refusal(self, session_id: str, whose: str, length: str) -> Refusal | None:
        if not whose:
            return "This page is somebody else's. Load it again, and send the file there.", 403
        if not length.isdecimal():
            return "Say how large the file is.", 411
        return self._ledger.refusal(session_id, whose, int(length), runtime.current().now())


@dataclass(slots=True)
class Ledger:
    """What lies in memory and what is on its way, in bytes; used from one thread only."""

    _coming: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _files_coming: Counter[str] = field(default_factory=Counter)
    _days: dict[str, deque[tuple[datetime, int]]] = field(default_factory=dict)

    def refusal(self, session_id: str, whose: str, size: int, now: datetime) -> Refusal | None:
        """Why there is no room for a file of this size, if there is none."""
        lying = _lying()
        mine = self._coming[whose]
        files, of_tab = lying.get(session_id, (0, 0))
        files += self._files_coming[session_id]
        of_person = sum(lying.get(one, (0, 0))[1] + mine[one] for one in {*mine, session_id})
        of_all = sum(held for _, held in lying.values())
        size -= min(size, _FRAME)
        if files >= MOST_FILES or of_tab + mine[session_id] + size > MOST_OF_A_TAB:
            return (
                "This page holds many files already. Load it again, then send fewer at once.",
                413,
            )
        if of_person + size > MOST_OF_A_PERSON:
            return "Your other tabs hold many files already. Close some, then try again.", 413
        if self._of_the_day(whose, now) + size > MOST_BYTES_A_DAY:
            words = f"You have sent {MOST_BYTES_A_DAY // 2**20} MB of files within a day."
            return f"{words} Send the others tomorrow.", 429
        if of_all + size > MOST_OF_ALL:
            return "Too many files are being sent right now. Try again in some minutes.", 503
        return None

    @contextmanager
    def coming(self, session_id: str, whose: str, size: int, now: datetime) -> Iterator[None]:
        """Count a file while it is on its way; the day counts it for good."""
        self._days.setdefault(whose, deque()).append((now, size))
        self._coming[whose][session_id] += size
        self._files_coming[session_id] += 1
        try:
            yield
        finally:
            self._coming[whose][session_id] -= size
            self._files_coming[session_id] -= 1
            self._forget_closed(whose)

    def _of_the_day(self, whose: str, now: datetime) -> int:
        sent = self._days.get(whose, deque())
        while sent and sent[0][0] <= now - _A_DAY:
            sent.popleft()
        return sum(size for _, size in sent)

    def _forget_closed(self, whose: str) -> None:
        """A session of which nothing lies here and nothing comes needs no count."""
        lying = _lying()
        for counted in (self._coming[whose], self._files_coming):
            for session_id in [one for one in counted if not counted[one] and one not in lying]:
                del counted[session_id]


def _lying() -> dict[str, tuple[int, int]]:
    """How many files lie in memory, and of how many bytes, by session."""
    manager: Any = get_instance().uploaded_file_mgr
    held = {name: list(files.values()) for name, files in list(manager.file_storage.items())}
    return {name: (len(files), sum(len(one.data) for one in files)) for name, files in held.items()}


def _whose(scope: Scope, session_id: str) -> str:
    """Whose tab a file is sent to, if it is the sender's own; in the sample district anybody's."""
    if runtime.current().settings.demo:
        return f"address {client_of(scope)}"
    claims, session = claims_behind(scope), session_of(session_id)
    if claims is None:
        return ""
    if session is None:
        return claims.identity_id  # Streamlit says what is wrong
    try:
        told: Any = session._user_info  # noqa: SLF001  # it has no public way to say whose it is
        own = read_claims(told).sign_in_id == claims.sign_in_id
    except NotAllowedError:
        return ""
    return claims.identity_id if own else ""
