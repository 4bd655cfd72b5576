"""What a tab's XML says that openpyxl keeps to itself: hidden rows, and formulas without a value.

It is walked once before its cells are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from techrequests.exchange.file_rows import Uncalculated

_SHEET, _COLUMN, _ROW, _CELL, _FORMULA, _VALUE, _TEXT = (
    f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("sheetData", "col", "row", "c", "f", "v", "is")
)
_LAST_COLUMN = 16_384
"""A workbook has no more columns than that."""


@dataclass(slots=True)
class Marks:
    """What is known of a tab before its cells are read.

    Attributes:
        formulas: Those whose value was never worked out, by coordinate.
        hidden_rows: Numbers of rows that hold something and are not shown.
        hidden_columns: Numbers of columns that are not shown, from 1.
    """

    formulas: dict[str, Uncalculated] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def marks_of(sheet: Any) -> Marks:  # noqa: ANN401  # a read-only sheet, which the stubs do not know
    """Walk a tab once."""
    walk = _Walk()
    with sheet._get_source() as source:  # noqa: SLF001  # it has no other way to the sheet's XML
        for event, element in iterparse(source, events=("start", "end")):
            if event == "start":
                walk.begins(element)
            else:
                walk.ends(element)
    return walk.found


@dataclass(slots=True)
class _Walk:
    """Where in a tab's XML one is."""

    found: Marks = field(default_factory=Marks)
    rows: Any = None
    number: int = 0
    filled: bool = False

    def begins(self, element: Any) -> None:  # noqa: ANN401  # an element of either XML library
        if element.tag == _SHEET:
            self.rows = element
        elif element.tag == _ROW:
            self.number, self.filled = _row_number(element, self.number), False

    def ends(self, element: Any) -> None:  # noqa: ANN401
        hidden = element.get("hidden") in {"1", "true"}
        if element.tag == _CELL:
            self.filled = _looked_at(self.found, element) or self.filled
        elif element.tag == _ROW:
            if self.filled and hidden:
                self.found.hidden_rows.append(self.number)
            # What was walked is let go, or a million rows would stay in memory.
            (element if self.rows is None else self.rows).clear()
        elif element.tag == _COLUMN and hidden:
            self.found.hidden_columns += _columns(element)


def _looked_at(found: Marks, cell: Any) -> bool:  # noqa: ANN401  # an element of either XML library
    """Whether a cell holds anything; what is known of its formula is noted."""
    formula, value = cell.find(_FORMULA), cell.findtext(_VALUE)
    # A formula that comes to an empty text has no value either, but is marked as a text.
    if formula is not None and not value and cell.get("t") != "str":
        found.formulas[cell.get("r", "")] = Uncalculated(f"={formula.text or ''}")
    return formula is not None or bool(value) or cell.find(_TEXT) is not None


def _row_number(row: Any, before: int) -> int:  # noqa: ANN401
    said = row.get("r")
    return int(said) if said else before + 1


def _columns(element: Any) -> range:  # noqa: ANN401
    first, last = int(element.get("min") or "0"), int(element.get("max") or "0")
    # A workbook that hides all that is to the right of its table hides nothing.
    return range(first, last + 1 if last < _LAST_COLUMN else first)
