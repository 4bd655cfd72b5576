"""Post to the ledger: entries are added, and every fund they touch gets a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.audit import AuditKind
from techrequests.domain.ledger import Entry, EntryKind, FundLine, balances
from techrequests.domain.money import dollars
from techrequests.store.audit import record
from techrequests.store.funds import touch
from techrequests.store.requests import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from techrequests.store.database import Work


def post(work: Work, entries: Iterable[Entry]) -> None:
    """Add entries; zero amounts are left out.

    Raising the fund's version is what makes two postings to one fund at once impossible on every
    engine.
    """
    posted = [entry for entry in entries if entry.amount_cents]
    work.insert_all(posted)
    for entry in posted:
        if entry.overridden:
            _audit_override(work, entry)
    for fund_id in sorted({entry.fund_id for entry in posted}):
        touch(work, fund_id)


def _audit_override(work: Work, entry: Entry) -> None:
    record(
        work,
        AuditKind.OVERRIDE,
        actor_id=entry.actor_id,
        about=entry.request_id or entry.fund_id,
        detail=f"{entry.kind} {dollars(entry.amount_cents)} of {entry.fund_id}. {entry.why}",
        now=entry.posted_at,
    )


def release_reserves(
    work: Work, request_id: str, *, actor_id: str, now: datetime, why: str
) -> dict[FundLine, int]:
    """Give back everything that funds hold in reserve for a request.

    Returns:
        What was released, US cents by fund and line.
    """
    held = balances(entries_of(work, request_id))
    released = {
        purse: standing.reserved_cents
        for purse, standing in held.items()
        if standing.reserved_cents
    }
    post(
        work,
        (
            Entry(
                fund_id=fund_id,
                request_id=request_id,
                line_id=line_id,
                kind=EntryKind.RELEASE_RESERVE,
                amount_cents=cents,
                actor_id=actor_id,
                posted_at=now,
                why=why,
            )
            for (fund_id, line_id), cents in released.items()
        ),
    )
    return released
