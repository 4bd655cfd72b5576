"""Taking back the last save of a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from builders import NOON, given, who
from services.typed_in import ADMIN, change, save, stored
from techrequests.domain.catalogue import Site
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import Role
from techrequests.services.tables import (
    UndoAsked,
    may_undo,
    table_history,
    undo_last_save,
)

if TYPE_CHECKING:
    from techrequests.store.database import Database


def test_the_last_save_can_be_undone_and_done_again(database: Database) -> None:
    ada = who(database, ADMIN)
    change(database, Site, "LHS", phone="555-0101", address="1 Main Street")
    assert may_undo(database, ada, Site)
    later = NOON + timedelta(minutes=1)
    undo_last_save(database, ada, UndoAsked(record=Site, save_id="u1"), now=later)
    assert stored(database, Site, "LHS").phone == ""
    undo_last_save(
        database, ada, UndoAsked(record=Site, save_id="u2"), now=later + timedelta(minutes=1)
    )
    assert stored(database, Site, "LHS").address == "1 Main Street"
    assert len(table_history(database, Site)) == 6


def test_undoing_a_new_row_makes_it_inactive(database: Database) -> None:
    save(database, Site, new=({"site_id": "EMS", "name": "East", "kind": "middle school"},))
    asked = UndoAsked(record=Site, save_id="u1")
    undo_last_save(database, who(database, ADMIN), asked, now=NOON + timedelta(minutes=1))
    assert stored(database, Site, "EMS").active is False


def test_only_the_own_last_save_is_undone(database: Database) -> None:
    given(database, "lea", Role.ADMINISTRATOR)
    change(database, Site, "LHS", phone="1")
    assert not may_undo(database, who(database, "lea"), Site)
    with pytest.raises(NotAllowedError, match="nothing of yours"):
        undo_last_save(
            database, who(database, "lea"), UndoAsked(record=Site, save_id="u1"), now=NOON
        )
