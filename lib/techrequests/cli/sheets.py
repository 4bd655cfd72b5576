"""Keep the linked spreadsheet in step once, while the app does not run."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from techrequests.cli.command import Command, database_argument, database_path, settings
from techrequests.domain.errors import SettingsError
from techrequests.runtime import synchronizer_of, utc_now
from techrequests.store.database import Database
from techrequests.store.sheet_link import link_of
from techrequests.store.sheet_tabs import count_waiting

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from techrequests.sync.plan import Left
    from techrequests.sync.preview import Preview
    from techrequests.sync.synchronizer import Synchronizer

_MOST_LOOKS = 20
"""A look writes a few thousand rows at most; a first one may leave more to the next."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="only tell what would be done, and change nothing"
    )


def _sync(asked: argparse.Namespace) -> int:
    known = settings()
    database = Database.open(database_path(asked), zone=known.time_zone)
    try:
        synchronizer = synchronizer_of(database, known)
        if synchronizer is None:
            raise SettingsError(
                "No spreadsheet is set up: [connections.gsheets] in the secrets file names one, "
                "see docs/google-sheets.md."
            )
        _check_linked(database, synchronizer)
        clock = partial(_now, database)
        return _told(synchronizer, clock) if asked.dry_run else _done(database, synchronizer, clock)
    finally:
        database.close()


def _check_linked(database: Database, synchronizer: Synchronizer) -> None:
    with database.read() as reader:
        link = link_of(reader)
    if link is None:
        raise SettingsError(
            "The spreadsheet is not linked yet: somebody does that on the page “Google Sheets”, "
            "and chooses the tables."
        )
    if link.spreadsheet != synchronizer.where.spreadsheet_id:
        raise SettingsError(
            "The settings name another spreadsheet than the one that is linked. Put the address "
            f"of the linked one, {link.spreadsheet}, back into [connections.gsheets], or press "
            "“Link” on the page “Google Sheets”."
        )


def _now(database: Database) -> datetime:
    return utc_now().astimezone(database.zone)


def _told(synchronizer: Synchronizer, clock: Callable[[], datetime]) -> int:
    for one in synchronizer.preview(clock()):
        print(f"{one.title}: {_sentence(one)}")
    return 0


def _sentence(one: Preview) -> str:
    if one.stopped:
        return one.stopped
    if one.headings:
        return f"the tab would be set up, with {one.new_rows:,} rows."
    return (
        f"{len(one.writes):,} cells and {one.new_rows:,} rows into the sheet, "
        f"{len(one.taken):,} cells and {len(one.added):,} rows into the app, "
        f"{len(one.conflicts):,} to be decided."
    )


def _done(database: Database, synchronizer: Synchronizer, clock: Callable[[], datetime]) -> int:
    for _ in range(_MOST_LOOKS):
        synchronizer.run(clock)
        if synchronizer.state.trouble or not synchronizer.state.left.again:
            break
    with database.read() as reader:
        told = [*_left(synchronizer.state.left, count_waiting(reader))]
    for line in told:
        print(line)
    if synchronizer.state.trouble:
        print(f"techrequests: {synchronizer.state.trouble}", file=sys.stderr)
    elif not told:
        print("App and sheet are in step.")
    return 1 if told or synchronizer.state.trouble else 0


def _left(left: Left, waiting: int) -> Iterator[str]:
    """Why app and sheet are not in step, a line each."""
    if waiting:
        what = "1 change waits" if waiting == 1 else f"{waiting:,} changes wait"
        yield f"{what} for a decision on the page “Google Sheets”."
    yield from left.words
    if left.again:
        yield "There is more to do: run it again."


SYNC = Command(
    name="sync",
    help="Keep the linked Google spreadsheet in step once, while the app does not run; exit code 1 "
    "if something waits, is refused or stopped",
    example="techrequests sync --database data/live/district.duckdb --dry-run",
    arguments=_arguments,
    run=_sync,
)
