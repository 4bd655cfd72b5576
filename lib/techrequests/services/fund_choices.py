"""Which funds may pay for a purchase, best first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from techrequests.domain.funds import Answer, Fund, Purchase, Stage, answer
from techrequests.domain.ledger import Balance
from techrequests.domain.money import dollars

if TYPE_CHECKING:
    from datetime import date

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


def funds_for(
    request: TechRequest, cost_cents: int, books: Books, on: date
) -> tuple[FundChoice, ...]:
    """Every fund with whether it may pay for a request ordered on a day, best first.

    Among equals the one that ends first comes first: its money would lapse.
    """
    purchase = Purchase(
        site_id=request.site_id, category=request.category, on=on, stage=Stage.ENCUMBER
    )
    held = books.held
    choices = [
        _choice(fund, whole, held.get(fund.fund_id, Balance()), cost_cents, purchase)
        for fund, whole in books.funds
    ]
    choices.sort(key=lambda one: (one.rank, one.fund.ends_on, one.fund.name))
    return tuple(choices)


def _choice(
    fund: Fund, whole: Balance, own: Balance, cost_cents: int, purchase: Purchase
) -> FundChoice:
    without = replace(whole, reserved_cents=whole.reserved_cents - own.reserved_cents)
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
