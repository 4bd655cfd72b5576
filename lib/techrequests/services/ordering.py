"""Orders and invoices as they are typed in: what is wrong with them, and the rows they become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from techrequests.domain.errors import NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.invoice_doubts import date_doubts, number_key, written
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
    order_facts_of,
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
        confirmation: Why its number or date is right; needed when one looks wrong.
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
    confirmation: str = ""


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


def an_order(  # noqa: PLR0913  # everything that an order says
    offer: Offer,
    actor: Actor,
    asked: OrderAsked,
    now: datetime,
    *,
    approved_cents: int,
    before: int = 0,
) -> PurchaseOrder:
    """The order for an offer; not written.

    Args:
        offer: The chosen one.
        actor: Who places it.
        asked: Its number and date.
        now: When it is recorded.
        approved_cents: What was approved.
        before: How many orders of the request were canceled as a whole.
    """
    return PurchaseOrder(
        order_id=f"{offer.quote.request_id}/PO{before + 1 if before else ''}",
        request_id=offer.quote.request_id,
        quote_id=offer.quote.quote_id,
        vendor_id=offer.quote.vendor_id,
        order_number=asked.order_number.strip(),
        ordered_on=asked.ordered_on or now.date(),
        shipping_cents=offer.quote.shipping_cents,
        above_approval_cents=max(0, offer.delivered_cents - approved_cents),
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
    order = order_of(reader, asked.request_id)
    wrong = list(paper_problems(reader, asked, order, today))
    held_cents = balance(entries_of(reader, asked.request_id)).encumbered_cents
    above_cents = max(0, (asked.amount_cents or 0) - held_cents)
    if above_cents and not is_explained(asked.reason):
        words = (
            f"It is {dollars(above_cents)} above what is encumbered. Write in a few words why it "
            "is right, such as “freight was added”."
        )
        wrong.append(Problem("reason", words))
    return tuple(wrong)


class Paper(Protocol):
    """A vendor's paper as it is typed: a bill or a credit."""

    @property
    def request_id(self) -> str:
        """The request it is for."""

    @property
    def invoice_number(self) -> str:
        """Its number."""

    @property
    def invoiced_on(self) -> date | None:
        """Its date."""

    @property
    def amount_cents(self) -> int | None:
        """Its amount, US cents."""

    @property
    def confirmation(self) -> str:
        """Why it is right although it looks wrong."""


def paper_problems(
    reader: Reader, asked: Paper, order: PurchaseOrder | None, today: date
) -> Iterator[Problem]:
    """What is missing or wrong with a bill or a credit, and what looks wrong and is not confirmed.

    A number that the vendor used before, for any order, is refused; one that is only written
    otherwise, and a date that cannot well be, take a reason. Reversed papers do not count.
    """
    names = ("invoice_number", "invoiced_on", "amount_cents", "confirmation")
    yield from problems(Invoice, {name: getattr(asked, name) for name in names})
    if order is None:
        return
    number = asked.invoice_number
    known = billed_as(reader, order.vendor_id, number_key(number)) if number.strip() else []
    same = [one for one in known if written(one.invoice_number) == written(number)]
    for one in same:
        where = "" if one.request_id == asked.request_id else f" for {one.request_id}"
        words = f"{_recorded(one)} is recorded already{where}. Check the number."
        yield Problem("invoice_number", words)
    if is_explained(asked.confirmation):
        return
    doubts = [
        f"{_recorded(one)} is recorded already, for {one.request_id}: a number much like this one."
        for one in known[:3]
    ]
    if asked.invoiced_on:
        doubts += date_doubts(asked.invoiced_on, order.ordered_on, today)
    if doubts and not same:
        words = f"{' '.join(doubts)} Check the paper; if it is right, write in a few words why."
        yield Problem("confirmation", words)


def _recorded(known: Invoice) -> str:
    what = "Invoice" if known.amount_cents > 0 else "Credit"
    amount = dollars(abs(known.amount_cents))
    return f"{what} {known.invoice_number} of this vendor over {amount}"


def an_invoice(reader: Reader, actor: Actor, asked: InvoiceAsked, now: datetime) -> Invoice:
    """The next invoice of an order; not written.

    Raises:
        NotFoundError: Nothing was ordered.
    """
    order = order_of(reader, asked.request_id)
    if order is None or asked.amount_cents is None:
        raise NotFoundError("Nothing was ordered for this request, so no invoice can come.")
    facts = [
        one for one in order_facts_of(reader, asked.request_id) if one.order_id == order.order_id
    ]
    paid_cents = sum(one.billed.net_cents for one in facts)
    due_cents = sum(one.due_cents for one in facts)
    held_cents = balance(entries_of(reader, asked.request_id)).encumbered_cents
    return Invoice(
        invoice_id=next_invoice_id(reader, asked.request_id),
        order_id=order.order_id,
        request_id=asked.request_id,
        invoice_number=asked.invoice_number.strip(),
        invoiced_on=asked.invoiced_on or now.date(),
        amount_cents=asked.amount_cents,
        final=asked.final,
        reason=asked.reason.strip() if asked.amount_cents > held_cents else "",
        above_cents=max(0, paid_cents + asked.amount_cents - max(due_cents, paid_cents)),
        number_key=number_key(asked.invoice_number),
        confirmation=asked.confirmation.strip(),
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )


def next_invoice_id(reader: Reader, request_id: str) -> str:
    """The key of the next bill, credit or reversal of a request."""
    return f"{request_id}/I{len(invoices_of(reader, request_id)) + 1}"
