"""What a new request is held against before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from techrequests.store.database import Reader

LONG_WORD = 4
"""Words of so many letters carry the subject of a title; shorter ones are mostly glue."""

_SIMILAR = """(
    SELECT 'similar' AS what, r.request_id AS code, r.title AS words, r.status,
           p.full_name AS who, CAST(0 AS BIGINT) AS units
    FROM tech_request r JOIN person p ON p.person_id = r.requester_id
    WHERE r.site_id = $site_id AND r.request_id <> $request_id
      AND r.status NOT IN ('draft', 'closed', 'declined', 'denied', 'withdrawn', 'cancelled')
      AND (
        EXISTS (
            SELECT 1 FROM request_line l
            WHERE l.request_id = r.request_id AND l.content_version = r.content_version
              AND l.item_id = ANY($item_ids)
        )
        OR (
            r.category = $category
            AND len(list_intersect(string_split(lower(r.title), ' '), $words)) >= 2
        )
      )
    ORDER BY r.created_at DESC LIMIT 5
)"""
_SPARE = """(
    SELECT 'spare', s.name, i.name, '', '', count(*)
    FROM asset a JOIN standard_item i ON i.item_id = a.item_id
    JOIN site s ON s.site_id = a.site_id
    WHERE a.item_id = ANY($item_ids) AND a.status = 'in stock'
    GROUP BY i.name, s.name ORDER BY count(*) DESC, s.name LIMIT 5
)"""
_ON_ORDER = """(
    SELECT 'on order', o.order_number, l.description, '', '', s.outstanding
    FROM order_line_standing s
    JOIN order_line l ON l.order_line_id = s.order_line_id
    JOIN purchase_order o ON o.order_id = l.order_id
    WHERE s.outstanding > 0 AND l.item_id = ANY($item_ids)
    ORDER BY o.ordered_on DESC LIMIT 5
)"""
_KINDS = ("similar", "spare", "on order")
_BEGUN = """
    SELECT count(*) FROM tech_request WHERE submitted_by_id = $person_id AND created_at > $since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Already:
    """What the district already has or does that looks like a new request.

    Attributes:
        similar: One row per open request at the same site: its number as `code`, its title as
            `words`, its `status`, and `who` asked.
        spare: One row per item and site with spare units: the site's name as `code`, the item's
            name as `words`, and how many `units`.
        on_order: One row per open order line of the same item: the order's number as `code`, what
            was ordered as `words`, and how many `units` are still to come.
    """

    similar: list[dict[str, Any]]
    spare: list[dict[str, Any]]
    on_order: list[dict[str, Any]]


def item_categories(reader: Reader, item_ids: Iterable[str]) -> dict[str, Category]:
    """The categories of those of these codes that the standards catalog has."""
    wanted = sorted(set(item_ids))
    sql = "SELECT item_id, category FROM standard_item WHERE item_id = ANY($wanted)"
    rows = reader.rows(sql, wanted=wanted) if wanted else []
    return {row["item_id"]: Category(row["category"]) for row in rows}


def already(  # noqa: PLR0913  # each is one thing to compare by
    reader: Reader,
    *,
    request_id: str,
    site_id: str,
    category: str,
    title: str,
    item_ids: Sequence[str],
) -> Already:
    """Look for requests, stock and orders that a new request may double, in one statement."""
    # Without an item there is neither stock nor order to look for.
    parts = (_SIMILAR, _SPARE, _ON_ORDER) if item_ids else (_SIMILAR,)
    rows = reader.rows(
        " UNION ALL ".join(parts),
        site_id=site_id,
        request_id=request_id,
        category=category,
        words=[word for word in title.lower().split() if len(word) >= LONG_WORD],
        item_ids=list(item_ids),
    )
    found = {what: [row for row in rows if row["what"] == what] for what in _KINDS}
    return Already(similar=found["similar"], spare=found["spare"], on_order=found["on order"])


def begun_since(reader: Reader, person_id: str, since: datetime) -> int:
    """How many requests somebody has begun since a moment."""
    return int(reader.value(_BEGUN, person_id=person_id, since=since))
