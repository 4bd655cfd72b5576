"""Funds with their balances."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from techrequests.domain.calendar import fiscal_year_dates
from techrequests.domain.errors import NotFoundError
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Balance
from techrequests.store.rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from techrequests.domain.ledger import EntryKind
    from techrequests.store.database import Reader, Work

_STANDING = f"""
    SELECT {columns_of(Fund, "f")},
           b.budget_cents, b.reserved_cents, b.encumbered_cents, b.expended_cents
    FROM fund f JOIN fund_balance b ON b.fund_id = f.fund_id
    WHERE $fund_id IS NULL OR f.fund_id = $fund_id ORDER BY f.fiscal_year DESC, f.name
"""  # noqa: S608  # names from code

_ENTRIES = """
    SELECT e.entry_no, e.posted_at, e.kind, e.amount_cents, e.request_id, r.title, e.line_id,
           p.full_name AS who, e.why, e.overridden
    FROM ledger_entry e
    LEFT JOIN tech_request r ON r.request_id = e.request_id
    JOIN doer p ON p.person_id = e.actor_id
    WHERE e.fund_id = $fund_id AND e.kind = ANY($kinds)
    ORDER BY e.entry_no DESC
"""


IN_YEAR = """(
    f.starts_on <= $last_day AND f.ends_on >= $first_day
    OR f.fund_id IN (
        SELECT fund_id FROM ledger_entry WHERE posted_at >= $first AND posted_at < $until
    )
)"""
"""SQL for whether a fund counts for a fiscal year: it could be ordered from, or was posted to."""


OVER = "(f.closed OR f.ends_on < $today)"
"""SQL for whether nothing can be ordered from a fund any more: `domain.funds.is_over`."""


def year_bounds(year: int, zone: tzinfo) -> dict[str, Any]:
    """The parameters of `IN_YEAR`: first and last day, first moment, and the one after the last."""
    first_day, last_day = fiscal_year_dates(year)
    return {
        "first_day": first_day,
        "last_day": last_day,
        "first": datetime.combine(first_day, time(), zone),
        "until": datetime.combine(last_day + timedelta(days=1), time(), zone),
    }


def fund_ids_of_year(reader: Reader, year: int) -> frozenset[str]:
    """The funds of a fiscal year, as on every page."""
    sql = f"SELECT f.fund_id FROM fund f WHERE {IN_YEAR}"  # noqa: S608  # a constant
    found = reader.rows(sql, **year_bounds(year, reader.zone))
    return frozenset(row["fund_id"] for row in found)


def funds_with_balances(reader: Reader, fund_id: str | None = None) -> list[tuple[Fund, Balance]]:
    """Every fund, or one, with where it stands; newest fiscal year first."""
    found = reader.find_beside(Fund, _STANDING, fund_id=fund_id)
    return [(fund, Balance(**cents)) for fund, cents in found]


def touch(work: Work, fund_id: str) -> None:
    """Raise a fund's version, as whoever posts to it must."""
    work.run("UPDATE fund SET version = version + 1 WHERE fund_id = $fund_id", fund_id=fund_id)


def fund_with_balance(reader: Reader, fund_id: str) -> tuple[Fund, Balance]:
    """One fund with where it stands.

    Raises:
        NotFoundError: There is no such fund.
    """
    found = funds_with_balances(reader, fund_id)
    if not found:
        raise NotFoundError(f"There is no fund “{fund_id}”. Pick one from the list.")
    return found[0]


def entries_behind_fund(
    reader: Reader, fund_id: str, kinds: Iterable[EntryKind]
) -> list[dict[str, Any]]:
    """The entries of some kinds in a fund's book, newest first.

    Returns:
        One row per entry: entry_no, posted_at, kind, amount_cents, request_id, title,
        line_id, who, why, overridden.
    """
    return reader.rows(_ENTRIES, fund_id=fund_id, kinds=[str(kind) for kind in kinds])
