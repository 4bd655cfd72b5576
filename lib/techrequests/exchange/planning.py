"""The dry run: what a file would do, by the rules of the page, and nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.domain.fields import shown
from techrequests.exchange.columns import guessed, mapping_problems, plain_words
from techrequests.exchange.dry_run import DryRun, Fate, Line
from techrequests.exchange.editable import editable
from techrequests.exchange.file_rows import FileRow
from techrequests.exchange.matching import Matching, without_doubles
from techrequests.services.edits import check_rows
from techrequests.store.mappings import keep_mapping, mapping_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.editable import Editable
    from techrequests.services.edits import TableAsked
    from techrequests.services.table_plan import RowChange
    from techrequests.store.database import Database, Reader

VIA = "from a file"
_TOLD_EVERY = 200
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsked:
    """A file that somebody brings, and where its columns go.

    Attributes:
        name: Of the table, as in `EDITABLE`.
        fields: The field of each column; empty for one that is left out.
        reason: Why, where a change takes a reason.
        everybody: Whether who is not in the file has left, and is to be inactive.
        staying: Codes of those who have not left all the same.
    """

    name: str
    file: FileTable
    fields: tuple[str, ...]
    reason: str = ""
    everybody: bool = False
    staying: frozenset[str] = frozenset()


def remembered_fields(database: Database, name: str, headings: Sequence[str]) -> tuple[str, ...]:
    """The field of each column: as somebody last said it for such a file, else by its heading."""
    table = editable(name)
    with database.read() as reader:
        kept = mapping_of(reader, name, headings)
    if kept and not mapping_problems(table, kept):
        return kept
    return guessed(table, headings)


def dry_run(
    database: Database,
    actor: Actor,
    asked: FileAsked,
    *,
    now: datetime,
    told: Callable[[float], None] = lambda _: None,
) -> DryRun:
    """Say what a file would do, and remember where its columns go; the table is not touched.

    Args:
        database: Where the table is.
        actor: Who brings the file.
        asked: The file.
        now: When.
        told: Called now and then with how much is done, 0 to 1.

    Raises:
        InvalidError: The columns do not say which row is meant, or one comes twice.
        NotAllowedError: The person may not edit the table.
    """
    table = editable(asked.name)
    if not actor.may(table.plan.permission):
        raise NotAllowedError(f"You may not {table.plan.permission}.")
    if wrong := mapping_problems(table, asked.fields):
        raise InvalidError(*(Problem("fields", words) for words in wrong))
    _remember(database, actor, asked, now)
    with database.read() as reader:
        lines = without_doubles(_lines(reader, actor, table, asked, told))
        lines, problems = _by_the_rules(reader, actor, table, lines, asked.reason, now)
    return DryRun(
        name=asked.name,
        file=asked.file,
        lines=tuple(lines),
        problems=tuple(problems),
        notes=tuple(_notes(asked)),
        reason=asked.reason,
    )


def asked_of(table: Editable, lines: Iterable[Line], *, save_id: str, reason: str) -> TableAsked:
    """What the table's own service is asked for these rows."""
    rows = tuple(lines)
    more: dict[str, Any] = {"reason": reason} if table.reason else {}
    return table.asked(
        save_id=save_id,
        edits=tuple(line.edit for line in rows if line.edit),
        new_rows=tuple(line.new_row for line in rows if line.new_row),
        via=VIA,
        **more,
    )


def placed(lines: Iterable[Line]) -> dict[str, Line]:
    """Rows by the place under which the table's service names them in what is wrong."""
    found: dict[str, Line] = {}
    new = 0
    for line in lines:
        if line.new_row:
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
        place = problem.field.rpartition(".")[0]
        line = places.get(place)
        # The number among the new rows says nothing beside that of the row in the file.
        words = problem.message.removeprefix(f"{place.replace('new', 'New row')}: ")
        (by_row[line.row.number] if line else rest).append(words)
    return by_row, rest


def _remember(database: Database, actor: Actor, asked: FileAsked, now: datetime) -> None:
    headings = asked.file.headings
    if asked.fields == remembered_fields(database, asked.name, headings):
        return
    with database.write() as work:
        keep_mapping(
            work, asked.name, headings, asked.fields, said_by_id=actor.person_id, said_at=now
        )


