"""Reserve, encumber and settle for one request within one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.billing import books_of_orders, by_fund, moves
from techrequests.domain.categories import categories_by_line
from techrequests.domain.errors import BlockedError, InvalidError, Problem
from techrequests.domain.fields import has_control_characters
from techrequests.domain.funds import Commitment, Fund, Purchase, pays_for
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.domain.splitting import fill_where
from techrequests.domain.workflow import LONGEST_NOTE
from techrequests.services.limits import (
    Override,
    Passed,
    check_funds,
    check_tolerance,
    overridden_funds,
)
from techrequests.services.posting import post, release_reserves
from techrequests.store.orders import order_facts_of
from techrequests.store.people import holders
from techrequests.store.requests import entries_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from techrequests.domain.billing import Moves, OrderFacts
    from techrequests.domain.ledger import FundLine
    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Invoice, Offer, PurchaseOrder
    from techrequests.domain.techrequest import TechRequest
    from techrequests.domain.workflow import Change
    from techrequests.store.database import Work

    Split = Mapping[FundLine, int]
    """US cents by fund and request line."""


_COST_NOTHING = "No fund pays for this order: it was to cost nothing. Ask the vendor why it does."
_CREDITED = "A credit was given on what this paid. Reverse the credit first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One person's hand on the funds for one request.

    Attributes:
        override_reason: Why a fund may go over its limit; empty when nobody wishes it.
        invoice_id: The bill, credit or reversal that the entries are for.
    """

    work: Work
    request: TechRequest
    actor: Actor
    now: datetime
    override_reason: str = ""
    invoice_id: str | None = None

    def reserve(self, offer: Offer, shares_cents: Mapping[str, int], ordered_on: date) -> None:
        """Hold an offer's delivered cost on funds instead of whatever was held before.

        Raises:
            BlockedError: A fund could not pay the order.
        """
        self._release_reserves("Allocated anew.")
        owed = bills(offer)
        split = split_over(owed, shares_cents, self._may_pay(owed, shares_cents))
        # Asked as for the order, so that nothing is held that cannot be ordered on that day.
        passed = self._check(
            split, self._purchase(Commitment.ENCUMBER, ordered_on, offer), frozenset()
        )
        self._post(split, EntryKind.RESERVE, "Allocated.", passed)

    def encumber(self, offer: Offer, order: PurchaseOrder, why: str) -> None:
        """Turn what is held into an obligation of the same funds.

        Raises:
            BlockedError: A fund may not pay on the day of the order.
        """
        granted = overridden_funds(entries_of(self.work, self.request.request_id))
        owed, held = bills(offer), self._release_reserves(why)
        split = split_as_held(owed, held, self._may_pay(owed, by_fund(held)))
        purchase = self._purchase(Commitment.ENCUMBER, order.ordered_on, offer)
        passed = self._check(split, purchase, granted)
        self._post(split, EntryKind.ENCUMBER, why, passed, order_id=order.order_id)

    def expend(self, bill: Invoice) -> tuple[str, ...]:
        """Pay a bill that is recorded; see `OrderFacts.books` for who pays what.

        Returns:
            What somebody with the permission let it go over, and why; empty for nothing.

        Raises:
            BlockedError: It is further above the order than is tolerated, or a fund may not pay its
                part of what is above what is encumbered.
        """
        facts, needed = self._needed()
        if sum(one.billed.net_cents for one in facts) != sum(
            one.expended_cents for one in books_of_orders(facts).values()
        ):
            raise BlockedError((_COST_NOTHING,))
        override = Override(actor=self.actor, reason=self.override_reason)
        allowed = check_tolerance(self.work, facts, bill, self.request.site_id, override)
        purchase = self._purchase(Commitment.EXPEND, bill.invoiced_on)
        passed = check_funds(
            self.work,
            needed.taken,
            purchase,
            override,
            categories=paid_for({**needed.held, **needed.above}, self._categories()),
        )
        if allowed.words:
            funds = dict.fromkeys((*passed, *by_fund(needed.above)))
            passed = {fund_id: allowed.beside(passed.get(fund_id)) for fund_id in funds}
        why = f"Invoice {bill.invoice_number}."
        above = f"{why} {dollars(sum(needed.above.values()))} above what was encumbered: "
        self._settle(
            needed,
            why,
            passed,
            above=f"{above}{bill.reason}",
            left_over=f"Left over after the last invoice {bill.invoice_number}.",
        )
        return _overridden(passed)

    def credit(self, credit: Invoice) -> None:
        """Give a vendor's credit that is recorded to the funds that paid."""
        _, needed = self._needed()
        self._settle(needed, f"Credit {credit.invoice_number}: {credit.reason}", {})

    def reverse(self, wrong: Invoice, why: str) -> tuple[str, ...]:
        """Bring the books to what they are without a bill or a credit whose reversal is recorded.

        Returns:
            What somebody with the permission let it go over, and why; empty for nothing.

        Raises:
            BlockedError: A credit was given on what would be given back, or a fund no longer has
                what it would have to hold again.
        """
        facts, needed = self._needed()
        if any(one.billed.net_cents < 0 for one in facts):
            raise BlockedError((_CREDITED,))
        override = Override(actor=self.actor, reason=self.override_reason)
        stage = Commitment.EXPEND if wrong.amount_cents < 0 else Commitment.ENCUMBER
        purchase = self._purchase(stage, self.now.date())
        # Only whether there is enough: the fund paid for this already, whatever its rules say now.
        passed = check_funds(self.work, needed.taken, purchase, override, only_limits=True)
        self._settle(needed, why, passed)
        return _overridden(passed)

    def follow(self, why: str) -> int:
        """Bring the books to what came and was canceled; how much less is encumbered, US cents."""
        _, needed = self._needed()
        self._settle(needed, why, {})
        return needed.released_cents

    def _needed(self) -> tuple[tuple[OrderFacts, ...], Moves]:
        """The facts as they are recorded now, and what is to be posted for them."""
        facts = order_facts_of(self.work, self.request.request_id)
        entries = entries_of(self.work, self.request.request_id)
        return facts, moves(entries, books_of_orders(facts))

    def _settle(
        self,
        needed: Moves,
        why: str,
        passed: Mapping[str, Passed],
        *,
        above: str = "",
        left_over: str = "",
    ) -> None:
        for kind, split in needed.postings:
            words = {id(needed.above): above, id(needed.left_over): left_over}.get(id(split), "")
            takes = split is needed.above or split is needed.held
            self._post(split, kind, words or why, passed if takes else {})

    def _release_reserves(self, why: str) -> Split:
        return release_reserves(
            self.work,
            self.request.request_id,
            actor_id=self.actor.person_id,
            now=self.now,
            why=why,
        )

    def _purchase(self, stage: Commitment, on: date, offer: Offer | None = None) -> Purchase:
        return Purchase(
            site_id=self.request.site_id,
            categories=(),
            on=on,
            stage=stage,
            least_unit_cents=offer.least_unit_cents if offer else None,
        )

    def _check(
        self, split: Split, purchase: Purchase, granted: frozenset[str]
    ) -> dict[str, Passed]:
        override = Override(actor=self.actor, reason=self.override_reason, granted=granted)
        return check_funds(
            self.work,
            by_fund(split),
            purchase,
            override,
            categories=paid_for(split, self._categories()),
        )

    def _categories(self) -> dict[str | None, str]:
        """The category of each thing that is paid, by request line."""
        return categories_by_line(self.request, lines_of(self.work, self.request.request_id))

    def _may_pay(self, owed: Mapping[str | None, int], funds: Iterable[str]) -> list[list[bool]]:
        """Whether each fund pays for the category of each bill."""
        category = self._categories()
        asked = [self.work.get(Fund, fund_id) for fund_id in funds]
        return [[pays_for(fund, category[line_id]) for line_id in owed] for fund in asked]

    def _post(
        self,
        split: Split,
        kind: EntryKind,
        why: str,
        passed: Mapping[str, Passed],
        *,
        order_id: str | None = None,
    ) -> None:
        quiet = Passed(overridden=False, words="")
        post(
            self.work,
            (
                Entry(
                    fund_id=fund_id,
                    request_id=self.request.request_id,
                    line_id=line_id,
                    kind=kind,
                    amount_cents=cents,
                    actor_id=self.actor.person_id,
                    posted_at=self.now,
                    why=" ".join(filter(None, (why, passed.get(fund_id, quiet).words))),
                    overridden=passed.get(fund_id, quiet).overridden,
                    invoice_id=self.invoice_id,
                    order_id=order_id,
                )
                for (fund_id, line_id), cents in split.items()
            ),
        )


