"""What one person has on a table editor: the rows as seen, and what is typed and not saved.

It lies in the session, so that nothing typed is lost by a search, a page turned or a save refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from techrequests.domain.edits import cell_text
from techrequests.domain.fields import Column, Kind, shown
from techrequests.services.tables import save_table
from techrequests.ui import sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.errors import Problem
    from techrequests.domain.fields import Record
    from techrequests.services.edits import Saved
    from techrequests.services.table_plan import Plan
    from techrequests.store.tables import RowsAsked

_BLANK_ROWS = 3
"""A paste needs a cell to begin in: an empty table has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table as an editor shows it.

    Attributes:
        plan: Its record class, order, pickable values and rules.
        name: Prefix of its names in the URL and the session.
        save: The service that saves it.
        hidden: Fields that are not shown, such as codes nobody needs to see.
        before_saving: Draws what a save needs besides the cells, such as a reason.
        undoable: Whether one's last save can be put back with a button.
        fixed: Whether it has the few rows it has: no search, no new rows and no file.
    """

    plan: Plan
    name: str
    save: Callable[..., Saved] = save_table
    hidden: tuple[str, ...] = ()
    before_saving: Callable[[Desk], None] | None = None
    undoable: bool = True
    fixed: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The fields it shows."""
        return tuple(one for one in shown(self.plan.record) if one.name not in self.hidden)

    @property
    def blank(self) -> sheet.Texts:
        """A new row before anything is typed: the boxes as the class declares them."""
        return {
            column.name: "yes" if column.default is True else "no"
            for column in fields(self.plan.record)
            if isinstance(column.default, bool) and column.name not in self.hidden
        }


@dataclass(slots=True, kw_only=True)
class Desk:
    """One person's work on one table.

    Attributes:
        name: Of the editor.
        asked: Which rows are shown; None before the first time and after a save.
        rows: The rows shown, frozen while something is typed.
        seen: Every row with something typed, as it was when that was typed.
        kept: What was typed before the rows were last drawn afresh.
        typed: What was typed since.
        base: The rows as the editor was given them, with `kept` in them.
        new_base: Added rows as the editor for them was given them.
        new_rows: Added rows as they are now.
        turn: Raised to begin with a fresh editor.
        problems: What the last attempt to save found.
        conflict: Whether somebody else had changed some of the same cells.
        notes: What the last save leaves to be done.
    """

    name: str
    asked: RowsAsked | None = None
    rows: tuple[Record, ...] = ()
    seen: dict[str, Record] = field(default_factory=dict)
    kept: sheet.Typed = field(default_factory=dict)
    typed: sheet.Typed = field(default_factory=dict)
    base: pd.DataFrame = field(default_factory=pd.DataFrame)
    new_base: list[sheet.Texts] = field(default_factory=list)
    new_rows: list[sheet.Texts] = field(default_factory=list)
    turn: int = 0
    problems: tuple[Problem, ...] = ()
    conflict: bool = False
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The session key of the editor of rows that exist."""
        return f"{self.name}_cells_{self.turn}"

    @property
    def new_key(self) -> str:
        """The session key of the editor of new rows."""
        return f"{self.name}_new_{self.turn}"

    def follow(self, asked: RowsAsked, rows: tuple[Record, ...]) -> None:
        """Take up what was typed since, and the rows as they are now where that disturbs nobody.

        Args:
            asked: Which rows the person wants now.
            rows: Those rows as the store has them.
        """
        state = st.session_state.get(self.key)
        if state is not None:
            self.typed = sheet.typed_in(self.rows, state)
        # Without a state the editor was away: the person looked at another page of the product.
        outdated = rows != self.rows and not self.edits()
        if state is None or asked != self.asked or outdated:
            self._begin(asked, rows)

    def edits(self) -> tuple[RowEdit, ...]:
        """The cells that read differently from how they were seen."""
        return sheet.edits_of(self._seen_now(), sheet.together(self.kept, self.typed))

    def added(self, columns: Sequence[Column]) -> tuple[NewRow, ...]:
        """The rows to add."""
        return sheet.new_rows_of(columns, self.new_rows)

    def record(self, key: str) -> Record:
        """A row with something typed, as it was seen."""
        return self._seen_now()[key]

    def clear(self, notes: tuple[str, ...] = ()) -> None:
        """Everything was saved or given up: begin afresh with the rows as they are now."""
        self.seen, self.kept, self.typed = {}, {}, {}
        self.new_base, self.new_rows = [], []
        self.problems, self.conflict, self.notes = (), False, notes
        self._leave()

    def take(self, fresh: Mapping[str, Record]) -> None:
        """Give up the cells that others changed meanwhile, and see those rows as they are now."""
        typed, seen = sheet.together(self.kept, self.typed), self._seen_now()
        for key, record in fresh.items():
            for column in shown(type(record)):
                now, then = (getattr(one, column.name) for one in (record, seen[key]))
                if cell_text(column, now) != cell_text(column, then):
                    typed[key].pop(column.name, None)
        self.seen = {key: seen[key] for key in typed} | dict(fresh)
        self.kept, self.typed = typed, {}
        self.problems, self.conflict = (), False
        self._leave()

    def _leave(self) -> None:
        # The browser's state under the present key must not be read once more.
        self.asked = None
        self.turn += 1

    def _seen_now(self) -> dict[str, Record]:
        return {sheet.key_of(row): row for row in self.rows} | self.seen

    def _begin(self, asked: RowsAsked, rows: tuple[Record, ...]) -> None:
        seen = self._seen_now()
        self.kept, self.typed = sheet.together(self.kept, self.typed), {}
        self.seen = {key: seen[key] for key in self.kept}
        self.new_base = self.new_rows
        self.asked, self.rows = asked, rows
        self.base = pd.DataFrame()
        # Positions in the browser's state would mean other rows now.
        self.turn += 1

    def drawn(self, columns: Sequence[Column]) -> pd.DataFrame:
        """The rows for the editor, the same until it begins afresh."""
        if self.base.empty and self.rows:
            self.base = frame_of(columns, (self._texts(columns, row) for row in self.rows))
        return self.base

    def drawn_new(self, of: Sheet) -> pd.DataFrame:
        """The added rows for their editor, the same as long as it stays open."""
        if self.new_key not in st.session_state:
            filled = [row for row in self.new_rows if row != of.blank]
            self.new_base = [*filled, *[of.blank] * _BLANK_ROWS]
        return frame_of(of.columns, self.new_base)

    def _texts(self, columns: Sequence[Column], row: Record) -> sheet.Texts:
        cells = {column.name: cell_text(column, getattr(row, column.name)) for column in columns}
        return cells | self.kept.get(sheet.key_of(row), {})


def frame_of(columns: Sequence[Column], rows: Iterable[sheet.Texts]) -> pd.DataFrame:
    """Rows of texts as an editor shows them, amounts in dollars."""
    found = list(rows)
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [sheet.shown_text(column, row.get(column.name, "")) for row in found],
                dtype=_DTYPES[column.kind],
            )
            for column in columns
        }
    )


_DTYPES = {
    Kind.TEXT: "str",
    Kind.LONG_TEXT: "str",
    Kind.CHOICE: "str",
    Kind.REFERENCE: "str",
    Kind.MONEY: "str",
    Kind.INTEGER: "str",
    Kind.YES_NO: "boolean",
    Kind.DATE: "object",
    Kind.MOMENT: "object",
}
