"""The district's own tables, as a pass asks for them: by the services that their pages use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset
from techrequests.domain.budgets import BudgetedFund, FundInSheet
from techrequests.domain.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    Problem,
    StaleError,
)
from techrequests.domain.policy import SHEET
from techrequests.domain.sheets import Sharing
from techrequests.services.edits import TableAsked
from techrequests.services.funds import FundsAsked, save_funds
from techrequests.services.sheet_tables import TABLES
from techrequests.services.tables import PLANS, save_table
from techrequests.services.units import UnitsAsked, save_units
from techrequests.store.listings import Listing
from techrequests.store.sheet_lists import newest_rows
from techrequests.sync.apply_to_app import field_of
from techrequests.sync.errors import StoppedError
from techrequests.sync.layout import Mode, layout_of
from techrequests.sync.listing_rows import record_of, records_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.fields import Record
    from techrequests.domain.sheets import Shared
    from techrequests.services.sheet_tables import SheetTable
    from techrequests.store.database import Database
    from techrequests.sync.layout import Layout

MOST_ROWS_OF_A_TABLE = 20_000
"""Of a table that a sheet edits."""

VIA_SHEET = "Changed in the linked Google Sheet"
"""The reason that stands in a fund's book: a sheet has no place to ask for one."""


@dataclass(frozen=True, kw_only=True)
class DistrictTable:
    """A table of `services.sheets.TABLES`, kept in step as `policy.SHEET`.

    Attributes:
        mode: Which way it goes.
        held: Why nothing of it is read or written; empty when it is.
        new_id: Makes the id of a save.
    """

    database: Database
    table: SheetTable
    mode: Mode
    held: str
    now: datetime
    new_id: Callable[[], str]

    @cached_property
    def layout(self) -> Layout:
        """How it stands in its tab."""
        return layout_of(self._record, self.mode)

    def rows(self) -> Mapping[str, Record]:
        """Every row, those that are not active any more too."""
        if self.held:
            raise StoppedError(self.held)
        source, key = self.table.source, self._record.TABLE.key
        with self.database.read() as reader:
            if isinstance(source, Listing):
                found = records_from(source, newest_rows(reader, source))
            else:
                found = reader.find(source, f"ORDER BY {key} LIMIT {MOST_ROWS_OF_A_TABLE + 1}")
        if len(found) > MOST_ROWS_OF_A_TABLE:
            raise StoppedError(
                f"“{self.table.label}” has more than {MOST_ROWS_OF_A_TABLE:,} rows, which is too "
                "many for a sheet that is read every minute. Take it as a file from its own page."
            )
        return {str(getattr(row, key)): row for row in found}

    def save(self, edit: RowEdit) -> tuple[Problem, ...]:
        """Save cells of one row by the table's own service."""
        found = _told(lambda: self._save(TableAsked(**self._asked, edits=(edit,))))
        return (*found, *self._waiting(edit, {field_of(problem) for problem in found}))

    def add(self, row: NewRow) -> tuple[Problem, ...]:
        """Add one row by the table's own service; its values say the key."""
        return _told(lambda: self._save(TableAsked(**self._asked, new_rows=(row,))))

    def _waiting(self, edit: RowEdit, refused: set[str]) -> Iterator[Problem]:
        """A room typed beside a new site is a room there, and would be emptied by going ahead."""
        for group in self.table.together:
            typed = [cell.field for cell in edit.cells if cell.field in group]
            wrong = " and ".join(f"“{self.table.heading(one)}”" for one in typed if one in refused)
            if wrong and group[0] in typed:
                for name in typed:
                    if name not in refused:
                        yield Problem(name, f"“{self.table.heading(name)}” waits for {wrong}.")

    @property
    def _record(self) -> type[Record]:
        source = self.table.source
        return record_of(source) if isinstance(source, Listing) else source

    @property
    def _asked(self) -> dict[str, Any]:
        record = BudgetedFund if self.table.source is FundInSheet else self._record
        return {"record": record, "save_id": self.new_id()}

    def _save(self, asked: TableAsked) -> None:
        if asked.record in PLANS:
            save_table(self.database, SHEET, asked, now=self.now)
        elif asked.record is BudgetedFund:
            funds = FundsAsked(
                save_id=asked.save_id, edits=asked.edits, new_rows=asked.new_rows, reason=VIA_SHEET
            )
            save_funds(self.database, SHEET, funds, now=self.now)
        elif asked.record is Asset:
            # No reason: it would count as somebody's, where a unit needs one to leave a site.
            units = UnitsAsked(save_id=asked.save_id, edits=asked.edits)
            save_units(self.database, SHEET, units, now=self.now)
        else:
            raise NotAllowedError(f"“{self.table.label}” is not changed from a sheet.")


def district_tables(
    database: Database,
    shared: Mapping[str, Shared],
    held: Mapping[str, str],
    *,
    now: datetime,
    new_id: Callable[[], str],
) -> tuple[DistrictTable, ...]:
    """The tables that are shared, in the order in which their tabs are made."""
    return tuple(
        DistrictTable(
            database=database,
            table=table,
            mode=_mode(table, shared[name].sharing),
            held=held.get(name, ""),
            now=now,
            new_id=new_id,
        )
        for name, table in TABLES.items()
        if name in shared
    )


def _mode(table: SheetTable, sharing: Sharing) -> Mode:
    if sharing is Sharing.SHOWN or table.edits is None:
        return Mode.MIRROR
    return Mode.ROWS if table.adds else Mode.EDITS


def _told(save: Callable[[], None]) -> tuple[Problem, ...]:
    """Why a service refused, in the words that a page would show; nothing when it did not."""
    try:
        save()
    except InvalidError as error:
        return error.problems
    except (NotAllowedError, NotFoundError, StaleError) as error:
        return (Problem("", str(error)),)
    return ()
