"""What a command is, and what several of them share."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError, TechRequestsError
from techrequests.runtime import utc_now
from techrequests.setting_values import SECRETS_FILE
from techrequests.settings import Settings
from techrequests.store.nights import way_back

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

HOME = Path(__file__).resolve().parents[3]
"""Where the app is checked out: app.py, pages/, .streamlit/ and data/ lie there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word after `techrequests`.

    Attributes:
        arguments: Adds its own arguments to a parser.
        run: Gets what was parsed; returns the exit code.
    """

    name: str
    help: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def settings() -> Settings:
    """The settings of this checkout, from wherever the command is called."""
    return Settings.read(secrets_file=HOME / SECRETS_FILE)


def database_argument(parser: argparse.ArgumentParser) -> None:
    """The database a command is about; without it, the one in the settings."""
    parser.add_argument(
        "--database",
        type=a_path,
        metavar="PATH",
        help="the database file (default: the one in the settings)",
    )


def database_path(asked: argparse.Namespace) -> Path:
    """The database a command is about, as an absolute path."""
    return asked.database or at_home(settings().database)


def way_out(asked: argparse.Namespace) -> str:
    """What brings a damaged database back, where the settings can be read."""
    try:
        folder = settings().backup_folder
        path = getattr(asked, "database", None) or at_home(settings().database)
    except TechRequestsError:
        return ""
    return way_back(path, at_home(folder) if folder else None, utc_now())


def a_path(text: str) -> Path:
    """A path as typed, from where the command was called."""
    return Path(os.path.expandvars(text)).expanduser().absolute()


def at_home(path: Path) -> Path:
    """A path of the settings; those that are not absolute start at the checkout."""
    return path if path.is_absolute() else HOME / path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.

    Raises:
        StoreError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}. Choose another.") from None


class Progress:
    """A line that counts up to 100% on a terminal, and stays quiet elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = ""

    def __call__(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        shown = f"{share:.0%}"
        if shown != self._shown and sys.stderr.isatty():
            self._shown = shown
            end = "\n" if share >= 1 else ""
            print(f"\r{self._what} {shown:>4}", end=end, file=sys.stderr, flush=True)
