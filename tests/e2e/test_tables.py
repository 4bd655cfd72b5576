"""Tables that are edited like a spreadsheet, in a real browser: typed, pasted, seen, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.grid import Grid

if TYPE_CHECKING:
    from e2e.conftest import Walk

pytestmark = pytest.mark.browser


def test_the_business_office_changes_a_budget_and_sees_it_before_and_after(walk: Walk) -> None:
    walk.sit_down("bea", "funds")
    Grid(walk.page, "Funds").stand_on("LEVY-27", "Budget")
    Grid(walk.page, "Funds").type("31,500")
    walk.sees("1 changed cell")
    walk.press("Save")
    walk.sees("Say why the budget changes")
    walk.type("Why does the budget change?", "Board vote of October 1")
    walk.press("Save")
    walk.sees("Saved: 1 changed cell.")


def test_rows_are_pasted_from_a_spreadsheet(walk: Walk) -> None:
    walk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walk.sit_down("ada", "vendors")
    walk.page.get_by_text("Add rows").click()
    walk.settle()
    new = Grid(walk.page, "New rows for Vendors")
    new.click_first_cell()
    new.paste("PRAIRIE\tPrairie Classroom Supply\tJo Park\nDELTA\tDelta Networks\tSam Roe")
    walk.sees("2 new rows")
    walk.press("Save")
    walk.sees("Saved: 2 new rows.")
    walk.sit_down("ada", "vendors", vendors_search="Prairie")
    walk.sees("1 row")


def test_the_slower_of_two_editors_of_a_cell_is_told_and_loses_nothing(
    walk: Walk, second: Walk
) -> None:
    for one, text in ((walk, "555-0101"), (second, "555-0202")):
        one.sit_down("ada", "sites")
        Grid(one.page, "Sites").stand_on("LHS", "Phone")
        Grid(one.page, "Sites").type(text)
    second.press("Save")
    second.sees("Saved: 1 changed cell.")
    walk.press("Save")
    walk.sees("What you typed is kept")
