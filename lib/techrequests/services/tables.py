"""The district's own tables: what pages read from them, and edits in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import StandardItem
from techrequests.store.people import active_people

if TYPE_CHECKING:
    from techrequests.store.database import Database


def active_items(database: Database) -> tuple[StandardItem, ...]:
    """The standards catalogue, by name."""
    with database.read() as reader:
        return tuple(reader.find(StandardItem, "WHERE active ORDER BY name"))


def colleagues(database: Database) -> dict[str, str]:
    """Everybody active: name and job title by person code."""
    with database.read() as reader:
        return {person.person_id: f"{person.full_name}, {person.job_title}" for person in active_people(reader)}
