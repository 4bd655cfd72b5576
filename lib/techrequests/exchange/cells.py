"""One cell of a file as the text that `fields.from_text` reads."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Kind, from_text
from techrequests.exchange.file_rows import DAY_ZERO, ShownNumber, Uncalculated

if TYPE_CHECKING:
    from techrequests.domain.fields import Column
    from techrequests.exchange.date_order import DayOrder
    from techrequests.exchange.file_rows import Raw

CLEAR = "(clear)"
"""What empties a cell; an empty one leaves it as it is."""

_ERRORS = frozenset({"#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!"})
_TEXTS = {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$|[ T]12:00(:00)? ?AM$", re.IGNORECASE)
_EXACT = 10**15
"""From here on a spreadsheet has lost digits of a number."""
_NO_AMOUNT = re.compile(r"\$?\s*-")
"""How Excel's Accounting format writes zero; nobody types it into a form."""
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST_QUOTED = 40
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""The days of 2000 to 2099 as Excel counts them: other numbers are more likely a slip."""
_ROUNDED = re.compile(r"-?[0-9](\.[0-9]+)?E\+[0-9]{2,}", re.IGNORECASE)
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SHOWN_DAY = re.compile(
    rf"[0-9]{{1,2}}-{_MONTH}(-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2,4}}|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}"
)
"""What Excel shows, and writes into CSV, where it took a code such as 1-2 for a day."""


def label_of(column: Column) -> str:
    """What people call a column."""
    return column.field.label if column.field else column.name


def typed_text(column: Column, raw: Raw, days: DayOrder | None = None) -> str:
    """A cell as a person would have typed it into the grid, trimmed.

    Args:
        column: Where it goes.
        raw: What the file holds.
        days: In which order its column of the file writes days.

    Raises:
        ValueError: It holds no value of the column's kind; the message says what to do.
    """
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if days and column.kind is Kind.DATE:
        raw = days.read(label_of(column), raw)
    if isinstance(raw, (int, float)):
        return _number_text(column, raw)
    if isinstance(raw, date):
        return _day_text(column, raw)
    if isinstance(raw, Uncalculated):
        raise ValueError(_without_value(column))  # noqa: TRY004  # what is wrong is the cell
    return _text(column, raw)


def _text(column: Column, raw: str) -> str:
    text = normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if text in _ERRORS:
        raise ValueError(f"“{label_of(column)}” shows {text}: the formula in it does not work.")
    if column.kind is Kind.DATE:
        return _serial_day(column, text) if _NUMBER.fullmatch(text) else _MIDNIGHT.sub("", text)
    if column.kind is Kind.MONEY and _NO_AMOUNT.fullmatch(text):
        return "0"
    return text


def _without_value(column: Column) -> str:
    return (
        f"“{label_of(column)}” is a formula whose value is not in the file: open the file in Excel "
        "and save it there, or type the value."
    )


def is_code(column: Column) -> bool:
    """Whether a column holds codes rather than words."""
    return column.kind is Kind.REFERENCE or bool(column.field and column.field.code)


def check_code(column: Column, text: str) -> None:
    """Refuse a code that a spreadsheet has turned into something else.

    Raises:
        ValueError: It has; the message says what to do.
    """
    if not is_code(column):
        return
    if _ROUNDED.fullmatch(text):
        raise ValueError(_became(column, f"the number {text} and lost digits"))
    if _SHOWN_DAY.fullmatch(text):
        raise ValueError(_became(column, f"the day {text}"))


def canonical(column: Column, text: str) -> str:
    """A typed text as the store would write it.

    Raises:
        ValueError: It is not of the column's kind; the message says what is expected.
    """
    return cell_text(column, from_text(column, text))


def _number_text(column: Column, raw: float) -> str:
    if column.kind in _TEXTS and abs(raw) >= _EXACT:
        raise ValueError(_became(column, f"the number {raw:.6g} and lost digits"))
    # As the cell shows it: the last digits of a sum are noise.
    digits = f"{float(raw):.15g}"
    day_zero = raw.day_zero if isinstance(raw, ShownNumber) else DAY_ZERO
    if column.kind is Kind.DATE:
        return _serial_day(column, digits, day_zero)
    if column.kind in _TEXTS and isinstance(raw, ShownNumber):
        return _shown(column, raw, digits)
    return f"{raw:.2f}" if column.kind is Kind.MONEY and _is_cents(raw) else digits


def _shown(column: Column, raw: ShownNumber, digits: str) -> str:
    """A number in a column of texts, as its cell shows it."""
    if raw.shown is None and is_code(column):
        raise ValueError(
            f"“{label_of(column)}” is the number {digits}, and its cell shows it in a format that "
            "cannot be read here: format the column as text, then type it again."
        )
    return digits if raw.shown is None else raw.shown


def _is_cents(raw: float) -> bool:
    return abs(raw * 100 - round(raw * 100)) < 1e-4  # noqa: PLR2004  # noise, not a part of a cent


def _serial_day(column: Column, number: str, day_zero: date = DAY_ZERO) -> str:
    """The day that a column shows as a number which was not formatted as a date."""
    days = float(number)
    if _FIRST_SERIAL <= days <= _LAST_SERIAL and days == int(days):
        return (day_zero + timedelta(days=int(days))).isoformat()
    raise ValueError(
        f"“{label_of(column)}” is the number {number[:_LONGEST_QUOTED]}: format the column as a "
        "date, or type a day such as 2027-03-31."
    )


def _day_text(column: Column, raw: date) -> str:
    if column.kind in _TEXTS - {Kind.LONG_TEXT}:
        raise ValueError(_became(column, f"the day {raw:%m/%d/%Y}"))
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="seconds")
    return raw.isoformat()


def _became(column: Column, what: str) -> str:
    return f"“{label_of(column)}” became {what}: format the column as text, then type it again."
