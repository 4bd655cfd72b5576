"""What a table editor's state means: positions become keys, cells become text, nothing is trusted.

The state comes from the browser and is enforced by nobody: rows that do not exist, columns that may
not be edited and values of any type can stand in it. Here it becomes edits that a service checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.fields import Column, Kind, from_text, shown
from techrequests.domain.money import dollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.domain.edits import NewRow
    from techrequests.domain.fields import Record

Texts = dict[str, str]
"""Cells of one row: texts by field."""

Typed = dict[str, Texts]
"""What was typed: cells by row key."""


def text_of(value: Any) -> str:  # noqa: ANN401  # whatever the browser sent
    """A cell's value from the browser as a person would type it."""
    if value is None or value != value:  # noqa: PLR0124  # a missing number differs from itself
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A day arrives as midnight.
    return str(value).removesuffix("T00:00:00.000").removesuffix("T00:00:00")


def typed_in(rows: Sequence[Record], state: Mapping[str, Any]) -> Typed:
    """The changed cells of an editor's state, for the rows that it shows."""
    found: Typed = {}
    for position, cells in _pairs(state.get("edited_rows")):
        if isinstance(position, int) and 0 <= position < len(rows):
            found[key_of(rows[position])] = _texts(cells)
    return found


def added_in(base: Sequence[Texts], state: Mapping[str, Any]) -> list[Texts]:
    """The rows of an editor that adds rows: those it was drawn with, as changed, and new ones."""
    rows = [dict(row) for row in base]
    for position, cells in _pairs(state.get("edited_rows")):
        if isinstance(position, int) and 0 <= position < len(rows):
            rows[position].update(_texts(cells))
    deleted = state.get("deleted_rows") or []
    kept = [row for position, row in enumerate(rows) if position not in deleted]
    return [*kept, *(_texts(row) for row in state.get("added_rows") or [])]


def together(earlier: Typed, later: Typed) -> Typed:
    """Both; where both have a cell, the later one."""
    keys = {**earlier, **later}
    return {key: {**earlier.get(key, {}), **later.get(key, {})} for key in keys}


def edits_of(seen: Mapping[str, Record], typed: Typed) -> tuple[RowEdit, ...]:
    """The cells that now read differently from how they were seen."""
    found = []
    for key, texts in typed.items():
        record = seen[key]
        columns = {column.name: column for column in shown(type(record))}
        cells = tuple(
            Cell(field=name, before=before, after=after)
            for name, text in texts.items()
            for before, after in [_before_and_after(columns.get(name), record, text)]
            if before != after
        )
        if cells:
            version = int(getattr(record, "version", 0))
            found.append(RowEdit(key=key, seen_version=version, cells=cells))
    return tuple(found)


def new_rows_of(columns: Sequence[Column], rows: Iterable[Texts]) -> tuple[NewRow, ...]:
    """New rows; those without a single filled cell are left out."""
    # A box comes ticked or not by itself: that alone is not yet a row.
    boxes = {column.name for column in columns if column.kind is Kind.YES_NO}
    filled = ({name: text for name, text in row.items() if text} for row in rows)
    return tuple(tuple(row.items()) for row in filled if row.keys() - boxes)


def key_of(record: Record) -> str:
    """The key of a row."""
    return str(getattr(record, record.TABLE.key))


def shown_text(column: Column, text: str) -> Any:  # noqa: ANN401  # the column decides the type
    """A typed text as the editor shows it: amounts as amounts, and what cannot be read as typed."""
    as_text = column.kind in {Kind.MONEY, Kind.INTEGER}
    try:
        value = from_text(column, text)
    except ValueError:
        return text if as_text or column.python_type is str else None
    if value is None or not as_text:
        return value
    return dollars(value) if column.kind is Kind.MONEY else str(value)


def _before_and_after(column: Column | None, record: Record, text: str) -> tuple[str, str]:
    if column is None:
        return "", text
    try:
        # As the store would write it, so that “1049.5” over “1049.50” is no change.
        after = cell_text(column, from_text(column, text))
    except ValueError:
        after = text
    return cell_text(column, getattr(record, column.name)), after


def _texts(cells: Any) -> Texts:  # noqa: ANN401  # whatever the browser sent
    return {str(name): text_of(value) for name, value in _pairs(cells)}


def _pairs(value: Any) -> Iterable[tuple[Any, Any]]:  # noqa: ANN401  # whatever the browser sent
    return value.items() if hasattr(value, "items") else ()
