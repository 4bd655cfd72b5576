"""Which funds may pay for a purchase, best first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from techrequests.domain.funds import Answer, Commitment, Fund, Purchase, answer
from techrequests.domain.ledger import Balance
from techrequests.domain.money import dollars
from techrequests.services.limits import overridden_funds

if TYPE_CHECKING:
    from datetime import date

    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.books import Books


class Rank(IntEnum):
    """How good a fund is for a purchase, best first."""

    PAYS_ALL = 0
    PAYS_WITH_WARNING = 1
    PAYS_SOME = 2
    EMPTY = 3
    REFUSES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FundChoice:
    """One fund and what it says to a purchase.

    Attributes:
        balance: Where it stands without this purchase's own reservation.
        held_cents: What it holds for this purchase now.
        words: What it says, in one or more sentences.
    """

    fund: Fund
    balance: Balance
    held_cents: int
    rank: Rank
    words: str


def funds_for(request: TechRequest, offer: Offer, books: Books, on: date) -> tuple[FundChoice, ...]:
    """Every fund with whether it may pay for an offer ordered on a day, best first.

    Among equals the one that ends first comes first: its money would lapse.
    """
    purchase = _purchase(request, offer, on)
    held = books.held
    choices = [
        _choice(fund, whole, held.get(fund.fund_id, Balance()), offer.delivered_cents, purchase)
        for fund, whole in books.funds
    ]
    choices.sort(key=lambda one: (one.rank, one.fund.ends_on, one.fund.name))
    return tuple(choices)


def against_held(request: TechRequest, offer: Offer, books: Books, on: date) -> tuple[str, ...]:
    """Why funds that hold money for a request may not pay it when it is ordered on a day.

    The same answers as those of the service that places the order.
    """
    purchase = _purchase(request, offer, on)
    granted, found = overridden_funds(books.entries), []
    for fund, whole in books.funds:
        own = books.held.get(fund.fund_id, Balance())
        if not own.reserved_cents:
            continue
        said = answer(fund, _without(whole, own), own.reserved_cents, purchase)
        short = said.shortfall if fund.fund_id not in granted else ""
        found += [
            f"{fund.fund_id} holds this but may not pay: {why} Split anew."
            for why in filter(None, (*said.refusals, short))
        ]
    return tuple(found)


def _purchase(request: TechRequest, offer: Offer, on: date) -> Purchase:
    return Purchase(
        site_id=request.site_id,
        category=request.category,
        on=on,
        stage=Commitment.ENCUMBER,
        least_unit_cents=offer.least_unit_cents,
    )


def _without(whole: Balance, own: Balance) -> Balance:
    return replace(whole, reserved_cents=whole.reserved_cents - own.reserved_cents)


def _choice(
    fund: Fund, whole: Balance, own: Balance, cost_cents: int, purchase: Purchase
) -> FundChoice:
    without = _without(whole, own)
    said = answer(fund, without, cost_cents, purchase)
    rank = _rank(said, without.available_cents)
    return FundChoice(
        fund=fund,
        balance=without,
        held_cents=own.reserved_cents,
        rank=rank,
        words=_said(said, rank, without.available_cents),
    )


def _rank(said: Answer, available_cents: int) -> Rank:
    if said.refusals:
        return Rank.REFUSES
    if said.shortfall:
        return Rank.PAYS_SOME if available_cents > 0 else Rank.EMPTY
    return Rank.PAYS_WITH_WARNING if said.warnings else Rank.PAYS_ALL


def _said(said: Answer, rank: Rank, available_cents: int) -> str:
    match rank:
        case Rank.PAYS_ALL:
            return f"May pay all of it: {dollars(available_cents)} is available."
        case Rank.PAYS_WITH_WARNING:
            return " ".join(("May pay, but look at this:", *said.warnings))
        case Rank.PAYS_SOME:
            return f"May pay {dollars(available_cents)} of it; that is all it has."
        case Rank.EMPTY:
            return "May pay for this, but nothing is left in it."
        case Rank.REFUSES:
            return " ".join(("May not pay.", *said.refusals))
