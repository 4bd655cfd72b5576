"""What each fund holds and has paid for an order: a function of the facts, not of their order.

The facts are what was ordered and by which funds, what came, what was canceled, and what was
billed and given back. Whatever happens, the books are brought to what the facts say; so a bill
before a cancellation and a bill after it leave the same books.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.ledger import Balance, Entry, EntryKind, FundLine, balances
from techrequests.domain.money import pro_rata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.domain.purchasing import Invoice, OrderLine, PurchaseOrder, Receipt

    Cents = Mapping[str | None, int]
    """US cents by request line; None: shipping and fees."""

_TAKES = {EntryKind.EXPEND, EntryKind.ENCUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMoney:
    """One line of an order, or its freight, in US cents.

    Attributes:
        line_id: The request line; None for shipping and fees.
        ordered_cents: The price of everything that was ordered.
        due_cents: The price of what is not canceled.
        came_cents: The price of what was accepted; for freight all of it once anything came.
        split: What each fund took on when it was ordered.
    """

    line_id: str | None
    ordered_cents: int
    due_cents: int
    came_cents: int
    split: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a vendor billed and gave back for an order, without what was reversed, US cents.

    Attributes:
        last: Whether one of the bills was the last one: nothing more is to come.
    """

    gross_cents: int = 0
    credit_cents: int = 0
    last: bool = False

    @property
    def net_cents(self) -> int:
        """What is paid in the end."""
        return self.gross_cents - self.credit_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """Everything on which an order's books depend.

    Attributes:
        lines: In the order of the request, freight last.
        order_id: Which order they are of.
    """

    order_id: str = ""
    lines: tuple[LineMoney, ...]
    billed: Billed

    @property
    def ordered_cents(self) -> int:
        """What the order cost when it was placed."""
        return sum(line.ordered_cents for line in self.lines)

    @property
    def due_cents(self) -> int:
        """What it costs without what is canceled."""
        return sum(line.due_cents for line in self.lines)

    @property
    def above_cents(self) -> int:
        """How much more is paid than what is not canceled costs."""
        return max(0, self.billed.net_cents - self.due_cents)

    @property
    def books(self) -> dict[FundLine, Balance]:
        """What each fund holds and has paid for each line; a purse with nothing is left out.

        What may still be billed stays encumbered. A bill pays first for what came, then its
        freight (after the last bill both by their shares), then what is still to come, each line by
        the funds that took it on. What is above that was paid for canceled lines, as a fee or
        ahead, and their funds bear it; more than the whole order is borne by all lines of it. A
        credit is first one for canceled lines, then one for what was above, then a lower price of
        everything.
        """
        spent, held = self._by_line()
        found: dict[FundLine, Balance] = {}
        for line in self.lines:
            together = spent[line.line_id] + held[line.line_id]
            funds = line.split or self._funds
            if not together or not funds:
                continue
            taken_on = pro_rata(together, list(funds.values()))
            paid = pro_rata(spent[line.line_id], list(funds.values()))
            for fund_id, whole, part in zip(funds, taken_on, paid, strict=True):
                if whole:
                    found[fund_id, line.line_id] = Balance(
                        encumbered_cents=whole - part, expended_cents=part
                    )
        return found

    @property
    def _funds(self) -> dict[str, int]:
        """What each fund took on of the whole order."""
        return _summed((fund, cents) for line in self.lines for fund, cents in line.split.items())

    def _by_line(self) -> tuple[Cents, Cents]:
        """What is spent on each line, and what is still encumbered for it."""
        gross, credit = self.billed.gross_cents, self.billed.credit_cents
        due = {line.line_id: line.due_cents for line in self.lines}
        ordered = {line.line_id: line.ordered_cents for line in self.lines}
        canceled = {line: cents - due[line] for line, cents in ordered.items()}
        beyond = max(0, gross - self.due_cents)
        for_canceled = min(beyond, sum(canceled.values()))
        above = beyond - for_canceled
        # The credit that is expected is the one for what was canceled; any other lowers the prices.
        back = min(credit, for_canceled)
        back_above = min(credit - back, above)
        lower = _over(credit - back - back_above, due)
        price = {line: cents - lower[line] for line, cents in due.items()}
        paid = min(gross, self.due_cents) - sum(lower.values())
        spent = _filled(paid, self._came(price), price)
        held = {
            line: 0 if self.billed.last else cents - spent[line] for line, cents in price.items()
        }
        more = _over(for_canceled - back, canceled), _over(above - back_above, ordered)
        return {line: cents + sum(one[line] for one in more) for line, cents in spent.items()}, held

    def _came(self, price: Cents) -> tuple[Cents, ...]:
        """What is paid first: the goods that came, then their freight.

        After the last bill it is both together, so that what it leaves over is shared by all.
        """
        came = {line.line_id: min(line.came_cents, price[line.line_id]) for line in self.lines}
        if self.billed.last:
            return (came,)
        goods = {line: cents if line is not None else 0 for line, cents in came.items()}
        return goods, {line: cents - goods[line] for line, cents in came.items()}


