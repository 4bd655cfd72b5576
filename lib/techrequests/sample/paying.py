"""What the Business Office does: split over funds, order, return, and record invoices."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from techrequests.domain.errors import BlockedError
from techrequests.domain.invoice_doubts import date_doubts
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.domain.workflow import Action
from techrequests.sample.buying import order_number
from techrequests.services.books import books_of
from techrequests.services.fund_choices import Rank, funds_for
from techrequests.services.funding import (
    AllocateAsked,
    Share,
    allocate,
    place_order,
    record_invoice,
)
from techrequests.services.ordering import InvoiceAsked, OrderAsked
from techrequests.store.orders import invoices_of, order_lines_of, order_of
from techrequests.store.quotes import offers_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Offer, PurchaseOrder
    from techrequests.sample.life import Life
    from techrequests.sample.world import Acts
    from techrequests.services.fund_choices import FundChoice

_TRIES = 3


def fund(life: Life) -> Acts:
    """Find the money and order; what no fund can pay is tried again later and then given up."""
    for _ in range(_TRIES):
        yield life.wait(0.3, 5)
        if life.left(Status.FUNDING):
            return
        if life.twist("return"):
            _return(life, life.world.say("return reason"))
            return
        if _allocated(life):
            break
    else:
        life.take(life.reviewer, Action.CANCEL, "No fund can pay for it this year.")
        return
    yield life.wait(0.2, 2.5)
    if life.left(Status.FUNDING):
        return
    expires_on = _offer(life).quote.expires_on
    if expires_on and expires_on < life.world.today:
        _return(life, f"The quote expired on {expires_on:%m/%d/%Y}; please get a fresh one.")
        return
    asked = OrderAsked(
        **life.click("order"), order_number=order_number(life), ordered_on=life.world.today
    )
    # A fund whose last day has passed meanwhile refuses: then another one is looked for.
    with suppress(BlockedError):
        life.act(place_order, _payer(life), asked)


def pay(life: Life) -> Acts:
    """Record the vendor's invoices as they come, the last one when everything came."""
    yield life.wait(2, 18)
    if life.twist("two invoices") and life.request.status not in TERMINAL:
        _invoice(life, share=0.5, final=False)
        yield life.wait(5, 15)
    while life.request.status is Status.ORDERED:
        yield life.wait(3, 10)
    if life.request.status is not Status.CANCELLED:
        _invoice(life, share=0.965 if life.twist("invoiced for less") else 1.0, final=True)


def _payer(life: Life, permission: Permission = Permission.ALLOCATE_FUNDS) -> Actor:
    """The clerk on most days, the manager on others; never somebody's own request."""
    able = life.world.able(permission, life.request.site_id)
    names = sorted(able.keys() - life.request.own_people, reverse=True)
    return life.world.person(names[0] if life.world.chance(0.8) else names[-1])


def _return(life: Life, reason: str) -> None:
    life.take(_payer(life), Action.RETURN_TO_QUOTING, reason)


def _allocated(life: Life) -> bool:
    """Whether funds could be found and hold the whole cost now."""
    offer = _offer(life)
    owed = offer.delivered_cents
    payer = _payer(life)
    books = books_of(life.database, life.request)
    choices = funds_for(life.request, offer, books, life.world.today)
    shares, reason = _shares(life, choices, owed), ""
    if not shares and life.twist("override"):
        short = [one for one in choices if one.rank in {Rank.PAYS_SOME, Rank.EMPTY}]
        payer = _payer(life, Permission.OVERRIDE_FUND_LIMITS)
        shares = (Share(fund_id=short[0].fund.fund_id, amount_cents=owed),) if short else ()
        reason = "A transfer is on the board's agenda this month."
    if not shares:
        return False
    asked = AllocateAsked(**life.click("funds"), shares=shares, override_reason=reason)
    try:
        life.act(allocate, payer, asked)
    except BlockedError:
        return False  # somebody's order took the money of the second fund
    return True


def _shares(life: Life, choices: Sequence[FundChoice], owed: int) -> tuple[Share, ...]:
    """One fund that pays all, or two of which each pays a part."""
    able = [one.fund.fund_id for one in choices if one.rank <= Rank.PAYS_WITH_WARNING]
    some = [one for one in choices if one.rank is Rank.PAYS_SOME]
    if some and able and (life.twist("split") or some[0].pays_cents * 2 > owed):
        first = min(some[0].pays_cents, owed - 1)
        return (
            Share(fund_id=some[0].fund.fund_id, amount_cents=first),
            Share(fund_id=able[0], amount_cents=owed - first),
        )
    if len(able) > 1 and owed > 1 and life.twist("split"):
        first = owed * life.world.rng.choice((50, 60, 75)) // 100
        one, other = life.world.rng.sample(able, 2)
        return (
            Share(fund_id=one, amount_cents=first),
            Share(fund_id=other, amount_cents=owed - first),
        )
    return (Share(fund_id=life.world.rng.choice(able), amount_cents=owed),) if able else ()


def _invoice(life: Life, *, share: float, final: bool) -> None:
    payer = _payer(life, Permission.PLACE_ORDERS)
    order = life.known(order_of)
    due = sum(
        (line.quantity - line.cancelled) * line.unit_price_cents
        for line in life.known(order_lines_of)
    )
    billed = sum(one.amount_cents for one in life.known(invoices_of))
    shipping = order.shipping_cents if order else 0
    amount = round((due + shipping) * share) - (billed if final else 0)
    if order is None or amount <= 0:
        return
    asked = InvoiceAsked(
        **life.click("invoice"),
        invoice_number=f"{order.vendor_id[:3]}-{life.world.number(order.vendor_id, 70_310)}",
        invoiced_on=life.world.today,
        amount_cents=amount,
        final=final,
        confirmation=_why_right(order, life.world.today),
    )
    life.act(record_invoice, payer, asked)


def _why_right(order: PurchaseOrder, today: date) -> str:
    """What the clerk writes where a bill of the new fiscal year is for an order of the old one."""
    late = any(date_doubts(today, order.ordered_on, today))
    return "It was ordered before June 30 and billed after it came." if late else ""


def _offer(life: Life) -> Offer:
    return next(offer for offer in life.known(offers_of) if offer.quote.chosen_at)
