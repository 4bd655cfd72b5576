"""What a file would do to a table, row by row, with the reason where a row cannot be saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from techrequests.domain.edits import Cell, NewRow, RowEdit
    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.file_rows import FileRow


class Fate(StrEnum):
    """What becomes of a row."""

    ADDED = "new"
    CHANGED = "changed"
    SAME = "unchanged"
    WRONG = "cannot be saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a file and what becomes of it.

    Attributes:
        key: Code of the row it is about; empty while it has none.
        cells: What changes, or what a new row holds, before and after as texts.
        reasons: Why it cannot be saved, in words.
        edit: How an existing row is changed.
        new_row: What a new row holds.
    """

    row: FileRow
    fate: Fate
    key: str = ""
    cells: tuple[Cell, ...] = ()
    reasons: tuple[str, ...] = ()
    edit: RowEdit | None = None
    new_row: NewRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a file would do to a table.

    Attributes:
        name: Of the table, as in `EDITABLE`.
        file: What was read.
        lines: One per row of the file, and per person who is no more in it.
        problems: What is wrong with the save as a whole, such as a missing reason.
        notes: What a person should know, such as a row of totals that is left out.
        reason: Why, as the person said it.
    """

    name: str
    file: FileTable
    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def counts(self) -> Counter[Fate]:
        """How many rows meet which fate."""
        return Counter(line.fate for line in self.lines)

    def of(self, *fates: Fate) -> tuple[Line, ...]:
        """The rows that meet one of these fates."""
        return tuple(line for line in self.lines if line.fate in fates)

    @property
    def to_save(self) -> tuple[Line, ...]:
        """The rows that would be saved."""
        return self.of(Fate.ADDED, Fate.CHANGED)