def order_facts(
    order: PurchaseOrder,
    lines: Iterable[OrderLine],
    receipts: Iterable[Receipt],
    invoices: Sequence[Invoice],
    entries: Iterable[Entry],
) -> OrderFacts:
    """The facts of an order, from everything that is recorded for its request."""
    accepted = _summed((one.order_line_id, one.accepted) for one in receipts)
    split: dict[str | None, dict[str, int]] = defaultdict(dict)
    for entry in entries:
        if entry.order_id == order.order_id:
            funds = split[entry.line_id]
            funds[entry.fund_id] = funds.get(entry.fund_id, 0) + entry.amount_cents
    # The last part of a line's code is its position.
    own = [line for line in lines if line.order_id == order.order_id]
    own.sort(key=lambda line: (len(line.order_line_id), line.order_line_id))
    goods = tuple(
        LineMoney(
            line_id=line.line_id,
            ordered_cents=line.quantity * line.unit_price_cents,
            due_cents=(line.quantity - line.cancelled) * line.unit_price_cents,
            came_cents=accepted.get(line.order_line_id, 0) * line.unit_price_cents,
            split=split[line.line_id],
        )
        for line in own
    )
    shipped = order.shipping_cents
    freight = LineMoney(
        line_id=None,
        ordered_cents=shipped,
        due_cents=shipped if any(line.quantity > line.cancelled for line in own) else 0,
        came_cents=shipped if any(accepted.get(line.order_line_id) for line in own) else 0,
        split=split[None],
    )
    billed = billed_for(one for one in invoices if one.order_id == order.order_id)
    return OrderFacts(order_id=order.order_id, lines=(*goods, freight), billed=billed)


def billed_for(invoices: Iterable[Invoice]) -> Billed:
    """What bills, credits and reversals come to."""
    known = tuple(invoices)
    undone = {one.reverses_id for one in known}
    standing = [one for one in known if not one.reverses_id and one.invoice_id not in undone]
    return Billed(
        gross_cents=sum(one.amount_cents for one in standing if one.amount_cents > 0),
        credit_cents=-sum(one.amount_cents for one in standing if one.amount_cents < 0),
        last=any(one.final for one in standing),
    )


