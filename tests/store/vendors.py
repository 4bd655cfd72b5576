"""A row to change: a vendor of the small district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Vendor

if TYPE_CHECKING:
    from techrequests.store.database import Database


def the_vendor(database: Database, code: str = "NORTHWIND") -> Vendor:
    with database.read() as reader:
        return reader.get(Vendor, code)
