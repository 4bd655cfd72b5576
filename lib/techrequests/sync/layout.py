"""What of a table goes to a sheet, in which column, and what people may change there.

All of it follows from the record's `Field` declarations, the same that make forms, editors and CSV.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from techrequests.domain.fields import shown

if TYPE_CHECKING:
    from techrequests.domain.fields import Column, Record

KEY, STATUS = "_key", "_status"
"""Our own two columns, by name and heading: which row it is, and what we say about it."""

_NOT_IN_TITLES = re.compile(r"[\[\]*?/\\:]")


class Mode(StrEnum):
    """Which way a table goes."""

    MIRROR = "shown in the sheet"
    EDITS = "rows edited in both"
    ROWS = "rows edited and added in both"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """The column of one field.

    Attributes:
        heading: What stands above it; by this it is found, wherever people move it.
        writable: Whether a change by a person is taken over into the app.
    """

    name: str
    heading: str
    column: Column
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table stands in its tab.

    Attributes:
        title: Name of the tab when it is made; later it is found by its id.
        fields: A column for every field people see, in the order of a new tab.
    """

    record: type[Record]
    mode: Mode
    title: str
    fields: tuple[SheetColumn, ...]

    @property
    def headings(self) -> dict[str, str]:
        """Every column by name with what stands above it: our key, the fields, our status."""
        return {KEY: KEY} | {one.name: one.heading for one in self.fields} | {STATUS: STATUS}


def layout_of(record: type[Record], mode: Mode) -> Layout:
    """Read a table's layout from its declaration.

    Raises:
        ValueError: Two columns would have the same heading.
    """
    fields = tuple(_field(record, column, mode) for column in shown(record))
    title = _NOT_IN_TITLES.sub(" ", record.TABLE.label or record.TABLE.name)
    layout = Layout(record=record, mode=mode, title=title, fields=fields)
    times = Counter(map(heading_key, layout.headings.values()))
    if doubled := [heading for heading, count in times.items() if count > 1]:
        raise ValueError(f"{record.TABLE.name} has two columns with the heading {doubled[0]!r}")
    return layout


def heading_key(heading: str) -> str:
    """A heading as it is compared."""
    return " ".join(heading.split()).casefold()


def _field(record: type[Record], column: Column, mode: Mode) -> SheetColumn:
    field = column.field
    if field is None:
        raise TypeError(f"{column.name} is not shown to people")
    editable = field.editable and field.from_sheet and column.name != record.TABLE.key
    return SheetColumn(
        name=column.name,
        heading=field.label,
        column=column,
        writable=editable and mode is not Mode.MIRROR,
    )
