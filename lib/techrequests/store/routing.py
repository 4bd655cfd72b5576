"""Who reviews a request: the first routing rule that fits, then least open work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.policy import Permission
from techrequests.store.people import holders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from techrequests.store.database import Reader

_CANDIDATES = """
    SELECT r.position, r.reviewer_id, count(t.request_id) AS open_requests
    FROM routing_rule r
    LEFT JOIN tech_request t
      ON t.reviewer_id = r.reviewer_id AND t.status IN ('in review', 'quoting')
    WHERE r.active AND r.site_id IN ('*', $site_id) AND r.category IN ('*', $category)
    GROUP BY r.position, r.reviewer_id
    ORDER BY r.position, open_requests, r.reviewer_id
"""


def reviewer_for(
    reader: Reader, *, site_id: str, category: str, barred: Iterable[str], today: date
) -> str | None:
    """The reviewer a request goes to, or None when no rule finds an active one.

    Args:
        reader: Where to look.
        site_id: The site the request is for.
        category: What kind of technology.
        barred: People who must not judge it.
        today: The day on which the reviewer's role must be held.
    """
    may_review = holders(reader, Permission.REVIEW_REQUESTS, today, site_id)
    excluded = set(barred)
    rows = reader.rows(_CANDIDATES, site_id=site_id, category=category)
    fitting = (row["reviewer_id"] for row in rows)
    return next((who for who in fitting if who in may_review and who not in excluded), None)
