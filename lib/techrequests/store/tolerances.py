"""What the district tolerates above an approval or an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.tolerances import Tolerances

if TYPE_CHECKING:
    from techrequests.store.database import Reader


def tolerances(reader: Reader) -> Tolerances:
    """The district's tolerances; a migration wrote the first ones."""
    return next(iter(reader.find(Tolerances)), Tolerances())
