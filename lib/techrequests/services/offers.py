"""A vendor's offer as it is typed in: what is wrong with it, and the rows it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Vendor
from techrequests.domain.errors import BlockedError, NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.purchasing import Offer, Quote, QuoteLine
from techrequests.domain.techrequest import Attachment
from techrequests.store.orders import quotes_ordered_from
from techrequests.store.quotes import offers_of, quotes_of, replace_quote_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.store.database import Reader, Work

_TYPED = ("reference", "expires_on", "shipping_cents", "delivery_days", "notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAsked:
    """What a vendor offers for one request line.

    Attributes:
        same_item: Whether other words mean the item that is wanted.
    """

    line_id: str
    description: str
    quantity: int
    unit_price_cents: int
    same_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAsked:
    """A vendor's offer as it was typed in.

    Attributes:
        quote_id: The open question that it answers, or the recorded offer that it corrects; empty
            for an offer that nobody asked for.
        attachment_ids: Files of the request that belong to the offer.
    """

    request_id: str
    seen_version: int
    key: str
    vendor_id: str
    quote_id: str = ""
    reference: str = ""
    expires_on: date | None = None
    shipping_cents: int | None = 0
    delivery_days: int | None = 0
    notes: str = ""
    lines: tuple[PriceAsked, ...] = ()
    attachment_ids: tuple[str, ...] = ()


def a_question(reader: Reader, request: TechRequest, vendor_id: str, now: datetime) -> Quote:
    """The next quote of a request, asked for and not yet received; not written."""
    number = len(quotes_of(reader, request.request_id)) + 1
    return Quote(
        quote_id=f"{request.request_id}/Q{number}",
        request_id=request.request_id,
        content_version=request.content_version,
        vendor_id=vendor_id,
        asked_at=now,
    )


def offer_problems(
    reader: Reader, asked: QuoteAsked, wanted: Sequence[RequestLine], today: date
) -> tuple[Problem, ...]:
    """Everything that is wrong with an offer, all at once."""
    wrong = list(problems(Quote, {name: getattr(asked, name) for name in _TYPED}))
    if not reader.find(Vendor, "WHERE vendor_id = $it", it=asked.vendor_id):
        wrong.append(Problem("vendor_id", "Pick the vendor whose quote this is."))
    if asked.expires_on and asked.expires_on < today:
        wrong.append(
            Problem("expires_on", "“Good until” is in the past. Ask the vendor for a fresh quote.")
        )
    return (*wrong, *_line_problems(asked.lines, {line.line_id for line in wanted}))


def quote_to_fill(reader: Reader, request: TechRequest, asked: QuoteAsked, now: datetime) -> Offer:
    """What the offer goes into, nothing written yet.

    Returns:
        The recorded offer it corrects with its lines, the open question it answers, or a new row of
        version 0.

    Raises:
        BlockedError: The offer it names was ordered from once, so it stays what it was.
        NotFoundError: The quote it names is not this vendor's for the present version.
    """
    quotes = [
        quote
        for quote in quotes_of(reader, request.request_id)
        if quote.content_version == request.content_version and quote.vendor_id == asked.vendor_id
    ]
    if asked.quote_id and asked.quote_id not in {quote.quote_id for quote in quotes}:
        raise NotFoundError(
            "This quote is for an earlier version of the request, or for another vendor. "
            "Record the offer as a new one."
        )
    if asked.quote_id in quotes_ordered_from(reader, request.request_id):
        raise BlockedError(
            ("An order was placed on this quote, so it stays as it was. Record a new offer.",)
        )
    fitting = [
        quote
        for quote in quotes
        if quote.quote_id == asked.quote_id or (not asked.quote_id and quote.received_at is None)
    ]
    if not fitting:
        return Offer(quote=a_question(reader, request, asked.vendor_id, now), lines=())
    received = {offer.quote.quote_id: offer for offer in offers_of(reader, request.request_id)}
    return received.get(fitting[0].quote_id, Offer(quote=fitting[0], lines=()))


def filled(quote: Quote, asked: QuoteAsked, wanted: Sequence[RequestLine], now: datetime) -> Offer:
    """The offer with everything that was typed in."""
    position = {line.line_id: line.position for line in wanted}
    lines = (
        QuoteLine(
            quote_line_id=f"{quote.quote_id}/{position[price.line_id]}",
            quote_id=quote.quote_id,
            line_id=price.line_id,
            description=price.description.strip(),
            quantity=price.quantity,
            unit_price_cents=price.unit_price_cents,
            same_item=price.same_item,
        )
        for price in sorted(asked.lines, key=lambda price: position[price.line_id])
    )
    received = replace(
        quote,
        received_at=quote.received_at or now,
        reference=asked.reference.strip(),
        expires_on=asked.expires_on,
        shipping_cents=asked.shipping_cents or 0,
        delivery_days=asked.delivery_days or 0,
        notes=asked.notes.strip(),
    )
    return Offer(quote=received, lines=tuple(lines))


def write_offer(work: Work, offer: Offer) -> None:
    """Save a new or changed quote with its lines."""
    if offer.quote.version:
        work.update(offer.quote)
    else:
        work.insert(offer.quote)
    replace_quote_lines(work, offer.quote.quote_id, list(offer.lines))


def attach_to_quote(
    work: Work, request: TechRequest, quote_id: str, attachment_ids: Sequence[str]
) -> None:
    """Mark files of the request as the vendor's.

    Raises:
        NotFoundError: A file is not on the request any more.
    """
    for attachment_id in attachment_ids:
        attachment = work.get(Attachment, attachment_id)
        if attachment.request_id != request.request_id or (
            attachment.removed_at or attachment.superseded_at
        ):
            raise NotFoundError("The file is not on this request any more. Add it again.")
        work.update(replace(attachment, quote_id=quote_id))


def _line_problems(prices: Sequence[PriceAsked], known: set[str]) -> tuple[Problem, ...]:
    if not prices:
        return (Problem("lines", "Give the price of at least one item."),)
    priced = [price.line_id for price in prices]
    if not set(priced) <= known or len(set(priced)) < len(priced):
        return (Problem("lines", "The items have changed. Look at the request again, then retry."),)
    return tuple(
        Problem("lines", f"{price.description.strip() or 'Item'}: {found.message}")
        for price in prices
        for found in problems(
            QuoteLine,
            {
                "description": price.description,
                "quantity": price.quantity,
                "unit_price_cents": price.unit_price_cents,
            },
        )
    )
