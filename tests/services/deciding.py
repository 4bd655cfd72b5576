"""A request that waits for its supervisor, and funds that may pay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from builders import in_status
from techrequests.domain.funds import Fund
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def waiting(database: Database, **said: Any) -> TechRequest:  # noqa: ANN401  # any field of the form
    """Tina's request for two laptops, waiting for Pia."""
    return in_status(database, Status.AWAITING_APPROVAL, **said)


def change_fund(database: Database, fund_id: str, **said: Any) -> None:  # noqa: ANN401
    with database.write() as work:
        work.update(replace(work.get(Fund, fund_id), **said))
