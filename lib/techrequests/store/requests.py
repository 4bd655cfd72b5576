"""One request with everything around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.ledger import Entry
from techrequests.domain.policy import Permission
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import (
    Attachment,
    Comment,
    Decision,
    RequestLine,
    Review,
    TechRequest,
)
from techrequests.domain.workflow import RequestEvent

if TYPE_CHECKING:
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Reader, Work

_FACTS = """
    SELECT
        (SELECT count(*) FROM request_line
         WHERE request_id = $request_id AND content_version = $content_version) AS lines,
        (SELECT amount_cents FROM standing_approval
         WHERE request_id = $request_id) AS approved_cents,
        c.chosen_cents,
        c.expires_on AS chosen_expires_on,
        m.reserved_cents, m.encumbered_cents,
        o.outstanding, o.accepted,
        (SELECT count(*) FROM deployment_task
         WHERE request_id = $request_id AND done_at IS NULL) AS open_tasks,
        (SELECT count(*) FROM request_event
         WHERE request_id = $request_id AND action = 'remind'
           AND happened_at >= $stage_since) AS reminders
    FROM (
        SELECT CAST(coalesce(sum(CASE kind WHEN 'reserve' THEN amount_cents
                                           WHEN 'release reserve' THEN -amount_cents
                                 END), 0) AS BIGINT) AS reserved_cents,
               CAST(coalesce(sum(CASE kind WHEN 'encumber' THEN amount_cents
                                           WHEN 'release encumbrance' THEN -amount_cents
                                 END), 0) AS BIGINT) AS encumbered_cents
        FROM ledger_entry WHERE request_id = $request_id
    ) m
    CROSS JOIN (
        SELECT CAST(coalesce(sum(outstanding), 0) AS INTEGER) AS outstanding,
               CAST(coalesce(sum(accepted), 0) AS INTEGER) AS accepted
        FROM order_line_standing WHERE request_id = $request_id
    ) o
    LEFT JOIN (
        SELECT q.expires_on,
               CAST(q.shipping_cents + sum(l.quantity * l.unit_price_cents)
                    AS BIGINT) AS chosen_cents
        FROM quote q JOIN quote_line l ON l.quote_id = q.quote_id
        WHERE q.request_id = $request_id AND q.chosen_at IS NOT NULL
        GROUP BY q.quote_id, q.expires_on, q.shipping_cents
    ) c ON TRUE
"""

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


def may_see(reader: Reader, actor: Actor, request_id: str) -> bool:
    """Whether a person may see a request; False also when there is none."""
    sql = f"SELECT 1 FROM tech_request WHERE request_id = $request_id AND {visible()}"  # noqa: S608
    return bool(reader.value(sql, request_id=request_id, **sight(actor)))


def facts_for(reader: Reader, request: TechRequest, today: date) -> Facts:
    """What the workflow's rules need to know, in one statement."""
    row = reader.row(
        _FACTS,
        request_id=request.request_id,
        content_version=request.content_version,
        stage_since=request.stage_since,
    )
    return Facts(today=today, **(row or {}))


def lines_of(reader: Reader, request_id: str) -> list[RequestLine]:
    """The lines of the present version of a request, in order."""
    return reader.find(RequestLine, _PRESENT_LINES, request_id=request_id)


def replace_draft_lines(work: Work, request_id: str, lines: list[RequestLine]) -> None:
    """Put new lines in the place of a draft's old ones; what was submitted is never deleted."""
    work.run("DELETE FROM request_line WHERE request_id = $request_id", request_id=request_id)
    work.insert_all(lines)


def reviews_of(reader: Reader, request_id: str) -> list[Review]:
    """Every review of a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY reviewed_at DESC"
    return reader.find(Review, where, request_id=request_id)


def decisions_of(reader: Reader, request_id: str) -> list[Decision]:
    """Every decision on a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY decided_at DESC"
    return reader.find(Decision, where, request_id=request_id)


def events_of(reader: Reader, request_id: str) -> list[RequestEvent]:
    """What happened to a request, oldest first."""
    return reader.find(
        RequestEvent, "WHERE request_id = $request_id ORDER BY event_no", request_id=request_id
    )


def comments_of(reader: Reader, request_id: str, *, internal: bool) -> list[Comment]:
    """What was said about a request, oldest first; internal ones only when asked for."""
    where = "WHERE request_id = $request_id AND (NOT internal OR $internal) ORDER BY written_at"
    return reader.find(Comment, where, request_id=request_id, internal=internal)


def attachments_of(reader: Reader, request_id: str) -> list[Attachment]:
    """The files of a request that were not removed."""
    where = "WHERE request_id = $request_id AND removed_at IS NULL ORDER BY uploaded_at"
    return reader.find(Attachment, where, request_id=request_id)


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
