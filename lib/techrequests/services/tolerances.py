"""What the district tolerates above an approval and above an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.store.tolerances import tolerances

if TYPE_CHECKING:
    from techrequests.domain.tolerances import Tolerances
    from techrequests.store.database import Database


def tolerances_of(database: Database) -> Tolerances:
    """The district's tolerances; everybody may know them."""
    with database.read() as reader:
        return tolerances(reader)
