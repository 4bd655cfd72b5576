"""A table that the product does not have, and an app that is nothing but its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003  # a record's types are read at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from techrequests.domain.edits import cell_text
from techrequests.domain.errors import Problem
from techrequests.domain.fields import Field, Table, from_text, problems, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.edits import Cell, NewRow, RowEdit


class Colour(StrEnum):
    """Any choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gadget:
    """A field of every kind that a sheet treats in its own way."""

    TABLE: ClassVar[Table] = Table(name="gadget", key="gadget_id", label="Gadgets")

    gadget_id: Annotated[str, Field(label="Code", editable=False)]
    name: Annotated[str, Field(label="Name")]
    account: Annotated[str, Field(label="Account", optional=True)] = ""
    price_cents: Annotated[int, Field(label="Price", minimum=0)] = 0
    spent_cents: Annotated[int, Field(label="Spent", editable=False)] = 0
    due_on: Annotated[date | None, Field(label="Due", optional=True)] = None
    colour: Annotated[Colour, Field(label="Colour")] = Colour.RED
    active: Annotated[bool, Field(label="Active")] = True
    story: Annotated[str, Field(label="Story", long=True, max_length=9_000, optional=True)] = ""
    version: int = 0


REFUSED, REFUSED_UNNAMED = "refused", "refused without a field"
"""Texts that a form lets pass and the app does not."""

COLUMNS = {column.name: column for column in shown(Gadget)}


def gadget(key: str, **values: Any) -> Gadget:  # noqa: ANN401  # the fields of Gadget
    """A row of the app."""
    return Gadget(gadget_id=key, **{"name": f"Gadget {key}", "account": "010-00123"} | values)


class App:
    """What the services of a table do, in a few lines: check, save, raise the version."""

    def __init__(self, *gadgets: Gadget) -> None:
        self.rows = {one.gadget_id: one for one in gadgets}
        self.made: list[str] = []

    def set(self, key: str, **values: Any) -> None:  # noqa: ANN401  # the fields of Gadget
        """Somebody saves a change in the app."""
        row = self.rows[key]
        self.rows[key] = replace(row, version=row.version + 1, **values)

    def text(self, key: str, name: str) -> str:
        """A value as text."""
        return cell_text(COLUMNS[name], getattr(self.rows[key], name))

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        """Save an edit from the sheet, all of it or nothing; the reasons why not, else nothing."""
        row = self.rows.get(edit.key)
        if row is None:
            return (Problem("", "There is no such row."),)
        values = {cell.field: from_text(COLUMNS[cell.field], cell.after) for cell in edit.cells}
        found = (
            *(one for cell in edit.cells for one in self._wrong(row, edit, cell)),
            *problems(Gadget, values),
        )
        if not found:
            self.set(edit.key, **values)
        return found

    def _wrong(self, row: Gadget, edit: RowEdit, cell: Cell) -> Iterator[Problem]:
        stands = self.text(edit.key, cell.field)
        if row.version != edit.seen_version and stands not in {cell.before, cell.after}:
            yield Problem(f"{edit.key}.{cell.field}", f"Somebody changed it to {stands}.")
        if cell.after == REFUSED:
            words = f"“{COLUMNS[cell.field].name}” cannot be {REFUSED}."
            yield Problem(f"{edit.key}.{cell.field}", words)
        if cell.after == REFUSED_UNNAMED:
            yield Problem("", "Something cannot be so.")

    def add(self, row: NewRow) -> tuple[Problem, ...]:
        """Add a row from the sheet; the reasons why not, else nothing."""
        values = {name: from_text(COLUMNS[name], text) for name, text in row}
        key = values["gadget_id"]
        if key in self.rows:
            return (Problem("", "The code is in use."),)
        self.rows[key] = Gadget(**values)
        self.made.append(key)
        return ()
