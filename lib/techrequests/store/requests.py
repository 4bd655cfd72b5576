"""One request with everything around it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.ledger import Entry
from techrequests.domain.policy import Permission
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import (
    Attachment,
    RequestLine,
    Status,
    TechRequest,
    Verdict,
)
from techrequests.domain.tolerances import NOTHING_TOLERATED
from techrequests.domain.workflow import RequestEvent
from techrequests.store.duties import taken_duties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from techrequests.domain.catalogue import Category
    from techrequests.domain.policy import Actor
    from techrequests.domain.tolerances import Tolerances
    from techrequests.store.database import Reader, Work

# What the rules ask about a case: each part gives rows of what, a number and a day. Small parts,
# and only those that can say something at a status, because planning one statement with all of
# them takes DuckDB much longer than running it. An order takes the place of lines and choice.
_LINES = """
    SELECT 'lines' AS what, count(*) AS number, CAST(NULL AS DATE) AS day FROM request_line
    WHERE request_id = $request_id AND content_version = $content_version
"""
_APPROVAL = """(
    SELECT verdict AS what, amount_cents AS number, CAST(NULL AS DATE) AS day FROM decision
    WHERE request_id = $request_id AND content_version = $content_version
    ORDER BY decided_at DESC, decision_id DESC LIMIT 1
)"""
_CHOICE = """
    SELECT 'chosen', CAST(q.shipping_cents + sum(l.quantity * l.unit_price_cents) AS BIGINT),
           q.expires_on
    FROM quote q JOIN quote_line l ON l.quote_id = q.quote_id
    WHERE q.request_id = $request_id AND q.chosen_at IS NOT NULL
    GROUP BY q.quote_id, q.shipping_cents, q.expires_on
"""
_MORE_UNITS = """
    SELECT 'more_units', CAST(sum(greatest(0, o.quantity - w.quantity)) AS BIGINT),
           CAST(NULL AS DATE)
    FROM quote q JOIN quote_line o ON o.quote_id = q.quote_id
    JOIN request_line w ON w.line_id = o.line_id
    WHERE q.request_id = $request_id AND q.chosen_at IS NOT NULL
"""
_TOLERANCES = """
    SELECT 'quote_percent', CAST(quote_percent AS BIGINT), CAST(NULL AS DATE) FROM tolerances
    UNION ALL SELECT 'quote_most_cents', quote_most_cents, CAST(NULL AS DATE) FROM tolerances
    UNION ALL SELECT 'more_units_need_approval', CAST(more_units_need_approval AS BIGINT),
                     CAST(NULL AS DATE) FROM tolerances
"""
_MONEY = """
    SELECT kind AS what, CAST(sum(amount_cents) AS BIGINT) AS number, CAST(NULL AS DATE) AS day
    FROM ledger_entry WHERE request_id = $request_id GROUP BY kind
"""
_ORDERED = """
    SELECT 'due' AS what, CAST(sum(quantity - cancelled) AS BIGINT) AS number,
           CAST(NULL AS DATE) AS day
    FROM order_line WHERE request_id = $request_id
"""
_ACCEPTED = """
    SELECT 'accepted', CAST(sum(accepted) AS BIGINT), CAST(NULL AS DATE)
    FROM receipt WHERE request_id = $request_id
"""
_TASKS = """
    SELECT 'open_tasks', count(*), CAST(NULL AS DATE) FROM deployment_task
    WHERE request_id = $request_id AND done_at IS NULL
"""
_SPARES = """
    SELECT 'spares' AS what, count(*) AS number, CAST(NULL AS DATE) AS day FROM spare_use
    WHERE request_id = $request_id AND freed_at IS NULL
"""
_REMINDERS = """
    SELECT 'reminders' AS what, count(*) AS number, CAST(NULL AS DATE) AS day FROM request_event
    WHERE request_id = $request_id AND action IN ('remind', 'remind of delivery')
      AND happened_at >= $stage_since
