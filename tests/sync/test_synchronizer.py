"""The one that keeps the sheet in step: what stops it, what people decide, and what it tells."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import BUDGET_CENTS, NOON, TODAY, who
from sync.office import FUNDS, ITEMS, Office, new_item
from techrequests.domain.budgets import BudgetedFund
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import NotAllowedError, StaleError
from techrequests.domain.funds import Fund
from techrequests.domain.sheets import Sharing
from techrequests.services import sheets
from techrequests.services.funds import FundsAsked, save_funds
from techrequests.services.sheets import DecideAsked, standing

if TYPE_CHECKING:
    from sheets.book import Book
    from sheets.server import FakeSheets
    from techrequests.store.database import Database
    from techrequests.sync.connection import SheetLink

FUND = "GEN-27"
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def office(funds: Office) -> Office:
    """Funds and the catalogue are edited in both."""
    funds.share(ITEMS, Sharing.EDITED)
    funds.settle()
    return funds


def note_in_app(office: Office, text: str, field: str = "notes") -> None:
    fund = office.stored(BudgetedFund, FUND)
    cell = Cell(field=field, before=str(getattr(fund, field)), after=text)
    edit = RowEdit(key=FUND, seen_version=fund.version, cells=(cell,))
    asked = FundsAsked(save_id=f"save-{text}", edits=(edit,), reason="The board moved it")
    save_funds(office.database, who(office.database, "ben"), asked, now=NOON)


def test_nothing_is_touched_before_a_person_links_the_sheet(
    database: Database, link: SheetLink, book: Book, google: FakeSheets
) -> None:
    office = Office(database, link, book)
    office.share(ITEMS, Sharing.EDITED)
    office.sync()
    assert not google.calls
    office.link()
    office.sync()
    assert [tab.title for tab in book.tabs][-1] == "Standards catalogue"


def test_edits_on_both_sides_at_once_both_arrive(office: Office) -> None:
    office.typed(FUNDS, FUND, "budget_cents", "300,000")
    note_in_app(office, "For grade 4 only")
    office.settle()
    assert office.cell(FUNDS, FUND, "notes") == "For grade 4 only"
    assert office.stored(BudgetedFund, FUND).budget_cents == 300_000_00
    assert not office.waiting()


@pytest.mark.parametrize(("ours", "stands"), [(True, "In the app"), (False, "In the sheet")])
def test_the_same_cell_on_both_sides_waits_for_a_person(
    office: Office, *, ours: bool, stands: str
) -> None:
    office.typed(FUNDS, FUND, "notes", "In the sheet")
    note_in_app(office, "In the app")
    office.settle()
    assert office.cell(FUNDS, FUND, "notes") == "In the sheet"
    assert office.stored(Fund, FUND).notes == "In the app"
    assert "decide in the app" in office.status(FUNDS, FUND)
    [(table, conflict)] = office.waiting()
    assert (table, conflict.key, conflict.field) == (FUNDS, FUND, "notes")
    office.decide(ours=ours)
    office.settle()
    assert office.cell(FUNDS, FUND, "notes") == stands
    assert office.stored(Fund, FUND).notes == stands
    assert not office.status(FUNDS, FUND)
    assert not office.waiting()


def test_only_who_may_edit_a_table_decides_and_only_what_they_saw(office: Office) -> None:
    office.typed(FUNDS, FUND, "notes", "In the sheet")
    note_in_app(office, "In the app")
    office.settle()
    with pytest.raises(NotAllowedError, match="edit the fund table"):
        office.decide(ours=True, by="ada")
    table, seen = office.waiting()[0]
    office.typed(FUNDS, FUND, "notes", "In the sheet, again")
    office.settle()
    asked = DecideAsked(table=table, conflict=seen, ours=True)
    with pytest.raises(StaleError, match="since you looked"):
        sheets.decide(office.database, who(office.database, "ben"), asked, now=NOON)
    assert office.waiting()[0][1] == replace(seen, theirs="In the sheet, again")


def test_a_decision_made_while_a_pass_runs_is_not_forgotten(office: Office) -> None:
    office.typed(FUNDS, FUND, "notes", "In the sheet")
    note_in_app(office, "In the app")
    office.settle()
    read = office.synchronizer.workbook().__class__.read

    def decide_while_read(self: object, *asked: object) -> object:
        found = read(self, *asked)  # type: ignore[arg-type]
        if office.waiting():
            office.decide(ours=False)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(office.synchronizer.workbook()), "read", decide_while_read)
        office.typed(ITEMS, "LAP-TEACHER", "name", "Teacher laptop")
        office.sync()
    office.settle()
    assert office.stored(Fund, FUND).notes == "In the sheet"


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_row_taken_out_of_the_sheet_is_asked_about_and_never_deleted(
    office: Office, *, comes_back: bool
) -> None:
    office.taken_out(ITEMS, "HEADSET")
    office.settle()
    assert office.stored(StandardItem, "HEADSET").active
    [(table, conflict)] = office.waiting()
    assert (table, conflict.key, conflict.field) == (ITEMS, "HEADSET", "")
    office.decide(ours=comes_back)
    office.settle()
    assert not office.waiting()
    assert ("HEADSET" in {row.key for row in office.tab(ITEMS)}) is comes_back
    assert office.stored(StandardItem, "HEADSET").active


def test_a_quiet_pass_commits_nothing(office: Office) -> None:
    before = office.database.commits.total
    office.sync()
    assert office.database.commits.total == before


def test_a_preview_tells_what_a_pass_would_do_and_changes_nothing(office: Office) -> None:
    office.typed(FUNDS, FUND, "budget_cents", "300,000")
    office.typed(FUNDS, office.spare(FUNDS), "name", "Half a row")
    new_item(office, "DOCK")
    book = office.book.copied()
    commits = office.database.commits.total
    found = {one.title: one for one in office.synchronizer.preview(NOON)}
    assert office.database.commits.total == commits
    assert [tab.cells for tab in office.book.tabs] == [tab.cells for tab in book.tabs]
    [(key, cell)] = found["Funds"].taken
    assert (key, cell.field, cell.after) == (FUND, "budget_cents", "300000.00")
    assert any("Not taken over yet" in after for *_, after in found["Funds"].writes)
    assert found["Standards catalogue"].new_rows == 1
    office.settle()
    assert all(one.nothing for one in office.synchronizer.preview(NOON))


def test_trouble_is_told_once_and_ends_when_it_is_over(office: Office, google: FakeSheets) -> None:
    google.fail(403, times=6)
    office.sync()
    office.sync()
    assert "share the sheet with" in office.synchronizer.state.trouble
    runs = standing(office.database, who(office.database, "ada")).runs
    assert [bool(run["trouble"]) for run in runs[:2]] == [True, False]
    google.faults.clear()
    office.sync()
    assert not office.synchronizer.state.trouble
    runs = standing(office.database, who(office.database, "ada")).runs
    assert [bool(run["trouble"]) for run in runs[:2]] == [False, True]


def test_google_asking_to_wait_makes_the_next_pass_late(office: Office, google: FakeSheets) -> None:
    google.fail(429, times=1)
    assert office.sync() >= timedelta(minutes=1)
    calls = google.count()
    assert office.sync() > timedelta(seconds=50)
    assert google.count() == calls, "nothing is asked meanwhile"


def test_a_table_stands_still_when_nobody_answers_for_it_any_more(office: Office) -> None:
    with office.database.write() as work:
        work.run("UPDATE role_grant SET ends_on = $day WHERE person_id = 'ben'", day=YESTERDAY)
    office.typed(FUNDS, FUND, "budget_cents", "1,000,000")
    office.typed(ITEMS, "LAP-TEACHER", "name", "Teacher laptop")
    office.sync()
    assert "somebody who may not edit it any more" in office.synchronizer.state.trouble
    assert office.stored(BudgetedFund, FUND).budget_cents == BUDGET_CENTS[FUND]
    assert office.stored(StandardItem, "LAP-TEACHER").name == "Teacher laptop"
    office.share(FUNDS, Sharing.EDITED, by="bea")
    office.settle()
    assert office.stored(BudgetedFund, FUND).budget_cents == 1_000_000_00


def test_keys_of_spare_rows_are_used_before_new_ones_are_made(
    office: Office, google: FakeSheets
) -> None:
    office.typed(ITEMS, office.spare(ITEMS), "name", "Half a row")
    google.fail(403, times=9, match="POST")
    office.sync()
    commits = office.database.commits.total
    for _ in range(3):
        office.sync()
    assert office.database.commits.total <= commits + 1
    google.faults.clear()
    office.settle()
    keys = [row.key for row in office.tab(ITEMS)]
    assert len(keys) == len(set(keys))


def written(office: Office, text: str) -> bool:
    """Whether the log has a cell that became this text."""
    with office.database.read() as reader:
        return bool(reader.rows("SELECT 1 FROM sheet_write WHERE after = $text", text=text))


def test_the_log_keeps_more_than_a_year_and_lets_go_of_what_is_older(office: Office) -> None:
    note_in_app(office, "Long ago")
    office.settle()
    assert written(office, "Long ago")
    note_in_app(office, "A year later")
    office.synchronizer.run(lambda: NOON + timedelta(days=399))
    assert written(office, "Long ago")
    note_in_app(office, "Later still")
    office.synchronizer.run(lambda: NOON + timedelta(days=402))
    assert not written(office, "Long ago")
    assert written(office, "A year later")


def test_a_pass_that_is_wanted_is_not_forgotten_while_another_tells_what_it_does(
    office: Office,
) -> None:
    """Both are said from threads of their own, thousands of times."""
    synchronizer = office.synchronizer
    forgotten = 0
    stop = threading.Event()

    def tell() -> None:
        while not stop.is_set():
            synchronizer._doing("Reading the sheet")

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        for _ in range(3_000):
            synchronizer.want()
            forgotten += not synchronizer.state.wanted
            synchronizer._say(wanted=False)
    finally:
        stop.set()
        teller.join()
    assert not forgotten


def test_rows_that_are_added_stand_in_the_log(office: Office) -> None:
    new_item(office, "DOCK")
    office.settle()
    with office.database.read() as reader:
        rows = reader.rows("SELECT field, after FROM sheet_write WHERE sheet_key = 'DOCK'")
    assert rows == [{"field": "the whole row", "after": "added"}]


def test_a_pass_says_which_table_it_is_at_and_of_how_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    synchronizer, told = office.synchronizer, list[tuple[str, int, int]]()
    say = synchronizer._say

    def heard(**news: Any) -> None:  # noqa: ANN401  # the fields of State
        say(**news)
        state = synchronizer.state
        if state.of_tables:
            told.append((state.doing, state.done, state.of_tables))

    monkeypatch.setattr(synchronizer, "_say", heard)
    note_in_app(office, "Something to do")
    office.sync()
    comparing = [one for one in told if one[0].startswith("Comparing")]
    assert [(done, of) for _, done, of in comparing] == [(0, 2), (1, 2)]
    assert {words for words, _, _ in comparing} == {
        "Comparing “Funds”",
        "Comparing “Standards catalogue”",
    }
    assert (synchronizer.state.doing, synchronizer.state.of_tables) == ("", 0)
