"""Who stands in for whom, and the decisions that the calendar should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.delegation import Delegation
from techrequests.domain.fields import Kind
from techrequests.domain.techrequest import TechRequest
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from techrequests.store.database import Reader

_DELEGATES = """
    SELECT d.person_id, d.delegate_id
    FROM delegation d
    JOIN person a ON a.person_id = d.person_id AND a.active
    JOIN person b ON b.person_id = d.delegate_id AND b.active
    WHERE d.withdrawn_at IS NULL AND $today BETWEEN d.starts_on AND d.ends_on
"""

IS_A_DELEGATE = """EXISTS (
    SELECT 1 FROM delegation
    WHERE delegate_id = $person_id AND withdrawn_at IS NULL AND $today BETWEEN starts_on AND ends_on
)"""
"""True when the person `$person_id` stands in for anybody on the day `$today`."""

_STANDS_IN = """
    SELECT approver_id, site_id FROM decider
    WHERE person_id = $person_id AND approver_id <> person_id
      AND $today BETWEEN starts_on AND ends_on
"""

MAY_DECIDE = """r.approver_id NOT IN (r.requester_id, r.submitted_by_id) AND EXISTS (
    SELECT 1 FROM decider d
    WHERE d.person_id = r.approver_id
      AND d.approver_id = coalesce(r.on_behalf_of_id, r.approver_id)
      AND d.site_id IN ('*', r.site_id) AND $today BETWEEN d.starts_on AND d.ends_on
)"""
"""True for a request `r` whose decision is with somebody who may take it on the day `$today`."""

# All that a calendar's run may have to move; who moves nothing is told apart case by case.
_TO_LOOK_AT = f"""
    SELECT r.request_id FROM tech_request r
    WHERE r.status = 'awaiting approval' AND (
        r.on_behalf_of_id IS NOT NULL OR r.stage_since <= $old_since
        OR NOT coalesce({MAY_DECIDE}, FALSE)
        OR r.approver_id IN (
            SELECT person_id FROM delegation
            WHERE withdrawn_at IS NULL AND $today BETWEEN starts_on AND ends_on
        )
    )
    ORDER BY r.stage_since, r.request_id
"""  # noqa: S608  # a constant

_WITH_SINCE = """
    SELECT max(happened_at) FROM request_event
    WHERE request_id = $request_id AND happened_at >= $stage_since AND action IN (
        'name approver', 'delegate', 'return decision', 'find approver', 'escalate'
    )
"""

_UNDECIDED_OF = """
    WHERE status IN ('in review', 'needs information', 'awaiting approval', 'quoting', 'funding')
      AND (requester_id = $person_id OR submitted_by_id = $person_id)
    ORDER BY request_id
"""

_DECIDERS_FROM = """
    WITH RECURSIVE chain (person_id, height) AS (
        SELECT $person_id, 0
        UNION ALL
        SELECT p.supervisor_id, c.height + 1 FROM chain c JOIN person p ON p.person_id = c.person_id
        WHERE c.height < 12 AND p.supervisor_id IS NOT NULL
    )
    SELECT d.approver_id, d.person_id, greatest(d.starts_on, $today) AS from_day, d.ends_on
    FROM chain c JOIN decider d ON d.approver_id = c.person_id
    WHERE d.site_id IN ('*', $site_id) AND d.ends_on >= $today AND NOT c.person_id = ANY($barred)
    ORDER BY c.height, d.person_id, from_day, d.ends_on
"""

_ABSENCES = """
    SELECT d.delegation_id, a.full_name AS person, b.full_name AS delegate, s.full_name AS set_by,
           count(r.request_id) AS waiting
    FROM delegation d
    JOIN person a ON a.person_id = d.person_id
    JOIN person b ON b.person_id = d.delegate_id
    JOIN person s ON s.person_id = d.set_by_id
    LEFT JOIN tech_request r
      ON r.status = 'awaiting approval' AND r.on_behalf_of_id = d.person_id
    WHERE d.withdrawn_at IS NULL AND d.ends_on >= $today
      AND (d.person_id = $person_id OR $person_id = '')
    GROUP BY d.delegation_id, d.starts_on, a.full_name, b.full_name, s.full_name
    ORDER BY d.starts_on, a.full_name
"""

_OF_WHO_LEFT = """
    WHERE withdrawn_at IS NULL AND ends_on >= $today AND EXISTS (
        SELECT 1 FROM person p
        WHERE p.person_id IN (delegation.person_id, delegation.delegate_id) AND NOT p.active
    )
    ORDER BY delegation_id