"""
_UNANSWERED = """
    SELECT 'unanswered' AS what, count(*) AS number, CAST(NULL AS DATE) AS day FROM request_event
    WHERE request_id = $request_id AND action = 'close unconfirmed' AND happened_at >= $stage_since
"""
_AFTER_ORDER = (_MONEY, _APPROVAL, _ORDERED, _ACCEPTED)
_ASKED_AT: Mapping[Status, tuple[str, ...]] = MappingProxyType(
    {
        Status.DRAFT: (_LINES,),
        Status.IN_REVIEW: (_LINES,),
        Status.NEEDS_INFORMATION: (_LINES, _REMINDERS),
        Status.AWAITING_APPROVAL: (_LINES, _SPARES),
        Status.QUOTING: (_LINES, _APPROVAL, _TOLERANCES, _MONEY),
        Status.FUNDING: (_LINES, _APPROVAL, _CHOICE, _MORE_UNITS, _TOLERANCES, _MONEY),
        Status.ORDERED: _AFTER_ORDER,
        Status.DEPLOYING: (*_AFTER_ORDER, _TASKS),
        Status.DELIVERED: (*_AFTER_ORDER, _REMINDERS),
        Status.CLOSED: (*_AFTER_ORDER, _UNANSWERED),
        Status.CANCELLED: (_ORDERED, _APPROVAL, _MONEY),
    }
)

_PRESENT_LINES = """
    WHERE request_id = $request_id
      AND content_version = (
          SELECT content_version FROM tech_request WHERE request_id = $request_id
      )
    ORDER BY position
"""

# A draft is its writers' alone, and so is one that they discarded.
_VISIBLE = """(
    {alias}requester_id = $me OR {alias}submitted_by_id = $me
    OR ({alias}submitted_at IS NOT NULL AND (
        $sees_all OR {alias}site_id = ANY($sees_sites) OR {alias}approver_id = $me
        OR {alias}requester_id IN (SELECT person_id FROM person WHERE supervisor_id = $me)
    ))
)"""


def visible(alias: str = "") -> str:
    """SQL that is true for the requests a person may see; its parameters come from `sight`."""
    return _VISIBLE.format(alias=f"{alias}." if alias else "")


def sight(actor: Actor) -> dict[str, Any]:
    """The parameters of `visible` for a person."""
    sites = actor.sites_for(Permission.SEE_REQUESTS)
    return {
        "sees_all": EVERY_SITE in sites,
        "sees_sites": sorted(sites - {EVERY_SITE}),
        "me": actor.person_id,
    }


def seen_by(reader: Reader, actor: Actor, request_id: str) -> list[TechRequest]:
    """The request of this number if there is one and a person may see it, else nothing."""
    where = f"WHERE request_id = $request_id AND {visible()}"
    return reader.find(TechRequest, where, request_id=request_id, **sight(actor))


def facts_for(
    reader: Reader, request: TechRequest, today: date, *, lines: int | None = None
) -> Facts:
    """What the workflow's rules ask at the status of a request, in at most one statement.

    What cannot be there yet, or was replaced by an order, stays as if there were nothing; a test
    sees to it that every rule finds what it reads.

    Args:
        reader: Where to look.
        request: About which request.
        today: The day on which the rules are judged.
        lines: How many lines its present version has, where that is known.
    """
    asked = _ASKED_AT.get(request.status, ())
    counted = {"lines": lines} if lines is not None and _LINES in asked else {}
    found = _asked(reader, request, (one for one in asked if one is not _LINES or not counted))
    taken = taken_duties(reader, request.request_id) if reader.separate_duties else frozenset()
    number = {what: row["number"] or 0 for what, row in found.items()} | counted
    return Facts(
        today=today,
        lines=number.get("lines", 0),
        approved_cents=number.get(Verdict.APPROVED),
        chosen_cents=number.get("chosen"),
        chosen_expires_on=found["chosen"]["day"] if "chosen" in found else None,
        more_units=number.get("more_units", 0),
        tolerances=_tolerances(number),
        reserved_cents=number.get("reserve", 0) - number.get("release reserve", 0),
        # Without an order there are no lines to add up.
        ordered="due" in found and found["due"]["number"] is not None,
        encumbered_cents=number.get("encumber", 0) - number.get("release encumbrance", 0),
        expended_cents=number.get("expend", 0) - number.get("credit", 0),
        outstanding=number.get("due", 0) - number.get("accepted", 0),
        accepted=number.get("accepted", 0),
        spares=number.get("spares", 0),
        open_tasks=number.get("open_tasks", 0),
        reminders=number.get("reminders", 0),
        closed_unanswered=bool(number.get("unanswered")),
        taken=taken,
    )


def _asked(reader: Reader, request: TechRequest, parts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """One row by what it tells of; without a statement where nothing is asked."""
    sql = " UNION ALL ".join(parts)
    known = {
        "request_id": request.request_id,
        "content_version": request.content_version,
        "stage_since": request.stage_since,
    }
    values = {name: value for name, value in known.items() if f"${name}" in sql}
    return {row["what"]: row for row in reader.rows(sql, **values)} if sql else {}


def _tolerances(number: Mapping[str, int]) -> Tolerances:
    """What the Business Office tolerates, where the status asked for it."""
    return replace(
        NOTHING_TOLERATED,
        quote_percent=number.get("quote_percent", 0),
        quote_most_cents=number.get("quote_most_cents", 0),
        more_units_need_approval=bool(number.get("more_units_need_approval", 0)),
    )


def lines_of(reader: Reader, request_id: str) -> list[RequestLine]:
    """The lines of the present version of a request, in order."""
    return reader.find(RequestLine, _PRESENT_LINES, request_id=request_id)


def replace_draft_lines(work: Work, request_id: str, lines: list[RequestLine]) -> None:
    """Put new lines in the place of a draft's old ones; what was submitted is never deleted."""
    work.run("DELETE FROM request_line WHERE request_id = $request_id", request_id=request_id)
    work.insert_all(lines)


