"""One DuckDB file, one process: a cursor per read, one writer at a time.

DuckDB's optimistic transactions lose acknowledged updates when two threads write at once, so every
write runs under one lock in one transaction. Readers need no lock.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from techrequests.domain.errors import DamagedError, InUseError, StoreError
from techrequests.store.failures import translated
from techrequests.store.files import FileStore
from techrequests.store.seals import add_act, head_of
from techrequests.store.witness import Witness, log_path, missing_in, witness_path
from techrequests.store.work import Counter, Reader, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from techrequests.store.seals import Head

__all__ = ["IN_MEMORY", "Database", "Reader", "Work", "refuse_if_in_use"]

IN_MEMORY = ":memory:"
_HEADER_BYTES = 3 * 4096
"""Of a DuckDB file, before its first block."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # A crash replays the log at a second or more per megabyte: keep it short. But DuckDB counts a
    # commit's buffers as if they were log, some megabytes for inserts into many tables: with 1 MB
    # every submission would write the whole log into the file, at eight times the cost.
    "wal_autocheckpoint": "4MB",
    # Extensions would be fetched from the internet in the middle of a query.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "2GB",
    "threads": "2",
}


class Database:
    """The process-wide handle; safe to share between threads, unlike a `Reader` or `Work`.

    Attributes:
        statements: SQL statements run since the store was opened.
        commits: Transactions committed since; a cached answer is good until it changes.
        files: Where attached files lie: beside the database, or in a temporary folder.
        zone: The district's time zone. Moments are stored in UTC and read in this zone, so that
            the day of a moment is the district's day.
        separate_duties: Whether the district lets nobody take two duties in one request.
    """

    def __init__(
        self,
        root: duckdb.DuckDBPyConnection,
        path: str,
        *,
        read_only: bool = False,
        zone: tzinfo = UTC,
    ) -> None:
        self._root = root
        self._read_only = read_only
        self.files = FileStore(None if path == IN_MEMORY else Path(f"{path}.files"))
        self._writing = threading.RLock()
        self._busy = False
        self._closed = False
        self._head: Head | None = None
        self._witness = None if path == IN_MEMORY or read_only else Witness(Path(path))
        self.path = path
        self.zone = zone
        self.separate_duties = False
        self.statements = Counter()
        self.commits = Counter()

    @classmethod
    def open(
        cls,
        path: str | Path = IN_MEMORY,
        *,
        create: bool = False,
        read_only: bool = False,
        zone: tzinfo = UTC,
        loss_is_known: bool = False,
    ) -> Database:
        """Open a database file; one that will be written is looked at first.

        Args:
            path: The file, or `IN_MEMORY`.
            create: Make the file if it is missing; else a missing file is an error, so that a wrong
                path never passes for an empty district.
            read_only: Refuse every write.
            zone: The district's time zone.
            loss_is_known: Open it also when it is behind its witness.

        Raises:
            DamagedError: The file is damaged, or behind its witness.
            StoreError: The file is missing, in use by another process, or not a database.
        """
        if str(path) != IN_MEMORY:
            path = Path(path).resolve()
            refuse_if_missing(path, create=create)
            if path.exists() and not read_only:
                look_at(path, loss_is_known=loss_is_known)
        root = _connected(str(path), read_only=read_only)
        return cls(root, str(path), read_only=read_only, zone=zone)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Ask questions; a cursor is a connection of its own, so that threads never share one."""
        with self._cursor() as cursor:
            yield Reader(cursor, self.statements, self.zone, separate_duties=self.separate_duties)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with self._root.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            raise translated(error, self.path) from error

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Run the block in one transaction: commit at its end, roll back on any error.

        Raises:
            StaleError: Another writer was faster.
            StoreError: The disk is full, or the file is read-only or damaged.
        """
        with self._alone():
            self._busy = True
            try:
                with self._transaction() as work:
                    yield work
            finally:
                self._busy = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._writing:
            if self._busy:
                raise RuntimeError(
                    "a transaction is already open in this thread; pass its Work on instead"
                )
            yield

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        with self._cursor() as cursor:
            cursor.begin()
            try:
                work = Work(
                    cursor, self.statements, self.zone, separate_duties=self.separate_duties
                )
                yield work
                _refuse_if_failed(work)
                head = self._counted(work)
                cursor.commit()
            except BaseException:
                _roll_back(cursor)
                self._head = None
                raise
        self._head = head
        self.commits.add()
        if work.wrote and head and self._witness:
            self._witness.keep(head)

    def _counted(self, work: Work) -> Head | None:
        """Seal what a transaction wrote, as the last thing in it."""
        head = self._head or (head_of(work) if work.wrote else None)
        return add_act(work, head, work.sealed) if head and work.wrote else head

    def script(self, statements_sql: Sequence[str]) -> None:
        """Run schema statements in one transaction, then write the log into the file."""
        self._head = None  # the script may be the one that brings the seal
        with self.write() as work:
            for sql in statements_sql:
                work.run(sql)
        self.checkpoint()

    def checkpoint(self) -> None:
        """Write the log into the file; without FORCE it would fail beside a late writer."""
        with self._alone(), self._cursor() as cursor:
            cursor.execute("FORCE CHECKPOINT")

    @contextmanager
    def exclusive(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The bare connection with writers held back, for backups and bulk loads only."""
        with self._alone(), self._cursor() as cursor:
            self._head = None
            yield cursor

    def plan_little(self) -> None:
        """Plan statements in less time and less well: for many of them over small tables."""
        with self.exclusive() as connection:
            names = "SELECT string_agg(name, ',') FROM duckdb_optimizers()"
            known = connection.execute(names).fetchone() or ("",)
            connection.execute(f"SET disabled_optimizers = '{known[0]}'")
            connection.execute("SET threads = 1")

    def revive(self) -> bool:
        """Open the file again if a fatal error, such as a full disk, has stopped the database.

        Returns:
            Whether that was necessary.

        Raises:
            StoreError: It cannot be opened yet.
        """
        with self._alone():
            try:
                # Fetched, or the look would stay open, and the last checkpoint wait for its end.
                self._root.execute("SELECT count(*) FROM schema_version").fetchall()
            except (duckdb.FatalException, duckdb.ConnectionException):
                # The second kind: an earlier attempt to open it again failed.
                self._root.close()
                self._head = None
                self._root = _connected(self.path, read_only=self._read_only)
                return True
            return False

    def close(self) -> None:
        """Write the log into the file and let go of it; a second time does nothing."""
        with self._alone():
            if self._closed:
                return
            self._closed = True
            try:
                if self.path != IN_MEMORY and not self._read_only:
                    self.checkpoint()
            finally:
                self._root.close()
                if self._witness:
                    self._witness.close()


def refuse_if_missing(path: Path, *, create: bool) -> None:
    """Make sure that there is a database, or that one may be made where nothing is left of another.

    Raises:
        DamagedError: The file is gone, and something of it is left: its log may hold what is
            found nowhere else, and a new database would destroy it.
        StoreError: There is none, or not even its folder.
    """
    if path.exists():
        return
    left = [file for file in (log_path(path), witness_path(path)) if file.exists()]
    if left:
        raise DamagedError(
            f"There is no database at {path}, but {' and '.join(file.name for file in left)} "
            f"beside it {'is' if len(left) == 1 else 'are'} left of one. Nothing was made there: "
            "the log may hold what is found nowhere else. Bring the database back beside it; or, "
            "if it is not wanted any more, move what is left of it away first."
        )
    if not create:
        raise StoreError(
            f"There is no database at {path}. Check the path, "
            "or make an empty one with `techrequests migrate --create`."
        )
    if not path.parent.is_dir():
        raise StoreError(
            f"The folder {path.parent} does not exist. Make it first, or choose another path."
        )


def look_at(path: Path, *, loss_is_known: bool = False) -> None:
    """Look at a database that is about to be written, without changing it.

    Raises:
        DamagedError: It is damaged, or has lost what its witness saw.
        StoreError: It is in use, or cannot be opened.
    """
    lost = lost_of(path)
    if lost and not loss_is_known:
        raise DamagedError(
            f"{lost} Look first whether the log lies elsewhere, as in recovery/ beside it. If what "
            "is missing is given up, say so: techrequests resume."
        )


def lost_of(path: Path) -> str | None:
    """What a database has lost of what its witness saw, in words; it is only looked at.

    Raises:
        DamagedError: It is damaged.
        StoreError: It is in use, or cannot be opened.
    """
    if not path.stat().st_size:
        raise DamagedError(f"{path} is damaged: it is empty, and what was in it is lost.")
    looked = Database.open(path, read_only=True)
    try:
        with looked.read() as reader:
            _refuse_if_cut(reader, path)
            return missing_in(reader, path)
    finally:
        looked.close()


def _refuse_if_cut(reader: Reader, path: Path) -> None:
    size = reader.rows("PRAGMA database_size")[0]
    wanted = _HEADER_BYTES + int(size["block_size"]) * int(size["total_blocks"])
    found = path.stat().st_size
    if found < wanted:
        raise DamagedError(f"{path} is damaged: it is cut off after {found:,} of {wanted:,} bytes.")


def refuse_if_in_use(path: Path) -> None:
    """Make sure that no other program has a database; it and its log stay as they are.

    Raises:
        InUseError: One has.
    """
    try:
        Database.open(path, read_only=True).close()
    except InUseError:
        raise
    except StoreError:
        # A damaged one is a reason to copy it or to put another in its place, not to refuse that.
        return


def _connected(path: str, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        root = duckdb.connect(path, read_only=read_only, config=_CONFIG)
        root.execute("SET TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise translated(error, path) from error
    return root


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
