"""A spreadsheet by what we ask of it: five calls, of which none is `append_rows`.

Values are written RAW, so that no text of ours is ever read as a formula; rows are added by
`appendCells`, which knows the tab by its number and cannot land beside the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gspread.utils import ValueRenderOption, absolute_range_name, rowcol_to_a1

from techrequests.domain.fields import Kind
from techrequests.sync.layout import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gspread import Spreadsheet

    from techrequests.sync.cells import Raw
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import Append, Write
    from techrequests.sync.tab import Rows

_NEW_ROWS = 200
_FORMATS: Mapping[Kind, Mapping[str, str]] = {
    Kind.MONEY: {"type": "CURRENCY", "pattern": '"$"#,##0.00'},
    Kind.INTEGER: {"type": "NUMBER", "pattern": "0"},
    Kind.DATE: {"type": "DATE", "pattern": "yyyy-mm-dd"},
    Kind.YES_NO: {},
}
_TEXT = {"type": "TEXT"}

Cells = tuple["Rows", "Rows"]
"""What a tab holds: its values, and the same with formulas in place of their values."""


class Workbook:
    """One spreadsheet."""

    def __init__(self, spreadsheet: Spreadsheet) -> None:
        self._spreadsheet = spreadsheet

    @property
    def spreadsheet_id(self) -> str:
        """What Google calls it."""
        return self._spreadsheet.id

    def tabs(self) -> dict[int, str]:
        """The titles of all tabs by their numbers; one call."""
        found = self._spreadsheet.fetch_sheet_metadata({"fields": "sheets.properties"})
        properties = (sheet["properties"] for sheet in found["sheets"])
        return {int(one["sheetId"]): str(one["title"]) for one in properties}

    def add_tab(self, title: str, columns: int) -> int:
        """Make a tab, small, because empty cells count; one call.

        Returns:
            Its number.
        """
        made = self._change(
            "addSheet",
            properties={
                "title": title,
                "gridProperties": {
                    "rowCount": _NEW_ROWS,
                    "columnCount": columns,
                    "frozenRowCount": 1,
                },
            },
        )
        return int(made["replies"][0]["addSheet"]["properties"]["sheetId"])

    def read(self, titles: Sequence[str]) -> dict[str, Cells]:
        """Everything in some tabs; two calls, however many they are."""
        values = self.values(titles)
        formulas = self._read(titles, ValueRenderOption.formula)
        return {title: (values[title], formulas[title]) for title in titles}

    def values(self, titles: Sequence[str]) -> dict[str, Rows]:
        """The values in some tabs; one call."""
        return self._read(titles, ValueRenderOption.unformatted)

    def write(self, writes: Mapping[str, Sequence[Write]]) -> None:
        """Write cells by the title of their tab, all of them or none; one call."""
        data = [
            {
                "range": absolute_range_name(title, rowcol_to_a1(one.row + 1, one.column + 1)),
                "values": [[one.after]],
            }
            for title, some in writes.items()
            for one in some
        ]
        if data:
            self._spreadsheet.values_batch_update({"valueInputOption": "RAW", "data": data})

    def append(self, appends: Mapping[int, Sequence[Append]], columns: Mapping[int, Any]) -> None:
        """Add rows below all others by the number of their tab, all or none; one call.

        Args:
            appends: The rows.
            columns: Where each column of a tab stands, by its number.
        """
        requests = [
            {
                "appendCells": {
                    "sheetId": sheet_id,
                    "rows": [_line(one, columns[sheet_id]) for one in some],
                    "fields": "userEnteredValue",
                }
            }
            for sheet_id, some in appends.items()
            if some
        ]
        if requests:
            self._spreadsheet.batch_update({"requests": requests})

    def set_up(self, sheet_id: int, layout: Layout, names: Sequence[str], at: int) -> None:
        """Put headings into the first row and give their columns a format; one call.

        Args:
            sheet_id: The tab's number.
            layout: What the columns are.
            names: Which of them.
            at: The first free column.
        """
        kinds = {one.name: one.column.kind for one in layout.fields} | {KEY: Kind.TEXT}
        requests: list[dict[str, Any]] = [
            {"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": len(names)}}
        ]
        for column, name in enumerate(names, at):
            area = {"sheetId": sheet_id, "startColumnIndex": column, "endColumnIndex": column + 1}
            number_format = _FORMATS.get(kinds.get(name, Kind.LONG_TEXT), _TEXT)
            cell = {"userEnteredFormat": {"numberFormat": number_format}}
            fields = "userEnteredFormat.numberFormat"
            if number_format:
                asked = {"range": area, "cell": cell, "fields": fields}
                requests.append({"repeatCell": asked})
        line = [{"userEnteredValue": {"stringValue": layout.headings[name]}} for name in names]
        start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": at}
        asked_head = {"start": start, "rows": [{"values": line}], "fields": "userEnteredValue"}
        requests.append({"updateCells": asked_head})
        self._spreadsheet.batch_update({"requests": requests})

    def _read(self, titles: Sequence[str], how: ValueRenderOption) -> dict[str, Rows]:
        answer = self._spreadsheet.values_batch_get(
            [absolute_range_name(title) for title in titles],
            {"valueRenderOption": how, "dateTimeRenderOption": "SERIAL_NUMBER"},
        )
        ranges = answer["valueRanges"]
        return {title: one.get("values", []) for title, one in zip(titles, ranges, strict=True)}

    def _change(self, name: str, **asked: Any) -> Any:  # noqa: ANN401  # as the API has it
        return self._spreadsheet.batch_update({"requests": [{name: asked}]})


def _line(append: Append, columns: Mapping[str, int]) -> dict[str, Any]:
    at = {columns[name]: raw for name, raw in append.cells.items()}
    return {"values": [_entered(at.get(column, "")) for column in range(max(at) + 1)]}


def _entered(raw: Raw) -> dict[str, Any]:
    if isinstance(raw, bool):
        return {"userEnteredValue": {"boolValue": raw}}
    if isinstance(raw, str):
        return {"userEnteredValue": {"stringValue": raw}} if raw else {}
    return {"userEnteredValue": {"numberValue": raw}}
