"""Who reviews a request: the first routing rule that fits, then least open work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.categories import category_of
from techrequests.domain.policy import Permission
from techrequests.store.people import HOLDERS, roles_with

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader

_FITTING = f"""
    SELECT r.position, r.reviewer_id
    FROM routing_rule r
    LEFT JOIN tech_request t
      ON t.reviewer_id = r.reviewer_id AND t.status IN ('in review', 'quoting')
    WHERE r.active AND r.site_id IN ('*', $site_id) AND r.category IN ('*', $category)
      AND r.reviewer_id IN ({HOLDERS}) AND NOT r.reviewer_id = ANY($barred)
    GROUP BY r.position, r.reviewer_id
    ORDER BY r.position, count(t.request_id), r.reviewer_id
"""  # noqa: S608  # a constant


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
    found = _responsible(reader, site_id, category, barred, today)
    return found[0] if found else None


def reviewer_again(reader: Reader, request: TechRequest, today: date) -> str | None:
    """Who reviews a request whose category has changed.

    Returns:
        Who has it, where they are among those responsible for it now, or where nobody is; else who
        of these has the least open work.
    """
    found = _responsible(reader, request.site_id, category_of(request), request.own_people, today)
    kept = request.reviewer_id in found or not found
    return request.reviewer_id if kept else found[0]


def _responsible(
    reader: Reader, site_id: str, category: str, barred: Iterable[str], today: date
) -> list[str]:
    """The active reviewers of the first rule that fits, those with the least open work first."""
    rows = reader.rows(
        _FITTING,
        site_id=site_id,
        category=category,
        barred=sorted(barred),
        roles=roles_with(Permission.REVIEW_REQUESTS),
        today=today,
    )
    return [row["reviewer_id"] for row in rows if row["position"] == rows[0]["position"]]
