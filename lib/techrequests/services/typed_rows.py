"""What people typed into a table, read cell by cell: a changed row, or what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.edits import cell_text
from techrequests.domain.errors import Problem
from techrequests.domain.fields import Column, from_text, problems, shown
from techrequests.services.table_plan import RowChange, editable_fields, row_words
from techrequests.store.tables import by_key, last_change, same_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from techrequests.domain.edits import Cell, NewRow, RowEdit
    from techrequests.domain.fields import Record
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Reader

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NO_SUCH_COLUMN = "This column cannot be edited."


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """One row as it was typed.

    Attributes:
        change: None when nothing in it changed, or nothing can be read.
        problems: One per cell that cannot be saved.
        conflict: Whether somebody else changed one of the same cells first.
        half_read: A new row that cannot be saved, as far as it can be read: other rules may find
            more to mend in it.
    """

    change: RowChange | None = None
    problems: tuple[Problem, ...] = ()
    conflict: bool = False
    half_read: RowChange | None = None


def edited_rows(reader: Reader, plan: Plan, edits: Sequence[RowEdit]) -> Iterator[TypedRow]:
    """Read the changed cells of rows that exist."""
    present = by_key(reader, plan.record, (edit.key for edit in edits))
    times = Counter(edit.key for edit in edits)
    for edit in edits:
        record = present.get(edit.key)
        if record is None or times[edit.key] > 1:
            words = f"There is no row “{edit.key}”, or it came twice. Load the page again."
            yield TypedRow(problems=(Problem(f"{edit.key}.", words),))
        else:
            yield _edited_row(reader, plan, record, edit)


def new_rows(reader: Reader, plan: Plan, rows: Sequence[NewRow]) -> list[TypedRow]:
    """Read new rows; each gets a code that nobody uses, or a problem."""
    typed = [_new_row(plan, row, f"new {number}") for number, row in enumerate(rows, 1)]
    keys = [row.change.key for row in typed if row.change]
    used = same_codes(reader, plan.record, keys)
    times = Counter(key.lower() for key in keys)
    return [_with_free_code(row, used, times) for row in typed]


def _edited_row(reader: Reader, plan: Plan, record: Record, edit: RowEdit) -> TypedRow:
    columns = {column.name: column for column in editable_fields(plan.record)}
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    conflict = False
    for cell in edit.cells:
        column = columns.get(cell.field)
        if column is None:
            wrong.append(Problem(cell.field, _NO_SUCH_COLUMN))
        elif words := _conflict(reader, record, column, cell, edit.seen_version):
            conflict = True
            wrong.append(Problem(cell.field, words))
        else:
            _read_into(values, wrong, plan, column, cell.after)
    typed = frozenset(values)
    values = {name: value for name, value in values.items() if value != getattr(record, name)}
    found = problems(plan.record, values)
    wrong += found
    for one in found:
        del values[one.field]
    after = replace(record, **values)
    return TypedRow(
        change=RowChange(before=record, after=after, place=edit.key, typed=typed)
        if values
        else None,
        problems=_placed(wrong, edit.key, row_words(record)),
        conflict=conflict,
    )


def _conflict(reader: Reader, record: Record, column: Column, cell: Cell, seen_version: int) -> str:
    """What somebody else did to a cell since it was seen; empty when nothing that matters."""
    stands = cell_text(column, getattr(record, cell.field))
    if getattr(record, "version", 0) == seen_version or stands in {cell.before, cell.after}:
        return ""
    key = str(getattr(record, record.TABLE.key))
    changed = last_change(reader, record.TABLE.name, key, cell.field)
    who = changed[0] if changed else "somebody else"
    return (
        f"{who} changed “{_label(column)}” to “{stands}” in the meantime; you typed "
        f"“{cell.after}”. Load the new values, then type it again if it is still right."
    )


def _read_into(
    values: dict[str, Any], wrong: list[Problem], plan: Plan, column: Column, text: str
) -> None:
    try:
        value = from_text(column, text)
    except ValueError as error:
        wrong.append(Problem(column.name, str(error)))
        return
    allowed = plan.choices.get(column.name)
    if allowed and value is not None and str(value) not in allowed:
        words = f"“{_label(column)}” must be one of: {', '.join(allowed)}."
        wrong.append(Problem(column.name, words))
    else:
        values[column.name] = value


def _new_row(plan: Plan, row: NewRow, place: str) -> TypedRow:
    columns = {column.name: column for column in shown(plan.record)}
    typed: dict[str, Any] = {}
    wrong: list[Problem] = []
    for name, text in row:
        if name in columns:
            _read_into(typed, wrong, plan, columns[name], text)
        else:
            wrong.append(Problem(name, _NO_SUCH_COLUMN))
    values = _with_defaults(plan, columns, typed, unread={one.field for one in wrong})
    wrong += [*problems(plan.record, values), *_code_problems(plan, values)]
    if wrong:
        found = _placed(wrong, place, f"New row {place.removeprefix('new ')}")
        return TypedRow(problems=found, half_read=_half_read(plan, columns, values, place))
    return TypedRow(change=RowChange(before=None, after=plan.record(**values), place=place))


def _half_read(
    plan: Plan, columns: Mapping[str, Column], values: Mapping[str, Any], place: str
) -> RowChange:
    """A new row with nothing where it cannot be read."""
    empty = {name: None for name, column in columns.items() if column.required}
    return RowChange(before=None, after=plan.record(**(empty | dict(values))), place=place)


def _with_defaults(
    plan: Plan, columns: Mapping[str, Column], typed: Mapping[str, Any], unread: set[str]
) -> dict[str, Any]:
    """A new row's values: empty cells take the class's default, or stay empty where it has none."""
    values = {
        name: "" if column.python_type is str else None
        for name, column in columns.items()
        if column.required and name not in unread
    }
    values |= {
        name: value
        for name, value in typed.items()
        if columns[name].required or value not in {None, ""}
    }
    key = plan.record.TABLE.key
    if plan.code and not values[key]:
        values[key] = plan.code(values)
    return values


def _code_problems(plan: Plan, values: Mapping[str, Any]) -> Iterator[Problem]:
    key = plan.record.TABLE.key
    code = values.get(key)
    if code and not _CODE.fullmatch(code):
        yield Problem(
            key,
            f"the code “{code}” may have letters, digits, dots, hyphens and underscores only, "
            "and starts with a letter or digit.",
        )


def _with_free_code(row: TypedRow, used: Mapping[str, str], times: Mapping[str, int]) -> TypedRow:
    if row.change is None:
        return row
    code = row.change.key.lower()
    if code not in used and times[code] == 1:
        return row
    words = (
        f"the code “{used[code]}” is in use already. Choose another, or edit that row."
        if code in used
        else f"the code “{row.change.key}” came twice. Each row needs its own."
    )
    return TypedRow(problems=(row.change.problem(row.change.after.TABLE.key, words),))


def _placed(found: list[Problem], place: str, words: str) -> tuple[Problem, ...]:
    return tuple(Problem(f"{place}.{one.field}", f"{words}: {one.message}") for one in found)


def _label(column: Column) -> str:
    return column.field.label if column.field else column.name
