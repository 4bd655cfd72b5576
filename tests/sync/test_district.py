"""The district's own tables in a sheet: its services decide, as they do on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, in_status, who
from sync.office import FUNDS, ITEMS, UNITS, Office
from techrequests.domain.assets import Asset, Condition
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.errors import InvalidError, NotAllowedError
from techrequests.domain.funds import Fund
from techrequests.domain.policy import Role
from techrequests.domain.sheets import Sharing
from techrequests.domain.techrequest import Status
from techrequests.services import pointers
from techrequests.services.funds import entries_behind
from techrequests.services.inventory import unit_of
from techrequests.services.sheet_tables import TABLES
from techrequests.services.tables import table_history
from techrequests.store.checks import run_checks
from techrequests.store.funds import fund_with_balance

if TYPE_CHECKING:
    from sheets.server import FakeSheets

FUND = "GEN-27"


def budget_cents(office: Office, fund_id: str = FUND) -> int:
    with office.database.read() as reader:
        return fund_with_balance(reader, fund_id)[1].budget_cents


def test_a_budget_from_the_sheet_is_an_entry_of_the_funds_book(funds: Office) -> None:
    before = budget_cents(funds)
    funds.typed(FUNDS, FUND, "budget_cents", "$250,000.50")
    funds.settle()
    assert budget_cents(funds) == 250_000_50
    newest = entries_behind(funds.database, who(funds.database, "ben"), FUND)[0]
    assert newest["amount_cents"] == 250_000_50 - before
    assert (newest["who"], newest["why"]) == (
        "via Google Sheet",
        "Changed in the linked Google Sheet",
    )
    assert funds.cell(FUNDS, FUND, "budget_cents") == 250_000.5
    assert not run_checks(funds.database, now=NOON)


def test_where_a_fund_stands_is_shown_and_not_changed_from_the_sheet(funds: Office) -> None:
    in_status(funds.database, Status.ORDERED)
    funds.settle()
    with funds.database.read() as reader:
        balance = fund_with_balance(reader, FUND)[1]
    assert balance.encumbered_cents
    assert funds.cell(FUNDS, FUND, "encumbered_cents") == balance.encumbered_cents / 100
    funds.typed(FUNDS, FUND, "available_cents", "1000000")
    funds.settle()
    assert funds.cell(FUNDS, FUND, "available_cents") == balance.available_cents / 100
    assert "“Available” is only changed in the app" in funds.status(FUNDS, FUND)


def test_a_budget_below_what_is_committed_stays_in_the_sheet_with_the_reason(
    funds: Office,
) -> None:
    in_status(funds.database, Status.ORDERED)
    funds.settle()
    before = budget_cents(funds)
    funds.typed(FUNDS, FUND, "budget_cents", "1")
    funds.settle()
    assert budget_cents(funds) == before
    assert funds.cell(FUNDS, FUND, "budget_cents") == 1
    assert "its budget cannot be $1.00" in funds.status(FUNDS, FUND)


def test_a_fund_is_added_in_a_row_that_is_kept_ready(funds: Office) -> None:
    spare = funds.spare(FUNDS)
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
        funds.typed(FUNDS, spare, name, text)
    funds.settle()
    assert funds.stored(Fund, "PTA-27").name == "Parents' gift 2026-27"
    assert budget_cents(funds, "PTA-27") == 4_000_00
    assert not run_checks(funds.database, now=NOON)


def test_an_edit_of_the_catalogue_stands_in_its_own_history(office: Office) -> None:
    office.share(ITEMS, Sharing.EDITED)
    office.sync()
    office.typed(ITEMS, "LAP-TEACHER", "unit_price_cents", "$912.50")
    office.settle()
    assert office.stored(StandardItem, "LAP-TEACHER").unit_price_cents == 912_50
    newest = table_history(office.database, StandardItem)[0]
    assert (newest["field"], newest["after"], newest["who"]) == (
        "unit_price_cents",
        "912.50",
        "via Google Sheet",
    )


def test_what_the_service_refuses_stays_in_the_sheet_with_its_reason(office: Office) -> None:
    office.share(ITEMS, Sharing.EDITED)
    office.sync()
    office.typed(ITEMS, "LAP-TEACHER", "lead_time_days", "9999")
    office.settle()
    assert "must be between 0 and 730" in office.status(ITEMS, "LAP-TEACHER")
    assert office.cell(ITEMS, "LAP-TEACHER", "lead_time_days") == 9999


def test_a_new_item_is_made_by_the_service_with_its_defaults(office: Office) -> None:
    office.share(ITEMS, Sharing.EDITED)
    office.sync()
    spare = office.spare(ITEMS)
    typed = {
        "item_id": "DOC-CAM",
        "name": "Document camera",
        "category": "displays",
        "manufacturer": "Ipevo",
        "model": "V4K",
        "unit_price_cents": "99",
        "lead_time_days": "7",
    }
    for name, text in typed.items():
        office.typed(ITEMS, spare, name, text)
    office.settle()
    assert office.stored(StandardItem, "DOC-CAM").tracked
    assert office.cell(ITEMS, spare, "tracked") is True


def test_where_a_unit_is_comes_from_the_sheet_and_what_it_is_does_not(office: Office) -> None:
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.sync()
    unit = str(office.tab(UNITS)[0].key)
    serial = office.stored(Asset, unit).serial
    office.typed(UNITS, unit, "room", "B 114")
    office.typed(UNITS, unit, "condition", "worn")
    office.typed(UNITS, unit, "serial", "MINE-1")
    office.typed(UNITS, unit, "cost_cents", "0.01")
    office.settle()
    asset = office.stored(Asset, unit)
    assert (asset.room, asset.condition, asset.serial) == ("B 114", Condition.WORN, serial)
    assert office.cell(UNITS, unit, "serial") == serial
    assert "“Serial number” is only changed in the app" in office.status(UNITS, unit)
    newest = unit_of(office.database, who(office.database, "rita"), unit).history[0]
    assert newest["who"] == "via Google Sheet"
    assert "Room:" in newest["what"]


def test_a_sheet_has_no_list_to_pick_from_so_the_codes_are_named(office: Office) -> None:
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.sync()
    unit = str(office.tab(UNITS)[0].key)
    office.typed(UNITS, unit, "site_id", "Western High School")
    office.settle()
    told = office.status(UNITS, unit)
    assert "there is no site “Western High School”. Write its code: DO, LHS, WES." in told


def test_of_a_long_list_no_codes_are_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointers, "_MOST_CODES", 2)
    in_status(office.database, Status.DEPLOYING)
    office.share(UNITS, Sharing.EDITED)
    office.sync()
    unit = str(office.tab(UNITS)[0].key)
    office.typed(UNITS, unit, "custodian_id", "Tina Cho")
    office.settle()
    assert office.status(UNITS, unit).endswith("there is no person “Tina Cho”. Write its code.")


def test_leadership_reads_requests_approvals_quotes_and_orders(office: Office) -> None:
    request = in_status(office.database, Status.ORDERED)
    draft = in_status(office.database, Status.DRAFT)
    for name, table in TABLES.items():
        if table.edits is None:
            office.share(name, Sharing.SHOWN)
    office.settle()
    assert office.cell("requests", request.request_id, "status") == "ordered"
    assert draft.request_id not in {row.key for row in office.tab("requests")}
    for name in ("approvals", "quotes", "orders"):
        assert {row.cells["request_id"] for row in office.tab(name)} == {request.request_id}
    verdict = office.tab("approvals")[0]
    assert (verdict.cells["verdict"], verdict.cells["approver"]) == ("approved", "Pia Lang")
    assert isinstance(office.tab("orders")[0].cells["open_cents"], (int, float))


def test_an_approval_that_is_typed_is_put_back(office: Office) -> None:
    request = in_status(office.database, Status.AWAITING_APPROVAL)
    office.share("requests", Sharing.SHOWN)
    office.sync()
    office.typed("requests", request.request_id, "status", "quoting")
    office.settle()
    assert office.cell("requests", request.request_id, "status") == "awaiting approval"
    assert "“Status” is only changed in the app" in office.status("requests", request.request_id)


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.edits is None])
def test_a_listing_is_never_edited_from_a_sheet(office: Office, name: str) -> None:
    with pytest.raises(InvalidError, match="A sheet can only show"):
        office.share(name, Sharing.EDITED)


def test_who_may_not_edit_a_table_does_not_let_a_sheet_edit_it(office: Office) -> None:
    with pytest.raises(NotAllowedError, match="you may not edit the fund table everywhere"):
        office.share(FUNDS, Sharing.EDITED, by="ada")
    with pytest.raises(NotAllowedError, match="link Google Sheets"):
        office.share(FUNDS, Sharing.SHOWN, by="tina")
    given(office.database, "tom", Role.REVIEWER, "LHS")
    with pytest.raises(NotAllowedError, match="for the whole district"):
        office.share(UNITS, Sharing.EDITED, by="tom")


def test_every_table_together_is_read_in_three_calls_and_comes_to_rest(
    office: Office, google: FakeSheets
) -> None:
    in_status(office.database, Status.CLOSED)
    office.all_tables()
    office.settle()
    google.calls.clear()
    office.sync()
    assert google.count() == 3
    assert not run_checks(office.database, now=NOON)
