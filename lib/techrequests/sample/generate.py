"""Write the sample district: fourteen months of requests, driven through the real services."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from techrequests.domain.calendar import fiscal_year, fiscal_year_dates
from techrequests.domain.errors import StoreError
from techrequests.sample import around
from techrequests.sample.casting import cast
from techrequests.sample.enlarge import enlarge
from techrequests.sample.lives import life_of, live
from techrequests.sample.load import FOLDER, load, texts
from techrequests.sample.world import read_world
from techrequests.store.database import Database
from techrequests.store.files import FileStore
from techrequests.store.migrate import migrate
from techrequests.store.witness import log_path, witness_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[float], None]

MONTHS_DAYS = 425
"""Fourteen months."""

MOST_LIVED = 400
"""So many requests are driven through the services; it takes about a minute."""


def write_district(  # noqa: PLR0913  # what, how much, of which kind, and who watches
    path: Path,
    *,
    today: date,
    requests: int = 400,
    seed: int = 7,
    progress: Progress | None = None,
    folder: Path = FOLDER,
) -> None:
    """Write a district whose history ends on the evening before `today`.

    The same seed and day give the same district. The file appears under its name when it is
    complete, its folder of attached files just before it.

    Args:
        path: The database file; there must be none.
        today: The day on which the district is looked at first.
        requests: How many requests are asked for; some more are started from refused ones. Beyond
            `MOST_LIVED` they are copies, see `enlarge`.
        seed: Of chance.
        progress: Called with the share that is done, 0 to 1.
        folder: Where the sample's CSV files are.

    Raises:
        StoreError: There is a file already, or the sample's own files cannot be read.
    """
    if path.exists():
        raise StoreError(f"There is a database at {path} already. Remove it first.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".sample-") as made,
        in_memory(Path(made) / "files") as database,
    ):
        lived = min(requests, MOST_LIVED)
        fill(database, today=today, requests=lived, seed=seed, progress=progress, folder=folder)
        copy_into(database, Path(made) / "district")
        if requests > lived:
            _enlarge(Path(made) / "district", requests)
        put_in_place(Path(made), path)


def fill(  # noqa: PLR0913  # as above
    database: Database,
    *,
    today: date,
    requests: int,
    seed: int,
    progress: Progress | None = None,
    folder: Path = FOLDER,
) -> None:
    """Load the CSV files into a migrated, empty database and let its people live until `today`."""
    load(database, today=today, folder=folder)
    said = texts(folder)
    until = datetime.combine(today, time(), UTC)
    world = read_world(
        database,
        said.words,
        Random(seed),  # noqa: S311  # chance for a made-up district
        now=first_moment(today),
        until=until,
    )
    around.stock(world)
    for number, part in enumerate(cast(world, said.cases, requests)):
        world.spawn(live(life_of(part, world, number)), part.starts_at)
    around.read_messages(world)
    world.run(progress)
    if progress:
        progress(1.0)


def first_moment(today: date) -> datetime:
    """Fourteen months before `today`, and not before the funds of the last fiscal year begin."""
    funds_begin, _ = fiscal_year_dates(fiscal_year(today) - 1)
    first = max(today - timedelta(days=MONTHS_DAYS), funds_begin)
    return datetime.combine(first, time(), UTC)


@contextmanager
def in_memory(files: Path) -> Iterator[Database]:
    """A migrated database in memory that keeps its files in a folder."""
    database = Database.open()
    database.files = FileStore(files)
    files.mkdir()
    try:
        migrate(database)
        database.plan_little()
        yield database
    finally:
        database.close()


def copy_into(database: Database, target: Path) -> None:
    """Write everything in a database into a new file."""
    quoted = str(target).replace("'", "''")
    with database.exclusive() as connection:
        connection.execute(f"ATTACH '{quoted}' AS made")
        connection.execute("COPY FROM DATABASE memory TO made")
        connection.execute("DETACH made")


def _enlarge(path: Path, requests: int) -> None:
    database = Database.open(path)
    try:
        enlarge(database, requests)
    finally:
        database.close()


def put_in_place(made: Path, path: Path) -> None:
    """Give the finished files their names, the database last: what has its name is complete."""
    files = path.with_name(f"{path.name}.files")
    if files.exists():
        shutil.rmtree(files)
    for left in (log_path(path), witness_path(path)):
        left.unlink(missing_ok=True)  # of an earlier sample that was removed
    (made / "files").rename(files)
    (made / "district").rename(path)
