"""A fake spreadsheet: its tabs, what the values methods answer, and what people do in it."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

from sheets.addresses import (
    Area,
    Json,
    RefusedError,
    area_in,
    area_of,
    column_letters,
    exceeds,
    label,
    split,
    unparsable,
)
from sheets.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 10_000_000


class Book:
    """One spreadsheet, shared with the service account unless `shared` is taken away."""

    def __init__(self, book_id: str, title: str) -> None:
        self.book_id = book_id
        self.shared = True
        self.properties: Json = {
            "title": title,
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": "America/New_York",
        }
        self.tabs = [Tab(0, "Sheet1")]
        self.named: list[Json] = []
        self.metadata: list[Json] = []

    def copied(self) -> Book:
        """The same book, to be changed without changing this one."""
        other = copy.copy(self)
        other.tabs = [tab.copied() for tab in self.tabs]
        for name in ("properties", "named", "metadata"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        return other

    def become(self, other: Book) -> None:
        """Take over every change made in a copy.

        Raises:
            RefusedError: The copy has more cells than a spreadsheet may.
        """
        if sum(tab.rows * tab.columns for tab in other.tabs) > MOST_CELLS:
            raise RefusedError(
                "This action would increase the number of cells in the workbook above the limit "
                f"of {MOST_CELLS} cells."
            )
        self.__dict__.update(other.__dict__)

    def tab(self, title: str) -> Tab:
        """The tab of a title, for a test that looks or a person who clicks it."""
        return next(tab for tab in self.tabs if tab.title == title)

    def tab_by_id(self, sheet_id: int | None) -> Tab:
        """The tab that a request names.

        Raises:
            RefusedError: There is none.
        """
        found = next((tab for tab in self.tabs if tab.sheet_id == (sheet_id or 0)), None)
        if found is None:
            raise RefusedError(f"No grid with id: {sheet_id}")
        return found

    def type(self, address: str, text: str) -> None:
        """A person types into a cell, as `book.type("Funds!C2", "1,250.00")`."""
        tab, area = self.find(address)
        tab.put(area.top, area.left, text, "USER_ENTERED")

    def paste(self, address: str, rows: list[list[str]]) -> None:
        """A person pastes a block whose first cell is at an address."""
        tab, area = self.find(address)
        for row, column, text in _placed(rows, area.top, area.left):
            tab.put(row, column, text, "USER_ENTERED")

    def find(self, address: str) -> tuple[Tab, Area]:
        """The tab and area of an address or of a named range.

        Raises:
            RefusedError: There is no such tab, or it begins outside the grid.
        """
        title, cells = split(address)
        tab = next((tab for tab in self.tabs if tab.title == title), None)
        named = next((one for one in self.named if one["name"] == (cells or title)), None)
        if named and (cells or tab is None):
            return self.tab_by_id(named["range"].get("sheetId")), area_in(named["range"])
        if tab is None:
            if cells:
                raise unparsable(address)
            tab, cells = self.tabs[0], address
        return tab, area_of(cells, address, tab.rows, tab.columns)

    def read(self, address: str, query: Json) -> Json:
        """`values.get`: trailing empty cells and rows are left out, `values` when all are."""
        tab, area = self.find(address)
        how = query.get("valueRenderOption", "FORMATTED_VALUE")
        dates = query.get("dateTimeRenderOption", "SERIAL_NUMBER")
        dimension = query.get("majorDimension") or "ROWS"
        right = min(area.right, tab.edge)
        rows: list[list[Any]] = [
            [tab.render(row, column, how, dates) for column in range(area.left, right)]
            for row in range(area.top, min(area.bottom, tab.end))
        ]
        if dimension == "COLUMNS":
            rows = [list(column) for column in zip(*rows, strict=True)]
        rows = _trimmed(rows)
        answer: Json = {"range": label(tab.title, area), "majorDimension": dimension}
        return answer | ({"values": rows} if rows else {})

    def write(self, address: str, body: Json, mode: str | None) -> Json:
        """`values.update`: nulls leave a cell as it is and are not counted.

        Raises:
            RefusedError: The values do not fit the range or the grid, or no mode is given.
        """
        if mode not in {"RAW", "USER_ENTERED"}:
            raise RefusedError("'valueInputOption' is required but not specified")
        rows = _rows_of(body)
        tab, area = self.find(address)
        height, width = len(rows), max((len(row) for row in rows), default=0)
        filled = Area(area.top, area.left, area.top + height, area.left + width)
        _check_fit(tab, area, filled, address)
        done = [at for at in _placed(rows, area.top, area.left) if at[2] is not None]
        for row, column, value in done:
            tab.put(row, column, value, mode)
        return {
            "spreadsheetId": self.book_id,
            "updatedRange": label(tab.title, filled),
            "updatedRows": len({row for row, _, _ in done}),
            "updatedColumns": len({column for _, column, _ in done}),
            "updatedCells": len(done),
        }

    def append(self, address: str, body: Json, query: Json) -> Json:
        """`values.append`: below the last table that touches the range, wherever that stands."""
        tab, area = self.find(address)
        answer: Json = {"spreadsheetId": self.book_id}
        row, column = area.top, area.left
        tables = [block for block in _tables(tab) if any(area.holds(*at) for at in block)]
        if tables:
            table = _bounds(max(tables, key=lambda block: (max(block), max(c for _, c in block))))
            answer["tableRange"] = label(tab.title, table)
            row, column = table.bottom, table.left
        rows = _rows_of(body)
        if query.get("insertDataOption") == "INSERT_ROWS":
            tab.move("ROWS", row, len(rows))
        tab.grid["rowCount"] = max(tab.rows, row + len(rows))
        tab.grid["columnCount"] = max(tab.columns, column + max(map(len, rows)))
        at = label(tab.title, Area(row, column, row + 1, column + 1))
        return answer | {"updates": self.write(at, body, query.get("valueInputOption"))}


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    for row in rows:
        while row and row[-1] == "" and isinstance(row[-1], str):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _rows_of(body: Json) -> list[list[Any]]:
    rows = body.get("values") or []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise RefusedError(
            "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), "
            f'"{rows}"'
        )
    if body.get("majorDimension") == "COLUMNS":
        return [list(row) for row in itertools.zip_longest(*rows)]
    return rows


def _placed(rows: list[list[Any]], top: int, left: int) -> Iterator[tuple[int, int, Any]]:
    for row, values in enumerate(rows, top):
        for column, value in enumerate(values, left):
            yield row, column, value


def _check_fit(tab: Tab, area: Area, filled: Area, address: str) -> None:
    if filled.bottom > tab.rows or filled.right > tab.columns:
        raise exceeds(address, tab.rows, tab.columns)
    if area.single:
        return
    outside = ""
    if filled.bottom > area.bottom:
        outside = f"row [{area.bottom + 1}]"
    elif filled.right > area.right:
        outside = f"column [{column_letters(area.right)}]"
    if outside:
        raise RefusedError(
            f"Requested writing within range [{address}], but tried writing to {outside}"
        )


def _tables(tab: Tab) -> Iterator[set[tuple[int, int]]]:
    """What Google takes for tables: blocks of filled cells that touch, also over a corner."""
    rest = set(tab.cells)
    while rest:
        block: set[tuple[int, int]] = set()
        waiting = [rest.pop()]
        while waiting:
            row, column = waiting.pop()
            block.add((row, column))
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & rest
            rest -= near
            waiting += near
        yield block


def _bounds(block: set[tuple[int, int]]) -> Area:
    rows, columns = [row for row, _ in block], [column for _, column in block]
    return Area(min(rows), min(columns), max(rows) + 1, max(columns) + 1)
