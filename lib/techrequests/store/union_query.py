"""Records of several tables in one statement.

Planning a small statement takes DuckDB longer than running it, and most of that is paid once for
each statement: five tables asked together cost half of what they cost one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from techrequests.domain.fields import describe
from techrequests.store.rows import from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from techrequests.domain.fields import Record

R = TypeVar("R", bound="Record")

# A moment is a date and a truth is a number to Python, so the narrower type comes first.
_SQL_TYPES = ((bool, "BOOLEAN"), (int, "BIGINT"), (datetime, "TIMESTAMP"), (date, "DATE"))


@dataclass(frozen=True, slots=True)
class Part(Generic[R]):
    """What is wanted of one table; a constant of the code, as its statement is kept.

    Attributes:
        record: The class of the records.
        where: SQL from code, such as `WHERE request_id = $request_id`.
        order: By which columns they are sorted: of the record, or the table's running number.
        newest_first: Whether they are sorted the other way round.
    """

    record: type[R]
    where: str
    order: tuple[str, ...]
    newest_first: bool = False

    @property
    def types(self) -> dict[str, str]:
        """The SQL type of each column that is read."""
        told = {column.name: _sql_type(column.python_type) for column in describe(self.record)}
        # What a class does not declare is the running number that the database gives.
        return {**dict.fromkeys(self.order, "BIGINT"), **told}


@dataclass(frozen=True, slots=True)
class Combined:
    """One statement for several parts.

    Attributes:
        sql: Gives the number of the part, then its values, each in a column of its type.
        places: Where the columns of each part stand in a row.
    """

    parts: tuple[Part[Any], ...]
    sql: str
    places: tuple[Mapping[str, int], ...]

    def found(self, rows: Sequence[Sequence[Any]], zone: tzinfo) -> Found:
        """The records in the rows of the statement."""
        sorted_rows: tuple[list[Sequence[Any]], ...] = tuple([] for _ in self.parts)
        for row in rows:
            sorted_rows[row[0]].append(row)
        parts = zip(self.parts, self.places, sorted_rows, strict=True)
        return Found(
            {part.record: _records(part, places, own, zone) for part, places, own in parts}
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by class."""

    _by_class: Mapping[type[Any], tuple[Any, ...]]

    def of(self, record: type[R]) -> tuple[R, ...]:
        """The records of one class, in the order that its part names."""
        return self._by_class[record]


@cache
def combined(parts: tuple[Part[Any], ...]) -> Combined:
    """The statement that asks for all parts; each class may stand in one of them only."""
    columns = _columns(parts)
    places = tuple(_places(part, columns) for part in parts)
    selects = (
        _select(number, part, columns, at)
        for number, (part, at) in enumerate(zip(parts, places, strict=True))
    )
    return Combined(parts, " UNION ALL ".join(selects), places)


def _columns(parts: Sequence[Part[Any]]) -> tuple[str, ...]:
    """The types of the union's columns: of each as many as the part that needs the most."""
    needed = [list(part.types.values()) for part in parts]
    kinds = ("TEXT", *(name for _, name in _SQL_TYPES))
    return tuple(kind for kind in kinds for _ in range(max(types.count(kind) for types in needed)))


def _places(part: Part[Any], columns: Sequence[str]) -> dict[str, int]:
    free = {kind: _positions(kind, columns) for kind in set(columns)}
    # The number of the part comes first.
    return {name: next(free[kind]) + 1 for name, kind in part.types.items()}


def _positions(kind: str, columns: Sequence[str]) -> Iterator[int]:
    return (at for at, column in enumerate(columns) if column == kind)


def _select(number: int, part: Part[Any], columns: Sequence[str], places: Mapping[str, int]) -> str:
    names = {at: name for name, at in places.items()}
    values = (names.get(at) or f"CAST(NULL AS {kind})" for at, kind in enumerate(columns, start=1))
    table = part.record.TABLE.name
    return f"SELECT {number}, {', '.join(values)} FROM {table} {part.where}"  # noqa: S608  # names from code


def _records(
    part: Part[R], places: Mapping[str, int], rows: list[Sequence[Any]], zone: tzinfo
) -> tuple[R, ...]:
    # Sorted here: a window or a nested ORDER BY in each part would make the planning dearer again.
    keys = [places[name] for name in part.order]
    rows.sort(key=lambda row: [row[at] for at in keys], reverse=part.newest_first)
    names = [column.name for column in describe(part.record)]
    at = [places[name] for name in names]
    return tuple(from_rows(part.record, names, ([row[one] for one in at] for row in rows), zone))


def _sql_type(python_type: type) -> str:
    return next((name for known, name in _SQL_TYPES if issubclass(python_type, known)), "TEXT")
