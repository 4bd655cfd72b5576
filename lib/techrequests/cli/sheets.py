"""Keep the linked spreadsheet in step once, while the app does not run."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from techrequests.cli.command import Command, database_argument, database_path, settings
from techrequests.domain.errors import SettingsError
from techrequests.runtime import keeper_of, utc_now
from techrequests.store.database import Database
from techrequests.store.sheet_link import link_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from techrequests.sync.keeper import Keeper
    from techrequests.sync.preview import Preview


def _arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="only tell what would be done, and change nothing"
    )


def _sync(asked: argparse.Namespace) -> int:
    known = settings()
    database = Database.open(database_path(asked), zone=known.time_zone)
    try:
        keeper = keeper_of(database, known)
        if keeper is None:
            raise SettingsError(
                "No spreadsheet is set up: [connections.gsheets] in the secrets file names one, "
                "see docs/google-sheets.md."
            )
        with database.read() as reader:
            if link_of(reader) is None:
                raise SettingsError(
                    "The spreadsheet is not linked yet: somebody does that on the page “Google "
                    "Sheets”, and chooses the tables."
                )
        clock = partial(_now, database)
        return _told(keeper, clock) if asked.dry_run else _done(keeper, clock)
    finally:
        database.close()


def _now(database: Database) -> datetime:
    return utc_now().astimezone(database.zone)


def _told(keeper: Keeper, clock: Callable[[], datetime]) -> int:
    for one in keeper.preview(clock()):
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


def _done(keeper: Keeper, clock: Callable[[], datetime]) -> int:
    keeper.run(clock)
    trouble = keeper.state.trouble
    if trouble:
        print(f"techrequests: {trouble}", file=sys.stderr)
        return 1
    print("App and sheet are in step.")
    return 0


SYNC = Command(
    name="sync",
    help="Keep the linked Google spreadsheet in step once, while the app does not run",
    example="techrequests sync --database data/live/district.duckdb --dry-run",
    arguments=_arguments,
    run=_sync,
)
