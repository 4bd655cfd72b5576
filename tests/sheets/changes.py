"""The requests of `spreadsheets.batchUpdate`, each by its name in the API."""

from __future__ import annotations

import copy
from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sheets.addresses import Json, RefusedError, area_in, without_zero
from sheets.tab import Tab

if TYPE_CHECKING:
    from sheets.book import Book
    from sheets.values import Value

NewId = Callable[[], int]
"""Makes the next number for a tab, a protected range and the like."""


def change(book: Book, request: Json, new_id: NewId) -> Json:
    """Carry out one request; its reply, empty for most.

    Raises:
        RefusedError: The request cannot be carried out, or this fake does not know it.
    """
    (name, asked), *_ = request.items()
    known = _CHANGES.get(name)
    if known is None:
        raise RefusedError(f"Unknown or unsupported request: {name}")
    reply = known(book, asked, new_id)
    return {name: reply} if reply else {}


def sort(book: Book, title: str, column: int, *, descending: bool = False) -> None:
    """A person sorts all rows below the header by one column."""
    order = "DESCENDING" if descending else "ASCENDING"
    area = {"sheetId": book.tab(title).sheet_id, "startRowIndex": 1}
    specs = [{"dimensionIndex": column, "sortOrder": order}]
    change(book, {"sortRange": {"range": area, "sortSpecs": specs}}, int)


def insert(book: Book, title: str, dimension: str, at: int, count: int = 1) -> None:
    """A person inserts rows or columns."""
    area = {"sheetId": book.tab(title).sheet_id, "dimension": dimension}
    area |= {"startIndex": at, "endIndex": at + count}
    change(book, {"insertDimension": {"range": area}}, int)


def delete(book: Book, title: str, dimension: str, at: int, count: int = 1) -> None:
    """A person deletes rows or columns."""
    area = {"sheetId": book.tab(title).sheet_id, "dimension": dimension}
    area |= {"startIndex": at, "endIndex": at + count}
    change(book, {"deleteDimension": {"range": area}}, int)


def _tab_of(book: Book, asked: Json) -> Tab:
    area = asked.get("range") or asked.get("start") or asked
    return book.tab_by_id(area.get("sheetId"))


