"""Paying: splitting a purchase over funds, ordering, and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotFoundError, Problem
from techrequests.domain.money import dollars
from techrequests.domain.workflow import Action, decide
from techrequests.services.booking import booking, told_above
from techrequests.services.ordering import (
    InvoiceAsked,
    OrderAsked,
    an_invoice,
    an_order,
    day_problems,
    invoice_problems,
    order_lines,
    order_problems,
)
from techrequests.services.quotes import beyond_approval
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.orders import orders_before
from techrequests.store.quotes import offers_of
from techrequests.store.requests import facts_for, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one fund is to pay, US cents."""

    fund_id: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocateAsked:
    """How the delivered cost is split over funds.

    Attributes:
        ordered_on: The day on which it is to be ordered: funds are judged on it; None for today.
        override_reason: Why a fund may go over its limit; for people who may allow it.
    """

    request_id: str
    seen_version: int
    key: str
    shares: tuple[Share, ...]
    ordered_on: date | None = None
    override_reason: str = ""


def allocate(
    database: Database, actor: Actor, asked: AllocateAsked, *, now: datetime
) -> TechRequest:
    """Reserve the delivered cost on the funds that pay; what was reserved before is released.

    Raises:
        BlockedError: A fund may not pay, or it is not this person's to do.
        InvalidError: The amounts are not the delivered cost to the cent, or the day of the order is
            in the future or before the approval.
        NotFoundError: There is no such fund.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        facts = facts_for(work, request, now.date())
        words = ", ".join(f"{one.fund_id} {dollars(one.amount_cents)}" for one in asked.shares)
        change = decide(request, Action.ALLOCATE, actor, facts, now=now, detail=words)
        day = asked.ordered_on or now.date()
        wrong = _share_problems(asked.shares, facts.chosen_cents or 0)
        if wrong := (*wrong, *day_problems(work, request.request_id, day, now.date())):
            raise InvalidError(*wrong)
        shares = {one.fund_id: one.amount_cents for one in asked.shares if one.amount_cents}
        hand = booking(work, request, actor, now, override_reason=asked.override_reason)
        # The workflow's rules have made sure that one is chosen.
        if offer := _chosen(work, request):
            hand.reserve(offer, shares, day)
        return save(work, change)


def place_order(
    database: Database, actor: Actor, asked: OrderAsked, *, now: datetime
) -> TechRequest:
    """Record the binding order: what was reserved is encumbered on the same funds.

    Raises:
        BlockedError: Not fully allocated, a fund may not pay on the order's date, or not this
            person's to do.
        InvalidError: The number is taken, or the date is in the future or before the approval.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        # The rules are judged on the day the order went out: that is when the quote must be good.
        facts = facts_for(work, request, asked.ordered_on or now.date())
        number, wanted = asked.order_number.strip(), lines_of(work, request.request_id)
        offer = _chosen(work, request)
        beyond = beyond_approval(facts, offer, wanted) if offer else ()
        detail = "; ".join((number, *beyond))
        change = decide(request, Action.ORDER, actor, facts, now=now, detail=detail)
        if wrong := order_problems(work, asked, now.date()):
            raise InvalidError(*wrong)
        if offer is None:
            raise NotFoundError("No quote is chosen any more. Look at the request again.")
        order = an_order(
            offer,
            actor,
            asked,
            now,
            approved_cents=facts.approved_cents or 0,
            before=orders_before(work, request.request_id),
        )
        hand = booking(work, request, actor, now, override_reason=asked.override_reason)
        hand.encumber(offer, order, f"Order {number}.")
        work.insert(order)
        work.insert_all(order_lines(order, offer, wanted))
        return save(work, change)


def record_invoice(
    database: Database, actor: Actor, asked: InvoiceAsked, *, now: datetime
) -> TechRequest:
    """Record a bill: it is paid from what is encumbered, and the last one releases the rest.

    What goes over a limit with the permission for it is told to the business managers.

    Raises:
        BlockedError: It is further above the order than is tolerated, or above what is encumbered
            and a fund may not pay more, or it is not this person's to do.
        InvalidError: The number, date or amount is missing or wrong, it is recorded already, or
            nothing says why it is right although it looks wrong or is above what is encumbered.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        number = asked.invoice_number.strip()
        change = decided(
            work,
            request,
            Action.RECORD_INVOICE,
            actor,
            now=now,
            note=asked.reason,
            detail=f"{number}, {dollars(asked.amount_cents or 0)}",
        )
        if wrong := invoice_problems(work, asked, now.date()):
            raise InvalidError(*wrong)
        bill = an_invoice(work, actor, asked, now)
        hand = booking(
            work,
            request,
            actor,
            now,
            override_reason=asked.override_reason,
            invoice_id=bill.invoice_id,
        )
        work.insert(bill)
        passed = hand.expend(bill)
        return save(work, told_above(work, change, passed))


def _chosen(work: Work, request: TechRequest) -> Offer | None:
    offers = offers_of(work, request.request_id)
    return next((offer for offer in offers if offer.quote.chosen_at is not None), None)


def _share_problems(shares: Sequence[Share], owed_cents: int) -> tuple[Problem, ...]:
    wrong = []
    funds = [share.fund_id for share in shares]
    if len(set(funds)) < len(funds):
        wrong.append(Problem("shares", "A fund is listed twice. Put its whole share in one row."))
    if any(share.amount_cents < 0 for share in shares):
        wrong.append(Problem("shares", "A share is negative. Each fund pays $0.00 or more."))
    rest = owed_cents - sum(share.amount_cents for share in shares)
    if rest:
        words = "still without a fund" if rest > 0 else "more than the purchase costs"
        wrong.append(
            Problem(
                "shares", f"{dollars(abs(rest))} is {words}. Split {dollars(owed_cents)} exactly."
            )
        )
    return tuple(wrong)
