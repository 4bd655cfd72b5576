"""The rules of a table's own page over the rows of a file: who may, what fits, what is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.edits import Cell, cell_text
from techrequests.domain.fields import shown
from techrequests.exchange.dry_run import Fate, Leaver, Line
from techrequests.services.edits import check_rows
from techrequests.services.table_rules import people_leaving
from techrequests.store.table_rules import left_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from techrequests.domain.errors import Problem
    from techrequests.domain.policy import Actor
    from techrequests.exchange.editable import Editable
    from techrequests.services.edits import TableAsked
    from techrequests.services.table_plan import RowChange, Saving
    from techrequests.store.database import Reader

VIA = "from a file"
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules say.

    Attributes:
        lines: With every reason why one cannot be saved, and every cell that would change.
        problems: What is wrong with the save as a whole.
        leavers: Who would become inactive.
    """

    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()
    leavers: tuple[Leaver, ...] = ()


def asked_of(table: Editable, lines: Iterable[Line], *, save_id: str, reason: str) -> TableAsked:
    """What the table's own service is asked for these rows."""
    rows = tuple(lines)
    more: dict[str, Any] = {"reason": reason} if table.reason else {}
    return table.asked(
        save_id=save_id,
        edits=tuple(line.edit for line in rows if line.edit),
        new_rows=tuple(line.new_row for line in rows if line.new_row is not None),
        via=VIA,
        **more,
    )


def placed(lines: Iterable[Line]) -> dict[str, Line]:
    """Rows by the place under which the table's service names them in what is wrong."""
    found: dict[str, Line] = {}
    new = 0
    for line in lines:
        if line.new_row is not None:
            new += 1
            found[f"new {new}"] = line
        elif line.edit:
            found[line.edit.key] = line
    return found


def sorted_out(
    problems: Iterable[Problem], lines: Iterable[Line]
) -> tuple[dict[int, list[str]], list[str]]:
    """Problems by the number of the row they are about, and those about no row."""
    places = placed(lines)
    by_row: dict[int, list[str]] = defaultdict(list)
    rest: list[str] = []
    for problem in problems:
        place, _, name = problem.field.rpartition(".")
        line = places.get(place)
        if line and name in line.unread:
            continue  # what is wrong with it is said already
        # The number among the new rows says nothing beside that of the row in the file.
        words = problem.message.removeprefix(f"{place.replace('new', 'New row')}: ")
        (by_row[line.row.number] if line else rest).append(words)
    return by_row, rest


def by_the_rules(  # noqa: PLR0913, PLR0917  # what the rules ask for
    reader: Reader,
    actor: Actor,
    table: Editable,
    lines: Sequence[Line],
    reason: str,
    today: date,
) -> Judged:
    """Ask the table's own rules, again and again until they let pass what is left.

    A row that cannot be saved takes others with it, such as a new person's direct reports.
    """

    def problems_of(hopeful: list[Line]) -> tuple[dict[int, list[str]], list[str], Saving]:
        asked = asked_of(table, hopeful, save_id="", reason=reason)
        checked = check_rows(reader, actor, table.plan_for(asked), asked, today)
        by_row, rest = sorted_out(checked.problems, hopeful)
        return by_row, rest, checked.saving

    left = _with_every_reason(lines, lambda some: problems_of(some)[0])
    for _ in range(_MOST_ROUNDS):
        by_row, rest, saving = problems_of([line for line in left if _is_asked(line)])
        if not by_row:
            changes = {change.place: change for change in saving.rows}
            return Judged(
                lines=tuple(_as_they_will_be(left, changes)),
                problems=tuple(rest),
                leavers=_leavers(saving),
            )
        left = [_refused(line, _told(line, by_row, left)) for line in left]
    stuck = ["Other rows with problems stand in its way."]
    return Judged(lines=tuple(_refused(line, stuck) for line in left))


def _with_every_reason(lines: Sequence[Line], ask: Any) -> list[Line]:  # noqa: ANN401  # a function of lines
    """Rows that cannot be read are held against the rules too, so that nobody mends them twice."""
    wrong = {line.row.number for line in lines if line.fate is Fate.WRONG and _is_asked(line)}
    more = ask([line for line in lines if _is_asked(line)]) if wrong else {}
    return [
        replace(
            line,
            reasons=(*line.reasons, *more.get(line.row.number, ())),
            edit=None,
            new_row=None,
        )
        if line.row.number in wrong
        else line
        for line in lines
    ]


def _is_asked(line: Line) -> bool:
    return line.edit is not None or line.new_row is not None


def _told(line: Line, by_row: dict[int, list[str]], lines: Sequence[Line]) -> list[str]:
    """Why a row is refused; where it names a row of the file that is, that is said as well."""
    reasons = by_row.get(line.row.number, [])
    if not reasons:
        return []
    wrong = {one.key: one.row.number for one in lines if one.fate is Fate.WRONG and one.key}
    said = (
        line.new_row
        if line.new_row is not None
        else (tuple((cell.field, cell.after) for cell in line.edit.cells) if line.edit else ())
    )
    needed = sorted({wrong[text] for _, text in said if text in wrong and text != line.key})
    return [*reasons, *(f"Row {number:,} has to be mended first." for number in needed)]


def _refused(line: Line, reasons: list[str]) -> Line:
    if not reasons or not _is_asked(line):
        return line
    return replace(line, fate=Fate.WRONG, reasons=tuple(reasons), edit=None, new_row=None)


def _as_they_will_be(lines: list[Line], changes: dict[str, RowChange]) -> list[Line]:
    """Rows with every cell that changes, also those that the rules change along with others."""
    by_number = {
        line.row.number: changes.get(place)
        for place, line in placed(line for line in lines if _is_asked(line)).items()
    }
    found = []
    for line in lines:
        change = by_number.get(line.row.number)
        if change and line.fate in {Fate.ADDED, Fate.CHANGED}:
            found.append(replace(line, key=change.key, cells=_cells(change)))
        else:
            found.append(line)
    return found


def _cells(change: RowChange) -> tuple[Cell, ...]:
    pairs = (
        (
            column.name,
            cell_text(column, getattr(change.before, column.name)) if change.before else "",
            cell_text(column, getattr(change.after, column.name)),
        )
        for column in shown(type(change.after))
    )
    return tuple(
        Cell(field=name, before=before, after=after)
        for name, before, after in pairs
        if before != after
    )


def _leavers(saving: Saving) -> tuple[Leaver, ...]:
    people = people_leaving(saving)
    left = left_behind(saving.reader, [one.person_id for one in people], saving.today)
    return tuple(
        Leaver(
            person_id=one.person_id,
            full_name=one.full_name,
            site_id=one.site_id,
            left=left.get(one.person_id, {}),
        )
        for one in sorted(people, key=lambda one: one.full_name)
    )