def _add_sheet(book: Book, asked: Json, new_id: NewId) -> Json:
    wanted = asked.get("properties", {})
    title = wanted.get("title") or f"Sheet{len(book.tabs) + 1}"
    if any(tab.title == title for tab in book.tabs):
        raise RefusedError(
            f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    tab = Tab(wanted.get("sheetId") or new_id(), title)
    tab.grid.update(wanted.get("gridProperties", {}))
    index = wanted.get("index", len(book.tabs))
    book.tabs.insert(index, tab)
    return {"properties": tab.described(index)["properties"]}


def _delete_sheet(book: Book, asked: Json, _: NewId) -> None:
    book.tabs.remove(book.tab_by_id(asked["sheetId"]))


def _update_sheet(book: Book, asked: Json, _: NewId) -> None:
    wanted = asked["properties"]
    tab = book.tab_by_id(wanted.get("sheetId"))
    if wanted.get("hidden") and all(other.hidden for other in book.tabs if other is not tab):
        raise RefusedError("You can't hide all the sheets in a document.")
    tab.grid.update(wanted.get("gridProperties", {}))
    tab.title, tab.hidden = wanted.get("title", tab.title), wanted.get("hidden", tab.hidden)
    tab.cells = {
        at: entry for at, entry in tab.cells.items() if at[0] < tab.rows and at[1] < tab.columns
    }


def _update_book(book: Book, asked: Json, _: NewId) -> None:
    book.properties.update(asked["properties"])


def _insert_dimension(book: Book, asked: Json, _: NewId) -> None:
    area = asked["range"]
    count = area["endIndex"] - area["startIndex"]
    _tab_of(book, asked).move(area["dimension"], area["startIndex"], count)
    _move_metadata(book, area, count)


def _append_dimension(book: Book, asked: Json, _: NewId) -> None:
    edge = "rowCount" if asked["dimension"] == "ROWS" else "columnCount"
    _tab_of(book, asked).grid[edge] += asked["length"]


def _delete_dimension(book: Book, asked: Json, _: NewId) -> None:
    area, tab = asked["range"], _tab_of(book, asked)
    count = area["endIndex"] - area["startIndex"]
    word, size = ("rows", tab.rows) if area["dimension"] == "ROWS" else ("columns", tab.columns)
    if count >= size:
        raise RefusedError(f"You can't delete all the {word} on the sheet.")
    tab.move(area["dimension"], area["startIndex"], -count)
    _move_metadata(book, area, -count)


def _move_metadata(book: Book, area: Json, by: int) -> None:
    """Developer metadata of a row or column follows it, and goes with it."""
    for one in list(book.metadata):
        place = one["location"].get("dimensionRange", {})
        same = place.get("sheetId", 0) == area.get("sheetId", 0)
        same = same and place.get("dimension") == area["dimension"]
        if not same or place["startIndex"] < area["startIndex"]:
            continue
        if by < 0 and place["startIndex"] < area["endIndex"]:
            book.metadata.remove(one)
        else:
            place["startIndex"] += by
            place["endIndex"] += by


def _repeat_cell(book: Book, asked: Json, _: NewId) -> None:
    number_format = asked["cell"].get("userEnteredFormat", {}).get("numberFormat")
    if number_format:
        _tab_of(book, asked).lay_format(asked["range"], number_format)


def _update_cells(book: Book, asked: Json, _: NewId) -> None:
    place = asked.get("start") or asked.get("range") or {}
    top = place.get("rowIndex", place.get("startRowIndex", 0))
    left = place.get("columnIndex", place.get("startColumnIndex", 0))
    _put_rows(_tab_of(book, asked), asked, top, left)


def _append_cells(book: Book, asked: Json, _: NewId) -> None:
    tab = book.tab_by_id(asked.get("sheetId"))
    top = tab.end
    tab.grid["rowCount"] = max(tab.rows, top + len(asked["rows"]))
    _put_rows(tab, asked, top, 0)


def _put_rows(tab: Tab, asked: Json, top: int, left: int) -> None:
    if "userEnteredValue" not in asked["fields"] and asked["fields"] != "*":
        return
    for row, line in enumerate(asked.get("rows", []), top):
        for column, cell in enumerate(line.get("values", []), left):
            if row >= tab.rows or column >= tab.columns:
                raise RefusedError("Attempting to write outside the grid.")
            entered = cell.get("userEnteredValue") or {"stringValue": ""}
            mode = "USER_ENTERED" if "formulaValue" in entered else "RAW"
            tab.put(row, column, next(iter(entered.values())), mode)


def _sort_range(book: Book, asked: Json, _: NewId) -> None:
    """Whole rows move; blanks come last whichever way it is sorted."""
    tab, area = _tab_of(book, asked), area_in(asked["range"])
    bottom = min(area.bottom, tab.end)
    rows = [
        {column: entry for (at, column), entry in tab.cells.items() if at == row}
        for row in range(area.top, bottom)
    ]
    for spec in reversed(asked["sortSpecs"]):
        column, down = spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING"
        ranked = [(_rank(row[column].value), row) for row in rows if column in row]
        ranked.sort(key=itemgetter(0), reverse=down)
        rows = [row for _, row in ranked] + [row for row in rows if column not in row]
    outside = {at: one for at, one in tab.cells.items() if not area.top <= at[0] < bottom}
    moved = {
        (row, column): entry
        for row, line in enumerate(rows, area.top)
        for column, entry in line.items()
    }
    tab.cells = outside | moved


def _rank(value: Value) -> tuple[int, Any]:
    """Numbers before texts before TRUE and FALSE."""
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _add_protected_range(book: Book, asked: Json, new_id: NewId) -> Json:
    wanted = {name: value for name, value in asked["protectedRange"].items() if value}
    made = {"protectedRangeId": new_id(), **wanted, "requestingUserCanEdit": True}
    made["editors"] = {who: names for who, names in (made.get("editors") or {}).items() if names}
    book.tab_by_id(made["range"].get("sheetId")).protected.append(made)
    return {"protectedRange": {**made, "range": without_zero(made["range"])}}


def _delete_protected_range(book: Book, asked: Json, _: NewId) -> None:
    for tab in book.tabs:
        tab.protected = [
            one for one in tab.protected if one["protectedRangeId"] != asked["protectedRangeId"]
        ]


def _set_validation(book: Book, asked: Json, _: NewId) -> None:
    _tab_of(book, asked).validations.append(copy.deepcopy(asked))


def _add_named_range(book: Book, asked: Json, new_id: NewId) -> Json:
    made = {"namedRangeId": str(new_id()), **asked["namedRange"]}
    book.named.append(made)
    return {"namedRange": {**made, "range": without_zero(made["range"])}}


def _create_metadata(book: Book, asked: Json, new_id: NewId) -> Json:
    made = {"metadataId": new_id(), **copy.deepcopy(asked["developerMetadata"])}
    book.metadata.append(made)
    return {"developerMetadata": made}


def _delete_metadata(book: Book, asked: Json, _: NewId) -> None:
    lookup = asked["dataFilter"]["developerMetadataLookup"]
    book.metadata[:] = [
        one
        for one in book.metadata
        if any(one.get(name) != value for name, value in lookup.items())
    ]


def _only_looks(_book: Book, _asked: Json, _: NewId) -> None:
    """Filters, widths and the like change no value."""


_CHANGES: dict[str, Callable[[Book, Json, NewId], Json | None]] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet,
    "updateSpreadsheetProperties": _update_book,
    "insertDimension": _insert_dimension,
    "appendDimension": _append_dimension,
    "deleteDimension": _delete_dimension,
    "repeatCell": _repeat_cell,
    "updateCells": _update_cells,
    "appendCells": _append_cells,
    "sortRange": _sort_range,
    "addProtectedRange": _add_protected_range,
    "deleteProtectedRange": _delete_protected_range,
    "setDataValidation": _set_validation,
    "addNamedRange": _add_named_range,
    "createDeveloperMetadata": _create_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
    "setBasicFilter": _only_looks,
    "clearBasicFilter": _only_looks,
    "updateDimensionProperties": _only_looks,
    "autoResizeDimensions": _only_looks,
    "addConditionalFormatRule": _only_looks,
}
