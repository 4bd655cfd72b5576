"""Ordering what funds were split for: funds and the quote are asked once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_quote,
    allocated,
    an_order,
    chosen,
    in_status,
    ordered,
    quoted,
    stepped,
    who,
)
from services.paying import COST, HEADSETS, standing, the_entries, with_fund
from techrequests.domain.errors import BlockedError, InvalidError
from techrequests.domain.ledger import Balance, Entry, EntryKind, balances
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.funding import place_order
from techrequests.services.posting import post
from techrequests.store.orders import order_lines_of, order_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


def test_an_order_turns_what_is_held_into_an_obligation(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(database, request, shares={"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00})
    request = ordered(database, request, order_number=" PO-27-1 ")
    assert request.status is Status.ORDERED
    assert standing(database, "LEVY-27") == Balance(
        budget_cents=1_000_00, encumbered_cents=1_000_00
    )
    assert standing(database, "GEN-27").encumbered_cents == COST - 1_000_00
    with database.read() as reader:
        order = order_of(reader, request.request_id)
        (line,) = order_lines_of(reader, request.request_id)
    assert order is not None
    assert (order.order_number, order.ordered_on, order.vendor_id) == (
        "PO-27-1",
        TODAY,
        "NORTHWIND",
    )
    assert (line.quantity, line.unit_price_cents, line.item_id) == (2, 899_00, "LAP-TEACHER")


def test_a_reservation_from_the_approval_follows_the_quote_when_ordered(
    database: Database,
) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS), fund_id="GEN-27")
    laptops, headsets = a_quote(database, request).lines
    # One dollar a laptop less and two dollars shipping: the same sum, other lines.
    same_sum = (replace(laptops, unit_price_cents=898_00), headsets)
    request = chosen(database, quoted(database, request, lines=same_sum, shipping_cents=2_00))
    request = ordered(database, request)
    encumbered = {
        purse: one.encumbered_cents
        for purse, one in balances(the_entries(database, request)).items()
        if one.encumbered_cents
    }
    assert encumbered == {
        ("GEN-27", laptops.line_id): 2 * 898_00,
        ("GEN-27", headsets.line_id): 12 * 24_50,
        ("GEN-27", None): 2_00,
    }


def test_nothing_is_ordered_that_is_not_fully_allocated(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    with pytest.raises(BlockedError, match=r"\$1,798.00 is still without a fund"):
        ordered(database, request)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"order_number": "  "}, "“Order number” is empty"),
        ({"order_number": "po-taken"}, "PO-TAKEN is already the order of TR-2027-0001"),
        ({"ordered_on": TODAY + timedelta(days=1)}, "“Order date” is in the future"),
        ({"ordered_on": TODAY - timedelta(days=1)}, "before the approval on 10/05/2026"),
        ({"ordered_on": None}, "“Order date” is empty"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    ordered(
        database, allocated(database, in_status(database, Status.FUNDING)), order_number="PO-TAKEN"
    )
    request = allocated(database, in_status(database, Status.FUNDING))
    before = the_entries(database, request)
    with pytest.raises(InvalidError, match=words):
        ordered(database, request, **said)
    assert the_entries(database, request) == before


def test_the_quote_must_be_good_on_the_day_of_the_order(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), expires_on=TODAY)
    request = allocated(database, chosen(database, request))
    later = NOON + timedelta(days=3)
    ben = who(database, "ben")
    today = an_order(request, ordered_on=later.date())
    with pytest.raises(BlockedError, match="expired on 10/05/2026"):
        place_order(database, ben, today, now=later)
    in_time = an_order(request, ordered_on=TODAY)
    assert place_order(database, ben, in_time, now=later).status is Status.ORDERED


def test_funds_are_asked_again_on_the_day_of_the_order(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="SOON", name="Soon", ends_on=TODAY)
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    later = NOON + timedelta(days=3)
    ben = who(database, "ben")
    with pytest.raises(BlockedError, match="Soon pays for orders"):
        place_order(database, ben, an_order(request, ordered_on=later.date()), now=later)
    with database.write() as work:
        work.run("UPDATE fund SET closed = TRUE WHERE fund_id = 'SOON'")
    with pytest.raises(BlockedError, match="Soon is closed"):
        place_order(database, ben, an_order(request), now=later)


def test_an_override_of_the_allocation_holds_for_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(
        database, request, by="bea", shares={"LEVY-27": COST}, override_reason="Agreed."
    )
    request = ordered(database, request, by="ben")
    (encumbered,) = [
        entry for entry in the_entries(database, request) if entry.kind is EntryKind.ENCUMBER
    ]
    assert encumbered.overridden
    assert request.status is Status.ORDERED


def test_an_override_does_not_outlive_its_reservation(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = allocated(
        database, request, by="bea", shares={"LEVY-27": COST}, override_reason="Agreed."
    )
    request = stepped(database, request, Action.RETURN_TO_QUOTING, "ben")
    request = chosen(database, request)
    with pytest.raises(BlockedError, match="short"):
        allocated(database, request, shares={"LEVY-27": COST})


def test_a_fund_that_became_short_stops_the_order(database: Database) -> None:
    fund_id = with_fund(database, COST, fund_id="THIN", name="Thin")
    request = allocated(database, in_status(database, Status.FUNDING), shares={fund_id: COST})
    with database.write() as work:
        post(
            work,
            [
                Entry(
                    fund_id=fund_id,
                    kind=EntryKind.BUDGET,
                    amount_cents=-1,
                    actor_id="bea",
                    posted_at=NOON,
                    why="Cut.",
                )
            ],
        )
    with pytest.raises(BlockedError, match=r"Thin is \$0.01 short"):
        ordered(database, request)
    request = ordered(database, request, by="bea", override_reason="The cut comes back in July.")
    assert request.status is Status.ORDERED
