"""One cell of a file as the text that `fields.from_text` reads."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from unicodedata import normalize

from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Kind, from_text

if TYPE_CHECKING:
    from techrequests.domain.fields import Column
    from techrequests.exchange.file_rows import Raw

CLEAR = "(clear)"
"""What empties a cell; an empty one leaves it as it is."""

_ERRORS = frozenset({"#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!"})
_TEXTS = {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$|[ T]12:00(:00)? ?AM$", re.IGNORECASE)
_EXACT = 10**15
"""From here on a spreadsheet has lost digits of a number."""


def label_of(column: Column) -> str:
    """What people call a column."""
    return column.field.label if column.field else column.name


def typed_text(column: Column, raw: Raw) -> str:
    """A cell as a person would have typed it into the grid, trimmed.

    Raises:
        ValueError: It holds no value of the column's kind; the message says what to do.
    """
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, (int, float)):
        return _number_text(column, raw)
    if isinstance(raw, date):
        return _day_text(column, raw)
    text = normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if text in _ERRORS:
        raise ValueError(f"“{label_of(column)}” shows {text}: the formula in it does not work.")
    return _MIDNIGHT.sub("", text) if column.kind is Kind.DATE else text


def canonical(column: Column, text: str) -> str:
    """A typed text as the store would write it.

    Raises:
        ValueError: It is not of the column's kind; the message says what is expected.
    """
    return cell_text(column, from_text(column, text))


def _number_text(column: Column, raw: float) -> str:
    if column.kind in _TEXTS and abs(raw) >= _EXACT:
        raise ValueError(
            f"“{label_of(column)}” became the number {raw:.6g} and lost digits: "
            "format the column as text, then type it again."
        )
    # As the cell shows it: the last digits of a sum are noise.
    shown = f"{raw:.15g}"
    return f"{raw:.2f}" if column.kind is Kind.MONEY and _is_cents(raw) else shown


def _is_cents(raw: float) -> bool:
    return abs(raw * 100 - round(raw * 100)) < 1e-4  # noqa: PLR2004  # noise, not a part of a cent


def _day_text(column: Column, raw: date) -> str:
    if column.kind in _TEXTS - {Kind.LONG_TEXT}:
        raise ValueError(
            f"“{label_of(column)}” became the day {raw:%m/%d/%Y}: format the column as text, "
            "then type it again."
        )
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="seconds")
    return raw.isoformat()
