"""Which funds may pay for a purchase, best first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from techrequests.domain.funds import Answer, Commitment, Fund, Purchase, answer, pays_for
from techrequests.domain.ledger import Balance, balances
from techrequests.domain.money import dollars
from techrequests.services.limits import overridden_funds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        most_cents: The most it may pay by its rules, whatever is left in it.
        words: What it says, in one or more sentences.
    """

    fund: Fund
    balance: Balance
    held_cents: int
    rank: Rank
    most_cents: int
    words: str

    @property
    def pays_cents(self) -> int:
        """What it can pay without going over its limit."""
        return min(self.most_cents, max(0, self.balance.available_cents))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What each fund is asked about: the purchase, and what it costs by category, US cents."""

    purchase: Purchase
    cents: Mapping[str, int]


def funds_for(request: TechRequest, offer: Offer, books: Books, on: date) -> tuple[FundChoice, ...]:
    """Every fund with whether it may pay for an offer ordered on a day, best first.

    Among equals the one that ends first comes first: its money would lapse.
    """
    asked = _Asked(_purchase(request, offer, on), _by_category(offer, books))
    held = books.held
    choices = [
        _choice(fund, whole, held.get(fund.fund_id, Balance()), asked)
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
    pays = _held_for(books)
    for fund, whole in books.funds:
        own = books.held.get(fund.fund_id, Balance())
        if not own.reserved_cents:
            continue
        own_purchase = replace(purchase, categories=tuple(pays[fund.fund_id]))
        said = answer(fund, _without(whole, own), own.reserved_cents, own_purchase)
        short = said.shortfall if fund.fund_id not in granted else ""
        found += [
            f"{fund.fund_id} holds this but may not pay: {why} Split anew."
            for why in filter(None, (*said.refusals, short))
        ]
    return tuple(found)


def _purchase(request: TechRequest, offer: Offer, on: date) -> Purchase:
    return Purchase(
        site_id=request.site_id,
        categories=(),
        on=on,
        stage=Commitment.ENCUMBER,
        least_unit_cents=offer.least_unit_cents,
    )


def _by_category(offer: Offer, books: Books) -> dict[str, int]:
    """What an offer costs at the door by category, US cents; what costs nothing is left out."""
    costs: dict[str, int] = defaultdict(int)
    for line in offer.lines:
        costs[books.categories[line.line_id]] += line.total_cents
    costs[books.categories[None]] += offer.quote.shipping_cents
    return {category: cents for category, cents in costs.items() if cents}


def _held_for(books: Books) -> dict[str, dict[str, None]]:
    """The categories of what each fund holds money for."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for (fund_id, line_id), standing in balances(books.entries).items():
        if standing.reserved_cents:
            found[fund_id][books.categories[line_id]] = None
    return found


def _without(whole: Balance, own: Balance) -> Balance:
    return replace(whole, reserved_cents=whole.reserved_cents - own.reserved_cents)


def _choice(fund: Fund, whole: Balance, own: Balance, asked: _Asked) -> FundChoice:
    without = _without(whole, own)
    for_it = [category for category in asked.cents if pays_for(fund, category)]
    # One that pays for nothing of it says so for each; one that pays for a part is asked for that.
    categories = tuple(for_it or asked.cents)
    most_cents = sum(asked.cents[category] for category in categories)
    said = answer(fund, without, most_cents, replace(asked.purchase, categories=categories))
    not_for = [category for category in asked.cents if category not in categories]
    rank = _rank(said, without.available_cents, part=bool(not_for))
    return FundChoice(
        fund=fund,
        balance=without,
        held_cents=own.reserved_cents,
        rank=rank,
        most_cents=0 if said.refusals else most_cents,
        words=_said(said, rank, without.available_cents)
        if not not_for or rank in {Rank.EMPTY, Rank.REFUSES}
        else _said_of_a_part(fund, said, min(most_cents, without.available_cents), not_for),
    )


def _rank(said: Answer, available_cents: int, *, part: bool) -> Rank:
    if said.refusals:
        return Rank.REFUSES
    if said.shortfall:
        return Rank.PAYS_SOME if available_cents > 0 else Rank.EMPTY
    if part:
        return Rank.PAYS_SOME
    return Rank.PAYS_WITH_WARNING if said.warnings else Rank.PAYS_ALL


def _said_of_a_part(fund: Fund, said: Answer, cents: int, not_for: Sequence[str]) -> str:
    words = f"May pay {dollars(cents)} of it: {fund.name} does not pay for {' or '.join(not_for)}."
    return " ".join((words, *said.warnings))


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
