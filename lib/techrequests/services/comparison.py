"""All offers for a request side by side, with what speaks against each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, Site, StandardItem, Vendor
from techrequests.domain.purchasing import Offer, Quote, cheapest, rivals
from techrequests.domain.quoting import Inquiry, QuoteLetter, quote_letter
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, Action, blockers
from techrequests.services.quotes import beyond_approval, if_chosen, not_choosable
from techrequests.store.quotes import for_letters, quoting_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.services.cases import Case
    from techrequests.store.database import Database

ANSWER_DAYS = 10
"""How long a vendor is asked to take for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One offer and how it stands against the others.

    Attributes:
        expired: Whether its last day has passed.
        other_item: Whether it offers something that was not approved.
        cheapest: Whether none that can be chosen costs less, delivered.
        dearer_cents: How much more than the cheapest of those, US cents; 0 when it is the cheapest.
        beyond: How it goes beyond what was approved, within what is tolerated, in words.
        refusals: Why this person cannot choose it now; empty when they can, and once the request
            is past choosing.
    """

    offer: Offer
    vendor_name: str
    expired: bool
    other_item: bool
    cheapest: bool
    dearer_cents: int
    beyond: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """What vendors were asked and what they answered.

    Attributes:
        lines: What is wanted, in order.
        standings: Offers for the present version: the chosen one first, then those that can be
            chosen, then by cost.
        waiting: Vendors asked about the present version that have not answered, with the question.
        vendors: Active vendors and those that quoted, by code, in the order of names.
    """

    lines: tuple[RequestLine, ...]
    standings: tuple[Standing, ...]
    waiting: tuple[Quote, ...]
    vendors: Mapping[str, Vendor]

    @property
    def chosen(self) -> Offer | None:
        """The offer that is bought; None before one is chosen."""
        return next((one.offer for one in self.standings if one.offer.quote.chosen_at), None)

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


def comparison(database: Database, case: Case) -> Comparison:
    """Read every offer for a request, and hold them against each other."""
    request, wanted, today = case.request, case.lines, case.facts.today
    with database.read() as reader:
        known = quoting_of(reader, request.request_id)
    vendors = {vendor.vendor_id: vendor for vendor in known.vendors}
    present = [
        offer for offer in known.offers if offer.quote.content_version == request.content_version
    ]
    day = _judged_on(request, present, today)
    lowest = cheapest(rivals(present, wanted, day))
    least = lowest.delivered_cents if lowest else 0
    standings = [
        Standing(
            offer=offer,
            vendor_name=vendors[offer.quote.vendor_id].name,
            expired=not offer.is_current(request.content_version, day),
            other_item=bool(offer.other_items(wanted)),
            cheapest=lowest is not None
            and offer in rivals([offer], wanted, day)
            and offer.delivered_cents == least,
            dearer_cents=max(0, offer.delivered_cents - least) if lowest else 0,
            beyond=beyond_approval(case.facts, offer, wanted),
            refusals=_refusals(case, offer),
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
        lines=wanted,
        standings=tuple(standings),
        waiting=tuple(
            quote
            for quote in known.quotes
            if quote.received_at is None and quote.content_version == request.content_version
        ),
        vendors=vendors,
    )


def _judged_on(request: TechRequest, offers: Sequence[Offer], today: date) -> date:
    """The day on which offers are compared: today, or once it is ordered the day of the choice."""
    chosen = (offer.quote.chosen_at for offer in offers if offer.quote.chosen_at)
    if request.status in {Status.QUOTING, Status.FUNDING}:
        return today
    return next((moment.date() for moment in chosen), today)


def _refusals(case: Case, offer: Offer) -> tuple[str, ...]:
    step, facts = STEP_OF[Action.CHOOSE_QUOTE], if_chosen(case.facts, offer, case.lines)
    if case.request.status not in step.sources:
        return ()
    reasons = blockers(case.request, step, case.actor, facts)
    return (*reasons, *not_choosable(offer, case.lines))


def letters(
    database: Database, case: Case, known: Comparison, district: str
) -> dict[str, QuoteLetter]:
    """The letters to the vendors that have not answered yet, by quote.

    Args:
        database: Where to look.
        case: The request; who sees it is who asks.
        known: What vendors were asked.
        district: The district's name.
    """
    request = case.request
    with database.read() as reader:
        named = for_letters(reader, request.request_id, request.site_id, case.actor.person_id)
    (site,), (person,) = named.of(Site), named.of(Person)
    items = {item.item_id: item for item in named.of(StandardItem)}
    wanted = [(line, items.get(line.item_id or "")) for line in case.lines]
    return {
        quote.quote_id: quote_letter(
            request, wanted, known.vendors[quote.vendor_id], site, _inquiry(person, district, quote)
        )
        for quote in known.waiting
    }


def _inquiry(person: Person, district: str, quote: Quote) -> Inquiry:
    written_on = quote.asked_at.date()
    return Inquiry(
        district=district,
        name=person.full_name,
        email=person.email,
        written_on=written_on,
        answer_by=written_on + timedelta(days=ANSWER_DAYS),
    )