def _lines(
    reader: Reader, actor: Actor, table: Editable, asked: FileAsked, told: Callable[[float], None]
) -> list[Line]:
    matching = Matching.read(reader, actor, table, asked.fields)
    found = []
    for count, row in enumerate(asked.file.rows, start=1):
        found.append(matching.line(row))
        if count % _TOLD_EVERY == 0:
            told(count / len(asked.file.rows))
    return [*found, *_gone(matching, found, asked.staying)] if asked.everybody else found


def _gone(matching: Matching, lines: list[Line], staying: frozenset[str]) -> Iterator[Line]:
    """Who is active and no more in the file, to become inactive.

    Raises:
        InvalidError: That would be most of them: the file does not hold everybody.
    """
    named = {line.key for line in lines}
    active = {code: row for code, row in matching.present.items() if getattr(row, "active", False)}
    gone = {code: row for code, row in active.items() if code not in named | staying}
    if 2 * len(gone) > len(active):
        words = f"The file leaves out {len(gone):,} of {len(active):,}, so it is no full list."
        raise InvalidError(Problem("", f"{words} Untick that it holds everybody."))
    for number, (code, row) in enumerate(gone.items(), start=1):
        cell = Cell(field="active", before="yes", after="no")
        version = int(getattr(row, "version", 0))
        yield Line(
            row=FileRow(number=-number, cells=()),
            fate=Fate.CHANGED,
            key=code,
            cells=(cell,),
            edit=RowEdit(key=code, seen_version=version, cells=(cell,)),
        )


def _by_the_rules(  # noqa: PLR0913, PLR0917  # private
    reader: Reader,
    actor: Actor,
    table: Editable,
    lines: list[Line],
    reason: str,
    now: datetime,
) -> tuple[list[Line], list[str]]:
    """Ask the table's own rules, again and again until they let pass what is left.

    A row that cannot be saved takes others with it, such as a new person's direct reports.
    """
    for _ in range(_MOST_ROUNDS):
        hopeful = [line for line in lines if line.edit or line.new_row]
        asked = asked_of(table, hopeful, save_id="", reason=reason)
        checked = check_rows(reader, actor, table.plan_for(asked), asked, now.date())
        by_row, rest = sorted_out(checked.problems, hopeful)
        if not by_row:
            changes = {change.place: change for change in checked.saving.rows}
            return _as_they_will_be(lines, changes), rest
        lines = [_refused(line, by_row.get(line.row.number, [])) for line in lines]
    return [_refused(line, ["Other rows with problems stand in its way."]) for line in lines], []


def _refused(line: Line, reasons: list[str]) -> Line:
    if not reasons:
        return line
    return replace(line, fate=Fate.WRONG, reasons=tuple(reasons), edit=None, new_row=None)


def _as_they_will_be(lines: list[Line], changes: dict[str, RowChange]) -> list[Line]:
    """Rows with every cell that changes, also those that the rules change along with others."""
    by_number = {
        line.row.number: changes.get(place)
        for place, line in placed(line for line in lines if line.edit or line.new_row).items()
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


def _notes(asked: FileAsked) -> Iterable[str]:
    if asked.file.totals:
        rows = ", ".join(f"{number:,}" for number in asked.file.totals)
        yield f"Row {rows} only adds up others and is left out."
    left_out = list(_left_out(asked.file.headings, asked.fields))
    if left_out:
        yield f"Left out of the file: {', '.join(left_out)}."


def _left_out(headings: Sequence[str], fields: Sequence[str]) -> Iterator[str]:
    """What columns are called that go nowhere: of several of one name, which of them."""
    times = Counter(map(plain_words, headings))
    seen: Counter[str] = Counter()
    for at, (heading, name) in enumerate(zip(headings, fields, strict=True), start=1):
        words = plain_words(heading)
        seen[words] += 1
        if not name and words and times[words] > 1:
            yield f"the {_ordinal(seen[words])} “{heading}” (column {at})"
        elif not name:
            yield heading or f"column {at}"


def _ordinal(number: int) -> str:
    few = ("first", "second", "third")
    return few[number - 1] if number <= len(few) else f"{number}th"
