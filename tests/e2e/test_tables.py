"""Tables that are edited like a spreadsheet, in a real browser: typed, pasted, seen, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from e2e.conftest import Walk

pytestmark = pytest.mark.browser

FIRST_CELL = (40, 52)
"""Pixels from the corner of a table: the header and each row are 35 high."""


class Grid:
    """An editable table, found by the words that a screen reader says of it."""

    def __init__(self, walk: Walk, words: str) -> None:
        self._walk = walk
        self._keys = walk.page.keyboard
        self._table = (
            walk.page.get_by_test_id("stDataFrame")
            .filter(has=walk.page.get_by_role("button", name=f"Search: {words}"))
            .last
        )

    def stand_on(self, row: str, column: str) -> None:
        """Put the cursor on the cell of the row that holds a text, under a heading."""
        # Inside the canvas, for screen readers only: no role that Playwright would find.
        rows = self._table.locator("canvas [role=row]")
        expect(rows.nth(1)).to_be_attached(timeout=20_000)
        [heads, *cells] = [
            rows.nth(number).locator("th, td").all_text_contents() for number in range(rows.count())
        ]
        [down] = [number for number, found in enumerate(cells) if row in found]
        self.click_first_cell()
        for _ in range(down):
            self._keys.press("ArrowDown")
        for _ in range(heads.index(column)):
            self._keys.press("ArrowRight")

    def click_first_cell(self) -> None:
        """Put the cursor on the first cell of the first row."""
        self._table.scroll_into_view_if_needed()
        # Streamlit lays a scroller over the canvas, so the click is by place.
        box = self._table.locator("canvas").first.bounding_box()
        assert box
        self._walk.page.mouse.click(box["x"] + FIRST_CELL[0], box["y"] + FIRST_CELL[1])

    def type(self, text: str) -> None:
        """Type into the cell on which the cursor stands."""
        # The editor of a cell is loaded with the first key; what is typed faster than that is lost.
        self._keys.type(text, delay=120)
        self._keys.press("Enter")
        self._walk.settle()

    def paste(self, text: str) -> None:
        """Paste what a spreadsheet copies: cells with tabs between, rows with new lines."""
        self._walk.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self._keys.press("Control+v")
        self._walk.settle()


def test_the_business_office_changes_a_budget_and_sees_it_before_and_after(walk: Walk) -> None:
    walk.sit_down("bea", "funds")
    Grid(walk, "Funds").stand_on("LEVY-27", "Budget")
    Grid(walk, "Funds").type("31,500")
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
    new = Grid(walk, "New rows for Vendors")
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
        Grid(one, "Sites").stand_on("LHS", "Phone")
        Grid(one, "Sites").type(text)
    second.press("Save")
    second.sees("Saved: 1 changed cell.")
    walk.press("Save")
    walk.sees("What you typed is kept")
