"""What a file would do to a table, row by row, with the reason where a row cannot be saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        unread: The fields that something is wrong with, where others are yet to be looked at.
    """

    row: FileRow
    fate: Fate
    key: str = ""
    cells: tuple[Cell, ...] = ()
    reasons: tuple[str, ...] = ()
    edit: RowEdit | None = None
    new_row: NewRow | None = None
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A word of the file that is in no list and in no table: somebody may say what it means.

    Attributes:
        field: Where it stands.
        word: As the file writes it.
        rows: The numbers of the rows that have it.
    """

    field: str
    word: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody who would become inactive, with what they leave to others.

    Attributes:
        left: How many of what, such as 3 of “direct reports”.
    """

    person_id: str
    full_name: str
    site_id: str
    left: Mapping[str, int]


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
        unknown: Words that were not understood.
        missing: Fields that new rows need and the file does not tell: labels by name.
        leavers: Who would become inactive.
        either_order: Whether some of its days could be read both ways.
    """

    name: str
    file: FileTable
    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    unknown: tuple[Unknown, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    leavers: tuple[Leaver, ...] = ()
    either_order: bool = False

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
