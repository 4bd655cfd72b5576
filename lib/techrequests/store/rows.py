"""A record is a row: the SQL and the conversions follow from the dataclass's fields."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.fields import describe
from techrequests.domain.seals import SEALED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from techrequests.domain.fields import Column, Record


R = TypeVar("R", bound="Record")


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one record class; names come from code, never from people."""

    select: str
    insert: str
    update: str


@cache
def statements(record: type[Record]) -> Statements:
    """Build the three statements of a record class."""
    table, key = record.TABLE.name, record.TABLE.key
    names = [column.name for column in describe(record)]
    # The key is the database's own running number where the class does not declare it.
    returned = f" RETURNING {key}" if key not in names else ""
    settable = ", ".join(f"{name} = ${name}" for name in names if name not in {key, "version"})
    return Statements(
        select=f"SELECT {', '.join(names)} FROM {table}",  # noqa: S608  # names from code
        insert=f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608
        f"VALUES ({', '.join(f'${name}' for name in names)}){returned}",
        # The version in the WHERE is the lock: no row is changed when somebody was faster.
        update=f"UPDATE {table} SET {settable}, version = version + 1 "  # noqa: S608
        f"WHERE {key} = ${key} AND version = $version",
    )


def columns_of(record: type[Record], alias: str) -> str:
    """SQL for the columns of a record class, of the table that a statement calls `alias`."""
    return ", ".join(f"{alias}.{column.name}" for column in describe(record))


@cache
def inserts(record: type[Record], rows: int) -> str:
    """The statement that writes several new rows; values are named with a number, from 0."""
    names = [column.name for column in describe(record)]
    # What is sealed must be known by its key.
    table, key = record.TABLE.name, record.TABLE.key
    returned = f" RETURNING {key}" if key not in names and table in SEALED else ""
    places = (f"({', '.join(f'${name}_{row}' for name in names)})" for row in range(rows))
    return (
        f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608  # names from code
        f"VALUES {', '.join(places)}{returned}"
    )


def to_row(record: Record) -> dict[str, Any]:
    """A record's values as the store's parameters; aware moments become naive UTC."""
    return {item.name: stored(getattr(record, item.name)) for item in fields(record)}


def stored(value: Any) -> Any:  # noqa: ANN401  # any parameter of a statement
    """One value as the store's parameter."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, (frozenset, set, tuple)):
        return sorted(value)
    return value


def local(value: Any, zone: tzinfo) -> Any:  # noqa: ANN401  # any value of the store
    """A stored moment, naive UTC, as an aware one in a time zone; anything else as it is."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(zone)
    return value


def from_rows(
    record: type[R], names: Sequence[str], rows: Iterable[Sequence[Any]], zone: tzinfo
) -> list[R]:
    """Build records from rows whose columns are `names`; moments become aware, in a time zone."""
    convert = _converters(record, zone)
    known = [convert[name] for name in names]
    return [
        record(**{name: read(value) for name, read, value in zip(names, known, row, strict=True)})
        for row in rows
    ]


@cache
def _converters(record: type[Record], zone: tzinfo) -> Mapping[str, Callable[[Any], Any]]:
    return {column.name: _converter(column, zone) for column in describe(record)}


def _converter(column: Column, zone: tzinfo) -> Callable[[Any], Any]:
    if issubclass(column.python_type, StrEnum):
        return lambda value: None if value is None else column.python_type(value)
    if column.python_type is datetime:
        return lambda value: local(value, zone)
    if column.python_type is date:
        return lambda value: value.date() if isinstance(value, datetime) else value
    return lambda value: value
