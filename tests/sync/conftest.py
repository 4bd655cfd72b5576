"""A fake Google Sheets for every test of the synchronisation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from patience import PATIENCE_SECONDS
from sheets.server import FakeSheets
from sync.office import FUNDS, Office
from techrequests.domain.sheets import Sharing
from techrequests.sync import connection
from techrequests.sync.connection import SheetLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sheets.book import Book
    from techrequests.store.database import Database


@pytest.fixture(scope="session")
def google_server() -> Iterator[FakeSheets]:
    with FakeSheets() as running:
        yield running


@pytest.fixture
def google(google_server: FakeSheets, monkeypatch: pytest.MonkeyPatch) -> FakeSheets:
    """The server with nothing wrong and nothing counted."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    # This server is a thread of our own, which may have to wait for its turn.
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", (PATIENCE_SECONDS, PATIENCE_SECONDS))
    google_server.faults.clear()
    google_server.calls.clear()
    google_server.quota = None
    google_server.clock = time.monotonic
    return google_server


@pytest.fixture
def book(google: FakeSheets) -> Book:
    return google.create()


@pytest.fixture
def link(google: FakeSheets, book: Book) -> SheetLink:
    return SheetLink(spreadsheet_id=book.book_id, account=google.credentials(), base_url=google.url)


@pytest.fixture
def office(database: Database, link: SheetLink, book: Book) -> Office:
    """The small district, linked to a spreadsheet and with nothing shared yet."""
    made = Office(database, link, book)
    made.link()
    return made


@pytest.fixture
def funds(office: Office) -> Office:
    """The same with its funds edited in both."""
    office.share(FUNDS, Sharing.EDITED)
    office.settle()
    return office
