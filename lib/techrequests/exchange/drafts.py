"""A row of a file on its way to a line: what it says, and which row of the table it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from techrequests.domain.edits import Cell
    from techrequests.domain.fields import Record
    from techrequests.exchange.editable import Texts
    from techrequests.exchange.file_rows import FileRow


@dataclass(slots=True)
class Draft:
    """A row of a file, as far as it is understood.

    Attributes:
        typed: Its cells that say something, as texts by field.
        wrong: What is wrong with it: pairs of the field, empty for the row, and the words.
        key: Code of the row that it is about; empty while it has none.
        known_by: The fields by which that row is known.
        record: That row; None for a new one.
        cells: What it says differently.
    """

    row: FileRow
    typed: Texts = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    key: str = ""
    known_by: tuple[str, ...] = ()
    record: Record | None = None
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def is_about_a_row(self) -> bool:
        """Whether it can be told which row of the table it is about, or that it is a new one."""
        return all(name for name, _ in self.wrong)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it cannot be saved."""
        return tuple(words for _, words in self.wrong)

    @property
    def unread(self) -> frozenset[str]:
        """The fields that something is wrong with by now."""
        return frozenset(name for name, _ in self.wrong)
