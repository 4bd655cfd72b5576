"""One DuckDB file, one process: a cursor per read, one writer at a time.

DuckDB's optimistic transactions lose acknowledged updates when two threads write at once, so every
write runs under one lock in one transaction. Readers need no lock.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from techrequests.domain.errors import NotFoundError, StaleError, StoreError
from techrequests.store.failures import translated
from techrequests.store.files import FileStore
from techrequests.store.rows import from_rows, statements, stored, to_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from techrequests.domain.fields import Record

    R = TypeVar("R", bound=Record)

IN_MEMORY = ":memory:"

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # A crash replays the log at about half a millisecond a transaction: keep it short.
    "wal_autocheckpoint": "1MB",
    # Extensions would be fetched from the internet in the middle of a query.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "2GB",
    "threads": "2",
}


class Reader:
    """Questions to the store; get one from `Database.read` and keep it within one thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, count: Counter) -> None:
        self._connection = connection
        self._count = count

    def run(self, sql: str, **values: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401  # SQL parameters
        """Run one statement with `$name` parameters."""
        self._count.add()
        return self._connection.execute(
            sql, {name: stored(value) for name, value in values.items()}
        )

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """All rows as dictionaries by column name."""
        result = self.run(sql, **values)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def row(self, sql: str, **values: Any) -> dict[str, Any] | None:  # noqa: ANN401
        """The first row, or None."""
        return next(iter(self.rows(sql, **values)), None)

    def value(self, sql: str, **values: Any) -> Any:  # noqa: ANN401
        """The first column of the first row, or None."""
        found = self.run(sql, **values).fetchone()
        return found[0] if found else None

    def frame(self, sql: str, **values: Any) -> pd.DataFrame:  # noqa: ANN401
        """All rows as a DataFrame."""
        return self.run(sql, **values).df()

    def find(self, record: type[R], where: str = "", **values: Any) -> list[R]:  # noqa: ANN401
        """Records of a class; `where` is SQL from code, such as `WHERE active ORDER BY name`."""
        result = self.run(f"{statements(record).select} {where}", **values)
        names = [column[0] for column in result.description or ()]
        return from_rows(record, names, result.fetchall())

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
    """

    failed = False

    def run(self, sql: str, **values: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401  # SQL parameters
        """Run one statement with `$name` parameters."""
        try:
            return super().run(sql, **values)
        except BaseException:
            self.failed = True
            raise

    def insert(self, record: Record) -> Any:  # noqa: ANN401  # a running number or nothing
        """Save a new record; a mutable one becomes version 1.

        Returns:
            The running number where the database gives one, else None.
        """
        values = to_row(record)
        if "version" in values:
            values["version"] = 1
        found = self.run(statements(type(record)).insert, **values).fetchone()
        return found[0] if found and record.TABLE.key not in values else None

    def insert_all(self, records: Iterable[Record]) -> None:
        """Save new records."""
        for record in records:
            self.insert(record)

    def update(self, record: R) -> R:
        """Save a changed record and return it with its new version.

        Raises:
            StaleError: The row is no longer at `record.version`.
        """
        found = self.run(statements(type(record)).update, **to_row(record)).fetchone()
        if found is None:
            raise StaleError(
                "Somebody else changed this in the meantime. Look at it again, then retry."
            )
        return replace(record, version=found[0])

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

    def next_number(self, counter: str) -> int:
        """The next running number of a named counter, without gaps among committed ones."""
        return int(
            self.value(
                "INSERT INTO counter (name, last) VALUES ($name, 1) "
                "ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
                name=counter,
            )
        )


class Counter:
    """A number that several threads raise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.total = 0

    def add(self) -> None:
        """Raise it by one."""
        with self._lock:
            self.total += 1


class Database:
    """The process-wide handle; safe to share between threads, unlike a `Reader` or `Work`.

    Attributes:
        statements: SQL statements run since the store was opened.
        commits: Transactions committed since; a cached answer is good until it changes.
        files: Where attached files lie: beside the database, or in a temporary folder.
    """

    def __init__(
        self, root: duckdb.DuckDBPyConnection, path: str, *, read_only: bool = False
    ) -> None:
        self._root = root
        self._read_only = read_only
        self.files = FileStore(None if path == IN_MEMORY else Path(f"{path}.files"))
        self._writing = threading.RLock()
        self._busy = False
        self.path = path
        self.statements = Counter()
        self.commits = Counter()

    @classmethod
    def open(
        cls, path: str | Path = IN_MEMORY, *, create: bool = False, read_only: bool = False
    ) -> Database:
        """Open a database file.

        Args:
            path: The file, or `IN_MEMORY`.
            create: Make the file if it is missing; else a missing file is an error, so that a wrong
                path never passes for an empty district.
            read_only: Refuse every write.

        Raises:
            StoreError: The file is missing, in use by another process, damaged or not a database.
        """
        if str(path) != IN_MEMORY:
            path = Path(path).resolve()
            if not path.exists() and not create:
                raise StoreError(
                    f"There is no database at {path}. Check the path, "
                    "or make one with `techrequests demo`."
                )
            if not path.parent.is_dir():
                raise StoreError(
                    f"The folder {path.parent} does not exist. "
                    "Make it first, or choose another path."
                )
        try:
            root = duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
            root.execute("SET TimeZone = 'UTC'")
        except duckdb.Error as error:
            raise translated(error, str(path)) from error
        return cls(root, str(path), read_only=read_only)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Ask questions; a cursor is a connection of its own, so that threads never share one."""
        with self._root.cursor() as cursor:
            try:
                yield Reader(cursor, self.statements)
            except duckdb.Error as error:
                raise translated(error, self.path) from error

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Run the block in one transaction: commit at its end, roll back on any error.

        Raises:
            StaleError: Another writer was faster.
            StoreError: The disk is full, or the file is read-only or damaged.
        """
        with self._writing:
            if self._busy:
                raise RuntimeError(
                    "a transaction is already open in this thread; pass its Work on instead"
                )
            self._busy = True
            try:
                with self._transaction() as work:
                    yield work
            finally:
                self._busy = False

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        with self._root.cursor() as cursor:
            cursor.begin()
            try:
                work = Work(cursor, self.statements)
                yield work
                _refuse_if_failed(work)
                cursor.commit()
            except duckdb.Error as error:
                _roll_back(cursor)
                raise translated(error, self.path) from error
            except BaseException:
                _roll_back(cursor)
                raise
        self.commits.add()

    def script(self, statements_sql: Sequence[str]) -> None:
        """Run schema statements in one transaction, then write the log into the file."""
        with self.write() as work:
            for sql in statements_sql:
                work.run(sql)
        self.checkpoint()

    def checkpoint(self) -> None:
        """Write the log into the file; without FORCE it would fail beside a late writer."""
        with self._writing, self._root.cursor() as cursor:
            cursor.execute("FORCE CHECKPOINT")

    @contextmanager
    def exclusive(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The bare connection with writers held back, for backups and bulk loads only."""
        with self._writing, self._root.cursor() as cursor:
            try:
                yield cursor
            except duckdb.Error as error:
                raise translated(error, self.path) from error

    def close(self) -> None:
        """Write the log into the file and let go of it."""
        with self._writing:
            if self.path != IN_MEMORY and not self._read_only:
                self.checkpoint()
            self._root.close()


def _refuse_if_failed(work: Work) -> None:
    # DuckDB would commit an aborted transaction in silence, and save nothing of it.
    if work.failed:
        raise RuntimeError("a statement failed, so nothing of this transaction can be saved")


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.Error:
        # A failed COMMIT has already ended the transaction; there is nothing left to undo.
        return
