"""What one transaction, or one look, can ask of the store."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from techrequests.domain.errors import NotFoundError, StaleError
from techrequests.domain.fields import describe
from techrequests.domain.seals import SEALED, line_of
from techrequests.store.rows import from_rows, inserts, local, statements, stored, to_row
from techrequests.store.union_query import combined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, tzinfo

    import pandas as pd

    from techrequests.domain.fields import Record, Table
    from techrequests.store.union_query import Found, Part

    R = TypeVar("R", bound=Record)


MOST_ROWS_AT_ONCE = 40
_QUESTION = duckdb.StatementType.SELECT
_MOST_PARSED = 2000
_parsed_before: dict[str, duckdb.Statement] = {}


class Counter:
    """A number that several threads raise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.total = 0

    def add(self) -> None:
        """Raise it by one."""
        with self._lock:
            self.total += 1


class Reader:
    """Questions to the store; get one from `Database.read` and keep it within one thread.

    Attributes:
        zone: The district's time zone: moments are stored in UTC and come out in it.
        separate_duties: Whether the district keeps duties apart.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        count: Counter,
        zone: tzinfo = UTC,
        *,
        separate_duties: bool = False,
    ) -> None:
        self._connection = connection
        self._count = count
        self.zone = zone
        self.separate_duties = separate_duties

    def run(self, sql: str, **values: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401  # SQL parameters
        """Run one statement with `$name` parameters."""
        self._count.add()
        return self._connection.execute(
            _parsed(self._connection, sql), {name: stored(value) for name, value in values.items()}
        )

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """All rows as dictionaries by column name."""
        result = self.run(sql, **values)
        names = [column[0] for column in result.description or ()]
        moments = [column[0] for column in result.description or () if _is_moment(column)]
        found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        for row in found if moments else ():
            row.update((name, local(row[name], self.zone)) for name in moments)
        return found

    def row(self, sql: str, **values: Any) -> dict[str, Any] | None:  # noqa: ANN401
        """The first row, or None."""
        return next(iter(self.rows(sql, **values)), None)

    def value(self, sql: str, **values: Any) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""
        found = self.run(sql, **values).fetchone()
        return local(found[0], self.zone) if found else None

    def frame(self, sql: str, **values: Any) -> pd.DataFrame:  # noqa: ANN401
        """All rows as a DataFrame; moments are what the clocks of the district show."""
        result = self.run(sql, **values)
        moments = [column[0] for column in result.description or () if _is_moment(column)]
        found = result.df()
        for name in moments:
            here = found[name].dt.tz_localize("UTC").dt.tz_convert(self.zone)
            found[name] = here.dt.tz_localize(None)
        return found

    def find(self, record: type[R], where: str = "", **values: Any) -> list[R]:  # noqa: ANN401
        """Records of a class; `where` is SQL from code, such as `WHERE active ORDER BY name`."""
        result = self.run(f"{statements(record).select} {where}", **values)
        names = [column[0] for column in result.description or ()]
        return from_rows(record, names, result.fetchall(), self.zone)

    def find_beside(
        self,
        record: type[R],
        sql: str,
        **values: Any,  # noqa: ANN401
    ) -> list[tuple[R, dict[str, Any]]]:
        """Records with what else a statement gives; its first columns are `rows.columns_of`."""
        result = self.run(sql, **values)
        names, rows = [column[0] for column in result.description or ()], result.fetchall()
        width = len(describe(record))
        found = from_rows(record, names[:width], (row[:width] for row in rows), self.zone)
        besides = (
            {name: local(value, self.zone) for name, value in zip(names, row, strict=True)}
            for names, row in ((names[width:], row[width:]) for row in rows)
        )
        return list(zip(found, besides, strict=True))

    def together(self, *parts: Part[Any], **values: Any) -> Found:  # noqa: ANN401
        """Records of several classes, in one statement; parameters are shared by all parts."""
        asked = combined(parts)
        return asked.found(self.run(asked.sql, **values).fetchall(), self.zone)

    def get(self, record: type[R], key: str) -> R:
        """One record by its key.

        Raises:
            NotFoundError: There is none.
        """
        found = self.find(record, f"WHERE {record.TABLE.key} = $key", key=key)
        if not found:
            raise NotFoundError(f"There is no {record.TABLE.name.replace('_', ' ')} “{key}”.")
        return found[0]


class Work(Reader):
    """Reads and writes of one transaction; get one from `Database.write`.

    Attributes:
        failed: Whether a statement failed; the transaction can then only be rolled back.
        wrote: Whether a statement did more than ask.
        sealed: A line for each row that was written to a sealed table; see `domain.seals`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        count: Counter,
        zone: tzinfo = UTC,
        *,
        separate_duties: bool = False,
    ) -> None:
        super().__init__(connection, count, zone, separate_duties=separate_duties)
        self.failed = False
        self.wrote = False
        self.sealed: list[str] = []

    def run(self, sql: str, **values: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401  # SQL parameters
        """Run one statement with `$name` parameters."""
        try:
            found = super().run(sql, **values)
        except BaseException:
            self.failed = True
            raise
        self.wrote = self.wrote or _parsed(self._connection, sql).type != _QUESTION
        return found

    def insert(self, record: Record) -> Any:  # noqa: ANN401  # a running number or nothing
        """Save a new record; a mutable one becomes version 1.

        Returns:
            The running number where the database gives one, else None.
        """
        values = _new_row(record)
        found = self.run(statements(type(record)).insert, **values).fetchone()
        given = found[0] if found and record.TABLE.key not in values else None
        self._seal(record.TABLE, values, given)
        return given

    def insert_all(self, records: Iterable[Record]) -> None:
        """Save new records, those of one class that follow each other in one statement."""
        for record_class, group in groupby(records, key=_class_of):
            rows = [_new_row(record) for record in group]
            for start in range(0, len(rows), MOST_ROWS_AT_ONCE):
                some = rows[start : start + MOST_ROWS_AT_ONCE]
                values = {
                    f"{name}_{number}": value
                    for number, row in enumerate(some)
                    for name, value in row.items()
                }
                found = self.run(inserts(record_class, len(some)), **values).fetchall()
                # The keys, where the database gave them; else one row that says how many.
                for position, row in enumerate(some):
                    given = found[position][0] if len(found) == len(some) else None
                    self._seal(record_class.TABLE, row, given)

    def update(self, record: R) -> R:
        """Save a changed record and return it with its new version.

        Raises:
            StaleError: The row is no longer at `record.version`.
        """
        row = to_row(record)
        if not self.changed(statements(type(record)).update, **row):
            raise StaleError(
                "Somebody else changed this in the meantime. Look at it again, then retry."
            )
        self._seal(record.TABLE, row)
        return replace(record, version=row["version"] + 1)

    def _seal(self, table: Table, row: dict[str, Any], given: int | None = None) -> None:
        """Note what a row says; `given` is its key where the database gave it."""
        if table.name in SEALED:
            said = row if table.key in row else {**row, table.key: given}
            self.sealed.append(line_of(table.name, said))

    def changed(self, sql: str, **values: Any) -> int:  # noqa: ANN401  # SQL parameters
        """Run an INSERT, UPDATE or DELETE and say how many rows it changed.

        RETURNING would say it too, but makes DuckDB take three times as long over a small UPDATE.
        """
        found = self.run(sql, **values).fetchone()
        return int(found[0]) if found else 0

    def made_before(self, key: str) -> str | None:
        """What an earlier use of this idempotency key made, say by a double click's first half."""
        found: str | None = self.value("SELECT made FROM idempotency_key WHERE key = $key", key=key)
        return found

    def made(self, key: str, what: str, now: datetime) -> None:
        """Remember what an idempotency key made, in the same transaction."""
        self.run(
            "INSERT INTO idempotency_key (key, made, used_at) VALUES ($key, $what, $now)",
            key=key,
            what=what,
            now=now,
        )

    def made_first(self, key: str, what: str, now: datetime) -> bool:
        """Remember what an idempotency key made; False, and nothing changed, when it was used."""
        # Not ON CONFLICT: it takes DuckDB longer than both statements, and writers come one by one.
        if self.made_before(key) is not None:
            return False
        self.made(key, what, now)
        return True

    def next_number(self, counter: str) -> int:
        """The next running number of a named counter, without gaps among committed ones."""
        if self.changed("UPDATE counter SET last = last + 1 WHERE name = $name", name=counter):
            return int(self.value("SELECT last FROM counter WHERE name = $name", name=counter))
        self.run("INSERT INTO counter (name, last) VALUES ($name, 1)", name=counter)
        return 1


def _class_of(record: Record) -> type[Record]:
    return type(record)


def _is_moment(column: Sequence[Any]) -> bool:
    return str(column[1]) == "TIMESTAMP"


def _new_row(record: Record) -> dict[str, Any]:
    """A new record's values; a mutable one becomes version 1."""
    values = to_row(record)
    return {**values, "version": 1} if "version" in values else values


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """A statement read once: DuckDB spends up to a quarter of a small query on reading its text."""
    known = _parsed_before.get(sql)
    if known is None:
        if len(_parsed_before) >= _MOST_PARSED:
            _parsed_before.clear()
        (known,) = connection.extract_statements(sql)
        _parsed_before[sql] = known
    return known
