"""Fields that name a row of another table: whether it is there, and what to write if it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.policy import SHEET
from techrequests.store.tables import standing_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.domain.errors import Problem
    from techrequests.services.table_plan import Plan, RowChange, Saving

_MOST_CODES = 40
"""A list of more is not read in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """The rows of other tables that a save names.

    Attributes:
        active: By table: those that exist, and whether they are active.
        hints: By table: what to do where one does not exist.
    """

    active: Mapping[str, Mapping[str, bool]]
    hints: Mapping[str, str]


def named_rows(saving: Saving, plan: Plan) -> NamedRows:
    """Look up every row that a save names, each table once."""
    wanted: dict[str, set[str]] = {}
    for name, pointer in plan.all_pointers().items():
        values = {getattr(row.after, name) for row in saving.rows}
        wanted.setdefault(pointer.table, set()).update(values - {None, "", pointer.anything})
    found = {table: standing_of(saving.reader, table, keys) for table, keys in wanted.items()}
    if plan.record.TABLE.name in found:
        # Rows of one save may point to each other, and stop being active in it.
        found[plan.record.TABLE.name] |= {
            row.key: bool(getattr(row.after, "active", True)) for row in saving.rows
        }
    missing = [table for table, keys in wanted.items() if keys - found[table].keys()]
    return NamedRows(active=found, hints={table: _hint(saving, table) for table in missing})


def pointer_problems(plan: Plan, row: RowChange, named: NamedRows) -> Iterator[Problem]:
    """What is wrong with the rows that a changed row names."""
    for name, pointer in plan.all_pointers().items():
        value = getattr(row.after, name)
        if value in {None, "", pointer.anything} or not row.changed(name):
            continue
        active = named.active[pointer.table].get(value)
        table = pointer.table.replace("_", " ")
        if active is None:
            hint = named.hints[pointer.table]
            yield row.problem(name, f"there is no {table} “{value}”. {hint}")
        elif not active:
            yield row.problem(name, f"the {table} “{value}” is not active any more. Pick another.")


def _hint(saving: Saving, table: str) -> str:
    """A page has a list to pick from; a sheet has none, and a file is read by names too."""
    if saving.actor == SHEET:
        what = "Write its code"
    elif saving.via:
        what = "Write its code or its name"
    else:
        return "Pick one from the list."
    codes = list(words_of(saving.reader, table))
    return f"{what}: {', '.join(codes)}." if 0 < len(codes) <= _MOST_CODES else f"{what}."
