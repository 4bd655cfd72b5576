"""Every page, as the person with the most to see there, and the work pages with a request open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.policy import GRANTS, Permission
from techrequests.domain.techrequest import Status
from techrequests.ui.menu import PAGE_AT, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.store.database import Reader

MOST_STATEMENTS = 10
"""What a look at a page may run, also the first one after somebody saved."""

# The work pages: whose turn it is at which status, and the column that names them.
_CASES: tuple[tuple[str, Status, str | None], ...] = (
    ("submit", Status.DRAFT, "submitted_by_id"),
    ("one_request", Status.ORDERED, "requester_id"),
    ("review", Status.IN_REVIEW, "reviewer_id"),
    ("approvals", Status.AWAITING_APPROVAL, "approver_id"),
    ("quotes", Status.QUOTING, None),
    ("funding", Status.FUNDING, None),
    ("receiving", Status.ORDERED, None),
    ("deployments", Status.DEPLOYING, "technician_id"),
)
_HOLDER = """
    SELECT person_id FROM role_grant
    WHERE role = ANY($roles) AND ends_on IS NULL
    ORDER BY site_id <> '*', person_id LIMIT 1
"""
_REQUESTER = """
    SELECT requester_id FROM tech_request
    GROUP BY requester_id ORDER BY count(*) DESC, requester_id LIMIT 1
"""
_ONE = "SELECT min(asset_tag) FROM asset"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page as one person opens it.

    Attributes:
        name: Its address, and what is open in it.
    """

    name: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)


def views(reader: Reader) -> Iterator[View]:
    """Every page, then every request at work and a unit."""
    for page in PAGES:
        if page.listed:
            query = {"as": holder(reader, page.permission)}
            yield View(name=page.title, page=page.url, query=query)
    for url, status, column in _CASES:
        page = PAGE_AT[url]
        yield View(
            name=f"{page.title}, a case",
            page=url,
            query=_case(reader, page.permission, status, column),
        )
    person_id = holder(reader, Permission.MANAGE_INVENTORY)
    unit = {"as": person_id, "asset": str(reader.value(_ONE))}
    yield View(name="Inventory, a unit", page="inventory", query=unit)


def holder(reader: Reader, permission: Permission | None) -> str:
    """Who has a permission, for all sites if anybody; without one, who asks the most."""
    if permission in {None, Permission.SUBMIT_REQUESTS}:
        return str(reader.value(_REQUESTER))
    roles = [str(role) for role, granted in GRANTS.items() if permission in granted]
    return str(reader.value(_HOLDER, roles=roles))


def _case(
    reader: Reader, permission: Permission | None, status: Status, column: str | None
) -> dict[str, str]:
    who = column or "requester_id"
    rows = reader.rows(
        f"SELECT request_id, {who} AS who FROM tech_request "  # noqa: S608  # one of our columns
        f"WHERE status = $status AND {who} IS NOT NULL ORDER BY request_id LIMIT 1",
        status=status,
    )
    person_id = rows[0]["who"] if column else holder(reader, permission)
    return {"as": person_id, "request": rows[0]["request_id"]}
