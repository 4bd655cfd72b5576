"""Orders and invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.billing import OrderFacts, order_facts
from techrequests.domain.ledger import Entry
from techrequests.domain.purchasing import Invoice, OrderCost, OrderLine, PurchaseOrder, Receipt
from techrequests.domain.techrequest import RequestLine
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from datetime import date

    from techrequests.store.database import Reader
    from techrequests.store.union_query import Found

OF_PRESENT_ORDER = """WHERE order_id = (
    SELECT order_id FROM purchase_order WHERE request_id = $request_id
    ORDER BY placed_at DESC, order_id DESC LIMIT 1
)"""
"""Of a request's newest order: those before it were cancelled as a whole."""

_BOOKS = (
    Part(Entry, OF_REQUEST, ("entry_no",)),
    Part(PurchaseOrder, OF_REQUEST, ("placed_at", "order_id")),
    Part(OrderLine, OF_REQUEST, ("order_line_id",)),
    Part(Invoice, OF_REQUEST, ("recorded_at", "invoice_id")),
    Part(Receipt, OF_REQUEST, ("receipt_id",)),
    Part(OrderCost, OF_PRESENT_ORDER, ("order_id",)),
    Part(RequestLine, OF_REQUEST, ("content_version", "position")),
)


def books_kept(reader: Reader, request_id: str) -> Found:
    """A request's entries, orders with lines, invoices, receipts, costs and lines, in one go."""
    return reader.together(*_BOOKS, request_id=request_id)


def order_facts_of(reader: Reader, request_id: str) -> tuple[OrderFacts, ...]:
    """On what the books of a request's orders depend, as it is recorded now; one for each order."""
    return facts_in(books_kept(reader, request_id))


def facts_in(kept: Found) -> tuple[OrderFacts, ...]:
    """The same, where a request's books are read already."""
    return tuple(
        order_facts(order, kept.of(OrderLine), kept.of(Receipt), kept.of(Invoice), kept.of(Entry))
        for order in kept.of(PurchaseOrder)
    )


def order_of(reader: Reader, request_id: str) -> PurchaseOrder | None:
    """The order that was placed last for a request, or None."""
    return next(iter(reader.find(PurchaseOrder, OF_PRESENT_ORDER, request_id=request_id)), None)


def orders_before(reader: Reader, request_id: str) -> int:
    """How many orders were placed for a request so far."""
    found: int = reader.value(
        "SELECT count(*) FROM purchase_order WHERE request_id = $request_id", request_id=request_id
    )
    return found


def credit_to_come(reader: Reader, request_id: str) -> int:
    """What the vendor has to give back for what was cancelled, US cents."""
    costs = reader.find(OrderCost, OF_REQUEST, request_id=request_id)
    return sum(cost.credit_cents for cost in costs)


def order_lines_of(reader: Reader, request_id: str) -> list[OrderLine]:
    """What was ordered for a request, in the order of its lines."""
    where = """
        WHERE request_id = $request_id
        ORDER BY (SELECT position FROM request_line l WHERE l.line_id = order_line.line_id)
    """
    return reader.find(OrderLine, where, request_id=request_id)


def quotes_ordered_from(reader: Reader, request_id: str) -> frozenset[str]:
    """The quotes on which orders were placed for a request."""
    found = reader.find(PurchaseOrder, OF_REQUEST, request_id=request_id)
    return frozenset(order.quote_id for order in found)


def order_with_number(reader: Reader, order_number: str) -> PurchaseOrder | None:
    """The order that has this number, however it is capitalised; None when it is free."""
    where = "WHERE lower(order_number) = lower($order_number)"
    return next(iter(reader.find(PurchaseOrder, where, order_number=order_number)), None)


def invoices_of(reader: Reader, request_id: str) -> list[Invoice]:
    """Every invoice for a request, oldest first."""
    where = "WHERE request_id = $request_id ORDER BY recorded_at, invoice_id"
    return reader.find(Invoice, where, request_id=request_id)


def billed_as(reader: Reader, vendor_id: str, key: str) -> list[Invoice]:
    """What a vendor billed or credited, for any order, under a number with a key, not reversed."""
    where = """
        WHERE reverses_id IS NULL AND number_key = $key
          AND order_id IN (SELECT order_id FROM purchase_order WHERE vendor_id = $vendor_id)
          AND invoice_id NOT IN (
              SELECT reverses_id FROM invoice WHERE reverses_id IS NOT NULL
          )
        ORDER BY recorded_at
    """
    return reader.find(Invoice, where, vendor_id=vendor_id, key=key)


def approved_on(reader: Reader, request_id: str) -> date | None:
    """The day of the standing approval; None when there is none."""
    moment = reader.value(
        "SELECT decided_at FROM standing_approval WHERE request_id = $request_id",
        request_id=request_id,
    )
    return moment.date() if moment else None
