"""`techrequests sync` says how app and sheet stand, and ends with the code that fits."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from builders import NOON, who
from sheets.server import FakeSheets
from sync.office import FUNDS, ITEMS, Office
from techrequests.cli import main
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.sheets import Sharing
from techrequests.services.edits import TableAsked
from techrequests.services.tables import save_table
from techrequests.store.database import Database
from techrequests.sync.connection import SheetLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sheets.book import Book

FUND, ITEM = "GEN-27", "HEADSET"


class Desk:
    """A district linked to a spreadsheet, and the command line beside it."""

    def __init__(self, google: FakeSheets, path: str, patch: pytest.MonkeyPatch) -> None:
        self.google, self.path, self._patch = google, path, patch
        self.book = google.create()
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("TECHREQUESTS_GSHEETS_ADDRESS", google.url)
        self.set_up(self.book)

    def set_up(self, book: Book) -> None:
        """Whoever runs the server names a spreadsheet in the settings."""
        section = {"spreadsheet": book.book_id, **self.google.credentials()}
        self._patch.setenv("TECHREQUESTS_GSHEETS", json.dumps(section))

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The app runs."""
        where = SheetLink(
            spreadsheet_id=self.book.book_id,
            account=self.google.credentials(),
            base_url=self.google.url,
        )
        opened = Office(Database.open(self.path), where, self.book)
        yield opened
        opened.database.close()

    def sync(self, *words: str) -> int:
        """Somebody types the command."""
        return main(["sync", "--database", self.path, *words])


@pytest.fixture
def desk(file_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    file_database.close()
    with FakeSheets() as google:
        made = Desk(google, str(file_database.path), monkeypatch)
        with made.office() as office:
            office.link()
            office.share(FUNDS, Sharing.EDITED)
            office.share(ITEMS, Sharing.EDITED)
        yield made


def note_in_app(office: Office, text: str) -> None:
    item = office.stored(StandardItem, ITEM)
    cell = Cell(field="notes", before=item.notes, after=text)
    edit = RowEdit(key=ITEM, seen_version=item.version, cells=(cell,))
    asked = TableAsked(record=StandardItem, save_id=text, edits=(edit,))
    save_table(office.database, who(office.database, "rita"), asked, now=NOON)


def test_in_step_is_said_and_ends_well(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.sync() == 0
    assert capsys.readouterr().out == "App and sheet are in step.\n"
    with desk.office() as office:
        office.typed(ITEMS, ITEM, "notes", "Only for music rooms")
    assert desk.sync() == 0
    with desk.office() as office:
        assert office.stored(StandardItem, ITEM).notes == "Only for music rooms"


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_another_spreadsheet_in_the_settings_is_refused_and_left_alone(
    desk: Desk, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    desk.set_up(desk.google.create("Another"))
    assert desk.sync(*words) == 2
    told = capsys.readouterr()
    assert not told.out
    assert "name another spreadsheet than the one that is linked" in told.err
    assert desk.book.book_id in told.err
    assert not desk.google.calls


def test_what_waits_or_is_refused_is_counted_and_is_not_in_step(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.sync()
    with desk.office() as office:
        office.typed(ITEMS, ITEM, "notes", "In the sheet")
        note_in_app(office, "In the app")
        office.taken_out(ITEMS, "LAP-TEACHER")
        office.typed(FUNDS, FUND, "budget_cents", "about 5")
        office.typed(FUNDS, FUND, "sites", "Lincoln High School")
        office.typed(FUNDS, FUND, "notes", "For grade 4")
        office.typed(FUNDS, office.spare(FUNDS), "name", "Half a row")
    capsys.readouterr()
    for _ in range(2):
        assert desk.sync() == 1
        assert capsys.readouterr().out.splitlines() == [
            "2 changes wait for a decision on the page “Google Sheets”.",
            "2 cells are refused: see the column “_status”.",
            "1 row is not taken over: see the column “_status”.",
        ]


def test_a_table_that_stopped_is_an_error_beside_what_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.sync()
    with desk.office() as office:
        office.typed(FUNDS, FUND, "budget_cents", "about 5")
    desk.book.tabs.remove(desk.book.tab("Standards catalogue"))
    capsys.readouterr()
    assert desk.sync() == 1
    told = capsys.readouterr()
    assert told.out == "1 cell is refused: see the column “_status”.\n"
    assert "was deleted" in told.err


def test_it_looks_again_until_nothing_is_left_to_do(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("techrequests.sync.run_pass.MOST_ROWS_A_PASS", 10)
    assert desk.sync() == 0
    with desk.office() as office:
        assert {row.key for row in office.tab(ITEMS)} >= {ITEM, "LAP-TEACHER", "CB-STUDENT"}
    monkeypatch.setattr("techrequests.cli.sheets._MOST_LOOKS", 1)
    with desk.office() as office:
        office.typed(ITEMS, ITEM, "notes", "New")
    capsys.readouterr()
    assert desk.sync() == 1
    assert capsys.readouterr().out == "There is more to do: run it again.\n"
