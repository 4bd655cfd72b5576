"""What was wrong with a bill, and what vendors gave back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError, NotFoundError, Problem
from techrequests.domain.invoice_doubts import number_key
from techrequests.domain.money import dollars
from techrequests.domain.purchasing import Invoice, PurchaseOrder
from techrequests.domain.workflow import Action
from techrequests.services.booking import booking, told_above
from techrequests.services.ordering import next_invoice_id, paper_problems
from techrequests.services.steps import decided, done_before, save, seen
from techrequests.store.orders import books_kept, facts_in, invoices_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAsked:
    """What a vendor gives back, say for returned units.

    Attributes:
        amount_cents: How much, above 0.
        reason: What it is for.
        confirmation: Why its number or date is right; needed when one looks wrong.
    """

    request_id: str
    seen_version: int
    key: str
    invoice_number: str
    invoiced_on: date | None
    amount_cents: int | None
    reason: str
    confirmation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseAsked:
    """A bill or credit that was recorded wrongly, and what was wrong."""

    request_id: str
    seen_version: int
    key: str
    invoice_id: str
    reason: str
    override_reason: str = ""


def record_credit(
    database: Database, actor: Actor, asked: CreditAsked, *, now: datetime
) -> TechRequest:
    """Record what a vendor gives back; the funds that paid get it, each by its share.

    Raises:
        BlockedError: Nothing was ordered, or it is not this person's to do.
        InvalidError: A value or the reason is missing, or it is more than was paid.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        change = decided(
            work,
            request,
            Action.RECORD_CREDIT,
            actor,
            now=now,
            note=asked.reason,
            detail=f"{asked.invoice_number.strip()}, {dollars(asked.amount_cents or 0)}",
        )
        order, paid_cents = _credited(work, asked)
        if wrong := _credit_problems(work, asked, order, paid_cents, now.date()):
            raise InvalidError(*wrong)
        credit = _a_credit(work, actor, asked, order, now)
        work.insert(credit)
        booking(work, request, actor, now, invoice_id=credit.invoice_id).credit(credit)
        return save(work, change)


def reverse_invoice(
    database: Database, actor: Actor, asked: ReverseAsked, *, now: datetime
) -> TechRequest:
    """Take back a bill or credit that was wrong: the books become what they are without it.

    The wrong one stays where it is, and its number can be used again.

    Raises:
        BlockedError: A fund no longer has what it would have to hold again, a credit stands in the
            way, or it is not this person's to do.
        InvalidError: The reason is missing, or it cannot be reversed.
        StaleError: The request changed since the page was drawn.
    """
    with database.write() as work:
        if done := done_before(work, actor, asked, now):
            return done
        request = seen(work, actor, asked.request_id, asked.seen_version)
        wrong = _to_reverse(work, asked)
        change = decided(
            work,
            request,
            Action.REVERSE_INVOICE,
            actor,
            now=now,
            note=asked.reason,
            detail=f"{wrong.invoice_number}, {dollars(wrong.amount_cents)}",
        )
        reversal = replace(
            wrong,
            invoice_id=next_invoice_id(work, request.request_id),
            invoiced_on=now.date(),
            amount_cents=-wrong.amount_cents,
            above_cents=-wrong.above_cents,
            final=False,
            reverses_id=wrong.invoice_id,
            reason=asked.reason.strip(),
            recorded_by_id=actor.person_id,
            recorded_at=now,
        )
        hand = booking(
            work,
            request,
            actor,
            now,
            override_reason=asked.override_reason,
            invoice_id=reversal.invoice_id,
        )
        work.insert(reversal)
        passed = hand.reverse(wrong, f"Reversed {wrong.invoice_number}: {reversal.reason}")
        return save(work, told_above(work, change, passed))


def _credited(reader: Reader, asked: CreditAsked) -> tuple[PurchaseOrder, int]:
    """The order that a credit is for, and what is paid for it, US cents.

    An order that was canceled as a whole comes first, as long as so much is still paid for it.
    """
    known = books_kept(reader, asked.request_id)
    orders = known.of(PurchaseOrder)
    if not orders:
        raise NotFoundError("Nothing was ordered for this request, so nothing can come back.")
    paid = [one.billed.net_cents for one in facts_in(known)]
    *earlier, last = zip(orders, paid, strict=True)
    cents = max(1, asked.amount_cents or 0)
    return next((pair for pair in earlier if pair[1] >= cents), last)


def _a_credit(
    reader: Reader, actor: Actor, asked: CreditAsked, order: PurchaseOrder, now: datetime
) -> Invoice:
    return Invoice(
        invoice_id=next_invoice_id(reader, asked.request_id),
        order_id=order.order_id,
        request_id=asked.request_id,
        invoice_number=asked.invoice_number.strip(),
        invoiced_on=asked.invoiced_on or now.date(),
        amount_cents=-(asked.amount_cents or 0),
        final=False,
        reason=asked.reason.strip(),
        number_key=number_key(asked.invoice_number),
        confirmation=asked.confirmation.strip(),
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )


def _credit_problems(
    reader: Reader, asked: CreditAsked, order: PurchaseOrder, paid_cents: int, today: date
) -> tuple[Problem, ...]:
    wrong = list(paper_problems(reader, asked, order, today))
    if (asked.amount_cents or 0) > paid_cents:
        words = f"Only {dollars(paid_cents)} was paid, so no more can come back."
        wrong.append(Problem("amount_cents", words))
    return tuple(wrong)


def _to_reverse(reader: Reader, asked: ReverseAsked) -> Invoice:
    known = invoices_of(reader, asked.request_id)
    wrong = next((one for one in known if one.invoice_id == asked.invoice_id), None)
    if wrong is None:
        raise NotFoundError("There is no such invoice for this request. Look at it again.")
    if wrong.reverses_id or any(one.reverses_id == wrong.invoice_id for one in known):
        raise InvalidError(Problem("", f"{wrong.invoice_number} is reversed already."))
    return wrong
