"""The listings of requests: all that one may see, one's own, and the queues of each stage."""

from __future__ import annotations

from dataclasses import replace

from techrequests.domain.catalogue import Category
from techrequests.domain.fields import Kind
from techrequests.domain.techrequest import TERMINAL, Priority, Status
from techrequests.store.listings import ListColumn, ListFilter, Listing
from techrequests.store.requests import visible

PRIORITY_ORDER = (
    "CASE r.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END"
)

_NUMBER = ListColumn(name="request_id", label="Request", sql="r.request_id", width=110)
_TITLE = ListColumn(
    name="title", label="What", sql="r.title", sortable=False, opens=True, width=210
)
_STATUS = ListColumn(name="status", label="Status", sql="r.status", width=125)
_PRIORITY = ListColumn(
    name="priority", label="Priority", sql="r.priority", sortable=False, width=75
)
_SITE = ListColumn(name="site", label="Site", sql="s.name", width=115)
_REQUESTER = ListColumn(name="requester", label="Requester", sql="p.full_name", width=115)
_COST = ListColumn(
    name="estimate_cents", label="Estimate", sql="r.estimate_cents", kind=Kind.MONEY, width=90
)
_SINCE = ListColumn(
    name="stage_since", label="Since", sql="r.stage_since", kind=Kind.MOMENT, width=100
)
_CREATED = ListColumn(
    name="created_at", label="Started", sql="r.created_at", kind=Kind.MOMENT, aside=True
)

_FOR_WHOM = ListColumn(
    name="for_whom", label="You decide for", sql="coalesce(absent.full_name, 'yourself')"
)

URGENT_FIRST = ListColumn(
    name="urgent_first",
    label="Most urgent",
    # Priority first, then how long it has waited, as one sortable number.
    sql=f"({PRIORITY_ORDER} * 100000 + date_part('epoch', r.stage_since) / 86400)",
    kind=Kind.INTEGER,
    hidden=True,
)

SITE_FILTER = ListFilter(
    name="site",
    label="Site",
    sql="r.site_id",
    options_sql="SELECT site_id, name FROM site ORDER BY name",
)
PRIORITY_FILTER = ListFilter(
    name="priority", label="Priority", sql="r.priority", choices=tuple(reversed(Priority))
)
CATEGORY_FILTER = ListFilter(
    name="category", label="Category", sql="r.category", choices=tuple(Category)
)
_OVER = ", ".join(f"'{status}'" for status in sorted(TERMINAL))
OPEN = f"r.status NOT IN ('draft', {_OVER})"
"""Submitted, and somebody still has to act."""

STATE_FILTER = ListFilter(
    name="state",
    label="Open or over",
    sql=f"CASE WHEN {OPEN} THEN 'open' WHEN r.status = 'draft' THEN 'draft' ELSE 'over' END",
    choices=("open", "over", "draft"),
)
STATUS_FILTER = ListFilter(name="status", label="Status", sql="r.status", choices=tuple(Status))

SEARCH = (
    "r.request_id",
    "r.title",
    "r.problem",
    "(SELECT full_name FROM person WHERE person_id = r.requester_id)",
)

ALL_REQUESTS = Listing(
    name="requests",
    title="Requests",
    source="tech_request r",
    joins="JOIN person p ON p.person_id = r.requester_id JOIN site s ON s.site_id = r.site_id",
    key="request_id",
    columns=(_NUMBER, _STATUS, _TITLE, _PRIORITY, _SITE, _REQUESTER, _COST, _SINCE, _CREATED),
    search=SEARCH,
    filters=(STATE_FILTER, STATUS_FILTER, SITE_FILTER, PRIORITY_FILTER, CATEGORY_FILTER),
    where=visible("r"),
    order="created_at",
    descending=True,
)

MY_REQUESTS = replace(
    ALL_REQUESTS,
    name="mine",
    title="My requests",
    columns=(_NUMBER, _STATUS, _TITLE, _PRIORITY, _COST, _SINCE, _CREATED),
    filters=(STATE_FILTER, STATUS_FILTER),
    where="(r.requester_id = $me OR r.submitted_by_id = $me)",
)


def queue(name: str, title: str, where: str) -> Listing:
    """Requests that wait at one stage, the most urgent first, then the longest waiting.

    Args:
        name: Prefix of its names in the URL.
        title: What the table is called for screen readers.
        where: SQL on `r`, from code, that says which requests wait here.
    """
    return Listing(
        name=name,
        title=title,
        source="tech_request r",
        joins="JOIN person p ON p.person_id = r.requester_id JOIN site s ON s.site_id = r.site_id",
        key="request_id",
        columns=(_NUMBER, _TITLE, _PRIORITY, _SITE, _REQUESTER, _COST, _SINCE, URGENT_FIRST),
        search=SEARCH,
        filters=(SITE_FILTER, PRIORITY_FILTER, CATEGORY_FILTER),
        where=where,
        order="urgent_first",
    )


EVERYBODY = "everybody"
"""The switch of the review queue: other reviewers' requests too."""

REVIEW_QUEUE = replace(
    queue(
        "review",
        "Requests in review",
        "r.status = 'in review' AND ($everybody OR r.reviewer_id IS NULL OR r.reviewer_id = $me)",
    ),
    switches=(EVERYBODY,),
)
_WAITING = queue(
    "approvals",
    "Requests that wait for your decision",
    "r.status = 'awaiting approval' AND r.approver_id = $me",
)
APPROVAL_QUEUE = replace(
    _WAITING,
    joins=f"{_WAITING.joins} LEFT JOIN person absent ON absent.person_id = r.on_behalf_of_id",
    columns=(_NUMBER, _TITLE, _FOR_WHOM, *_WAITING.columns[2:]),
)
QUOTING_QUEUE = queue(
    "quotes", "Requests that need a quote", f"r.status = 'quoting' AND {visible('r')}"
)
FUNDING_QUEUE = queue(
    "funding", "Requests that need a fund", f"r.status = 'funding' AND {visible('r')}"
)
