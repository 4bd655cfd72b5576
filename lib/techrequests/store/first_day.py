"""What a new district still lacks before its first request can go all the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import Category
from techrequests.domain.policy import Permission
from techrequests.store.people import HELD, roles_with

if TYPE_CHECKING:
    from datetime import date

    from techrequests.store.database import Reader

_WORKING = f"""
    SELECT g.site_id, g.role, p.person_id
    FROM person p JOIN role_grant g ON g.person_id = p.person_id AND {HELD} WHERE p.active
"""  # noqa: S608  # a constant

# One row of counts, and of names that are joined by commas; NULL where there is none.
# “*”, every category, sorts before all of them.
_STANDING = f"""
    WITH holder AS ({_WORKING}),
    routed AS (
        SELECT s.site_id, count(DISTINCT r.category) AS categories, min(r.category) AS least
        FROM site s
        JOIN routing_rule r ON r.active AND r.site_id IN ('*', s.site_id)
        JOIN holder h ON h.person_id = r.reviewer_id AND h.role = ANY($reviewers)
                     AND h.site_id IN ('*', s.site_id)
        GROUP BY s.site_id
    )
    SELECT
        (SELECT count(*) FROM site WHERE active AND kind <> 'office') AS schools,
        (SELECT count(*) FROM person p JOIN person b ON b.person_id = p.supervisor_id AND b.active
         WHERE p.active) AS supervised,
        (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM site s
         WHERE s.active AND EXISTS (
             SELECT 1 FROM person p WHERE p.site_id = s.site_id AND p.active
         ) AND NOT EXISTS (
             SELECT 1 FROM holder h WHERE h.role = ANY($approvers) AND h.site_id IN ('*', s.site_id)
         )) AS unapproved,
        (SELECT count(DISTINCT person_id) FROM holder WHERE role = ANY($reviewers)) AS reviewers,
        (SELECT count(DISTINCT person_id) FROM holder WHERE role = ANY($payers)) AS payers,
        (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM site s
         LEFT JOIN routed d ON d.site_id = s.site_id
         WHERE s.active AND coalesce(d.least, '') <> '*' AND coalesce(d.categories, 0) < $categories
        ) AS unrouted,
        (SELECT count(*) FROM budgeted_fund f
         WHERE NOT f.closed AND f.starts_on <= $today AND f.ends_on >= $today
           AND f.budget_cents > 0) AS funds,
        (SELECT count(*) FROM vendor WHERE active) AS vendors
"""  # noqa: S608  # constants

_NOTHING = {"unapproved": "", "unrouted": ""}


def standing(reader: Reader, today: date) -> dict[str, Any]:
    """How far a district is.

    Returns:
        Counts of active schools, of supervised people, of reviewers and payers, of funds that may
        pay today, and of vendors; and the names of sites where nobody approves (unapproved) or
        where some category has no reviewer (unrouted), empty where there is none.
    """
    row = reader.row(
        _STANDING,
        today=today,
        approvers=roles_with(Permission.DECIDE_REQUESTS),
        reviewers=roles_with(Permission.REVIEW_REQUESTS),
        payers=roles_with(Permission.EDIT_FUNDS),
        categories=len(Category),
    )
    return {name: value or _NOTHING.get(name, 0) for name, value in (row or {}).items()}
