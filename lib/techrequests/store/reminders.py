"""Requests that wait for their requester, and decisions for who decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.techrequest import Status
    from techrequests.domain.workflow import Action
    from techrequests.store.database import Reader

_UNANSWERED = """
    SELECT r.request_id, r.version, r.stage_since,
           count(e.event_no) AS reminders, max(e.happened_at) AS last_reminded_at
    FROM tech_request r LEFT JOIN request_event e
      ON e.request_id = r.request_id AND e.action = $reminds AND e.happened_at >= r.stage_since
    WHERE r.status = $status
    GROUP BY r.request_id, r.version, r.stage_since
    ORDER BY r.stage_since, r.request_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A request whose requester was asked something, or got it, with the reminders sent since."""

    request_id: str
    version: int
    asked_at: datetime
    reminders: int
    last_reminded_at: datetime | None


def unanswered(reader: Reader, status: Status, reminds: Action) -> list[Unanswered]:
    """Every request that waits for its requester at a status, the longest first."""
    return [
        Unanswered(
            request_id=row["request_id"],
            version=row["version"],
            asked_at=row["stage_since"],
            reminders=row["reminders"],
            last_reminded_at=row["last_reminded_at"],
        )
        for row in reader.rows(_UNANSWERED, status=status, reminds=reminds)
    ]
