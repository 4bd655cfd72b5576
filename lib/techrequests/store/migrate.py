"""Bring a database to the present schema: numbered scripts once each, views at every start."""

from __future__ import annotations

from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from techrequests.domain.errors import StoreError
from techrequests.store.sealing import seal_later, seal_what_is_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.store.database import Database
    from techrequests.store.work import Reader

_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"
)

_TABLES = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'main'"


def scripts() -> dict[int, tuple[str, str]]:
    """Every migration by number: its file name and SQL.

    Raises:
        StoreError: Two have the same number, and one of them would never run.
    """
    folder = resources.files(__package__).joinpath("schema")
    found = sorted(item.name for item in folder.iterdir() if item.name[:4].isdigit())
    _refuse_twins(found)
    return {int(name[:4]): (name, folder.joinpath(name).read_text()) for name in found}


def _refuse_twins(names: Sequence[str]) -> None:
    for one, following in pairwise(names):
        if one[:4] == following[:4]:
            raise StoreError(f"{one} and {following} have one number. Give one the next free one.")


def migrate(database: Database) -> list[str]:
    """Apply what is missing, each script in a transaction of its own.

    Returns:
        The names of the scripts applied now.

    Raises:
        StoreError: The database is newer than this program, or somebody else's.
    """
    schema_of(database)  # raises for somebody else's database
    database.script([_VERSION_TABLE])
    known = scripts()
    present = version(database)
    if present > max(known):
        raise StoreError(
            f"{database.path} has schema {present}, and this program knows up to {max(known)}. "
            "Update Technology Requests first."
        )
    missing = [number for number in known if number > present]
    if missing:
        seal_later(database)
    for number in missing:
        name, sql = known[number]
        database.script(
            [*split(sql), f"INSERT INTO schema_version VALUES ({number}, '{name}')"]  # noqa: S608
        )
    seal_what_is_left(database)
    database.script(split(resources.files(__package__).joinpath("schema", "views.sql").read_text()))
    return [known[number][0] for number in missing]


def schema_of(database: Database) -> int:
    """The number of the last script applied, 0 for an empty file.

    Raises:
        StoreError: It holds tables of somebody else; they must not find ours among their own.
    """
    with database.read() as reader:
        tables = {row["name"] for row in reader.rows(_TABLES)}
        if "schema_version" in tables:
            return version_in(reader)
    if tables:
        raise StoreError(f"{database.path} is not a Technology Requests database. Check the path.")
    return 0


def version(database: Database) -> int:
    """The number of the last script applied, 0 for an empty database."""
    with database.read() as reader:
        return version_in(reader)


def version_in(reader: Reader) -> int:
    """The same, where a connection is open already."""
    return int(reader.value("SELECT coalesce(max(version), 0) FROM schema_version"))


def split(sql: str) -> list[str]:
    """The statements of a script; they end with a semicolon at the end of a line."""
    lines = (line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in "\n".join(lines).split(";\n") if part.strip().rstrip(";")]
