"""The fund table and its balances, as a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    TODAY,
    allocated,
    in_status,
)
from pages.purchasing import standing
from techrequests.domain.funds import Fund
from techrequests.domain.techrequest import Status
from techrequests.store.funds import fund_with_balance

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database
    from techrequests.ui.editor_state import Desk


def fund_desk(tab: Opened) -> Desk:
    found: Desk = tab.app.session_state["funds_desk"]
    return found


def type_in(tab: Opened, code: str, **cells: Any) -> None:  # noqa: ANN401  # any cell's
    """Type into a row of the fund table."""
    there = fund_desk(tab)
    position = [getattr(row, "fund_id", "") for row in there.rows].index(code)
    tab.app.session_state[there.key] = {
        "edited_rows": {position: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    tab.app.run()
    tab.fine()


def test_the_business_office_types_into_the_fund_table(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", name="General fund, amended", ends_on="2027-06-15")
    assert "Not saved yet" in tab.words
    tab.press("Save")
    with district.read() as reader:
        fund = fund_with_balance(reader, "GEN-27")[0]
    assert (fund.name, str(fund.ends_on)) == ("General fund, amended", "2027-06-15")


def test_a_budget_is_saved_with_its_reason_only(
    district: Database, open_page: type[Opened]
) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", budget_cents=60_000)
    tab.press("Save")
    assert "Say why the budget changes" in tab.words
    assert not tab.app.checkbox, "nothing goes below what is committed"
    assert standing(district, "GEN-27").budget_cents == 50_000_00
    tab.fill("Why does the budget change?", "Board vote of October 1.")
    tab.press("Save")
    assert standing(district, "GEN-27").budget_cents == 60_000_00
    tab.app.session_state["funds_history"] = True
    tab.app.run()
    changes = tab.app.dataframe[-1].value.to_dict("records")
    assert {(one["Before"], one["After"], one["Why"]) for one in changes} == {
        ("$50,000.00", "$60,000.00", "Board vote of October 1.")
    }


def test_only_the_business_manager_cuts_below_what_is_committed(
    district: Database, open_page: type[Opened]
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    for person_id in ("ben", "bea"):
        tab = open_page(person_id, "funds", {})
        type_in(tab, "GEN-27", budget_cents=1_000)
        tab.fill("Why does the budget change?", "The State took it back.")
        boxes = [box for box in tab.app.checkbox if box.label.startswith("A budget may go below")]
        assert bool(boxes) is (person_id == "bea"), "asked only when it goes below"
        for box in boxes:
            box.check().run()
        tab.press("Save")
        assert (standing(district, "GEN-27").budget_cents == 1_000_00) is (person_id == "bea")


def test_what_two_people_typed_into_one_cell_is_told_row_by_row(open_page: type[Opened]) -> None:
    tab, other = open_page("ben", "funds", {}), open_page("bea", "funds", {})
    type_in(tab, "GEN-27", name="Ben's name")
    type_in(other, "GEN-27", name="Bea's name")
    other.press("Save")
    tab.press("Save")
    assert "Bea Stone changed" in tab.words
    assert fund_desk(tab).edits()


def test_a_forged_cell_is_refused(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("ben", "funds", {})
    type_in(tab, "GEN-27", fund_id="X")
    tab.press("Save")
    assert "cannot be edited" in tab.words
    assert standing(district, "GEN-27").budget_cents == 50_000_00


def test_who_only_sees_funds_gets_no_editor(district: Database, open_page: type[Opened]) -> None:
    tab = open_page("lea", "funds", {})
    (balances,) = tab.app.dataframe
    assert "General fund 2026-27" in balances.value["Fund"].tolist()
    assert "The fund table" not in tab.words
    assert standing(district, "GEN-27").available_cents == 50_000_00


def test_balances_are_numbers_of_the_same_funds_as_on_spending(
    district: Database, open_page: type[Opened]
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    tab = open_page("lea", "funds", {})
    (balances,) = tab.app.dataframe
    rows = balances.value.set_index("Fund")
    assert rows.loc["General fund 2026-27", "Reserved"] == 1_798.0
    assert {found.label: found.value for found in tab.app.metric}["Reserved"] == "$1,798.00"
    assert "in 2026-27" in tab.words
    spending = open_page("lea", "spending", {})
    shown_there = {found.label: found.value for found in spending.app.metric}
    assert shown_there["Reserved now"] == "$1,798.00"
    assert "available \\$69,202.00" in spending.words


@pytest.mark.parametrize(
    ("figure", "words"),
    [("Reserved", "1 entry, together **\\$1,798.00**"), ("Available", "together **\\$48,202.00**")],
)
def test_a_figure_opens_the_entries_that_add_up_to_it(
    district: Database, open_page: type[Opened], figure: str, words: str
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    tab = open_page("lea", "funds", {})
    tab.app.session_state["funds_open"] = ("GEN-27", figure)
    tab.app.run()
    tab.fine()
    assert words in tab.words


def test_what_nothing_can_be_ordered_from_any_more_is_told_beside_the_total(
    district: Database, open_page: type[Opened]
) -> None:
    allocated(district, in_status(district, Status.FUNDING))
    assert "A further" not in open_page("ben", "funds", {}).words
    with district.write() as work:
        work.update(replace(work.get(Fund, "T1A-27"), closed=True))
        work.update(replace(work.get(Fund, "GEN-27"), ends_on=TODAY - timedelta(days=1)))
    funds, spending = open_page("ben", "funds", {}), open_page("lea", "spending", {})
    told = "A further $68,202.00 is left in funds that are closed, or whose last order date has"
    assert told in funds.words
    assert told in spending.words
    # The third fund is the only one that can still be ordered from.
    available = {found.label: found.value for found in funds.app.metric}["Available"]
    assert available == "$1,000.00"
    assert f"available {available}" in spending.words
