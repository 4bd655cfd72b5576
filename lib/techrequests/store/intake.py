"""What a new request is held against before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from techrequests.store.database import Reader

LONG_WORD = 4
"""Words of so many letters carry the subject of a title; shorter ones are mostly glue."""

_SIMILAR = """
    SELECT r.request_id, r.title, r.status, p.full_name AS requester
    FROM tech_request r JOIN person p ON p.person_id = r.requester_id
    WHERE r.site_id = $site_id AND r.request_id <> $request_id
      AND r.status NOT IN ('draft', 'closed', 'declined', 'denied', 'withdrawn', 'cancelled')
      AND (
        EXISTS (
            SELECT 1 FROM request_line l
            WHERE l.request_id = r.request_id AND l.item_id = ANY($item_ids)
        )
        OR (
            r.category = $category
            AND len(list_intersect(string_split(lower(r.title), ' '), $words)) >= 2
        )
      )
    ORDER BY r.created_at DESC LIMIT 5
"""
_SPARE = """
    SELECT i.name, a.site_id, count(*) AS units
    FROM asset a JOIN standard_item i ON i.item_id = a.item_id
    WHERE a.item_id = ANY($item_ids) AND a.status = 'in stock'
    GROUP BY i.name, a.site_id ORDER BY units DESC, a.site_id LIMIT 5
"""
_ON_ORDER = """
    SELECT o.order_number, l.description, s.outstanding AS units, o.request_id
    FROM order_line_standing s
    JOIN order_line l ON l.order_line_id = s.order_line_id
    JOIN purchase_order o ON o.order_id = l.order_id
    WHERE s.outstanding > 0 AND l.item_id = ANY($item_ids)
    ORDER BY o.ordered_on DESC LIMIT 5
"""


_BEGUN = """
    SELECT count(*) FROM tech_request WHERE submitted_by_id = $person_id AND created_at > $since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Already:
    """What the district already has or does that looks like a new request.

    Attributes:
        similar: One row per open request at the same site: request_id, title, status, requester.
        spare: One row per item and site with spare units: name, site_id, units.
        on_order: One row per open order line of the same item: order_number, description, units,
            request_id.
    """

    similar: list[dict[str, object]]
    spare: list[dict[str, object]]
    on_order: list[dict[str, object]]


def unknown_items(reader: Reader, item_ids: Iterable[str]) -> set[str]:
    """Which of these codes are not in the standards catalogue."""
    wanted = sorted(set(item_ids))
    sql = "SELECT item_id FROM standard_item WHERE item_id = ANY($wanted)"
    known = {row["item_id"] for row in reader.rows(sql, wanted=wanted)} if wanted else set()
    return set(wanted) - known


def already(  # noqa: PLR0913  # each is one thing to compare by
    reader: Reader,
    *,
    request_id: str,
    site_id: str,
    category: str,
    title: str,
    item_ids: Sequence[str],
) -> Already:
    """Look for requests, stock and orders that a new request may double."""
    words = [word for word in title.lower().split() if len(word) >= LONG_WORD]
    items = list(item_ids)
    return Already(
        similar=reader.rows(
            _SIMILAR,
            site_id=site_id,
            request_id=request_id,
            category=category,
            words=words,
            item_ids=items,
        ),
        spare=reader.rows(_SPARE, item_ids=items) if items else [],
        on_order=reader.rows(_ON_ORDER, item_ids=items) if items else [],
    )


def begun_since(reader: Reader, person_id: str, since: datetime) -> int:
    """How many requests somebody has begun since a moment."""
    return int(reader.value(_BEGUN, person_id=person_id, since=since))
