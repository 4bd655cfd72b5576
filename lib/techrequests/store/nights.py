"""One backup a night by the district's clock, named by the moment; those of old nights removed.

A backup's moment is the one its manifest says, never the one in its name: older versions wrote the
district's time into the name as if it were UTC.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.calendar import night_of
from techrequests.domain.errors import StoreError
from techrequests.store.backup import backup
from techrequests.store.manifest import manifest_path, newest_event, read_manifest
from techrequests.store.resumption import CLOCKS_DIFFER, is_given_up
from techrequests.store.seals import seal_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.store.database import Database

_STAMP = "%Y%m%dT%H%M%SZ"
_MOMENT = re.compile(r"-[0-9]{8}T[0-9]{6}Z\.duckdb")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished backup that is named by its moment.

    Attributes:
        made_at: What its manifest says, aware.
    """

    path: Path
    made_at: datetime


def back_up_into(database: Database, folder: Path, *, now: datetime) -> Path:
    """Write a backup that is named by the moment, in UTC, into a folder.

    Raises:
        StoreError: The folder cannot be written, or the backup failed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}. Choose another.") from None
    _remove_leftovers(folder, _stem(database.path))
    target = folder / f"{_stem(database.path)}-{now.astimezone(UTC):{_STAMP}}.duckdb"
    backup(database, target, now=now)
    return target


def nightly(database: Database, folder: Path, *, kept: int, hour: int, now: datetime) -> Path:
    """Write a backup into a folder, and remove those of all nights but the newest.

    A backup from the future, of a night with a wrong clock, counts for nothing and is not removed.

    Args:
        database: What is copied.
        folder: Where to.
        kept: How many nights stay.
        hour: Hour of the district's day with which a night begins.
        now: The present moment.

    Raises:
        StoreError: The folder cannot be written, or the backup failed; no old one is removed then.
    """
    made = back_up_into(database, folder, now=now)
    for odd in from_the_future(database.path, folder, now):
        _log.warning(
            "%s says that it was made at %s, which is still to come. It counts as no backup. "
            "Move it away, once the clock of this server is right.",
            odd.path,
            f"{odd.made_at:%Y-%m-%d %H:%M %Z}",
        )
    nights = {
        one.path: night_of(one.made_at.astimezone(database.zone), hour)
        for one in backups_in(database.path, folder, now)
    }
    newest = sorted(set(nights.values()))[-kept:]
    for path, night in nights.items():
        if night not in newest and path != made:
            manifest_path(path).unlink()
            path.unlink()
    return made


def is_due(database: Database, folder: Path, *, hour: int, now: datetime) -> bool:
    """Whether the present night of the district has no backup yet."""
    past = backups_in(database.path, folder, now)
    if not past:
        return True
    last = past[-1].made_at.astimezone(database.zone)
    return night_of(last, hour) < night_of(now.astimezone(database.zone), hour)


def backups_in(database: str | Path, folder: Path, now: datetime) -> list[Kept]:
    """The finished backups of a database in a folder, oldest first; none from the future."""
    return [one for one in _finished(database, folder) if one.made_at <= now + CLOCKS_DIFFER]


def from_the_future(database: str | Path, folder: Path, now: datetime) -> list[Kept]:
    """Those that were made while the clock was wrong, or that are looked at while it is."""
    return [one for one in _finished(database, folder) if one.made_at > now + CLOCKS_DIFFER]


def damaged_in(database: str | Path, folder: Path) -> list[str]:
    """What is wrong with each backup whose manifest cannot be read, in a sentence."""
    return [one for _, one in _looked_at(database, folder) if isinstance(one, str)]


def _remove_leftovers(folder: Path, stem: str) -> None:
    """What backups left that were killed on the way; none runs beside this one."""
    for part in folder.glob(f".{stem}-*.part*"):
        if _is_named(part.name[1:].split(".part")[0].removesuffix(".json"), stem):
            part.unlink()


def way_back(database: Path, folder: Path | None, now: datetime) -> str:
    """Which backup brings a damaged database back, and by which command."""
    made = backups_in(database, folder, now) if folder else []
    if not made:
        return (
            "Bring back the newest backup: techrequests restore --from BACKUP "
            f"--database {database} --force."
        )
    newest = made[-1]
    return (
        f"The newest backup is of {newest.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC. This brings "
        f"it back, and keeps what is there aside: techrequests restore --from {newest.path} "
        f"--database {database} --force."
    )


def unlike_backups(database: Database, folder: Path, now: datetime) -> Iterator[dict[str, object]]:
    """Backups that saw something which is not here, or not any more as they saw it.

    The seal tells: the newest act of each must be an act here, with the same seal. Not so the acts
    that somebody gave up when they let a restored database go on.
    """
    for one in backups_in(database.path, folder, now):
        manifest = read_manifest(one.path)
        act_no, event_no = manifest.act_no, manifest.newest_event
        with database.read() as reader:
            seal = seal_at(reader, act_no) if act_no else manifest.seal
            newest = newest_event(reader)
            given_up = is_given_up(reader, act_no, event_no, one.made_at)
        told = {"backup": one.path.name, "act": act_no, "event": event_no}
        if given_up:
            continue
        if seal is None or event_no > newest:
            yield {**told, "wrong": "is newer than what is here"}
        elif seal != manifest.seal:
            yield {**told, "wrong": "is sealed in another way here"}


def _finished(database: str | Path, folder: Path) -> list[Kept]:
    found = [
        Kept(path, made_at)
        for path, made_at in _looked_at(database, folder)
        if isinstance(made_at, datetime)
    ]
    return sorted(found, key=lambda one: one.made_at)


def _looked_at(database: str | Path, folder: Path) -> Iterator[tuple[Path, datetime | str]]:
    """Each backup of a database, with when it was made or why nobody knows."""
    for path in sorted(folder.glob("*.duckdb")):
        if _is_named(path.name, _stem(database)) and manifest_path(path).exists():
            yield path, _made_at(path, manifest_path(path).stat().st_mtime_ns)


@lru_cache(maxsize=1000)
def _made_at(path: Path, _: int) -> datetime | str:
    # Remembered by the time of its change: a manifest names every attached file, and is looked
    # at every ten minutes.
    try:
        return read_manifest(path).made_at
    except StoreError as error:
        return str(error)


def _is_named(name: str, stem: str) -> bool:
    return name.startswith(stem) and bool(_MOMENT.fullmatch(name.removeprefix(stem)))


def _stem(database: str | Path) -> str:
    return Path(database).stem
