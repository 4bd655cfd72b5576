"""Tables in a real browser: they are drawn on a canvas, and read out to screen readers only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.window import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST_CELL = (40, 52)
"""Pixels from the corner of a table: the header and each row are 35 high."""


_FIRST, _MOST_COLUMNS = 1, 40


class Grid:
    """An editable table, found by the words that a screen reader says of it."""

    def __init__(self, page: Page, words: str) -> None:
        self._page = page
        self._keys = page.keyboard
        self._table = (
            page.get_by_test_id("stDataFrame")
            .filter(has=page.get_by_role("button", name=f"Search: {words}"))
            .last
        )

    def stand_on(self, row: str, column: str) -> None:
        """Put the cursor on the cell of a row, by its first cell, under a heading."""
        self._go_to(row, column)

    def shows(self, row: str, column: str) -> str:
        """What a cell shows."""
        down, at = self._go_to(row, column)
        line = self._table.locator("canvas [role=row]").nth(down + 1)
        return line.locator(f"td[aria-colindex='{at}']").text_content() or ""

    def _go_to(self, row: str, column: str) -> tuple[int, int]:
        # Inside the canvas, for screen readers only: no role that Playwright would find.
        firsts = self._table.locator(f"canvas [role=row] td[aria-colindex='{_FIRST}']")
        words = re.compile(f"^{re.escape(row)}$")
        expect(firsts.filter(has_text=words)).to_have_count(1)
        down = firsts.all_text_contents().index(row)
        self.click_first_cell()
        self._is_on(0, _FIRST)
        for _ in range(down):
            self._keys.press("ArrowDown")
        self._is_on(down, _FIRST)
        here = _FIRST
        # A column that is out of sight is read out only when the cursor comes near it.
        while column not in (columns := self._columns()):
            assert here < _MOST_COLUMNS, f"there is no column {column}"
            self._keys.press("ArrowRight")
            here += 1
            self._is_on(down, here)
        for _ in range(columns[column] - here):
            self._keys.press("ArrowRight")
        self._is_on(down, columns[column])
        return down, columns[column]

    def _is_on(self, row: int, place: int) -> None:
        """The cursor stands on the cell of a row at a place; what is read out lags behind."""
        line = self._table.locator("canvas [role=row]").nth(row + 1)
        cell = line.locator(f"td[aria-colindex='{place}']")
        expect(cell).to_have_attribute("aria-selected", "true")

    def _columns(self) -> dict[str, int]:
        """The headings in sight, each with its place."""
        heads = self._table.locator("canvas [role=row]").first.locator("th")
        found = heads.evaluate_all(
            "all => all.map(one => [one.textContent, Number(one.ariaColIndex)])"
        )
        return {str(name): int(place) for name, place in found}

    def click_first_cell(self) -> None:
        """Put the cursor on the first cell of the first row."""
        self._table.scroll_into_view_if_needed()
        # Streamlit lays a scroller over the canvas, so the click is by place.
        box = self._table.locator("canvas").first.bounding_box()
        assert box
        self._page.mouse.click(box["x"] + FIRST_CELL[0], box["y"] + FIRST_CELL[1])

    def type(self, text: str) -> None:
        """Put text into the cell on which the cursor stands, over what it holds."""
        self._keys.press("Enter")
        # The editor of a cell is loaded when it is first needed; what is typed before that is lost.
        editor = self._page.locator("#portal .gdg-input")
        editor.fill(text)
        editor.press("Enter")
        expect(editor).to_have_count(0)
        settle(self._page)

    def toggle(self) -> None:
        """Tick the box on which the cursor stands, or take the tick back."""
        self._keys.press("Enter")
        settle(self._page)

    def paste(self, text: str) -> None:
        """Paste what a spreadsheet copies: cells with tabs between, rows with new lines."""
        self._page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self._keys.press("Control+v")
        settle(self._page)
