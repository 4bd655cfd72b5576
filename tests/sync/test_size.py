"""A large district's tables stay within Google's quota."""

from __future__ import annotations

import itertools
from dataclasses import make_dataclass
from typing import TYPE_CHECKING

from sync.gadgets import App, Gadget, gadget
from sync.live import NOON, GadgetTable
from techrequests.domain.fields import Table
from techrequests.sync.connection import Patience, SheetLink, opened
from techrequests.sync.reading import Pass
from techrequests.sync.run_pass import run_pass
from techrequests.sync.workbook import Workbook

if TYPE_CHECKING:
    from sheets.book import Book
    from sheets.server import FakeSheets
    from techrequests.store.database import Database

QUOTA = 60


def test_ten_cells_of_ten_thousand_rows_in_five_tables_take_six_calls_at_most(
    database: Database, google: FakeSheets, link: SheetLink, book: Book
) -> None:
    apps = [App(*(gadget(f"G{number}") for number in range(2_000))) for _ in range(5)]
    tables = [
        GadgetTable(app, record=_another_table(f"Things {number}"))
        for number, app in enumerate(apps)
    ]
    keys = map("new-{}".format, itertools.count())
    this = Pass(
        database=database,
        workbook=Workbook(opened(link, Patience(clock=lambda: 0))),
        now=NOON,
        new_key=lambda: next(keys),
    )
    # All of it is within one minute, however long it takes.
    google.quota, google.clock = QUOTA, lambda: 0
    while run_pass(this, tables).written:
        pass
    google.calls.clear()
    for number, app in enumerate(apps):
        app.set("G7", name="From the app")
        book.type(f"Things {number}!C50", "From the sheet")
    report = run_pass(this, tables)
    assert (report.written, report.taken) == (5, 5)
    assert google.count() <= 6
    assert apps[4].rows["G48"].name == "From the sheet"


def _another_table(label: str) -> type[Gadget]:
    name = label.lower().replace(" ", "_")
    table = Table(name=name, key="gadget_id", label=label)
    return make_dataclass(
        "Thing", [], bases=(Gadget,), namespace={"TABLE": table}, frozen=True, kw_only=True
    )
