"""What people, networks and other copies of the app do to a linked sheet, on purpose or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, in_status, submitted, who
from sheets.changes import sort
from sync.office import FUNDS, ITEMS, UNITS, Office
from techrequests.domain.assets import Asset
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import NotAllowedError, StaleError
from techrequests.domain.funds import Fund
from techrequests.domain.policy import Role
from techrequests.domain.sheets import Conflict, Sharing
from techrequests.domain.techrequest import Status
from techrequests.services import sheets
from techrequests.services.edits import TableAsked
from techrequests.services.sheets import DecideAsked, LinkAsked, ShareAsked
from techrequests.services.tables import save_table
from techrequests.sync.commands import look_ahead, try_connection
from techrequests.sync.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sheets.server import FakeSheets
    from techrequests.sync.tab import Rows

FUND, ITEM = "GEN-27", "HEADSET"
CATALOGUE = "Standards catalogue"

# What a cell can hold that no form would let through, and what looks like something else.
NASTY = (
    *("'007", "1,5", "1e5", "  padded  ", "Warn ", "Computers , printing", "3/31/27 14:30"),
    *("=1/0", "=1+", "#REF!", "-5", "(12.00)", "x" * 3000, "a\nb", "e\u0301", "\u00a0nbsp\u00a0"),
    *("99999999999999999999", "1e300", "-1e30", "\u0661\u0662", "*", " ", "0.005", "lhs"),
    *("\x00ctl", "12/31/1899", "1/1/0001", "=TRUE"),
)


@pytest.fixture
def items(office: Office) -> Office:
    office.share(ITEMS, Sharing.EDITED)
    office.settle()
    return office


def fund_filled_in(office: Office, spare: str) -> None:
    typed = {
        "fund_id": "PTA-27",
        "name": "Parents' gift 2026-27",
        "account_code": "20-700-200-600",
        "fiscal_year": "2027",
        "starts_on": "7/1/2026",
        "ends_on": "6/30/2027",
        "budget_cents": "4,000",
    }
    for name, text in typed.items():
        office.typed(FUNDS, spare, name, text)


# -- cells -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY)
def test_whatever_is_typed_into_every_cell_of_a_row_breaks_no_pass(
    funds: Office, text: str
) -> None:
    spare = funds.spare(FUNDS)
    for key in (FUND, spare):
        for one in funds.layout(FUNDS).fields:
            funds.typed(FUNDS, key, one.name, text)
    funds.settle()
    assert not funds.synchronizer.state.trouble


def test_an_amount_beyond_all_measure_is_told_and_stops_nothing_else(funds: Office) -> None:
    funds.typed(FUNDS, FUND, "budget_cents", "1e30")
    funds.typed(FUNDS, "LEVY-27", "notes", "Goes on")
    funds.settle()
    assert "too much for an amount" in funds.status(FUNDS, FUND)
    assert funds.stored(Fund, "LEVY-27").notes == "Goes on"


@pytest.mark.parametrize("title", ["#N/A", "#REF!", "Loading..."])
def test_a_title_that_looks_like_a_failed_formula_is_written_once(
    office: Office, title: str
) -> None:
    request = submitted(office.database, title=title)
    office.share("requests", Sharing.SHOWN)
    office.settle()
    assert office.cell("requests", request.request_id, "title") == title
    assert not office.status("requests", request.request_id)


def test_boxes_that_nobody_ticked_make_no_row(items: Office) -> None:
    column = [*items.layout(ITEMS).headings].index("tracked")
    items.book.tab(CATALOGUE).put(60, column, value=False)
    before = len(items.tab(ITEMS))
    items.settle()
    assert len(items.tab(ITEMS)) == before


# -- rules -----------------------------------------------------------------------------------------


def test_a_table_that_is_only_shown_gets_no_rows_from_rows_kept_ready_before(
    funds: Office,
) -> None:
    spare = funds.spare(FUNDS)
    funds.share(FUNDS, Sharing.SHOWN)
    funds.settle()
    fund_filled_in(funds, spare)
    funds.settle()
    with funds.database.read() as reader:
        assert not reader.find(Fund, "WHERE fund_id = 'PTA-27'")
    assert "the sheet only shows this table now" in funds.status(FUNDS, spare)


def test_a_unit_does_not_leave_the_sites_its_money_is_for_without_a_reason(
    office: Office,
) -> None:
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.settle()
    unit = str(office.tab(UNITS)[0].key)
    with office.database.write() as work:
        for fund in work.find(Fund):
            work.update(replace(fund, sites="LHS"))
    office.typed(UNITS, unit, "site_id", "WES")
    office.settle()
    assert office.stored(Asset, unit).site_id == "LHS"
    assert "is not for that site" in office.status(UNITS, unit)


def test_a_unit_that_moves_leaves_its_room_and_custodian_in_both(office: Office) -> None:
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.settle()
    unit = str(office.tab(UNITS)[0].key)
    office.typed(UNITS, unit, "room", "112")
    office.typed(UNITS, unit, "custodian_id", "tina")
    office.settle()
    office.typed(UNITS, unit, "site_id", "WES")
    office.settle()
    asset = office.stored(Asset, unit)
    assert (asset.site_id, asset.room, asset.custodian_id) == ("WES", "", None)
    assert not office.cell(UNITS, unit, "room")
    assert not office.status(UNITS, unit)


ACTS: dict[str, Callable[[Office], object]] = {
    "link": lambda office: sheets.link(
        office.database,
        who(office.database, "tom"),
        LinkAsked(spreadsheet=office.book.book_id, take_over=True),
        now=NOON,
    ),
    "unlink": lambda office: sheets.unlink(office.database, who(office.database, "tom"), now=NOON),
    "share": lambda office: sheets.share(
        office.database,
        who(office.database, "tom"),
        ShareAsked(table="approvals", sharing=Sharing.SHOWN),
        now=NOON,
    ),
    "standing": lambda office: sheets.standing(office.database, who(office.database, "tom")),
    "look ahead": lambda office: look_ahead(
        office.database, who(office.database, "tom"), office.synchronizer, now=NOON
    ),
    "try": lambda office: try_connection(
        office.database, who(office.database, "tom"), office.synchronizer, now=NOON
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_reviewer_of_one_school_has_nothing_to_do_with_the_districts_sheet(
    office: Office, act: str
) -> None:
    given(office.database, "tom", Role.REVIEWER, "LHS")
    with pytest.raises(NotAllowedError, match="for the whole district"):
        ACTS[act](office)


def test_who_may_not_see_funds_sees_none_by_way_of_the_sheet(funds: Office) -> None:
    ada = who(funds.database, "ada")
    funds.typed(FUNDS, FUND, "notes", "In the sheet")
    with funds.database.write() as work:
        work.update(replace(work.get(Fund, FUND), notes="In the app"))
    assert not look_ahead(funds.database, ada, funds.synchronizer, now=NOON)
    assert look_ahead(funds.database, who(funds.database, "ben"), funds.synchronizer, now=NOON)
    funds.settle()
    assert not sheets.standing(funds.database, ada).waiting
    assert sheets.standing(funds.database, who(funds.database, "ben")).waiting
    funds.share(FUNDS, Sharing.OFF)
    with pytest.raises(NotAllowedError, match="see funds and their balances"):
        funds.share(FUNDS, Sharing.SHOWN, by="ada")


@pytest.mark.parametrize("field", ["notes", ""])
def test_what_does_not_wait_cannot_be_decided(funds: Office, field: str) -> None:
    forged = Conflict(key=FUND, field=field, base=None, ours="", theirs=None)
    asked = DecideAsked(table=FUNDS, conflict=forged, ours=False)
    with pytest.raises(StaleError):
        sheets.decide(funds.database, who(funds.database, "ben"), asked, now=NOON)


# -- rows ------------------------------------------------------------------------------------------


def test_keys_that_were_sorted_apart_from_their_rows_change_nothing(items: Office) -> None:
    tab = items.book.tab(CATALOGUE)
    first, second = tab.cells[1, 0], tab.cells[2, 0]
    names = {key: items.stored(StandardItem, key).name for key in ("CB-STUDENT", "DISP-75")}
    tab.cells[1, 0], tab.cells[2, 0] = second, first
    items.settle()
    assert names == {key: items.stored(StandardItem, key).name for key in names}
    assert "was moved apart from its row" in items.status(ITEMS, "CB-STUDENT")
    tab = items.book.tab(CATALOGUE)
    tab.cells[1, 0], tab.cells[2, 0] = first, second
    items.settle()
    assert {row.status for row in items.tab(ITEMS)} == {""}


def test_what_was_not_written_while_people_sorted_is_written_later(
    items: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell(field="notes", before="", after="From the app")
    seen = items.stored(StandardItem, ITEM).version
    asked = TableAsked(
        record=StandardItem,
        save_id="note",
        edits=(RowEdit(key=ITEM, seen_version=seen, cells=(cell,)),),
    )
    save_table(items.database, who(items.database, "rita"), asked, now=NOON)
    looks = 0

    def sorted_and_back(self: Workbook, titles: Sequence[str]) -> dict[str, Rows]:
        nonlocal looks
        looks += 1
        tab = items.book.tab(CATALOGUE)
        before = dict(tab.cells)
        if looks == 2:
            sort(items.book, CATALOGUE, 2)
        found = values(self, titles)
        tab.cells = before
        return found

    values = Workbook.values
    with monkeypatch.context() as patch:
        patch.setattr(Workbook, "values", sorted_and_back)
        items.sync()
    assert not items.cell(ITEMS, ITEM, "notes")
    items.sync()
    assert items.cell(ITEMS, ITEM, "notes") == "From the app"


def test_rows_taken_out_of_a_table_that_is_only_shown_come_back_however_many(
    office: Office,
) -> None:
    numbers = [submitted(office.database).request_id for _ in range(12)]
    office.share("requests", Sharing.SHOWN)
    office.settle()
    office.taken_out("requests", *numbers[:8])
    office.settle()
    assert not office.synchronizer.state.trouble
    assert {row.key for row in office.tab("requests")} == set(numbers)


# -- the network -----------------------------------------------------------------------------------


def test_a_filter_that_answers_in_googles_place_is_told(items: Office, google: FakeSheets) -> None:
    google.fail(200, html=True, times=10)
    items.sync()
    assert "Something else answered in Google's place" in items.synchronizer.state.trouble
    google.faults.clear()
    items.sync()
    assert not items.synchronizer.state.trouble


def test_what_nobody_foresaw_stands_on_the_page_and_the_next_pass_goes_on(
    items: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Workbook) -> dict[int, str]:
        raise KeyError("sheets")

    with monkeypatch.context() as patch:
        patch.setattr(Workbook, "tabs", broken)
        with pytest.raises(KeyError):
            items.sync()
    assert "for a reason that nobody foresaw" in items.synchronizer.state.trouble
    assert not items.synchronizer.state.doing
    items.sync()
    assert not items.synchronizer.state.trouble
