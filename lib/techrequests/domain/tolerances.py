"""How far a quote may be above the approval, and bills above their order, without asking again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from techrequests.domain.fields import Field, Table
from techrequests.domain.money import MOST_CENTS, dollars

DISTRICT = "district"
"""The one row: the district's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much more than an amount is tolerated.

    Attributes:
        percent: Of the amount, and at most `most_cents`.
        cents: What that comes to, US cents.
    """

    percent: int
    most_cents: int
    cents: int

    @property
    def words(self) -> str:
        """The limit as people read it."""
        rule = f"{self.percent}%, at most {dollars(self.most_cents)}"
        return f"{dollars(self.cents)} ({rule})" if self.cents else "nothing above it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """What the district tolerates; a limit is a percentage and at most so many dollars.

    Both count, so that neither a small order nor a large one goes far over. Zero tolerates nothing.

    Attributes:
        more_units_need_approval: Whether more units than were approved, at no higher cost, go back
            to the supervisor; else the supervisor is told.
    """

    TABLE: ClassVar[Table] = Table(name="tolerances", key="tolerances_id", label="Tolerances")

    tolerances_id: Annotated[str, Field(label="Code", code=True, editable=False)] = DISTRICT
    quote_percent: Annotated[
        int,
        Field(
            label="Quote above approval, %",
            help="A quote may cost so much more than was approved, without a new approval.",
            minimum=0,
            maximum=100,
        ),
    ] = 10
    quote_most_cents: Annotated[
        int,
        Field(
            label="Quote, at most",
            help="And never more than this above the approved amount.",
            minimum=0,
            maximum=MOST_CENTS // 100,
        ),
    ] = 50_00
    invoice_percent: Annotated[
        int,
        Field(
            label="Invoices above order, %",
            help="The bills of an order may come to so much more than it; else the business "
            "manager has to allow it.",
            minimum=0,
            maximum=100,
        ),
    ] = 5
    invoice_most_cents: Annotated[
        int,
        Field(
            label="Invoices, at most",
            help="And never more than this above the order.",
            minimum=0,
            maximum=MOST_CENTS // 100,
        ),
    ] = 50_00
    more_units_need_approval: Annotated[
        bool,
        Field(
            label="More units need a new approval",
            help="A quote for more units than were approved, at no higher cost. If not ticked, the "
            "supervisor is told, and it is marked.",
        ),
    ] = False
    version: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """The limits as people read them, one a line."""
        units = (
            "goes back to the supervisor for a new approval."
            if self.more_units_need_approval
            else "may be chosen; the supervisor is told."
        )
        quote = _words(self.quote_percent, self.quote_most_cents)
        bills = _words(self.invoice_percent, self.invoice_most_cents)
        return (
            f"A quote may cost {quote} more than was approved, without a new approval.",
            f"Bills may come to {bills} more than their order; the business manager allows more.",
            f"A quote for more units than were approved, at no higher cost, {units}",
        )

    def quote(self, approved_cents: int) -> Limit:
        """How far a quote may be above what was approved."""
        return _limit(approved_cents, self.quote_percent, self.quote_most_cents)

    def invoice(self, ordered_cents: int) -> Limit:
        """How far all bills of an order may be above what it cost when it was placed."""
        return _limit(ordered_cents, self.invoice_percent, self.invoice_most_cents)


def _words(percent: int, most_cents: int) -> str:
    return f"{percent}%, at most {dollars(most_cents)}," if percent and most_cents else "nothing"


def _limit(amount_cents: int, percent: int, most_cents: int) -> Limit:
    cents = min(amount_cents * percent // 100, most_cents)
    return Limit(percent=percent, most_cents=most_cents, cents=cents)


NOTHING_TOLERATED = Tolerances(
    quote_percent=0, quote_most_cents=0, invoice_percent=0, invoice_most_cents=0
)
"""Where nobody said otherwise, not a cent more than was approved or ordered."""