def books_of_orders(orders: Iterable[OrderFacts]) -> dict[FundLine, Balance]:
    """What funds hold and have paid for all orders of a request together."""
    found: dict[FundLine, Balance] = {}
    for facts in orders:
        for purse, one in facts.books.items():
            before = found.get(purse, Balance())
            found[purse] = Balance(
                encumbered_cents=before.encumbered_cents + one.encumbered_cents,
                expended_cents=before.expended_cents + one.expended_cents,
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What has to be posted so that the books are as they are to be, US cents by purse.

    Attributes:
        released: What is encumbered no more because it is paid, or was put on another purse.
        held: What is newly encumbered.
        spent: What is paid from what was encumbered.
        above: What is paid beyond that: it takes from what the fund has available.
        back: What is paid no more.
        left_over: What is encumbered no more, and available again.
    """

    released: Mapping[FundLine, int]
    held: Mapping[FundLine, int]
    spent: Mapping[FundLine, int]
    above: Mapping[FundLine, int]
    back: Mapping[FundLine, int]
    left_over: Mapping[FundLine, int]

    @property
    def taken(self) -> dict[str, int]:
        """What they take from what funds have available, US cents by fund, where above 0."""
        signed = (
            (fund_id, cents if kind in _TAKES else -cents)
            for kind, part in self.postings
            for (fund_id, _), cents in part.items()
        )
        return {fund_id: cents for fund_id, cents in _summed(signed).items() if cents > 0}

    @property
    def postings(self) -> tuple[tuple[EntryKind, Mapping[FundLine, int]], ...]:
        """The same as kinds of entries, in the order in which they are posted."""
        return (
            (EntryKind.RELEASE_ENCUMBRANCE, self.released),
            (EntryKind.EXPEND, self.spent),
            (EntryKind.ENCUMBER, self.held),
            (EntryKind.EXPEND, self.above),
            (EntryKind.CREDIT, self.back),
            (EntryKind.RELEASE_ENCUMBRANCE, self.left_over),
        )

    @property
    def released_cents(self) -> int:
        """How much less is encumbered afterwards."""
        gone = sum(self.released.values()) + sum(self.left_over.values())
        return gone - sum(self.held.values())


def moves(entries: Iterable[Entry], wanted: Mapping[FundLine, Balance]) -> Moves:
    """How a request's books come to stand as they are to be.

    Args:
        entries: What is in the ledger for the request.
        wanted: How its purses are to stand; those that are not named, at nothing.
    """
    present = balances(entries)
    parts: dict[str, dict[FundLine, int]] = defaultdict(dict)
    for purse in dict.fromkeys((*present, *wanted)):
        now, then = present.get(purse, Balance()), wanted.get(purse, Balance())
        held = then.encumbered_cents - now.encumbered_cents
        paid = then.expended_cents - now.expended_cents
        covered = max(0, min(paid, -held))
        amounts = {
            "released": covered,
            "held": max(0, held),
            "spent": covered,
            "above": max(0, paid - covered),
            "back": max(0, -paid),
            "left_over": max(0, -held - covered),
        }
        for name, cents in amounts.items():
            if cents:
                parts[name][purse] = cents
    return Moves(
        released=parts["released"],
        held=parts["held"],
        spent=parts["spent"],
        above=parts["above"],
        back=parts["back"],
        left_over=parts["left_over"],
    )


def by_fund(split: Mapping[FundLine, int]) -> dict[str, int]:
    """US cents by fund, in the order in which the funds come."""
    return _summed((fund_id, cents) for (fund_id, _), cents in split.items())


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for name, amount in pairs:
        total[name] += amount
    return dict(total)


def _over(amount_cents: int, weights: Cents) -> Cents:
    """An amount split by weights, which are 0 in total only when it is 0."""
    parts = pro_rata(amount_cents, list(weights.values()))
    return dict(zip(weights, parts, strict=True))


def _filled(amount_cents: int, first: Iterable[Cents], caps: Cents) -> dict[str | None, int]:
    """An amount put into each of `first` in turn, then over what is left up to `caps`."""
    filled, left = dict.fromkeys(caps, 0), amount_cents
    for tier in (*first, None):
        room = (
            {line: cents - filled[line] for line, cents in caps.items()} if tier is None else tier
        )
        part = _over(min(left, sum(room.values())), room)
        filled = {line: cents + part[line] for line, cents in filled.items()}
        left -= sum(part.values())
    return filled
