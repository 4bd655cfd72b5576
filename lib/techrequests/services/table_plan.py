"""How a table is edited: who may, what its cells may hold, and which rules its rows keep."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import Problem
from techrequests.domain.fields import Column, Kind, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date

    from techrequests.domain.audit import AuditKind
    from techrequests.domain.fields import Field, Record
    from techrequests.domain.policy import Actor, Permission
    from techrequests.store.database import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A row as it was and as it is to be.

    Attributes:
        before: None for a new row.
        place: Where it was typed: the row's key, or “new 2”.
        typed: The fields that were typed, also those that were typed as they were.
    """

    before: Record | None
    after: Record
    place: str
    typed: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The row's key."""
        return str(getattr(self.after, self.after.TABLE.key))

    def changed(self, name: str) -> bool:
        """Whether a field is new or has another value than before."""
        return self.before is None or getattr(self.before, name) != getattr(self.after, name)

    def problem(self, name: str, words: str) -> Problem:
        """Something wrong with this row, in words that name the row."""
        return Problem(f"{self.place}.{name}", f"{row_words(self.after)}: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """A save in progress, for rules: `reader` sees the tables before it, `rows` what is to be.

    Attributes:
        via: By which way it came, when it was not typed on a page.
    """

    reader: Reader
    actor: Actor
    today: date
    rows: tuple[RowChange, ...]
    via: str = ""


def _nothing(_: Saving) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A field that names a row of another table.

    Attributes:
        anything: A value that stands for all rows, such as `*`.
    """

    table: str
    anything: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """How one table is edited; made once for a table, so that it equals only itself.

    Attributes:
        permission: What it takes, at the row's site where it has one.
        order: SQL by which its rows are listed.
        pointers: Fields that name a row of another table, besides those with `refers_to`.
        choices: Fields with a fixed list of values that their type does not say.
        code: Makes the key of a new row from its values, where people need not invent one.
        settle: What follows from a typed row, such as an emptied room after a move.
        row_rules: What must hold of a row alone.
        rules: What must hold of the table as it is to be, asked of the rows that keep their own.
        around: What the writing happens in; an error of it undoes what was written.
        notes: Sentences about what a save leaves to be done.
        audited: As what a change stands in the audit trail; None: only in the table's own history.
    """

    record: type[Record]
    permission: Permission
    order: str
    pointers: Mapping[str, Pointer] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: Callable[[Mapping[str, Any]], str] | None = None
    settle: Callable[[RowChange], RowChange] | None = None
    row_rules: tuple[Callable[[Saving, RowChange], Iterable[Problem]], ...] = ()
    rules: tuple[Callable[[Saving], Iterable[Problem]], ...] = ()
    around: Callable[[Saving], AbstractContextManager[None]] = _nothing
    notes: tuple[Callable[[Saving], Iterable[str]], ...] = ()
    audited: AuditKind | None = None

    def all_pointers(self) -> dict[str, Pointer]:
        """Every field that names a row of another table."""
        declared = {
            column.name: Pointer(table=column.field.refers_to)
            for column in shown(self.record)
            if column.field and column.field.refers_to
        }
        return declared | dict(self.pointers)

    def filters(self) -> tuple[Column, ...]:
        """The fields by which rows are narrowed down; whether they are active has a switch."""
        listed = {*self.all_pointers(), *self.choices}
        return tuple(
            column
            for column in shown(self.record)
            if column.name in listed or (column.field and _is_filter(column, column.field))
        )


def _is_filter(column: Column, told: Field) -> bool:
    few = bool(column.choices) or column.kind is Kind.YES_NO or told.recurs
    return few and column.name != "active"


def in_address(name: str) -> str:
    """What a filter by a field is called in an address: `site` for `site_id`."""
    return name.removesuffix("_id")


def row_words(record: Record) -> str:
    """What a row is called: its name with its code, or the code alone."""
    key = str(getattr(record, record.TABLE.key))
    name = getattr(record, "full_name", "") or getattr(record, "name", "")
    return f"{name} ({key})" if name else key


def editable_fields(record: type[Record]) -> tuple[Column, ...]:
    """The fields that an editor may change in a row that exists."""
    return tuple(column for column in shown(record) if column.field and column.field.editable)
