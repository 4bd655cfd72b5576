"""Quotes, funds, orders and invoices of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders.moments import NOON, TODAY, a_key
from builders.people import named, who
from techrequests.services.billing import CreditAsked, ReverseAsked
from techrequests.services.funding import (
    AllocateAsked,
    Share,
    allocate,
    place_order,
)
from techrequests.services.offers import PriceAsked, QuoteAsked
from techrequests.services.ordering import InvoiceAsked, OrderAsked
from techrequests.services.quotes import (
    ChoiceAsked,
    choose_quote,
    record_quote,
)
from techrequests.store.funds import fund_with_balance
from techrequests.store.orders import invoices_of
from techrequests.store.quotes import offers_of, quotes_of
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def a_quote(database: Database, request: TechRequest, **said: Any) -> QuoteAsked:  # noqa: ANN401  # any field of a quote
    """Northwind's offer at the estimated prices without shipping; `said` changes single fields.

    `dearer_cents` raises every unit price; `offered` are other words for every item.
    """
    dearer_cents = said.pop("dearer_cents", 0)
    offered, same_item = said.pop("offered", ""), said.pop("same_item", False)
    with database.read() as reader:
        lines = lines_of(reader, request.request_id)
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("quote"),
        "vendor_id": "NORTHWIND",
        "lines": tuple(
            PriceAsked(
                line_id=line.line_id,
                description=offered or line.description,
                quantity=line.quantity,
                unit_price_cents=line.unit_estimate_cents + dearer_cents,
                same_item=same_item,
            )
            for line in lines
        ),
    }
    return QuoteAsked(**{**usual, **said})


def quoted(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after a vendor's offer was recorded; `said` goes to `a_quote`."""
    asked = a_quote(database, request, **said)
    return record_quote(database, who(database, named(request.reviewer_id)), asked, now=NOON)


def a_choice(database: Database, request: TechRequest, **said: Any) -> ChoiceAsked:  # noqa: ANN401
    """The choice of the newest quote, justified in words; `said` changes single fields."""
    with database.read() as reader:
        newest = quotes_of(reader, request.request_id)[-1].quote_id
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("choice"),
        "quote_id": newest,
        "justification": "Arrives before school starts.",
    }
    return ChoiceAsked(**{**usual, **said})


def chosen(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after a quote was chosen; `said` goes to `a_choice`."""
    asked = a_choice(database, request, **said)
    return choose_quote(database, who(database, named(request.reviewer_id)), asked, now=NOON)


def cost_cents(database: Database, request: TechRequest) -> int:
    """The delivered cost of the chosen quote, US cents."""
    with database.read() as reader:
        offers = offers_of(reader, request.request_id)
    return sum(offer.delivered_cents for offer in offers if offer.quote.chosen_at)


def an_allocation(database: Database, request: TechRequest, **said: Any) -> AllocateAsked:  # noqa: ANN401
    """The whole delivered cost on the general fund; `shares` are cents by fund code."""
    shares = said.pop("shares", {"GEN-27": cost_cents(database, request)})
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("allocation"),
        "shares": tuple(Share(fund_id=code, amount_cents=cents) for code, cents in shares.items()),
    }
    return AllocateAsked(**{**usual, **said})


def allocated(
    database: Database,
    request: TechRequest,
    by: str = "ben",
    **said: Any,  # noqa: ANN401  # any field of an allocation
) -> TechRequest:
    """The request after funds were allocated; `said` goes to `an_allocation`."""
    asked = an_allocation(database, request, **said)
    return allocate(database, who(database, by), asked, now=NOON)


def an_order(request: TechRequest, **said: Any) -> OrderAsked:  # noqa: ANN401  # any field of an order
    """An order of the day with a number of its own; `said` changes single fields."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("order"),
        "order_number": f"PO-{request.request_id}",
        "ordered_on": TODAY,
    }
    return OrderAsked(**{**usual, **said})


def ordered(database: Database, request: TechRequest, by: str = "ben", **said: Any) -> TechRequest:  # noqa: ANN401
    """The request after its order was placed; `said` goes to `an_order`."""
    return place_order(database, who(database, by), an_order(request, **said), now=NOON)


def an_invoice(database: Database, request: TechRequest, **said: Any) -> InvoiceAsked:  # noqa: ANN401
    """The last invoice over the whole delivered cost; it may be above it, for its reason."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("invoice"),
        "invoice_number": a_key("INV"),
        "invoiced_on": TODAY,
        "amount_cents": cost_cents(database, request),
        "reason": "The vendor added freight.",
    }
    return InvoiceAsked(**{**usual, **said})


def a_credit(request: TechRequest, **said: Any) -> CreditAsked:  # noqa: ANN401  # any field of a credit
    """A vendor's credit of one dollar."""
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("credit"),
        "invoice_number": "CM-1",
        "invoiced_on": TODAY,
        "amount_cents": 1_00,
        "reason": "A cable was missing.",
    }
    return CreditAsked(**{**usual, **said})


def a_reversal(database: Database, request: TechRequest, **said: Any) -> ReverseAsked:  # noqa: ANN401
    """The reversal of the newest bill."""
    with database.read() as reader:
        newest = invoices_of(reader, request.request_id)[-1:]
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "key": a_key("reversal"),
        "invoice_id": newest[0].invoice_id if newest else "none",
        "reason": "Typed wrong.",
    }
    return ReverseAsked(**{**usual, **said})


def held_cents(database: Database, fund_id: str) -> int:
    """What a fund holds in reserve, US cents."""
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)[1].reserved_cents
