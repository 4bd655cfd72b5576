"""One tab of a fake spreadsheet: its cells, what they show, and how rows and columns move."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

from sheets.addresses import Area, Json, RefusedError, area_in, without_zero
from sheets.values import Value, calculate, formatted, is_number, tidy, typed

MOST_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What was put into a cell.

    Attributes:
        number_format: The cell's own format; None when it follows its column's.
    """

    value: Value
    formula: bool = False
    number_format: Json | None = None


class Tab:
    """A grid of cells; `cells` holds the filled ones by row and column."""

    def __init__(self, sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> None:
        self.sheet_id = sheet_id
        self.title = title
        self.hidden = False
        self.grid: Json = {"rowCount": rows, "columnCount": columns}
        self.cells: dict[tuple[int, int], Entry] = {}
        self.formats: list[tuple[Json, Json]] = []
        self.protected: list[Json] = []
        self.validations: list[Json] = []

    @property
    def rows(self) -> int:
        """Height of the grid, empty rows included."""
        return int(self.grid["rowCount"])

    @property
    def columns(self) -> int:
        """Width of the grid, empty columns included."""
        return int(self.grid["columnCount"])

    @property
    def end(self) -> int:
        """The row after the last filled one."""
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def edge(self) -> int:
        """The column after the last filled one."""
        return max((column for _, column in self.cells), default=-1) + 1

    def copied(self) -> Tab:
        """The same tab, to be changed without changing this one."""
        other = copy.copy(self)
        other.cells = dict(self.cells)
        for name in ("grid", "formats", "protected", "validations"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        return other

    def number_format(self, row: int, column: int) -> Json | None:
        """A cell's own number format, else the last one laid over its area."""
        entry = self.cells.get((row, column))
        if entry and entry.number_format:
            return entry.number_format
        laid = (form for area, form in reversed(self.formats) if area_in(area).holds(row, column))
        return next(laid, None)

    def put(self, row: int, column: int, value: object, mode: str = "RAW") -> None:
        """Write a cell as the API does: null leaves it as it is, an empty text clears it.

        Raises:
            RefusedError: The value is of no kind that a cell holds, or too long.
        """
        if value is None:
            return
        if not isinstance(value, (bool, int, float, str)):
            kind = "struct" if isinstance(value, dict) else "list"
            raise RefusedError(f"Invalid values[{row}][{column}]: {kind}_value")
        if isinstance(value, str) and len(value) > MOST_CHARACTERS:
            raise RefusedError(
                "Your input contains more than the maximum of 50000 characters in a single cell."
            )
        entry = Entry(value, number_format=self.number_format(row, column))
        if mode == "USER_ENTERED" and isinstance(value, str):
            became, number_format, formula = typed(value, entry.number_format)
            entry = Entry(became, formula, number_format)
        if entry.value == "":
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = entry

    def value(self, row: int, column: int) -> Value:
        """What a cell holds; of a formula its result."""
        entry = self.cells.get((row, column))
        if entry is None:
            return ""
        return calculate(str(entry.value), self.value) if entry.formula else entry.value

    def render(self, row: int, column: int, how: str, dates: str) -> Value:
        """A cell as an answer carries it.

        Args:
            row: From 0.
            column: From 0.
            how: The ValueRenderOption.
            dates: The DateTimeRenderOption.
        """
        entry = self.cells.get((row, column))
        if entry is None:
            return ""
        if how == "FORMULA" and entry.formula:
            return entry.value
        value = self.value(row, column)
        number_format = self.number_format(row, column) if is_number(value) else None
        is_date = (number_format or {}).get("type", "").startswith("DATE")
        as_text = is_date and dates == "FORMATTED_STRING"
        if how == "FORMULA" or (how == "UNFORMATTED_VALUE" and not as_text):
            return tidy(value)
        return formatted(value, number_format)

    def move(self, dimension: str, at: int, by: int) -> None:
        """Insert (above 0) or delete (below 0) rows or columns; what lies on them moves along."""
        axis, word = (0, "Row") if dimension == "ROWS" else (1, "Column")
        moved = {}
        for place, entry in self.cells.items():
            if by < 0 and at <= place[axis] < at - by:
                continue
            step = by if place[axis] >= at else 0
            moved[place[0] + step * (axis == 0), place[1] + step * (axis == 1)] = entry
        self.cells = moved
        self.grid["rowCount" if axis == 0 else "columnCount"] += by
        for area in (
            *(one["range"] for one in self.protected + self.validations),
            *(area for area, _ in self.formats),
        ):
            for edge in (f"start{word}Index", f"end{word}Index"):
                if area.get(edge, -1) > at:
                    area[edge] = max(at, area[edge] + by)

    def lay_format(self, area: Json, number_format: Json) -> None:
        """Give every cell of an area a number format, empty ones included."""
        self.formats.append((dict(area), number_format))
        inside = area_in(area)
        for place, entry in self.cells.items():
            if inside.holds(*place):
                self.cells[place] = replace(entry, number_format=None)

    def clear(self, area: Area) -> None:
        """Empty an area; formats stay."""
        self.cells = {at: entry for at, entry in self.cells.items() if not area.holds(*at)}

    def described(self, index: int) -> Json:
        """The tab as `spreadsheets.get` answers it."""
        properties: Json = {
            "sheetId": self.sheet_id,
            "title": self.title,
            "index": index,
            "sheetType": "GRID",
            "gridProperties": {name: value for name, value in self.grid.items() if value},
        }
        if self.hidden:
            properties["hidden"] = True
        if not self.protected:
            return {"properties": properties}
        ranges = [{**one, "range": without_zero(one["range"])} for one in self.protected]
        return {"properties": properties, "protectedRanges": ranges}
