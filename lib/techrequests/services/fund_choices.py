"""Which funds may pay for a purchase, best first; and where a purchase's money stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from techrequests.domain.funds import Answer, Fund, Purchase, Stage, answer
from techrequests.domain.ledger import Balance, balance
from techrequests.domain.money import dollars
from techrequests.services.steps import found
from techrequests.store.funds import funds_with_balances
from techrequests.store.requests import entries_of, facts_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from techrequests.domain.ledger import Entry
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database


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
    answer: Answer
    rank: Rank
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundMoney:
    """What one fund has to do with one request."""

    fund_id: str
    fund_name: str
    balance: Balance


def funds_for(
    database: Database, actor: Actor, request_id: str, on: date
) -> tuple[FundChoice, ...]:
    """Every fund with whether it may pay for a request ordered on a day, best first.

    Among equals the one that ends first comes first: its money would lapse.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    with database.read() as reader:
        request = found(reader, actor, request_id)
        facts = facts_for(reader, request, on)
        held = _by_fund(entries_of(reader, request_id))
        standing = funds_with_balances(reader)
    cost_cents = facts.chosen_cents if facts.chosen_cents is not None else request.estimate_cents
    purchase = Purchase(
        site_id=request.site_id, category=request.category, on=on, stage=Stage.ENCUMBER
    )
    choices = [
        _choice(fund, whole, held.get(fund.fund_id, Balance()), cost_cents, purchase)
        for fund, whole in standing
    ]
    choices.sort(key=lambda one: (one.rank, one.fund.ends_on, one.fund.name))
    return tuple(choices)


def request_money(database: Database, actor: Actor, request_id: str) -> tuple[FundMoney, ...]:
    """Where a request's money stands, by fund in the order in which they were first used.

    Raises:
        NotFoundError: No such request, or not for this person.
    """
    with database.read() as reader:
        found(reader, actor, request_id)
        entries = entries_of(reader, request_id)
        names = {fund.fund_id: fund.name for fund, _ in funds_with_balances(reader)}
    return tuple(
        FundMoney(fund_id=fund_id, fund_name=names.get(fund_id, fund_id), balance=standing)
        for fund_id, standing in _by_fund(entries).items()
    )


def _by_fund(entries: Sequence[Entry]) -> dict[str, Balance]:
    return {
        fund_id: balance(entry for entry in entries if entry.fund_id == fund_id)
        for fund_id in dict.fromkeys(entry.fund_id for entry in entries)
    }


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
        answer=said,
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
