"""A copy of a database that was not closed cleanly, set aside before its log is replayed.

DuckDB replays a log that lost its middle without a word, and the next checkpoint removes the
evidence.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

KEPT = 3


def set_aside(path: Path, now: datetime) -> Path | None:
    """Copy a database and its log into `recovery/` beside it when there is a log; keep three.

    Returns:
        The folder with the copies, or None when the database was closed cleanly.

    Raises:
        StoreError: The copy cannot be written; better not to start than to lose the evidence.
    """
    log = path.with_name(f"{path.name}.wal")
    if not path.exists() or not log.exists():
        return None
    home = path.parent / "recovery"
    folder = home / f"{path.stem}-{now:%Y%m%dT%H%M%S%f}"
    try:
        folder.mkdir(parents=True)
        for file in (path, log):
            shutil.copy2(file, folder / file.name)
    except OSError as error:
        raise StoreError(
            f"{path} was not closed cleanly, and no copy of it can be kept in {home}: "
            f"{error.strerror}. Mend that, then start again."
        ) from error
    for old in sorted(home.glob(f"{path.stem}-*"))[:-KEPT]:
        shutil.rmtree(old)
    return folder
