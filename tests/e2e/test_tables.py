"""Tables that are edited like a spreadsheet, in a real browser: typed, pasted, seen, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.grid import Grid

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_file_is_held_against_the_table_before_any_of_it_is_saved(
    walk: Walk, tmp_path: Path
) -> None:
    file = tmp_path / "vendors.csv"
    file.write_text(
        "Vendor code,Company,E-mail\n"
        "HARBOR,Harbor School Furniture,orders@harbor.example\n"
        "MESA,Mesa Audio,no address\n"
    )
    walk.sit_down("ada", "vendors")
    walk.page.get_by_text("Import a file").click()
    walk.settle()
    walk.page.locator("input[type=file]").set_input_files(file)
    walk.sees("vendors.csv: 2 rows")
    walk.press("See what it would do")
    walk.sees("Save 1 row")
    walk.sit_down("ada", "vendors", vendors_search="Harbor")
    walk.sees("Nothing matches")
    walk.sit_down("ada", "vendors")
    walk.page.get_by_text("Import a file").click()
    walk.settle()
    walk.page.locator("input[type=file]").set_input_files(file)
    walk.press("See what it would do")
    walk.press("Save 1 row")
    walk.sees("Saved: 1 new row.")
    walk.settle()
    with walk.page.expect_download() as download:
        walk.press("The row that cannot be saved, as a file")
    assert "MESA" in download.value.path().read_text(encoding="utf-8-sig")
    walk.sit_down("ada", "vendors", vendors_search="Harbor")
    walk.sees("1 row")
