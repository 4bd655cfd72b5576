"""What a cell makes of what is typed into it, and how it shows a value, under the locale en_US."""

from __future__ import annotations

import ast
import operator
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sheets.addresses import Json, column_number

if TYPE_CHECKING:
    from collections.abc import Callable

Value = bool | int | float | str
"""What a cell holds, as JSON carries it."""

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Google's and of most spreadsheets' serial numbers."""

_CURRENCY: Json = {"type": "CURRENCY", "pattern": '"$"#,##0.00'}
_PERCENT: Json = {"type": "PERCENT", "pattern": "0.00%"}
_DOLLARS = re.compile(r"(\(?-?)\$\s?([\d,]+(?:\.\d+)?)\)?")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?%?")
_DATES = (
    ("%Y-%m-%d", "yyyy-mm-dd"),
    ("%m/%d/%Y", "m/d/yyyy"),
    ("%m/%d/%y", "m/d/yyyy"),
    ("%m-%d-%Y", "m-d-yyyy"),
    ("%b %d, %Y", "mmm d, yyyy"),
    ("%m-%Y", "m-yyyy"),
)
_DATES_WITHOUT_YEAR = (("%m/%d", "m/d"), ("%m-%d", "m-d"))
_YEAR_OF_TYPING = 2027  # a day typed without a year; fixed, so that tests repeat themselves
_LARGEST_EXACT = 1e15


def typed(text: str, number_format: Json | None) -> tuple[Value, Json | None, bool]:
    """What typing does: the value, the cell's number format afterwards, whether it is a formula.

    Args:
        text: As typed.
        number_format: The cell's format before; under TEXT everything stays text.
    """
    if not text or (number_format or {}).get("type") == "TEXT":
        return text, number_format, False
    if text[0] == "'":
        return text[1:], number_format, False
    if text[0] == "=":
        return text, number_format, True
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE", number_format, False
    number = _typed_number(text.strip(), number_format)
    if number is not None:
        return *number, False
    return *_typed_date(text, number_format), False


def _typed_number(text: str, number_format: Json | None) -> tuple[Value, Json | None] | None:
    if found := _DOLLARS.fullmatch(text):
        sign = -1 if found[1] else 1
        return sign * float(found[2].replace(",", "")), _CURRENCY
    if not _NUMBER.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return None
    value = float(text.rstrip("%").replace(",", ""))
    if text.endswith("%"):
        return value / 100, _PERCENT
    if "," in text:
        return value, {"type": "NUMBER", "pattern": "#,##0.00" if "." in text else "#,##0"}
    return value, number_format


def _typed_date(text: str, number_format: Json | None) -> tuple[Value, Json | None]:
    bare = text.strip()
    readings = [(bare, pattern, shown) for pattern, shown in _DATES]
    readings += [
        (f"{bare} {_YEAR_OF_TYPING}", f"{pattern} %Y", shown)
        for pattern, shown in _DATES_WITHOUT_YEAR
    ]
    for whole, pattern, shown in readings:
        try:
            day = datetime.strptime(whole, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        return (day - EPOCH).days, {"type": "DATE", "pattern": shown}
    return text, number_format


def tidy(value: Value) -> Value:
    """A double as JSON writes it: `3.0` as `3`."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT
    return int(value) if whole else value


def is_number(value: Value) -> bool:
    """Whether it is a number, which TRUE is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def formatted(value: Value, number_format: Json | None) -> str:
    """A value as the sheet shows it."""
    if isinstance(value, (bool, str)):
        return str(value).upper() if isinstance(value, bool) else value
    kind, pattern = (number_format or {}).get("type", ""), (number_format or {}).get("pattern", "")
    if kind.startswith("DATE"):
        return _formatted_date(value, pattern or "yyyy-mm-dd")
    if kind == "CURRENCY":
        return f"{'-' if value < 0 else ''}${abs(value):,.2f}"
    if kind == "PERCENT":
        return f"{value * 100:.2f}%"
    if "#,##0" in pattern:
        return f"{value:,.2f}" if ".00" in pattern else f"{value:,.0f}"
    whole = tidy(value)
    return str(whole) if isinstance(whole, int) else f"{value:.10g}"


def _formatted_date(serial: float, pattern: str) -> str:
    day = EPOCH + timedelta(days=serial)
    parts = {
        "yyyy": str(day.year),
        "mmm": day.strftime("%b"),
        "mm": f"{day.month:02}",
        "dd": f"{day.day:02}",
        "m": str(day.month),
        "d": str(day.day),
    }
    return re.sub(r"yyyy|mmm|mm|dd|m|d", lambda found: parts[found[0]], pattern)


_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")


def calculate(formula: str, look: Callable[[int, int], Value]) -> Value:
    """The value of a formula of numbers, cells, + - * / and brackets; else an error value.

    Args:
        formula: With its equals sign.
        look: Gives the value of the cell at a row and column.
    """
    try:
        return _value_of(ast.parse(formula[1:].strip(), mode="eval").body, look)
    except ZeroDivisionError:
        return "#DIV/0!"
    except TypeError:
        return "#VALUE!"
    except (RecursionError, SyntaxError):
        return "#ERROR!"
    except LookupError:
        return "#NAME?"


def _value_of(node: ast.expr, look: Callable[[int, int], Value]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value_of(operand, look)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value_of(left, look), _value_of(right, look))
        case ast.Name(id=name) if found := _REFERENCE.fullmatch(name):
            value = look(int(found[2]) - 1, column_number(found[1]))
            return float(value) if value != "" else 0.0
    raise LookupError(ast.dump(node))
