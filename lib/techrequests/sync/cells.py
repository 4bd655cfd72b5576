"""One cell, both ways: what a sheet holds, and the text by which two values are compared.

The text is that of `domain.edits.cell_text`, which every editor and service reads; so “1049.5”,
1049.5 and $1,049.50 are one amount, and an edit from a sheet is checked by the rules of a form.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize

from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Kind, from_text

if TYPE_CHECKING:
    from techrequests.domain.fields import Column

Raw = bool | int | float | str
"""What a cell holds, as the API carries it; an empty cell is an empty text."""

MOST_CHARACTERS = 2_000
"""Longer texts end with `CUT` in the sheet, and are only edited in the app."""

CUT = " … (the whole text is in the app)"

ERROR_VALUES = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!", "#ERROR!", "Loading..."}
)
"""What stands in a cell whose formula failed, or has not ended."""

_DAY_ZERO = date(1899, 12, 30)
_LAST_DAY = 2_958_465  # 9999-12-31
_CENT = Decimal("0.01")
_SLIP = Decimal("0.000001")
_TOO_MUCH = 10**15  # more than a double carries to the cent
_TEXTS = {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}


def is_cut(text: str) -> bool:
    """Whether a text is too long for a sheet, which then shows its beginning."""
    return len(text) > MOST_CHARACTERS


def sheet_text(text: str) -> str:
    """A value's text as a sheet can give it back: composed letters, plain line breaks, not cut."""
    plain = normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain[: MOST_CHARACTERS - len(CUT)] + CUT if is_cut(plain) else plain


def cell_of(column: Column, text: str) -> Raw:
    """What is written into a cell: amounts and days as numbers, so that sheets can add and sort."""
    if not text:
        return ""
    if column.kind is Kind.MONEY:
        return float(text)
    if column.kind is Kind.INTEGER:
        return int(text)
    if column.kind is Kind.YES_NO:
        return text == "yes"
    if column.kind is Kind.DATE:
        return (date.fromisoformat(text) - _DAY_ZERO).days
    return text


def text_of(column: Column, raw: Raw) -> str:
    """Read a cell.

    Raises:
        ValueError: It holds no value of the column's kind; the message says what is expected.
    """
    label = column.field.label if column.field else column.name
    if isinstance(raw, str):
        if raw.strip() in ERROR_VALUES:
            raise ValueError(f"“{label}” shows {raw.strip()}: the formula in it does not work.")
        return _canonical(column, sheet_text(raw))
    if isinstance(raw, bool):
        return _from_yes_no(column, label, raw=raw)
    return _from_number(column, label, raw)


def _canonical(column: Column, text: str) -> str:
    return sheet_text(cell_text(column, from_text(column, text)))


def _from_yes_no(column: Column, label: str, *, raw: bool) -> str:
    if column.kind is not Kind.YES_NO:
        raise ValueError(f"“{label}” shows {str(raw).upper()}: please type it as text.")
    return cell_text(column, raw)


def _from_number(column: Column, label: str, raw: float) -> str:
    if column.kind in _TEXTS:
        # The zeros in front, or a code that became a day, cannot be had back from the number.
        raise ValueError(
            f"“{label}” became the number {raw:.15g}: format the cell as plain text, then type "
            "it again."
        )
    if column.kind is Kind.DATE:
        return _from_serial(label, raw)
    exact = Decimal(repr(raw))
    if column.kind is Kind.MONEY:
        if abs(exact) >= _TOO_MUCH:
            raise ValueError(f"“{label}” is {raw:.15g}, which is too much for an amount.")
        cents = exact.quantize(_CENT)
        if abs(exact - cents) > _SLIP:
            raise ValueError(f"“{label}” is {raw:.15g}: an amount has whole cents.")
        return _canonical(column, f"{cents:f}")
    return _canonical(column, f"{exact.normalize():f}")


def _from_serial(label: str, raw: float) -> str:
    if raw != int(raw) or not 1 <= raw <= _LAST_DAY:
        raise ValueError(f"“{label}” must be a day such as 2027-03-31, without a time.")
    return (_DAY_ZERO + timedelta(days=int(raw))).isoformat()
