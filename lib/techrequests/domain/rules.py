"""The rules of the workflow: each looks at a case and says why a step must not be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from techrequests.domain.duties import Taken
from techrequests.domain.money import dollars
from techrequests.domain.policy import Actor
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.domain.tolerances import NOTHING_TOLERATED, Tolerances

NO_ITEMS = "Add at least one item."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules need to know beyond the request, read in the same transaction.

    Attributes:
        today: The district's day.
        lines: Number of request lines.
        approved_cents: Amount of the standing approval; None when the present version has none.
        chosen_cents: Delivered cost of the chosen quote, US cents; None when none is chosen.
        chosen_expires_on: Last day of the chosen quote.
        more_units: Units in the chosen quote beyond those that were approved.
        tolerances: What the district tolerates above an approval.
        reserved_cents: What funds hold for this request.
        ordered: Whether an order was placed.
        encumbered_cents: What is ordered and not yet invoiced or released.
        expended_cents: What was paid for it and not given back.
        outstanding: Units ordered, neither accepted nor cancelled.
        accepted: Units accepted so far.
        spares: Units in stock that are kept for it, so that nothing is bought.
        open_tasks: Checklist items not yet ticked.
        reminders: Reminders sent since the requester was asked, or had it delivered.
        closed_unanswered: Whether the calendar closed it, because nobody said whether it works.
        taken: Who took which duty so far, where the district keeps duties apart; else empty.
    """

    today: date
    lines: int = 0
    approved_cents: int | None = None
    chosen_cents: int | None = None
    chosen_expires_on: date | None = None
    more_units: int = 0
    tolerances: Tolerances = NOTHING_TOLERATED
    reserved_cents: int = 0
    ordered: bool = False
    encumbered_cents: int = 0
    expended_cents: int = 0
    outstanding: int = 0
    accepted: int = 0
    spares: int = 0
    open_tasks: int = 0
    reminders: int = 0
    closed_unanswered: bool = False
    taken: Taken = frozenset()


Rule = Callable[[TechRequest, Actor, Facts], str | None]
"""Looks at the case and returns the reason to refuse, as a sentence, or None to let it pass."""


def is_the_requester(request: TechRequest, actor: Actor, _: Facts) -> str | None:
    """Only the person who asks, or who filled in the form for them."""
    return None if actor.person_id in request.own_people else "Only the requester can do this."


def not_own_request(request: TechRequest, actor: Actor, _: Facts) -> str | None:
    """Two people: the one who asks, and the one who decides or pays."""
    return (
        "You cannot decide on your own request." if actor.person_id in request.own_people else None
    )


def is_the_reviewer(request: TechRequest, actor: Actor, _: Facts) -> str | None:
    """One person judges; another takes over by an explicit reassignment."""
    if request.reviewer_id == actor.person_id:
        return None
    return "Another person reviews this. Assign it to yourself first."


def review_is_open(request: TechRequest, _: Actor, __: Facts) -> str | None:
    """What was reviewed stays as it was reviewed."""
    waits_for = request.asked_from or Status.IN_REVIEW
    return (
        None
        if waits_for is Status.IN_REVIEW
        else "The review is done. Answer the question, or withdraw the request and start again."
    )


def is_the_approver(request: TechRequest, actor: Actor, _: Facts) -> str | None:
    """The requester's own supervisor decides, or who stands in for them today; nobody else."""
    absent = request.on_behalf_of_id
    if request.approver_id != actor.person_id:
        return "Only the requester's supervisor decides on this."
    if absent in request.own_people:
        return "Nobody decides on a request for the person who asks."
    if not actor.decides(request.site_id, on_behalf_of_id=absent):
        return "This is not yours to decide any more; it will be given to somebody who may."
    return None


def not_for_own_people(request: TechRequest, _: Actor, __: Facts) -> str | None:
    """A decision is never handed to who asks, nor to somebody who decides for them."""
    named = {request.approver_id, request.on_behalf_of_id}
    return "Nobody decides on a request of their own." if named & request.own_people else None


def is_the_technician(request: TechRequest, actor: Actor, _: Facts) -> str | None:
    """The assigned technician does the work."""
    if request.technician_id == actor.person_id:
        return None
    return "Another technician has this, or nobody yet. Assign it to yourself first."


def has_lines(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Something must be asked for."""
    return None if facts.lines else NO_ITEMS


def approval_stands(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """The present version of the request was approved."""
    return (
        None
        if facts.approved_cents is not None
        else "The supervisor has not approved this version."
    )


def quote_is_chosen(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Nothing is paid on an estimate."""
    return None if facts.chosen_cents is not None else "Choose a quote first."


def quote_within_approval(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """A cost that is higher by more than is tolerated goes back to the supervisor."""
    if facts.approved_cents is None:
        return None
    over = (facts.chosen_cents or 0) - facts.approved_cents
    limit = facts.tolerances.quote(facts.approved_cents)
    if over <= limit.cents:
        return None
    tolerated = f", and {limit.words} is tolerated" if limit.cents else ""
    return (
        f"The quote is {dollars(over)} above the approved {dollars(facts.approved_cents)}"
        f"{tolerated}. Amend the request, so that the supervisor can decide on the new cost."
    )


def units_within_approval(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """More units than were approved go back to the supervisor where the district wishes it."""
    if not facts.more_units or not facts.tolerances.more_units_need_approval:
        return None
    more = f"{facts.more_units:,} {'unit' if facts.more_units == 1 else 'units'} more"
    return (
        f"The quote is for {more} than were approved. Amend the request, so that the supervisor "
        "can decide on them."
    )


def quote_is_current(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """An order at a price that the vendor no longer offers would bounce."""
    if facts.chosen_expires_on is None or facts.chosen_expires_on >= facts.today:
        return None
    return f"The chosen quote expired on {facts.chosen_expires_on:%m/%d/%Y}. Return it to quoting."


def fully_allocated(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Fail closed: no fund, no order; and to the cent."""
    short = (facts.chosen_cents or 0) - facts.reserved_cents
    if short == 0:
        return None
    words = "still without a fund" if short > 0 else "too much"
    return f"{dollars(abs(short))} is {words}. Allocate the whole delivered cost first."


def was_ordered(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Without an order nobody can send a bill, nor give money back."""
    return None if facts.ordered else "Nothing was ordered for this request."


def nothing_paid(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """One vendor is settled with before another is asked."""
    if facts.expended_cents <= 0:
        return None
    return (
        f"{dollars(facts.expended_cents)} was paid for the cancelled order. Record the vendor's "
        "credit first, or start a new request from this one."
    )


def goods_outstanding(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Something must still be on its way."""
    return None if facts.outstanding else "Everything ordered has been received or cancelled."


def checklist_done(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Nothing is handed over half set up."""
    left = facts.open_tasks
    return (
        f"{left} item{'s are' if left > 1 else ' is'} still open on the checklist."
        if left
        else None
    )


def was_reminded(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """Nobody's request lapses without a word."""
    return None if facts.reminders else "The requester has not been reminded yet."


def closed_without_an_answer(_: TechRequest, __: Actor, facts: Facts) -> str | None:
    """What the calendar closed can be opened again; what its requester confirmed stays closed."""
    if facts.closed_unanswered:
        return None
    return "It was confirmed that it works. Start a new request from this one instead."
