"""Backups that are taken while people work, and are known to be good before they get their name."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import duckdb

from techrequests.domain.errors import StoreError
from techrequests.store.checks import broken_rows, broken_seals
from techrequests.store.database import Database
from techrequests.store.files import FileStore
from techrequests.store.manifest import (
    Manifest,
    count_rows,
    manifest_path,
    move_into_place,
    newest_event,
    sha256_of,
    write_whole,
)
from techrequests.store.migrate import scripts, version_in
from techrequests.store.seals import NOTHING_YET, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from techrequests.store.work import Reader

FILES_FOLDER = "files"
"""Beside the backups of a folder: attached files by hash, each once for all of them."""

_ALIAS = "techrequests_copy_of_all_tables"
_ATTACHED = "SELECT DISTINCT sha256, size_bytes FROM attachment ORDER BY sha256"

_log = logging.getLogger(__name__)


def backup(database: Database, target: Path, *, now: datetime) -> Manifest:
    """Copy a database and its attached files as they are at one moment; writers go on meanwhile.

    The copy is opened again and compared with what was read at that same moment. The manifest is
    written last: a backup without one is not finished.

    Raises:
        StoreError: The target exists, the disk is full, or the copy is not what it should be.
    """
    target = target.resolve()
    if target.exists():
        raise StoreError(f"{target} exists already. Choose another name for the backup.")
    if not target.parent.is_dir():
        raise StoreError(f"The folder {target.parent} does not exist. Make it first.")
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    try:
        rows = copy_tables(database, part)
        with _opened(part) as reader:
            found = count_rows(reader)
            if found != rows:
                raise StoreError(
                    f"The copy is not what {database.path} holds: {_different(rows, found)}. "
                    "Nothing was kept. Please retry."
                )
            manifest = _described(reader, part, database.files, target.parent, rows, now)
        move_into_place(part, target)
    finally:
        _remove(part)
    write_whole(manifest_path(target), manifest.as_text().encode())
    return manifest


def copy_tables(database: Database, target: Path) -> dict[str, int]:
    """Copy all tables into a new file, within one snapshot; the copy is marked as one.

    Returns:
        The rows by table that it holds.
    """
    place = str(target).replace("'", "''")
    with database.read() as reader:
        version_in(reader)  # raises for somebody else's database
        reader.run(f"ATTACH '{place}' AS {_ALIAS}")
        try:
            reader.run("BEGIN TRANSACTION")
            rows = count_rows(reader)
            source = str(reader.value("SELECT current_database()")).replace('"', '""')
            reader.run(f'COPY FROM DATABASE "{source}" TO {_ALIAS}')
            if "sheet_link" in rows:
                # Restored, even in the place of the original, it is older than the linked sheet: a
                # person has to say that this one shall have it.
                reader.run(f"UPDATE {_ALIAS}.sheet_link SET home = ''")  # noqa: S608  # a constant
            if "hold" in rows:
                # Nor does it mail people what they were told long ago.
                reader.run(f"UPDATE {_ALIAS}.hold SET restored = TRUE")  # noqa: S608  # a constant
            reader.run("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):
                # A full disk has ended the transaction already.
                reader.run("ROLLBACK")
            raise
        finally:
            reader.run(f"DETACH {_ALIAS}")
    return rows


@contextmanager
def _opened(path: Path) -> Iterator[Reader]:
    copy = Database.open(path, read_only=True)
    try:
        with copy.read() as reader:
            yield reader
    finally:
        copy.close()


def _described(  # noqa: PLR0913, PLR0917  # private
    reader: Reader,
    part: Path,
    files: FileStore,
    folder: Path,
    rows: dict[str, int],
    now: datetime,
) -> Manifest:
    pool = FileStore(folder / FILES_FOLDER)
    wanted = {row["sha256"]: int(row["size_bytes"]) for row in reader.rows(_ATTACHED)}
    missing = tuple(digest for digest in wanted if not files.copy_to(pool, digest))
    schema_version = version_in(reader)
    # The checks are for the present schema; a backup before a migration is of the one before.
    present = schema_version == max(scripts())
    broken = broken_rows(reader, now=now) | broken_seals(reader) if present else {}
    head = head_of(reader) or NOTHING_YET
    if missing or broken:
        _log.warning("the backup is whole, but: lost files %s, broken %s", missing, broken)
    return Manifest(
        made_at=now,
        schema_version=schema_version,
        newest_event=newest_event(reader),
        sha256=sha256_of(part),
        rows=rows,
        files={digest: size for digest, size in wanted.items() if digest not in missing},
        missing_files=missing,
        broken=broken,
        act_no=head.act_no,
        seal=head.seal,
    )


def _different(wanted: dict[str, int], found: dict[str, int]) -> str:
    return ", ".join(
        f"{table}: {wanted.get(table)} rows, not {found.get(table)}"
        for table in sorted(wanted.keys() | found.keys())
        if wanted.get(table) != found.get(table)
    )


def _remove(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}.wal")):
        leftover.unlink(missing_ok=True)
