"""Ways in which an order can go, each with what the books must say of it.

Every order has two lines, Chromebooks and headsets,: what is billed, comes and is
canceled differs by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from day.lives import bill, cancel_rest, confirm, deploy, order, receive
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from day.books import Books
    from typist import Typist

CHROMEBOOKS, CHROMEBOOK_CENTS = 4, 449_37
HEADSETS, HEADSET_CENTS = 6, 23_19


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order that is to be placed, and who handles it."""

    number: str
    teacher: Typist
    office: Typist
    technician: Typist
    books: Books

    def order(self, **shares: int) -> None:
        """Order from these funds, US cents by fund's code with `_` for `-`."""
        named = {fund.replace("_", "-"): cents / 100 for fund, cents in shares.items()}
        order(self.office, self.number, named)

    def bill(self, mark: str, cents: int, *, last: bool) -> None:
        """Record an invoice over so many cents."""
        bill(self.office, self.number, f"INV-{self.number}-{mark}", cents / 100, last=last)

    def hand_over(self, units: int) -> None:
        """Set the Chromebooks up, hand everything over and hear that it works."""
        deploy(self.technician, self.number)
        confirm(self.teacher, self.number)
        self.books.stand(self.number, Status.CLOSED, units)


ALL_CHROMEBOOKS_CENTS = CHROMEBOOKS * CHROMEBOOK_CENTS
ALL_CENTS = ALL_CHROMEBOOKS_CENTS + HEADSETS * HEADSET_CENTS
GONE = "The vendor has no more of them this year."


def all_at_once(one: Purchase) -> None:
    """Everything comes, one invoice."""
    one.order(GEN_27=ALL_CENTS)
    receive(one.technician, one.number, CHROMEBOOKS, HEADSETS)
    one.bill("A", ALL_CENTS, last=True)
    one.books.spend("GEN-27", ALL_CENTS)
    one.hand_over(CHROMEBOOKS)


def billed_then_canceled(one: Purchase) -> None:
    """The Chromebooks come and are billed, then the headsets are canceled."""
    one.order(GEN_27=ALL_CENTS)
    receive(one.technician, one.number, CHROMEBOOKS, 0)
    one.bill("A", ALL_CHROMEBOOKS_CENTS, last=False)
    cancel_rest(one.technician, one.number, GONE, HEADSETS)
    one.books.spend("GEN-27", ALL_CHROMEBOOKS_CENTS)
    one.hand_over(CHROMEBOOKS)


def canceled_then_billed(one: Purchase) -> None:
    """The same facts in the other order."""
    one.order(GEN_27=ALL_CENTS)
    receive(one.technician, one.number, CHROMEBOOKS, 0)
    cancel_rest(one.technician, one.number, GONE, HEADSETS)
    one.bill("A", ALL_CHROMEBOOKS_CENTS, last=True)
    one.books.spend("GEN-27", ALL_CHROMEBOOKS_CENTS)
    one.hand_over(CHROMEBOOKS)


def two_funds_two_invoices(one: Purchase) -> None:
    """Two funds share the cost, two deliveries, two invoices."""
    levy = ALL_CENTS // 3
    one.order(GEN_27=ALL_CENTS - levy, LEVY_27=levy)
    receive(one.technician, one.number, 1, HEADSETS)
    first = CHROMEBOOK_CENTS + HEADSETS * HEADSET_CENTS
    one.bill("A", first, last=False)
    receive(one.technician, one.number, CHROMEBOOKS - 1)
    one.bill("B", ALL_CENTS - first, last=True)
    one.books.spend("GEN-27", ALL_CENTS - levy)
    one.books.spend("LEVY-27", levy)
    one.hand_over(CHROMEBOOKS)


def still_to_come(one: Purchase) -> None:
    """Ordered, and at the end of the day nothing has come."""
    one.order(GEN_27=ALL_CENTS)
    one.books.owe("GEN-27", ALL_CENTS)
    one.books.stand(one.number, Status.ORDERED)


WAYS: tuple[Callable[[Purchase], None], ...] = (
    billed_then_canceled,
    two_funds_two_invoices,
    canceled_then_billed,
    all_at_once,
    still_to_come,
)
