"""Edits of a table, cell by cell: checked together, saved in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.edits import NewRow, RowEdit, TableEdit, cell_text
from techrequests.domain.errors import ConflictError, InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import shown
from techrequests.services.pointers import named_rows, pointer_problems
from techrequests.services.table_plan import Saving
from techrequests.services.typed_rows import edited_rows, new_rows
from techrequests.store.audit import record_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from techrequests.domain.fields import Column, Record
    from techrequests.domain.policy import Actor
    from techrequests.services.table_plan import Plan, RowChange
    from techrequests.store.database import Database, Reader, Work

MOST_CELLS = 20_000
"""A paste of more than this is a file, not an edit: it is imported instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAsked:
    """What a person wants saved in a table.

    Attributes:
        save_id: Made by the editor, so that a double click saves once.
        edits: Changed rows, each with the version that was seen.
        new_rows: What was typed into each new row, in order.
        via: By which way it came, when it was not typed on the page.
    """

    record: type[Record]
    save_id: str
    edits: tuple[RowEdit, ...] = ()
    new_rows: tuple[NewRow, ...] = ()
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of the rows that are to be saved, before anything is written.

    Attributes:
        saving: With the rows that may be written.
        problems: Everything that is wrong with the others.
        conflict: Whether somebody else changed some of the same cells first.
    """

    saving: Saving
    problems: tuple[Problem, ...]
    conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a save did.

    Attributes:
        cells: Changed cells of rows that existed.
        new_rows: Rows added.
        notes: Sentences on what the changes leave to be done.
    """

    cells: int = 0
    new_rows: int = 0
    notes: tuple[str, ...] = ()


def write_rows(work: Work, rows: Iterable[RowChange]) -> None:
    """Write rows that are their own table."""
    changed = tuple(rows)
    work.insert_all(row.after for row in changed if row.before is None)
    for row in changed:
        if row.before is not None:
            work.update(row.after)


def check_rows(reader: Reader, actor: Actor, plan: Plan, asked: TableAsked, today: date) -> Checked:
    """Check every changed cell and new row; nothing is written, and nobody has to wait for it.

    Raises:
        NotAllowedError: The person may not edit the table.
    """
    if asked.record is not plan.record or not actor.may(plan.permission):
        raise NotAllowedError(f"You may not {plan.permission}.")
    typed = [*edited_rows(reader, plan, asked.edits), *new_rows(reader, plan, asked.new_rows)]
    rows = tuple(row.change for row in typed if row.change)
    if plan.settle:
        rows = tuple(map(plan.settle, rows))
    saving = Saving(reader=reader, actor=actor, today=today, rows=rows, via=asked.via)
    good, wrong = _checked(saving, plan)
    saving = replace(saving, rows=good)
    wrong += [found for rule in plan.rules for found in rule(saving)]
    wrong += _more_to_mend(saving, plan, [row.half_read for row in typed if row.half_read])
    return Checked(
        saving=saving,
        problems=(*(found for row in typed for found in row.problems), *wrong),
        conflict=any(row.conflict for row in typed),
    )


def save_rows(  # noqa: PLR0913  # the last one is for records that are more than one table's row
    database: Database,
    actor: Actor,
    plan: Plan,
    asked: TableAsked,
    *,
    now: datetime,
    write: Callable[[Work, Iterable[RowChange]], None] = write_rows,
) -> Saved:
    """Check and save every changed cell and new row in one transaction, or nothing; and only once.

    A cell that somebody else changed since it was seen is a conflict; other cells of the same row
    are not, and both changes stand.

    Args:
        database: Where.
        actor: Who saves.
        plan: The rules of the table.
        asked: What was typed.
        now: When.
        write: How checked rows are written; it posts nothing that a rollback would not undo.

    Raises:
        ConflictError: Somebody else changed some of the same cells; has the other problems too.
        InvalidError: Some cells cannot be saved; has every problem of every row, whose `field` is
            “<row key, or new N>.<field>”.
        NotAllowedError: The person may not edit this table, or not this much at once, or would
            change who decides on a request of their own.
    """
    with database.write() as work:
        if made := work.made_before(asked.save_id):
            cells, new_rows = made.split()
            return Saved(cells=int(cells), new_rows=int(new_rows))
        saved = _saved(work, actor, plan, asked, now, write)
        work.made(asked.save_id, f"{saved.cells} {saved.new_rows}", now)
        return saved


