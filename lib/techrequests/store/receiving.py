"""Orders on their way: the queue, their lines with what came, and what came when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import Asset
from techrequests.domain.catalogue import EVERY_SITE, StandardItem, Vendor
from techrequests.domain.categories import category_of
from techrequests.domain.fields import Kind
from techrequests.domain.purchasing import OrderLine, PurchaseOrder, Receipt
from techrequests.domain.receiving import LineStanding
from techrequests.domain.techrequest import RequestLine
from techrequests.store.listings import ListColumn, ListFilter, Listing
from techrequests.store.orders import OF_PRESENT_ORDER
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.policy import Actor, Permission
    from techrequests.domain.receiving import SerialOfModel
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader
    from techrequests.store.union_query import Found

_TAKEN = """
    SELECT lower(coalesce(nullif(model, ''), description)) AS model, lower(serial) AS serial,
           asset_tag
    FROM asset WHERE serial <> '' AND lower(serial) = ANY($serials)
"""

_ON_ORDER = (
    Part(OrderLine, OF_PRESENT_ORDER, ("order_line_id",)),
    Part(
        Receipt,
        f"WHERE order_line_id IN (SELECT order_line_id FROM order_line {OF_PRESENT_ORDER})",  # noqa: S608  # a constant
        ("receipt_id",),
    ),
    Part(
        StandardItem,
        f"WHERE item_id IN (SELECT item_id FROM order_line {OF_PRESENT_ORDER})",  # noqa: S608
        ("item_id",),
    ),
    Part(RequestLine, OF_REQUEST, ("content_version", "position")),
)
_GOODS = (
    *_ON_ORDER,
    Part(PurchaseOrder, OF_REQUEST, ("placed_at", "order_id")),
    Part(
        Vendor,
        f"WHERE vendor_id IN (SELECT vendor_id FROM purchase_order {OF_REQUEST})",  # noqa: S608
        ("vendor_id",),
    ),
    Part(Asset, OF_REQUEST, ("asset_tag",)),
)

# One row per order with units still to come.
RECEIVING_QUEUE = Listing(
    name="receiving",
    title="Orders on their way",
    source="""
        (SELECT order_id, sum(quantity - cancelled) AS due, sum(accepted) AS accepted,
                sum(outstanding) AS outstanding
         FROM order_line_standing GROUP BY order_id) w
        JOIN purchase_order o ON o.order_id = w.order_id
        JOIN tech_request r ON r.request_id = o.request_id
        JOIN vendor v ON v.vendor_id = o.vendor_id
    """,
    joins="""
        JOIN site s ON s.site_id = r.site_id
        LEFT JOIN quote q ON q.quote_id = o.quote_id
    """,
    key="request_id",
    columns=(
        ListColumn(name="request_id", label="Request", sql="r.request_id"),
        ListColumn(name="title", label="What", sql="r.title", sortable=False, opens=True),
        ListColumn(
            name="expected_on",
            label="Expected",
            sql="o.ordered_on + coalesce(q.delivery_days, 0)",
            kind=Kind.DATE,
        ),
        ListColumn(
            name="progress",
            label="In",
            sql="CAST(w.accepted AS INTEGER) || ' of ' || CAST(w.due AS INTEGER)",
            sortable=False,
        ),
        ListColumn(name="order_number", label="Order", sql="o.order_number"),
        ListColumn(name="vendor", label="Vendor", sql="v.name"),
        ListColumn(name="site", label="Site", sql="s.name"),
        ListColumn(name="ordered_on", label="Ordered", sql="o.ordered_on", kind=Kind.DATE),
    ),
    search=("r.request_id", "r.title", "o.order_number", "v.name"),
    filters=(
        ListFilter(
            name="site",
            label="Site",
            sql="r.site_id",
            options_sql="SELECT site_id, name FROM site ORDER BY name",
        ),
        ListFilter(
            name="vendor",
            label="Vendor",
            sql="o.vendor_id",
            options_sql="SELECT vendor_id, name FROM vendor ORDER BY name",
        ),
    ),
    where="r.status = 'ordered' AND w.outstanding > 0 AND ($everywhere OR r.site_id = ANY($sites))",
    order="expected_on",
)


def where_allowed(actor: Actor, permission: Permission) -> dict[str, Any]:
    """The parameters `everywhere` and `sites`: where a person holds a permission."""
    sites = actor.sites_for(permission)
    return {"everywhere": EVERY_SITE in sites, "sites": sorted(sites - {EVERY_SITE})}


def standings_of(reader: Reader, request: TechRequest) -> tuple[LineStanding, ...]:
    """The order lines of a request with what came of them, in the order of the request."""
    return standings(reader.together(*_ON_ORDER, request_id=request.request_id), request)


def goods_of(reader: Reader, request_id: str) -> Found:
    """What was ordered for a request and what came, in one statement.

    Returns:
        The orders with their vendors, the order lines with their standard items, the receipts, and
        the units by tag.
    """
    return reader.together(*_GOODS, request_id=request_id)


def standings(found: Found, request: TechRequest) -> tuple[LineStanding, ...]:
    """The order lines among what was found, with what came of them."""
    items = {item.item_id: item for item in found.of(StandardItem)}
    wanted = {line.line_id: line for line in found.of(RequestLine)}
    receipts = found.of(Receipt)
    return tuple(
        LineStanding(
            line=line,
            item=items.get(line.item_id or ""),
            category=category_of(request, wanted.get(line.line_id)),
            accepted=sum(
                one.accepted for one in receipts if one.order_line_id == line.order_line_id
            ),
            rejected=sum(
                one.rejected for one in receipts if one.order_line_id == line.order_line_id
            ),
        )
        # The last part of a line's code is its position.
        for line in sorted(found.of(OrderLine), key=lambda line: len(line.order_line_id))
    )


def taken_serials(reader: Reader, units: Iterable[SerialOfModel]) -> dict[SerialOfModel, str]:
    """Which of these units are in the inventory already: asset tags by model and serial number."""
    asked = set(units)
    if not asked:
        return {}
    rows = reader.rows(_TAKEN, serials=sorted({serial for _, serial in asked}))
    known = {(row["model"], row["serial"]): row["asset_tag"] for row in rows}
    return {unit: tag for unit, tag in known.items() if unit in asked}
