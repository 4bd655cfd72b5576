"""Orders with several lines, funds and freight, and what happens to them, for tests of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from builders import (
    NOON,
    a_credit,
    a_fund,
    a_key,
    a_reversal,
    allocated,
    an_invoice,
    chosen,
    in_status,
    ordered,
    quoted,
    the_request,
    who,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.ledger import Entry, EntryKind, balances
from techrequests.domain.receiving import LineCame
from techrequests.domain.techrequest import Status
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.funding import record_invoice
from techrequests.services.posting import post
from techrequests.services.receiving import ReceiveAsked, receive
from techrequests.store.orders import invoices_of
from techrequests.store.receiving import standings_of
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.ledger import FundLine
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

POTS = ("POT-A", "POT-B", "POT-C")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens to an order.

    Attributes:
        kind: accept, reject, cancel, bill, last bill, credit or reverse.
        about: The number of a line from 1 on, or the number of a bill.
        amount: Units, or US cents.
    """

    kind: str
    about: str = ""
    amount: int = 0


def with_pots(database: Database, cents: int = 900_000_00) -> None:
    """Three funds with the same budget, which pay for everything."""
    with database.write() as work:
        work.insert_all([a_fund(fund_id=pot, name=pot) for pot in POTS])
        budget = Entry(
            fund_id="",
            kind=EntryKind.BUDGET,
            amount_cents=cents,
            actor_id="bea",
            posted_at=NOON,
            why="Adopted.",
        )
        post(work, [_of(budget, pot) for pot in POTS])


def _of(budget: Entry, pot: str) -> Entry:
    return Entry(
        fund_id=pot,
        kind=budget.kind,
        amount_cents=budget.amount_cents,
        actor_id=budget.actor_id,
        posted_at=budget.posted_at,
        why=budget.why,
    )


def an_order_of(
    database: Database,
    lines: tuple[tuple[int, int], ...],
    shares: Mapping[str, int],
    shipping_cents: int = 0,
) -> TechRequest:
    """An order of lines of (units, US cents each); the first fund pays the first lines."""
    wanted = tuple(
        LineAsked(
            description=f"Thing {number}", quantity=units, unit_estimate_cents=each + shipping_cents
        )
        for number, (units, each) in enumerate(lines, start=1)
    )
    request = in_status(database, Status.QUOTING, lines=wanted)
    request = quoted(database, request, dearer_cents=-shipping_cents, shipping_cents=shipping_cents)
    return ordered(database, allocated(database, chosen(database, request), shares=dict(shares)))


def happens(database: Database, request_id: str, event: Event) -> TechRequest:
    """Do what an event says, by the real services."""
    request = the_request(database, request_id)
    return _DOES[event.kind](database, request, event)


def _line_id(database: Database, request: TechRequest, event: Event) -> str:
    with database.read() as reader:
        standings = standings_of(reader, request)
    return standings[int(event.about) - 1].line.order_line_id


def _comes(database: Database, request: TechRequest, event: Event) -> TechRequest:
    accepted = event.kind == "accept"
    came = LineCame(
        order_line_id=_line_id(database, request, event),
        accepted=event.amount if accepted else 0,
        rejected=0 if accepted else event.amount,
        reason="" if accepted else "Cracked.",
    )
    asked = ReceiveAsked(receipt_id=a_key("receipt"), request_id=request.request_id, lines=(came,))
    return receive(database, who(database, "rita"), asked, now=NOON)


def _cancelled(database: Database, request: TechRequest, event: Event) -> TechRequest:
    asked = CancelAsked(
        cancel_id=a_key("cancel"),
        request_id=request.request_id,
        units=((_line_id(database, request, event), event.amount),),
        note="Sold out.",
    )
    return cancel_lines(database, who(database, "rita"), asked, now=NOON).request


def _billed(database: Database, request: TechRequest, event: Event) -> TechRequest:
    asked = an_invoice(
        database,
        request,
        invoice_number=f"INV-{event.about}-{request.request_id}",
        amount_cents=event.amount,
        final=event.kind == "last bill",
        override_reason="The board agreed.",
    )
    return record_invoice(database, who(database, "bea"), asked, now=NOON)


def _credited(database: Database, request: TechRequest, event: Event) -> TechRequest:
    number = f"CM-{event.about}-{request.request_id}"
    asked = a_credit(request, invoice_number=number, amount_cents=event.amount)
    return record_credit(database, who(database, "ben"), asked, now=NOON)


def _reversed(database: Database, request: TechRequest, event: Event) -> TechRequest:
    with database.read() as reader:
        (wrong,) = (
            one
            for one in invoices_of(reader, request.request_id)
            if one.invoice_number == f"INV-{event.about}-{request.request_id}"
            and not one.reverses_id
        )
    asked = a_reversal(
        database, request, invoice_id=wrong.invoice_id, override_reason="The board agreed."
    )
    return reverse_invoice(database, who(database, "bea"), asked, now=NOON)


_DOES = {
    "accept": _comes,
    "reject": _comes,
    "cancel": _cancelled,
    "bill": _billed,
    "last bill": _billed,
    "credit": _credited,
    "reverse": _reversed,
}


def books(database: Database, request: TechRequest) -> dict[FundLine, tuple[int, int]]:
    """What is encumbered and expended, US cents by fund and number of the line (None: freight)."""
    with database.read() as reader:
        held = balances(entries_of(reader, request.request_id))
    return {
        (fund_id, line_id and line_id.rsplit("/", 1)[-1]): (
            one.encumbered_cents,
            one.expended_cents,
        )
        for (fund_id, line_id), one in held.items()
        if one.encumbered_cents or one.expended_cents
    }


def by_fund(database: Database, request: TechRequest) -> dict[str, tuple[int, int]]:
    """The same by fund alone."""
    found: dict[str, tuple[int, int]] = {}
    for (fund_id, _), (encumbered, expended) in books(database, request).items():
        before = found.get(fund_id, (0, 0))
        found[fund_id] = (before[0] + encumbered, before[1] + expended)
    return found
