"""Tabs, links and copies: which spreadsheet, and which database, belong together."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import NOON, who
from serving import small_district
from sync.office import ITEMS, Office
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.sheets import Sharing
from techrequests.services import sheets
from techrequests.services.edits import TableAsked
from techrequests.services.sheets import TabAsked
from techrequests.services.tables import save_table
from techrequests.store.backup import backup
from techrequests.store.database import Database
from techrequests.store.witness import witness_path

if TYPE_CHECKING:
    from pathlib import Path

    from sheets.book import Book
    from sheets.server import FakeSheets
    from techrequests.sync.connection import SheetLink

FUND, ITEM = "GEN-27", "HEADSET"
CATALOGUE = "Standards catalogue"


@pytest.fixture
def items(office: Office) -> Office:
    office.share(ITEMS, Sharing.EDITED)
    office.settle()
    return office


def unlink(office: Office) -> None:
    sheets.unlink(office.database, who(office.database, "ada"), now=NOON)


def anew(office: Office) -> None:
    asked = TabAsked(table=ITEMS)
    sheets.begin_tab_anew(office.database, who(office.database, "rita"), asked, now=NOON)


def set_in_app(office: Office, name: str, text: str) -> None:
    item = office.stored(StandardItem, ITEM)
    cell = Cell(field=name, before=str(getattr(item, name)), after=text)
    edit = RowEdit(key=ITEM, seen_version=item.version, cells=(cell,))
    asked = TableAsked(record=StandardItem, save_id=f"save-{text}", edits=(edit,))
    save_table(office.database, who(office.database, "rita"), asked, now=NOON)


def test_a_tab_renamed_to_another_tables_name_stays_its_own(funds: Office) -> None:
    funds.book.tab("Funds").title = "vendors"
    funds.share("vendor", Sharing.EDITED)
    funds.settle()
    assert [tab.title for tab in funds.book.tabs][1:] == ["vendors", "Vendors 2"]
    assert funds.book.tab("vendors").value(1, 0) == FUND


def test_a_new_tab_is_made_beside_one_that_is_still_there(items: Office) -> None:
    items.book.tab(CATALOGUE).put(0, 0, "Our key")
    items.sync()
    assert "has no column “_key”" in items.synchronizer.state.trouble
    anew(items)
    items.settle()
    assert not items.synchronizer.state.trouble
    made = items.book.tab(f"{CATALOGUE} 2")
    assert made.value(1, 0) == "CB-STUDENT"
    items.book.tab(CATALOGUE).put(1, 2, "Not read any more")
    items.settle()
    assert items.stored(StandardItem, "CB-STUDENT").name == "Student Chromebook"


def test_a_link_that_was_ended_is_made_again_without_taking_anything_over(items: Office) -> None:
    items.typed(ITEMS, ITEM, "notes", "Before")
    items.settle()
    unlink(items)
    items.typed(ITEMS, ITEM, "notes", "Meanwhile")
    items.sync()
    assert items.stored(StandardItem, ITEM).notes == "Before"
    items.link()
    items.settle()
    assert not items.synchronizer.state.trouble
    assert items.stored(StandardItem, ITEM).notes == "Meanwhile"


def test_a_link_ended_and_made_to_another_spreadsheet_begins_there_anew(
    items: Office, google: FakeSheets
) -> None:
    unlink(items)
    other_book = google.create("Another")
    where = replace(items.synchronizer.where, spreadsheet_id=other_book.book_id)
    other = Office(items.database, where, other_book)
    other.link()
    other.settle()
    assert not other.synchronizer.state.trouble
    assert other.cell(ITEMS, ITEM, "name") == "Classroom headset"


def test_back_in_a_former_spreadsheet_it_goes_on_from_what_was_agreed_on_there(
    items: Office, google: FakeSheets
) -> None:
    items.typed(ITEMS, ITEM, "notes", "Only for music rooms")
    items.settle()
    filled = items.spare(ITEMS)
    unlink(items)
    other_book = google.create("Another")
    other = Office(
        items.database,
        replace(items.synchronizer.where, spreadsheet_id=other_book.book_id),
        other_book,
    )
    other.link()
    other.settle()
    set_in_app(other, "notes", "")
    set_in_app(other, "lead_time_days", "21")
    other.settle()
    items.typed(ITEMS, ITEM, "model", "Wired")
    items.typed(ITEMS, ITEM, "lead_time_days", "30")
    unlink(other)
    items.link()
    items.settle()
    assert items.stored(StandardItem, ITEM).notes == ""
    assert items.cell(ITEMS, ITEM, "notes") == ""
    assert items.stored(StandardItem, ITEM).model == "Wired"
    assert [(found.field, found.ours, found.theirs) for _, found in items.waiting()] == [
        ("lead_time_days", "21", "30")
    ]
    assert items.spare(ITEMS) == filled


def test_what_waits_in_a_table_that_is_switched_off_waits_until_it_is_on_again(
    items: Office,
) -> None:
    items.typed(ITEMS, ITEM, "lead_time_days", "30")
    set_in_app(items, "lead_time_days", "21")
    items.settle()
    assert len(items.waiting()) == 1
    items.share(ITEMS, Sharing.OFF)
    assert not items.waiting()
    items.share(ITEMS, Sharing.EDITED)
    assert len(items.waiting()) == 1


def test_an_ended_link_has_no_trouble_any_more(items: Office) -> None:
    items.book.tabs.remove(items.book.tab(CATALOGUE))
    items.sync()
    assert items.synchronizer.state.stopped
    unlink(items)
    items.sync()
    assert not items.synchronizer.state.stopped
    assert not items.synchronizer.state.trouble


def test_a_deleted_tab_is_made_anew_when_a_person_says_so(items: Office) -> None:
    items.book.tabs.remove(items.book.tab(CATALOGUE))
    items.sync()
    assert "was deleted" in items.synchronizer.state.trouble
    anew(items)
    items.settle()
    assert items.cell(ITEMS, "LAP-TEACHER", "name") == "Teacher laptop 14 in"
    assert not items.waiting()


def test_a_copy_of_the_database_writes_nothing_until_it_is_linked_itself(
    tmp_path: Path, link: SheetLink, book: Book, google: FakeSheets
) -> None:
    live = Office(Database.open(small_district(tmp_path)), link, book)
    live.link()
    live.share(ITEMS, Sharing.EDITED)
    live.settle()
    live.database.close()
    copied = tmp_path / "restored.duckdb"
    shutil.copy(live.database.path, copied)
    restored = Office(Database.open(copied), link, book)
    set_in_app(restored, "notes", "Since the backup")
    google.calls.clear()
    restored.sync()
    assert not google.calls
    assert "is a copy of the one that was linked" in restored.synchronizer.state.trouble
    restored.link()
    restored.sync()
    assert "linked to another copy of the app" in restored.synchronizer.state.trouble
    restored.link(take_over=True)
    restored.settle()
    assert restored.cell(ITEMS, ITEM, "notes") == "Since the backup"
    restored.database.close()
    again = Office(Database.open(live.database.path), link, book)
    again.sync()
    assert "linked to another copy of the app" in again.synchronizer.state.trouble
    again.database.close()


def test_a_backup_restored_in_the_place_of_the_original_writes_nothing_until_it_is_linked(
    tmp_path: Path, link: SheetLink, book: Book, google: FakeSheets
) -> None:
    """The file system may give it the very place on the disk that was freed."""
    path = small_district(tmp_path)
    live = Office(Database.open(path), link, book)
    live.link()
    live.share(ITEMS, Sharing.EDITED)
    live.settle()
    backup(live.database, tmp_path / "saved.duckdb", now=NOON)
    set_in_app(live, "notes", "After the backup")
    live.settle()
    before = path.stat().st_ino
    live.database.close()
    content = (tmp_path / "saved.duckdb").read_bytes()
    path.write_bytes(content)
    witness_path(path).unlink()  # it saw more than the backup has, and would refuse
    assert path.stat().st_ino == before
    restored = Office(Database.open(path), link, book)
    google.calls.clear()
    restored.sync()
    assert not google.calls
    assert "is a copy of the one that was linked" in restored.synchronizer.state.trouble
    restored.link(take_over=True)
    restored.settle()
    assert not restored.synchronizer.state.trouble
    assert restored.stored(StandardItem, ITEM).notes == "After the backup"
    restored.database.close()


def test_a_copied_spreadsheet_is_left_alone_until_it_is_taken_over(
    funds: Office, google: FakeSheets
) -> None:
    copied = funds.book.copied()
    copied.book_id = f"{funds.book.book_id[:-4]}COPY"
    google.books[copied.book_id] = copied
    where = replace(funds.synchronizer.where, spreadsheet_id=copied.book_id)
    other = Office(funds.database, where, copied)
    other.link()
    other.sync()
    assert "is a copy of one that is linked" in other.synchronizer.state.trouble
    assert copied.tab("Funds").cells == funds.book.tab("Funds").cells
    other.link(take_over=True)
    other.settle()
    assert not other.synchronizer.state.trouble
    other.link()
    other.settle()
    assert not other.synchronizer.state.trouble


def test_a_file_on_another_machine_has_another_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Database.open(small_district(tmp_path))
    homes = set()
    for machine in ("a1", "b2"):
        (tmp_path / machine).write_text(machine)
        monkeypatch.setattr(sheets, "_MACHINE", tmp_path / machine)
        homes.add(sheets.home_of(opened))
    opened.close()
    assert len(homes) == 2
