"""What leadership asks first: where it is late, who decides, what money lapses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from techrequests.store.funds import OVER
from techrequests.store.reports import LATE_DAYS
from techrequests.store.request_lists import OPEN
from techrequests.store.requests import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from techrequests.store.database import Reader

    Sight = Mapping[str, Any]
    """What a person may see: `store.requests.sight`."""

LAPSE_DAYS = 120
"""Money that is not ordered by a date so near needs somebody's attention: vendors take weeks."""
MOST_DECISIONS = 5

_STAGES = f"""
    SELECT r.status, CAST(count(*) AS INTEGER) AS requests,
           CAST(count(*) FILTER (WHERE r.stage_since < $late) AS INTEGER) AS late_requests,
           CAST(sum(r.estimate_cents) AS BIGINT) AS estimate_cents,
           min(r.stage_since) AS oldest
    FROM tech_request r WHERE {OPEN} AND {visible("r")}
    GROUP BY r.status
"""  # noqa: S608  # constants, as below

_DECISIONS = f"""
    SELECT r.request_id, r.title, r.priority, r.estimate_cents, r.stage_since, s.name AS site,
           p.full_name AS approver
    FROM tech_request r JOIN site s ON s.site_id = r.site_id
    LEFT JOIN person p ON p.person_id = r.approver_id
    WHERE r.status = 'awaiting approval' AND {visible("r")}
    ORDER BY r.stage_since, r.request_id LIMIT {MOST_DECISIONS}
"""  # noqa: S608

_LAPSING = f"""
    SELECT f.fund_id, f.name AS fund, f.ends_on, b.available_cents, b.reserved_cents
    FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id
    WHERE NOT {OVER} AND f.starts_on <= $today AND f.ends_on <= $soon
      AND b.available_cents + b.reserved_cents > 0
    ORDER BY f.ends_on, b.available_cents + b.reserved_cents DESC
"""  # noqa: S608


def stages(reader: Reader, sight: Sight, now: datetime) -> list[dict[str, Any]]:
    """One row per status of open requests.

    Returns:
        status, requests, late_requests (there for over `LATE_DAYS`), estimate_cents, oldest (since
        when the one that is there longest is there).
    """
    return reader.rows(_STAGES, **sight, late=now - timedelta(days=LATE_DAYS))


def oldest_decisions(reader: Reader, sight: Sight) -> list[dict[str, Any]]:
    """The decisions that wait longest.

    Returns:
        request_id, title, priority, estimate_cents, stage_since, site, and the approver's name.
    """
    return reader.rows(_DECISIONS, **sight)


def lapsing(reader: Reader, today: date) -> list[dict[str, Any]]:
    """One row per fund whose last order date is near and that is not all ordered from.

    Returns:
        fund_id, fund (its name), ends_on, available_cents, reserved_cents (approved, not ordered).
    """
    return reader.rows(_LAPSING, today=today, soon=today + timedelta(days=LAPSE_DAYS))
