"""Funds with their balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.errors import NotFoundError
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Balance

if TYPE_CHECKING:
    from techrequests.store.database import Reader

_BALANCES = """
    SELECT fund_id, budget_cents, reserved_cents, encumbered_cents, expended_cents
    FROM fund_balance WHERE $fund_id IS NULL OR fund_id = $fund_id
"""


def funds_with_balances(reader: Reader, fund_id: str | None = None) -> list[tuple[Fund, Balance]]:
    """Every fund, or one, with where it stands; newest fiscal year first."""
    where = "WHERE $fund_id IS NULL OR fund_id = $fund_id ORDER BY fiscal_year DESC, name"
    funds = reader.find(Fund, where, fund_id=fund_id)
    standings = {
        row.pop("fund_id"): Balance(**row) for row in reader.rows(_BALANCES, fund_id=fund_id)
    }
    return [(fund, standings[fund.fund_id]) for fund in funds]


def fund_with_balance(reader: Reader, fund_id: str) -> tuple[Fund, Balance]:
    """One fund with where it stands.

    Raises:
        NotFoundError: There is no such fund.
    """
    found = funds_with_balances(reader, fund_id)
    if not found:
        raise NotFoundError(f"There is no fund “{fund_id}”. Pick one from the list.")
    return found[0]
