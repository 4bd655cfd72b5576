"""Put a backup in the place of a database, once it is proved to be whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError
from techrequests.store.backup import FILES_FOLDER
from techrequests.store.database import Database, refuse_if_in_use
from techrequests.store.files import FileStore
from techrequests.store.manifest import (
    Manifest,
    count_rows,
    move_into_place,
    read_manifest,
    sha256_of,
)
from techrequests.store.migrate import scripts
from techrequests.store.witness import log_path, witness_path

if TYPE_CHECKING:
    from datetime import datetime


def restore(source: Path, target: Path, *, force: bool, now: datetime) -> Manifest:
    """Make a backup the database; a database that is there already is kept aside under a new name.

    Raises:
        StoreError: The backup is damaged or too new, the database is in use, or it exists and
            `force` is not given.
    """
    source, target = source.resolve(), target.resolve()
    manifest = verify(source)
    if not force and any(path.exists() for path in (target, log_path(target))):
        raise StoreError(
            f"{target} exists already, or its log does. Give --force to replace it; what is there "
            "is then kept aside."
        )
    if not target.parent.is_dir():
        raise StoreError(f"The folder {target.parent} does not exist. Make it first.")
    if target.exists():
        refuse_if_in_use(target)
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, part)
        pool, files = FileStore(source.parent / FILES_FOLDER), FileStore(Path(f"{target}.files"))
        for digest in manifest.files:
            pool.copy_to(files, digest)
        _keep_aside(target, now)
        move_into_place(part, target)
    except OSError as error:
        raise StoreError(f"{target} was not restored: {error}. Mend that, then retry.") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def verify(source: Path) -> Manifest:
    """Hold a backup against its manifest: the file's content, its tables and its attached files.

    Raises:
        StoreError: Something differs; the message says what.
    """
    manifest = read_manifest(source)
    if sha256_of(source) != manifest.sha256:
        raise StoreError(
            f"{source} is damaged: its content is not what was written. Choose another backup."
        )
    if manifest.schema_version > max(scripts()):
        raise StoreError(
            f"{source} has schema {manifest.schema_version}, and this program knows up to "
            f"{max(scripts())}. Update Technology Requests first."
        )
    copy = Database.open(source, read_only=True)
    try:
        with copy.read() as reader:
            found = count_rows(reader)
    finally:
        copy.close()
    if found != dict(manifest.rows):
        raise StoreError(f"{source} does not hold the rows it should. Choose another backup.")
    pool = FileStore(source.parent / FILES_FOLDER)
    lost = [digest for digest in manifest.files if not pool.is_whole(digest)]
    if lost:
        raise StoreError(
            f"{len(lost)} attached files are missing from {source.parent / FILES_FOLDER} or "
            f"damaged, such as {lost[0]}. Bring that folder back, or choose another backup."
        )
    return manifest


def _keep_aside(target: Path, now: datetime) -> None:
    """Move a database away with its log and its witness: neither may meet another database."""
    for path in (target, log_path(target), witness_path(target)):
        if path.exists():
            path.rename(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}"))
