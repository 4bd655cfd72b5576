"""Random lives of a table that people edit on both sides at once, and what must hold of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sheets.changes import delete, insert, sort
from sync.gadgets import COLUMNS, REFUSED, REFUSED_UNNAMED, App, gadget
from techrequests.sync.cells import text_of
from techrequests.sync.errors import UnlikelyError
from techrequests.sync.layout import KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sheets.book import Book
    from techrequests.domain.sheets import Conflict
    from techrequests.sync.plan import Known
    from techrequests.sync.tab import SeenRow, Tab

TITLE = "Gadgets"
TYPED = ("name", "account", "price_cents", "due_on", "story")
APP_ONLY = "spent_cents"
WRONG = ("=1/0", "about 5", "=1000/3", "x" * 121)
REFUSED_TEXTS = (REFUSED, REFUSED_UNNAMED)


class Synced(Protocol):
    """A table that is kept in step, however that is done."""

    app: App
    book: Book
    touched: set[tuple[str, str, str]]
    written: int
    between: Callable[[], None] | None

    @property
    def known(self) -> Known:
        """What is remembered."""

    @property
    def conflicts(self) -> dict[tuple[str, str], Conflict]:
        """What waits for a person, by row and field."""

    def look(self) -> Tab:
        """The sheet as it is now."""

    def sync(self, *, meant: str = "") -> object:
        """One pass, which may fail in a way that the next one repairs."""


@dataclass(frozen=True, slots=True)
class Typing:
    """One change of one cell by somebody.

    Attributes:
        side: `app` or `sheet`.
        text: What was meant; None where it was something that cannot be taken over.
    """

    side: str
    key: str
    field: str
    text: str | None


class World:
    """People at work on both sides; `random` decides everything."""

    def __init__(self, desk: Synced, random: Random) -> None:
        self.desk = desk
        self.random = random
        self.typed: list[Typing] = []
        self.copied: set[str] = set()
        self._numbers = itertools.count(1)

    def live(self, steps: int, *, races: bool = False) -> None:
        """Let people work, with passes in between."""
        deeds: list[tuple[int, Callable[[], None]]] = [
            (30, self.type_in_sheet),
            (25, self.change_in_app),
            (5, self.add_in_app),
            (6, self.fill_spare_row),
            (6, self.sort_sheet),
            (4, self.insert_row),
            (2, self.delete_row),
            (2, self.copy_row),
            (2, self.move_columns),
        ]
        weights, acts = zip(*deeds, strict=True)
        for _ in range(steps):
            self.random.choices(acts, weights)[0]()
            if self.random.random() < 0.5:
                self.desk.between = self.race if races and self.chance(0.4) else None
                self.one_pass()
                self.desk.between = None

    def one_pass(self) -> None:
        """A pass; when many rows are gone, a person confirms it."""
        try:
            self.desk.sync()
        except UnlikelyError as stop:
            self.desk.sync(meant=str(stop))

    def rest(self) -> None:
        """Pass until nothing moves any more, then show that it stays so."""
        for _ in range(8):
            self.one_pass()
        before, base = self.desk.written, self.desk.known.base
        self.one_pass()
        assert self.desk.written == before, "a second pass writes nothing"
        assert self.desk.known.base == base

    def chance(self, share: float) -> bool:
        """True in a share of all cases."""
        return self.random.random() < share

    def race(self) -> None:
        """People do not wait for a pass to end."""
        for act in (self.type_in_sheet, self.change_in_app, self.sort_sheet, self.insert_row):
            if self.chance(0.4):
                act()

    def known_rows(self) -> list[SeenRow]:
        """The rows of the sheet that are rows of the app."""
        known = self.desk.known
        return [
            row
            for row in self.desk.look().rows
            if known.row_key(str(row.key)) in self.desk.app.rows
        ]

    def whole_rows(self) -> list[SeenRow]:
        """Those of them that nobody copied."""
        return [row for row in self.known_rows() if row.key not in self.copied]

    def type_in_sheet(self) -> None:
        """A person types into a cell of a known row: mostly something right."""
        rows = self.known_rows()
        if not rows:
            return
        row, name = self.random.choice(rows), self.random.choice((*TYPED, APP_ONLY))
        wrong = self.chance(0.1)
        text = self.random.choice((*WRONG, *REFUSED_TEXTS)) if wrong else self._something(name)
        self._put(row.number, name, text)
        raw = next(one for one in self.desk.look().rows if one.number == row.number).cells[name]
        meant = None if wrong or name == APP_ONLY else text_of(COLUMNS[name], raw)
        key = self.desk.known.row_key(str(row.key))
        self.typed.append(Typing("sheet", key, name, meant))

    def change_in_app(self) -> None:
        """A person changes a value in the app."""
        key = self.random.choice(sorted(self.desk.app.rows))
        name = self.random.choice(("name", "price_cents", APP_ONLY, "story"))
        number = next(self._numbers)
        value: object = 10_000_00 + number * 100 if name.endswith("_cents") else f"app {number}"
        self.desk.app.set(key, **{name: value})
        self.typed.append(Typing("app", key, name, self.desk.app.text(key, name)))

    def add_in_app(self) -> None:
        """A person adds a row in the app."""
        key = f"A{next(self._numbers)}"
        self.desk.app.rows[key] = gadget(key)

    def fill_spare_row(self) -> None:
        """A person fills in a prepared row, perhaps only half of it."""
        spares = [
            row
            for row in self.desk.look().rows
            if row.key in self.desk.known.spares
            and not any(raw for name, raw in row.cells.items() if name != KEY)
        ]
        if not spares:
            return
        number = next(self._numbers)
        if self.chance(0.5):
            self._put(spares[0].number, "gadget_id", f"N{number}")
        if self.chance(0.8):
            self._put(spares[0].number, "name", f"new row {number}")
        self._put(spares[0].number, "price_cents", f"${number:,}.25")

    def sort_sheet(self) -> None:
        """A person sorts the sheet."""
        columns = sorted(self.desk.look().columns.values())
        if columns:
            down = self.chance(0.5)
            sort(self.desk.book, TITLE, self.random.choice(columns), descending=down)

    def insert_row(self) -> None:
        """A person inserts an empty row."""
        insert(self.desk.book, TITLE, "ROWS", self.random.randint(1, 12))

    def delete_row(self) -> None:
        """A person deletes a row, and with it what they or others typed there."""
        if rows := self.whole_rows():
            delete(self.desk.book, TITLE, "ROWS", self.random.choice(rows).number)

    def copy_row(self) -> None:
        """A person copies a row with its key, and never mends it."""
        if rows := self.known_rows():
            row = self.random.choice(rows)
            self.copied.add(str(row.key))
            line = {index: row.cells[name] for name, index in self.desk.look().columns.items()}
            bottom = self.desk.book.tab(TITLE).end
            for column, raw in line.items():
                self.desk.book.tab(TITLE).put(bottom, column, raw)

    def move_columns(self) -> None:
        """A person inserts a column of their own."""
        if self.desk.book.tab(TITLE).columns < 30:
            insert(self.desk.book, TITLE, "COLUMNS", self.random.randint(0, 9))

    def _something(self, name: str) -> str:
        number = next(self._numbers)
        if name.endswith("_cents"):
            return f"${number + 5_000:,}.25"
        if name == "due_on":
            return f"{number % 12 + 1}/{number % 28 + 1}/{2030 + number // 28}"
        return f"00{number}" if name == "account" else f"sheet {number}"

    def _put(self, row: int, name: str, text: str) -> None:
        column = self.desk.look().columns[name]
        self.desk.book.tab(TITLE).put(row, column, text, "USER_ENTERED")
