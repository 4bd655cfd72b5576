"""Give the app what people changed and filled in: by its services, each row by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.store import sheet_tabs as store
from techrequests.sync.plan import Done
from techrequests.sync.reading import tab_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from techrequests.domain.edits import Cell, RowEdit
    from techrequests.domain.errors import Problem
    from techrequests.store.sheet_tabs import TabId
    from techrequests.sync.plan import Plan, SheetEdit
    from techrequests.sync.reading import Pass, Running, SyncedTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What became of the changed cells of a row.

    Attributes:
        taken: Those that the service saved.
        refused: Why it did not save the others, each in words that name the cell.
    """

    taken: tuple[Cell, ...] = ()
    refused: tuple[Problem, ...] = ()


def give_to_app(this: Pass, one: Running) -> None:
    """Let the services save what people changed; each row alone, so that one stops no other."""
    if one.plan is None:
        return
    tab = tab_id(this, one)
    links: dict[str, str | None] = {row.sheet_key: row.key for row in one.plan.rows}
    _issue(this, tab, one, links)
    given = {edit.sheet_key: give(one.table, edit.edit) for edit in one.plan.edits}
    unmade = {row.sheet_key: one.table.add(row.row) for row in one.plan.rows}
    unmade = {sheet_key: problems for sheet_key, problems in unmade.items() if problems}
    if unmade:
        with this.database.write() as work:
            store.link_keys(work, tab, dict.fromkeys(unmade))
    refused = unmade | {sheet_key: found.refused for sheet_key, found in given.items()}
    one.refused = {
        sheet_key: tuple(problem.message for problem in problems)
        for sheet_key, problems in refused.items()
    }
    one.done = Done(
        agreed=one.plan.agreed,
        edits=taken_of(one.plan, given),
        rows=tuple(row for row in one.plan.rows if row.sheet_key not in unmade),
    )


def give(table: SyncedTable, edit: RowEdit) -> Given:
    """Save the changed cells of a row; one that is refused keeps no other from being saved.

    Every try is a transaction of its own, and each cell is in one of those that succeed. All carry
    the version that was seen in the beginning: by it the service refuses a cell that somebody
    else changed meanwhile, also between two tries, and no other.
    """
    problems = table.save(edit)
    if not problems:
        return Given(taken=edit.cells)
    if named := {cell.field for cell in edit.cells} & {field_of(one) for one in problems}:
        return _without(table, edit, problems, named)
    if len(edit.cells) > 1:
        return _joined(*(give(table, replace(edit, cells=(cell,))) for cell in edit.cells))
    name = edit.cells[0].field
    heading = table.layout.headings[name]
    return Given(
        refused=tuple(replace(one, message=f"“{heading}”: {one.message}") for one in problems)
    )


def taken_of(plan: Plan, given: Mapping[str, Given]) -> tuple[SheetEdit, ...]:
    """The edits of a plan by what the services took of them."""
    edits = (
        replace(edit, edit=replace(edit.edit, cells=given[edit.sheet_key].taken))
        for edit in plan.edits
    )
    return tuple(edit for edit in edits if edit.edit.cells)


def field_of(problem: Problem) -> str:
    """The field that a problem of a row names; empty when it names none."""
    return problem.field.rpartition(".")[2]


def _without(
    table: SyncedTable, edit: RowEdit, problems: tuple[Problem, ...], named: Collection[str]
) -> Given:
    """Save the cells that no problem names; what else was wrong is found again with them."""
    refused = Given(refused=tuple(one for one in problems if field_of(one) in named))
    rest = tuple(cell for cell in edit.cells if cell.field not in named)
    return _joined(refused, give(table, replace(edit, cells=rest))) if rest else refused


def _joined(*parts: Given) -> Given:
    return Given(
        taken=tuple(cell for part in parts for cell in part.taken),
        refused=tuple(problem for part in parts for problem in part.refused),
    )


def _issue(this: Pass, tab: TabId, one: Running, links: Mapping[str, str | None]) -> None:
    """Hand out the keys of spare rows before anything else knows them.

    A row that is added just before a crash must be known again by its place in the sheet.
    """
    appends = one.plan.appends if one.plan else ()
    fresh = [added.sheet_key for added in appends if not added.texts]
    spares = [key for key in fresh if key not in one.known.spares]
    if spares or links:
        with this.database.write() as work:
            store.issue_keys(work, tab, spares)
            store.link_keys(work, tab, links)
