"""A linked spreadsheet in a real browser: both sides at once, and a person who decides."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from e2e.conftest import walking
from e2e.grid import Grid
from patience import PATIENCE_SECONDS
from serving import small_district, start
from sheets.addresses import column_letters
from sheets.server import FakeSheets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from e2e.conftest import Walk
    from sheets.book import Book

pytestmark = pytest.mark.browser


class Linked:
    """The business manager before the app, with a spreadsheet beside it."""

    def __init__(self, walk: Walk, book: Book) -> None:
        self.walk, self.book = walk, book

    def begin(self) -> None:
        """Try the connection, link, and let the funds be edited in both."""
        self.walk.sit_down("bea", "google_sheets")
        self.walk.press("Test the connection")
        self.walk.sees("It may write there")
        self.walk.press("Close")
        self.walk.press("Link")
        self.walk.page.get_by_text("Edited in both").first.click()
        self.walk.sees("Saved. The next look at the sheet follows it.")
        self.sync()
        self.wait("GEN-27", "Budget", 50_000)

    def cell(self, row: str, heading: str) -> str:
        """The address of a cell of the tab of funds."""
        lines = self.book.read("Funds", {"valueRenderOption": "UNFORMATTED_VALUE"})["values"]
        number = next(number for number, line in enumerate(lines, 1) if line[0] == row)
        return f"{column_letters(lines[0].index(heading))}{number}"

    def value(self, row: str, heading: str) -> object:
        """What stands in a cell."""
        found = self.book.read(
            f"Funds!{self.cell(row, heading)}", {"valueRenderOption": "UNFORMATTED_VALUE"}
        )
        return found.get("values", [[""]])[0][0]

    def wait(self, row: str, heading: str, value: object) -> None:
        """Come back when the sheet has it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.value(row, heading) != value:
            assert time.monotonic() < end, self.value(row, heading)
            time.sleep(0.2)

    def note(self, text: str) -> None:
        """Change a fund's notes on its page."""
        self.walk.sit_down("bea", "funds")
        Grid(self.walk.page, "Funds").stand_on("GEN-27", "Notes")
        Grid(self.walk.page, "Funds").type(text)
        self.walk.press("Save")
        self.walk.sees("Saved: 1 changed cell.")

    def sync(self) -> None:
        """Ask for a look at the sheet, and wait for its end."""
        self.walk.sit_down("bea", "google_sheets")
        self.walk.press("Sync now")
        self.walk.page.get_by_text("The last look at the sheet ended well").wait_for()
        self.walk.sit_down("bea", "google_sheets")


@pytest.fixture
def linked(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Linked]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FakeSheets() as google:
        book = google.create()
        section = json.dumps({"spreadsheet": book.book_id, **google.credentials()})
        server = start(
            small_district(tmp_path),
            DEMO="1",
            GSHEETS=section,
            GSHEETS_ADDRESS=google.url,
            # A pass is asked for by the test: none comes in between by itself.
            GSHEETS_SECONDS="3600",
        ).wait()
        with contextmanager(walking)(server.address, browser) as walk:
            found = Linked(walk, book)
            found.begin()
            yield found
        server.stop()


def test_budget_in_the_sheet_and_note_in_the_app_at_once_both_arrive(linked: Linked) -> None:
    linked.note("For grade 4 only")
    linked.book.type(f"Funds!{linked.cell('GEN-27', 'Budget')}", "$61,500")
    linked.sync()
    linked.wait("GEN-27", "Notes", "For grade 4 only")
    linked.walk.sit_down("bea", "funds")
    assert Grid(linked.walk.page, "Funds").shows("GEN-27", "Budget") == "$61,500.00"


def test_one_cell_changed_in_both_asks_a_person(linked: Linked) -> None:
    walk = linked.walk
    linked.note("For grade 5 only")
    linked.book.type(f"Funds!{linked.cell('GEN-27', 'Notes')}", "For every grade")
    linked.sync()
    for words in ("Notes was changed in both", "For grade 5 only", "For every grade"):
        walk.sees(words)
    walk.press("Take the sheet's")
    walk.sees("Decided.")
    linked.sync()
    walk.sit_down("bea", "funds")
    assert Grid(walk.page, "Funds").shows("GEN-27", "Notes") == "For every grade"
    assert not linked.value("GEN-27", "_status")