def _saved(  # noqa: PLR0913, PLR0917  # as `save_rows`
    work: Work,
    actor: Actor,
    plan: Plan,
    asked: TableAsked,
    now: datetime,
    write: Callable[[Work, Iterable[RowChange]], None],
) -> Saved:
    _refuse_a_file(asked)
    checked = check_rows(work, actor, plan, asked, now.date())
    if checked.problems:
        raise (ConflictError if checked.conflict else InvalidError)(*checked.problems)
    rows = checked.saving.rows
    with plan.around(checked.saving):
        write(work, rows)
    edits = [edit for row in rows for edit in _cells(row, actor, asked.via, now)]
    work.insert_all(edits)
    _audit(work, actor, plan, edits, now)
    return Saved(
        cells=sum(edit.before is not None for edit in edits),
        new_rows=sum(row.before is None for row in rows),
        notes=tuple(words for note in plan.notes for words in note(checked.saving)),
    )


def _audit(work: Work, actor: Actor, plan: Plan, edits: list[TableEdit], now: datetime) -> None:
    if plan.audited is None:
        return
    # One event a cell: long texts in one of them hide no other.
    told = [
        (
            f"{plan.record.TABLE.name.replace('_', ' ')} {edit.row_key}",
            f"{edit.field}: {edit.before or 'nothing'} → {edit.after or 'nothing'}"
            + (f" ({edit.via})" if edit.via else ""),
        )
        for edit in edits
    ]
    record_all(work, plan.audited, told, actor_id=actor.person_id, now=now)


def _refuse_a_file(asked: TableAsked) -> None:
    cells = sum(len(edit.cells) for edit in asked.edits) + sum(len(row) for row in asked.new_rows)
    if cells > MOST_CELLS:
        raise NotAllowedError(
            f"{cells:,} cells at once are too many: please save up to {MOST_CELLS:,}, "
            "or import them as a file."
        )


def _checked(saving: Saving, plan: Plan) -> tuple[tuple[RowChange, ...], list[Problem]]:
    """The rows that may be written, and what is wrong with the others."""
    good: list[RowChange] = []
    wrong: list[Problem] = []
    named = named_rows(saving, plan)
    for row in saving.rows:
        found = [
            *_site_problems(saving, plan, row),
            *pointer_problems(plan, row, named),
            *(one for rule in plan.row_rules for one in rule(saving, row)),
        ]
        wrong += found
        if not found:
            good.append(row)
    return tuple(good), wrong


def _more_to_mend(saving: Saving, plan: Plan, rows: list[RowChange]) -> Iterator[Problem]:
    """What else is wrong with rows that cannot be read whole, so that nobody mends them twice."""
    if not rows:
        return
    named = named_rows(replace(saving, rows=(*saving.rows, *rows)), plan)
    for row in rows:
        yield from pointer_problems(plan, row, named)
        # Rules may take for granted that every value is of its kind.
        if all(_is_of_its_kind(row.after, column) for column in shown(plan.record)):
            yield from _site_problems(saving, plan, row)
            yield from (one for rule in plan.row_rules for one in rule(saving, row))


def _is_of_its_kind(record: Record, column: Column) -> bool:
    return column.nullable or getattr(record, column.name) is not None


def _site_problems(saving: Saving, plan: Plan, row: RowChange) -> Iterator[Problem]:
    """Who edits for one site only may not touch another site's rows, nor move rows there.

    What belongs to no site belongs to all.
    """
    sites = {str(getattr(one, "site_id", EVERY_SITE)) for one in (row.before, row.after) if one}
    if not all(saving.actor.may(plan.permission, site) for site in sites):
        yield row.problem("site_id", f"you may not {plan.permission} there.")


def _cells(row: RowChange, actor: Actor, via: str, now: datetime) -> Iterator[TableEdit]:
    for column in shown(type(row.after)):
        after = cell_text(column, getattr(row.after, column.name))
        before = cell_text(column, getattr(row.before, column.name)) if row.before else None
        if after != before and (row.before or after):
            yield TableEdit(
                table_name=row.after.TABLE.name,
                row_key=row.key,
                field=column.name,
                before=before,
                after=after,
                actor_id=actor.person_id,
                edited_at=now,
                via=via,
            )
