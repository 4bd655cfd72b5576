"""The letter that asks a vendor for a quote: the same words in an e-mail and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from techrequests.domain.calendar import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from techrequests.domain.catalogue import Site, StandardItem, Vendor
    from techrequests.domain.techrequest import RequestLine, TechRequest

    Wanted = tuple[RequestLine, StandardItem | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Who asks for a quote, and when.

    Attributes:
        district: The district's name.
        name: The person to answer to.
        email: Where the answer goes.
        written_on: The date of the letter.
        answer_by: The last day for an answer.
    """

    district: str
    name: str
    email: str
    written_on: date
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLetter:
    """A request for a quote, ready to be sent.

    Attributes:
        opening: Paragraphs above the items.
        items: Pairs of quantity and description, in the order of the request.
        questions: What the answer should say, one a line.
        closing: Paragraphs below the questions.
    """

    district: str
    subject: str
    written_on: date
    recipient: tuple[str, ...]
    opening: tuple[str, ...]
    items: tuple[tuple[int, str], ...]
    questions: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body of the e-mail."""
        listed = "\n".join(f"  {quantity:>5,} x {what}" for quantity, what in self.items)
        asked = "\n".join(f"  - {question}" for question in self.questions)
        return "\n\n".join(
            (
                *self.opening,
                listed,
                f"Please tell us:\n{asked}",
                *self.closing,
                "\n".join(self.signature),
            )
        )


def quote_letter(
    request: TechRequest, wanted: Sequence[Wanted], vendor: Vendor, site: Site, inquiry: Inquiry
) -> QuoteLetter:
    """Write to a vendor what is wanted and where; without prices, staff names or the reason.

    Args:
        request: What the goods are for; its number, requirements and day of need are told.
        wanted: The present lines of the request, with the standard item of each.
        vendor: To whom.
        site: Where the goods go.
        inquiry: Who asks, and until when.
    """
    answer_by = long_date(inquiry.answer_by)
    return QuoteLetter(
        district=inquiry.district,
        subject=f"Request for a quote {request.request_id}, please answer by {answer_by}",
        written_on=inquiry.written_on,
        recipient=tuple(filter(None, (vendor.name, vendor.contact_name, vendor.email))),
        opening=(
            f"Dear {vendor.contact_name or vendor.name},",
            (
                f"{inquiry.district} would like to buy the items below. "
                f"Please send us your quote by {answer_by}."
            ),
        ),
        items=tuple((line.quantity, _described(line, item)) for line, item in wanted),
        questions=(
            "the price of each item, the shipping and any fees, in US dollars without sales tax",
            "until when the quote is good",
            "in how many days you deliver",
            "your quote number",
        ),
        closing=(
            *_conditions(request, vendor, inquiry),
            f"Deliver to: {', '.join(filter(None, (site.name, site.address)))}.",
            (
                f"This is not an order. Please put our number {request.request_id} on your quote "
                f"and send it to {inquiry.email}."
            ),
        ),
        signature=tuple(filter(None, (inquiry.name, inquiry.district, inquiry.email))),
    )


def _described(line: RequestLine, item: StandardItem | None) -> str:
    model = f"{item.manufacturer} {item.model}" if item else ""
    return f"{line.description} ({model})" if model.strip() else line.description


def _conditions(request: TechRequest, vendor: Vendor, inquiry: Inquiry) -> Iterator[str]:
    if request.requirements.strip():
        yield f"Requirements: {request.requirements.strip()}"
    if request.needed_by and request.needed_by >= inquiry.written_on:
        yield f"We need the goods by {long_date(request.needed_by)}."
    ends_on = vendor.contract_ends_on
    if vendor.contract_number and (ends_on is None or ends_on >= inquiry.answer_by):
        yield f"Please quote under contract {vendor.contract_number}."
