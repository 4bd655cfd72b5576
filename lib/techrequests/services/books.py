"""A request's money: what funds hold and paid for it, what was ordered and what was billed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.billing import OrderFacts, books_of_orders, by_fund, moves
from techrequests.domain.categories import categories_by_line
from techrequests.domain.ledger import Balance, Entry, balance
from techrequests.domain.purchasing import Invoice, OrderCost, OrderLine, PurchaseOrder
from techrequests.domain.techrequest import RequestLine
from techrequests.store.funds import funds_with_balances
from techrequests.store.orders import books_kept, facts_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.funds import Fund
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database
    from techrequests.store.union_query import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """An order with its bills.

    Attributes:
        invoices: Bills, credits and reversals, oldest first.
        reversed_ids: Those that were reversed.
        cost: What the order comes to without the units that were cancelled.
        earlier: Orders before it, of which nothing came, oldest first.
    """

    order: PurchaseOrder
    lines: tuple[OrderLine, ...]
    invoices: tuple[Invoice, ...]
    reversed_ids: frozenset[str | None]
    cost: OrderCost
    earlier: tuple[PurchaseOrder, ...] = ()

    @property
    def invoiced_cents(self) -> int:
        """What was billed, less what was given back."""
        return sum(one.amount_cents for one in self.invoices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as it is being typed."""

    amount_cents: int
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FundMoney:
    """What one fund has to do with one request."""

    fund_name: str
    balance: Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class FundPayment:
    """What a bill would take from one fund, and give back to it."""

    fund_name: str
    pays_cents: int
    given_back_cents: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Books:
    """Everything about the money of one request.

    Attributes:
        entries: What funds hold and paid for it, oldest first.
        funds: Every fund of the district with where it stands; newest fiscal year first.
        billing: None before the order.
        facts: On what the books of its orders depend, the newest order last.
        categories: Of each line of every version of the request, by its code; of shipping as None.
    """

    entries: tuple[Entry, ...]
    funds: tuple[tuple[Fund, Balance], ...]
    billing: Billing | None
    categories: Mapping[str | None, str]
    facts: tuple[OrderFacts, ...] = ()

    @property
    def held(self) -> dict[str, Balance]:
        """What each fund holds and paid for it, in the order in which they were first used."""
        return {
            fund_id: balance(entry for entry in self.entries if entry.fund_id == fund_id)
            for fund_id in dict.fromkeys(entry.fund_id for entry in self.entries)
        }

    @property
    def money(self) -> tuple[FundMoney, ...]:
        """The same with the names of the funds."""
        names = self._names
        return tuple(
            FundMoney(fund_name=names[fund_id], balance=standing)
            for fund_id, standing in self.held.items()
        )

    def payment(self, bill: Bill) -> tuple[FundPayment, ...]:
        """How a bill would be paid if it were recorded now, fund by fund."""
        if not self.facts:
            return ()
        *others, last = self.facts
        billed = replace(
            last.billed,
            gross_cents=last.billed.gross_cents + bill.amount_cents,
            last=last.billed.last or bill.final,
        )
        wanted = books_of_orders((*others, replace(last, billed=billed)))
        needed, names = moves(self.entries, wanted), self._names
        pays = by_fund(needed.spent), by_fund(needed.above)
        return tuple(
            FundPayment(
                fund_name=names[fund_id],
                pays_cents=sum(part.get(fund_id, 0) for part in pays),
                given_back_cents=by_fund(needed.left_over).get(fund_id, 0),
            )
            for fund_id in self.held
        )

    @property
    def _names(self) -> dict[str, str]:
        return {fund.fund_id: fund.name for fund, _ in self.funds}


def books_of(database: Database, request: TechRequest) -> Books:
    """Everything about the money of a request that a person may see."""
    with database.read() as reader:
        kept = books_kept(reader, request.request_id)
        funds = funds_with_balances(reader)
    return Books(
        entries=kept.of(Entry),
        funds=tuple(funds),
        billing=_billing(kept),
        facts=facts_in(kept),
        categories=categories_by_line(request, kept.of(RequestLine)),
    )


def _billing(kept: Found) -> Billing | None:
    orders, invoices = kept.of(PurchaseOrder), kept.of(Invoice)
    if not orders:
        return None
    return Billing(
        order=orders[-1],
        lines=tuple(one for one in kept.of(OrderLine) if one.order_id == orders[-1].order_id),
        invoices=invoices,
        reversed_ids=frozenset(one.reverses_id for one in invoices),
        cost=kept.of(OrderCost)[-1],
        earlier=tuple(orders[:-1]),
    )