"""

DELEGATIONS = Listing(
    name="delegations",
    title="Every delegation",
    source="delegation d",
    joins="JOIN person a ON a.person_id = d.person_id "
    "JOIN person b ON b.person_id = d.delegate_id JOIN person s ON s.person_id = d.set_by_id",
    key="delegation_id",
    columns=(
        ListColumn(name="delegation_id", label="Code", sql="d.delegation_id", hidden=True),
        ListColumn(name="person", label="Away", sql="a.full_name"),
        ListColumn(name="delegate", label="Decides instead", sql="b.full_name"),
        ListColumn(name="starts_on", label="First day", sql="d.starts_on", kind=Kind.DATE),
        ListColumn(name="ends_on", label="Last day", sql="d.ends_on", kind=Kind.DATE),
        ListColumn(
            name="withdrawn_at", label="Ended early", sql="d.withdrawn_at", kind=Kind.MOMENT
        ),
        ListColumn(name="set_by", label="Set by", sql="s.full_name"),
        ListColumn(name="note", label="Reason", sql="d.note", sortable=False),
    ),
    search=(
        "(SELECT full_name FROM person WHERE person_id = d.person_id)",
        "(SELECT full_name FROM person WHERE person_id = d.delegate_id)",
        "d.note",
    ),
    filters=(
        ListFilter(
            name="person",
            label="Away",
            sql="d.person_id",
            options_sql="SELECT DISTINCT p.person_id, p.full_name FROM person p "
            "JOIN delegation d ON d.person_id = p.person_id ORDER BY p.full_name",
        ),
    ),
    order="starts_on",
    descending=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A delegation that stands or is to come, in words.

    Attributes:
        waiting: How many decisions somebody else has now for who is away.
    """

    delegation: Delegation
    person: str
    delegate: str
    set_by: str
    waiting: int


def delegates_on(reader: Reader, today: date) -> dict[str, str]:
    """Everybody's delegate of a day, by who is away; both work here."""
    rows = reader.rows(_DELEGATES, today=today)
    return {row["person_id"]: row["delegate_id"] for row in rows}


def stands_in_for(reader: Reader, person_id: str, today: date) -> frozenset[tuple[str, str]]:
    """Pairs of an approver who is away on a day and a site where this person decides for them."""
    rows = reader.rows(_STANDS_IN, person_id=person_id, today=today)
    return frozenset((row["approver_id"], row["site_id"]) for row in rows)


def approves_between(reader: Reader, person_id: str, starts_on: date, ends_on: date) -> bool:
    """Whether a person is an approver in their own right on some of these days."""
    found = reader.value(
        "SELECT count(*) FROM decider WHERE person_id = $person_id AND approver_id = $person_id "
        "AND starts_on <= $ends_on AND ends_on >= $starts_on",
        person_id=person_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return bool(found)


def standing_delegations(reader: Reader, today: date) -> list[Delegation]:
    """Every delegation that was not withdrawn and is not over."""
    where = "WHERE withdrawn_at IS NULL AND ends_on >= $today ORDER BY starts_on, delegation_id"
    return reader.find(Delegation, where, today=today)


def of_who_left(reader: Reader, today: date) -> list[Delegation]:
    """Standing delegations whose approver or delegate does not work here any more."""
    return reader.find(Delegation, _OF_WHO_LEFT, today=today)


def absences(reader: Reader, today: date, person_id: str = "") -> list[Absence]:
    """Delegations that stand or are to come, of one person or of all, the earliest first."""
    rows: list[dict[str, Any]] = reader.rows(_ABSENCES, today=today, person_id=person_id)
    known = {one.delegation_id: one for one in standing_delegations(reader, today)}
    return [Absence(delegation=known[row.pop("delegation_id")], **row) for row in rows]


def decisions_to_look_at(reader: Reader, today: date, old_since: datetime) -> list[str]:
    """Requests whose decision may be with the wrong person, or wait for long, the oldest first."""
    rows = reader.rows(_TO_LOOK_AT, today=today, old_since=old_since)
    return [row["request_id"] for row in rows]


def with_the_decider_since(reader: Reader, request: TechRequest) -> datetime:
    """Since when the decision is with who has it now."""
    moved: datetime | None = reader.value(
        _WITH_SINCE, request_id=request.request_id, stage_since=request.stage_since
    )
    return moved or request.stage_since


def decider_reminded_at(reader: Reader, request: TechRequest, since: datetime) -> datetime | None:
    """When who decides was last reminded of it since a moment; None when they were not."""
    found: datetime | None = reader.value(
        "SELECT max(happened_at) FROM request_event WHERE request_id = $request_id "
        "AND action = 'remind approver' AND happened_at >= $since",
        request_id=request.request_id,
        since=since,
    )
    return found


def undecided_of(reader: Reader, person_id: str) -> list[TechRequest]:
    """Somebody's own requests on which a decision is, or may come to be, needed."""
    return reader.find(TechRequest, _UNDECIDED_OF, person_id=person_id)


def deciders_from(
    reader: Reader, person_id: str, *, site_id: str, barred: Iterable[str], today: date
) -> list[tuple[Any, ...]]:
    """Who may decide at a site from a day on, of a person and all above them, the nearest first.

    Returns:
        One per approver, who decides for them, and the first and last day of it.
    """
    rows = reader.rows(
        _DECIDERS_FROM, person_id=person_id, site_id=site_id, barred=list(barred), today=today
    )
    names = ("approver_id", "person_id", "from_day", "ends_on")
    return [tuple(row[name] for name in names) for row in rows]
