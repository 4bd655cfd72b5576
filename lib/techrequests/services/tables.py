"""The district's own tables: what pages read from them, and edits in place."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.audit import AuditKind
from techrequests.domain.catalogue import (
    EVERY_CATEGORY,
    EVERY_SITE,
    Category,
    Person,
    RoutingRule,
    Site,
    StandardItem,
    Vendor,
)
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.fields import Column, Kind, shown
from techrequests.domain.policy import GRANTABLE, Permission, RoleGrant
from techrequests.domain.tolerances import Tolerances
from techrequests.services import table_rules as rules
from techrequests.services.edits import Saved, TableAsked, save_rows
from techrequests.services.listing import check_may_see, check_size
from techrequests.services.table_plan import Plan, Pointer
from techrequests.store.listings import MOST_FILE_ROWS
from techrequests.store.people import active_people
from techrequests.store.tables import (
    RowsAsked,
    Ways,
    by_key,
    count_of,
    history_of,
    last_save_of,
    recurring,
    rows_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from techrequests.domain.fields import Record
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database, Reader

_ANY_SITE = {"site_id": Pointer(table="site", anything=EVERY_SITE)}

PLANS: Mapping[type[Record], Plan] = MappingProxyType(
    {
        plan.record: plan
        for plan in (
            Plan(
                record=Site,
                permission=Permission.EDIT_DIRECTORY,
                order="name",
                notes=(rules.what_stays_at_a_site,),
                audited=AuditKind.SETTING,
            ),
            Plan(
                record=Person,
                permission=Permission.EDIT_DIRECTORY,
                order="full_name",
                row_rules=(
                    rules.email_is_one,
                    rules.code_is_a_persons,
                    rules.not_the_own_row,
                    rules.not_above_the_own_reach,
                ),
                rules=(
                    rules.email_is_free,
                    rules.supervisors_end,
                    rules.an_administrator_stays,
                ),
                around=rules.own_deciders,
                notes=(rules.what_a_person_leaves,),
                audited=AuditKind.GRANT,
            ),
            Plan(
                record=RoleGrant,
                permission=Permission.EDIT_DIRECTORY,
                order="(SELECT full_name FROM person p WHERE p.person_id = role_grant.person_id)",
                pointers=_ANY_SITE,
                choices={"role": GRANTABLE},
                code=rules.grant_code,
                row_rules=(rules.not_the_own_role, rules.dates_in_order),
                rules=(rules.held_once, rules.an_administrator_stays),
                around=rules.own_deciders,
                audited=AuditKind.GRANT,
            ),
            Plan(
                record=RoutingRule,
                permission=Permission.EDIT_DIRECTORY,
                order="position",
                pointers=_ANY_SITE,
                choices={"category": (EVERY_CATEGORY, *Category)},
                code=rules.rule_code,
                rules=(rules.reviewer_may_review,),
                audited=AuditKind.SETTING,
            ),
            Plan(
                record=StandardItem,
                permission=Permission.EDIT_CATALOGUE,
                order="category, name",
                audited=AuditKind.SETTING,
            ),
            Plan(
                record=Vendor,
                permission=Permission.EDIT_CATALOGUE,
                order="name",
                row_rules=(rules.email_is_one,),
                audited=AuditKind.SETTING,
            ),
            Plan(
                record=Tolerances,
                # Who is bound by a limit does not set it.
                permission=Permission.OVERRIDE_FUND_LIMITS,
                order="tolerances_id",
                row_rules=(rules.there_is_one_row,),
                audited=AuditKind.SETTING,
            ),
        )
    }
)
"""Every table that is edited in place, with who may and which rules hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAsked:
    """Take back one's own last save of a table, if it is still the last one."""

    record: type[Record]
    save_id: str


def active_items(database: Database) -> tuple[StandardItem, ...]:
    """The standards catalogue, by name."""
    with database.read() as reader:
        return tuple(reader.find(StandardItem, "WHERE active ORDER BY name"))


def colleagues(database: Database) -> dict[str, str]:
    """Everybody active: name and job title by person code."""
    with database.read() as reader:
        return {
            person.person_id: f"{person.full_name}, {person.job_title}"
            for person in active_people(reader)
        }


def table_page(database: Database, plan: Plan, asked: RowsAsked) -> tuple[tuple[Record, ...], int]:
    """One page of a table, and how many rows there are over all pages."""
    with database.read() as reader:
        found = rows_of(reader, plan.record, _ways(plan), asked)
        return tuple(found), count_of(reader, plan.record, asked)


def rows_as_they_are(
    database: Database, record: type[Record], keys: tuple[str, ...]
) -> dict[str, Record]:
    """Rows by key, read now."""
    with database.read() as reader:
        return dict(by_key(reader, record, keys))


