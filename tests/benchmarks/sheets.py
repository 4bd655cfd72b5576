"""What a linked spreadsheet costs: calls, against Google's quota of 60 a minute, and CPU."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets.server import FakeSheets
from techrequests.domain.catalogue import EVERY_SITE, StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.policy import GRANTABLE, RoleGrant
from techrequests.domain.sheets import Sharing
from techrequests.runtime import utc_now
from techrequests.services import sheets
from techrequests.services.edits import TableAsked
from techrequests.services.sheet_tables import TABLES
from techrequests.services.tables import save_table
from techrequests.store.database import Database
from techrequests.store.listings import Listing
from techrequests.store.migrate import migrate
from techrequests.store.people import actor
from techrequests.sync.connection import SheetLink
from techrequests.sync.district import MOST_ROWS_OF_A_TABLE
from techrequests.sync.synchronizer import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from techrequests.domain.fields import Record
    from techrequests.domain.policy import Actor
    from techrequests.services.sheet_tables import SheetTable
    from techrequests.store.database import Reader

CALLS_A_MINUTE = 60
_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """What some passes cost until everything was done.

    Attributes:
        cpu_ms: Of app and fake server together, since both are in this process.
    """

    passes: int
    calls: int
    cpu_ms: float


def measured(path: Path) -> dict[str, Passes]:
    """What passes over every table of a district cost, by what there is to do."""
    copy = path.with_suffix(".sheets")
    shutil.copy(path, copy)
    database = Database.open(copy)
    try:
        migrate(database)
        with FakeSheets() as google:
            return _measured(database, google)
    finally:
        database.close()
        copy.unlink()


def _measured(database: Database, google: FakeSheets) -> dict[str, Passes]:
    book = google.create()
    where = SheetLink(
        spreadsheet_id=book.book_id, account=google.credentials(), base_url=google.url
    )
    somebody = _somebody(database)
    sheets.link(database, somebody, sheets.LinkAsked(spreadsheet=book.book_id), now=utc_now())
    for name, table in _fitting(database):
        sharing = Sharing.EDITED if table.edits else Sharing.SHOWN
        asked = sheets.ShareAsked(table=name, sharing=sharing)
        sheets.share(database, somebody, asked, now=utc_now())
    synchronizer = Synchronizer(database, where)
    found = {"from nothing to all tables": _passes(synchronizer, google, database)}
    found["nothing to do"] = _passes(synchronizer, google, database)
    _change(database, somebody)
    found[f"{_CELLS} cells changed in the app"] = _passes(synchronizer, google, database)
    return found


def _fitting(database: Database) -> Iterator[tuple[str, SheetTable]]:
    """The tables that a sheet may hold, with a word about those that are too long."""
    with database.read() as reader:
        for name, table in TABLES.items():
            # Of a listing a sheet shows the newest rows.
            rows = 0 if isinstance(table.source, Listing) else _count(reader, table.source)
            if rows <= MOST_ROWS_OF_A_TABLE:
                yield name, table
            else:
                print(f"“{table.label}” has {rows:,} rows, too many for a sheet; it is left out.")


def _count(reader: Reader, record: type[Record]) -> int:
    return int(reader.value(f"SELECT count(*) FROM {record.TABLE.name}"))  # noqa: S608  # ours


def _somebody(database: Database) -> Actor:
    """Somebody on the staff who gets every role: who shares a table must go on being allowed to."""
    with database.write() as work:
        person_id = str(work.value("SELECT min(person_id) FROM person WHERE active"))
        work.insert_all(
            RoleGrant(grant_id=f"bench {role}", person_id=person_id, role=role, site_id=EVERY_SITE)
            for role in GRANTABLE
        )
        return actor(work, person_id, utc_now().date())


def _passes(synchronizer: Synchronizer, google: FakeSheets, database: Database) -> Passes:
    google.calls.clear()
    begun, passes, commits = time.process_time(), 0, -1
    while commits != database.commits.total:
        commits = database.commits.total
        synchronizer.run(utc_now)
        if trouble := synchronizer.state.trouble:
            raise RuntimeError(f"The passes measured nothing: {trouble}")
        passes += 1
    cpu_ms = (time.process_time() - begun) * 1000
    return Passes(passes=passes, calls=google.count(), cpu_ms=cpu_ms)


def _change(database: Database, somebody: Actor) -> None:
    with database.read() as reader:
        items = reader.find(StandardItem, f"ORDER BY item_id LIMIT {_CELLS}")
    edits = tuple(
        RowEdit(
            key=item.item_id,
            seen_version=item.version,
            cells=(Cell(field="name", before=item.name, after=f"{item.name}, new"),),
        )
        for item in items
    )
    asked = TableAsked(record=StandardItem, save_id="bench", edits=edits)
    save_table(database, somebody, asked, now=utc_now())
