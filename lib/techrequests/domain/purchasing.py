"""Quotes, orders, receipts and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple

from techrequests.domain.fields import Field, Table
from techrequests.domain.money import MOST_CENTS, TAKE_IT_OFF, least_price

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from techrequests.domain.techrequest import RequestLine

_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A vendor's offer for a request, or the open question for one while `received_at` is None.

    Attributes:
        content_version: The version of the request it was asked for; others no longer count.
        chosen_at: When it was chosen; set back to None when the choice is undone.
    """

    TABLE: ClassVar[Table] = Table(name="quote", key="quote_id", label="Quotes")

    quote_id: str
    request_id: str
    content_version: int
    vendor_id: Annotated[str, Field(label="Vendor", refers_to="vendor")]
    asked_at: datetime
    received_at: datetime | None = None
    reference: Annotated[str, Field(label="Quote number", optional=True, max_length=60)] = ""
    expires_on: Annotated[date | None, Field(label="Good until", optional=True)] = None
    shipping_cents: Annotated[
        int, Field(label="Shipping and fees", minimum=0, maximum=MOST_CENTS // 100)
    ] = 0
    delivery_days: Annotated[int, Field(label="Delivery, days", minimum=0, maximum=730)] = 0
    notes: Annotated[str, Field(label="Notes", optional=True, max_length=1000, long=True)] = ""
    chosen_at: datetime | None = None
    justification: Annotated[
        str,
        Field(
            label="Why this one",
            help="Needed when it is not the cheapest on delivered cost.",
            optional=True,
            max_length=1000,
            long=True,
        ),
    ] = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """The price a vendor offers for one request line.

    Attributes:
        same_item: Whether somebody said that other words mean the item that is wanted.
    """

    TABLE: ClassVar[Table] = Table(name="quote_line", key="quote_line_id")

    quote_line_id: str
    quote_id: str
    line_id: str
    description: Annotated[str, Field(label="Offered", max_length=160)]
    quantity: Annotated[int, Field(label="Quantity", minimum=1, maximum=5000)]
    unit_price_cents: Annotated[
        int,
        Field(
            label="Price each",
            minimum=0,
            maximum=MOST_CENTS // 100,
            below_zero=TAKE_IT_OFF,
        ),
    ]
    same_item: bool = False

    @property
    def total_cents(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_price_cents

    def is_for(self, wanted: RequestLine) -> bool:
        """Whether it offers the item that was approved, by its name or under another one."""
        return self.same_item or not other_words(self.description, wanted.description)


class MoreUnits(NamedTuple):
    """More units of an item than were approved."""

    item: str
    approved: int
    offered: int

    @property
    def words(self) -> str:
        """The same as people read it."""
        return f"{self.offered:,} instead of the approved {self.approved:,} “{self.item}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A received quote with its lines."""

    quote: Quote
    lines: tuple[QuoteLine, ...]

    @property
    def delivered_cents(self) -> int:
        """What it costs at the door: lines, shipping and fees."""
        return sum(line.total_cents for line in self.lines) + self.quote.shipping_cents

    @property
    def least_unit_cents(self) -> int | None:
        """What the cheapest of the items costs each; None when all are free."""
        return least_price(line.unit_price_cents for line in self.lines)

    def is_current(self, content_version: int, today: date) -> bool:
        """Whether it can be chosen: for this version of the request, and not expired."""
        expires_on = self.quote.expires_on
        return self.quote.content_version == content_version and (
            expires_on is None or expires_on >= today
        )

    def line_for(self, line_id: str) -> QuoteLine | None:
        """What is offered for a request line; None when it is left out."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def gaps(self, wanted: Iterable[RequestLine]) -> tuple[str, ...]:
        """What it does not cover, one sentence per request line that is left out or too few."""
        return tuple(
            _gap(line, offered.quantity if offered else 0)
            for line in wanted
            for offered in (self.line_for(line.line_id),)
            if offered is None or offered.quantity < line.quantity
        )

    def other_items(self, wanted: Iterable[RequestLine]) -> tuple[str, ...]:
        """What it offers that was not approved, one sentence per request line."""
        return tuple(
            _other_item(line, offered.description)
            for line in wanted
            for offered in (self.line_for(line.line_id),)
            if offered and not offered.is_for(line)
        )

    def more_units(self, wanted: Iterable[RequestLine]) -> tuple[MoreUnits, ...]:
        """The request lines of which it offers more units than were approved."""
        return tuple(
            MoreUnits(line.description, approved=line.quantity, offered=offered.quantity)
            for line in wanted
            for offered in (self.line_for(line.line_id),)
            if offered and offered.quantity > line.quantity
        )

    def misfits(self, wanted: Sequence[RequestLine]) -> tuple[str, ...]:
        """Why it is not what was approved: left out, too few, or another item."""
        return (*self.gaps(wanted), *self.other_items(wanted))


def other_words(offered: str, wanted: str) -> bool:
    """Whether an offer calls an item otherwise than the request; capitals do not count."""
    return offered.strip().casefold() != wanted.strip().casefold()


def _other_item(line: RequestLine, offered: str) -> str:
    return (
        f"This quote offers “{offered}” for “{line.description}”. Amend the request so that the "
        "supervisor decides on it, or say that it is the same item under another name."
    )


def _gap(line: RequestLine, offered: int) -> str:
    what = f"only {offered} of the {line.quantity}" if offered else f"none of the {line.quantity}"
    return f"This quote offers {what} “{line.description}”. Ask the vendor for all of them."


def cheapest(offers: Sequence[Offer]) -> Offer | None:
    """The lowest delivered cost; the earlier received of two equal ones; None without offers."""
    return min(offers, key=lambda offer: offer.delivered_cents, default=None)


def rivals(offers: Iterable[Offer], wanted: Sequence[RequestLine], today: date) -> list[Offer]:
    """The offers that could be chosen for these request lines: current, complete and the same."""
    version = wanted[0].content_version if wanted else 0
    return [
        offer for offer in offers if offer.is_current(version, today) and not offer.misfits(wanted)
    ]


def is_explained(justification: str) -> bool:
    """Whether a justification is in words, not a dot to get past the field."""
    words = [word for word in justification.split() if any(letter.isalpha() for letter in word)]
    return len(words) >= _FEWEST_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """The district's binding order for the chosen quote; its date is the obligation date.

    Attributes:
        above_approval_cents: How much it was above the approval, within the tolerance of that day.
    """

    TABLE: ClassVar[Table] = Table(name="purchase_order", key="order_id", label="Orders")

    order_id: str
    request_id: str
    quote_id: str
    vendor_id: str
    order_number: Annotated[str, Field(label="Order number", example="PO-27-01834", max_length=40)]
    ordered_on: Annotated[
        date,
        Field(label="Order date", help="When it goes to the vendor; funds are judged on this day."),
    ]
    shipping_cents: int
    above_approval_cents: int = 0
    placed_by_id: str
    placed_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """What was ordered for one request line.

    Attributes:
        cancelled: Units that will not come.
    """

    TABLE: ClassVar[Table] = Table(name="order_line", key="order_line_id")

    order_line_id: str
    order_id: str
    request_id: str
    line_id: str
    item_id: str | None
    description: str
    quantity: int
    unit_price_cents: int
    cancelled: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCost:
    """What an order comes to, as the store adds it up, US cents.

    Attributes:
        due_cents: The price of what is not cancelled; shipping too while anything is left.
        credit_cents: What was paid for what is cancelled: the vendor has to give it back.
    """

    TABLE: ClassVar[Table] = Table(name="order_cost", key="order_id")

    order_id: str
    request_id: str
    due_cents: int
    credit_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Units that came in at one time for one order line; written once, never changed."""

    TABLE: ClassVar[Table] = Table(name="receipt", key="receipt_id")

    receipt_id: str
    order_line_id: str
    request_id: str
    accepted: Annotated[int, Field(label="Accepted", minimum=0, maximum=5000)]
    rejected: Annotated[int, Field(label="Rejected", minimum=0, maximum=5000)]
    reason: Annotated[
        str,
        Field(
            label="Why rejected", example="Screen cracked in transit", optional=True, max_length=400
        ),
    ] = ""
    received_by_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A vendor's bill against an order; written once, never changed.

    What gives money back is one more row, with an amount below zero: a vendor's credit, or the
    reversal of a row that was wrong. The sum over all rows is what the district owes.

    Attributes:
        final: No more will come: what is still encumbered was released.
        reverses_id: The row that this one takes back; None for bills and credits.
        reason: Why money comes back, or why a bill is above what was encumbered; else empty.
        above_cents: How much of a bill was above what the order costs; below zero in its reversal.
        number_key: The number without what two people write differently.
        confirmation: Why a number or a date that looked wrong is right; empty when none did.
    """

    TABLE: ClassVar[Table] = Table(name="invoice", key="invoice_id")

    invoice_id: str
    order_id: str
    request_id: str
    invoice_number: Annotated[
        str, Field(label="Invoice number", example="INV-88213", max_length=60)
    ]
    invoiced_on: Annotated[date, Field(label="Invoice date")]
    amount_cents: Annotated[int, Field(label="Amount", minimum=1)]
    final: Annotated[bool, Field(label="Last invoice", help="Releases what is left over.")] = True
    reverses_id: str | None = None
    reason: str = ""
    above_cents: int = 0
    number_key: str = ""
    confirmation: Annotated[
        str, Field(label="Why it is right", optional=True, max_length=400, long=True)
    ] = ""
    recorded_by_id: str
    recorded_at: datetime