def told_above(work: Work, change: Change, passed: Sequence[str]) -> Change:
    """A step that went over a limit: it stands in the history, and the business managers hear."""
    if not passed:
        return change
    event = change.event
    managers = holders(
        work,
        Permission.OVERRIDE_FUND_LIMITS,
        event.happened_at.date(),
        change.request.site_id,
    )
    detail = "; ".join(filter(None, (event.detail, *passed))).rstrip(".")
    return replace(change, event=replace(event, detail=detail), besides=tuple(managers))


def _overridden(passed: Mapping[str, Passed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.words for one in passed.values() if one.overridden))


def bills(offer: Offer) -> dict[str | None, int]:
    """What is to be paid: US cents by request line, then shipping and fees as None."""
    lines: dict[str | None, int] = {line.line_id: line.total_cents for line in offer.lines}
    return {**lines, None: offer.quote.shipping_cents}


def paid_for(split: Split, category: Mapping[str | None, str]) -> dict[str, tuple[str, ...]]:
    """The categories of what each fund pays, each once."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for (fund_id, line_id), cents in split.items():
        if cents:
            found[fund_id][category[line_id]] = None
    return {fund_id: tuple(some) for fund_id, some in found.items()}


def split_over(
    owed: Mapping[str | None, int],
    shares_cents: Mapping[str, int],
    may: Sequence[Sequence[bool]] = (),
) -> dict[FundLine, int]:
    """Split bills over funds to the cent; the first fund pays the first bills that it may pay.

    Args:
        owed: US cents by request line.
        shares_cents: US cents by fund.
        may: One row per fund: whether it may pay each bill; empty when each may pay all.

    Raises:
        ValueError: The shares are not the sum of the bills.
    """
    rows = fill_where(list(owed.values()), list(shares_cents.values()), may)
    return {
        (fund_id, line_id): cents
        for fund_id, row in zip(shares_cents, rows, strict=True)
        for line_id, cents in zip(owed, row, strict=True)
        if cents
    }


def split_as_held(
    owed: Mapping[str | None, int], held: Split, may: Sequence[Sequence[bool]] = ()
) -> Split:
    """The split that is held if it fits the bills line by line, else the same funds anew.

    A reservation made at the approval follows the estimate, and a quote may have the same sum with
    other prices per line.
    """
    by_line: dict[str | None, int] = defaultdict(int)
    for (_, line_id), cents in held.items():
        by_line[line_id] += cents
    fits = all(by_line[line_id] == cents for line_id, cents in owed.items())
    return held if fits else split_over(owed, by_fund(held), may)


def booking(  # noqa: PLR0913  # whose hand, on what, when, and for which bill
    work: Work,
    request: TechRequest,
    actor: Actor,
    now: datetime,
    *,
    override_reason: str = "",
    invoice_id: str | None = None,
) -> Booking:
    """A person's hand on the funds for a request.

    Raises:
        InvalidError: The reason to go over a limit cannot be kept as it was typed.
    """
    if len(override_reason) > LONGEST_NOTE or has_control_characters(override_reason):
        words = "The reason is too long or holds invisible characters: please write it again."
        raise InvalidError(Problem("override_reason", words))
    return Booking(
        work=work,
        request=request,
        actor=actor,
        now=now,
        override_reason=override_reason,
        invoice_id=invoice_id,
    )
