"""Take a backup and put one back, while the app is not running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.cli.command import Command, a_path, database_argument, database_path
from techrequests.domain.errors import InUseError, StoreError
from techrequests.runtime import utc_now
from techrequests.store.backup import backup
from techrequests.store.database import Database
from techrequests.store.manifest import read_manifest
from techrequests.store.nights import back_up_into
from techrequests.store.restore import restore

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from techrequests.store.manifest import Manifest


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument(
        "--to",
        type=a_path,
        required=True,
        metavar="PATH",
        help="a folder, made if it is not there, in which the backup is named by the moment; or a "
        "new file that ends in .duckdb. Attached files go into “files” beside it",
    )


def _backup(asked: argparse.Namespace) -> int:
    target = asked.to
    database = _opened(asked)
    try:
        if _is_file(target):
            backup(database, target, now=utc_now())
        else:
            target = back_up_into(database, target, now=utc_now())
    finally:
        database.close()
    print(f"Backup {target}: {_words(read_manifest(target))}.")
    return 0


def _is_file(target: Path) -> bool:
    """A folder that is not there yet looks like a file without an ending."""
    return target.is_file() or (target.suffix == ".duckdb" and not target.is_dir())


def _opened(asked: argparse.Namespace) -> Database:
    try:
        return Database.open(database_path(asked))
    except InUseError as error:
        raise StoreError(
            f"{error} While the app runs, let it take backups itself: set backup_folder."
        ) from None


BACKUP = Command(
    name="backup",
    help="Copy a database and its attached files, and prove the copy",
    example="techrequests backup --database data/live/district.duckdb --to /mnt/backups",
    arguments=_backup_arguments,
    run=_backup,
)


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=a_path, required=True, metavar="PATH")
    database_argument(parser)
    parser.add_argument(
        "--force", action="store_true", help="replace a database that is there; it is kept aside"
    )


def _restore(asked: argparse.Namespace) -> int:
    target = database_path(asked)
    manifest = restore(asked.source, target, force=asked.force, now=utc_now())
    print(f"Restored {target} from {asked.source}: {_words(manifest)}.")
    print(
        "It mails nobody, and the calendar moves nothing, until you say that it may go on: "
        "techrequests resume. The linked spreadsheet waits on its own page."
    )
    return 0


def _words(manifest: Manifest) -> str:
    rows = sum(manifest.rows.values())
    parts = [
        f"{manifest.rows.get('tech_request', 0)} requests",
        f"{rows} rows in {len(manifest.rows)} tables",
        f"{len(manifest.files)} attached files",
        f"as of {manifest.made_at:%Y-%m-%d %H:%M} UTC",
    ]
    if manifest.missing_files:
        parts.append(f"{len(manifest.missing_files)} attached files were lost before")
    if manifest.broken:
        parts.append(f"breaks {', '.join(manifest.broken)}: see techrequests check")
    return ", ".join(parts)


RESTORE = Command(
    name="restore",
    help="Prove a backup and put it in the place of a database",
    example="techrequests restore --from /mnt/backups/district-20261005T080000Z.duckdb --force",
    arguments=_restore_arguments,
    run=_restore,
)
