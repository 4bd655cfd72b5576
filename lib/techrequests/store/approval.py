"""What could be done instead of buying what a request asks for, and what an approval named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from techrequests.store.request_lists import OPEN, PRIORITY_ORDER

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader

_MOST_CHEAPER = 2
_SHORTEST_WORD = 5
"""Of those that say what something is: “one”, “year” and “USB” are of many kinds."""

_ALTERNATIVES = """(
    SELECT 'spare' AS what, i.name, s.name AS site, count(*) AS units,
           CAST(0 AS BIGINT) AS price_cents, CAST(0 AS BIGINT) AS asked_cents, '' AS asked_name
    FROM asset a
    JOIN standard_item i ON i.item_id = a.item_id
    JOIN site s ON s.site_id = a.site_id
    WHERE a.status = 'in stock'
      AND a.item_id IN (
          SELECT l.item_id FROM request_line l
          JOIN tech_request r ON r.request_id = l.request_id
           AND r.content_version = l.content_version
          WHERE l.request_id = $request_id
      )
    GROUP BY i.name, s.name ORDER BY count(*) DESC, s.name LIMIT 2
) UNION ALL (
    SELECT 'cheaper', i.name, '', 0, i.unit_price_cents, l.unit_estimate_cents, asked.name
    FROM request_line l
    JOIN tech_request r
      ON r.request_id = l.request_id AND r.content_version = l.content_version
    JOIN standard_item asked ON asked.item_id = l.item_id
    JOIN standard_item i ON i.category = asked.category AND i.active AND i.item_id <> asked.item_id
     AND i.unit_price_cents < l.unit_estimate_cents
     AND i.unit_price_cents * 2 > l.unit_estimate_cents
    WHERE l.request_id = $request_id
    ORDER BY i.unit_price_cents, l.position
)"""

_OPEN_AT_SITE = f"""
    SELECT r.request_id, r.title, r.priority, r.status, r.estimate_cents,
           CAST(count(*) OVER () AS INTEGER) AS together
    FROM tech_request r
    WHERE r.site_id = $site_id AND r.request_id <> $besides AND {OPEN}
    ORDER BY {PRIORITY_ORDER}, r.stage_since
    LIMIT 20
"""  # noqa: S608  # a constant


def open_at_site(reader: Reader, site_id: str, *, besides: str) -> list[dict[str, Any]]:
    """The most urgent other open requests, at most 20.

    Returns:
        A row each: request_id, title, priority, status, estimate_cents, and how many there are
        together.
    """
    return reader.rows(_OPEN_AT_SITE, site_id=site_id, besides=besides)


def alternatives(reader: Reader, request_id: str) -> list[dict[str, Any]]:
    """What there is already, then what costs less, the most helpful first.

    Returns:
        A row of what `spare` per item and site with spare units: name, site, units. A row of what
        `cheaper` for at most two standard items of the same kind, not under half the price: name,
        price_cents, asked_cents, asked_name.
    """
    rows = reader.rows(_ALTERNATIVES, request_id=request_id)
    spare = [row for row in rows if row["what"] == "spare"]
    cheaper = [row for row in rows if row["what"] == "cheaper" and _alike(row)]
    return [
        *sorted(spare, key=lambda row: -row["units"]),
        *sorted(cheaper, key=lambda row: row["price_cents"])[:_MOST_CHEAPER],
    ]


def _alike(row: dict[str, Any]) -> bool:
    """Whether two items are of one kind: a category holds as different things as its words do."""
    return bool(_words(row["name"]) & _words(row["asked_name"]))


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", name.lower()) if len(word) >= _SHORTEST_WORD}


def fund_of_approval(reader: Reader, request: TechRequest) -> str | None:
    """The fund that the standing approval of a request named; None when it named none."""
    found: str | None = reader.value(
        "SELECT fund_id FROM standing_approval WHERE request_id = $request_id",
        request_id=request.request_id,
    )
    return found
