"""Look after a database: check it, and bring it to the present schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.cli.command import (
    Command,
    at_home,
    database_argument,
    database_path,
    make_folder,
    settings,
)
from techrequests.domain.errors import StoreError
from techrequests.runtime import utc_now
from techrequests.services.resumption import let_go_on
from techrequests.services.sign_in import forget_accounts_of
from techrequests.store.checks import Finding, checks, run_checks
from techrequests.store.database import Database, lost_of
from techrequests.store.duties import notices
from techrequests.store.migrate import scripts, version
from techrequests.store.nights import unlike_backups
from techrequests.store.recovery import set_aside, upgrade
from techrequests.store.witness import missing_in

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_SHOWN_ROWS = 5


def _check(asked: argparse.Namespace) -> int:
    path = database_path(asked)
    database = Database.open(path, read_only=True)
    try:
        check_schema(database, path, "checks")
        found = [*run_checks(database, now=utc_now()), *_beside(database, path)]
        with database.read() as reader:
            noticed = notices(reader)
    finally:
        database.close()
    for finding in found:
        _tell(finding)
    if not found:
        print(f"{path}: {len(checks())} checks, and all is well.")
    _notice(noticed)
    return 1 if found else 0


def _notice(rows: Sequence[Mapping[str, Any]]) -> None:
    """Name what an auditor asks about; it breaks no rule, and so does not count as one."""
    if rows:
        print(
            f"notice: {len(rows)} times somebody took two duties in one request, or changed the "
            "approver of what they submitted. Page “Audit” lists all:"
        )
    for row in rows[:_SHOWN_ROWS]:
        print(f"  {row['request_id']} {row['actor_id']}: {row['what']}")


def _beside(database: Database, path: Path) -> Iterator[Finding]:
    """What the witness and the backups saw, and is not here."""
    with database.read() as reader:
        lost = missing_in(reader, path)
    if lost:
        sentence = "The database holds everything that its witness saw."
        yield Finding(name="witness", sentence=sentence, rows=({"wrong": lost},))
    folder = settings().backup_folder
    unlike = tuple(unlike_backups(database, at_home(folder), utc_now())) if folder else ()
    if unlike:
        sentence = "The database holds everything that its backups saw, as they saw it."
        yield Finding(name="backups", sentence=sentence, rows=unlike)


def check_schema(database: Database, path: Path, does: str) -> None:
    """Refuse a database that this program does not know, or not any more.

    Args:
        database: It, opened.
        path: Its file.
        does: What the program does only with the present schema.

    Raises:
        StoreError: It has another schema.
    """
    present, known = version(database), max(scripts())
    if present != known:
        words = "Update Technology Requests." if present > known else "Migrate it first."
        raise StoreError(f"{path} has schema {present}, and this program {does} {known}. {words}")


def _tell(finding: Finding) -> None:
    print(f"{finding.name}: {finding.sentence} Not so here ({len(finding.rows)}):")
    for row in finding.rows[:_SHOWN_ROWS]:
        print("  " + ", ".join(f"{name} {value}" for name, value in row.items()))
    if len(finding.rows) > _SHOWN_ROWS:
        print(f"  and {len(finding.rows) - _SHOWN_ROWS} more")


CHECK = Command(
    name="check",
    help="List every row that breaks what must always be true; exit code 1 if there is one",
    example="techrequests check --database data/live/district.duckdb",
    arguments=database_argument,
    run=_check,
)


def _migrate_arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument(
        "--create", action="store_true", help="make a new, empty database if there is none"
    )


def _migrate(asked: argparse.Namespace) -> int:
    path = database_path(asked)
    if asked.create:
        make_folder(path.parent)
    set_aside(path, utc_now())
    database = Database.open(path, create=asked.create)
    try:
        applied = upgrade(database, now=utc_now())
    finally:
        database.close()
    print(f"{path}: " + (f"applied {', '.join(applied)}." if applied else "nothing to do."))
    return 0


def _forget_arguments(parser: argparse.ArgumentParser) -> None:
    database_argument(parser)
    parser.add_argument("person", metavar="CODE", help="the person's code, as under People")


def _forget(asked: argparse.Namespace) -> int:
    database = Database.open(database_path(asked))
    try:
        forgotten = forget_accounts_of(database, asked.person, now=utc_now())
    finally:
        database.close()
    print(f"{asked.person}: {forgotten} forgotten. A verified account with their address may come.")
    return 0


FORGET = Command(
    name="readmit",
    help="Let a person sign in with a new account, as when the provider changes",
    example="techrequests readmit mrivera --database data/live/district.duckdb",
    arguments=_forget_arguments,
    run=_forget,
)


def _resume(asked: argparse.Namespace) -> int:
    path = database_path(asked)
    lost = lost_of(path)
    database = Database.open(path, loss_is_known=True)
    try:
        upgrade(database, now=utc_now())  # an older program may have put it there
        told = let_go_on(database, lost or "", now=utc_now())
    finally:
        database.close()
    for words in told:
        print(words)
    return 0


RESUME = Command(
    name="resume",
    help="Let a database go on that was restored, that lost something, or whose clock was wrong",
    example="techrequests resume --database data/live/district.duckdb",
    arguments=database_argument,
    run=_resume,
)


MIGRATE = Command(
    name="migrate",
    help="Bring a database to the present schema, as each start of the app does",
    example="techrequests migrate --database data/live/district.duckdb --create",
    arguments=_migrate_arguments,
    run=_migrate,
)
