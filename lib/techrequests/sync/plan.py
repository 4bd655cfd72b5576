"""What a pass will do, worked out from three states of a table and nothing else.

Base is what app and sheet last agreed on, by row and field. Whatever differs from it on one side
goes to the other; what differs on both, and from each other, waits for a person. No clock, no
network, no store: the same three states always give the same plan, and a plan carried out by half
leaves states from which the next one carries on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.edits import cell_text
from techrequests.sync.cells import is_cut, sheet_text
from techrequests.sync.layout import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.fields import Record
    from techrequests.domain.sheets import Conflict
    from techrequests.sync.cells import Raw
    from techrequests.sync.layout import Layout
    from techrequests.sync.tab import Tab

Texts = dict[str, str]
"""Values of one row by field, each as `cells.sheet_text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRow:
    """A row as it is in the app.

    Attributes:
        cut: The fields of which a sheet shows only the beginning.
    """

    texts: Mapping[str, str]
    version: int
    cut: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of a tab.

    Attributes:
        base: The values last agreed on, by row key and field.
        spares: Every key that was ever handed out for a row people may fill in.
        links: Which of them became which row of the app.
        left_out: Rows that a person decided to leave out of the sheet.
        asked: Rows that are gone from the sheet and wait for a person already.
    """

    base: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spares: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    def row_key(self, sheet_key: str) -> str:
        """The app's key of a row, from the one in the sheet."""
        return self.links.get(sheet_key, sheet_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One cell to be written.

    Attributes:
        sheet_key: What must still stand in the row's key column.
        before: What must still stand in the cell.
        key: The row in the app; empty for our own columns.
        text: What both sides agree on once it is written.
    """

    row: int
    column: int
    name: str
    sheet_key: Raw
    before: Raw
    after: Raw
    key: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """One row to be added below all others; without texts it is a spare one."""

    sheet_key: str
    cells: Mapping[str, Raw]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEdit:
    """Cells of one row that people changed in the sheet, for the service of that table."""

    sheet_key: str
    edit: RowEdit


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A spare row that people filled in, for the service of that table.

    Attributes:
        key: The key that the new row of the app gets.
    """

    sheet_key: str
    key: str
    row: NewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said in a row's status.

    Attributes:
        words: What is wrong, for as long as it is.
        notes: What was done once; it stands until the row has news.
        news: Whether something in the row was taken over, so that old notes go.
        refused: How many of its cells hold what cannot be.
        unread: Whether nothing of it is taken over.
    """

    row: int
    sheet_key: Raw
    before: Raw
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    news: bool = False
    refused: int = 0
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a pass will do; the sheet's writes and the app's edits may come in any order.

    Attributes:
        headings: Columns to be set up first, by name; while there are any, nothing else is planned.
        agreed: What both sides have already, and base has not.
        forgotten: Rows that neither side has any more.
    """

    headings: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    appends: tuple[Append, ...] = ()
    edits: tuple[SheetEdit, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    remarks: tuple[Remark, ...] = ()
    agreed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()


NOTE = "Put back: "
"""How a note begins; a status that begins so stands until the row has news."""


def app_row(layout: Layout, record: Record) -> AppRow:
    """A record as the sheet would show it."""
    whole = {one.name: cell_text(one.column, getattr(record, one.name)) for one in layout.fields}
    return AppRow(
        texts={name: sheet_text(text) for name, text in whole.items()},
        version=int(getattr(record, "version", 0)),
        cut=frozenset(name for name, text in whole.items() if is_cut(text)),
    )


def status_writes(
    plan: Plan, tab: Tab, refused: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Write, ...]:
    """The statuses that change, also by what the app's services refused.

    Args:
        plan: What was planned.
        tab: As it was read for the plan.
        refused: Reasons by the row's key in the sheet.
    """
    refused = refused or {}
    found = []
    for remark in plan.remarks:
        status = _status(remark, refused.get(str(remark.sheet_key), ()))
        if status != remark.before:
            found.append(
                Write(
                    row=remark.row,
                    column=tab.columns[STATUS],
                    name=STATUS,
                    sheet_key=remark.sheet_key,
                    before=remark.before,
                    after=status,
                )
            )
    return tuple(found)


def moved(writes: tuple[Write, ...], appends: tuple[Append, ...], then: Tab, now: Tab) -> bool:
    """Whether people moved or changed something meanwhile that these writes would hit."""
    rows = {row.number: row for row in now.rows}
    keys = {row.key for row in now.rows}
    if now.columns != then.columns or any(one.sheet_key in keys for one in appends):
        return True
    return any(
        one.row not in rows
        or rows[one.row].key != one.sheet_key
        or rows[one.row].cells[one.name] != one.before
        for one in writes
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What of a plan was carried out; of an edit, the cells that a service took."""

    agreed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()
    appends: tuple[Append, ...] = ()
    edits: tuple[SheetEdit, ...] = ()
    rows: tuple[SheetRow, ...] = ()

    def base(self, known: Known) -> dict[str, Texts]:
        """What both sides agree on from now, by row and field.

        Of what a service took it is the text in the sheet: should the service have written it
        another way, the next pass brings that into the sheet.
        """
        found: dict[str, Texts] = {key: dict(texts) for key, texts in self.agreed.items()}
        for write in self.writes:
            if write.key:
                found.setdefault(write.key, {})[write.name] = write.text
        for append in self.appends:
            if append.texts:
                found.setdefault(known.row_key(append.sheet_key), {}).update(append.texts)
        for edit in self.edits:
            texts = {cell.field: cell.after for cell in edit.edit.cells}
            found.setdefault(edit.edit.key, {}).update(texts)
        for row in self.rows:
            found.setdefault(row.key, {}).update(row.row)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a pass left as it was.

    Attributes:
        refused: Cells of the sheet that hold what cannot be.
        unread: Rows of the sheet of which nothing is taken over.
        again: Whether the next pass has something to do already: it was too much for one, people
            moved something meanwhile, or what was taken over may have changed other cells.
    """

    refused: int = 0
    unread: int = 0
    again: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What was not taken over, a sentence each."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.refused:
            what = "1 cell is" if self.refused == 1 else f"{self.refused:,} cells are"
            yield f"{what} refused: see the column “_status”."
        if self.unread:
            what = "1 row is" if self.unread == 1 else f"{self.unread:,} rows are"
            yield f"{what} not taken over: see the column “_status”."


def left_of(plan: Plan, done: Done) -> Left:
    """What of a plan was left, but for cells that were too many for one pass."""
    planned, taken = (sum(len(one.edit.cells) for one in each.edits) for each in (plan, done))
    return Left(
        refused=sum(one.refused for one in plan.remarks) + planned - taken,
        unread=sum(one.unread for one in plan.remarks) + len(plan.rows) - len(done.rows),
        again=bool(done.edits or done.rows or len(done.appends) < len(plan.appends)),
    )


def _status(remark: Remark, refused: tuple[str, ...]) -> str:
    before = str(remark.before)
    old = before[before.index(NOTE) :] if NOTE in before and not remark.news else ""
    notes = " ".join(NOTE + note for note in remark.notes) or old
    return " ".join(filter(None, (*remark.words, *refused, notes)))