def cell_choices(database: Database, plan: Plan) -> dict[str, dict[str, str]]:
    """What a cell may be picked from, for the fields that have a list: words by value."""
    found: dict[str, dict[str, str]] = {
        column.name: {value: _capital(value) for value in column.choices}
        for column in shown(plan.record)
        if column.choices
    }
    for name, values in plan.choices.items():
        found[name] = {value: _capital(value) for value in values} | _everything(values, name)
    with database.read() as reader:
        for name, pointer in plan.all_pointers().items():
            words = words_of(reader, pointer.table)
            found[name] = _everything((pointer.anything,), pointer.table) | words
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoices:
    """What can be picked in a table: words by value, by the names of fields.

    Attributes:
        cells: What a cell may hold, for the fields that have a list.
        filters: What the rows can be narrowed down to.
    """

    cells: Mapping[str, Mapping[str, str]]
    filters: Mapping[str, Mapping[str, str]]


def table_choices(database: Database, plan: Plan) -> TableChoices:
    """What can be picked in a table, in its cells and to narrow it down."""
    cells = cell_choices(database, plan)
    with database.read() as reader:
        filters = {
            column.name: _offered(reader, plan, column, cells.get(column.name))
            for column in plan.filters()
        }
    return TableChoices(cells=cells, filters=filters)


def _offered(
    reader: Reader, plan: Plan, column: Column, listed: dict[str, str] | None
) -> dict[str, str]:
    if column.kind is Kind.YES_NO:
        return {"yes": "Yes", "no": "No"}
    if listed is None:
        return {value: value for value in recurring(reader, plan.record, column.name)}
    return listed | ({"": "None"} if column.nullable else {})


def _ways(plan: Plan) -> Ways:
    return Ways(
        usual=plan.order,
        names={name: pointer.table for name, pointer in plan.all_pointers().items()},
    )


def save_table(database: Database, actor: Actor, asked: TableAsked, *, now: datetime) -> Saved:
    """Save what a person typed into one of the district's tables: all of it, or nothing.

    Raises:
        ConflictError: Somebody else changed some of the same cells first.
        InvalidError: Some cells cannot be saved.
        NotAllowedError: The person may not edit this table, or it is not edited in place.
    """
    plan = PLANS.get(asked.record)
    if plan is None:
        raise NotAllowedError("This table is not edited here.")
    return save_rows(database, actor, plan, asked, now=now)


def undo_last_save(database: Database, actor: Actor, asked: UndoAsked, *, now: datetime) -> Saved:
    """Put back what one's own last save changed, as a new save; new rows become inactive.

    Raises:
        ConflictError: Somebody else changed some of the cells since.
        NotAllowedError: The last save of this table is not this person's, or cannot be undone.
    """
    with database.read() as reader:
        cells = last_save_of(reader, asked.record.TABLE.name, actor.person_id)
    edits = tuple(_undone(asked.record, cells))
    if not edits:
        raise NotAllowedError(
            "There is nothing of yours to undo: somebody saved this table after you, "
            "or your last save only added rows that have no “Active”."
        )
    back = TableAsked(record=asked.record, save_id=asked.save_id, edits=edits)
    return save_table(database, actor, back, now=now)


def may_undo(database: Database, actor: Actor, record: type[Record]) -> bool:
    """Whether the last save of a table is this person's and can be put back."""
    with database.read() as reader:
        cells = last_save_of(reader, record.TABLE.name, actor.person_id)
    return any(True for _ in _undone(record, cells))


def table_history(
    database: Database, record: type[Record], row_key: str | None = None
) -> tuple[dict[str, Any], ...]:
    """The newest changes of a table or of one row; see `store.tables.history_of`."""
    with database.read() as reader:
        return tuple(history_of(reader, record.TABLE.name, row_key=row_key))


def table_rows(
    database: Database, actor: Actor, plan: Plan, asked: RowsAsked
) -> tuple[Record, ...]:
    """Every row that matches, for a file.

    Raises:
        InvalidError: It is more than a file should hold.
        NotAllowedError: The person may not edit the table.
    """
    check_may_see(actor, plan.permission)
    with database.read() as reader:
        check_size(count_of(reader, plan.record, asked))
        return tuple(rows_of(reader, plan.record, _ways(plan), asked, most=MOST_FILE_ROWS))


def _everything(values: tuple[str, ...], what: str) -> dict[str, str]:
    return {"*": f"Every {what.replace('_', ' ')}"} if "*" in values else {}


def _undone(record: type[Record], cells: list[dict[str, Any]]) -> Iterator[RowEdit]:
    fields = {column.name for column in shown(record)}
    for key in dict.fromkeys(cell["row_key"] for cell in cells):
        back = tuple(
            Cell(field=cell["field"], before=cell["after"], after=cell["before"])
            for cell in cells
            if cell["row_key"] == key and cell["before"] is not None
        )
        if not back and "active" in fields:
            back = (Cell(field="active", before="yes", after="no"),)
        if back:
            # No version was seen: each cell is put back only where it still is as it was left.
            yield RowEdit(key=key, seen_version=-1, cells=back)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
