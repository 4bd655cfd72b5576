"""A request that is paid for: what it costs, and what the books say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import (
    HEADSET,
    NOON,
    a_fund,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.ledger import Balance, Entry, EntryKind
from techrequests.services.posting import post
from techrequests.store.funds import fund_with_balance
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


COST = 1_798_00
HEADSETS = LineAsked(
    item_id=HEADSET.item_id, description="Headset", quantity=12, unit_estimate_cents=24_50
)


def standing(database: Database, fund_id: str) -> Balance:
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)[1]


def the_entries(database: Database, request: TechRequest) -> list[Entry]:
    with database.read() as reader:
        return entries_of(reader, request.request_id)


def with_fund(database: Database, budget_cents: int = 0, **said: Any) -> str:  # noqa: ANN401
    """Add a fund, or change one, and give it a budget."""
    fund = a_fund(**said)
    with database.write() as work:
        work.run("DELETE FROM fund WHERE fund_id = $it", it=fund.fund_id)
        work.insert(fund)
        entry = Entry(
            fund_id=fund.fund_id,
            kind=EntryKind.BUDGET,
            amount_cents=budget_cents,
            actor_id="bea",
            posted_at=NOON,
            why="Adopted.",
        )
        post(work, [entry])
    return fund.fund_id
