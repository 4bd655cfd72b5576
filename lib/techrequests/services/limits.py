"""Asking every fund whether it may pay, and who may go over a fund's limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from techrequests.domain.errors import BlockedError
from techrequests.domain.funds import answer
from techrequests.domain.ledger import EntryKind
from techrequests.domain.policy import Permission
from techrequests.store.funds import fund_with_balance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from techrequests.domain.funds import Answer, Purchase
    from techrequests.domain.ledger import Entry
    from techrequests.domain.policy import Actor
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
        return fund_id in self.granted or (
            bool(self.reason.strip()) and self.actor.may(Permission.OVERRIDE_FUND_LIMITS, site_id)
        )

    def hint(self, site_id: str) -> str:
        """What to do about a fund that does not have enough."""
        if self.actor.may(Permission.OVERRIDE_FUND_LIMITS, site_id):
            return "Take less from it, or give a reason to go over its limit."
        return "Take less from it, or ask the business manager to allow it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What a fund said to an amount that it may pay.

    Attributes:
        overridden: Whether its limit was passed on somebody's word.
        words: What belongs into the ledger beside the amount.
    """

    overridden: bool
    words: str


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
