"""All offers for a request side by side, with what speaks against each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Site, Vendor
from techrequests.domain.purchasing import Offer, Quote, cheapest, rivals
from techrequests.domain.quoting import QuoteLetter, quote_letter
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, Action, blockers
from techrequests.services.quotes import if_chosen, not_choosable
from techrequests.services.steps import found
from techrequests.store.quotes import items_of, offers_of, quotes_of, vendors_for
from techrequests.store.requests import facts_for, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.domain.quoting import Inquiry
    from techrequests.domain.rules import Facts
    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One offer and how it stands against the others.

    Attributes:
        expired: Whether its last day has passed.
        cheapest: Whether none that can be chosen costs less, delivered.
        dearer_cents: How much more than the cheapest of those, US cents; 0 when it is the cheapest.
        refusals: Why this person cannot choose it now; empty when they can, and once the request
            is past choosing.
    """

    offer: Offer
    vendor_name: str
    expired: bool
    cheapest: bool
    dearer_cents: int
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What vendors were asked and what they answered.

    Attributes:
        lines: What is wanted, in order.
        standings: Offers for the present version: the chosen one first, then those that can be
            chosen, then by cost.
        waiting: Vendors asked about the present version that have not answered, with the question.
        earlier: Offers for earlier versions, which no longer count.
        vendors: Active vendors and those that quoted, by code, in the order of names.
    """

    lines: tuple[RequestLine, ...]
    standings: tuple[Standing, ...]
    waiting: tuple[Quote, ...]
    earlier: tuple[Offer, ...]
    vendors: Mapping[str, Vendor]

    def name(self, vendor_id: str) -> str:
        """A vendor's name."""
        return self.vendors[vendor_id].name if vendor_id in self.vendors else vendor_id

    def unasked(self) -> dict[str, str]:
        """Active vendors not yet asked about the present version: names by code."""
        known = {standing.offer.quote.vendor_id for standing in self.standings}
        known |= {quote.vendor_id for quote in self.waiting}
        return {
            vendor.vendor_id: vendor.name
            for vendor in self.vendors.values()
            if vendor.active and vendor.vendor_id not in known
        }


def comparison(database: Database, actor: Actor, request_id: str, today: date) -> Comparison:
    """Read every offer for a request that a person may see.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    with database.read() as reader:
        request = found(reader, actor, request_id)
        wanted = lines_of(reader, request_id)
        offers = offers_of(reader, request_id)
        facts = facts_for(reader, request, today)
        vendors = {vendor.vendor_id: vendor for vendor in vendors_for(reader, request_id)}
        asked = quotes_of(reader, request_id)
    present = [offer for offer in offers if offer.quote.content_version == request.content_version]
    day = _judged_on(request, present, today)
    lowest = cheapest(rivals(present, wanted, day))
    least = lowest.delivered_cents if lowest else 0
    standings = [
        Standing(
            offer=offer,
            vendor_name=vendors[offer.quote.vendor_id].name,
            expired=not offer.is_current(request.content_version, day),
            cheapest=lowest is not None
            and offer in rivals([offer], wanted, day)
            and offer.delivered_cents == least,
            dearer_cents=max(0, offer.delivered_cents - least) if lowest else 0,
            refusals=_refusals(request, actor, offer, if_chosen(facts, offer), wanted),
        )
        for offer in present
    ]
    standings.sort(
        key=lambda one: (
            one.offer.quote.chosen_at is None,
            bool(one.refusals),
            one.offer.delivered_cents,
        )
    )
    return Comparison(
        lines=tuple(wanted),
        standings=tuple(standings),
        waiting=tuple(
            quote
            for quote in asked
            if quote.received_at is None and quote.content_version == request.content_version
        ),
        earlier=tuple(offer for offer in offers if offer not in present),
        vendors=vendors,
    )


def _judged_on(request: TechRequest, offers: Sequence[Offer], today: date) -> date:
    """The day on which offers are compared: today, or once it is ordered the day of the choice."""
    chosen = (offer.quote.chosen_at for offer in offers if offer.quote.chosen_at)
    if request.status in {Status.QUOTING, Status.FUNDING}:
        return today
    return next((moment.date() for moment in chosen), today)


def _refusals(
    request: TechRequest, actor: Actor, offer: Offer, facts: Facts, wanted: Sequence[RequestLine]
) -> tuple[str, ...]:
    step = STEP_OF[Action.CHOOSE_QUOTE]
    if request.status not in step.sources:
        return ()
    return (*blockers(request, step, actor, facts), *not_choosable(offer, wanted))


def letter_to(
    database: Database, actor: Actor, request_id: str, vendor_id: str, inquiry: Inquiry
) -> QuoteLetter:
    """The letter that asks a vendor for a quote.

    Raises:
        NotFoundError: No such request or vendor, or not for this person.
    """
    with database.read() as reader:
        request = found(reader, actor, request_id)
        vendor, site = reader.get(Vendor, vendor_id), reader.get(Site, request.site_id)
        items = {item.item_id: item for item in items_of(reader, request_id)}
        wanted = [(line, items.get(line.item_id or "")) for line in lines_of(reader, request_id)]
        return quote_letter(request, wanted, vendor, site, inquiry)
