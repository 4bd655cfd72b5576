"""Orders on their way: the queue, their lines with what came, and what came when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import EVERY_SITE, StandardItem
from techrequests.domain.fields import Kind
from techrequests.domain.purchasing import OrderLine, PurchaseOrder, Receipt
from techrequests.domain.receiving import LineStanding
from techrequests.store.listings import ListColumn, ListFilter, Listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.policy import Actor, Permission
    from techrequests.domain.receiving import SerialOfModel
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader

_TAKEN = """
    SELECT lower(coalesce(nullif(model, ''), description)) AS model, lower(serial) AS serial,
           asset_tag
    FROM asset WHERE serial <> '' AND lower(serial) = ANY($serials)
"""

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
    lines = reader.find(
        OrderLine,
        "WHERE request_id = $request_id ORDER BY "
        "(SELECT position FROM request_line WHERE line_id = order_line.line_id), order_line_id",
        request_id=request.request_id,
    )
    counts = {
        row.pop("order_line_id"): row
        for row in reader.rows(
            "SELECT order_line_id, accepted, rejected FROM order_line_standing "
            "WHERE request_id = $request_id",
            request_id=request.request_id,
        )
    }
    wanted = [line.item_id for line in lines if line.item_id]
    items = {
        item.item_id: item
        for item in reader.find(StandardItem, "WHERE item_id = ANY($wanted)", wanted=wanted)
    }
    return tuple(
        LineStanding(
            line=line,
            item=items.get(line.item_id or ""),
            category=request.category,
            **counts[line.order_line_id],
        )
        for line in lines
    )


def orders_of(reader: Reader, request_id: str) -> list[PurchaseOrder]:
    """The orders of a request, oldest first."""
    where = "WHERE request_id = $request_id ORDER BY placed_at"
    return reader.find(PurchaseOrder, where, request_id=request_id)


def receipts_of(reader: Reader, request_id: str) -> list[Receipt]:
    """What came in for a request, newest first."""
    where = "WHERE request_id = $request_id ORDER BY received_at DESC, receipt_id"
    return reader.find(Receipt, where, request_id=request_id)


def taken_serials(reader: Reader, units: Iterable[SerialOfModel]) -> dict[SerialOfModel, str]:
    """Which of these units are in the inventory already: asset tags by model and serial number."""
    asked = set(units)
    if not asked:
        return {}
    rows = reader.rows(_TAKEN, serials=sorted({serial for _, serial in asked}))
    known = {(row["model"], row["serial"]): row["asset_tag"] for row in rows}
    return {unit: tag for unit, tag in known.items() if unit in asked}
