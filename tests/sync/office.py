"""The small district linked to a spreadsheet, kept in step as the server does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from builders import NOON, who
from sheets.addresses import column_letters
from sheets.changes import delete
from techrequests.domain.catalogue import StandardItem
from techrequests.domain.sheets import Conflict, Sharing
from techrequests.services import sheets
from techrequests.services.edits import TableAsked
from techrequests.services.sheet_tables import TABLES
from techrequests.services.sheets import DecideAsked, LinkAsked, ShareAsked, TabAsked, standing
from techrequests.services.tables import save_table
from techrequests.store.sheet_link import sharing_of
from techrequests.sync.connection import Patience
from techrequests.sync.district import district_tables
from techrequests.sync.synchronizer import Synchronizer
from techrequests.sync.tab import read_tab

if TYPE_CHECKING:
    from datetime import timedelta

    from sheets.book import Book
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database
    from techrequests.sync.cells import Raw
    from techrequests.sync.connection import SheetLink
    from techrequests.sync.layout import Layout
    from techrequests.sync.tab import SeenRow

    R = TypeVar("R", bound=Record)

FUNDS, UNITS, ITEMS = "fund_in_sheet", "asset", "standard_item"
WHO_EDITS = {FUNDS: "ben", UNITS: "rita", ITEMS: "rita", "vendor": "rita"}


class Office:
    """A district, a spreadsheet, and what people do in both."""

    def __init__(self, database: Database, link: SheetLink, book: Book) -> None:
        self.database, self.book = database, book
        self.synchronizer = Synchronizer(database, link, patience=Patience(sleep=lambda _: None))

    def link(self, *, by: str = "ada", take_over: bool = False) -> None:
        asked = LinkAsked(spreadsheet=self.book.book_id, take_over=take_over)
        sheets.link(self.database, who(self.database, by), asked, now=NOON)

    def share(self, table: str, sharing: Sharing, by: str = "") -> None:
        asked = ShareAsked(table=table, sharing=sharing)
        actor = who(self.database, by or WHO_EDITS.get(table, "ada"))
        sheets.share(self.database, actor, asked, now=NOON)

    def sync(self) -> timedelta:
        return self.synchronizer.run(lambda: NOON)

    def settle(self) -> None:
        """Pass until a pass does nothing."""
        for _ in range(6):
            before = self.database.commits.total
            self.sync()
            if self.database.commits.total == before:
                return
        raise AssertionError("it does not come to rest")

    def layout(self, table: str) -> Layout:
        with self.database.read() as reader:
            shared = sharing_of(reader)
        found = district_tables(self.database, shared, {}, now=NOON, new_id=lambda: "")
        return next(one.layout for one in found if one.table.name == table)

    def tab(self, table: str) -> tuple[SeenRow, ...]:
        layout = self.layout(table)
        values = self.book.read(layout.title, {"valueRenderOption": "UNFORMATTED_VALUE"})
        return read_tab(layout, values.get("values", [])).rows

    def row(self, table: str, key: str) -> SeenRow:
        return next(row for row in self.tab(table) if row.key == key)

    def cell(self, table: str, key: str, name: str) -> Raw:
        return self.row(table, key).cells[name]

    def status(self, table: str, key: str) -> str:
        return str(self.row(table, key).status)

    def spare(self, table: str) -> str:
        """The key of a row that waits to be filled in."""
        first = self.layout(table).fields[1].name
        return next(
            str(row.key)
            for row in self.tab(table)
            if str(row.key).startswith("new-") and not row.cells[first]
        )

    def typed(self, table: str, key: str, name: str, text: str) -> None:
        """A person types into the sheet."""
        layout = self.layout(table)
        column = column_letters([*layout.headings].index(name))
        self.book.type(f"'{layout.title}'!{column}{self.row(table, key).number + 1}", text)

    def taken_out(self, table: str, *keys: str) -> None:
        """A person deletes rows of the sheet."""
        for key in keys:
            delete(self.book, self.layout(table).title, "ROWS", self.row(table, key).number)

    def stored(self, record: type[R], key: str) -> R:
        with self.database.read() as reader:
            return reader.get(record, key)

    def waiting(self) -> list[tuple[str, Conflict]]:
        rows = standing(self.database, who(self.database, "bea")).waiting
        return [
            (
                row["table_name"],
                Conflict(
                    key=row["row_key"],
                    field=row["field"],
                    base=row["base"],
                    ours=row["ours"],
                    theirs=row["theirs"],
                ),
            )
            for row in rows
        ]

    def decide(self, *, ours: bool, by: str = "") -> None:
        """Somebody decides the first thing that waits."""
        table, conflict = self.waiting()[0]
        actor = who(self.database, by or WHO_EDITS[table])
        asked = DecideAsked(table=table, conflict=conflict, ours=ours)
        sheets.decide(self.database, actor, asked, now=NOON)

    def meant_so(self, table: str, stop: str = "") -> None:
        """Somebody says of what stopped a table, or of another stop, that it is meant so."""
        stop = stop or str(dict(self.synchronizer.state.stopped)[table])
        asked = TabAsked(table=table, stop=stop)
        sheets.let_rows_go(self.database, who(self.database, WHO_EDITS[table]), asked, now=NOON)

    def all_tables(self) -> None:
        """Share every table as far as may be."""
        for name, table in TABLES.items():
            self.share(name, Sharing.EDITED if table.edits else Sharing.SHOWN)


def new_item(office: Office, key: str) -> None:
    """Somebody adds an item to the catalogue in the app."""
    texts = {
        "item_id": key,
        "name": f"Dock {key}",
        "category": "accessories",
        "manufacturer": "Dell",
        "model": "WD19",
        "unit_price_cents": "189",
        "lead_time_days": "7",
    }
    asked = TableAsked(record=StandardItem, save_id=key, new_rows=(tuple(texts.items()),))
    save_table(office.database, who(office.database, "rita"), asked, now=NOON)
