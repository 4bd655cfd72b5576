"""What is tolerated above an approval and an order, who may allow more, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    a_quote,
    allocated,
    an_invoice,
    chosen,
    hushed,
    in_status,
    ordered,
    quoted,
    the_request,
    told,
    who,
)
from services.paying import COST, standing, the_entries
from services.typed_in import change, save
from techrequests.domain.errors import BlockedError, InvalidError, NotAllowedError
from techrequests.domain.funds import Control
from techrequests.domain.purchasing import PurchaseOrder
from techrequests.domain.techrequest import Status
from techrequests.domain.tolerances import Tolerances
from techrequests.services.funding import record_invoice
from techrequests.services.tolerances import tolerances_of
from techrequests.store.checks import run_checks
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def billed(database: Database, request: TechRequest, by: str = "ben", **said: Any) -> TechRequest:  # noqa: ANN401  # any field of a bill
    request = the_request(database, request.request_id)
    return record_invoice(
        database, who(database, by), an_invoice(database, request, **said), now=NOON
    )


def set_by(database: Database, person_id: str, **cells: object) -> Tolerances:
    """The district's tolerances after somebody changed cells of their table."""
    change(database, Tolerances, "district", by=person_id, **{k: str(v) for k, v in cells.items()})
    return tolerances_of(database)


def detail_of(database: Database, request: TechRequest) -> str:
    with database.read() as reader:
        return events_of(reader, request.request_id)[-1].detail


# -- invoices --------------------------------------------------------------------------------


@pytest.mark.parametrize("control", Control)
def test_a_slip_of_two_digits_does_not_pass_whatever_the_fund_would_let(
    database: Database, control: Control
) -> None:
    request = in_status(database, Status.ORDERED)
    with database.write() as work:
        work.run("UPDATE fund SET expend_control = $control", control=control)
    before = the_entries(database, request)
    words = r"\$50.01 above the order, and \$50.00 \(5%, at most \$50.00\) is tolerated.*manager"
    with pytest.raises(BlockedError, match=words):
        billed(database, request, amount_cents=COST + 50_01)
    with pytest.raises(BlockedError, match="is tolerated"):
        billed(database, request, amount_cents=99_999_999_99)
    with pytest.raises(BlockedError, match="give a reason to go over its limit"):
        billed(database, request, by="bea", amount_cents=100 * COST)
    assert the_entries(database, request) == before
    billed(database, request, amount_cents=COST + 50_00)


def test_many_small_bills_above_an_order_count_together(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    billed(database, request, amount_cents=COST + 30_00)
    with pytest.raises(BlockedError, match=r"\$60.00 above the order"):
        billed(database, request, amount_cents=30_00)
    billed(database, request, amount_cents=20_00)


def test_what_the_manager_allows_is_recorded_and_told_to_the_other_managers(
    database: Database,
) -> None:
    request = in_status(database, Status.ORDERED)
    with database.write() as work:
        work.run(
            "UPDATE role_grant SET role = 'business manager' WHERE person_id = 'lea'"
            " AND role = 'leadership'"
        )
    hushed(database)
    why = "The board took the larger model."
    billed(database, request, by="bea", amount_cents=COST + 90_00, override_reason=why)
    last = the_entries(database, request)[-1]
    assert (last.amount_cents, last.overridden) == (90_00, True)
    assert why in last.why
    assert why.rstrip(".") in detail_of(database, request)
    messages = told(database, request.request_id)
    assert set(messages) == {"lea"}
    assert why.rstrip(".") in messages["lea"].body
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize("control", Control)
def test_no_bill_takes_a_fund_below_zero_without_the_managers_word(
    database: Database, control: Control
) -> None:
    shares = {"LEVY-27": 1_000_00, "GEN-27": COST - 1_000_00}
    request = ordered(
        database, allocated(database, in_status(database, Status.FUNDING), shares=shares)
    )
    with database.write() as work:
        work.run("UPDATE fund SET expend_control = $control", control=control)
    with pytest.raises(BlockedError, match=r"Technology levy 2026-27 is \$0.56 short"):
        billed(database, request, amount_cents=COST + 1_00)
    billed(database, request, by="bea", amount_cents=COST + 1_00, override_reason="Agreed.")
    assert standing(database, "LEVY-27").unspent_cents == -56
    assert run_checks(database, now=NOON) == []


def test_a_fund_below_zero_that_nobody_allowed_is_found(database: Database) -> None:
    request = in_status(database, Status.ORDERED)
    billed(database, request)
    with database.write() as work:
        work.run("UPDATE ledger_entry SET amount_cents = 1 WHERE kind = 'budget'")
    assert "overspent" in {one.name for one in run_checks(database, now=NOON)}


# -- approvals -------------------------------------------------------------------------------


def test_a_cent_above_the_approval_is_bought_and_the_order_says_so(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), shipping_cents=1)
    hushed(database)
    request = chosen(database, request)
    words = "$0.01 above the approved $1,798.00, within the tolerance of $50.00 (10%, at most"
    assert words in detail_of(database, request)
    assert words in told(database, request.request_id)["pia"].body
    request = ordered(database, allocated(database, request))
    assert words in detail_of(database, request)
    with database.read() as reader:
        (order,) = reader.find(PurchaseOrder)
    assert order.above_approval_cents == 1
    set_by(database, "bea", quote_percent=0)
    assert run_checks(database, now=NOON) == [], "what was tolerated then stays right"


