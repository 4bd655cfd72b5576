"""Which tables may stand in a linked sheet, and what a sheet may change in each."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset
from techrequests.domain.budgets import FundInSheet
from techrequests.domain.catalogue import StandardItem, Vendor
from techrequests.domain.fields import shown
from techrequests.domain.policy import Permission
from techrequests.store import sheet_lists
from techrequests.store.listings import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.fields import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table that may stand in a linked sheet.

    Attributes:
        source: The record whose rows it shows, or the listing.
        sees: What it takes to put it into a sheet, and to see what a look at the sheet found in it.
        edits: What it takes to let a sheet edit it; None: a sheet only shows it.
        adds: Whether a sheet may also add rows.
    """

    source: type[Record] | Listing
    sees: Permission = Permission.SEE_REQUESTS
    edits: Permission | None = None
    adds: bool = False

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
                source=Asset, sees=Permission.SEE_INVENTORY, edits=Permission.MANAGE_INVENTORY
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
