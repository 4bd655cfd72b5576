"""What waits for a person, whatever their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission
from techrequests.store.delegation import MAY_DECIDE
from techrequests.store.request_lists import PRIORITY_ORDER

if TYPE_CHECKING:
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Reader

MOST = 60

# Only for those who can help: the question costs more than all others.
_NOBODY_DECIDES = f"""
    WHEN overdue_since IS NOT NULL OR request_id IN (
        SELECT r.request_id FROM tech_request r
        WHERE r.status = 'awaiting approval' AND NOT coalesce({MAY_DECIDE}, FALSE)
    ) THEN 'nobody decides'
"""  # noqa: S608  # a constant

# One row per request that this person can move on now, and per credit that they wait for.
_WAITING = f"""
    SELECT r.request_id, r.title, r.status, r.priority, r.stage_since,
           coalesce(w.credit_cents, r.estimate_cents) AS estimate_cents,
           s.name AS site, p.full_name AS requester, w.why,
           count(*) OVER (PARTITION BY w.why) AS of_this_kind
    FROM (
        SELECT request_id, CASE
            WHEN status IN ('draft', 'needs information', 'delivered')
                 AND (requester_id = $me OR submitted_by_id = $me) THEN status
            WHEN status = 'in review' AND reviewer_id = $me THEN 'in review'
            WHEN status = 'in review' AND reviewer_id IS NULL AND $assigns THEN 'nobody reviews'
            WHEN status = 'awaiting approval' AND approver_id = $me THEN 'awaiting approval'
            {{nobody_decides}}
            WHEN status = 'quoting' AND $quotes AND coalesce(reviewer_id, $me) = $me THEN 'quoting'
            WHEN status = 'funding' AND $allocates THEN 'funding'
            WHEN status = 'ordered' AND $receives
                 AND coalesce(technician_id, reviewer_id, $me) = $me THEN 'ordered'
            WHEN status = 'deploying' AND technician_id = $me THEN 'deploying'
            WHEN status = 'deploying' AND technician_id IS NULL AND $deploys THEN 'nobody deploys'
            END AS why, CAST(NULL AS BIGINT) AS credit_cents
        FROM tech_request
        WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
        UNION ALL
        SELECT request_id, 'credit to come', credit_cents FROM order_cost
        WHERE $pays AND credit_cents > 0
    ) w
    JOIN tech_request r ON r.request_id = w.request_id
    JOIN site s ON s.site_id = r.site_id
    JOIN person p ON p.person_id = r.requester_id
    WHERE w.why IS NOT NULL
    ORDER BY {PRIORITY_ORDER}, r.stage_since
    LIMIT {MOST}
"""  # noqa: S608  # constants


def waiting_for(reader: Reader, actor: Actor, today: date) -> list[dict[str, Any]]:
    """What this person can move on now, the most urgent first.

    Returns:
        One row per request: request_id, title, status, priority, stage_since, estimate_cents
        (of a credit to come: that), site, requester, why (a status, “nobody …” or “credit to
        come”), of_this_kind (how many there are).
    """
    assigns = _everywhere(actor, Permission.ASSIGN_WORK)
    days = {"today": today} if assigns else {}
    return reader.rows(
        _WAITING.format(nobody_decides=_NOBODY_DECIDES if assigns else ""),
        **days,
        me=actor.person_id,
        assigns=assigns,
        quotes=_everywhere(actor, Permission.MANAGE_QUOTES),
        pays=_everywhere(actor, Permission.PLACE_ORDERS),
        allocates=_everywhere(actor, Permission.ALLOCATE_FUNDS),
        receives=_everywhere(actor, Permission.RECEIVE_GOODS),
        deploys=_everywhere(actor, Permission.DEPLOY_DEVICES),
    )


def _everywhere(actor: Actor, permission: Permission) -> bool:
    return EVERY_SITE in actor.sites_for(permission)
