"""The three-way merge of one row, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.fields import from_text, problems
from techrequests.domain.sheets import Conflict
from techrequests.sync.cells import cell_of, text_of
from techrequests.sync.plan import Remark, SheetEdit, Write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.fields import Column, Record
    from techrequests.sync.cells import Raw
    from techrequests.sync.layout import Layout, SheetColumn
    from techrequests.sync.plan import AppRow
    from techrequests.sync.tab import SeenRow, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSides:
    """The three states of one row.

    Attributes:
        base: What was last agreed on; a field that never was is not in it.
    """

    key: str
    base: Mapping[str, str]
    app: AppRow
    sheet: SeenRow


@dataclass(slots=True)
class MergedRow:
    """What is to be done about one row."""

    writes: list[Write] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    agreed: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: int = 0


class Way(Enum):
    """Where a field goes."""

    NOWHERE = auto()
    TO_SHEET = auto()
    TO_APP = auto()
    TO_A_PERSON = auto()


def way_of(base: str | None, ours: str, theirs: str) -> Way:
    """Compare the three states of a field.

    An empty field that was never agreed on is nobody's work: it gives way to the other side.

    Args:
        base: What was last agreed on; None when never.
        ours: What the app has.
        theirs: What the sheet has.
    """
    if theirs == ours:
        return Way.NOWHERE
    if theirs == (base or ""):
        return Way.TO_SHEET
    return Way.TO_APP if ours == (base or "") else Way.TO_A_PERSON


def merge_row(layout: Layout, tab: Tab, sides: RowSides) -> MergedRow:
    """Compare the three states of a row, field by field."""
    merged = MergedRow()
    for column in layout.fields:
        _merge_cell(_Here(merged, layout, tab, sides, column))
    return merged


def edit_of(merged: MergedRow, sides: RowSides) -> tuple[SheetEdit, ...]:
    """What people changed in the row; none or one edit."""
    if not merged.cells:
        return ()
    edit = RowEdit(key=sides.key, seen_version=sides.app.version, cells=tuple(merged.cells))
    return (SheetEdit(sheet_key=str(sides.sheet.key), edit=edit),)


def remark_of(merged: MergedRow, sheet: SeenRow) -> Remark:
    """What is said about the row."""
    return Remark(
        row=sheet.number,
        sheet_key=sheet.key,
        before=sheet.status,
        words=tuple(merged.words),
        notes=tuple(merged.notes),
        news=bool(merged.cells),
        refused=merged.refused,
    )


def read_cell(record: type[Record], column: Column, sheet: SeenRow) -> tuple[str, str]:
    """The text of a cell, and what is wrong with it by the rules of a form."""
    try:
        text = text_of(column, sheet.cells[column.name])
        value = from_text(column, text)
    except ValueError as error:
        return "", str(error)
    wrong = problems(record, {column.name: value})
    return text, wrong[0].message if wrong else ""


@dataclass(frozen=True, slots=True)
class _Here:
    """One cell and all around it."""

    merged: MergedRow
    layout: Layout
    tab: Tab
    sides: RowSides
    column: SheetColumn

    @property
    def base(self) -> str | None:
        return self.sides.base.get(self.column.name)

    @property
    def ours(self) -> str:
        return self.sides.app.texts[self.column.name]

    @property
    def theirs(self) -> str:
        """The text of the cell; whatever we wrote ourselves, such as a title “#N/A”, is ours.

        Raises:
            ValueError: It holds no value of the column's kind.
        """
        raw, written = self.sides.sheet.cells[self.column.name], self.written
        if raw == written and isinstance(raw, bool) == isinstance(written, bool):
            return self.ours
        return text_of(self.column.column, raw)

    @property
    def written(self) -> Raw:
        return cell_of(self.column.column, self.ours)

    @property
    def is_cut(self) -> bool:
        return self.column.name in self.sides.app.cut

    def refuse(self, why: str) -> None:
        self.merged.refused += 1
        self.merged.words.append(why)


def _merge_cell(here: _Here) -> None:
    try:
        theirs = here.theirs
    except ValueError as error:
        _unreadable(here, str(error))
        return
    way = way_of(here.base, here.ours, theirs)
    if way is Way.NOWHERE:
        if here.base != theirs:
            here.merged.agreed[here.column.name] = theirs
    elif not here.column.writable or here.is_cut:
        _put_back(here)
        if theirs != (here.base or ""):
            here.merged.notes.append(_only_in_app(here))
    else:
        _WAYS[way](here, theirs)


def _unreadable(here: _Here, why: str) -> None:
    """What a person typed stays where it is, with the reason beside it; our own columns do not."""
    if here.column.writable and not here.is_cut:
        here.refuse(why)
    else:
        _put_back(here)
        here.merged.notes.append(_only_in_app(here))


def _to_sheet(here: _Here, _: str) -> None:
    _put_back(here)
    if here.column.name in here.sides.sheet.formulas:
        words = f"the formula in “{here.column.heading}” gave way to the app's value."
        here.merged.notes.append(words)


def _to_app(here: _Here, theirs: str) -> None:
    _, wrong = read_cell(here.layout.record, here.column.column, here.sides.sheet)
    if wrong:
        here.refuse(wrong)
    else:
        cell = Cell(field=here.column.name, before=here.ours, after=theirs)
        here.merged.cells.append(cell)


def _to_a_person(here: _Here, theirs: str) -> None:
    name, key = here.column.name, here.sides.key
    conflict = Conflict(key=key, field=name, base=here.base, ours=here.ours, theirs=theirs)
    here.merged.conflicts.append(conflict)
    here.merged.words.append(
        f"“{here.column.heading}” was changed here and in the app, where it is "
        f"“{here.ours}”: decide in the app."
    )


_WAYS = {Way.TO_SHEET: _to_sheet, Way.TO_APP: _to_app, Way.TO_A_PERSON: _to_a_person}


def _put_back(here: _Here) -> None:
    name, sheet = here.column.name, here.sides.sheet
    here.merged.writes.append(
        Write(
            row=sheet.number,
            column=here.tab.columns[name],
            name=name,
            sheet_key=sheet.key,
            before=sheet.cells[name],
            after=here.written,
            key=here.sides.key,
            text=here.ours,
        )
    )


def _only_in_app(here: _Here) -> str:
    if here.is_cut:
        return f"“{here.column.heading}” is too long for a sheet; change it in the app."
    return f"“{here.column.heading}” is only changed in the app."
