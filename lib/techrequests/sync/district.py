"""The district's own tables, as a pass asks for them: by the services that their pages use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotAllowedError
from techrequests.services.edits import TableAsked
from techrequests.services.tables import save_table
from techrequests.store.tables import RowsAsked, count_of, rows_of
from techrequests.sync.layout import layout_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from techrequests.domain.edits import NewRow, RowEdit
    from techrequests.domain.fields import Record
    from techrequests.domain.policy import Actor
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database
    from techrequests.sync.layout import Layout, Mode


@dataclass(frozen=True, kw_only=True)
class DistrictTable:
    """Any table of `services.tables.PLANS`, kept in step as one person.

    Attributes:
        actor: As whom it is saved; their permissions hold, as on the page.
        new_id: Makes the id of a save.
    """

    database: Database
    actor: Actor
    plan: Plan
    mode: Mode
    now: datetime
    new_id: Callable[[], str]

    @cached_property
    def layout(self) -> Layout:
        """How it stands in its tab."""
        return layout_of(self.plan.record, self.mode)

    def rows(self) -> Mapping[str, Record]:
        """Every row, those that are not active any more too."""
        record, everything = self.plan.record, RowsAsked(inactive=True)
        with self.database.read() as reader:
            # All of them: a row that is left out would look as if the app had lost it.
            most = count_of(reader, record, everything)
            found = rows_of(reader, record, self.plan.order, everything, most=most)
        return {str(getattr(row, record.TABLE.key)): row for row in found}

    def save(self, edit: RowEdit) -> tuple[str, ...]:
        """Save cells of one row by the table's own service."""
        return self._told(TableAsked(record=self.plan.record, save_id=self.new_id(), edits=(edit,)))

    def add(self, key: str, row: NewRow) -> tuple[str, ...]:
        """Add one row by the table's own service; its values say the key."""
        del key
        asked = TableAsked(record=self.plan.record, save_id=self.new_id(), new_rows=(row,))
        return self._told(asked)

    def _told(self, asked: TableAsked) -> tuple[str, ...]:
        try:
            save_table(self.database, self.actor, asked, now=self.now)
        except InvalidError as error:
            return tuple(problem.message for problem in error.problems)
        except NotAllowedError as error:
            return (str(error),)
        return ()
