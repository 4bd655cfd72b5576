"""Save what a file brings, by the service of the table's page: in steps, or all in one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.exchange.dry_run import Fate, Line
from techrequests.exchange.editable import editable
from techrequests.exchange.judging import asked_of, sorted_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.exchange.dry_run import DryRun
    from techrequests.exchange.editable import Editable
    from techrequests.services.edits import Saved
    from techrequests.store.database import Database

ROWS_A_STEP = 100
"""So many rows are saved at a time, between which others can save."""

MOST_AT_ONCE = 500
"""All or nothing keeps everybody else from saving meanwhile: so many rows at most."""

_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAsked:
    """A dry run that is to be carried out.

    Attributes:
        save_id: Made by the form, so that a double click saves once.
        whole: Whether all rows are saved, or none.
    """

    run: DryRun
    save_id: str
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of it.

    Attributes:
        cells: Changed cells of rows that existed.
        new_rows: Rows added.
        refused: Rows that were not saved, with the reasons.
        notes: Sentences on what the changes leave to be done.
    """

    cells: int = 0
    new_rows: int = 0
    refused: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


def import_rows(
    database: Database,
    who: Callable[[], Actor],
    asked: SaveAsked,
    *,
    now: datetime,
    told: Callable[[float], None] = lambda _: None,
) -> Imported:
    """Save the rows of a dry run that can be saved, or all of them, or none.

    Args:
        database: Where the table is.
        who: Finds the person with what they may do by then, asked again at every step.
        asked: What was looked at.
        now: When it was asked; the same for every row, so that the history shows one save.
        told: Called after every step with how much is done, 0 to 1.

    Raises:
        InvalidError: All was to be saved, and something cannot be.
        NotAllowedError: The person may not edit the table, or not any more.
    """
    table, run = editable(asked.run.name), asked.run
    if run.problems:
        raise InvalidError(*(Problem("", words) for words in run.problems))
    rows = ordered(table, run.to_save)
    if asked.whole:
        return _whole(database, who, asked, rows, now)
    done, total = Imported(refused=run.of(Fate.WRONG)), len(rows)
    for start in range(0, total, ROWS_A_STEP):
        step = rows[start : start + ROWS_A_STEP]
        save_id = f"{asked.save_id}-{start}"
        done = _added(done, *_step(database, who(), table, step, run.reason, save_id, now))
        told(min(1.0, (start + len(step)) / total))
        time.sleep(_PAUSE_SECONDS)  # whoever waits to save goes first
    return done


def ordered(table: Editable, lines: Sequence[Line]) -> list[Line]:
    """New rows first, those before that others point to; then the changed ones."""
    pointing = {
        name
        for name, pointer in table.plan.all_pointers().items()
        if pointer.table == table.record.TABLE.name
    }
    new = {line.key: line for line in lines if line.new_row is not None}
    found: dict[int, Line] = {}
    for line in new.values():
        for one in reversed(list(_above(line, new, pointing))):
            found.setdefault(one.row.number, one)
    for line in lines:
        found.setdefault(line.row.number, line)
    return list(found.values())


def _above(line: Line, new: dict[str, Line], pointing: set[str]) -> Iterator[Line]:
    """A new row and those it points to, over however many steps."""
    seen: set[int] = set()
    while line.row.number not in seen:
        seen.add(line.row.number)
        yield line
        texts = dict(line.new_row or ())
        above = next((new[texts[name]] for name in pointing if texts.get(name) in new), None)
        if above is None:
            return
        line = above


def _whole(
    database: Database,
    who: Callable[[], Actor],
    asked: SaveAsked,
    rows: list[Line],
    now: datetime,
) -> Imported:
    table, run = editable(asked.run.name), asked.run
    if wrong := run.of(Fate.WRONG):
        words = "one row cannot" if len(wrong) == 1 else f"{len(wrong):,} rows cannot"
        raise InvalidError(Problem("", f"Nothing was saved: {words} be, and you asked for all."))
    if len(rows) > MOST_AT_ONCE:
        raise InvalidError(
            Problem("", f"{len(rows):,} rows in one piece are too many: {MOST_AT_ONCE:,} at most.")
        )
    made = asked_of(table, rows, save_id=asked.save_id, reason=run.reason)
    saved: Saved = table.save(database, who(), made, now=now)
    return _added(Imported(), saved, [])


def _step(  # noqa: PLR0913, PLR0917  # private
    database: Database,
    actor: Actor,
    table: Editable,
    rows: list[Line],
    reason: str,
    save_id: str,
    now: datetime,
) -> tuple[Saved | None, list[Line]]:
    """Save some rows, without those that the rules refuse by now, and what those are."""
    refused: list[Line] = []
    while rows:
        asked = asked_of(table, rows, save_id=save_id, reason=reason)
        try:
            return table.save(database, actor, asked, now=now), refused
        except InvalidError as error:
            by_row, rest = sorted_out(error.problems, rows)
            wrong = by_row or {line.row.number: rest for line in rows}
        except NotAllowedError as error:
            wrong = {line.row.number: [str(error)] for line in rows}
        refused += [
            replace(line, fate=Fate.WRONG, reasons=tuple(wrong[line.row.number]))
            for line in rows
            if line.row.number in wrong
        ]
        rows = [line for line in rows if line.row.number not in wrong]
    return None, refused


def _added(done: Imported, saved: Saved | None, refused: list[Line]) -> Imported:
    return Imported(
        cells=done.cells + (saved.cells if saved else 0),
        new_rows=done.new_rows + (saved.new_rows if saved else 0),
        refused=(*done.refused, *refused),
        notes=(*done.notes, *(saved.notes if saved else ())),
    )
