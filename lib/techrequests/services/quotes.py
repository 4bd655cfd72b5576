"""Asking vendors, recording what they offer, choosing, and going back when it costs more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Vendor
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, Problem
from techrequests.domain.fields import problems
from techrequests.domain.intake import LineAsked, line_problems, request_lines
from techrequests.domain.money import dollars
from techrequests.domain.purchasing import Quote, cheapest, is_explained, rivals
from techrequests.domain.workflow import Action, decide
from techrequests.services.deciders import decider_now
from techrequests.services.intake import known_lines
from techrequests.services.offers import (
    QuoteAsked,
    a_question,
    attach_to_quote,
    filled,
    offer_problems,
    quote_to_fill,
    write_offer,
)
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.quotes import offers_of, quotes_of
from techrequests.store.requests import facts_for, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.rules import Facts
    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.store.database import Database, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorsAsked:
    """The vendors to ask for a quote."""

    request_id: str
    seen_version: int
    key: str
    vendor_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceAsked:
    """The offer to buy from, and why when it is not the cheapest."""

    request_id: str
    seen_version: int
    key: str
    quote_id: str
    justification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendAsked:
    """The items as they are to be from now on, and why."""

    request_id: str
    seen_version: int
    key: str
    note: str
    lines: tuple[LineAsked, ...] = field(default=())


def ask_vendors(
    database: Database, actor: Actor, asked: VendorsAsked, *, now: datetime
) -> TechRequest:
    """Note which vendors are asked for a quote; the letter itself is in `domain.quoting`.

    Raises:
        BlockedError: Not in quoting, or not this person's to do.
        InvalidError: No vendor, an inactive one, or one that was asked before.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        vendors = _vendors_to_ask(work, request, asked.vendor_ids)
        change = decided(
            work,
            request,
            Action.ASK_VENDORS,
            actor,
            now=now,
            detail=", ".join(vendor.name for vendor in vendors),
        )
        for vendor in vendors:
            work.insert(a_question(work, request, vendor.vendor_id, now))
        return save(work, change)


def record_quote(
    database: Database, actor: Actor, asked: QuoteAsked, *, now: datetime
) -> TechRequest:
    """Write down a vendor's offer, or correct one that is not chosen yet.

    Raises:
        BlockedError: Not in quoting, or not this person's to do.
        InvalidError: A price, quantity, date or line is wrong; everything at once.
        NotFoundError: There is no such quote or file.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        wanted = lines_of(work, request.request_id)
        if wrong := offer_problems(work, asked, wanted, now.date()):
            raise InvalidError(*wrong)
        old = quote_to_fill(work, request, asked, now)
        offer = filled(old.quote, asked, wanted, now)
        correction = f", corrected from {dollars(old.delivered_cents)}" if old.lines else ""
        change = decided(
            work,
            request,
            Action.RECORD_QUOTE,
            actor,
            now=now,
            detail=f"{work.get(Vendor, asked.vendor_id).name}, "
            f"{dollars(offer.delivered_cents)} delivered{correction}",
        )
        write_offer(work, offer)
        attach_to_quote(work, request, offer.quote.quote_id, asked.attachment_ids)
        return save(work, change)


def choose_quote(
    database: Database, actor: Actor, asked: ChoiceAsked, *, now: datetime
) -> TechRequest:
    """Buy from this offer; the Business Office picks the funds next.

    Raises:
        BlockedError: It is expired, above the approval, incomplete, another item, or not this
            person's to choose.
        InvalidError: It is not the cheapest, and nothing says why.
        NotFoundError: There is no such offer.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        wanted, offers = lines_of(work, request.request_id), offers_of(work, request.request_id)
        offer = _offer(offers, asked.quote_id)
        facts = if_chosen(facts_for(work, request, now.date()), offer, wanted)
        beyond = beyond_approval(facts, offer, wanted)
        vendor = work.get(Vendor, offer.quote.vendor_id).name
        change = decide(
            request,
            Action.CHOOSE_QUOTE,
            actor,
            facts,
            now=now,
            note=asked.justification,
            detail="; ".join((f"{vendor}, {dollars(offer.delivered_cents)} delivered", *beyond)),
        )
        if refused := not_choosable(offer, wanted):
            raise BlockedError(refused)
        _check_justified(asked.justification, offer, rivals(offers, wanted, now.date()))
        work.update(replace(offer.quote, chosen_at=now, justification=asked.justification.strip()))
        if beyond and request.approver_id:
            # What they approved is not quite what is bought: they hear of it.
            change = replace(change, besides=(request.approver_id,))
        return save(work, change)


