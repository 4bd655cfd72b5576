"""Copies kept in `recovery/` before something that cannot be taken back.

A log is copied before it is replayed: DuckDB replays one that lost its middle without a word, and
the next checkpoint removes the evidence. Tables are copied before they get a new schema.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError
from techrequests.store.backup import copy_tables
from techrequests.store.database import IN_MEMORY, refuse_if_in_use
from techrequests.store.mends import mend
from techrequests.store.migrate import migrate, schema_of, scripts
from techrequests.store.witness import log_path, witness_path

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Database

KEPT_DAYS = 3

_MOMENT = re.compile(r"([0-9]{8})T[0-9]{12}")


def set_aside(path: Path, now: datetime) -> Path | None:
    """Copy a database, its log and its witness into `recovery/` beside it when there is a log.

    Returns:
        The folder with the copies, or None when the database was closed cleanly.

    Raises:
        StoreError: The copy cannot be written; better not to start than to lose the evidence. Or
            another program has the database: its log is no evidence, and would push out some.
    """
    log = log_path(path)
    if not path.exists() or not log.exists():
        return None
    refuse_if_in_use(path)
    home = path.parent / "recovery"
    folder = home / f"{path.stem}-{now:%Y%m%dT%H%M%S%f}"
    part = home / f".{folder.name}.part"
    try:
        _remove_leftovers(home, path.stem)
        part.mkdir(parents=True)
        for file in (path, log, witness_path(path)):
            if file.exists():
                shutil.copy2(file, part / file.name)
        part.rename(folder)
    except OSError as error:
        raise StoreError(
            f"{path} was not closed cleanly, and no copy of it can be kept in {home}: "
            f"{error.strerror}. Mend that, then start again."
        ) from error
    _forget_oldest(home, path.stem)
    return folder


def upgrade(database: Database, *, now: datetime) -> list[str]:
    """Bring a database to the present schema; what it was before is kept in `recovery/`.

    Returns:
        The names of the scripts applied now, and what was mended in the data.

    Raises:
        StoreError: It is newer than this program, somebody else's, or cannot be copied.
    """
    present = schema_of(database)
    if database.path != IN_MEMORY and 0 < present < max(scripts()):
        path = Path(database.path)
        folder = path.parent / "recovery" / f"{path.stem}-{now:%Y%m%dT%H%M%S%f}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(
                f"{folder} cannot be made: {error.strerror}. Mend that, then start again."
            ) from None
        copy_tables(database, folder / path.name)
        _forget_oldest(folder.parent, path.stem)
    applied = migrate(database)
    return [*applied, *mend(database, now=now)]


def _forget_oldest(home: Path, stem: str) -> None:
    """Keep the first and the last copy of each of the newest days.

    An app that crashes again and again makes a copy at each start: the first of that day is the one
    that counts, and no other day may be pushed out.
    """
    days: dict[str, list[Path]] = {}
    for folder in sorted(home.iterdir()):
        found = _MOMENT.fullmatch(folder.name.removeprefix(f"{stem}-"))
        if found and folder.name.startswith(f"{stem}-"):
            days.setdefault(found[1], []).append(folder)
    newest = sorted(days)[-KEPT_DAYS:]
    for day, copies in days.items():
        for old in copies[1:-1] if day in newest else copies:
            shutil.rmtree(old)


def _remove_leftovers(home: Path, stem: str) -> None:
    """Copies that were not finished, because the app was killed meanwhile."""
    for part in home.glob(f".{stem}-*.part"):
        shutil.rmtree(part)
