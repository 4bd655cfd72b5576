"""Bills of an order: paid by its funds, in full, in parts, and above what was expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    TODAY,
    TWO_LAPTOPS,
    allocated,
    an_invoice,
    in_status,
    ordered,
    the_request,
    who,
)
from services.paying import COST, HEADSETS, standing, the_entries
from techrequests.domain.errors import BlockedError, InvalidError
from techrequests.domain.ledger import Balance, balance
from techrequests.domain.techrequest import Status
from techrequests.services.books import books_of
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.funding import record_invoice
from techrequests.store.orders import invoices_of, order_lines_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


def test_the_whole_invoice_pays_what_was_encumbered(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    paid = record_invoice(database, who(database, "ben"), an_invoice(database, request), now=NOON)
    assert paid.status is Status.ORDERED
    assert balance(the_entries(database, request)) == Balance(expended_cents=COST)
    with database.read() as reader:
        (invoice,) = invoices_of(reader, request.request_id)
    assert (invoice.amount_cents, invoice.final) == (COST, True)


@pytest.mark.parametrize("final", [True, False])
def test_only_the_last_invoice_gives_back_what_is_left(database: Database, *, final: bool) -> None:
    request = in_status(database, Status.ORDERED)
    asked = an_invoice(database, request, amount_cents=COST - 100_00, final=final)
    record_invoice(database, who(database, "ben"), asked, now=NOON)
    left = 0 if final else 100_00
    assert balance(the_entries(database, request)) == Balance(
        encumbered_cents=left, expended_cents=COST - 100_00
    )


def test_every_fund_pays_an_invoice_by_its_share_of_the_order(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    shares = {"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00}
    request = ordered(database, allocated(database, request, shares=shares))
    for cents in (600_00, 600_00):
        asked = an_invoice(database, request, amount_cents=cents, final=False)
        request = record_invoice(database, who(database, "ben"), asked, now=NOON)
    assert books_of(database, request).held == {
        "LEVY-27": Balance(expended_cents=667_41, encumbered_cents=332_59),
        "GEN-27": Balance(expended_cents=532_59, encumbered_cents=265_41),
    }


def test_what_is_above_the_order_is_paid_by_the_same_shares_if_they_may(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    shares = {"GEN-27": COST - 1_000_00, "LEVY-27": 1_000_00}
    request = ordered(database, allocated(database, request, shares=shares))
    asked = an_invoice(database, request, amount_cents=COST + 1_00)
    with database.write() as work:
        work.run("UPDATE fund SET expend_control = 'stop' WHERE fund_id = 'LEVY-27'")
    with pytest.raises(BlockedError, match=r"Technology levy 2026-27 is \$0.56 short"):
        record_invoice(database, who(database, "ben"), asked, now=NOON)
    assert balance(the_entries(database, request)).expended_cents == 0
    manager = replace(asked, override_reason="The vendor raised the price, the board agreed.")
    record_invoice(database, who(database, "bea"), manager, now=NOON)
    last = the_entries(database, request)[-1]
    assert (last.fund_id, last.amount_cents, last.overridden) == ("LEVY-27", 56, True)
    assert "$1.00 above what was encumbered: The vendor added freight." in last.why
    assert standing(database, "LEVY-27").available_cents == -56


def test_a_further_invoice_after_the_last_one_is_paid_by_the_same_funds(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    ben = who(database, "ben")
    request = record_invoice(database, ben, an_invoice(database, request), now=NOON)
    late = an_invoice(database, request, amount_cents=25_00)
    record_invoice(database, ben, late, now=NOON)
    assert balance(the_entries(database, request)) == Balance(expended_cents=COST + 25_00)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"amount_cents": 0}, r"“Amount” must be between \$0.01"),
        ({"amount_cents": -5}, r"“Amount” must be between \$0.01"),
        ({"amount_cents": None}, "“Amount” is empty"),
        ({"invoice_number": ""}, "“Invoice number” is empty"),
        ({"invoice_number": " inv-1"}, r"Invoice INV-1 of this vendor over \$1.00 is recorded"),
        ({"invoiced_on": TODAY + timedelta(days=1)}, "“Invoice date” is in the future"),
        ({"invoiced_on": None}, "“Invoice date” is empty"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    request, ben = in_status(database, Status.ORDERED), who(database, "ben")
    first = an_invoice(database, request, invoice_number="INV-1", amount_cents=1_00, final=False)
    request = record_invoice(database, ben, first, now=NOON)
    before = the_entries(database, request)
    with pytest.raises(InvalidError, match=words):
        record_invoice(database, ben, an_invoice(database, request, **said), now=NOON)
    assert the_entries(database, request) == before


def test_a_bill_for_what_was_to_cost_nothing_is_refused_in_words(database: Database) -> None:
    gift = replace(HEADSETS, unit_estimate_cents=0)
    request = ordered(
        database, allocated(database, in_status(database, Status.FUNDING, lines=(gift,)), shares={})
    )
    with pytest.raises(BlockedError, match="No fund pays for this order"):
        record_invoice(
            database,
            who(database, "ben"),
            an_invoice(database, request, amount_cents=5_00),
            now=NOON,
        )


def test_a_bill_after_all_that_costs_something_was_cancelled_is_paid_by_the_same_funds(
    database: Database,
) -> None:
    """A fee for the cancellation, say: the fund that would have paid the goods pays it."""
    gift = replace(HEADSETS, unit_estimate_cents=0)
    request = in_status(database, Status.ORDERED, lines=(gift, TWO_LAPTOPS))
    with database.read() as reader:
        (_, laptops) = order_lines_of(reader, request.request_id)
    cancel_lines(
        database,
        who(database, "rita"),
        CancelAsked(
            cancel_id="c",
            request_id=request.request_id,
            units=((laptops.order_line_id, 2),),
            note="Sold out.",
        ),
        now=NOON,
    )
    request = the_request(database, request.request_id)
    record_invoice(
        database,
        who(database, "ben"),
        an_invoice(database, request, amount_cents=5_00),
        now=NOON,
    )
    assert standing(database, "GEN-27").expended_cents == 5_00
