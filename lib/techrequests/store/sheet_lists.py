"""What leadership reads in a linked sheet: requests, approvals, quotes and orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind
from techrequests.store.listings import Asked, ListColumn, Listing, statement
from techrequests.store.order_lists import ALL_ORDERS
from techrequests.store.request_lists import ALL_REQUESTS

if TYPE_CHECKING:
    from techrequests.store.database import Reader

NEWEST_ROWS = 5_000
"""The newest rows are shown: a sheet of more is read by nobody, and each look reads all of it."""

_REQUEST = (
    ListColumn(name="request_id", label="Request", sql="r.request_id"),
    ListColumn(name="title", label="What", sql="r.title", sortable=False),
    ListColumn(name="site", label="Site", sql="s.name"),
)

REQUESTS = replace(ALL_REQUESTS, where="r.status <> 'draft'", filters=())

APPROVALS = Listing(
    name="approvals",
    title="Approvals",
    source="decision d JOIN tech_request r ON r.request_id = d.request_id",
    joins="JOIN site s ON s.site_id = r.site_id JOIN person p ON p.person_id = d.approver_id",
    key="decision_id",
    columns=(
        ListColumn(name="decision_id", label="Code", sql="d.decision_id", hidden=True),
        *_REQUEST,
        ListColumn(name="approver", label="Approver", sql="p.full_name"),
        ListColumn(name="verdict", label="Decision", sql="d.verdict"),
        ListColumn(name="priority", label="Priority", sql="d.priority"),
        ListColumn(name="impact", label="Impact", sql="d.impact"),
        ListColumn(name="amount_cents", label="Amount", sql="d.amount_cents", kind=Kind.MONEY),
        ListColumn(name="decided_at", label="Decided", sql="d.decided_at", kind=Kind.MOMENT),
        ListColumn(name="feedback", label="Feedback", sql="d.feedback", sortable=False),
    ),
    search=("r.request_id", "r.title"),
    order="decided_at",
    descending=True,
)
"""One row per decision, the newest first."""

QUOTES = Listing(
    name="quotes",
    title="Quotes",
    source="quote q JOIN tech_request r ON r.request_id = q.request_id",
    joins="JOIN site s ON s.site_id = r.site_id JOIN vendor v ON v.vendor_id = q.vendor_id",
    key="quote_id",
    columns=(
        ListColumn(name="quote_id", label="Code", sql="q.quote_id", hidden=True),
        *_REQUEST,
        ListColumn(name="vendor", label="Vendor", sql="v.name"),
        ListColumn(name="asked_at", label="Asked", sql="q.asked_at", kind=Kind.MOMENT),
        ListColumn(name="received_at", label="Received", sql="q.received_at", kind=Kind.MOMENT),
        ListColumn(
            name="delivered_cents",
            label="Delivered cost",
            sql="(SELECT sum(l.quantity * l.unit_price_cents) + q.shipping_cents "
            "FROM quote_line l WHERE l.quote_id = q.quote_id)",
            kind=Kind.MONEY,
        ),
        ListColumn(name="expires_on", label="Valid until", sql="q.expires_on", kind=Kind.DATE),
        ListColumn(name="chosen_at", label="Chosen", sql="q.chosen_at", kind=Kind.MOMENT),
        ListColumn(
            name="justification", label="Justification", sql="q.justification", sortable=False
        ),
    ),
    search=("r.request_id", "r.title"),
    order="asked_at",
    descending=True,
)
"""One row per quote that was asked for, the newest first."""

ORDERS = replace(
    ALL_ORDERS,
    name="orders",
    title="Orders",
    key="order_id",
    columns=(
        ListColumn(name="order_id", label="Code", sql="o.order_id", hidden=True),
        *ALL_ORDERS.columns,
    ),
    where="TRUE",
    filters=(),
)
"""One row per order, the newest first."""


def newest_rows(reader: Reader, listing: Listing) -> list[dict[str, Any]]:
    """What a sheet shows of a listing, the oldest first, so that new rows come last."""
    sql, values = statement(listing, Asked(), {}, NEWEST_ROWS)
    return reader.rows(sql, **values)[::-1]
