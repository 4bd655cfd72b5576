"""An order whose number or date was mistyped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotFoundError, Problem
from techrequests.domain.funds import Fund, not_on
from techrequests.domain.purchasing import PurchaseOrder, Quote, Receipt
from techrequests.domain.workflow import Action
from techrequests.services.ordering import OrderAsked, order_problems
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.orders import order_of
from techrequests.store.request_documents import OF_REQUEST
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked(OrderAsked):
    """The order as it really went out, and what was wrong."""

    reason: str


def correct_order(
    database: Database, actor: Actor, asked: CorrectionAsked, *, now: datetime
) -> TechRequest:
    """Put another number or date on an order; what it costs and who pays stay as they are.

    Raises:
        BlockedError: Nothing was ordered, or it is not this person's to do.
        InvalidError: The reason is missing, the number is taken, a fund or the quote was not good
            on that day, or nothing is changed.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        old = order_of(work, asked.request_id)
        number, day = asked.order_number.strip(), asked.ordered_on
        change = decided(
            work,
            request,
            Action.CORRECT_ORDER,
            actor,
            now=now,
            note=asked.reason,
            detail=f"{_words(old)} → {number} of {day:%m/%d/%Y}" if old and day else number,
        )
        if old is None:
            raise NotFoundError("Nothing was ordered for this request.")
        known = order_problems(work, asked, now.date(), order_id=old.order_id)
        wrong = (*known, *_day_problems(work, old, day))
        if wrong or day is None:
            raise InvalidError(*wrong)
        if (number, day) == (old.order_number, old.ordered_on):
            raise InvalidError(Problem("order_number", "Nothing is changed yet."))
        work.update(replace(old, order_number=number, ordered_on=day))
        return save(work, change)


def _words(order: PurchaseOrder) -> str:
    return f"{order.order_number} of {order.ordered_on:%m/%d/%Y}"


def _day_problems(reader: Reader, old: PurchaseOrder, day: date | None) -> Iterator[Problem]:
    """Why the order cannot have gone out on a day, by its funds, its quote and what came."""
    if day is None or day == old.ordered_on:
        return
    entries = entries_of(reader, old.request_id)
    funds = sorted({entry.fund_id for entry in entries if entry.order_id == old.order_id})
    for fund_id in funds:
        if words := not_on(reader.get(Fund, fund_id), day):
            yield Problem("ordered_on", words)
    expires_on = reader.get(Quote, old.quote_id).expires_on
    if expires_on and expires_on < day:
        yield Problem("ordered_on", f"The quote was good until {expires_on:%m/%d/%Y}.")
    receipts = reader.find(Receipt, OF_REQUEST, request_id=old.request_id)
    came = min((one.received_at.date() for one in receipts), default=day)
    if came < day:
        yield Problem("ordered_on", f"Goods came on {came:%m/%d/%Y} already. Check the date.")
