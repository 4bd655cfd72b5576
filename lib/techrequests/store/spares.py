"""What could be done instead of buying: spare units, what is on order already, what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from techrequests.domain.assets import Asset, SpareUse
from techrequests.store.rows import columns_of

if TYPE_CHECKING:
    from techrequests.store.database import Reader

_ITEMS = """
    SELECT l.item_id FROM request_line l JOIN tech_request r ON r.request_id = l.request_id
    WHERE r.request_id = $request_id AND l.content_version = r.content_version
      AND l.item_id IS NOT NULL
"""

_BEFORE_BUYING = f"""(
    SELECT 'spare' AS what, i.name AS item, s.name AS words, count(*) AS units,
           CAST(NULL AS BIGINT) AS cents, CAST(NULL AS DATE) AS day,
           CAST(NULL AS BIGINT) AS asked_cents
    FROM asset a JOIN standard_item i ON i.item_id = a.item_id JOIN site s ON s.site_id = a.site_id
    WHERE a.status = 'in stock' AND a.condition <> 'broken' AND a.item_id IN ({_ITEMS})
    GROUP BY i.name, s.name ORDER BY count(*) DESC, s.name LIMIT 8
) UNION ALL (
    SELECT 'on order', l.description, o.order_number || ' for ' || r.request_id, s.outstanding,
           NULL, o.ordered_on, NULL
    FROM order_line_standing s
    JOIN order_line l ON l.order_line_id = s.order_line_id
    JOIN purchase_order o ON o.order_id = l.order_id
    JOIN tech_request r ON r.request_id = o.request_id
    WHERE s.outstanding > 0 AND l.item_id IN ({_ITEMS}) AND l.request_id <> $request_id
    ORDER BY o.ordered_on DESC LIMIT 5
) UNION ALL (
    SELECT 'paid', item, vendor, quantity, cents, ordered_on, NULL FROM (
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
    SELECT 'note', i.name, i.notes, 0, NULL, NULL, NULL FROM standard_item i
    WHERE i.notes <> '' AND i.item_id IN ({_ITEMS}) ORDER BY i.name
) UNION ALL (
    SELECT 'cheaper', i.name, asked.name, 0, i.unit_price_cents, NULL, l.unit_estimate_cents
    FROM request_line l
    JOIN tech_request r
      ON r.request_id = l.request_id AND r.content_version = l.content_version
    JOIN standard_item asked ON asked.item_id = l.item_id
    JOIN standard_item i ON i.category = asked.category AND i.active AND i.item_id <> asked.item_id
     AND i.unit_price_cents < l.unit_estimate_cents
     AND i.unit_price_cents * 2 > l.unit_estimate_cents
    WHERE l.request_id = $request_id
    ORDER BY i.unit_price_cents, l.position
)"""  # noqa: S608  # constants

# One row per unit in stock with its site and the lists of sites of the funds that paid for it, the
# request's own site first, then the best units.
_FREE = f"""
    SELECT {columns_of(Asset, "a")}, s.name AS site, coalesce(p.sites, '') AS fund_sites
    FROM asset a JOIN site s ON s.site_id = a.site_id
    LEFT JOIN (
        SELECT w.asset_tag, string_agg(f.sites, ';') AS sites
        FROM (
            SELECT asset_tag, fund_id FROM asset WHERE item_id = ANY($item_ids)
            UNION
            SELECT u.asset_tag, e.fund_id FROM asset u
            JOIN order_line l ON l.order_line_id = u.order_line_id
            JOIN ledger_entry e ON e.line_id = l.line_id AND e.kind = 'encumber'
            WHERE u.item_id = ANY($item_ids)
        ) w JOIN fund f ON f.fund_id = w.fund_id
        GROUP BY w.asset_tag
    ) p ON p.asset_tag = a.asset_tag
    WHERE a.status = 'in stock' AND a.condition <> 'broken' AND a.item_id = ANY($item_ids)
    ORDER BY CASE WHEN a.site_id = $site_id THEN 0 ELSE 1 END,
             CASE a.condition WHEN 'new' THEN 0 WHEN 'good' THEN 1 ELSE 2 END, a.asset_tag
"""  # noqa: S608  # names from code
_KEPT = f"""
    SELECT {columns_of(Asset, "a")}, s.name AS site, '' AS fund_sites
    FROM asset a JOIN site s ON s.site_id = a.site_id
    WHERE a.asset_tag IN (
        SELECT asset_tag FROM spare_use WHERE request_id = $request_id AND freed_at IS NULL
    ) ORDER BY a.asset_tag
"""  # noqa: S608  # names from code


class Spare(NamedTuple):
    """A unit in stock, or one that is kept for a request.

    Attributes:
        site: The name of the site where it is.
        fund_sites: The lists of sites of the funds that paid for it.
    """

    unit: Asset
    site: str
    fund_sites: tuple[str, ...]


def before_buying(reader: Reader, request_id: str) -> list[dict[str, Any]]:
    """What whoever reviews or decides should know about the standard items of a request.

    Returns:
        A row each of what: `spare` (item, the site as words, units), `on order` (item, order and
        request as words, units to come, day), `paid` for the last time (item, the vendor as words,
        units, cents each, day), the catalog's `note` (item, words), and `cheaper` items of the same
        category, not under half the price (item, the one that is asked for as words, cents,
        asked_cents).
    """
    return reader.rows(_BEFORE_BUYING, request_id=request_id)


def free_units(reader: Reader, item_ids: list[str], site_id: str) -> list[Spare]:
    """Units in stock of these items, the most fitting for a site first."""
    return _spares(reader.find_beside(Asset, _FREE, item_ids=item_ids, site_id=site_id))


def kept_for(reader: Reader, request_id: str) -> list[Spare]:
    """The units that are kept for a request instead of a purchase, by tag."""
    return _spares(reader.find_beside(Asset, _KEPT, request_id=request_id))


def _spares(found: list[tuple[Asset, dict[str, Any]]]) -> list[Spare]:
    return [
        Spare(unit, row["site"], tuple(filter(None, row["fund_sites"].split(";"))))
        for unit, row in found
    ]


def uses_of_unit(reader: Reader, asset_tag: str) -> list[SpareUse]:
    """For which requests a unit was taken from the stock and has not come back since."""
    where = "WHERE asset_tag = $asset_tag AND freed_at IS NULL ORDER BY kept_at"
    return reader.find(SpareUse, where, asset_tag=asset_tag)


def uses_of(reader: Reader, request_id: str) -> list[SpareUse]:
    """The keeping of units for a request, as far as it stands."""
    where = "WHERE request_id = $request_id AND freed_at IS NULL ORDER BY asset_tag"
    return reader.find(SpareUse, where, request_id=request_id)