def amend(database: Database, actor: Actor, asked: AmendAsked, *, now: datetime) -> TechRequest:
    """Change what is to be bought, and send it back to the supervisor; old quotes no longer count.

    Raises:
        BlockedError: Already ordered, or not this person's to do.
        InvalidError: An item or the reason is missing or wrong.
        StaleError: The request changed since the page was drawn.
    """
    if wrong := line_problems(asked.lines):
        raise InvalidError(*wrong)
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        lines = request_lines(
            request.request_id,
            request.content_version + 1,
            known_lines(work, asked.lines),
            category=request.category,
        )
        estimate_cents = sum(line.estimate_cents for line in lines)
        change = decide(
            replace(
                decider_now(work, request, now.date()).named_on(request),
                estimate_cents=estimate_cents,
            ),
            Action.AMEND,
            actor,
            replace(facts_for(work, request, now.date()), lines=len(lines)),
            now=now,
            note=asked.note,
            detail=f"{dollars(request.estimate_cents)} → {dollars(estimate_cents)}",
        )
        work.insert_all(lines)
        return save(work, change)


def if_chosen(facts: Facts, offer: Offer, wanted: Sequence[RequestLine]) -> Facts:
    """The facts as they would be with this offer chosen, for the rules that judge the choice."""
    more = offer.more_units(wanted)
    return replace(
        facts,
        chosen_cents=offer.delivered_cents,
        chosen_expires_on=offer.quote.expires_on,
        more_units=sum(one.offered - one.approved for one in more),
    )


def beyond_approval(facts: Facts, offer: Offer, wanted: Sequence[RequestLine]) -> tuple[str, ...]:
    """How an offer goes beyond what was approved, within what the district tolerates."""
    approved_cents = facts.approved_cents or 0
    over_cents = offer.delivered_cents - approved_cents
    limit = facts.tolerances.quote(approved_cents)
    over = (
        f"{dollars(over_cents)} above the approved {dollars(approved_cents)}, within the tolerance "
        f"of {limit.words}"
    )
    more = (one.words for one in offer.more_units(wanted))
    return (*((over,) if 0 < over_cents <= limit.cents else ()), *more)


def not_choosable(offer: Offer, wanted: Sequence[RequestLine]) -> tuple[str, ...]:
    """Why an offer cannot be chosen whatever it costs: not what the present version asks for."""
    if any(line.content_version != offer.quote.content_version for line in wanted):
        return ("This quote is for an earlier version of the request. Ask the vendor again.",)
    return offer.misfits(wanted)


def _vendors_to_ask(work: Work, request: TechRequest, vendor_ids: Sequence[str]) -> list[Vendor]:
    if not vendor_ids:
        raise InvalidError(Problem("vendor_ids", "Pick at least one vendor to ask."))
    vendors = [work.get(Vendor, vendor_id) for vendor_id in dict.fromkeys(vendor_ids)]
    before = {
        quote.vendor_id
        for quote in quotes_of(work, request.request_id)
        if quote.content_version == request.content_version
    }
    wrong = [
        f"{vendor.name} was asked already. Take it off the list."
        if vendor.vendor_id in before
        else f"{vendor.name} is not an active vendor. Take it off the list."
        for vendor in vendors
        if vendor.vendor_id in before or not vendor.active
    ]
    if wrong:
        raise InvalidError(*(Problem("vendor_ids", message) for message in wrong))
    return vendors


def _offer(offers: Sequence[Offer], quote_id: str) -> Offer:
    found = [offer for offer in offers if offer.quote.quote_id == quote_id]
    if not found:
        raise NotFoundError("This quote was not received yet. Record its prices first.")
    return found[0]


def _check_justified(justification: str, offer: Offer, others: Sequence[Offer]) -> None:
    if wrong := problems(Quote, {"justification": justification}):
        raise InvalidError(*wrong)
    lowest = cheapest(others)
    more = offer.delivered_cents - lowest.delivered_cents if lowest else 0
    if more > 0 and not is_explained(justification):
        raise InvalidError(
            Problem(
                "justification",
                f"Another quote is {dollars(more)} cheaper, delivered. Write in a few words why "
                "this one is better, such as “arrives before school starts”.",
            )
        )
