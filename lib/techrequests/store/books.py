"""All books of the district against the facts of its orders."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.assets import Asset
from techrequests.domain.billing import books_of_orders, moves, order_facts
from techrequests.domain.ledger import Entry
from techrequests.domain.purchasing import Invoice, OrderLine, PurchaseOrder, Receipt
from techrequests.domain.receiving import fund_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.domain.billing import Moves
    from techrequests.store.database import Reader

_OF_ORDERS = "WHERE request_id IN (SELECT request_id FROM purchase_order) ORDER BY entry_no"

T = TypeVar("T", Entry, PurchaseOrder, OrderLine, Receipt, Invoice)


def wrong_books(reader: Reader) -> Iterator[tuple[str, Moves]]:
    """The requests whose ledger is not what the facts of their orders say, with what is missing."""
    entries = _by_request(reader, Entry, _OF_ORDERS)
    orders = _by_request(reader, PurchaseOrder, "ORDER BY placed_at")
    lines = _by_request(reader, OrderLine)
    receipts = _by_request(reader, Receipt)
    invoices = _by_request(reader, Invoice)
    for request_id, placed in sorted(orders.items()):
        own = entries[request_id]
        facts = [
            order_facts(one, lines[request_id], receipts[request_id], invoices[request_id], own)
            for one in placed
        ]
        needed = moves(own, books_of_orders(facts))
        if any(split for _, split in needed.postings):
            yield request_id, needed


def wrong_purses(reader: Reader) -> tuple[Mapping[str, Any], ...]:
    """The same as rows: what is to be posted to which purse, US cents."""
    return tuple(
        {
            "request_id": request_id,
            "fund_id": fund_id,
            "line_id": line_id,
            "missing": str(kind),
            "amount_cents": cents,
        }
        for request_id, needed in wrong_books(reader)
        for kind, split in needed.postings
        for (fund_id, line_id), cents in split.items()
    )


def wrong_shares(reader: Reader) -> tuple[Mapping[str, Any], ...]:
    """The units whose record names other shares of funds than the ledger has for their line."""
    lines = {one.order_line_id: one for one in reader.find(OrderLine)}
    entries: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in reader.find(Entry, "WHERE order_id IS NOT NULL ORDER BY entry_no"):
        entries[entry.line_id].append(entry)
    found = []
    for unit in reader.find(Asset, "WHERE order_line_id IS NOT NULL ORDER BY asset_tag"):
        line = lines.get(unit.order_line_id or "")
        in_ledger = fund_shares(entries[line.line_id], line) if line else None
        if unit.fund_shares != in_ledger:
            found.append(
                {"asset_tag": unit.asset_tag, "unit": unit.fund_shares, "ledger": in_ledger}
            )
    return tuple(found)


def _by_request(reader: Reader, record: type[T], where: str = "") -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for one in reader.find(record, where):
        # An entry without a request is a budget's, and not among those that are asked for.
        found[one.request_id or ""].append(one)
    return found
