"""What people do with one request, each on their own page, by the words on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typist import Typist


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What somebody asks for.

    Attributes:
        items: How the names of standard items start, and how many units of each.
    """

    title: str
    problem: str
    impact: str
    items: Sequence[tuple[str, int]]


def submit(teacher: Typist, need: Need) -> str:
    """Fill in the form and send it; the request's number."""
    teacher.go("submit")
    teacher.type("What do you need?", need.title)
    teacher.type("What problem", need.problem)
    teacher.type("How does it affect", need.impact)
    for item, units in need.items:
        teacher.pick("Add from the standards", item)
        teacher.type("Quantity", units)
    teacher.press("Submit the request").sees("Next:")
    return teacher.request_id


def forward(reviewer: Typist, number: str, findings: str) -> None:
    """Review it and hand it to the supervisor."""
    reviewer.go("review", request=number)
    reviewer.type("Findings", findings)
    reviewer.press("Forward to the supervisor").sees("Awaiting approval")


def approve(approver: Typist, number: str) -> None:
    """Approve it as it stands."""
    approver.go("approvals", request=number).press("Approve ").sees("Quoting")


def deny(approver: Typist, number: str, reason: str) -> None:
    """Deny it, and offer to ask for fewer units."""
    approver.go("approvals", request=number)
    approver.type("Reason", reason)
    approver.tick("Ask for fewer units")
    approver.press("Deny the request").sees("Denied")


def quote(reviewer: Typist, number: str, vendor: str, *prices: float) -> None:
    """Record what a vendor asks for a unit of each item, dollars, and choose it."""
    reviewer.go("quotes", request=number)
    reviewer.pick("Vendor", vendor)
    for line, price in enumerate(prices):
        reviewer.type("Price each", price, nth=line)
    reviewer.press("Save the quote")
    reviewer.press("Choose").sees("Funding")


def order(office: Typist, number: str, shares: Mapping[str, float]) -> None:
    """Split the cost over funds, dollars by fund, and order."""
    office.go("funding", request=number)
    for fund, dollars in shares.items():
        office.type(f"{fund} pays", dollars)
    office.press("Save the split")
    office.type("Order number", f"PO-{number}")
    office.press("Order for ").sees("Ordered")


def bill(office: Typist, number: str, invoice: str, dollars: float, *, last: bool) -> None:
    """Record an invoice."""
    office.go("funding", request=number)
    office.type("Invoice number", invoice)
    office.type("Amount, $", dollars)
    office.tick("Last invoice", on=last)
    office.press("Record the invoice").sees(invoice)


def receive(technician: Typist, number: str, *units: int) -> None:
    """Take in so many units of each line that is still to come, unbroken."""
    technician.go("receiving", request=number)
    for line, count in enumerate(units):
        technician.type("Accepted", count, nth=line)
    technician.press("Receive").sees("received")


def cancel_rest(technician: Typist, number: str, reason: str, *units: int) -> None:
    """Cancel so many units of each line that is still to come."""
    technician.go("receiving", request=number)
    for line, count in enumerate(units):
        technician.type(r"to come\)$", count, nth=line)
    technician.type("Reason", reason)
    technician.press("Cancel these units")


def deploy(technician: Typist, number: str) -> None:
    """Tick the whole checklist and hand the devices over."""
    technician.go("deployments", request=number)
    technician.tick_everything()
    technician.press("Hand over to ").sees("Delivered")


def confirm(teacher: Typist, number: str) -> None:
    """Say that it works."""
    teacher.go("one_request", request=number)
    teacher.press("Confirm it works").sees("confirmed that it works")
