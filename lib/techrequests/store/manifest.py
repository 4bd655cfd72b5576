"""What a backup says about itself, so that a restore can tell a good one from a damaged one."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from techrequests.store.work import Reader

_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_catalog = current_database() ORDER BY table_name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup in figures.

    Attributes:
        made_at: Aware UTC time.
        schema_version: The number of the newest migration in it.
        newest_event: The highest number of an event in it; 0 without any.
        sha256: Of the database file.
        rows: Number of rows by table.
        files: Size in bytes by SHA-256 of every attached file, as far as it was there.
        act_no: The newest act of the seal in it; 0 before there was one.
        seal: Of that act.
        missing_files: SHA-256 of files that were lost before this backup.
        broken: Number of rows by the name of each check that they break.
    """

    made_at: datetime
    schema_version: int
    newest_event: int
    sha256: str
    rows: Mapping[str, int]
    files: Mapping[str, int]
    missing_files: tuple[str, ...]
    broken: Mapping[str, int]
    act_no: int = 0
    seal: str = ""

    def as_text(self) -> str:
        """As JSON for the file beside the backup."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=2) + "\n"


def manifest_path(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(f"{backup.name}.json")


def read_manifest(backup: Path) -> Manifest:
    """Read what a backup says about itself.

    Raises:
        StoreError: There is no such backup, or it was never finished.
    """
    path = manifest_path(backup)
    if not backup.exists():
        raise StoreError(f"There is no backup at {backup}. Check the path.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            **{
                **found,
                "made_at": _aware(found["made_at"]),
                "missing_files": tuple(found["missing_files"]),
            }
        )
    except FileNotFoundError:
        raise StoreError(
            f"{backup} has no {path.name} beside it, so nothing says that it is whole. "
            "Choose another backup."
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{path} cannot be read: {error}. Choose another backup.") from None


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("made_at has no time zone")
    return moment


def count_rows(reader: Reader) -> dict[str, int]:
    """Number of rows by table."""
    tables = [row["table_name"] for row in reader.rows(_TABLES)]
    return {
        table: int(reader.value(f'SELECT count(*) FROM "{table}"'))  # noqa: S608  # names from the catalog
        for table in tables
    }


def newest_event(reader: Reader) -> int:
    """The highest number of an event; a database that fell behind it has lost some."""
    return int(reader.value("SELECT coalesce(max(event_no), 0) FROM request_event"))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, also after a power cut, or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    move_into_place(part, path)


def move_into_place(part: Path, path: Path) -> None:
    """Give a finished file its name, once its content is on the disk."""
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
