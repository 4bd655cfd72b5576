"""Who is at the keyboard, and whom one can be in the sample district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.store import people

if TYPE_CHECKING:
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


def actor_of(database: Database, person_id: str, today: date) -> Actor:
    """A person with what they may do today.

    Raises:
        NotFoundError: No active person has this code.
    """
    with database.read() as reader:
        return people.actor(reader, person_id, today)


def people_to_be(database: Database) -> dict[str, str]:
    """Whom one can be in the sample district: words by code, those with a role first."""
    with database.read() as reader:
        return people.people_to_be(reader)
