"""The same desk as in `desk.py`, for real: gspread, HTTP, DuckDB, and everything that can break."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sync.gadgets import App, Gadget
from techrequests.domain.sheets import Conflict
from techrequests.store import sheet_tabs as store
from techrequests.store.sheet_tabs import TabId
from techrequests.sync.connection import Patience, SheetLink, SheetsHTTP, opened
from techrequests.sync.errors import SheetsError
from techrequests.sync.layout import Mode, layout_of
from techrequests.sync.plan import Known
from techrequests.sync.reading import Pass
from techrequests.sync.run_pass import Report, run_pass
from techrequests.sync.tab import Tab, read_tab
from techrequests.sync.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sheets.book import Book
    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.errors import Problem
    from techrequests.domain.fields import Record
    from techrequests.store.database import Database
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import Append, Write
    from techrequests.sync.tab import Rows
    from techrequests.sync.workbook import Cells

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
TABLE = "gadget"


class CrashError(Exception):
    """The server loses its power."""


class GadgetTable:
    """The made-up table as `do` asks for it."""

    def __init__(
        self,
        app: App,
        mode: Mode = Mode.ROWS,
        point: Callable[[str], None] = lambda _: None,
        record: type[Record] = Gadget,
    ) -> None:
        self._app = app
        self._layout = layout_of(record, mode)
        self._point = point

    @property
    def layout(self) -> Layout:
        return self._layout

    def rows(self) -> Mapping[str, Gadget]:
        return dict(self._app.rows)

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        self._point("before save")
        return self._app.save(edit)

    def add(self, row: NewRow) -> tuple[Problem, ...]:
        told = self._app.add(row)
        self._point("after add")
        return told


class Breaking(Workbook):
    """A workbook that may break off before or after each call."""

    point: Callable[[str], None]
    planning = False

    def read(self, titles: Sequence[str], shown: Collection[str] = ()) -> dict[str, Cells]:
        self.planning = True
        found = super().read(titles, shown)
        self.planning = False
        return found

    def values(self, titles: Sequence[str]) -> dict[str, Rows]:
        if not self.planning:
            self.point("before check")
        return super().values(titles)

    def write(self, writes: Mapping[str, Sequence[Write]]) -> None:
        self.point("before write")
        super().write(writes)
        self.point("between writes")

    def append(
        self, appends: Mapping[int, Sequence[Append]], columns: Mapping[int, object]
    ) -> None:
        super().append(appends, columns)
        self.point("after write")


POINTS = (
    "before save",
    "after add",
    "before check",
    "before write",
    "between writes",
    "after write",
)


class LiveDesk:
    """An app and a spreadsheet that are kept in step by the real thing."""

    def __init__(
        self, database: Database, link: SheetLink, book: Book, app: App, mode: Mode = Mode.ROWS
    ) -> None:
        self.database, self.book, self.app = database, book, app
        self.touched: set[tuple[str, str, str]] = set()
        self.written = 0
        self.between: Callable[[], None] | None = None
        self.crash_at = ""
        spreadsheet = opened(link, Patience(sleep=lambda _: None))
        assert isinstance(spreadsheet.client, SheetsHTTP)
        self.http = spreadsheet.client
        self.workbook = Breaking(spreadsheet)
        self.workbook.point = self._point
        self.table = GadgetTable(app, mode, self._point)
        self._keys = itertools.count(1)

    @property
    def tab(self) -> TabId:
        """The tab of the gadgets; no number before it is made."""
        with self.database.read() as reader:
            tabs = store.tabs_of(reader, self.workbook.spreadsheet_id)
        return TabId(self.workbook.spreadsheet_id, tabs.get(TABLE, -1))

    @property
    def known(self) -> Known:
        """What is remembered."""
        with self.database.read() as reader:
            keys = store.keys_of(reader, self.tab)
            base = store.base_of(reader, self.tab)
        links = {sheet_key: key for sheet_key, key in keys.items() if key is not None}
        return Known(base=base, spares=frozenset(keys), links=links)

    @property
    def conflicts(self) -> dict[tuple[str, str], Conflict]:
        """What waits for a person."""
        with self.database.read() as reader:
            rows = store.conflicts_of(reader, self.tab)
        return {
            (row["row_key"], row["field"]): Conflict(
                key=row["row_key"],
                field=row["field"],
                base=row["base"],
                ours=row["ours"],
                theirs=row["theirs"],
            )
            for row in rows
        }

    def look(self) -> Tab:
        """The sheet as it is now, seen without a call."""
        layout = self.table.layout
        titles = [tab.title for tab in self.book.tabs]
        if layout.title not in titles:
            return read_tab(layout, [])
        both = [
            self.book.read(layout.title, {"valueRenderOption": how}).get("values", [])
            for how in ("UNFORMATTED_VALUE", "FORMULA")
        ]
        return read_tab(layout, *both)

    def sync(self, *, meant: str = "") -> Report:
        """One pass; a crash or a failure of Google's ends it wherever it is."""
        this = Pass(
            database=self.database,
            workbook=self.workbook,
            now=NOON,
            new_key=lambda: f"new-{next(self._keys)}",
            meant={TABLE: meant} if meant else {},
        )
        report = Report()
        try:
            report = run_pass(this, [self.table])
        except (CrashError, SheetsError):
            self.http._busy_until = 0.0
        self.written += report.written
        self.crash_at = ""
        self.touched |= {
            (key, name, text)
            for key, texts in self.known.base.items()
            for name, text in texts.items()
        }
        if report.stopped:
            raise report.stopped[TABLE]
        return report

    def _point(self, name: str) -> None:
        if name == "before check" and self.between:
            between, self.between = self.between, None
            between()
        if name == self.crash_at:
            raise CrashError(name)
