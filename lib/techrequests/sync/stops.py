"""What people did to a tab and hardly meant: it stops the table until somebody confirms it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from techrequests.domain.fields import Kind
from techrequests.sync.layout import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from techrequests.domain.edits import Cell
    from techrequests.sync.layout import Layout, SheetColumn
    from techrequests.sync.plan import SheetEdit

_FEW = 3
"""Of rows that are gone, and of values that changed places, this many stop nothing."""

_WHAT_NOW = (
    "If that was a mistake, undo it there; if not, confirm it in the app. Until then nothing of "
    "it is read or written."
)


def unlikely(layout: Layout, edits: Sequence[SheetEdit], *, gone: int, known: int) -> str:
    """What in a tab is hardly meant, in words; empty when nothing is.

    Args:
        layout: How the table stands there.
        edits: What people changed.
        gone: How many rows they took out since anybody was asked about any.
        known: How many rows stood there.
    """
    found = [*_sorted_apart(layout, edits)]
    if gone > max(_FEW, known // 4) and layout.mode is not Mode.MIRROR:
        # In a mirror they come back, and nobody is asked.
        found.insert(0, f"{gone} of {known} rows are gone from the tab “{layout.title}”.")
    return " ".join([*found, _WHAT_NOW]) if found else ""


def _sorted_apart(layout: Layout, edits: Sequence[SheetEdit]) -> Iterator[str]:
    """One column that is sorted alone puts everybody's value beside somebody else's name."""
    for column in layout.fields:
        cells = [cell for edit in edits for cell in edit.edit.cells if cell.field == column.name]
        moved = _moved(column, cells)
        if moved > _FEW:
            yield (
                f"In the tab “{layout.title}”, {moved} values of “{column.heading}” changed "
                "places, as when a column is sorted alone."
            )


def _moved(column: SheetColumn, cells: Sequence[Cell]) -> int:
    """How many changed cells hold a value that stood in another changed row; empty ones do not.

    Where there are few values to choose from, as a condition, they often follow each other: there
    only all of them together are taken for a sorted column.
    """
    before, after = Counter(cell.before for cell in cells), Counter(cell.after for cell in cells)
    few = column.column.choices or column.column.kind is Kind.YES_NO
    if few and before != after:
        return 0
    return sum(times for text, times in (before & after).items() if text)
