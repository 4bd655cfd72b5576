"""What needs a person now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.store.today import waiting_for

if TYPE_CHECKING:
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


def waiting(database: Database, actor: Actor, today: date) -> list[dict[str, Any]]:
    """What this person can move on now, by kind; see `store.today.waiting_for`."""
    with database.read() as reader:
        return waiting_for(reader, actor, today)
