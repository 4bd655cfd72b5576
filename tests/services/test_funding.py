"""Funding as a whole: pressed twice, by two at once, taken back, and offered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    TODAY,
    allocated,
    an_allocation,
    an_invoice,
    an_order,
    cost_cents,
    in_status,
    stepped,
    who,
)
from services.paying import COST, standing, the_entries, with_fund
from techrequests.domain.errors import InvalidError, StaleError
from techrequests.domain.funds import Control
from techrequests.domain.ledger import Balance, balance
from techrequests.domain.purchasing import Invoice
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.books import books_of
from techrequests.services.fund_choices import Rank, funds_for
from techrequests.services.funding import allocate, place_order, record_invoice
from techrequests.store.quotes import offers_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


def test_double_clicks_pay_once(database: Database) -> None:
    ben = who(database, "ben")
    request = in_status(database, Status.FUNDING)
    split = an_allocation(database, request)
    request = allocate(database, ben, split, now=NOON)
    assert allocate(database, ben, split, now=NOON) == request
    order = an_order(request)
    request = place_order(database, ben, order, now=NOON)
    assert place_order(database, ben, order, now=NOON) == request
    invoice = an_invoice(database, request, final=False, amount_cents=1_00)
    request = record_invoice(database, ben, invoice, now=NOON)
    assert record_invoice(database, ben, invoice, now=NOON) == request
    assert balance(the_entries(database, request)) == Balance(
        encumbered_cents=COST - 1_00, expended_cents=1_00
    )
    with database.read() as reader:
        assert len(reader.find(Invoice)) == 1


def test_two_people_allocating_at_once_do_not_overwrite_each_other(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    allocated(database, request)
    with pytest.raises(StaleError, match="Ben Frost allocated funds"):
        allocated(database, request, by="bea", shares={"GEN-27": COST})


@pytest.mark.parametrize("action", [Action.RETURN_TO_QUOTING, Action.CANCEL, Action.WITHDRAW])
def test_going_back_gives_every_cent_back(database: Database, action: Action) -> None:
    request = allocated(database, in_status(database, Status.FUNDING))
    by = {Action.CANCEL: "rita", Action.WITHDRAW: "tina"}.get(action, "ben")
    stepped(database, request, action, by)
    assert standing(database, "GEN-27").available_cents == 50_000_00


def test_funds_are_offered_best_first_with_their_reasons(database: Database) -> None:
    with_fund(database, 5_000_00, fund_id="ENDS", name="Ends soon", ends_on=date(2026, 12, 31))
    with_fund(database, COST + 1_00, fund_id="SOFT", name="Soft", encumber_control=Control.WARN)
    allocated(database, in_status(database, Status.FUNDING), shares={"SOFT": COST})
    with_fund(database, 0, fund_id="NIL", name="Nil")
    request = in_status(database, Status.FUNDING, fund_id="GEN-27")
    with database.read() as reader:
        (offer,) = offers_of(reader, request.request_id)
    offered = funds_for(request, offer, books_of(database, request), TODAY)
    assert [(one.fund.fund_id, one.rank) for one in offered] == [
        ("ENDS", Rank.PAYS_ALL),
        ("GEN-27", Rank.PAYS_ALL),
        ("SOFT", Rank.PAYS_WITH_WARNING),
        ("LEVY-27", Rank.PAYS_SOME),
        ("NIL", Rank.EMPTY),
        ("T1A-27", Rank.REFUSES),
    ]
    assert [one.words for one in offered] == [
        "May pay all of it: $5,000.00 is available.",
        "May pay all of it: $50,000.00 is available.",
        "May pay, but look at this: Soft is $1,797.00 short: $1.00 is available.",
        "May pay $1,000.00 of it; that is all it has.",
        "May pay for this, but nothing is left in it.",
        "May not pay. Title I-A 2026-27 is not for this site.",
    ]
    assert {one.fund.fund_id: one.held_cents for one in offered}["GEN-27"] == COST
    assert cost_cents(database, request) == COST


def test_the_money_of_a_request_stands_by_the_names_of_its_funds(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    (money,) = books_of(database, request).money
    assert (money.fund_name, money.balance.encumbered_cents) == ("General fund 2026-27", COST)


@pytest.mark.parametrize("reason", ["x" * 4001, "bell\x07"])
def test_a_reason_that_cannot_be_kept_is_refused(database: Database, reason: str) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(InvalidError, match="The reason is too long or holds invisible"):
        allocated(database, request, override_reason=reason)
