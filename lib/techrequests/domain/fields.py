"""One declaration per field: forms, tables, validation, sheets and CSV are all read from it.

A record is a frozen dataclass; a field that people see or type is written
`Annotated[str, Field(label="Room", max_length=40)]`. Everything else follows from `describe`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from numbers import Integral
from types import NoneType
from typing import Any, ClassVar, Protocol, get_args, get_type_hints
from unicodedata import category

from techrequests.domain.calendar import fiscal_year_from_words
from techrequests.domain.errors import Problem
from techrequests.domain.money import MOST_CENTS, cents_from_text, has_parts_of_a_cent


class Kind(StrEnum):
    """How a value is entered and shown."""

    TEXT = "text"
    LONG_TEXT = "long text"
    MONEY = "money"
    INTEGER = "integer"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes or no"
    CHOICE = "choice"
    REFERENCE = "reference"


YES_WORDS = frozenset({"yes", "y", "true", "1", "x"})
NO_WORDS = frozenset({"no", "n", "false", "0"})
_WHOLE = re.compile(r"[-+]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,18})(\.0+)?")
_DAYS = (
    "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y",
    "%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
)  # fmt: skip
"""As people and spreadsheets write a day; with the month as a word it cannot be mistaken."""
_LONGEST_QUOTED = 40
_LONGEST_VALUE = 200
"""Characters of a value that is no free text; nothing longer is looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a person is told about a value, and what is accepted.

    Attributes:
        label: Heading of the form field, the table column, the sheet column and the CSV column.
        help: One sentence on what belongs there.
        example: A realistic value, shown as a placeholder.
        max_length: Characters for text.
        minimum: Smallest number, or cents for money; None for no limit.
        maximum: Largest number, or cents for money; None for the kind's own limit.
        below_zero: What to do instead of a number below zero.
        long: Text over several lines.
        code: Not words: a day or a rounded number in it is a slip of a spreadsheet.
        optional: May be left empty.
        refers_to: Table whose key the value is.
        recurs: Whether few values recur in it, so that a table is filtered by it; those that
            are picked from a list are in any case.
        editable: Whether a table editor may change it.
        from_sheet: Whether a linked sheet may, too.
    """

    label: str
    help: str = ""
    example: str = ""
    max_length: int = 120
    minimum: int | None = None
    maximum: int | None = None
    below_zero: str = ""
    long: bool = False
    code: bool = False
    optional: bool = False
    refers_to: str = ""
    recurs: bool = False
    editable: bool = True
    from_sheet: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where records of one class are stored and what they are called."""

    name: str
    key: str
    label: str = ""


class Record(Protocol):
    """A frozen dataclass that is one row of a table."""

    TABLE: ClassVar[Table]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of a record with what its type says about it.

    Attributes:
        field: What people are told; None for a value people neither see nor type.
        choices: The allowed values when `kind` is CHOICE.
        nullable: Whether None is a value of its type.
    """

    name: str
    kind: Kind
    python_type: type
    nullable: bool
    required: bool
    field: Field | None
    choices: tuple[str, ...] = ()


@cache
def describe(record: type[Record]) -> tuple[Column, ...]:
    """Every field of a record class, in the order in which it is declared."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(
        _column(item.name, hints[item.name], required=item.default is MISSING)
        for item in fields(record)
    )


def shown(record: type[Record]) -> tuple[Column, ...]:
    """The fields of a record class that people see."""
    return tuple(column for column in describe(record) if column.field)


def _column(name: str, hint: Any, *, required: bool) -> Column:  # noqa: ANN401  # a type hint is any object
    field = next(
        (extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Field)), None
    )
    bare = get_args(hint)[0] if field else hint
    members = [member for member in get_args(bare) if member is not NoneType]
    python_type: type = members[0] if members else bare
    return Column(
        name=name,
        kind=_kind(name, python_type, field),
        python_type=python_type,
        nullable=NoneType in get_args(bare),
        required=required,
        field=field,
        choices=tuple(python_type) if issubclass(python_type, StrEnum) else (),
    )


def _kind(name: str, python_type: type, field: Field | None) -> Kind:  # noqa: PLR0911  # one line per kind reads best
    if field and field.refers_to:
        return Kind.REFERENCE
    if issubclass(python_type, StrEnum):
        return Kind.CHOICE
    if python_type is bool:
        return Kind.YES_NO
    if python_type is int:
        return Kind.MONEY if name.endswith("_cents") else Kind.INTEGER
    if python_type is datetime:
        return Kind.MOMENT
    if python_type is date:
        return Kind.DATE
    return Kind.LONG_TEXT if field and field.long else Kind.TEXT


def problems(record: type[Record], values: dict[str, Any]) -> tuple[Problem, ...]:
    """Everything that is wrong with the given values of a record, all at once.

    Args:
        record: The class whose fields the values are for.
        values: Some or all of its fields by name, already of the right Python type.
    """
    found = (
        (column.name, _problem(column, values[column.name]))
        for column in shown(record)
        if column.name in values
    )
    return tuple(Problem(name, message) for name, message in found if message)


