"""What an approval holds on the fund that it names, until the Business Office allocates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from techrequests.domain.categories import categories_of
from techrequests.domain.funds import Commitment, Purchase, answer
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.money import least_price
from techrequests.services.posting import post
from techrequests.store.approval import fund_of_approval
from techrequests.store.funds import fund_with_balance
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from techrequests.domain.techrequest import RequestLine, TechRequest
    from techrequests.store.database import Work


def asked_for(request: TechRequest, lines: Sequence[RequestLine], on: date) -> Purchase:
    """What a fund is asked about when a request is approved."""
    return Purchase(
        site_id=request.site_id,
        categories=categories_of(request, lines),
        on=on,
        stage=Commitment.RESERVE,
        least_unit_cents=least_price(line.unit_estimate_cents for line in lines),
    )


def hold(  # noqa: PLR0913  # each is one column of the entry
    work: Work, request: TechRequest, fund_id: str, *, actor_id: str, now: datetime, why: str
) -> tuple[str, ...]:
    """Reserve a request's estimate on a fund, line by line.

    Returns:
        Why the fund may not hold it, and nothing is reserved; empty when it does.

    Raises:
        NotFoundError: There is no such fund.
    """
    fund, balance = fund_with_balance(work, fund_id)
    lines = lines_of(work, request.request_id)
    said = answer(fund, balance, request.estimate_cents, asked_for(request, lines, now.date()))
    if not said.may_pay:
        return (*said.refusals, *filter(None, [said.shortfall]))
    blank = Entry(
        fund_id=fund_id,
        request_id=request.request_id,
        kind=EntryKind.RESERVE,
        amount_cents=0,
        actor_id=actor_id,
        posted_at=now,
        why=" ".join((why, *said.warnings)),
    )
    post(
        work,
        (replace(blank, line_id=line.line_id, amount_cents=line.estimate_cents) for line in lines),
    )
    return ()


def hold_again(
    work: Work, request: TechRequest, *, actor_id: str, now: datetime
) -> tuple[str, ...]:
    """Put back what the standing approval held, when it named a fund.

    Returns:
        Why the fund may not hold it any more; empty when it does, or when none was named.
    """
    fund_id = fund_of_approval(work, request)
    if fund_id is None:
        return ()
    return hold(work, request, fund_id, actor_id=actor_id, now=now, why="The approval stands.")
