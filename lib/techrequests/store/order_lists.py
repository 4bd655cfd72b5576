"""The listing of orders, with what is still to be paid."""

from __future__ import annotations

from dataclasses import replace

from techrequests.domain.fields import Kind
from techrequests.store.listings import ListColumn, Listing
from techrequests.store.request_lists import SITE_FILTER
from techrequests.store.requests import visible

# What a request's money is encumbered for is its newest order: those before it were cancelled.
_ENCUMBERED = """(
    SELECT coalesce(sum(CASE e.kind WHEN 'encumber' THEN e.amount_cents
                                    WHEN 'release encumbrance' THEN -e.amount_cents END), 0)
    FROM ledger_entry e
    WHERE e.request_id = o.request_id AND NOT EXISTS (
        SELECT 1 FROM purchase_order n WHERE n.request_id = o.request_id
          AND (n.placed_at > o.placed_at
               OR (n.placed_at = o.placed_at AND n.order_id > o.order_id))
    )
)"""
_INVOICED = """(
    SELECT coalesce(sum(i.amount_cents), 0) FROM invoice i WHERE i.order_id = o.order_id
)"""

ORDERS = Listing(
    name="orders",
    title="Orders with invoices to come",
    source="purchase_order o JOIN tech_request r ON r.request_id = o.request_id",
    joins="JOIN vendor v ON v.vendor_id = o.vendor_id JOIN site s ON s.site_id = r.site_id",
    key="request_id",
    columns=(
        ListColumn(name="request_id", label="Request", sql="o.request_id"),
        ListColumn(name="order_number", label="Order", sql="o.order_number"),
        ListColumn(name="ordered_on", label="Ordered", sql="o.ordered_on", kind=Kind.DATE),
        ListColumn(name="invoiced_cents", label="Invoiced", sql=_INVOICED, kind=Kind.MONEY),
        ListColumn(name="open_cents", label="Still to pay", sql=_ENCUMBERED, kind=Kind.MONEY),
        ListColumn(name="title", label="What", sql="r.title", sortable=False, opens=True),
        ListColumn(name="vendor", label="Vendor", sql="v.name"),
        ListColumn(name="site", label="Site", sql="s.name"),
    ),
    search=(
        "o.request_id",
        "o.order_number",
        "r.title",
        "(SELECT name FROM vendor WHERE vendor_id = o.vendor_id)",
        "(SELECT string_agg(i.invoice_number, ' ') FROM invoice i WHERE i.order_id = o.order_id)",
    ),
    filters=(SITE_FILTER,),
    where=f"{_ENCUMBERED} > 0 AND {visible('r')}",
    order="ordered_on",
)
"""One row per order with something still encumbered, the longest waiting first."""

ALL_ORDERS = replace(
    ORDERS, name="all_orders", title="All orders", where=visible("r"), descending=True
)
"""One row per order, the newest first."""

_CREDIT = "(SELECT c.credit_cents FROM order_cost c WHERE c.order_id = o.order_id)"

CREDITS = replace(
    ORDERS,
    name="credits",
    title="Credits to come",
    columns=tuple(
        ListColumn(name="credit_cents", label="To come back", sql=_CREDIT, kind=Kind.MONEY)
        if column.name == "open_cents"
        else column
        for column in ORDERS.columns
    ),
    where=f"{_CREDIT} > 0 AND {visible('r')}",
)
"""One row per order of which something was cancelled after it was paid."""
