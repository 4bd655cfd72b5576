"""The page of the linked spreadsheet, without a spreadsheet: what is told, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, who
from techrequests import runtime
from techrequests.domain.policy import Role
from techrequests.domain.sheets import Conflict, Sharing
from techrequests.services import sheets
from techrequests.settings import Settings
from techrequests.store import sheet_log
from techrequests.store import sheet_tabs as store
from techrequests.sync.connection import SheetLink
from techrequests.sync.plan import Left
from techrequests.sync.synchronizer import Synchronizer
from techrequests.ui.menu import PAGE_AT

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database

SHEET = "x" * 44
FUNDS = "fund_in_sheet"
TAB = store.TabId(SHEET, 7)
CONFLICT = Conflict(key="GEN-27", field="notes", base="", ours="In the app", theirs="In the sheet")


@pytest.fixture
def synchronizer(district: Database) -> Synchronizer:
    """What keeps the sheet in step, and is never run here; one thing waits for a decision."""
    made = Synchronizer(district, SheetLink(spreadsheet_id=SHEET), pause=timedelta(hours=1))
    runtime.use(runtime.Runtime(district, Settings(demo=True), made))
    ben = who(district, "ben")
    sheets.link(district, ben, sheets.LinkAsked(spreadsheet=SHEET), now=NOON)
    asked = sheets.ShareAsked(table=FUNDS, sharing=Sharing.EDITED)
    sheets.share(district, ben, asked, now=NOON)
    with district.write() as work:
        store.keep_tab(work, FUNDS, TAB)
        store.keep_conflicts(work, TAB, [CONFLICT], NOON)
        sheet_log.note_writes(work, FUNDS, [("GEN-27", "notes", "Before", "After")], NOON)
        done = {"written": 1, "taken": 0, "calls": 4, "trouble": ""}
        sheet_log.keep_run(work, started_at=NOON, ended_at=NOON, **done)
    return made


@pytest.mark.usefixtures("synchronizer")
def test_who_edits_funds_decides_what_waits(open_page: type[Opened], district: Database) -> None:
    tab = open_page("ben", "google_sheets", {})
    assert "In the sheet" in tab.words
    tab.press("Take the sheet's")
    with district.read() as reader:
        assert not store.conflicts_of(reader, TAB)


@pytest.mark.usefixtures("synchronizer")
def test_who_may_not_see_funds_sees_none_on_the_page(open_page: type[Opened]) -> None:
    tab = open_page("ada", "google_sheets", {})
    assert "In the sheet" not in tab.words
    assert "Waiting for a decision" not in tab.words
    log = sheets_log(tab)
    assert "Nothing was written yet" in log
    assert "Nothing was written yet" not in sheets_log(open_page("ben", "google_sheets", {}))


def test_what_a_person_called_a_tab_is_no_picture(
    synchronizer: Synchronizer, open_page: type[Opened]
) -> None:
    synchronizer._doing("Setting up “![](http://elsewhere.example/a.png)”")
    tab = open_page("ben", "google_sheets", {})
    assert "![](" not in "".join(str(one.value) for one in tab.app.info)


def test_cells_that_are_refused_are_counted_on_the_page(
    synchronizer: Synchronizer, open_page: type[Opened]
) -> None:
    synchronizer._say(looked_at=NOON)
    assert "The last look at the sheet ended well at" in open_page("ben", "google_sheets", {}).words
    synchronizer._say(left=Left(refused=2, unread=1))
    words = open_page("ben", "google_sheets", {}).words
    assert "2 cells are refused: see the column" in words
    assert "1 row is not taken over" in words
    assert "ended well" not in words


def test_the_page_is_for_who_may_link_the_whole_district(district: Database) -> None:
    given(district, "tom", Role.REVIEWER, "LHS")
    page = PAGE_AT["google_sheets"]
    assert page.open_to(who(district, "rita"))
    assert not page.open_to(who(district, "tom"))


def sheets_log(tab: Opened) -> str:
    """What stands in the log of cells, opened."""
    tab.app.session_state["sheet_log"] = True
    tab.app.run()
    tab.fine()
    return tab.words
