"""What only a try can show of a setting: whether its folder is there, and can be written."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.errors import SettingsError
from techrequests.setting_values import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.settings import Settings

_IN_MEMORY = ":memory:"
_READ_ONLY = (
    "; where a service unit has ProtectSystem, name the folder under its ReadWritePaths as well"
)


def probe(settings: Settings) -> None:
    """Try what the app will need by night as well, so that it fails now and in words.

    Raises:
        SettingsError: Something cannot be used; the message has a line for each.
    """
    found = [*_database(settings), *_backups(settings)]
    if found:
        raise SettingsError("\n".join(found))


def _database(settings: Settings) -> Iterator[str]:
    path = settings.database
    # One that is not there is told by whoever opens it: nobody makes a database by mistake.
    if str(path) == _IN_MEMORY or not path.exists():
        return
    if not path.is_file():
        yield wrong("database", f"the path of a file, and {path} is none")
        return
    if not os.access(path, os.R_OK | os.W_OK):
        yield wrong("database", f"a file that this program may read and write, as {path} is not")
    for folder in (path.parent, Path(f"{path}.files")):
        if folder.exists() and (why := _not_writable(folder)):
            yield wrong("database", f"in a folder that this program may write: {folder}: {why}")


def _backups(settings: Settings) -> Iterator[str]:
    folder = settings.backup_folder
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why: str = _words(error)
    else:
        why = _not_writable(folder)
    if why:
        yield wrong("backup_folder", f"a folder that this program may write: {folder}: {why}")


def _not_writable(folder: Path) -> str:
    """Why nothing can be written into a folder; empty when something can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"a try")
    except OSError as error:
        return _words(error)
    return ""


def _words(error: OSError) -> str:
    words = (error.strerror or str(error)).lower()
    return words + (_READ_ONLY if error.errno == errno.EROFS else "")
