"""Plans carried out on a sheet in memory, so that thousands of passes take seconds."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from sheets.addresses import Json, column_letters
from sheets.book import Book
from sheets.changes import change
from sheets.tab import Tab as FakeTab
from sync.gadgets import App, Gadget, gadget
from techrequests.sync.apply_to_app import give, taken_of
from techrequests.sync.layout import KEY, Mode, layout_of
from techrequests.sync.make_plan import States, plan_of
from techrequests.sync.plan import (
    Done,
    Known,
    Plan,
    app_row,
    moved,
    status_writes,
)
from techrequests.sync.tab import Tab, read_tab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.errors import Problem
    from techrequests.domain.fields import Record
    from techrequests.domain.sheets import Conflict
    from techrequests.sync.cells import Raw
    from techrequests.sync.plan import SheetEdit, SheetRow, Write

TEXT = {"type": "TEXT"}


class Desk:
    """An app, a sheet and what is remembered between them.

    Attributes:
        conflicts: What waits for a person, by row and field.
        touched: Every cell a pass has dealt with: row, field and text.
        written: How many cells and rows were written to the sheet.
        between: What people do between the reading of the sheet and the last look before writing.
    """

    def __init__(self, app: App, mode: Mode = Mode.ROWS, record: type[Record] = Gadget) -> None:
        self.app = app
        self.layout = layout_of(record, mode)
        self.book = Book("book", "Technology Requests")
        self.sheet = FakeTab(7, self.layout.title, rows=300, columns=20)
        self.book.tabs.append(self.sheet)
        self.known = Known()
        self.conflicts: dict[tuple[str, str], Conflict] = {}
        self.touched: set[tuple[str, str, str]] = set()
        self.written = 0
        self.between: Callable[[], None] | None = None
        self._spares = itertools.count(1)

    def look(self) -> Tab:
        """The sheet as it is now."""
        both = [
            self.book.read(self.layout.title, {"valueRenderOption": how}).get("values", [])
            for how in ("UNFORMATTED_VALUE", "FORMULA")
        ]
        return read_tab(self.layout, *both)

    def plan(self, *, meant: str = "") -> Plan:
        """What a pass would do now."""
        app = {key: app_row(self.layout, row) for key, row in self.app.rows.items()}
        fresh = tuple(f"new-{next(self._spares)}" for _ in range(3))
        self.known = replace(self.known, spares=self.known.spares | set(fresh))
        states = States(
            tab=self.look(),
            app=app,
            known=self.known,
            fresh=fresh if self.spares() < len(fresh) else (),
            meant=meant,
        )
        return plan_of(self.layout, states)

    def spares(self) -> int:
        """How many rows wait to be filled in."""
        return sum(
            row.key in self.known.spares
            and all(not raw for name, raw in row.cells.items() if name != KEY)
            for row in self.look().rows
        )

    def sync(self, *, meant: str = "") -> Plan:
        """One pass; in it, the sheet's headings may have to be set up first."""
        plan = self.plan(meant=meant)
        while plan.headings:
            self._set_up(plan)
            plan = self.plan(meant=meant)
        then = self.look()
        if self.between:
            self.between()
        edits, rows, refused = self._given_to_app(plan)
        writes = (*plan.writes, *status_writes(plan, then, refused))
        done = Done(agreed=plan.agreed, edits=edits, rows=rows)
        if not moved(writes, plan.appends, then, self.look()):
            self._write(plan, writes)
            done = replace(done, writes=writes, appends=plan.appends)
        self._remember(plan, done)
        return plan

    def settle(self, most: int = 6) -> None:
        """Pass until a pass writes nothing."""
        for _ in range(most):
            before = self.written
            self.sync()
            if self.written == before:
                return
        raise AssertionError("it does not come to rest")

    def row_of(self, key: str) -> int:
        """Where a row stands, by the key in the sheet."""
        return next(row.number for row in self.look().rows if row.key == key)

    def column_of(self, name: str) -> int:
        """Where a column stands."""
        return self.look().columns[name]

    def type(self, key: str, name: str, text: str) -> None:
        """A person types into a cell."""
        at = f"{column_letters(self.column_of(name))}{self.row_of(key) + 1}"
        self.book.type(f"{self.layout.title}!{at}", text)

    def cell(self, key: str, name: str) -> Raw:
        """What a cell holds."""
        return next(row.cells[name] for row in self.look().rows if row.key == key)

    def status(self, key: str) -> Raw:
        """What is said about a row."""
        return self.cell(key, "_status")

    def rows(self) -> Mapping[str, Gadget]:
        """The app's rows; this and the next two make the desk a `SyncedTable`."""
        return self.app.rows

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        """Let the app save an edit."""
        return self.app.save(edit)

    def add(self, row: NewRow) -> tuple[Problem, ...]:
        """Let the app add a row."""
        return self.app.add(row)

    def _set_up(self, plan: Plan) -> None:
        at = self.look().width
        for column, name in enumerate(plan.headings, at):
            self.sheet.put(0, column, self.layout.headings[name])
            area = {"sheetId": 7, "startColumnIndex": column, "endColumnIndex": column + 1}
            if name in {KEY, "gadget_id", "name", "account", "story"}:
                self.sheet.lay_format(area, TEXT)

    def _given_to_app(
        self, plan: Plan
    ) -> tuple[tuple[SheetEdit, ...], tuple[SheetRow, ...], dict[str, tuple[str, ...]]]:
        given = {one.sheet_key: give(self, one.edit) for one in plan.edits}
        refused = {sheet_key: found.refused for sheet_key, found in given.items()}
        links = {one.sheet_key: one.key for one in plan.rows if one.sheet_key != one.key}
        self.known = replace(self.known, links={**self.known.links, **links})
        refused |= {one.sheet_key: self.app.add(one.row) for one in plan.rows}
        rows = tuple(one for one in plan.rows if not refused[one.sheet_key])
        words = {key: tuple(one.message for one in found) for key, found in refused.items()}
        return taken_of(plan, given), rows, words

    def _write(self, plan: Plan, writes: tuple[Write, ...]) -> None:
        for one in writes:
            self.sheet.put(one.row, one.column, one.after)
        columns = self.look().columns
        for append in plan.appends:
            at = {columns[name]: raw for name, raw in append.cells.items()}
            line = [_entered(at.get(column, "")) for column in range(max(at) + 1)]
            asked = {"sheetId": 7, "rows": [{"values": line}], "fields": "userEnteredValue"}
            change(self.book, {"appendCells": asked}, int)
        self.written += len(writes) + len(plan.appends)

    def _remember(self, plan: Plan, done: Done) -> None:
        news = done.base(self.known)
        base = {key: dict(texts) for key, texts in self.known.base.items()}
        for key, texts in news.items():
            base.setdefault(key, {}).update(texts)
            self.touched |= {(key, name, text) for name, text in texts.items()}
        for key in plan.forgotten:
            del base[key]
        self.known = replace(self.known, base=base)
        self.conflicts = {(one.key, one.field): one for one in plan.conflicts}


def six_gadgets() -> Desk:
    """Six rows that stand in app and sheet, and three spare ones."""
    made = Desk(App(*(gadget(f"G{number}") for number in range(1, 7))))
    made.settle()
    return made


def app_of(desk: Desk, key: str = "G1") -> Gadget:
    """A row as the app has it."""
    row = desk.app.rows[key]
    assert isinstance(row, Gadget)
    return row


def _entered(raw: Raw) -> Json:
    if isinstance(raw, bool):
        return {"userEnteredValue": {"boolValue": raw}}
    if isinstance(raw, str):
        return {"userEnteredValue": {"stringValue": raw}} if raw else {}
    return {"userEnteredValue": {"numberValue": raw}}
