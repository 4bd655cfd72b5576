"""What could be done instead of buying: spare units, what is on order already, what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset, SpareUse

if TYPE_CHECKING:
    from techrequests.store.database import Reader

_ITEMS = """
    SELECT l.item_id FROM request_line l JOIN tech_request r ON r.request_id = l.request_id
    WHERE r.request_id = $request_id AND l.content_version = r.content_version
      AND l.item_id IS NOT NULL
"""

_BEFORE_BUYING = f"""(
    SELECT 'spare' AS what, i.name AS item, s.name AS words, count(*) AS units,
           CAST(NULL AS BIGINT) AS cents, CAST(NULL AS DATE) AS day
    FROM asset a JOIN standard_item i ON i.item_id = a.item_id JOIN site s ON s.site_id = a.site_id
    WHERE a.status = 'in stock' AND a.condition <> 'broken' AND a.item_id IN ({_ITEMS})
    GROUP BY i.name, s.name ORDER BY count(*) DESC, s.name LIMIT 8
) UNION ALL (
    SELECT 'on order', l.description, o.order_number || ' for ' || r.request_id, s.outstanding,
           NULL, o.ordered_on
    FROM order_line_standing s
    JOIN order_line l ON l.order_line_id = s.order_line_id
    JOIN purchase_order o ON o.order_id = l.order_id
    JOIN tech_request r ON r.request_id = o.request_id
    WHERE s.outstanding > 0 AND l.item_id IN ({_ITEMS}) AND l.request_id <> $request_id
    ORDER BY o.ordered_on DESC LIMIT 5
) UNION ALL (
    SELECT 'paid', item, vendor, quantity, cents, ordered_on FROM (
        SELECT i.name AS item, v.name AS vendor, l.quantity, l.unit_price_cents AS cents,
               o.ordered_on,
               row_number() OVER (
                   PARTITION BY l.item_id ORDER BY o.ordered_on DESC, o.order_id DESC
               ) AS newest
        FROM order_line l JOIN purchase_order o ON o.order_id = l.order_id
        JOIN vendor v ON v.vendor_id = o.vendor_id
        JOIN standard_item i ON i.item_id = l.item_id
        WHERE l.item_id IN ({_ITEMS}) AND l.request_id <> $request_id
          AND l.cancelled < l.quantity
    ) ranked WHERE newest = 1 ORDER BY item
) UNION ALL (
    SELECT 'note', i.name, i.notes, 0, NULL, NULL FROM standard_item i
    WHERE i.notes <> '' AND i.item_id IN ({_ITEMS}) ORDER BY i.name
)"""  # noqa: S608  # constants

# The request's own site first, then the best units.
_FREE = """
    WHERE status = 'in stock' AND condition <> 'broken' AND item_id = ANY($item_ids)
    ORDER BY CASE WHEN site_id = $site_id THEN 0 ELSE 1 END,
             CASE condition WHEN 'new' THEN 0 WHEN 'good' THEN 1 ELSE 2 END, asset_tag
"""
_KEPT = """
    WHERE asset_tag IN (
        SELECT asset_tag FROM spare_use WHERE request_id = $request_id AND freed_at IS NULL
    ) ORDER BY asset_tag
"""


def before_buying(reader: Reader, request_id: str) -> list[dict[str, Any]]:
    """What whoever reviews or decides should know about the standard items of a request.

    Returns:
        A row each of what: `spare` (item, the site as words, units), `on order` (item, order and
        request as words, units to come, day), `paid` for the last time (item, the vendor as words,
        units, cents each, day), and the catalog's `note` (item, words).
    """
    return reader.rows(_BEFORE_BUYING, request_id=request_id)


def free_units(reader: Reader, item_ids: list[str], site_id: str) -> list[Asset]:
    """Units in stock of these items, the most fitting for a site first."""
    return reader.find(Asset, _FREE, item_ids=item_ids, site_id=site_id)


def kept_for(reader: Reader, request_id: str) -> list[Asset]:
    """The units that are kept for a request instead of a purchase, by tag."""
    return reader.find(Asset, _KEPT, request_id=request_id)


def uses_of(reader: Reader, request_id: str) -> list[SpareUse]:
    """The keeping of units for a request, as far as it stands."""
    where = "WHERE request_id = $request_id AND freed_at IS NULL ORDER BY asset_tag"
    return reader.find(SpareUse, where, request_id=request_id)
