"""Orders and invoices as they are typed in: what is wrong with them, and the rows they become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.errors import NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.ledger import balance
from techrequests.domain.money import dollars
from techrequests.domain.purchasing import (
    Invoice,
    Offer,
    OrderLine,
    PurchaseOrder,
    is_explained,
)
from techrequests.store.orders import (
    approved_on,
    billed_as,
    invoices_of,
    order_of,
    order_with_number,
)
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import RequestLine
    from techrequests.store.database import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsked:
    """The order as it went to the vendor; its date is the obligation date."""

    request_id: str
    seen_version: int
    key: str
    order_number: str
    ordered_on: date | None
    override_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceAsked:
    """A vendor's bill.

    Attributes:
        final: Whether it is the last one; what is left over then goes back to the funds.
        reason: Why it is above what is encumbered; needed when it is.
    """

    request_id: str
    seen_version: int
    key: str
    invoice_number: str
    invoiced_on: date | None
    amount_cents: int | None
    final: bool = True
    reason: str = ""
    override_reason: str = ""


def order_problems(
    reader: Reader, asked: OrderAsked, today: date, *, order_id: str = ""
) -> tuple[Problem, ...]:
    """Everything that is wrong with an order as typed, all at once.

    Args:
        reader: Where to look.
        asked: The order as typed.
        today: The district's day.
        order_id: The order that is corrected; empty for a new one.
    """
    typed = {"order_number": asked.order_number, "ordered_on": asked.ordered_on}
    wrong = list(problems(PurchaseOrder, typed))
    taken = order_with_number(reader, asked.order_number.strip())
    if taken and taken.order_id != order_id:
        wrong.append(
            Problem(
                "order_number",
                f"{taken.order_number} is already the order of {taken.request_id}. "
                "Check the number.",
            )
        )
    if asked.ordered_on:
        wrong += day_problems(reader, asked.request_id, asked.ordered_on, today)
    return tuple(wrong)


def day_problems(
    reader: Reader, request_id: str, ordered_on: date, today: date
) -> tuple[Problem, ...]:
    """Why a request cannot have been ordered on a day; empty when it can."""
    approved = approved_on(reader, request_id)
    if ordered_on > today:
        words = "“Order date” is in the future. Record the order once it is sent."
    elif approved and ordered_on < approved:
        words = f"“Order date” is before the approval on {approved:%m/%d/%Y}. Check the date."
    else:
        return ()
    return (Problem("ordered_on", words),)


def an_order(
    offer: Offer, actor: Actor, asked: OrderAsked, now: datetime, *, before: int = 0
) -> PurchaseOrder:
    """The order for an offer, after so many that were cancelled; not written."""
    return PurchaseOrder(
        order_id=f"{offer.quote.request_id}/PO{before + 1 if before else ''}",
        request_id=offer.quote.request_id,
        quote_id=offer.quote.quote_id,
        vendor_id=offer.quote.vendor_id,
        order_number=asked.order_number.strip(),
        ordered_on=asked.ordered_on or now.date(),
        shipping_cents=offer.quote.shipping_cents,
        placed_by_id=actor.person_id,
        placed_at=now,
    )


def order_lines(
    order: PurchaseOrder, offer: Offer, wanted: Sequence[RequestLine]
) -> list[OrderLine]:
    """What is ordered for each request line; not written."""
    return [
        OrderLine(
            order_line_id=f"{order.order_id}/{line.position}",
            order_id=order.order_id,
            request_id=order.request_id,
            line_id=line.line_id,
            item_id=line.item_id if offered.is_for(line) else None,
            description=offered.description,
            quantity=offered.quantity,
            unit_price_cents=offered.unit_price_cents,
        )
        for line in wanted
        for offered in (offer.line_for(line.line_id),)
        if offered
    ]


def invoice_problems(reader: Reader, asked: InvoiceAsked, today: date) -> tuple[Problem, ...]:
    """Everything that is wrong with an invoice as typed, all at once."""
    names = ("invoice_number", "invoiced_on", "amount_cents")
    wrong = list(problems(Invoice, {name: getattr(asked, name) for name in names}))
    if asked.invoiced_on and asked.invoiced_on > today:
        wrong.append(Problem("invoiced_on", "“Invoice date” is in the future. Check the date."))
    wrong += number_problems(reader, asked.request_id, asked.invoice_number)
    if (above_cents := _above_cents(reader, asked)) and not is_explained(asked.reason):
        words = (
            f"It is {dollars(above_cents)} above what is encumbered. Write in a few words why it "
            "is right, such as “freight was added”."
        )
        wrong.append(Problem("reason", words))
    return tuple(wrong)


def _above_cents(reader: Reader, asked: InvoiceAsked) -> int:
    held_cents = balance(entries_of(reader, asked.request_id)).encumbered_cents
    return max(0, (asked.amount_cents or 0) - held_cents)


def number_problems(reader: Reader, request_id: str, number: str) -> Iterator[Problem]:
    """Whether the vendor sent this number before, for any order; reversed bills do not count."""
    order = order_of(reader, request_id)
    for known in billed_as(reader, order.vendor_id, number) if order else ():
        what = "Invoice" if known.amount_cents > 0 else "Credit"
        where = "" if known.request_id == request_id else f" for {known.request_id}"
        yield Problem(
            "invoice_number",
            f"{what} {known.invoice_number} of this vendor over "
            f"{dollars(abs(known.amount_cents))} is recorded already{where}. Check the number.",
        )


def an_invoice(reader: Reader, actor: Actor, asked: InvoiceAsked, now: datetime) -> Invoice:
    """The next invoice of an order; not written.

    Raises:
        NotFoundError: Nothing was ordered.
    """
    order = order_of(reader, asked.request_id)
    if order is None or asked.amount_cents is None:
        raise NotFoundError("Nothing was ordered for this request, so no invoice can come.")
    above_cents = _above_cents(reader, asked)
    return Invoice(
        invoice_id=next_invoice_id(reader, asked.request_id),
        order_id=order.order_id,
        request_id=asked.request_id,
        invoice_number=asked.invoice_number.strip(),
        invoiced_on=asked.invoiced_on or now.date(),
        amount_cents=asked.amount_cents,
        final=asked.final,
        reason=asked.reason.strip() if above_cents else "",
        above_cents=above_cents,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )


def next_invoice_id(reader: Reader, request_id: str) -> str:
    """The key of the next bill, credit or reversal of a request."""
    return f"{request_id}/I{len(invoices_of(reader, request_id)) + 1}"
