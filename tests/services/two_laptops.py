"""Two laptops in the inventory, and who keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import in_status, who
from techrequests.domain.assets import Asset
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

FIRST, SECOND = "A-100001", "A-100002"


@pytest.fixture
def rita(database: Database) -> Actor:
    """A technician, after two laptops came in for Lincoln High School."""
    in_status(database, Status.DEPLOYING)
    return who(database, "rita")


def the_asset(database: Database, asset_tag: str = FIRST) -> Asset:
    with database.read() as reader:
        return reader.get(Asset, asset_tag)
