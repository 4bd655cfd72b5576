"""Many units of the inventory at once, cell by cell, by the rules of a single one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.assets import (
    NEEDS_REASON,
    Asset,
    change_words,
    differences,
    edited,
)
from techrequests.domain.catalogue import Category
from techrequests.domain.fields import shown
from techrequests.domain.policy import Permission
from techrequests.services.edits import Saved, TableAsked, save_rows
from techrequests.services.inventory import change_names, fund_problems, note_event, unit_name
from techrequests.services.spares import back_in_stock_problems, came_back
from techrequests.services.stock import TYPED
from techrequests.services.table_plan import Plan, RowChange, Saving
from techrequests.store.receiving import taken_serials

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from techrequests.domain.errors import Problem
    from techrequests.domain.fields import Record
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsAsked(TableAsked):
    """Changed units, and units that the district already had.

    Attributes:
        reason: Why; stands in the history of each, and is needed when one is lost or retired.
    """

    record: type[Record] = Asset
    reason: str = ""


def save_units(database: Database, actor: Actor, asked: UnitsAsked, *, now: datetime) -> Saved:
    """Save changed and new units, or none; the history of each says what happened.

    Raises:
        ConflictError: Somebody else changed some of the same cells first.
        InvalidError: Something cannot be saved; every problem of every unit.
        NotAllowedError: The person may not change the inventory anywhere.
    """

    def write(work: Work, rows: Iterable[RowChange]) -> None:
        for row in rows:
            _write(work, actor, row, asked.reason, now)

    return save_rows(database, actor, unit_plan(asked), asked, now=now, write=write)


def unit_plan(asked: UnitsAsked) -> Plan:
    """The rules by which units are changed and added, for a reason."""

    def reason_given(saving: Saving, row: RowChange) -> Iterator[Problem]:
        return _reason_problems(saving, row, asked.reason)

    return replace(UNIT_PLAN, row_rules=(*UNIT_PLAN.row_rules, reason_given))


def _settled(row: RowChange) -> RowChange:
    """Tags are in capitals; at another site a unit has neither its old room nor its custodian."""
    before, after = row.before, _unit(row)
    if not isinstance(before, Asset):
        return replace(row, after=replace(after, asset_tag=after.asset_tag.upper()))
    changed = {column.name: new for column, (_, new) in differences(before, after).items()}
    values = {name: getattr(after, name) for name in row.typed} | changed
    return replace(row, after=edited(before, values))


def _new_unit_fits(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """What was not ordered here names no fund, and came before today."""
    unit = _unit(row)
    if row.before is not None:
        return
    for column in shown(Asset):
        told = getattr(unit, column.name) is not None and column.field
        if told and column.name not in {"asset_tag", *TYPED}:
            words = f"“{column.field.label if column.field else ''}” is only known of what is "
            yield row.problem(column.name, f"{words}ordered here: leave it empty.")
    if unit.category not in set(Category):
        yield row.problem("category", f"“Category” must be one of: {', '.join(Category)}.")
    if unit.acquired_on > saving.today:
        yield row.problem("acquired_on", "“Acquired” is in the future: give the day it came.")


def _is_not_kept(saving: Saving, row: RowChange) -> Iterator[Problem]:
    """What is kept for an open request does not go back into the stock."""
    if isinstance(row.before, Asset):
        for found in back_in_stock_problems(saving.reader, row.before, _unit(row)):
            yield row.problem("status", found.message)


def _serials_are_free(saving: Saving) -> Iterator[Problem]:
    """No two units of a model have one serial number."""
    units = {
        row.key: (row, unit_name(_unit(row)))
        for row in saving.rows
        if _unit(row).serial and (row.changed("serial") or row.changed("model"))
    }
    times = Counter(name for _, name in units.values())
    taken = taken_serials(saving.reader, times)
    for key, (row, name) in units.items():
        other = taken.get(name, key)
        if other != key and other not in units:
            words = f"serial number {_unit(row).serial} is already in the inventory as {other}."
            yield row.problem("serial", words)
        elif times[name] > 1:
            words = f"serial number {_unit(row).serial} came twice. Each unit has its own."
            yield row.problem("serial", words)


def _reason_problems(saving: Saving, row: RowChange, reason: str) -> Iterator[Problem]:
    after = _unit(row)
    if not isinstance(row.before, Asset):
        return
    if not reason.strip() and row.changed("status") and after.status in NEEDS_REASON:
        yield row.problem("status", NEEDS_REASON[after.status])
    for found in fund_problems(saving.reader, row.before, after, reason):
        yield row.problem("site_id", found.message)


UNIT_PLAN = Plan(
    record=Asset,
    permission=Permission.MANAGE_INVENTORY,
    order="asset_tag",
    settle=_settled,
    row_rules=(_new_unit_fits, _is_not_kept),
    rules=(_serials_are_free,),
)
"""How units are changed; `unit_plan` adds what takes a reason."""


def _unit(row: RowChange) -> Asset:
    if not isinstance(row.after, Asset):
        raise TypeError(f"{row.key} is not a unit of the inventory")
    return row.after


def _write(work: Work, actor: Actor, row: RowChange, reason: str, now: datetime) -> None:
    after = _unit(row)
    if isinstance(row.before, Asset):
        work.update(after)
        came_back(work, row.before, after, now)
        changes = differences(row.before, after)
        what = change_words(changes, change_names(work, changes), reason)
    else:
        work.insert(after)
        what = "Added to the inventory"
    note_event(work, actor, after.asset_tag, what, now)
