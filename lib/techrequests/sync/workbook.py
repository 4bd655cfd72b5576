"""A spreadsheet by what we ask of it, of which nothing is `append_rows`.

Values are written RAW, so that no text of ours is ever read as a formula; rows are added by
`appendCells`, which knows the tab by its number and cannot land beside the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gspread.utils import ValueRenderOption, absolute_range_name, rowcol_to_a1

from techrequests.domain.fields import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gspread import Spreadsheet

    from techrequests.sync.cells import Raw
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import Append, Write
    from techrequests.sync.tab import Rows

_NEW_ROWS = 200
_HEAD_FIELDS = "userEnteredValue,userEnteredFormat.textFormat.bold"
_FORMATS: Mapping[Kind, Mapping[str, str]] = {
    Kind.MONEY: {"type": "CURRENCY", "pattern": '"$"#,##0.00'},
    Kind.INTEGER: {"type": "NUMBER", "pattern": "0"},
    Kind.DATE: {"type": "DATE", "pattern": "yyyy-mm-dd"},
    Kind.YES_NO: {},
}
_TEXT = {"type": "TEXT"}
_LINK = "technology-requests"
_TRY = "technology-requests-try"
_OURS = "Kept by Technology Requests: what is typed here is put back."

Cells = tuple["Rows", "Rows"]
"""What a tab holds: its values, and the same with formulas in place of their values."""


class Workbook:
    """One spreadsheet."""

    def __init__(self, spreadsheet: Spreadsheet) -> None:
        self._spreadsheet = spreadsheet
        self._links: tuple[str, ...] = ()

    @property
    def spreadsheet_id(self) -> str:
        """What Google calls it."""
        return self._spreadsheet.id

    @property
    def links(self) -> tuple[str, ...]:
        """Which copies of the app have written their link into it, as `tabs` saw it last."""
        return self._links

    def tie(self, link: str) -> None:
        """Write a link into the spreadsheet, in place of any other; one call."""
        lookup = {"developerMetadataLookup": {"metadataKey": _LINK}}
        requests: list[dict[str, Any]] = [{"deleteDeveloperMetadata": {"dataFilter": lookup}}]
        made = {
            "metadataKey": _LINK,
            "metadataValue": link,
            "visibility": "DOCUMENT",
            "location": {"spreadsheet": True},
        }
        requests.append({"createDeveloperMetadata": {"developerMetadata": made}})
        self._spreadsheet.batch_update({"requests": requests})
        self._links = (link,)

    def try_to_write(self) -> None:
        """Find out whether we may write, and leave nothing behind; one call."""
        lookup = {"developerMetadataLookup": {"metadataKey": _TRY}}
        made = {
            "metadataKey": _TRY,
            "metadataValue": "try",
            "visibility": "DOCUMENT",
            "location": {"spreadsheet": True},
        }
        requests: list[dict[str, Any]] = [
            {"createDeveloperMetadata": {"developerMetadata": made}},
            {"deleteDeveloperMetadata": {"dataFilter": lookup}},
        ]
        self._spreadsheet.batch_update({"requests": requests})

    def tabs(self) -> dict[int, str]:
        """The titles of all tabs by their numbers; one call."""
        found = self._spreadsheet.fetch_sheet_metadata(
            {"fields": "developerMetadata,sheets.properties"}
        )
        self._links = tuple(
            str(one.get("metadataValue", ""))
            for one in found.get("developerMetadata", ())
            if one.get("metadataKey") == _LINK
        )
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

    def read(self, titles: Sequence[str], shown: Collection[str] = ()) -> dict[str, Cells]:
        """Everything in some tabs; two calls at most, however many they are.

        Args:
            titles: Of which tabs.
            shown: Those in which nobody's formula matters, since everything typed is put back.
        """
        values = self.values(titles)
        asked = [title for title in titles if title not in shown]
        formulas = self._read(asked, ValueRenderOption.formula) if asked else {}
        return {title: (values[title], formulas.get(title, ())) for title in titles}

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
        requests: list[dict[str, Any]] = [
            {"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": len(names)}}
        ]
        for column, name in enumerate(names, at):
            area = {"sheetId": sheet_id, "startColumnIndex": column, "endColumnIndex": column + 1}
            requests += _dressed(layout, name, area)
        bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
        line = [
            {"userEnteredValue": {"stringValue": layout.headings[name]}, **bold} for name in names
        ]
        start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": at}
        asked_head = {"start": start, "rows": [{"values": line}], "fields": _HEAD_FIELDS}
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


def _dressed(layout: Layout, name: str, area: dict[str, Any]) -> list[dict[str, Any]]:
    """What people are helped with in one column: its format, a list to pick from, a warning.

    It is a courtesy: whatever is pasted or typed in spite of it is read by the rules of the app.
    """
    columns = {one.name: one for one in layout.fields}
    column = columns[name].column if name in columns else None
    kind = column.kind if column else Kind.TEXT
    requests: list[dict[str, Any]] = []
    if number_format := _FORMATS.get(kind, _TEXT):
        cell = {"userEnteredFormat": {"numberFormat": number_format}}
        asked = {"range": area, "cell": cell, "fields": "userEnteredFormat.numberFormat"}
        requests.append({"repeatCell": asked})
    if name not in columns or not columns[name].writable:
        # Only a warning: a range that refuses would also refuse people to sort their table.
        kept = {"range": area, "description": _OURS, "warningOnly": True}
        requests.append({"addProtectedRange": {"protectedRange": kept}})
    elif column and kind in {Kind.CHOICE, Kind.YES_NO}:
        values = [{"userEnteredValue": choice} for choice in column.choices]
        condition = {"type": "ONE_OF_LIST", "values": values} if values else {"type": "BOOLEAN"}
        rule = {"condition": condition, "strict": True, "showCustomUi": True}
        below = {**area, "startRowIndex": 1}
        requests.append({"setDataValidation": {"range": below, "rule": rule}})
    return requests


def _line(append: Append, columns: Mapping[str, int]) -> dict[str, Any]:
    at = {columns[name]: raw for name, raw in append.cells.items()}
    return {"values": [_entered(at.get(column, "")) for column in range(max(at) + 1)]}


def _entered(raw: Raw) -> dict[str, Any]:
    if isinstance(raw, bool):
        return {"userEnteredValue": {"boolValue": raw}}
    if isinstance(raw, str):
        return {"userEnteredValue": {"stringValue": raw}} if raw else {}
    return {"userEnteredValue": {"numberValue": raw}}
