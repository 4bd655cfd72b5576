"""What a bill, a vendor's credit or a reversal moves on the funds of one order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.domain.ledger import Entry, EntryKind, FundLine, balances
from techrequests.domain.money import pro_rata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MIRRORED = {
    EntryKind.EXPEND: EntryKind.CREDIT,
    EntryKind.CREDIT: EntryKind.EXPEND,
    EntryKind.RELEASE_ENCUMBRANCE: EntryKind.ENCUMBER,
    EntryKind.ENCUMBER: EntryKind.RELEASE_ENCUMBRANCE,
}
_TAKES = {EntryKind.EXPEND, EntryKind.ENCUMBER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How a bill is paid, US cents; every fund pays by its share of the order.

    Attributes:
        covered: Paid from what is encumbered.
        above: Paid beyond that; empty although the bill is above when no fund was ever encumbered.
        given_back: What the last bill leaves over.
    """

    covered: Mapping[FundLine, int]
    above: Mapping[FundLine, int]
    given_back: Mapping[FundLine, int]


def payment(entries: Sequence[Entry], amount_cents: int, *, final: bool) -> Payment:
    """How a bill would be paid as the request's money stands now."""
    held = {purse: one.encumbered_cents for purse, one in balances(entries).items()}
    covered = _shared(min(amount_cents, sum(held.values())), held)
    order: dict[FundLine, int] = defaultdict(int)
    for entry in entries:
        if entry.kind is EntryKind.ENCUMBER and entry.invoice_id is None:
            order[entry.fund_id, None] += entry.amount_cents
    rest_cents = amount_cents - sum(covered.values())
    return Payment(
        covered=covered,
        above=_shared(rest_cents, order) if order else {},
        given_back={purse: cents - covered[purse] for purse, cents in held.items()}
        if final
        else {},
    )


def credited(entries: Sequence[Entry], amount_cents: int) -> dict[FundLine, int]:
    """Which purses get a vendor's credit: each by its share of what is spent, US cents."""
    return _shared(
        amount_cents, {purse: one.expended_cents for purse, one in balances(entries).items()}
    )


def mirrored(entries: Sequence[Entry], invoice_id: str) -> dict[EntryKind, dict[FundLine, int]]:
    """The postings that undo those of a bill or a credit: US cents by kind and purse."""
    undoing: dict[EntryKind, dict[FundLine, int]] = {}
    for entry in entries:
        if entry.invoice_id == invoice_id:
            split = undoing.setdefault(_MIRRORED[entry.kind], defaultdict(int))
            split[entry.fund_id, entry.line_id] += entry.amount_cents
    return undoing


def taken(postings: Mapping[EntryKind, Mapping[FundLine, int]]) -> dict[str, int]:
    """What postings take from what funds have available, US cents by fund, where above 0."""
    sums: dict[str, int] = defaultdict(int)
    for kind, split in postings.items():
        for (fund_id, _), cents in split.items():
            sums[fund_id] += cents if kind in _TAKES else -cents
    return {fund_id: cents for fund_id, cents in sums.items() if cents > 0}


def by_fund(split: Mapping[FundLine, int]) -> dict[str, int]:
    """US cents by fund, in the order in which the funds come."""
    total: dict[str, int] = defaultdict(int)
    for (fund_id, _), cents in split.items():
        total[fund_id] += cents
    return dict(total)


def _shared(amount_cents: int, weights: Mapping[FundLine, int]) -> dict[FundLine, int]:
    """An amount by the funds' weights, and each fund's part by the weights of its lines."""
    funds = by_fund(weights)
    parts: dict[FundLine, int] = dict.fromkeys(weights, 0)
    for fund_id, cents in zip(funds, pro_rata(amount_cents, list(funds.values())), strict=True):
        purses = [purse for purse in weights if purse[0] == fund_id]
        shares = pro_rata(cents, [weights[purse] for purse in purses])
        parts |= dict(zip(purses, shares, strict=True))
    return parts
