"""Who took which duties in a request, and what an auditor asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind
from techrequests.domain.workflow import WORKFLOW
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from techrequests.domain.duties import Taken
    from techrequests.store.database import Reader

SHORTLY_DAYS = 30
"""Who changes an approver so soon before that person decides on what they submitted is listed."""

SEVERAL_DUTIES = "several duties"
OWN_APPROVER = "changed the approver"

_DUTY = "CASE e.action {cases} END".format(
    cases=" ".join(f"WHEN '{step.action}' THEN '{step.duty}'" for step in WORKFLOW if step.duty)
)
_TAKEN = f"""
    SELECT DISTINCT e.actor_id, {_DUTY} AS duty FROM request_event e
    WHERE e.request_id = $request_id
"""  # noqa: S608  # constants, as everywhere below

_SEVERAL = f"""
    SELECT request_id, actor_id, '{SEVERAL_DUTIES}' AS kind, max(happened_at) AS happened_at,
           string_agg(DISTINCT action, ', ' ORDER BY action) AS what
    FROM (
        SELECT e.request_id, e.actor_id, e.happened_at, e.action, {_DUTY} AS duty
        FROM request_event e
    ) acted
    WHERE duty IS NOT NULL
    GROUP BY request_id, actor_id HAVING count(DISTINCT duty) > 1
"""  # noqa: S608

# An account, its roles, whose supervisor it is, and for whom it stands in.
_PREPARED = f"""
    SELECT d.request_id, c.actor_id, '{OWN_APPROVER}' AS kind, max(d.decided_at) AS happened_at,
           string_agg(DISTINCT c.what, '; ' ORDER BY c.what) || ' before ' || max(a.full_name)
               || ' ' || max(d.verdict) || ' it' AS what
    FROM decision d
    JOIN tech_request r ON r.request_id = d.request_id
    JOIN person a ON a.person_id = d.approver_id
    JOIN (
        SELECT t.actor_id, t.edited_at AS changed_at, t.row_key AS approver_id,
               NULL AS requester_id, 'changed the account (' || t.field || ')' AS what
        FROM table_edit t WHERE t.table_name = 'person'
        UNION ALL
        SELECT t.actor_id, t.edited_at, NULL, t.row_key, 'changed who supervises the requester'
        FROM table_edit t WHERE t.table_name = 'person' AND t.field = 'supervisor_id'
        UNION ALL
        SELECT t.actor_id, t.edited_at, coalesce(g.person_id, p.after, p.before), NULL,
               'changed a role'
        FROM table_edit t
        LEFT JOIN role_grant g ON g.grant_id = t.row_key
        LEFT JOIN table_edit p
          ON p.table_name = 'role_grant' AND p.row_key = t.row_key AND p.field = 'person_id'
        WHERE t.table_name = 'role_grant'
        UNION ALL
        SELECT set_by_id, set_at, delegate_id, NULL, 'named who stands in' FROM delegation
    ) c ON c.actor_id IN (r.requester_id, r.submitted_by_id)
       AND (c.approver_id = d.approver_id OR c.requester_id = r.requester_id)
       AND c.changed_at <= d.decided_at
       AND c.changed_at > d.decided_at - INTERVAL '{SHORTLY_DAYS}' DAY
    GROUP BY d.request_id, c.actor_id
"""  # noqa: S608

DUTIES = Listing(
    name="duties",
    title="Several duties in one request",
    source=f"""
        ({_SEVERAL} UNION ALL {_PREPARED}) h
        JOIN tech_request r ON r.request_id = h.request_id
    """,
    joins="""
        JOIN site s ON s.site_id = r.site_id
        LEFT JOIN doer p ON p.person_id = h.actor_id
    """,
    key="request_id",
    columns=(
        ListColumn(name="request_id", label="Request", sql="h.request_id", opens=True),
        ListColumn(name="title", label="What", sql="r.title", sortable=False),
        ListColumn(name="who", label="Who", sql="coalesce(p.full_name, h.actor_id)"),
        ListColumn(name="kind", label="Why it is listed", sql="h.kind"),
        ListColumn(name="did", label="What they did", sql="h.what", sortable=False),
        ListColumn(name="happened_at", label="Last", sql="h.happened_at", kind=Kind.MOMENT),
        ListColumn(name="site", label="Site", sql="s.name"),
        ListColumn(
            name="estimate_cents", label="Estimate", sql="r.estimate_cents", kind=Kind.MONEY
        ),
    ),
    search=("h.request_id", "r.title", "p.full_name"),
    filters=(
        ListFilter(
            name="kind",
            label="Why it is listed",
            sql="h.kind",
            choices=(SEVERAL_DUTIES, OWN_APPROVER),
        ),
        ListFilter(
            name="site",
            label="Site",
            sql="r.site_id",
            options_sql="SELECT site_id, name FROM site ORDER BY name",
        ),
    ),
    order="happened_at",
    descending=True,
)
"""One row per request and person who took two duties in it or changed its approver, the newest
first."""


def taken_duties(reader: Reader, request_id: str) -> Taken:
    """Who took which duty in a request so far."""
    rows = reader.rows(_TAKEN, request_id=request_id)
    return frozenset((row["actor_id"], row["duty"]) for row in rows if row["duty"])


def notices(reader: Reader) -> list[dict[str, Any]]:
    """What an auditor asks about, one row per request and person; no rule is broken by it.

    Returns:
        request_id, actor_id, kind, happened_at, and what they did in words.
    """
    return reader.rows(f"{_SEVERAL} UNION ALL {_PREPARED} ORDER BY happened_at DESC")
