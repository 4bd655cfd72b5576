"""A fake of Google Sheets on loopback, to which real gspread talks over HTTP.

    with FakeSheets() as google:
        book = google.create("Technology Requests")
        client = gspread.service_account_from_dict(google.credentials(), http_client=...)
        book.type("Funds!C2", "1,250.00")       # a person types, as Google would read it
        google.fail(503, match="batchUpdate", after=True)   # applied, but the answer is lost

It serves the OAuth token endpoint and, of Sheets v4, `spreadsheets.get`, every method of
`values` but those by data filter, `spreadsheets.batchUpdate` with the requests in `changes.py`,
and `developerMetadata:search`. Every write is all or nothing, as Google promises.

Known differences from Google:

* No Drive API: nothing is found by title, created, shared or exported; `create` and
  `Book.shared` stand for what a person does in the browser.
* Formulas know numbers, cells of the same tab, + - * / and brackets; any other is `#NAME?`.
* One locale, en_US. A day typed without a year is in 2027, whatever the year is.
* Typing knows the date forms in `values.py`; Google knows more.
* Partial answers (`fields=`) are only honoured by the top-level names of `spreadsheets.get`.
* Protected ranges and validations are kept and answered, but refuse nothing.
* Cell formats other than number formats, merges, notes, groups, filters and charts are not kept.
* Sorting moves cells with their own formats; developer metadata of rows stays where it is.
* `values.append` finds tables by touching cells alone; hidden rows and filters do not confuse it.
* The quota counts a moving minute. Google refills by its own clock, and its limits may differ.
* A token is not checked for scopes or audience; `scopes` tells what was asked for.
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from patience import PATIENCE_SECONDS
from sheets.addresses import Json, RefusedError
from sheets.book import Book
from sheets.methods import answer

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "technology-requests@district.iam.gserviceaccount.com"
"""The service account's address, with which people share their spreadsheets."""

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_SERVER_ERRORS = 500
_MINUTE_SECONDS = 60


@dataclass(kw_only=True)
class Fault:
    """How some of the next requests go wrong.

    Attributes:
        status: HTTP code of the answer; 200 with `until` is only slow.
        times: How many requests it still meets.
        match: Part of “METHOD path” of those requests.
        after: Whether the request is carried out before the answer is spoilt.
        html: Whether the answer is a page of HTML, as from a proxy of Google's.
        drop: Whether the connection is closed without any answer.
        until: What the answer waits for.
    """

    status: int
    times: int = 1
    match: str = ""
    after: bool = False
    html: bool = False
    drop: bool = False
    until: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    status: int
    at: float


