"""The page of the linked spreadsheet, for those who set it up and those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, who
from sheets.changes import delete
from sheets.server import FakeSheets
from sync.office import FUNDS, ITEMS, Office
from techrequests import runtime
from techrequests.domain.funds import Fund
from techrequests.domain.sheets import Sharing
from techrequests.services.sheets import standing
from techrequests.settings import Settings
from techrequests.sync.connection import SheetLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages.conftest import Opened
    from techrequests.store.database import Database


@pytest.fixture
def office(district: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The small district with a spreadsheet in its settings, which nobody has linked yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FakeSheets() as google:
        book = google.create()
        where = SheetLink(
            spreadsheet_id=book.book_id, account=google.credentials(), base_url=google.url
        )
        made = Office(district, where, book)
        runtime.use(runtime.Runtime(district, Settings(demo=True), made.synchronizer))
        yield made


@pytest.fixture
def linked(office: Office) -> Office:
    office.link()
    office.share(FUNDS, Sharing.EDITED)
    office.share(ITEMS, Sharing.EDITED)
    office.settle()
    return office


def choose(tab: Opened, table: str, sharing: Sharing) -> None:
    """Choose how a table stands in the sheet."""
    [control] = [one for one in tab.app.segmented_control if table in one.proto.label]
    control.set_value(sharing).run()
    tab.fine()


def test_without_a_spreadsheet_the_page_says_how_to_set_one_up(open_page: type[Opened]) -> None:
    tab = open_page("ada", "google_sheets", {})
    assert "nothing else needs one" in tab.words
    assert "share it" in tab.words
    assert not tab.app.button


def test_the_connection_is_tried_step_by_step_up_to_what_does_not_work(
    office: Office, open_page: type[Opened]
) -> None:
    office.book.shared = False
    tab = open_page("ben", "google_sheets", {})
    tab.press("Test the connection")
    assert "The key in the settings can be read" in tab.told("success")
    assert "share the sheet with technology-requests" in tab.told("error")
    assert "It may write there" not in tab.words
    office.book.shared = True
    tab.press("Test the connection")
    assert "It may write there" in tab.told("success")
    assert not tab.told("error")
    assert not office.book.metadata
    tab.press("Close")
    assert not tab.told("success")


def test_it_is_linked_shared_and_synced_from_the_page(
    office: Office, open_page: type[Opened]
) -> None:
    tab = open_page("ben", "google_sheets", {})
    tab.press("Link")
    choose(tab, "Funds", Sharing.EDITED)
    choose(tab, "Requests", Sharing.SHOWN)
    tab.press("What would it do?")
    assert "**Funds**: the tab would be set up, with 3 rows." in tab.words
    tab.press("Sync now")
    assert office.synchronizer.state.wanted
    assert "It begins in a moment" in tab.told("info")
    office.settle()
    assert [one.title for one in office.book.tabs][1:] == ["Funds", "Requests"]
    tab.press("What would it do?")
    assert "**Funds**: app and sheet agree." in tab.words
    choose(tab, "Funds", Sharing.OFF)
    assert set(standing(office.database, who(office.database, "ben")).shared) == {"requests"}


def test_what_a_sheet_may_not_do_for_a_person_is_not_offered(
    office: Office, open_page: type[Opened]
) -> None:
    office.link()
    tab = open_page("ada", "google_sheets", {})
    [funds] = [one for one in tab.app.segmented_control if "Funds" in one.proto.label]
    assert list(funds.options) == ["Off"]
    tab = open_page("rita", "google_sheets", {})
    [funds] = [one for one in tab.app.segmented_control if "Funds" in one.proto.label]
    assert list(funds.options) == ["Off", "Shown there"]
    assert "only if somebody allows it who may edit the fund table" in tab.words


@pytest.mark.parametrize(("press", "stands"), [("Keep the app's", ""), ("Take the sheet's", "B")])
def test_a_cell_changed_in_both_is_decided_on_the_page(
    linked: Office, open_page: type[Opened], press: str, stands: str
) -> None:
    linked.typed(FUNDS, "GEN-27", "notes", "A")
    linked.settle()
    linked.typed(FUNDS, "GEN-27", "notes", "B")
    with linked.database.write() as work:
        work.run("UPDATE fund SET notes = '', version = version + 1 WHERE fund_id = 'GEN-27'")
    linked.settle()
    assert "Who may edit the fund table everywhere decides this." in (
        open_page("rita", "google_sheets", {}).words
    )
    assert "Waiting for a decision" not in open_page("ada", "google_sheets", {}).words
    tab = open_page("ben", "google_sheets", {})
    assert "**Funds · GEN-27** · **Notes** was changed in both." in tab.words
    tab.press(press)
    assert "Waiting for a decision" not in tab.words
    linked.settle()
    assert linked.stored(Fund, "GEN-27").notes == stands


def test_many_rows_gone_and_a_deleted_tab_are_told_with_what_to_press(
    linked: Office, open_page: type[Opened]
) -> None:
    delete(linked.book, "Standards catalogue", "ROWS", 1, 4)
    linked.sync()
    tab = open_page("rita", "google_sheets", {})
    assert "4 of 4 rows are gone" in tab.told("warning")
    tab.press("It is meant so")
    linked.settle()
    tab = open_page("rita", "google_sheets", {})
    assert "Waiting for a decision (4)" in tab.words
    linked.book.tabs.remove(linked.book.tab("Standards catalogue"))
    linked.sync()
    tab = open_page("rita", "google_sheets", {})
    assert "It is meant so" not in [button.label for button in tab.app.button]
    tab.press("Make a new tab")
    linked.settle()
    assert "HEADSET" in {row.key for row in linked.tab(ITEMS)}


def test_what_was_written_is_listed_with_what_stood_there(
    linked: Office, open_page: type[Opened]
) -> None:
    linked.typed(FUNDS, "GEN-27", "available_cents", "1")
    linked.settle()
    tab = open_page("ben", "google_sheets", {})
    frame = tab.app.dataframe[0].value
    assert frame["To the sheet"].iloc[0] == 2
    assert frame["When"].iloc[0].hour == NOON.astimezone(linked.database.zone).hour


def test_the_page_draws_how_far_a_pass_is(linked: Office, open_page: type[Opened]) -> None:
    linked.synchronizer._doing("Comparing “Funds”", 1, 4)
    [drawn] = open_page("ben", "google_sheets", {}).app.get("progress")
    assert drawn.proto.value == 25
    assert "Comparing “Funds”: table 2 of 4" in drawn.proto.text
