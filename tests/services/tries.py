"""What a person tries to do, each with the permission it takes; and how a refusal looks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from builders import FUNDS, HEADSET, NOON, TODAY, a_key
from techrequests.domain.budgets import FundInSheet
from techrequests.domain.catalogue import EVERY_SITE, Person, Site, Vendor
from techrequests.domain.delegation import Delegation
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import BlockedError, InvalidError, NotAllowedError, NotFoundError
from techrequests.domain.policy import Actor, Permission, Role
from techrequests.domain.sheets import Conflict, Sharing
from techrequests.services import (
    delegation,
    funds,
    inventory,
    listing,
    oversight,
    sheets,
    stock,
    tables,
    units,
)
from techrequests.services.edits import TableAsked, save_rows
from techrequests.services.listing import LISTED
from techrequests.services.sheet_tables import TABLES as SHEET_TABLES
from techrequests.services.tables import PLANS, UndoAsked
from techrequests.store.listings import Asked
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database

    Try = Callable[[Database, Actor], Any]

CONFLICT = Conflict(key="GEN-27", field="notes", base="", ours="a", theirs="b")

FOR_WANT_OF_AUTHORITY = (NotAllowedError, BlockedError, NotFoundError)


def somebody_with(*roles: Role) -> Actor:
    """Will, who teaches at another school than Tina, with roles for every site and no others."""
    held = {(Role.STAFF, "WES"), *((role, EVERY_SITE) for role in roles)}
    return Actor(person_id="will", full_name="Will Reyes", site_id="WES", roles=frozenset(held))


def is_refused(database: Database, attempt: Callable[[], Any]) -> None:
    """It is refused for want of authority, in words, and leaves no trace."""
    commits = database.commits.total
    with pytest.raises(FOR_WANT_OF_AUTHORITY) as error:
        attempt()
    assert str(error.value)
    assert database.commits.total == commits


def save_a(record: Any, key: str, field: str) -> Try:  # noqa: ANN401  # a record class
    """Change a cell of a table."""
    edit = RowEdit(key=key, seen_version=1, cells=(Cell(field=field, before="", after="x"),))
    return lambda database, actor: tables.save_table(
        database, actor, TableAsked(record=record, save_id=a_key("save"), edits=(edit,)), now=NOON
    )


def undo_a(record: Any) -> Try:  # noqa: ANN401  # a record class
    """Undo a table's last save."""
    return lambda database, actor: tables.undo_last_save(
        database, actor, UndoAsked(record=record, save_id=a_key("undo")), now=NOON
    )


def listing_of(read: Any, name: str) -> Try:  # noqa: ANN401  # one of two services
    """Look at a listing."""
    return lambda database, actor: read(database, actor, name, Asked())


def rows_of(plan: Plan) -> Try:
    """Take all rows of a table."""
    return lambda database, actor: tables.table_rows(database, actor, plan, RowsAsked())


ADDED = {"item_id": HEADSET.item_id, "site_id": "DO", "acquired_on": TODAY, "serial": "S-1"}


def edit_many(database: Database, actor: Actor) -> None:
    """A unit that somebody may not see is one that does not exist."""
    asked = inventory.ManyAsked(asset_tags=(a_unit(database),), values={"room": "1"}, note="Moved")
    try:
        inventory.edit_many(database, actor, asked, now=NOON)
    except InvalidError as error:
        if "No unit has the tag" in str(error):
            raise NotFoundError(str(error)) from error
        raise


def delegate(database: Database, actor: Actor) -> Delegation:
    """Let Sue decide for Pia."""
    asked = delegation.DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id="pia",
        delegate_id="sue",
        starts_on=TODAY,
        ends_on=TODAY,
        note="Away.",
    )
    return delegation.delegate(database, actor, asked, now=NOON)


def end_delegation(database: Database, actor: Actor) -> None:
    """End what Pia set herself."""
    with database.read() as reader:
        [present] = reader.find(Delegation)
    asked = delegation.EndAsked(delegation_id=present.delegation_id, seen_version=present.version)
    delegation.end_delegation(database, actor, asked, now=NOON)


def edited_in_a_sheet(name: str, database: Database, actor: Actor) -> None:
    asked = sheets.ShareAsked(table=name, sharing=Sharing.EDITED)
    sheets.share(database, actor, asked, now=NOON)


