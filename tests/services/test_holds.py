"""What an approval holds stays held as long as the approval stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    TODAY,
    allocated,
    an_invoice,
    an_order,
    chosen,
    cost_cents,
    in_status,
    quoted,
    stepped,
    the_request,
    who,
)
from techrequests.domain.errors import BlockedError
from techrequests.domain.funds import Fund
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action, RequestEvent
from techrequests.services.books import books_of
from techrequests.services.fund_choices import against_held
from techrequests.services.funding import place_order, record_invoice
from techrequests.store.checks import run_checks
from techrequests.store.quotes import offers_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

COST = 1_798_00


def reserved(database: Database, request: TechRequest) -> dict[str, int]:
    held = books_of(database, request).held
    return {fund_id: one.reserved_cents for fund_id, one in held.items() if one.reserved_cents}


def returned(database: Database, request: TechRequest) -> TechRequest:
    return stepped(database, request, Action.RETURN_TO_QUOTING, by="ben")


def against(database: Database, request: TechRequest) -> tuple[str, ...]:
    with database.read() as reader:
        (offer,) = offers_of(reader, request.request_id)
    return against_held(request, offer, books_of(database, request), TODAY)


def closed(database: Database, fund_id: str) -> None:
    with database.write() as work:
        work.update(replace(work.get(Fund, fund_id), closed=True))


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_return_to_quoting_puts_back_what_the_approval_held(
    database: Database, *, elsewhere: bool
) -> None:
    request = in_status(database, Status.QUOTING, fund_id="GEN-27")
    request = chosen(database, quoted(database, request, dearer_cents=-10_00))
    if elsewhere:
        shares = {"LEVY-27": 500_00, "GEN-27": cost_cents(database, request) - 500_00}
        request = allocated(database, request, shares=shares)
    assert reserved(database, returned(database, request)) == {"GEN-27": COST}
    assert run_checks(database, now=NOON) == []


def test_nothing_is_held_again_where_no_fund_was_named(database: Database) -> None:
    request = allocated(database, in_status(database, Status.FUNDING))
    assert reserved(database, returned(database, request)) == {}


def test_a_fund_that_may_not_hold_it_any_more_is_told_in_the_history(database: Database) -> None:
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    closed(database, "GEN-27")
    assert reserved(database, returned(database, request)) == {}
    with database.read() as reader:
        last = reader.find(RequestEvent, "ORDER BY event_no")[-1]
    assert last.detail.startswith("Nothing is held from the approval: ")
    assert "closed to new spending" in last.detail


@pytest.mark.parametrize("action", [Action.CANCEL, Action.WITHDRAW])
def test_giving_up_gives_back_what_the_approval_held(database: Database, action: Action) -> None:
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    by = "tina" if action is Action.WITHDRAW else "rita"
    assert reserved(database, stepped(database, request, action, by=by)) == {}


def test_a_held_fund_that_may_not_pay_is_told_before_the_order_is_tried(
    database: Database,
) -> None:
    request = allocated(database, in_status(database, Status.FUNDING), shares={"GEN-27": COST})
    assert against(database, request) == ()
    closed(database, "GEN-27")
    (reason,) = against(database, request)
    assert reason.startswith("GEN-27 holds this but may not pay: ")
    assert reason.endswith("closed to new spending. Split anew.")
    with pytest.raises(BlockedError, match="closed to new spending"):
        place_order(database, who(database, "ben"), an_order(request), now=NOON)
    assert the_request(database, request.request_id).status is Status.FUNDING


def test_a_fund_for_dear_things_pays_for_nothing_cheaper(database: Database) -> None:
    with database.write() as work:
        work.update(replace(work.get(Fund, "GEN-27"), least_unit_cents=899_01))
    words = r"pays only for items of \$899\.01 or more each, not of \$899\.00"
    with pytest.raises(BlockedError, match=words):
        in_status(database, Status.QUOTING, fund_id="GEN-27")
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match=words):
        allocated(database, request)
    with database.write() as work:
        work.update(replace(work.get(Fund, "GEN-27"), least_unit_cents=899_00))
    allocated(database, request)


def test_a_bill_for_what_was_ordered_is_paid_whatever_the_fund_asks_now(
    database: Database,
) -> None:
    request = in_status(database, Status.ORDERED)
    with database.write() as work:
        work.update(replace(work.get(Fund, "GEN-27"), least_unit_cents=5_000_00))
    record_invoice(
        database,
        who(database, "ben"),
        an_invoice(database, request, amount_cents=COST + 1),
        now=NOON,
    )
    assert books_of(database, request).held["GEN-27"].expended_cents == COST + 1
