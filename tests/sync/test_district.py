"""The district's own tables in a sheet: its services decide, as they do on the page."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from builders import NOON, who
from techrequests.domain.catalogue import StandardItem, Vendor
from techrequests.services.tables import PLANS, table_history
from techrequests.sync.connection import Patience, opened
from techrequests.sync.district import DistrictTable
from techrequests.sync.do import Pass, Report, run_pass
from techrequests.sync.layout import Mode
from techrequests.sync.tab import read_tab
from techrequests.sync.workbook import Workbook

if TYPE_CHECKING:
    from sheets.book import Book
    from sheets.server import FakeSheets
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database
    from techrequests.sync.connection import SheetLink
    from techrequests.sync.tab import SeenRow


class Office:
    """The small district with its catalogue tables in a spreadsheet."""

    def __init__(self, database: Database, link: SheetLink, book: Book, by: str) -> None:
        self.database, self.book = database, book
        numbers = itertools.count(1)
        self.tables = [
            DistrictTable(
                database=database,
                actor=who(database, by),
                plan=PLANS[record],
                mode=Mode.ROWS,
                now=NOON,
                new_id=lambda: f"sheet-save-{next(numbers)}",
            )
            for record in (StandardItem, Vendor)
        ]
        self.this = Pass(
            database=database,
            workbook=Workbook(opened(link, Patience(sleep=lambda _: None))),
            now=NOON,
            new_key=lambda: f"row-{next(numbers)}",
        )

    def sync(self) -> Report:
        return run_pass(self.this, self.tables)

    def row(self, key: str, table: int = 0) -> SeenRow:
        layout = self.tables[table].layout
        values = self.book.read(layout.title, {"valueRenderOption": "UNFORMATTED_VALUE"})["values"]
        return next(row for row in read_tab(layout, values).rows if row.key == key)

    def typed(self, key: str, name: str, text: str) -> None:
        layout = self.tables[0].layout
        column = [*layout.headings].index(name)
        self.book.tab(layout.title).put(self.row(key).number, column, text, "USER_ENTERED")

    def stored(self, record: type[Record], key: str) -> Record:
        with self.database.read() as reader:
            return reader.get(record, key)


@pytest.fixture
def office(database: Database, link: SheetLink, book: Book) -> Office:
    made = Office(database, link, book, by="ada")
    made.sync()
    return made


def test_an_edit_from_a_sheet_stands_in_the_tables_own_history(office: Office) -> None:
    office.typed("LAP-TEACHER", "unit_price_cents", "$912.50")
    assert office.sync().taken == 1
    item = office.stored(StandardItem, "LAP-TEACHER")
    assert isinstance(item, StandardItem)
    assert item.unit_price_cents == 912_50
    newest = table_history(office.database, StandardItem)[0]
    assert (newest["field"], newest["before"], newest["after"]) == (
        "unit_price_cents",
        "899.00",
        "912.50",
    )


def test_what_the_service_refuses_stays_in_the_sheet_with_its_reason(office: Office) -> None:
    office.typed("LAP-TEACHER", "lead_time_days", "9999")
    office.sync()
    assert "must be between 0 and 730" in str(office.row("LAP-TEACHER").cells["_status"])
    assert office.row("LAP-TEACHER").cells["lead_time_days"] == 9999


def test_a_new_row_is_made_by_the_service_with_its_defaults(office: Office) -> None:
    spare = next(
        key for key in (f"row-{number}" for number in range(1, 60)) if _is_spare(office, key)
    )
    texts = {
        "item_id": "DOC-CAM",
        "name": "Document camera",
        "category": "displays",
        "manufacturer": "Ipevo",
        "model": "V4K",
        "unit_price_cents": "99",
        "lead_time_days": "7",
    }
    for name, text in texts.items():
        office.typed(spare, name, text)
    office.sync()
    office.sync()
    item = office.stored(StandardItem, "DOC-CAM")
    assert isinstance(item, StandardItem)
    assert item.tracked
    assert office.row(spare).cells["tracked"] is True
    assert not office.sync().written


def test_who_may_not_edit_the_table_on_its_page_may_not_in_the_sheet(
    database: Database, link: SheetLink, book: Book
) -> None:
    office = Office(database, link, book, by="ben")
    office.sync()
    office.typed("LAP-TEACHER", "name", "Mine")
    office.sync()
    assert "You may not edit the standards catalogue" in str(
        office.row("LAP-TEACHER").cells["_status"]
    )


def test_two_tables_are_read_together_in_three_calls(office: Office, google: FakeSheets) -> None:
    google.calls.clear()
    assert not office.sync().written
    assert google.count() == 3


def _is_spare(office: Office, key: str) -> bool:
    try:
        return not office.row(key).cells["name"]
    except StopIteration:
        return False
