"""A request as it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


def lines_in(database: Database, request_id: str) -> list[tuple[str, int]]:
    with database.read() as reader:
        return [(line.description, line.quantity) for line in lines_of(reader, request_id)]
