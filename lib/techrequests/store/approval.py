"""What could be done instead of buying what a request asks for, and what an approval named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.store.request_lists import PRIORITY_ORDER

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader

_ALTERNATIVES = """(
    SELECT 'spare' AS what, i.name, s.name AS site, count(*) AS units,
           CAST(0 AS BIGINT) AS price_cents, CAST(0 AS BIGINT) AS asked_cents
    FROM asset a
    JOIN standard_item i ON i.item_id = a.item_id
    JOIN site s ON s.site_id = a.site_id
    WHERE a.status = 'in stock'
      AND a.item_id IN (SELECT item_id FROM request_line WHERE request_id = $request_id)
    GROUP BY i.name, s.name ORDER BY count(*) DESC, s.name LIMIT 2
) UNION ALL (
    SELECT 'cheaper', i.name, '', 0, i.unit_price_cents, l.unit_estimate_cents
    FROM request_line l
    JOIN standard_item asked ON asked.item_id = l.item_id
    JOIN standard_item i ON i.category = asked.category AND i.active AND i.item_id <> asked.item_id
     AND i.unit_price_cents < l.unit_estimate_cents
     AND i.unit_price_cents * 2 > l.unit_estimate_cents
    WHERE l.request_id = $request_id
    ORDER BY i.unit_price_cents, l.position LIMIT 2
)"""

_OPEN_AT_SITE = f"""
    SELECT r.request_id, r.title, r.priority, r.status, r.estimate_cents
    FROM tech_request r
    WHERE r.site_id = $site_id AND r.request_id <> $besides
      AND r.status NOT IN ('draft', 'closed', 'declined', 'denied', 'withdrawn', 'cancelled')
    ORDER BY {PRIORITY_ORDER}, r.stage_since
    LIMIT 20
"""  # noqa: S608  # a constant


def open_at_site(reader: Reader, site_id: str, *, besides: str) -> list[dict[str, Any]]:
    """One row per other open request, at most 20: its number, title, priority, status, estimate."""
    return reader.rows(_OPEN_AT_SITE, site_id=site_id, besides=besides)


def alternatives(reader: Reader, request_id: str) -> list[dict[str, Any]]:
    """What there is already, then what costs less, the most helpful first.

    Returns:
        A row of what `spare` per item and site with spare units: name, site, units. A row of what
        `cheaper` per cheaper standard item, not under half the price: name, price_cents,
        asked_cents.
    """
    rows = reader.rows(_ALTERNATIVES, request_id=request_id)
    return sorted(
        rows, key=lambda row: (row["what"] == "cheaper", -row["units"], row["price_cents"])
    )


def fund_of_approval(reader: Reader, request: TechRequest) -> str | None:
    """The fund that the standing approval of a request named; None when it named none."""
    found: str | None = reader.value(
        "SELECT fund_id FROM standing_approval WHERE request_id = $request_id",
        request_id=request.request_id,
    )
    return found