def set_categories(work: Work, categories: Mapping[str, Category]) -> None:
    """Give request lines other categories, by line; their request's version guards them."""
    for line_id, category in categories.items():
        work.run(
            "UPDATE request_line SET category = $category WHERE line_id = $line_id",
            line_id=line_id,
            category=category,
        )


def events_of(reader: Reader, request_id: str) -> list[RequestEvent]:
    """What happened to a request, oldest first."""
    return reader.find(
        RequestEvent, "WHERE request_id = $request_id ORDER BY event_no", request_id=request_id
    )


def attachments_of(reader: Reader, request_id: str) -> list[Attachment]:
    """The files of a request that were not removed."""
    where = "WHERE request_id = $request_id AND removed_at IS NULL ORDER BY uploaded_at"
    return reader.find(Attachment, where, request_id=request_id)


def is_decided(reader: Reader, request_id: str) -> bool:
    """Whether a supervisor ever decided on a request."""
    return bool(
        reader.value(
            "SELECT count(*) FROM decision WHERE request_id = $request_id", request_id=request_id
        )
    )


def entries_of(reader: Reader, request_id: str) -> list[Entry]:
    """What funds hold and paid for a request, oldest first."""
    return reader.find(
        Entry, "WHERE request_id = $request_id ORDER BY entry_no", request_id=request_id
    )


def last_event(reader: Reader, request_id: str) -> tuple[str, RequestEvent] | None:
    """The newest event of a request with the name of who did it."""
    events = reader.find(
        RequestEvent,
        "WHERE request_id = $request_id ORDER BY event_no DESC LIMIT 1",
        request_id=request_id,
    )
    if not events:
        return None
    name = reader.value(
        "SELECT full_name FROM person WHERE person_id = $who", who=events[0].actor_id
    )
    return name or "Technology Requests", events[0]
