"""What is being set up, by whom, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset
from techrequests.domain.deployment import DeploymentTask
from techrequests.domain.policy import Permission
from techrequests.store.inventory import OF_A_REQUEST
from techrequests.store.people import holders
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.request_lists import PRIORITY_ORDER
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Reader

MOST = 100

_AT_WORK = (
    Part(DeploymentTask, OF_REQUEST, ("position", "task_id")),
    Part(Asset, f"WHERE {OF_A_REQUEST}", ("asset_tag",)),
)

_BUSY = """
    SELECT technician_id, count(*) AS open_deployments FROM tech_request
    WHERE status = 'deploying' AND technician_id IS NOT NULL GROUP BY technician_id
"""

# One row per request that is being deployed.
_DEPLOYMENTS = f"""
    SELECT r.request_id, r.title, r.priority, r.needed_by, r.stage_since, r.technician_id,
           s.name AS site, p.full_name AS requester, t.full_name AS technician,
           CAST(coalesce(k.tasks, 0) AS INTEGER) AS tasks,
           CAST(coalesce(k.done, 0) AS INTEGER) AS done,
           CAST(coalesce(a.units, 0) AS INTEGER) AS units, coalesce(a.rooms, '') AS rooms,
           count(*) OVER () AS of_all
    FROM tech_request r
    JOIN site s ON s.site_id = r.site_id
    JOIN person p ON p.person_id = r.requester_id
    LEFT JOIN person t ON t.person_id = r.technician_id
    LEFT JOIN (
        SELECT request_id, count(*) AS tasks, count(done_at) AS done
        FROM deployment_task GROUP BY request_id
    ) k ON k.request_id = r.request_id
    LEFT JOIN (
        SELECT request_id, count(*) AS units,
               string_agg(DISTINCT nullif(room, ''), ', ' ORDER BY nullif(room, '')) AS rooms
        FROM (
            SELECT request_id, room FROM asset WHERE request_id IS NOT NULL
            UNION ALL
            SELECT u.request_id, s.room FROM spare_use u JOIN asset s ON s.asset_tag = u.asset_tag
            WHERE u.freed_at IS NULL
        ) served GROUP BY request_id
    ) a ON a.request_id = r.request_id
    WHERE r.status = 'deploying'
      AND ($everywhere OR r.site_id = ANY($sites))
      AND CASE $whose
            WHEN 'mine' THEN r.technician_id = $me
            WHEN 'nobody' THEN r.technician_id IS NULL
            ELSE TRUE END
    ORDER BY {PRIORITY_ORDER}, r.needed_by NULLS LAST, r.stage_since
    LIMIT $most
"""  # noqa: S608  # constants


def tasks_of(reader: Reader, request_id: str) -> list[DeploymentTask]:
    """The checklist of a request, in order."""
    where = "WHERE request_id = $request_id ORDER BY position, task_id"
    return reader.find(DeploymentTask, where, request_id=request_id)


def work_at(
    reader: Reader, request_id: str
) -> tuple[tuple[DeploymentTask, ...], tuple[Asset, ...]]:
    """The checklist of a request in order, and its units by tag, in one statement."""
    found = reader.together(*_AT_WORK, request_id=request_id)
    return found.of(DeploymentTask), found.of(Asset)


def last_position(reader: Reader, request_id: str) -> int:
    """The position of the last task of a request's checklist, 0 when there is none."""
    return int(
        reader.value(
            "SELECT coalesce(max(position), 0) FROM deployment_task WHERE request_id = $request_id",
            request_id=request_id,
        )
    )


def least_busy(reader: Reader, people: Collection[str]) -> str | None:
    """Who of several people deploys the fewest requests now, the first of equals; None of none."""
    busy = {row["technician_id"]: row["open_deployments"] for row in reader.rows(_BUSY)}
    return min(people, key=lambda person_id: busy.get(person_id, 0), default=None)


def technicians(reader: Reader, site_id: str, today: date) -> dict[str, str]:
    """Who may deploy at a site: names by code."""
    return holders(reader, Permission.DEPLOY_DEVICES, today, site_id)


def deployments(
    reader: Reader, actor: Actor, whose: str, *, most: int = MOST
) -> list[dict[str, Any]]:
    """What is being deployed where this person may deploy, the most urgent first.

    Args:
        reader: Where to look.
        actor: Who asks.
        whose: `mine`, `nobody` (nobody's yet) or anything else for all.
        most: So many rows at most.

    Returns:
        One row per request: request_id, title, priority, needed_by, stage_since
       , technician_id, technician, site, requester, tasks, done, units, rooms, of_all
        (how many there are).
    """
    sites = actor.sites_for(Permission.DEPLOY_DEVICES)
    return reader.rows(
        _DEPLOYMENTS,
        me=actor.person_id,
        whose=whose,
        most=most,
        everywhere="*" in sites,
        sites=sorted(sites),
    )
