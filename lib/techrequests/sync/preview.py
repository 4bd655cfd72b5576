"""What a pass would do, for who wants to see it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.sync.plan import status_writes
from techrequests.sync.reading import Pass, Running, SyncedTable, planned, read_tabs, tabs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.domain.edits import Cell
    from techrequests.domain.sheets import Conflict
    from techrequests.sync.errors import StoppedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a pass would do with one table.

    Attributes:
        headings: Columns that would be set up first; with them every row of the app.
        new_rows: Rows of the app that would be added to the sheet, spare ones not counted.
        writes: Cells of the sheet: key, column, what stands there, what would.
        taken: Cells of the app: key of the row, and the cell.
        added: Rows that people filled in, by the key they would get.
        conflicts: What would wait for a person.
        stopped: Why nothing would be done.
    """

    title: str
    headings: int = 0
    new_rows: int = 0
    writes: tuple[tuple[str, str, str, str], ...] = ()
    taken: tuple[tuple[str, Cell], ...] = ()
    added: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    stopped: str = ""

    @property
    def nothing(self) -> bool:
        """Whether sheet and app agree."""
        return not any((self.headings, self.new_rows, self.writes, self.taken, self.added))


def preview(this: Pass, tables: Sequence[SyncedTable]) -> tuple[Preview, ...]:
    """What a pass would do now; neither the sheet nor the app is changed.

    Raises:
        SheetsError: Google cannot be used.
    """
    stopped: dict[str, StoppedError] = {}
    running = tabs_of(this, tables, stopped)
    ready = planned(this, running, read_tabs(this, running), stopped)
    titles = {table.layout.record.TABLE.name: table.layout.title for table in tables}
    held = [Preview(title=titles[name], stopped=str(why)) for name, why in stopped.items()]
    return (*map(_previewed, ready), *held)


def _previewed(one: Running) -> Preview:
    plan, title = one.plan, one.table.layout.title
    if plan is None or one.tab is None:
        return Preview(title=title)
    writes = (*plan.writes, *status_writes(plan, one.tab))
    return Preview(
        title=title,
        headings=len(plan.headings),
        new_rows=len(one.table.rows())
        if plan.headings
        else sum(bool(added.texts) for added in plan.appends),
        writes=tuple(
            (str(write.sheet_key), write.name, str(write.before), str(write.after))
            for write in writes
        ),
        taken=tuple((edit.edit.key, cell) for edit in plan.edits for cell in edit.edit.cells),
        added=tuple(row.key for row in plan.rows),
        conflicts=plan.conflicts,
    )
