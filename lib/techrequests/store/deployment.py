"""What is being set up, by whom, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset
from techrequests.domain.deployment import DeploymentTask
from techrequests.domain.fields import Kind
from techrequests.domain.policy import Permission
from techrequests.store.inventory import OF_A_REQUEST
from techrequests.store.listings import ListColumn, ListFilter, Listing
from techrequests.store.people import holders
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.request_lists import (
    CATEGORY_FILTER,
    PRIORITY_FILTER,
    SEARCH,
    SITE_FILTER,
    URGENT_FIRST,
)
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from techrequests.store.database import Reader

_AT_WORK = (
    Part(DeploymentTask, OF_REQUEST, ("position", "task_id")),
    Part(Asset, f"WHERE {OF_A_REQUEST}", ("asset_tag",)),
)

_BUSY = """
    SELECT technician_id, count(*) AS open_deployments FROM tech_request
    WHERE status = 'deploying' AND technician_id IS NOT NULL GROUP BY technician_id
"""

_COUNT = "CAST(coalesce({}, 0) AS INTEGER)"
_TECHNICIAN_FILTER = ListFilter(
    name="technician",
    label="Technician",
    sql="r.technician_id",
    options_sql="""
        SELECT person_id, full_name FROM person WHERE person_id IN (
            SELECT technician_id FROM tech_request WHERE status = 'deploying'
        ) ORDER BY full_name
    """,
)

MINE, NOBODYS = "mine", "nobody"
"""The switches of the list: one's own, and what nobody does yet; without one it is all."""

# One row per request that is being deployed.
DEPLOYMENTS = Listing(
    name="deployments",
    title="Deployments",
    source="tech_request r",
    joins="""
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
                SELECT u.request_id, x.room
                FROM spare_use u JOIN asset x ON x.asset_tag = u.asset_tag
                WHERE u.freed_at IS NULL
            ) served GROUP BY request_id
        ) a ON a.request_id = r.request_id
    """,
    key="request_id",
    columns=(
        ListColumn(name="request_id", label="Request", sql="r.request_id"),
        ListColumn(name="title", label="What", sql="r.title"),
        ListColumn(name="priority", label="Priority", sql="r.priority", sortable=False),
        ListColumn(name="site", label="Site", sql="s.name"),
        ListColumn(name="rooms", label="Rooms", sql="coalesce(a.rooms, '')", sortable=False),
        ListColumn(name="requester", label="Requester", sql="p.full_name"),
        ListColumn(name="technician", label="Technician", sql="t.full_name"),
        ListColumn(name="units", label="Units", sql=_COUNT.format("a.units"), kind=Kind.INTEGER),
        ListColumn(name="tasks", label="Tasks", sql=_COUNT.format("k.tasks"), kind=Kind.INTEGER),
        ListColumn(name="done", label="Tasks done", sql=_COUNT.format("k.done"), kind=Kind.INTEGER),
        ListColumn(name="needed_by", label="Needed by", sql="r.needed_by", kind=Kind.DATE),
        ListColumn(name="stage_since", label="Since", sql="r.stage_since", kind=Kind.MOMENT),
        URGENT_FIRST,
    ),
    search=(
        *SEARCH,
        "(SELECT full_name FROM person WHERE person_id = r.technician_id)",
        "(SELECT string_agg(room, ' ') FROM asset WHERE request_id = r.request_id)",
    ),
    filters=(SITE_FILTER, PRIORITY_FILTER, CATEGORY_FILTER, _TECHNICIAN_FILTER),
    where="""r.status = 'deploying' AND ($everywhere OR r.site_id = ANY($sites))
        AND CASE $whose
            WHEN 'mine' THEN r.technician_id = $me
            WHEN 'nobody' THEN r.technician_id IS NULL
            ELSE TRUE END""",
    order="urgent_first",
    switches=(MINE, NOBODYS),
)


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