def _problem(column: Column, value: Any) -> str:  # noqa: ANN401  # a field may hold any type
    field = column.field
    if field is None:
        return ""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "" if field.optional else f"“{field.label}” is empty: please fill it in."
    if column.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        return _text_problem(field, str(value))
    if column.kind in {Kind.INTEGER, Kind.MONEY}:
        return _number_problem(column, field, value)
    if column.kind is Kind.CHOICE and value not in column.choices:
        return f"“{field.label}” must be one of: {', '.join(column.choices)}."
    return ""


def has_control_characters(text: str) -> bool:
    """Whether text holds what no keyboard types; line breaks and tabs are fine."""
    return any(category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in text)


def _text_problem(field: Field, text: str) -> str:
    over = len(text) - field.max_length
    if over > 0:
        return (
            f"“{field.label}” is {over} characters too long: please keep it to {field.max_length}."
        )
    if has_control_characters(text):
        return f"“{field.label}” holds invisible control characters: please type it again."
    if not field.long and len(text.splitlines()) > 1:
        return f"“{field.label}” is one line: please take the line breaks out."
    return ""


def is_whole(value: object) -> bool:
    """Whether a value is a whole number, which a box that is ticked is not."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def _number_problem(column: Column, field: Field, number: Any) -> str:  # noqa: ANN401  # whatever a caller says
    if not is_whole(number):
        what = "an amount such as 1,250.00" if column.kind is Kind.MONEY else "a whole number"
        return f"“{field.label}” must be {what}."
    limit = MOST_CENTS if column.kind is Kind.MONEY else 2**31 - 1
    least = field.minimum if field.minimum is not None else -limit
    most = field.maximum if field.maximum is not None else limit
    if least <= number <= most:
        return ""
    if field.below_zero and number < 0:
        return f"“{field.label}” cannot be below zero: {field.below_zero}"
    if column.kind is Kind.MONEY:
        return f"“{field.label}” must be between ${least / 100:,.2f} and ${most / 100:,.2f}."
    return f"“{field.label}” must be between {least:,} and {most:,}."


def from_text(column: Column, text: str) -> Any:  # noqa: ANN401  # the column decides the type
    """Read a value from what a person typed, pasted or put in a CSV file.

    Raises:
        ValueError: The text is not of the column's kind; the message says what is expected.
    """
    bare = text.strip()
    label = column.field.label if column.field else column.name
    if not bare:
        return None if column.nullable or column.python_type is not str else ""
    if column.kind not in {Kind.TEXT, Kind.LONG_TEXT}:
        _check_length(label, bare)
    if column.kind is Kind.CHOICE:
        return _choice(column, label, bare)
    if column.name == "fiscal_year":
        return _fiscal_year(label, bare)
    read = _READERS.get(column.kind)
    return read(label, bare) if read else bare


def number_from_text(kind: Kind, label: str, text: str) -> int | None:
    """Read a whole number, or an amount in cents, from what a person typed; None for nothing.

    Raises:
        ValueError: It is not plainly one; the message says what is expected.
    """
    bare = text.strip()
    _check_length(label, bare)
    read = _money if kind is Kind.MONEY else _integer
    return read(label, bare) if bare else None


def _check_length(label: str, text: str) -> None:
    if len(text) > _LONGEST_VALUE:
        raise ValueError(
            f"“{label}” is {len(text):,} characters long, and {_LONGEST_VALUE} is the most here: "
            "please type it again."
        )


def _money(label: str, text: str) -> int:
    if has_parts_of_a_cent(text):
        raise ValueError(f"“{label}” has parts of a cent: type dollars and two decimals at most.")
    if (cents := cents_from_text(text)) is None:
        raise ValueError(f"“{label}” must be an amount such as 1,250.00.")
    return cents


def _integer(label: str, text: str) -> int:
    # Not int() alone: it would read "1_000", and "12,5" without its comma as 125.
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"“{label}” must be a whole number.")
    return int(text.partition(".")[0].replace(",", ""))


def _fiscal_year(label: str, text: str) -> int:
    if (year := fiscal_year_from_words(text)) is None:
        quoted = text[:_LONGEST_QUOTED]
        raise ValueError(f"“{label}” must be a year such as 2027 or 2026-27, not “{quoted}”.")
    return year


def _date(label: str, text: str) -> date:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    quoted = text[:_LONGEST_QUOTED]
    raise ValueError(f"“{label}” must be a date such as 2027-03-31 or 3/31/2027, not “{quoted}”.")


def _moment(label: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{label}” must be a moment such as 2027-03-31T14:30Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _yes_no(label: str, text: str) -> bool:
    answer = text.lower()
    if answer not in YES_WORDS | NO_WORDS:
        raise ValueError(f"“{label}” must be yes or no.")
    return answer in YES_WORDS


def _choice(column: Column, label: str, text: str) -> Any:  # noqa: ANN401  # one of the enum's members
    try:
        return column.python_type(text.lower())
    except ValueError:
        raise ValueError(f"“{label}” must be one of: {', '.join(column.choices)}.") from None


_READERS: dict[Kind, Callable[[str, str], Any]] = {
    Kind.MONEY: _money,
    Kind.INTEGER: _integer,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.YES_NO: _yes_no,
}