def test_a_district_may_tolerate_nothing(database: Database) -> None:
    assert set_by(database, "bea", quote_percent=0, invoice_most_cents="0").quote_percent == 0
    request = quoted(database, in_status(database, Status.QUOTING), shipping_cents=1)
    with pytest.raises(BlockedError, match=r"\$0.01 above the approved \$1,798.00\. Amend"):
        chosen(database, request)
    request = in_status(database, Status.ORDERED)
    with pytest.raises(BlockedError, match="nothing above it is tolerated"):
        billed(database, request, amount_cents=COST + 1)


def five_for_two(database: Database) -> TechRequest:
    request = in_status(database, Status.QUOTING)
    (line,) = a_quote(database, request).lines
    return quoted(database, request, lines=(replace(line, quantity=5, unit_price_cents=COST // 5),))


def test_more_units_than_approved_are_told_to_the_supervisor(database: Database) -> None:
    request = five_for_two(database)
    hushed(database)
    request = chosen(database, request)
    words = "5 instead of the approved 2 “Teacher laptop 14 in”"
    assert words in detail_of(database, request)
    assert words in told(database, request.request_id)["pia"].body


def test_more_units_need_a_new_approval_where_the_district_wishes_it(database: Database) -> None:
    set_by(database, "bea", more_units_need_approval="yes")
    with pytest.raises(BlockedError, match="for 3 units more than were approved"):
        chosen(database, five_for_two(database))
    set_by(database, "bea", more_units_need_approval="no")
    request = allocated(database, chosen(database, five_for_two(database)))
    set_by(database, "bea", more_units_need_approval="yes")
    with pytest.raises(BlockedError, match="for 3 units more"):
        ordered(database, request)


# -- the table -------------------------------------------------------------------------------


@pytest.mark.parametrize("person_id", ["ben", "ada", "rita", "lea"])
def test_who_is_bound_by_the_limits_does_not_set_them(database: Database, person_id: str) -> None:
    with pytest.raises(NotAllowedError):
        set_by(database, person_id, invoice_percent=100)


@pytest.mark.parametrize("cells", [{"invoice_percent": 101}, {"quote_most_cents": "-1"}])
def test_a_tolerance_that_cannot_be_is_refused(database: Database, cells: dict[str, Any]) -> None:
    with pytest.raises(InvalidError, match="must be between"):
        set_by(database, "bea", **cells)


def test_the_district_has_one_row(database: Database) -> None:
    with pytest.raises(InvalidError, match="one row"):
        save(database, Tolerances, new=({"tolerances_id": "second"},), by="bea")
