"""Asking every fund whether it may pay, and who may go over a fund's limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import BlockedError
from techrequests.domain.funds import answer
from techrequests.domain.ledger import EntryKind
from techrequests.domain.money import dollars
from techrequests.domain.policy import Permission
from techrequests.store.funds import fund_with_balance
from techrequests.store.tolerances import tolerances

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.domain.billing import OrderFacts
    from techrequests.domain.funds import Answer, Purchase
    from techrequests.domain.ledger import Entry
    from techrequests.domain.policy import Actor
    from techrequests.domain.purchasing import Invoice
    from techrequests.store.database import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody's wish to go over a fund's limit.

    Attributes:
        reason: Why; empty when nobody wishes it.
        granted: Funds over whose limit somebody with the permission already went for this purchase.
    """

    actor: Actor
    reason: str = ""
    granted: frozenset[str] = frozenset()

    def covers(self, fund_id: str, site_id: str) -> bool:
        """Whether this fund's limit does not count for this purchase."""
        return fund_id in self.granted or self.may_grant(site_id)

    def may_grant(self, site_id: str) -> bool:
        """Whether the person may go over a limit, and says why."""
        may = self.actor.may(Permission.OVERRIDE_FUND_LIMITS, site_id)
        return may and bool(self.reason.strip())

    def hint(self, site_id: str) -> str:
        """What to do about a fund that does not have enough."""
        return f"Take less from it, or {self.ask(site_id)}"

    def ask(self, site_id: str) -> str:
        """What to do about a limit, beside keeping to it."""
        if self.actor.may(Permission.OVERRIDE_FUND_LIMITS, site_id):
            return "give a reason to go over its limit."
        return "ask the business manager to allow it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What a fund said to an amount that it may pay.

    Attributes:
        overridden: Whether its limit was passed on somebody's word.
        words: What belongs into the ledger beside the amount.
    """

    overridden: bool
    words: str

    def beside(self, other: Passed | None) -> Passed:
        """Both, where two limits were asked."""
        words = (self.words, other.words if other else "")
        return Passed(
            overridden=self.overridden or bool(other and other.overridden),
            words=" ".join(filter(None, words)),
        )


def check_funds(  # noqa: PLR0913  # who asks whom, for what, and what of it counts
    reader: Reader,
    shares_cents: Mapping[str, int],
    purchase: Purchase,
    override: Override,
    *,
    categories: Mapping[str, tuple[str, ...]] | None = None,
    only_limits: bool = False,
) -> dict[str, Passed]:
    """Ask each fund whether it may pay its share, as it stands now.

    Args:
        reader: The transaction in which this purchase's own reservation was released already.
        shares_cents: US cents by fund.
        purchase: What for, where, when, at which stage.
        override: Who may go over a limit, and why.
        categories: What each fund is to pay for; None when each pays for all of the purchase.
        only_limits: Whether only having enough counts, because the fund pays for this already.

    Raises:
        BlockedError: A fund refuses; every refusal of every fund at once.
        NotFoundError: There is no such fund.
    """
    passed: dict[str, Passed] = {}
    reasons: list[str] = []
    for fund_id, cents in shares_cents.items():
        fund, balance = fund_with_balance(reader, fund_id)
        own = categories.get(fund_id, ()) if categories is not None else purchase.categories
        said = answer(fund, balance, cents, replace(purchase, categories=own))
        over = bool(said.shortfall) and override.covers(fund_id, purchase.site_id)
        reasons += () if only_limits else said.refusals
        if said.shortfall and not over:
            reasons.append(f"{said.shortfall} {override.hint(purchase.site_id)}")
        passed[fund_id] = Passed(overridden=over, words=_words(said, override, over=over))
    if reasons:
        raise BlockedError(tuple(reasons))
    return passed


def check_tolerance(
    reader: Reader, facts: Sequence[OrderFacts], bill: Invoice, site_id: str, override: Override
) -> Passed:
    """Whether a bill may be so far above its order, whatever its funds say.

    All bills of the order count together, or many small ones would pass where one would not. Other
    orders of the request do not count: one that was canceled makes no room for the next.

    Args:
        reader: The transaction in which the bill is recorded already.
        facts: The request's orders with all their bills.
        bill: The one that is asked about; one that is not above the order passes.
        site_id: The request's site.
        override: Who may go over a limit, and why.

    Returns:
        What belongs into the ledger; no words when it is within the tolerance.

    Raises:
        BlockedError: It is too far above, and nobody who may allow that does.
    """
    own = [one for one in facts if one.order_id == bill.order_id]
    above_cents = sum(one.above_cents for one in own)
    limit = tolerances(reader).invoice(sum(one.ordered_cents for one in own))
    if bill.above_cents <= 0 or above_cents <= limit.cents:
        return Passed(overridden=False, words="")
    words = f"The bills are {dollars(above_cents)} above the order, and {limit.words} is tolerated."
    if not override.may_grant(site_id):
        raise BlockedError((f"{words} Check the amount, or {override.ask(site_id)}",))
    return Passed(overridden=True, words=f"{words} Allowed: {override.reason.strip()}.")


def overridden_funds(entries: Iterable[Entry]) -> frozenset[str]:
    """The funds whose limit was passed for the reservation that stands now.

    Args:
        entries: One request's, oldest first.
    """
    standing: set[str] = set()
    for entry in entries:
        if entry.kind is EntryKind.RELEASE_RESERVE:
            standing.discard(entry.fund_id)
        elif entry.kind is EntryKind.RESERVE and entry.overridden:
            standing.add(entry.fund_id)
    return frozenset(standing)


def _words(said: Answer, override: Override, *, over: bool) -> str:
    reason = override.reason.strip() or "allowed when the funds were allocated"
    limit = (f"{said.shortfall} Over the limit: {reason}.",) if over else ()
    return " ".join((*said.warnings, *limit)).replace("..", ".")