@cache
def _private_key() -> str:
    """A key made for this run: none is ever kept in a file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class FakeSheets(ThreadingHTTPServer):
    """The server; use it in a `with`, which starts and stops it.

    Attributes:
        calls: Every request that came, in order.
        quota: Reads, and likewise writes, allowed in a minute; None for no limit.
        scopes: What the last token was asked for.
        clock: Seconds, by which the quota counts a minute.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.books: dict[str, Book] = {}
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.tokens: set[str] = set()
        self.quota: int | None = None
        self.scopes: tuple[str, ...] = ()
        self.clock: Callable[[], float] = time.monotonic
        self.lock = threading.RLock()
        self._ids = itertools.count(100_001)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def new_id(self) -> int:
        """The next number for a tab, a range and the like."""
        return next(self._ids)

    def create(self, title: str = "Technology Requests") -> Book:
        """A person makes a spreadsheet and shares it with the service account."""
        book = Book(f"fake{self.new_id()}".ljust(44, "x"), title)
        self.books[book.book_id] = book
        return book

    def fail(self, status: int = 503, **how: Any) -> None:  # noqa: ANN401  # the fields of Fault
        """Let the next requests go wrong; see `Fault`."""
        self.faults.append(Fault(status=status, **how))

    def count(self, part: str = "") -> int:
        """How many calls of the API there were whose “METHOD path” has a part."""
        calls = (f"{call.method} {call.path}" for call in self.calls)
        return sum(part in call for call in calls if not call.endswith(" /token"))

    def credentials(self) -> dict[str, str]:
        """What stands in a service account's JSON file."""
        return {
            "type": "service_account",
            "project_id": "fake",
            "private_key_id": "1",
            "private_key": _private_key(),
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }

    def met_fault(self, call: str) -> Fault | None:
        """The fault that spoils a call, used up by one."""
        with self.lock:
            found = next((one for one in self.faults if one.times and one.match in call), None)
            if found:
                found.times -= 1
        return found

    def give_token(self, raw: bytes) -> Json:
        """Answer a signed assertion with a token."""
        claims = parse_qs(raw.decode())["assertion"][0].split(".")[1]
        asked = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.scopes = tuple(asked.get("scope", "").split())
        token = f"token-{self.new_id()}"
        self.tokens.add(token)
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def check_quota(self, method: str) -> None:
        """Refuse what is too much for a minute."""
        since = self.clock() - _MINUTE_SECONDS
        recent = Counter(
            call.method == "GET"
            for call in self.calls
            if call.at > since and call.path.startswith("/v4/") and call.status != 429
        )
        kind = "Read" if method == "GET" else "Write"
        if self.quota is not None and recent[method == "GET"] >= self.quota:
            raise RefusedError(
                f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests "
                "per minute per user' of service 'sheets.googleapis.com' for consumer "
                "'project_number:1'.",
                429,
            )


def _token_refusal(code: int) -> Json:
    """What the token endpoint says: of the key, or only of itself."""
    if code >= _SERVER_ERRORS:
        return {"error": "internal_failure", "error_description": "Backend Error"}
    return {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    server: FakeSheets

    def log_message(self, *_: object) -> None:
        """Nothing is printed: `calls` has it all."""

    def handle_one(self) -> None:
        """Answer one request, well or as a fault says."""
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.met_fault(f"{self.command} {path}")
        if fault and fault.until:
            fault.until.wait(PATIENCE_SECONDS)
        code, body = self._answer(path, parse_qs(parts.query, keep_blank_values=True), raw, fault)
        self.server.calls.append(Call(self.command, path, code, self.server.clock()))
        if fault and fault.drop:
            self.close_connection = True
            return
        page = b"<html><title>502 Bad Gateway</title></html>"
        self._send(code, page if fault and fault.html else json.dumps(body).encode())

    do_GET = do_POST = do_PUT = handle_one  # noqa: N815  # the names that http.server looks for

    def _answer(
        self, path: str, query: dict[str, list[str]], raw: bytes, fault: Fault | None
    ) -> tuple[int, Json]:
        spoilt = fault is not None and fault.status != 200
        try:
            if spoilt and fault and not fault.after:
                raise RefusedError("The service is currently unavailable.", fault.status)  # noqa: TRY301  # one way out for every refusal
            body = self._carried_out(path, query, raw)
            if spoilt and fault:
                raise RefusedError("The service is currently unavailable.", fault.status)  # noqa: TRY301  # likewise
        except RefusedError as refused:
            if path == "/token":
                return refused.code, _token_refusal(refused.code)
            status = _STATUS.get(refused.code, "UNKNOWN")
            error = {"code": refused.code, "message": refused.message, "status": status}
            return refused.code, {"error": error}
        return 200, body

    def _carried_out(self, path: str, query: dict[str, list[str]], raw: bytes) -> Json:
        server = self.server
        if path == "/token":
            return server.give_token(raw)
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in server.tokens:
            raise RefusedError("Request had invalid authentication credentials.", 401)
        with server.lock:
            server.check_quota(self.command)
            try:
                body = json.loads(raw) if raw else {}
                return answer(server.books, self.command, path, query, body, server.new_id)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                message = f"Invalid JSON payload received. {error!r}"
                raise RefusedError(message) from error

    def _send(self, code: int, data: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