TRIES: dict[tuple[str, str], tuple[Permission, Try]] = {
    **{
        ("tables.save_table", plan.record.__name__): (
            plan.permission,
            save_a(plan.record, "LHS", "name"),
        )
        for plan in PLANS.values()
    },
    **{
        ("tables.undo_last_save", record.__name__): (PLANS[record].permission, undo_a(record))
        for record in (Site, Person)
    },
    **{
        (f"listing.{read.__name__}", name): (listed.permission, listing_of(read, name))
        for name, listed in LISTED.items()
        if listed.permission
        for read in (listing.listing_page, listing.listing_records, listing.listing_rows)
    },
    **{
        ("tables.table_rows", plan.record.__name__): (plan.permission, rows_of(plan))
        for plan in (*PLANS.values(), funds.FUND_PLAN)
    },
    ("funds.save_funds", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: funds.save_funds(
            database, actor, funds.FundsAsked(save_id=a_key("save"), reason="Because."), now=NOON
        ),
    ),
    ("funds.fund_table", ""): (
        Permission.SEE_FUNDS,
        funds.fund_table,
    ),
    ("oversight.overseen", ""): (
        Permission.OVERSEE,
        lambda database, actor: oversight.overseen(database, actor, NOON),
    ),
    ("funds.funds_of_year", ""): (
        Permission.SEE_FUNDS,
        lambda database, actor: funds.funds_of_year(database, actor, 2027),
    ),
    ("funds.entries_behind", ""): (
        Permission.SEE_FUNDS,
        lambda database, actor: funds.entries_behind(database, actor, FUNDS[0].fund_id),
    ),
    ("stock.add_asset", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: stock.add_asset(
            database, actor, stock.AddAsked(key=a_key("add"), values=ADDED), now=NOON
        ),
    ),
    ("inventory.unit_of", ""): (
        Permission.SEE_INVENTORY,
        lambda database, actor: inventory.unit_of(database, actor, a_unit(database)),
    ),
    ("inventory.edit_asset", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: inventory.edit_asset(
            database,
            actor,
            inventory.EditAsked(
                asset_tag=a_unit(database), seen_version=1, values={"room": "112"}, note="Moved."
            ),
            now=NOON,
        ),
    ),
    ("edits.save_rows", ""): (
        Permission.EDIT_CATALOGUE,
        lambda database, actor: save_rows(
            database,
            actor,
            PLANS[Vendor],
            TableAsked(record=Vendor, save_id=a_key("save")),
            now=NOON,
        ),
    ),
    ("units.save_units", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: units.save_units(
            database, actor, units.UnitsAsked(save_id=a_key("save"), reason="Because."), now=NOON
        ),
    ),
    ("inventory.edit_many", ""): (Permission.MANAGE_INVENTORY, edit_many),
    ("sheets.standing", ""): (Permission.LINK_SHEETS, sheets.standing),
    ("sheets.link", ""): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.link(
            database, actor, sheets.LinkAsked(spreadsheet="sheet"), now=NOON
        ),
    ),
    ("sheets.unlink", ""): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.unlink(database, actor, now=NOON),
    ),
    ("sheets.share", "shown"): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.share(
            database,
            actor,
            sheets.ShareAsked(table="requests", sharing=Sharing.SHOWN),
            now=NOON,
        ),
    ),
    **{
        ("sheets.share", table.name): (table.edits, partial(edited_in_a_sheet, table.name))
        for table in SHEET_TABLES.values()
        if table.edits
    },
    ("sheets.decide", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.decide(
            database,
            actor,
            sheets.DecideAsked(table=FundInSheet.TABLE.name, conflict=CONFLICT, ours=True),
            now=NOON,
        ),
    ),
    ("sheets.let_rows_go", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.let_rows_go(
            database, actor, sheets.TabAsked(table=FundInSheet.TABLE.name), now=NOON
        ),
    ),
    ("sheets.begin_tab_anew", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.begin_tab_anew(
            database, actor, sheets.TabAsked(table=FundInSheet.TABLE.name), now=NOON
        ),
    ),
    ("delegation.delegate", ""): (Permission.EDIT_DIRECTORY, delegate),
    ("delegation.end_delegation", ""): (Permission.EDIT_DIRECTORY, end_delegation),
}


def a_unit(database: Database) -> str:
    with database.read() as reader:
        return str(reader.value("SELECT min(asset_tag) FROM asset"))
