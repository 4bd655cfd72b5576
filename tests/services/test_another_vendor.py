"""Another vendor after an order of which nothing comes, without starting again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    a_credit,
    a_delivery,
    a_key,
    a_quote,
    a_reversal,
    allocated,
    an_invoice,
    chosen,
    given,
    in_status,
    ordered,
    quoted,
    received,
    seen_by,
    stepped,
    the_request,
    told,
    who,
)
from techrequests.domain.errors import BlockedError, InvalidError
from techrequests.domain.intake import LineAsked
from techrequests.domain.policy import Role
from techrequests.domain.purchasing import PurchaseOrder
from techrequests.domain.receiving import LineCame
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import Action
from techrequests.services.billing import record_credit, reverse_invoice
from techrequests.services.books import books_of
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.funding import record_invoice
from techrequests.services.quotes import record_quote
from techrequests.services.receiving import goods_in
from techrequests.services.today import waiting
from techrequests.store.checks import run_checks
from techrequests.store.funds import fund_with_balance
from techrequests.store.orders import order_of, orders_before
from techrequests.store.quotes import quotes_of
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from techrequests.domain.ledger import Balance
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def standing(database: Database, fund_id: str = "GEN-27") -> Balance:
    with database.read() as reader:
        return fund_with_balance(reader, fund_id)[1]


def cancelled(
    database: Database,
    request: TechRequest,
    by: str = "rita",
    **said: Any,  # noqa: ANN401
) -> TechRequest:
    """The request after all that has not come was cancelled."""
    with database.read() as reader:
        lines = standings_of(reader, request)
    asked = CancelAsked(
        cancel_id=a_key("cancel"),
        request_id=request.request_id,
        units=tuple((one.line.order_line_id, one.outstanding) for one in lines),
        note="Discontinued.",
        **said,
    )
    return cancel_lines(database, who(database, by), asked, now=NOON).request


def bought_again(database: Database, request: TechRequest, **said: Any) -> TechRequest:  # noqa: ANN401
    request = quoted(database, request, vendor_id="BLUERIDGE", dearer_cents=-10_00)
    request = allocated(database, chosen(database, request), **said)
    return ordered(database, request, order_number="PO-AGAIN")


@pytest.fixture
def on_order(database: Database) -> TechRequest:
    return in_status(database, Status.ORDERED)


class TestMoney:
    def test_nothing_is_encumbered_after_the_cancellation_and_the_new_order_encumbers_anew(
        self, database: Database, on_order: TechRequest
    ) -> None:
        assert standing(database).encumbered_cents == 1_798_00
        request = cancelled(database, on_order, requote=True)
        assert request.status is Status.QUOTING
        assert (standing(database).encumbered_cents, standing(database).reserved_cents) == (0, 0)
        assert run_checks(database, now=NOON) == []
        request = bought_again(database, request, shares={"LEVY-27": 900_00, "GEN-27": 878_00})
        assert standing(database).encumbered_cents == 878_00
        assert standing(database, "LEVY-27").encumbered_cents == 900_00
        assert run_checks(database, now=NOON) == []

    def test_what_the_approval_holds_is_held_again(self, database: Database) -> None:
        request = in_status(database, Status.ORDERED, fund_id="GEN-27")
        cancelled(database, request, requote=True)
        assert (standing(database).encumbered_cents, standing(database).reserved_cents) == (
            0,
            1_798_00,
        )

    def test_the_whole_life_goes_on_with_the_new_order(
        self, database: Database, on_order: TechRequest
    ) -> None:
        request = bought_again(database, cancelled(database, on_order, requote=True))
        books = books_of(database, request)
        assert books.billing
        assert (books.billing.order.order_number, books.billing.cost.due_cents) == (
            "PO-AGAIN",
            1_778_00,
        )
        assert [one.order_number for one in books.billing.earlier] == [f"PO-{on_order.request_id}"]
        rows = waiting(database, who(database, "ben"), NOON.date())
        assert [(row["why"], row["cents"]) for row in rows] == [("invoice to come", 1_778_00)]
        request = received(database, request)
        assert request.status is Status.DEPLOYING
        bill = an_invoice(database, request, amount_cents=1_778_00)
        record_invoice(database, who(database, "ben"), bill, now=NOON)
        assert standing(database).encumbered_cents == 0
        assert standing(database).expended_cents == 1_778_00
        assert run_checks(database, now=NOON) == []

    def test_what_was_paid_is_credited_first(
        self, database: Database, on_order: TechRequest
    ) -> None:
        bill = an_invoice(database, on_order, amount_cents=1_798_00)
        request = record_invoice(database, who(database, "ben"), bill, now=NOON)
        with pytest.raises(BlockedError, match=r"\$1,798\.00 was paid for the cancelled order"):
            cancelled(database, request, requote=True)
        request = cancelled(database, the_request(database, request.request_id))
        credit = a_credit(request, amount_cents=1_798_00)
        request = record_credit(database, who(database, "ben"), credit, now=NOON)
        request = stepped(database, request, Action.REQUOTE, "rita")
        request = bought_again(database, request)
        assert standing(database).encumbered_cents == 1_778_00
        assert standing(database).expended_cents == 0
        assert run_checks(database, now=NOON) == []

    def test_a_late_credit_goes_to_the_funds_that_paid_for_the_first_order(
        self, database: Database, on_order: TechRequest
    ) -> None:
        bill = an_invoice(database, on_order, amount_cents=1_798_00)
        request = record_invoice(database, who(database, "ben"), bill, now=NOON)
        request = cancelled(database, request)
        wrong = a_credit(request, amount_cents=1_798_00, invoice_number="CM-8")
        request = record_credit(database, who(database, "ben"), wrong, now=NOON)
        request = stepped(database, request, Action.REQUOTE, "rita")
        request = bought_again(database, request, shares={"LEVY-27": 900_00, "GEN-27": 878_00})
        undo = a_reversal(database, request)
        request = reverse_invoice(database, who(database, "ben"), undo, now=NOON)
        assert standing(database).expended_cents == 1_798_00
        right = a_credit(request, amount_cents=1_798_00, invoice_number="CM-9")
        request = record_credit(database, who(database, "ben"), right, now=NOON)
        assert standing(database, "LEVY-27").expended_cents == 0
        assert standing(database).expended_cents == 0
        assert run_checks(database, now=NOON) == []
        more = a_credit(request, amount_cents=1, invoice_number="CM-10")
        with pytest.raises(InvalidError, match=r"Only \$0\.00 was paid"):
            record_credit(database, who(database, "ben"), more, now=NOON)

    def test_a_cancelled_order_makes_no_room_for_bills_of_the_next_one(
        self, database: Database
    ) -> None:
        one = LineAsked(description="Cart", quantity=1, unit_estimate_cents=100_00)
        request = in_status(database, Status.ORDERED, lines=(one,))
        request = cancelled(database, request, requote=True)
        request = quoted(database, request, vendor_id="BLUERIDGE")
        request = allocated(database, chosen(database, request))
        request = ordered(database, request, order_number="PO-AGAIN")
        bill = an_invoice(database, request, amount_cents=105_01)
        with pytest.raises(BlockedError, match=r"\$5\.01 above the order, and \$5\.00"):
            record_invoice(database, who(database, "ben"), bill, now=NOON)
        bill = an_invoice(database, request, amount_cents=105_00)
        record_invoice(database, who(database, "ben"), bill, now=NOON)
        assert run_checks(database, now=NOON) == []

    def test_a_second_order_can_be_cancelled_too(
        self, database: Database, on_order: TechRequest
    ) -> None:
        request = bought_again(database, cancelled(database, on_order, requote=True))
        request = cancelled(database, request, requote=True)
        assert standing(database).encumbered_cents == 0
        request = chosen(database, quoted(database, request))
        request = ordered(database, allocated(database, request), order_number="PO-THIRD")
        with database.read() as reader:
            order = order_of(reader, request.request_id)
            assert orders_before(reader, request.request_id) == 3
        assert order
        assert order.order_number == "PO-THIRD"
        assert run_checks(database, now=NOON) == []


class TestRecord:
    def test_it_is_a_choice_beside_ending_it(
        self, database: Database, on_order: TechRequest
    ) -> None:
        request = cancelled(database, on_order)
        assert request.status is Status.CANCELLED
        again = stepped(database, request, Action.REQUOTE, "rita", note="Blue Ridge has some.")
        assert (again.status, again.closed_at) == (Status.QUOTING, None)
        assert again.content_version == request.content_version
        assert "went back to quoting" in told(database, request.request_id)["tina"].subject

    def test_the_earlier_order_stays_in_the_record_and_its_number_taken(
        self, database: Database, on_order: TechRequest
    ) -> None:
        request = cancelled(database, on_order, requote=True)
        request = allocated(database, chosen(database, quoted(database, request)))
        with pytest.raises(InvalidError, match="already the order of"):
            ordered(database, request)
        ordered(database, request, order_number="PO-AGAIN")
        with database.read() as reader:
            kept = reader.find(PurchaseOrder, "ORDER BY order_id")
        assert [one.order_number for one in kept] == [f"PO-{on_order.request_id}", "PO-AGAIN"]

    def test_the_quote_that_was_ordered_from_stays_as_it_was(
        self, database: Database, on_order: TechRequest
    ) -> None:
        request = cancelled(database, on_order, requote=True)
        with database.read() as reader:
            (quote,) = quotes_of(reader, request.request_id)
        asked = a_quote(database, request, quote_id=quote.quote_id, dearer_cents=-5_00)
        with pytest.raises(BlockedError, match="An order was placed on this quote"):
            record_quote(database, who(database, "rita"), asked, now=NOON)
        assert run_checks(database, now=NOON) == []

    def test_what_came_broken_of_the_first_order_does_not_mix_with_the_second(
        self, database: Database, on_order: TechRequest
    ) -> None:
        asked = a_delivery(database, on_order)
        [line] = asked.lines
        broken = LineCame(
            order_line_id=line.order_line_id, accepted=0, rejected=1, reason="Broken.", serials=()
        )
        request = received(database, on_order, lines=(broken,))
        request = bought_again(database, cancelled(database, request, requote=True))
        seen = goods_in(database, seen_by(database, "rita", request))
        assert [(one.rejected, one.outstanding) for one in seen.lines] == [(0, 2)]
        assert seen.receipts == ()

    def test_where_something_came_the_request_goes_on_with_that(
        self, database: Database, on_order: TechRequest
    ) -> None:
        asked = a_delivery(database, on_order)
        [line] = asked.lines
        one = LineCame(order_line_id=line.order_line_id, accepted=1, serials=line.serials[:1])
        request = received(database, on_order, lines=(one,))
        assert cancelled(database, request, requote=True).status is Status.DEPLOYING

    def test_a_technician_may_cancel_but_not_ask_other_vendors(
        self, database: Database, on_order: TechRequest
    ) -> None:
        given(database, "will", Role.TECHNICIAN)
        with pytest.raises(BlockedError, match="ask for and choose quotes"):
            cancelled(database, on_order, by="will", requote=True)
        assert standing(database).encumbered_cents == 1_798_00
        assert cancelled(database, on_order, by="will").status is Status.CANCELLED

    def test_what_was_cancelled_before_any_order_stays_so(self, database: Database) -> None:
        request = in_status(database, Status.CANCELLED)
        with pytest.raises(BlockedError, match="Nothing was ordered"):
            stepped(database, request, Action.REQUOTE, "rita")
