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

MOST_OF_A_KIND = 20
"""More than a page shows of one kind of job, so that the next one is known when one is done."""

# Only for those who can help: the question costs more than all others.
_NOBODY_DECIDES = f"""
    WHEN overdue_since IS NOT NULL OR request_id IN (
        SELECT r.request_id FROM tech_request r
        WHERE r.status = 'awaiting approval' AND NOT coalesce({MAY_DECIDE}, FALSE)
    ) THEN 'nobody decides'
"""  # noqa: S608  # a constant

# Only for those who pay. What is to come is for as long as the order was placed.
_MONEY_TO_COME = """
    UNION ALL
    SELECT e.request_id, 'invoice to come', e.held_cents, o.placed_at
    FROM (
        SELECT request_id, CAST(sum(CASE kind WHEN 'encumber' THEN amount_cents
                                              ELSE -amount_cents END) AS BIGINT) AS held_cents
        FROM ledger_entry WHERE kind IN ('encumber', 'release encumbrance') GROUP BY request_id
    ) e
    JOIN (
        SELECT request_id, max(placed_at) AS placed_at FROM purchase_order GROUP BY request_id
    ) o ON o.request_id = e.request_id
    WHERE e.held_cents > 0
    UNION ALL
    SELECT c.request_id, 'credit to come', c.credit_cents, o.placed_at
    FROM order_cost c JOIN purchase_order o ON o.order_id = c.order_id WHERE c.credit_cents > 0
"""

# One row per request that this person can move on now, and per invoice or credit to come.
_WAITING = f"""
    SELECT request_id, title, status, priority, since, cents, site, requester, why, of_this_kind
    FROM (
        SELECT r.request_id, r.title, r.status, r.priority,
               coalesce(w.ordered_at, r.stage_since) AS since,
               coalesce(w.money_cents, r.estimate_cents) AS cents,
               s.name AS site, p.full_name AS requester, w.why,
               count(*) OVER (PARTITION BY w.why) AS of_this_kind,
               row_number() OVER (
                   PARTITION BY w.why
                   ORDER BY CASE WHEN w.ordered_at IS NULL THEN {PRIORITY_ORDER} ELSE 0 END,
                            coalesce(w.ordered_at, r.stage_since), r.request_id
               ) AS place
        FROM (
            SELECT request_id, CASE
                WHEN status IN ('draft', 'needs information', 'delivered')
                     AND (requester_id = $me OR submitted_by_id = $me) THEN status
                WHEN status = 'in review' AND reviewer_id = $me THEN 'in review'
                WHEN status = 'in review' AND reviewer_id IS NULL AND $assigns THEN 'nobody reviews'
                WHEN status = 'awaiting approval' AND approver_id = $me THEN 'awaiting approval'
                {{nobody_decides}}
                WHEN status = 'quoting' AND $quotes
                     AND coalesce(reviewer_id, $me) = $me THEN 'quoting'
                WHEN status = 'funding' AND $allocates THEN 'funding'
                WHEN status = 'ordered' AND $receives
                     AND coalesce(technician_id, reviewer_id, $me) = $me THEN 'ordered'
                WHEN status = 'deploying' AND technician_id = $me THEN 'deploying'
                WHEN status = 'deploying' AND technician_id IS NULL AND $deploys
                     THEN 'nobody deploys'
                END AS why, CAST(NULL AS BIGINT) AS money_cents,
                CAST(NULL AS TIMESTAMP) AS ordered_at
            FROM tech_request
            WHERE status NOT IN ('closed', 'declined', 'denied', 'withdrawn', 'cancelled')
            {{money_to_come}}
        ) w
        JOIN tech_request r ON r.request_id = w.request_id
        JOIN site s ON s.site_id = r.site_id
        JOIN person p ON p.person_id = r.requester_id
        WHERE w.why IS NOT NULL
    ) ranked
    WHERE place <= {MOST_OF_A_KIND}
    ORDER BY why, place
"""  # noqa: S608  # constants


def waiting_for(reader: Reader, actor: Actor, today: date) -> list[dict[str, Any]]:
    """What this person can move on: each kind the most urgent first, what is to come the oldest.

    Returns:
        Up to `MOST_OF_A_KIND` rows of each kind: request_id, title, status, priority, since (it
        stands there, or was ordered), cents (the estimate; of an invoice or credit to come: that),
        site, requester, why (a status, “nobody …”, “invoice to come” or “credit to come”),
        of_this_kind (how many there are).
    """
    assigns = _everywhere(actor, Permission.ASSIGN_WORK)
    days = {"today": today} if assigns else {}
    return reader.rows(
        _WAITING.format(
            nobody_decides=_NOBODY_DECIDES if assigns else "",
            money_to_come=_MONEY_TO_COME if _everywhere(actor, Permission.PLACE_ORDERS) else "",
        ),
        **days,
        me=actor.person_id,
        assigns=assigns,
        quotes=_everywhere(actor, Permission.MANAGE_QUOTES),
        allocates=_everywhere(actor, Permission.ALLOCATE_FUNDS),
        receives=_everywhere(actor, Permission.RECEIVE_GOODS),
        deploys=_everywhere(actor, Permission.DEPLOY_DEVICES),
    )


def _everywhere(actor: Actor, permission: Permission) -> bool:
    return EVERY_SITE in actor.sites_for(permission)
