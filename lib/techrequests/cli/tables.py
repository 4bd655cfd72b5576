"""Take a table away as a file, and bring one back, while the app is not running."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from techrequests.cli.command import (
    Command,
    Progress,
    a_path,
    database_argument,
    database_path,
    settings,
)
from techrequests.cli.databases import check_schema
from techrequests.cli.mapping import mapping_arguments, profile_of, read_by
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.errors import (
    InvalidError,
    NotFoundError,
    Problem,
    SettingsError,
    StoreError,
)
from techrequests.domain.policy import GRANTABLE, SCHEDULE, Actor
from techrequests.exchange.csv_out import csv_file
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.editable import EDITABLE, editable
from techrequests.exchange.errors_file import errors_file
from techrequests.exchange.exports import EXPORTS, TEMPLATE, taken_away
from techrequests.exchange.importing import SaveAsked, import_rows
from techrequests.exchange.opening import opened
from techrequests.exchange.planning import FileAsked, dry_run
from techrequests.exchange.workbook_out import workbook_file
from techrequests.runtime import utc_now
from techrequests.store.database import Database
from techrequests.store.people import actor
from techrequests.store.tables import emails_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from techrequests.exchange.dry_run import DryRun, Line

_SHOWN_ROWS = 20

OPERATOR = Actor(
    person_id=SCHEDULE.person_id,
    full_name=SCHEDULE.full_name,
    site_id=EVERY_SITE,
    roles=frozenset((role, EVERY_SITE) for role in GRANTABLE),
)
"""Whoever runs the server: they hold the database file, and so everything in it."""


def _who(database: Database, email: str, now: datetime) -> Actor:
    """The person with this address, with their rights; without one, whoever runs the server."""
    if not email:
        return OPERATOR
    with database.read() as reader:
        code = emails_of(reader).get(email.strip().lower())
        if code is None:
            raise NotFoundError(f"Nobody has the address {email}. See the table of people.")
        return actor(reader, code, now.date())


@contextmanager
def _district(asked: argparse.Namespace, *, read_only: bool) -> Iterator[tuple[Database, datetime]]:
    path = database_path(asked)
    database = Database.open(path, read_only=read_only, zone=settings().time_zone)
    try:
        check_schema(database, path, "reads")
        yield database, utc_now().astimezone(database.zone)
    finally:
        database.close()


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument(
        "--table", required=True, metavar="TABLE", help=f"one of: {', '.join(sorted(EXPORTS))}"
    )
    parser.add_argument(
        "--to", type=a_path, required=True, metavar="FILE", help="the new file, .csv or .xlsx"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="as it stands in the address of the page's own file: site=LHS, search=laptop, "
        "inactive=1; may be said several times",
    )
    parser.add_argument(
        "--template", action="store_true", help="the headings that a file may have, without rows"
    )
    parser.add_argument("--as", dest="email", default="", metavar="EMAIL", help=_AS)


_AS = "as this person, with their rights (default: as whoever runs the server, with all)"


def _export(asked: argparse.Namespace) -> int:
    if asked.to.suffix not in {".csv", ".xlsx"}:
        raise SettingsError(f"{asked.to.name} must end with .csv or .xlsx.")
    if wrong := [pair for pair in asked.only if "=" not in pair]:
        raise SettingsError(f"“{wrong[0]}” is no NAME=VALUE, such as site=LHS.")
    query = tuple(tuple(pair.split("=", 1)) for pair in asked.only)
    name = f"{asked.table}{TEMPLATE}" if asked.template else asked.table
    with _district(asked, read_only=True) as (database, now):
        who = _who(database, asked.email, now)
        grid = taken_away(database, who, name, query, now=now, strict=True)
    _write(asked.to, csv_file(grid) if asked.to.suffix == ".csv" else workbook_file(grid, now))
    print(f"{asked.to}: {len(grid.rows):,} rows of {grid.title}.")
    return 0


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None


EXPORT = Command(
    name="export",
    help="Write a table into a CSV file or an Excel workbook",
    example="techrequests export --database data/live/district.duckdb --table funds --to funds.csv"
    "\n  techrequests export --table inventory --only site=LHS --to lincoln.xlsx"
    "\n  techrequests export --table people --template --to people.csv",
    arguments=_export_arguments,
    run=_export,
)


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=a_path,
        metavar="FILE",
        help="CSV or .xlsx; for people and sites also a rostering export (OneRoster)",
    )
    database_argument(parser)
    parser.add_argument(
        "--table", required=True, metavar="TABLE", help=f"one of: {', '.join(EDITABLE)}"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it would do, and save nothing"
    )
    parser.add_argument(
        "--all-or-nothing", action="store_true", help="save only when every row can be saved"
    )
    parser.add_argument(
        "--everybody",
        action="store_true",
        help="the file holds everybody: who is not in it has left and becomes inactive",
    )
    parser.add_argument("--reason", default="", metavar="WORDS", help="why, where it takes one")
    parser.add_argument("--tab", default="", metavar="NAME", help="the tab of a workbook")
    parser.add_argument(
        "--errors", type=a_path, metavar="FILE", help="write the rows that cannot be saved there"
    )
    parser.add_argument("--as", dest="email", default="", metavar="EMAIL", help=_AS)
    mapping_arguments(parser)


def _import(asked: argparse.Namespace) -> int:
    table = editable(asked.table)
    profile = profile_of(asked, table)
    try:
        content = asked.file.read_bytes()
    except OSError as error:
        raise StoreError(f"{asked.file} cannot be read: {error.strerror}.") from None
    with _district(asked, read_only=asked.dry_run) as (database, now):
        who = _who(database, asked.email, now)
        file = opened(
            database,
            asked.table,
            asked.file.name,
            content,
            today=now.date(),
            tab=asked.tab,
            hidden_too=not asked.visible_only,
        )
        told = FileAsked(
            name=asked.table,
            file=file.file,
            fields=read_by(asked, table, file, profile),
            values=profile.values,
            defaults={**file.defaults, **profile.defaults},
            day_first=profile.day_first,
            reason=asked.reason,
            everybody=asked.everybody and asked.table == "people",
            remember=not asked.dry_run,
        )
        run = dry_run(database, who, told, now=now, told=Progress("Reading"))
        for note in (*file.notes, *run.notes):
            print(note)
        _tell_leavers(run)
        return _saved(database, who, run, asked, now)


def _tell_leavers(run: DryRun) -> None:
    """Who would become inactive, with the work that they leave."""
    for one in run.leavers:
        left = ", ".join(f"{count:,} {what}" for what, count in sorted(one.left.items()))
        words = f", who has {left}" if left else ""
        print(f"Becomes inactive: {one.full_name} ({one.person_id}){words}.")


def _tell_unknown(run: DryRun) -> None:
    """Words that nobody has said the meaning of."""
    for one in run.unknown[:_SHOWN_ROWS]:
        rows = "1 row" if len(one.rows) == 1 else f"{len(one.rows):,} rows"
        said = f"--value '{one.field}:{one.word}=…'"
        print(f"Not known: {one.field} “{one.word}”, in {rows}. Say what it means: {said}.")


def _saved(
    database: Database, who: Actor, run: DryRun, asked: argparse.Namespace, now: datetime
) -> int:
    refused: Sequence[Line] = run.of(Fate.WRONG)
    print(", ".join(f"{run.counts[fate]:,} {fate}" for fate in Fate) + ".")
    _leave(asked, run, refused)  # before the save: one that is refused as a whole leaves them too
    problems = _problems(run)
    if problems and not asked.dry_run:
        raise InvalidError(*(Problem("", words) for words in problems))
    if not asked.dry_run:
        made = SaveAsked(run=run, save_id=uuid.uuid4().hex, whole=asked.all_or_nothing)
        done = import_rows(database, lambda: who, made, now=now, told=Progress("Saving"))
        refused = done.refused
        print(f"Saved: {done.new_rows:,} new rows, {done.cells:,} changed cells.")
        for note in done.notes:
            print(note)
    for line in refused[:_SHOWN_ROWS]:
        print(f"Row {line.row.number}: {' '.join(line.reasons)}")
    if len(refused) > _SHOWN_ROWS:
        print(f"and {len(refused) - _SHOWN_ROWS:,} more; --errors FILE writes them all.")
    for problem in problems:
        print(problem)
    _tell_unknown(run)
    _leave(asked, run, refused)
    return 1 if refused or problems else 0


def _leave(asked: argparse.Namespace, run: DryRun, refused: Sequence[Line]) -> None:
    if asked.errors and refused:
        _write(asked.errors, errors_file(run.file, refused))


def _problems(run: DryRun) -> tuple[str, ...]:
    """What is wrong with the whole file, and where a reason is given here."""
    takes_one = editable(run.name).reason and not run.reason
    hint = ("Give the reason with --reason.",) if run.problems and takes_one else ()
    return (*run.problems, *hint)


IMPORT = Command(
    name="import",
    help="Bring a CSV file, a workbook or a rostering export into a table; exit code 1 if rows "
    "could not be saved",
    example="techrequests import staff.csv --table people --dry-run"
    "\n  techrequests import oneroster.zip --table people --everybody --as ada@district.example"
    '\n  techrequests import funds.xlsx --table funds --reason "Board vote of October 1"'
    "\n  techrequests import snipe.csv --table inventory --default condition=good --map State=",
    arguments=_import_arguments,
    run=_import,
)
