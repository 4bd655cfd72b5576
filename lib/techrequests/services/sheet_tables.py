"""Which tables may stand in a linked sheet, and what a sheet may change in each."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset
from techrequests.domain.budgets import FundInSheet
from techrequests.domain.catalogue import EVERY_SITE, StandardItem, Vendor
from techrequests.domain.errors import NotFoundError
from techrequests.domain.fields import shown
from techrequests.domain.policy import Permission
from techrequests.domain.sheets import Sharing
from techrequests.store import sheet_lists
from techrequests.store.listings import Listing
from techrequests.store.people import actor as actor_of
from techrequests.store.sheet_link import sharing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from techrequests.domain.fields import Record
    from techrequests.domain.policy import Actor
    from techrequests.domain.sheets import Shared
    from techrequests.store.database import Database, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table that may stand in a linked sheet.

    Attributes:
        source: The record whose rows it shows, or the listing.
        sees: What it takes to put it into a sheet, and to see what a look at the sheet found in it.
        edits: What it takes to let a sheet edit it; None: a sheet only shows it.
        adds: Whether a sheet may also add rows.
        together: Groups of fields of which all that were typed are saved, or none, where the first
            was: a new value of it empties the others.
    """

    source: type[Record] | Listing
    sees: Permission = Permission.SEE_REQUESTS
    edits: Permission | None = None
    adds: bool = False
    together: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """What the store calls it."""
        return self.source.name if isinstance(self.source, Listing) else self.source.TABLE.name

    @property
    def label(self) -> str:
        """What people call it."""
        return self.source.title if isinstance(self.source, Listing) else self.source.TABLE.label

    def heading(self, field: str) -> str:
        """What people call one of its fields."""
        if isinstance(self.source, Listing):
            return next((one.label for one in self.source.columns if one.name == field), field)
        columns = {column.name: column.field for column in shown(self.source)}
        found = columns.get(field)
        return found.label if found else field


TABLES: Mapping[str, SheetTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            SheetTable(
                source=FundInSheet,
                sees=Permission.SEE_FUNDS,
                edits=Permission.EDIT_FUNDS,
                adds=True,
            ),
            SheetTable(
                source=Asset,
                sees=Permission.SEE_INVENTORY,
                edits=Permission.MANAGE_INVENTORY,
                together=(("site_id", "room", "custodian_id"),),
            ),
            SheetTable(source=StandardItem, edits=Permission.EDIT_CATALOGUE, adds=True),
            SheetTable(source=Vendor, edits=Permission.EDIT_CATALOGUE, adds=True),
            SheetTable(source=sheet_lists.REQUESTS),
            SheetTable(source=sheet_lists.APPROVALS),
            SheetTable(source=sheet_lists.QUOTES),
            SheetTable(source=sheet_lists.ORDERS),
        )
    }
)
"""Every table that may be shared. Approvals are decided in the app and nowhere else."""


def seen_in_sheet(actor: Actor) -> tuple[SheetTable, ...]:
    """The tables of which a person may see what stands in a sheet."""
    return tuple(table for table in TABLES.values() if actor.may(table.sees, EVERY_SITE))


def may_edit_from_sheet(actor: Actor, table: SheetTable) -> bool:
    """Whether a person may answer for what a sheet changes in a table."""
    return table.edits is not None and actor.may(table.edits, EVERY_SITE)


def nobody_answers(database: Database, today: date) -> dict[str, str]:
    """The tables that a sheet may not edit any more, with the reason.

    Who let a sheet edit a table answers for it, for as long as they may edit it themselves.
    """
    with database.read() as reader:
        shared = sharing_of(reader)
        held = {}
        for name, one in shared.items():
            if one.sharing is Sharing.EDITED and not _answers(reader, one, TABLES[name], today):
                held[name] = (
                    f"“{TABLES[name].label}” is edited in both by the word of somebody who may not "
                    "edit it any more, so nothing of it is read or written. Somebody who may edit "
                    "it everywhere switches it off and on again."
                )
    return held


def _answers(reader: Reader, shared: Shared, table: SheetTable, today: date) -> bool:
    try:
        return may_edit_from_sheet(actor_of(reader, shared.by_id, today), table)
    except NotFoundError:
        return False
