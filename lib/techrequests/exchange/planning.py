"""The dry run: what a file would do, by the rules of the page, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import InvalidError, NotAllowedError, Problem
from techrequests.exchange.columns import mapping_problems
from techrequests.exchange.doubles import without_doubles
from techrequests.exchange.dry_run import DryRun, Fate, Line, Unknown
from techrequests.exchange.editable import editable
from techrequests.exchange.file_rows import FileRow
from techrequests.exchange.headings import fields_of, guessed
from techrequests.exchange.judging import by_the_rules
from techrequests.exchange.matching import Matching, Reading
from techrequests.exchange.notes import missing_fields, notes_of
from techrequests.exchange.typing_in import told_of_days
from techrequests.store.mappings import (
    KeptMapping,
    keep_mapping,
    keep_values,
    mapping_of,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.editable import Editable
    from techrequests.store.database import Database, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsked:
    """A file that somebody brings, and how it is read.

    Attributes:
        name: Of the table, as in `EDITABLE`.
        fields: The field of each column; empty for one that is left out.
        values: What words of the file mean: our value by field and the word.
        defaults: What new rows say where the file says nothing: texts by field.
        day_first: Whether days that could be read both ways are written day first.
        reason: Why, where a change takes a reason.
        everybody: Whether who is not in the file has left, and is to be inactive.
        staying: Codes of those who have not left all the same.
        remember: Whether the next such file is read in the same way.
    """

    name: str
    file: FileTable
    fields: tuple[str, ...]
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    reason: str = ""
    everybody: bool = False
    staying: frozenset[str] = frozenset()
    remember: bool = True


def remembered(database: Database, name: str, headings: Sequence[str]) -> KeptMapping:
    """How such a file is read: as somebody last said it, else by its headings alone."""
    table = editable(name)
    with database.read() as reader:
        kept = mapping_of(reader, name, headings)
    if kept and not mapping_problems(table, kept.fields):
        return kept
    return KeptMapping(fields=guessed(table, headings))


def dry_run(
    database: Database,
    actor: Actor,
    asked: FileAsked,
    *,
    now: datetime,
    told: Callable[[float], None] = lambda _: None,
) -> DryRun:
    """Say what a file would do, and remember how it is read; the table is not touched.

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
    if asked.remember:
        _remember(database, actor, asked, now)
    with database.read() as reader:
        return _looked_at(reader, actor, table, asked, now.date(), told)


def _looked_at(  # noqa: PLR0913, PLR0917  # private
    reader: Reader,
    actor: Actor,
    table: Editable,
    asked: FileAsked,
    today: date,
    told: Callable[[float], None],
) -> DryRun:
    said = {(name, word.casefold()): value for (name, word), value in asked.values.items()}
    reading = Reading(
        fields=asked.fields,
        values=values_of(reader, asked.name) | said,
        defaults=asked.defaults,
        day_first=asked.day_first,
    )
    matching = Matching.read(reader, actor, table, reading, today)
    lines, doubled = without_doubles(table, matching.lines(asked.file.rows, told))
    if asked.everybody:
        lines += _gone(matching, lines, asked.staying)
    judged = by_the_rules(reader, actor, table, lines, asked.reason, today)
    days = told_of_days(matching.orders, fields_of(table))
    return DryRun(
        name=asked.name,
        file=asked.file,
        lines=judged.lines,
        problems=judged.problems,
        notes=(*notes_of(asked.file, asked.fields, table), *doubled, *days),
        reason=asked.reason,
        unknown=tuple(
            Unknown(field=name, word=word, rows=tuple(rows))
            for (name, word), rows in matching.unknown.items()
        ),
        missing=missing_fields(table, asked.fields, judged.lines),
        leavers=judged.leavers,
        either_order=any(
            days.example and not (days.day_first or days.month_first)
            for days in matching.orders.values()
        ),
    )


def _remember(database: Database, actor: Actor, asked: FileAsked, now: datetime) -> None:
    headings = asked.file.headings
    kept = KeptMapping(fields=asked.fields, defaults=asked.defaults)
    said = {(name, word.casefold()): value for (name, word), value in asked.values.items()}
    with database.read() as reader:
        new = said.items() - values_of(reader, asked.name).items()
    how = kept != remembered(database, asked.name, headings)
    if not how and not new:
        return
    with database.write() as work:
        if how:
            keep_mapping(work, asked.name, headings, kept, said_by_id=actor.person_id, said_at=now)
        keep_values(work, asked.name, dict(new), said_by_id=actor.person_id, said_at=now)


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
